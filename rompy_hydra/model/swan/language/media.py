"""Commands of what waves meet: plants, mud, ice, turbulence and obstacles."""

from __future__ import annotations

from .grammar import Choice, Command, Fixed, Flag, Group, Option, integer, real, rows

VEGETATION = Command(
    "vegetation",
    "VEGEtation",
    "Dissipation by plants.",
    (
        integer(
            "iveg",
            "Formulation: 1 of Dalrymple et al. (1984), 2 of Jacobsen et al. (2019).",
            1,
            ge=1,
            le=2,
            always=True,
        ),
        rows(
            "layers",
            "Layers of plants, from the bed upwards.",
            real("height", "Height of the layer.", "m", required=True, ge=0, le=1000),
            real("diamtr", "Diameter of a stem.", "m", required=True, ge=0, le=100),
            integer(
                "nstems",
                "Stems per square metre; a factor where READINP NPLANTS gives a field.",
                1,
                required=True,
                ge=1,
            ),
            real("drag", "Drag coefficient.", "", required=True, ge=0, le=1000),
            as_lists=False,
        ),
    ),
)

TURBULENCE = Command(
    "turbulence",
    "TURBulence",
    "Dissipation by turbulence in the water.",
    (
        real("ctb", "Coefficient.", "", 0.01, ge=0, le=100),
        Group(
            "current",
            "Turbulence by the current, where no field of it is read.",
            "CURrent",
            (real("tbcur", "Factor between current times depth and viscosity.", "", 0.004, ge=0, le=100),),
        ),
    ),
)

MUD = Command(
    "mud",
    "MUD",
    "Dissipation by fluid mud (Ng, 2000).",
    (
        real("layer", "Thickness of the mud, where no field of it is read.", "m", 0.0, ge=0, le=100),
        real("rhom", "Density of the mud.", "kg m-3", 1300.0, gt=500, le=5000),
        real("viscm", "Kinematic viscosity of the mud.", "m2 s-1", 0.0076, gt=0, le=100),
        real("rhow", "Density of the water.", "kg m-3", 1025.0, gt=500, le=2000),
        real("viscw", "Kinematic viscosity of the water.", "m2 s-1", 1.3e-6, gt=0, le=1),
    ),
)

_C = (0.0, 0.0, 1.06e-3, 0.0, 2.3e-2, 0.0, 0.0)

SICE = Command(
    "sice",
    "SICE",
    "Dissipation by ice.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option(
                    "r19",
                    "A polynomial of frequency (Collins and Rogers, 2017; Rogers, 2019).",
                    "R19",
                    tuple(
                        real(f"c{n}", f"Coefficient of frequency to the power {n}.", f"m-1 s{n}", c)
                        for n, c in enumerate(_C)
                    ),
                ),
                Option("d15", "Doble et al. (2015).", "D15", (real("chf", "Coefficient.", "", 0.1, ge=0, le=1000),)),
                Option("m18", "Meylan et al. (2018).", "M18", (real("chf", "Coefficient.", "", 0.059, ge=0, le=1000),)),
                Option(
                    "r21b",
                    "Rogers et al. (2021).",
                    "R21B",
                    (
                        real("chf", "Coefficient.", "", 2.9, ge=0, le=1000),
                        real("npf", "Power of frequency.", "", 4.5, ge=0, le=20),
                    ),
                ),
            ),
            default="r19",
        ),
    ),
)

_LEVEL = real("hgt", "Level of the crest above the datum.", "m", required=True, ge=-1000, le=1000)
_TRCOEF = real("trcoef", "Ratio of transmitted to incident wave height.", "", required=True, ge=0, le=1)

OBSTACLE = Command(
    "obstacle",
    "OBSTacle",
    "A line that waves pass only in part.",
    (
        Choice(
            "transmission",
            "How much is transmitted; nothing where it is not given.",
            (
                Option("constant", "The same for all waves.", "TRANSm", (_TRCOEF,)),
                Option(
                    "by_frequency", "By frequency.", "TRANS1D", (rows("trcoef", "One for each frequency.", _TRCOEF),)
                ),
                Option(
                    "by_frequency_and_direction",
                    "By frequency and direction.",
                    "TRANS2D",
                    (rows("trcoef", "One for each frequency of the first direction, then of the next.", _TRCOEF),),
                ),
                Option(
                    "goda",
                    "A dam (Goda et al., 1967; Seelig, 1979).",
                    "DAM GODA",
                    (
                        _LEVEL,
                        real("alpha", "First coefficient of the shape of the dam.", "", 2.6, gt=0, le=100),
                        real("beta", "Second coefficient of the shape of the dam.", "", 0.15, ge=0, le=100),
                    ),
                ),
                Option(
                    "dangremond",
                    "A dam (D'Angremond et al., 1996).",
                    "DAM DANGremond",
                    (
                        _LEVEL,
                        real("slope", "Slope of the dam.", "degrees", required=True, gt=0, le=90),
                        real("bk", "Width of the crest.", "m", required=True, gt=0, le=1000),
                    ),
                ),
            ),
        ),
        Group(
            "fig",
            "A source of free infragravity waves (Ardhuin et al., 2014).",
            "FIG",
            (
                real("alpha1", "Coefficient.", "s-1", required=True, ge=0, le=1),
                real("hss", "Significant wave height, where no field of it is read.", "m", ge=0, le=100),
                real("tss", "Mean period, where no field of it is read.", "s", ge=0, le=1000),
            ),
        ),
        Group(
            "reflection",
            "Waves that are sent back.",
            "REFLec",
            (
                real("reflc", "Ratio of reflected to incident wave height.", "", 1.0, ge=0, le=1),
                Choice(
                    "manner",
                    "Into which directions.",
                    (
                        Option("specular", "As by a mirror.", "RSPEC"),
                        Option(
                            "diffuse",
                            "Around that of a mirror.",
                            "RDIFF",
                            (integer("pown", "Power of the cosine of the deviation.", required=True, ge=0, le=1000),),
                        ),
                    ),
                    default="specular",
                ),
                Group(
                    "rfd",
                    "Reflection that depends on frequency.",
                    "RFD",
                    (
                        real("fd1", "First coefficient.", required=True),
                        real("fd2", "Second coefficient.", required=True),
                        real("fd3", "Third coefficient, negative.", required=True, lt=0),
                        real("fd4", "Fourth coefficient.", required=True),
                    ),
                ),
            ),
        ),
        Group(
            "freeboard",
            "Transmission and reflection that depend on the level of the crest.",
            "FREEboard",
            (
                real("hgt", "Level of the crest above the datum.", "m", required=True, ge=-1000, le=1000),
                real("gammat", "Shape of the dependence of transmission.", "", 1.0, ge=0.1, le=100),
                real("gammar", "Shape of the dependence of reflection.", "", 1.0, ge=0.1, le=100),
                Flag("quay", "Whether a deep side and a shallow side differ.", "QUAY"),
            ),
        ),
        Fixed("LINe"),
        rows(
            "line",
            "Corners of the line.",
            real("xp", "x.", "m or degrees"),
            real("yp", "y.", "m or degrees"),
            at_least=2,
        ),
    ),
)
