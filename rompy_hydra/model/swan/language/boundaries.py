"""Commands of the waves at the boundary and at the beginning."""

from __future__ import annotations

from .grammar import Choice, Command, Group, Option, Rising, Word, file, integer, real, rows, words

_GAMMA = real("gamma", "Peak enhancement.", "", 3.3, gt=0, le=50)

BOUND_SHAPE = Command(
    "bound_shape",
    "BOUnd SHAPespec",
    "Shape of the spectra that are given by their height, period and direction.",
    (
        Choice(
            "kind",
            "Shape over frequencies.",
            (
                Option("jonswap", "JONSWAP.", "JONswap", (_GAMMA,)),
                Option("pm", "Pierson and Moskowitz.", "PM"),
                Option(
                    "gauss",
                    "Gauss.",
                    "GAUSs",
                    (real("sigfr", "Width of the spectrum, its standard deviation.", "Hz", 0.01, gt=0, le=1),),
                ),
                Option("bin", "All energy in one frequency.", "BIN"),
                Option(
                    "tma",
                    "TMA: JONSWAP in water of finite depth.",
                    "TMA",
                    (_GAMMA, real("d", "Depth of the water.", "m", required=True, gt=0)),
                ),
            ),
            default="jonswap",
        ),
        Word(
            "period",
            "Which period is given.",
            words(("peak", "PEAK"), ("mean", "MEAN")),
            "peak",
        ),
        Word(
            "spreading",
            "How directional spreading is given: as the power of a cosine, or as a standard deviation in degrees.",
            words(("power", "DSPR POWer"), ("degrees", "DSPR DEGRees")),
            "power",
        ),
    ),
)

_HS = real("hs", "Significant wave height.", "m", required=True, ge=0, le=100)
_PER = real("per", "Period, peak or mean as BOUND SHAPE says.", "s", required=True, gt=0, le=1000)
_DIR = real("dir", "Direction of the peak, by the convention of SET.", "degrees", required=True, ge=-360, le=720)
_DD_DOC = "Directional spreading, a power or degrees as BOUND SHAPE says"
_DD = real("dd", f"{_DD_DOC}; 2 or 30 degrees where it is not given.", gt=0, le=10000)
_SEQ = integer("seq", "Number of the spectrum among those of the file.", 1, ge=1)
_LEN = real("len", "Distance from the first point of the side or segment.", "m or degrees", required=True, ge=0)

_WAY = Word(
    "way",
    "In which sense distances along the side run.",
    words(("ccw", "CCW"), ("clockwise", "CLOCKWise")),
    "ccw",
)
_SIDES = words(*((s, s) for s in ("N", "NW", "W", "SW", "S", "SE", "E", "NE")))

_SPECTRUM = Choice(
    "spectrum",
    "The waves.",
    (
        Option("constant", "One spectrum by its parameters.", "CONstant PAR", (_HS, _PER, _DIR, _DD)),
        Option(
            "constant_file",
            "One spectrum, or a series in time, in a file.",
            "CONstant FILE",
            (file("fname", "The file."), _SEQ),
        ),
        Option(
            "variable",
            "Spectra by their parameters at points, between which is interpolated.",
            "VARiable PAR",
            (
                rows(
                    "points",
                    "The spectra by their distance.",
                    _LEN,
                    _HS,
                    _PER,
                    _DIR,
                    real("dd", f"{_DD_DOC}.", required=True, gt=0, le=10000),
                ),
            ),
        ),
        Option(
            "variable_file",
            "Spectra in files at points, between which is interpolated.",
            "VARiable FILE",
            (
                rows(
                    "points",
                    "The spectra by their distance.",
                    _LEN,
                    file("fname", "The file."),
                    integer("seq", "Number of the spectrum among those of the file.", 1, ge=1, always=True),
                    as_lists=False,
                ),
            ),
        ),
    ),
    required=True,
)

