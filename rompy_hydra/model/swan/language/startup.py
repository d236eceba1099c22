"""Commands that come first: the run, constants, mode and coordinates."""

from __future__ import annotations

from .grammar import Choice, Command, Count, Flag, Option, Word, integer, real, text, words

PROJECT = Command(
    "project",
    "PROJect",
    "Names of the run, which SWAN writes into its output.",
    (
        text("name", "Name of the project.", 16, swan="NAME"),
        text("nr", "Number of the run within the project.", 4, required=True, swan="NR"),
        text("title1", "First line of the title.", 72, swan="TITLE1"),
        text("title2", "Second line of the title.", 72, swan="TITLE2"),
        text("title3", "Third line of the title.", 72, swan="TITLE3"),
    ),
)

SET = Command(
    "set",
    "SET",
    "Constants and conventions of the whole run.",
    (
        real(
            "level", "Level of the water everywhere and always, above the datum of the bed.", "m", 0.0, ge=-1e3, le=1e4
        ),
        real("nor", "Direction of North, counterclockwise from the x-axis.", "degrees", 90.0, ge=-360, le=360),
        real(
            "depmin", "Smallest depth with which is computed; what is shallower is set to it.", "m", 0.05, gt=0, le=10
        ),
        integer("maxmes", "Number of error messages after which SWAN stops.", 200, ge=1),
        integer(
            "maxerr",
            "Highest severity with which the run goes on: 1 warnings, 2 errors, 3 severe errors.",
            1,
            ge=0,
            le=4,
        ),
        real("grav", "Acceleration of gravity.", "m s-2", 9.81, gt=0, le=100),
        real("rho", "Density of the water.", "kg m-3", 1025.0, gt=500, le=2000),
        real("cdcap", "Upper bound of the drag coefficient of the wind; no bound where it is not given.", gt=0),
        real("uscap", "Upper bound of the friction velocity of the wind; none where it is not given.", "m s-1", gt=0),
        integer("inrhog", "Whether output is in energy (1: with rho g) or in variance (0).", 0, ge=0, le=1),
        real(
            "hsrerr",
            "Relative difference between the wave heights imposed and computed at the boundary above which SWAN warns.",
            "",
            0.1,
            ge=0,
            le=10,
        ),
        Word(
            "convention",
            "Of directions: from which wind and waves come, clockwise from North, or to which they go, counterclockwise"
            " from the x-axis.",
            words(("nautical", "NAUTical"), ("cartesian", "CARTesian")),
            "cartesian",
        ),
        real(
            "pwtail",
            "Power of the tail of the spectrum beyond the highest frequency; 5 with GEN3 JANSSEN.",
            "",
            4.0,
            gt=1,
            le=20,
        ),
        real("froudmax", "Highest Froude number: faster currents are reduced to it.", "", 0.8, gt=0, le=10),
        real(
            "icewind",
            "How far ice reduces the input of the wind: 0 by its concentration, 1 not at all.",
            "",
            0.0,
            ge=0,
            le=1,
        ),
        integer(
            "excmark",
            "Marker of vertices of an unstructured grid that are not taken for its boundary.",
            999,
            ge=0,
            since="41.51",
        ),
        real("sort", "Direction by which the points of an unstructured grid are ordered.", "degrees", ge=-360, le=720),
        integer(
            "nsweep",
            "Sweeps per iteration on an unstructured grid; chosen by SWAN where it is not given.",
            ge=1,
            le=100,
        ),
        Flag("curv", "Whether a curvilinear grid gets extra care where a grid line bends through a sweep.", "CURV"),
        integer("printf", "Fortran unit of the print file.", ge=1, le=999),
        integer("prtest", "Fortran unit of the test output.", ge=1, le=999),
    ),
    (Count(("nsweep", "curv"), most=1),),  # SWAN reads CURV in the place of nsweep
)

MODE = Command(
    "mode",
    "MODE",
    "Whether time and the second dimension count.",
    (
        Word(
            "time",
            "Whether the run is stationary.",
            words(("stationary", "STATionary"), ("nonstationary", "NONSTationary")),
            "stationary",
        ),
        Word(
            "dimensions",
            "Whether the grid is an area or a line.",
            words(("two", "TWODimensional"), ("one", "ONEDimensional")),
            "two",
        ),
        Flag("noupdate", "Whether action densities are left as they are, for tests.", "NOUPDATe"),
    ),
)

COORDINATES = Command(
    "coordinates",
    "COORDinates",
    "What the coordinates of all commands and files mean.",
    (
        Choice(
            "kind",
            "Metres or degrees.",
            (
                Option("cartesian", "Metres in a plane.", "CARTesian"),
                Option(
                    "spherical",
                    "Longitude and latitude.",
                    "SPHErical",
                    (
                        real("rearth", "Radius of the earth.", "m", 6366197.72, gt=1e5, le=1e8),
                        Word(
                            "projection",
                            "Projection: central conformal cylindrical (Mercator) or quasi-Cartesian.",
                            words(("ccm", "CCM"), ("qc", "QC")),
                            "ccm",
                        ),
                    ),
                ),
            ),
            default="cartesian",
        ),
        Flag("repeating", "Whether the grid closes on itself in x.", "REPeating"),
    ),
)
