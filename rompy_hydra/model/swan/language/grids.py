"""Commands of the computational grid, and of the fields on grids of their own."""

from __future__ import annotations

from dataclasses import replace

from .grammar import (
    Choice,
    Command,
    Count,
    Group,
    Item,
    Option,
    Rising,
    Value,
    Word,
    file,
    integer,
    interval,
    real,
    text,
    time,
)

_MDC = integer("mdc", "Number of directional meshes.", required=True, ge=3, le=2000)

_DIRECTIONS = Choice(
    "directions",
    "Directions of the spectrum.",
    (
        Option("circle", "The full circle.", "CIRcle", (_MDC,)),
        Option(
            "sector",
            "A sector.",
            "SECtor",
            (
                real("dir1", "Direction of one side of the sector.", "degrees", required=True, ge=-360, le=720),
                real("dir2", "Direction of the other side.", "degrees", required=True, ge=-360, le=720),
                _MDC,
            ),
        ),
    ),
    required=True,
)

CGRID = Command(
    "cgrid",
    "CGRID",
    "The grid in space and in the spectrum on which is computed.",
    (
        Choice(
            "kind",
            "Shape of the grid in space.",
            (
                Option(
                    "regular",
                    "Rectangles.",
                    "REGular",
                    (
                        real("xpc", "x of the origin.", "m or degrees", 0.0, swan="XPC"),
                        real("ypc", "y of the origin.", "m or degrees", 0.0, swan="YPC"),
                        real(
                            "alpc", "Direction of the grid's x-axis, counterclockwise.", "degrees", 0.0, ge=-360, le=360
                        ),
                        real("xlenc", "Length in x.", "m or degrees", required=True, gt=0),
                        real("ylenc", "Length in y; 0 in one dimension.", "m or degrees", required=True, ge=0),
                        integer("mxc", "Number of meshes in x, one less than points.", required=True, ge=1),
                        integer("myc", "Number of meshes in y; 0 in one dimension.", required=True, ge=0),
                    ),
                ),
                Option(
                    "curvilinear",
                    "Quadrangles, with coordinates from READGRID.",
                    "CURVilinear",
                    (
                        integer("mxc", "Number of meshes in x, one less than points.", required=True, ge=1),
                        integer("myc", "Number of meshes in y, one less than points.", required=True, ge=1),
                        Group(
                            "exception",
                            "Coordinates of points that do not take part.",
                            "EXCeption",
                            (
                                real("xexc", "Exceptional x.", "m or degrees", required=True, swan="EXCVAL"),
                                real(
                                    "yexc",
                                    "Exceptional y; as `xexc` where it is not given.",
                                    "m or degrees",
                                    swan="EXCVAL",
                                ),
                            ),
                        ),
                        real(
                            "alpc",
                            "Direction of the x-axis for output on a frame of this grid.",
                            "degrees",
                            0.0,
                            ge=-360,
                            le=360,
                        ),
                    ),
                ),
                Option("unstructured", "Triangles, with coordinates from READGRID.", "UNSTRUCtured"),
            ),
            default="regular",
        ),
        _DIRECTIONS,
        real("flow", "Lowest frequency; two of `flow`, `fhigh` and `msc` must be given.", "Hz", gt=0, le=10),
        real("fhigh", "Highest frequency.", "Hz", gt=0, le=100),
        integer(
            "msc", "Number of frequencies less one; where it is not given each is 1.1 times the last.", ge=3, le=1000
        ),
    ),
    (Count(("flow", "fhigh", "msc"), least=2), Rising(("flow", "fhigh"))),
)

_BY_FORMAT = Choice(
    "format",
    "How the numbers are written in the file.",
    (
        Option("free", "Separated by blanks or commas.", "FREE"),
        Option(
            "fortran",
            "In a Fortran format.",
            "FORmat",
            (text("form", "The format, e.g. (10F8.0).", 40, required=True),),
        ),
        Option(
            "code",
            "In a format that has a number.",
            "FORmat",
            (
                integer(
                    "idfm",
                    "1 is (10X,12F5.0), 5 is (16F5.0), 6 is (12F6.0), 8 is (10F8.0).",
                    required=True,
                    ge=1,
                    le=8,
                ),
            ),
        ),
        Option("unformatted", "As Fortran's unformatted records of single precision.", "UNFormatted"),
    ),
    default="free",
)
_FAC = real("fac", "Factor of the values in the file.", "", 1.0, always=True)
_FNAME = file("fname", "File that holds the values.")
_IDLA = integer(
    "idla",
    "Order of the values: rows from the top with 1 (each on a line) or 2, from the bottom with 3 (each on a line) or 4;"
    " columns with 5 or 6.",
    1,
    ge=1,
    le=6,
)
_NHEDF = integer("nhedf", "Lines to skip at the beginning of the file.", 0, ge=0)
_NHEDT = integer("nhedt", "Lines to skip before each time; only for fields that vary in time.", 0, ge=0)
_NHEDVEC = integer("nhedvec", "Lines to skip before each component of a vector; only for vectors.", 0, ge=0)

_MESH = (file("fname", "Name of the files without their extension."),)

READGRID = Command(
    "readgrid",
    "READgrid",
    "Reads the coordinates of a grid.",
    (
        Choice(
            "kind",
            "What the file holds.",
            (
                Option(
                    "coordinates",
                    "Points of a curvilinear grid, all x before all y.",
                    "COORdinates",
                    (
                        _FAC,
                        _FNAME,
                        _IDLA,
                        _NHEDF,
                        _NHEDVEC,
                        _BY_FORMAT,
                    ),
                ),
                Option(
                    "adcirc", "A mesh of ADCIRC with its depths, always in the file fort.14.", "UNSTRUCtured ADCirc"
                ),
                Option("triangle", "A mesh of Triangle, in a .node and an .ele file.", "UNSTRUCtured TRIAngle", _MESH),
                Option("easymesh", "A mesh of EasyMesh, in an .n and an .e file.", "UNSTRUCtured EASYmesh", _MESH),
            ),
            required=True,
        ),
    ),
)