BOUNDSPEC = Command(
    "boundspec",
    "BOUndspec",
    "Waves along a part of the boundary.",
    (
        Choice(
            "kind",
            "How the part of the boundary is given.",
            (
                Option(
                    "side",
                    "A side of a regular grid by the direction in which it lies.",
                    "SIDE",
                    (Word("side", "The side.", _SIDES, required=True), _WAY),
                ),
                Option(
                    "side_k",
                    "A side of an unstructured grid by its marker.",
                    "SIDE",
                    (integer("k", "Marker of the boundary vertices.", required=True, ge=1), _WAY),
                ),
                Option(
                    "segment_xy",
                    "A polyline by coordinates.",
                    "SEGment XY",
                    (
                        rows(
                            "segment",
                            "Corners of the segment.",
                            real("x", "x.", "m or degrees"),
                            real("y", "y.", "m or degrees"),
                            at_least=2,
                        ),
                    ),
                ),
                Option(
                    "segment_ij",
                    "A polyline by indices of the grid.",
                    "SEGment IJ",
                    (
                        rows(
                            "segment",
                            "Corners of the segment.",
                            integer("i", "Index in x, from 0.", ge=0),
                            integer("j", "Index in y, from 0.", ge=0),
                            at_least=2,
                        ),
                    ),
                ),
                Option(
                    "segment_k",
                    "A polyline by vertices of an unstructured grid.",
                    "SEGment IJ",
                    (rows("segment", "Numbers of the vertices.", integer("k", "Number, from 1.", ge=1), at_least=2),),
                ),
            ),
            required=True,
        ),
        _SPECTRUM,
    ),
)

_FILE = file("fname", "File with the spectra.")
_CLOSURE = Word(
    "closure",
    "Whether the points of the file form a closed rectangle or an open line.",
    words(("closed", "CLOSed"), ("open", "OPEN")),
    "closed",
    always=True,
)


_ORIGIN = Group(
    "origin",
    "Where the origin of the grid lies; with Cartesian coordinates alone.",
    "",
    (
        real("xgc", "Longitude.", "degrees", required=True, ge=-360, le=360),
        real("ygc", "Latitude.", "degrees", required=True, ge=-90, le=90),
    ),
)

BOUNDNEST1 = Command("boundnest1", "BOUndnest1 NEst", "Waves from a run of SWAN on a larger grid.", (_FILE, _CLOSURE))

BOUNDNEST2 = Command(
    "boundnest2",
    "BOUndnest2 WAMNest",
    "Waves from a run of WAM.",
    (
        _FILE,
        Word(
            "format",
            "How the file is written.",
            words(("cray", "UNFormatted CRAY"), ("workstation", "UNFormatted WKstat"), ("free", "FREE")),
            required=True,
        ),
        _ORIGIN,
        integer("lwdate", "Number of digits of a date in the file: 10, 12 or 14.", 12, ge=10, le=14),
    ),
)

BOUNDNEST3 = Command(
    "boundnest3",
    "BOUndnest3 WW3",
    "Waves from a run of WAVEWATCH III.",
    (
        _FILE,
        Word(
            "format", "How the file is written.", words(("unformatted", "UNFormatted"), ("free", "FREE")), required=True
        ),
        _CLOSURE,
        _ORIGIN,
    ),
)

HOT_FORMAT = Word("format", "How the file is written.", words(("free", "FREE"), ("unformatted", "UNFormatted")), "free")

INITIAL = Command(
    "initial",
    "INITial",
    "Waves at the beginning, or the first guess of a stationary run.",
    (
        Choice(
            "kind",
            "Where they come from.",
            (
                Option("default", "From the local wind.", "DEFault"),
                Option("zero", "No waves.", "ZERO"),
                Option(
                    "par",
                    "One spectrum by its parameters.",
                    "PAR",
                    (
                        real("hs", "Significant wave height.", "m", required=True, swan="HSIG", ge=0, le=100),
                        Word(
                            "period",
                            "Which period is given; as BOUND SHAPE says.",
                            words(("mean", "MEAN"), ("peak", "PEAK")),
                        ),
                        _PER,
                        _DIR,
                        _DD,
                        integer("ix1", "First point in x, from 0; all points where it is not given.", ge=0),
                        integer("ix2", "Last point in x.", ge=0),
                        integer("iy1", "First point in y.", ge=0),
                        integer("iy2", "Last point in y.", ge=0),
                    ),
                    (Rising(("ix1", "ix2"), True), Rising(("iy1", "iy2"), True)),
                ),
                Option(
                    "hotstart",
                    "From the state that HOTFILE wrote.",
                    "HOTStart",
                    (
                        Word(
                            "files",
                            "Whether each MPI rank wrote a file of its own.",
                            words(("multiple", "MULTiple"), ("single", "SINGle")),
                            "multiple",
                        ),
                        file("fname", "The file."),
                        HOT_FORMAT,
                    ),
                ),
            ),
            default="default",
        ),
    ),
)
