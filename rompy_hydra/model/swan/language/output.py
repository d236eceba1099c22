"""Commands of output: at which places, which quantities, and into which files."""

from __future__ import annotations

from .grammar import (
    Choice,
    Command,
    Flag,
    Group,
    Item,
    Option,
    Rising,
    Word,
    file,
    integer,
    interval,
    real,
    rows,
    text,
    time,
    words,
)
from .quantities import NUMBERED, PARTIT, PARTITIONED, QUANTITIES

_OF = text("sname", "Name of a set of points, or COMPGRID or BOTTGRID.", 8, required=True)
_BASE = (*QUANTITIES, *PARTITIONED)

QUANTITY = Command(
    "quantity",
    "QUANTity",
    "How quantities are named, bounded and defined in the output.",
    (
        rows("quantities", "The quantities.", Word("quantity", "A quantity.", (*_BASE, *NUMBERED), required=True)),
        text("short", "Name in the headings of tables.", 6, swan="SHORT"),
        text("long", "Name in the headings of blocks.", 40, swan="LONG"),
        real("lexp", "Least value that is expected."),
        real("hexp", "Greatest value that is expected."),
        real("excv", "Value that is written where there is none."),
        time("ref", "Reference time of TSEC.", required=False, is_bare=False),
        real("power", "Power of frequency in PER and RPER, of wave number in WLEN.", "", 1.0, ge=-10, le=10),
        real("fswell", "Frequency below which waves are swell in HSWELL.", "Hz", 0.1, gt=0, le=10),
        real("fmin", "Least frequency of integration.", "Hz", 0.0, ge=0, le=100),
        real("fmax", "Greatest frequency of integration.", "Hz", 1000.0, gt=0, le=1000),
        integer("noswll", "Number of swells of the partitioned quantities.", 5, ge=1, le=9),
        Word(
            "axes",
            "Axes of vectors and of directions: those of the problem or of the output frame.",
            words(("problem", "PROBLEMcoord"), ("frame", "FRAME")),
            "problem",
        ),
    ),
    (Rising(("lexp", "hexp")), Rising(("fmin", "fmax"))),
)

OUTPUT_OPTIONS = Command(
    "output_options",
    "OUTPut OPTIons",
    "Formats of output as text.",
    (
        text("comment", "Character that begins a comment in tables and blocks.", 1, swan="COMMENT", default="%"),
        Group(
            "table",
            "Tables.",
            "TABle",
            (integer("field", "Length of a number; 12 without this node.", 11, ge=8, le=16),),
        ),
        Group(
            "block",
            "Blocks.",
            "BLOck",
            (
                integer("ndec", "Number of decimals.", 4, ge=0, le=9),
                integer("len", "Numbers on a line.", 200, ge=1, le=9999),
            ),
        ),
        Group(
            "spec",
            "Spectra.",
            "SPEC",
            (
                integer("ndec", "Number of digits; 4 without this node.", 5, ge=1, le=9),
                integer("len", "Numbers on a line.", 200, ge=1, le=9999),
            ),
        ),
    ),
)


def _output(name: str = "output") -> Group:
    return Group(
        name,
        "When it is written; at the end of each COMPUTE where it is not given.",
        "OUTput",
        (
            time("tbeg", "First time.", is_bare=True),
            interval("delt", "Time between writings."),
        ),
    )


BLOCK = Command(
    "block",
    "BLOCK",
    "Fields on a grid: on a FRAME, a GROUP or the computational grid.",
    (
        _OF,
        Word(
            "header",
            "Whether a text file begins with a heading; a .mat or .nc file has none.",
            words(("header", "HEADer"), ("noheader", "NOHEADer")),
            required=True,
        ),
        file("fname", "The file; .mat, .nc and .vtk choose another format than text."),
        Group(
            "layout",
            "Order of the values.",
            "LAY-OUT",
            (
                integer(
                    "idla",
                    "1, 3 or 4 as for READINP; 5 begins a netCDF file anew each month.",
                    required=True,
                    ge=1,
                    le=5,
                ),
            ),
        ),
        rows(
            "quantities",
            "The quantities.",
            Word("quantity", "The quantity.", (*_BASE, PARTIT), required=True),
            real("unit", "Value in the file is divided by this; chosen by SWAN for a file with a heading.", gt=0),
            as_lists=False,
            is_short=True,
        ),
        _output(),
    ),
)

