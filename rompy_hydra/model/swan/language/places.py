"""Commands of the places at which there is output."""

from __future__ import annotations

from .grammar import Argument, Choice, Command, Option, Rising, Word, file, integer, real, rows, text, words

_SNAME = text("sname", "Name of the set of points.", 8, required=True)


def _xy(x: str, y: str, of: str) -> tuple[Argument, Argument]:
    return (
        real(x, f"x of {of}.", "m or degrees", required=True),
        real(y, f"y of {of}.", "m or degrees", required=True),
    )


FRAME = Command(
    "frame",
    "FRAME",
    "A rectangular grid of output points.",
    (
        _SNAME,
        *_xy("xpfr", "ypfr", "the origin"),
        real(
            "alpfr",
            "Direction of the grid's x-axis, counterclockwise; 0 in degrees.",
            "degrees",
            required=True,
            ge=-360,
            le=360,
        ),
        real("xlenfr", "Length in x.", "m or degrees", required=True, gt=0),
        real("ylenfr", "Length in y.", "m or degrees", required=True, gt=0),
        integer("mxfr", "Number of meshes in x.", 20, ge=1),
        integer("myfr", "Number of meshes in y.", 20, ge=1),
    ),
)

GROUP = Command(
    "group",
    "GROUP",
    "A part of the computational grid as output points.",
    (
        _SNAME,
        integer("ix1", "First point in x, from 0.", required=True, ge=0),
        integer("ix2", "Last point in x.", required=True, ge=0),
        integer("iy1", "First point in y, from 0.", required=True, ge=0),
        integer("iy2", "Last point in y.", required=True, ge=0),
    ),
    (Rising(("ix1", "ix2"), True), Rising(("iy1", "iy2"), True)),
)

CURVE = Command(
    "curve",
    "CURVE",
    "Output points along a line.",
    (
        _SNAME,
        *_xy("xp1", "yp1", "the first point"),
        rows(
            "corners",
            "The other corners.",
            integer("int", "Number of intervals up to the corner.", ge=1),
            real("xp", "x.", "m or degrees"),
            real("yp", "y.", "m or degrees"),
        ),
    ),
)

RAY = Command(
    "ray",
    "RAY",
    "Lines on which ISOLINE looks for a depth.",
    (
        text("rname", "Name of the set of rays.", 8, required=True),
        *_xy("xp1", "yp1", "the beginning of the first ray"),
        *_xy("xq1", "yq1", "its end"),
        rows(
            "rays",
            "The other rays.",
            integer("int", "Number of rays from the last one to this, this one included.", ge=1),
            real("xp", "x of the beginning.", "m or degrees"),
            real("yp", "y of the beginning.", "m or degrees"),
            real("xq", "x of the end.", "m or degrees"),
            real("yq", "y of the end.", "m or degrees"),
        ),
    ),
)

ISOLINE = Command(
    "isoline",
    "ISOLINE",
    "Output points along a line of equal depth.",
    (
        _SNAME,
        text("rname", "Name of the set of rays.", 8, required=True),
        Word(
            "of",
            "Whether the depth is that of the water or of the bed below the datum.",
            words(("depth", "DEPTH"), ("bottom", "BOTTOM")),
            required=True,
        ),
        real("dep", "The depth.", "m", required=True),
    ),
)

POINTS = Command(
    "points",
    "POINTS",
    "Output points.",
    (
        _SNAME,
        Choice(
            "kind",
            "Where they are given.",
            (
                Option(
                    "points",
                    "Here.",
                    "",
                    (
                        rows(
                            "points", "The points.", real("xp", "x.", "m or degrees"), real("yp", "y.", "m or degrees")
                        ),
                    ),
                ),
                Option("file", "In a file.", "FILE", (file("fname", "File with x and y on each line."),)),
            ),
            default="points",
        ),
    ),
)

NGRID = Command(
    "ngrid",
    "NGRID",
    "Points on the boundary of a nested grid.",
    (
        _SNAME,
        Choice(
            "kind",
            "Shape of the nested grid.",
            (
                Option(
                    "regular",
                    "A rectangle.",
                    "",
                    (
                        *_xy("xpn", "ypn", "the origin"),
                        real(
                            "alpn",
                            "Direction of the grid's x-axis, counterclockwise.",
                            "degrees",
                            required=True,
                            ge=-360,
                            le=360,
                        ),
                        real("xlenn", "Length in x.", "m or degrees", required=True, gt=0),
                        real("ylenn", "Length in y.", "m or degrees", required=True, gt=0),
                        integer(
                            "mxn",
                            "Number of meshes in x; as fine as the computational grid where it is not given.",
                            ge=1,
                        ),
                        integer(
                            "myn",
                            "Number of meshes in y; as fine as the computational grid where it is not given.",
                            ge=1,
                        ),
                    ),
                ),
                Option(
                    "triangle",
                    "A mesh of Triangle.",
                    "UNSTRUCtured TRIAngle",
                    (file("fname", "Name of the .node file without its extension."),),
                ),
            ),
            default="regular",
        ),
    ),
)
