"""Commands of the physics."""

from __future__ import annotations

from .grammar import Choice, Command, Group, Option, Word, integer, real

_ALPHA = real("alpha", "Coefficient of the rate of dissipation.", default=1.0, gt=0)

BREAKING = Command(
    "breaking",
    "BREaking",
    "Depth-induced breaking.",
    (
        Choice(
            "law",
            "Breaker index.",
            (
                Option(
                    "constant",
                    "Battjes and Janssen (1978) with a constant breaker index.",
                    "CONstant",
                    (_ALPHA, real("gamma", "Highest ratio of wave height to depth.", default=0.73, gt=0, le=2)),
                ),
                Option(
                    "bkd",
                    "Breaker index by bottom slope and relative depth (Salmon et al., 2015).",
                    "BKD",
                    (
                        _ALPHA,
                        real("gamma0", "Breaker index over a flat bed in deep water.", default=0.54, gt=0),
                        real("a1", "Scaling with the bottom slope.", default=7.59),
                        real("a2", "Second coefficient of relative depth.", default=-8.06),
                        real("a3", "Third coefficient of relative depth.", default=8.09),
                        integer("npnts", "Grid points over which the slope is averaged.", swan="NPNTS", ge=0),
                    ),
                ),
            ),
            default="constant",
        ),
        Group(
            "directionality",
            "Directional effects of breaking.",
            "DIRectionality",
            (real("spread", "Threshold of directional spreading.", "degrees", ge=0),),
        ),
    ),
)

FRICTION = Command(
    "friction",
    "FRICtion",
    "Friction at the bed.",
    (
        Choice(
            "law",
            "Formulation of friction.",
            (
                Option(
                    "jonswap",
                    "Hasselmann et al. (1973).",
                    "JONswap CONstant",
                    (real("cfjon", "Coefficient.", "m2 s-3", 0.038, gt=0, le=1),),
                ),
                Option(
                    "madsen",
                    "Madsen et al. (1988).",
                    "MADsen",
                    (real("kn", "Equivalent roughness length of the bed.", "m", 0.05, gt=0),),
                ),
            ),
            default="jonswap",
        ),
    ),
)

TRIAD = Command(
    "triad",
    "TRIad",
    "Three wave-wave interactions.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option(
                    "dcta",
                    "Distributed collinear triad approximation (Booij et al., 2009).",
                    "DCTA",
                    (
                        real("trfac", "Factor of the interactions.", default=4.4, ge=0),
                        real("p", "Shape of the tail of the spectrum.", default=4 / 3),
                        Word(
                            "collinear",
                            "Which components interact.",
                            (("collinear", "COLL"), ("noncollinear", "NONC")),
                            "collinear",
                        ),
                    ),
                    since="41.45",
                ),
            ),
        ),
        Choice(
            "biphase",
            "Parametrisation of the biphase.",
            (
                Option("eldeberky", "Eldeberky (1996).", "BIPHase ELDeberky", (real("urcrit", "x", default=0.63),)),
                Option("dewit", "De Wit (2022).", "BIPHase DEWit", (real("lpar", "x", default=0),)),
            ),
            default="eldeberky",
            since="41.45",
        ),
    ),
)