TABLE = Command(
    "table",
    "TABLE",
    "Values at points.",
    (
        _OF,
        Word(
            "header",
            "Form of the file: with a heading, with none, with time and point in each row, as SWAN's own tables, or as"
            " tables with fields of fixed length.",
            words(
                ("header", "HEADer"),
                ("noheader", "NOHEADer"),
                ("indexed", "INDexed"),
                ("swan", "SWAN"),
                ("stab", "STAB"),
            ),
            "header",
        ),
        file("fname", "The file; the print file where it is not given.", required=False),
        rows("quantities", "The quantities.", Word("quantity", "A quantity.", _BASE, required=True)),
        _output(),
    ),
)

_NETCDF: tuple[Item, ...] = (
    Flag("month", "Whether a netCDF file begins anew each month.", "MONth"),
    Flag("escale", "Whether the spectra of a netCDF file are scaled by their energy.", "ESCAle"),
    Flag("compress", "Whether only points with waves are in a netCDF file of a grid.", "COMPress"),
    Flag("mdgrid", "Whether a netCDF file of a grid keeps its dimensions.", "MDGRID"),
    Flag("noaux", "Whether wave height and wind are left out of a netCDF file.", "NOAUX"),
)

SPECOUT = Command(
    "specout",
    "SPECout",
    "Spectra at points.",
    (
        _OF,
        Word(
            "dimensions",
            "Over frequency, or over frequency and direction.",
            words(("one", "SPEC1D"), ("two", "SPEC2D")),
            "two",
        ),
        Word(
            "frequency",
            "Absolute or relative to the current.",
            words(("absolute", "ABS"), ("relative", "REL")),
            "absolute",
        ),
        Word("scale", "Energy by frequency (S) or by its logarithm (L).", words(("s", "S"), ("l", "L")), "s"),
        file("fname", "The file; .nc is netCDF."),
        *_NETCDF,
        _output(),
    ),
)

NESTOUT = Command(
    "nestout",
    "NESTout",
    "Spectra on the boundary of a nested grid.",
    (text("sname", "Name of the NGRID.", 8, required=True), file("fname", "The file."), _output()),
)

TEST = Command(
    "test",
    "TEST",
    "Test output, and sources of energy at points.",
    (
        integer("itest", "Amount of test output.", 30, ge=0, le=500),
        integer("itrace", "Whether each subroutine is reported: 0 no, else up to so many times.", 0, ge=0),
        Group(
            "points",
            "Points of the test output.",
            "POINTS",
            (
                Choice(
                    "points",
                    "How they are given.",
                    (
                        Option(
                            "ij",
                            "By indices of the grid.",
                            "IJ",
                            (
                                rows(
                                    "points",
                                    "The points.",
                                    integer("i", "Index in x, from 0.", ge=0),
                                    integer("j", "Index in y, from 0.", ge=0),
                                ),
                            ),
                        ),
                        Option(
                            "k",
                            "By vertices of an unstructured grid.",
                            "IJ",
                            (rows("points", "The vertices.", integer("k", "Number, from 1.", ge=1)),),
                        ),
                        Option(
                            "xy",
                            "By coordinates.",
                            "XY",
                            (
                                rows(
                                    "points",
                                    "The points.",
                                    real("x", "x.", "m or degrees"),
                                    real("y", "y.", "m or degrees"),
                                ),
                            ),
                        ),
                    ),
                    required=True,
                ),
                Group("par", "Integrals of the sources in each iteration.", "PAR", (file("fname", "The file."),)),
                Group("s1d", "Sources over frequency.", "S1D", (file("fname", "The file."),)),
                Group("s2d", "Sources over frequency and direction.", "S2D", (file("fname", "The file."),)),
            ),
        ),
    ),
)