_FIELDS = (
    Value("bottom", "BOTtom", "Depth of the bed below the datum.", "m"),
    Value("wlevel", "WLEVel", "Level of the water above the datum.", "m"),
    Value("current", "CURrent", "Velocity of the current, in x and y.", "m s-1"),
    Value("friction", "FRiction", "Coefficient of bottom friction, of the law that FRICTION chooses."),
    Value("wind", "WInd", "Velocity of the wind at 10 m, in x and y.", "m s-1"),
    Value("astd", "ASTD", "Temperature of the air less that of the sea.", "K"),
    Value("nplants", "NPLAnts", "Number of plants.", "m-2"),
    Value("turbulence", "TURBvisc", "Turbulent viscosity.", "m2 s-1"),
    Value("mudlayer", "MUDLayer", "Thickness of the fluid mud.", "m"),
    Value("aice", "AICE", "Concentration of ice."),
    Value("hice", "HICE", "Thickness of ice.", "m"),
    Value("hss", "HSS", "Significant wave height of sea and swell, for infragravity sources at obstacles.", "m"),
    Value("tss", "TSS", "Mean period of sea and swell, for infragravity sources at obstacles.", "s"),
)
_COMPONENTS = (
    Value("vx", "VX", "Velocity of the current in x, on a grid of its own.", "m s-1"),
    Value("vy", "VY", "Velocity of the current in y, on a grid of its own.", "m s-1"),
    Value("wx", "WX", "Velocity of the wind in x, on a grid of its own.", "m s-1"),
    Value("wy", "WY", "Velocity of the wind in y, on a grid of its own.", "m s-1"),
)

_SIZE: tuple[Item, ...] = (
    integer("mxinp", "Number of meshes in x, one less than points.", required=True, ge=1),
    integer("myinp", "Number of meshes in y; 0 in one dimension.", required=True, ge=0),
)

INPGRID = Command(
    "inpgrid",
    "INPgrid",
    "The grid on which a field is given.",
    (
        Word("quantity", "The field.", _FIELDS + _COMPONENTS, required=True),
        Choice(
            "kind",
            "Shape of the grid.",
            (
                Option(
                    "regular",
                    "Rectangles.",
                    "REGular",
                    (
                        real("xpinp", "x of the origin.", "m or degrees", required=True),
                        real("ypinp", "y of the origin.", "m or degrees", required=True),
                        real(
                            "alpinp",
                            "Direction of the grid's x-axis, counterclockwise.",
                            "degrees",
                            0.0,
                            ge=-360,
                            le=360,
                        ),
                        *_SIZE,
                        real("dxinp", "Size of a mesh in x.", "m or degrees", required=True, gt=0),
                        real("dyinp", "Size of a mesh in y; as `dxinp` where it is not given.", "m or degrees", gt=0),
                    ),
                ),
                Option(
                    "curvilinear",
                    "The points of the computational grid, perhaps shifted.",
                    "CURVilinear",
                    (
                        real("stagrx", "Shift in x, in meshes of the computational grid.", "", 0.0, ge=-1, le=1),
                        real("stagry", "Shift in y, in meshes of the computational grid.", "", 0.0, ge=-1, le=1),
                        integer(
                            "mxinp", "Number of meshes in x; as the computational grid where it is not given.", ge=1
                        ),
                        integer(
                            "myinp", "Number of meshes in y; as the computational grid where it is not given.", ge=1
                        ),
                    ),
                ),
                Option("unstructured", "The vertices of the computational grid.", "UNSTRUCtured"),
            ),
            default="regular",
        ),
        Group(
            "exception",
            "Points without a value.",
            "EXCeption",
            (real("excval", "Value in the file, times `fac`, that marks a point without one.", required=True),),
        ),
        Group(
            "nonstationary",
            "The field varies in time.",
            "NONSTATionary",
            (
                time("tbeginp", "Time of the first field in the file."),
                interval("deltinp", "Time between fields."),
                time("tendinp", "Time of the last field.", required=False),
            ),
            rules=(Rising(("tbeginp", "tendinp"), True),),
        ),
    ),
)

READINP = Command(
    "readinp",
    "READinp",
    "Reads a field on the grid that INPGRID gave it; of two in a row that name the same file the second goes on in it.",
    (
        Word("quantity", "The field.", _FIELDS, required=True),
        _FAC,
        Choice(
            "source",
            "Where the values stand.",
            (
                Option("file", "In one file.", "", (_FNAME,)),
                Option(
                    "series",
                    "In several files.",
                    "SERIes",
                    (replace(_FNAME, doc="File that lists the names of the files."),),
                ),
            ),
            required=True,
        ),
        _IDLA,
        _NHEDF,
        _NHEDT,
        _NHEDVEC,
        _BY_FORMAT,
    ),
)

WIND = Command(
    "wind",
    "WIND",
    "A wind that is the same everywhere and always.",
    (
        real("vel", "Speed at 10 m.", "m s-1", required=True, ge=0, le=150),
        real("dir", "Direction, by the convention of SET.", "degrees", required=True, ge=-360, le=360),
        real("astd", "Temperature of the air less that of the sea.", "K", 0.0, ge=-100, le=100),
    ),
)

ICE = Command(
    "ice",
    "ICE",
    "Ice that is the same everywhere and always.",
    (
        real("aice", "Concentration.", "", required=True, ge=0, le=1),
        real("hice", "Thickness.", "m", required=True, ge=0, le=100),
    ),
)
