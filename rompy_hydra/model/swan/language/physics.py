"""Commands of shallow-water physics."""

from __future__ import annotations

from .grammar import Choice, Command, Group, Item, Option, Rising, Word, integer, real, words

_ALPHA = real("alpha", "Coefficient of the rate of dissipation.", "", 1.0, ge=0, le=10)

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
                    (_ALPHA, real("gamma", "Highest ratio of wave height to depth.", "", 0.73, gt=0, le=2)),
                ),
                Option(
                    "variable",
                    "Breaker index by the slope of the bed (Nelson, 1987 and 1994).",
                    "VARiable",
                    (
                        real("alpha", "Coefficient of the rate of dissipation.", "", 1.5, ge=0, le=10),
                        real("gammin", "Least breaker index.", "", 0.55, gt=0, le=2),
                        real("gammax", "Greatest breaker index.", "", 0.81, gt=0, le=2),
                        real("gamneg", "Breaker index over a slope that falls.", "", 0.73, gt=0, le=2),
                        real("coeff1", "First coefficient of the slope.", "", 0.88),
                        real("coeff2", "Second coefficient of the slope.", "", 0.012),
                    ),
                    (Rising(("gammin", "gammax")),),
                ),
                Option(
                    "ruessink",
                    "Breaker index by relative depth (Ruessink et al., 2003).",
                    "RUEssink",
                    (
                        _ALPHA,
                        real("a", "Increase with relative depth.", "", 0.76, ge=0, le=10),
                        real("b", "Breaker index in shallow water.", "", 0.29, ge=0, le=2),
                    ),
                ),
                Option(
                    "bkd",
                    "Breaker index by slope of the bed and relative depth (Salmon and Holthuijsen, 2015).",
                    "BKD",
                    (
                        _ALPHA,
                        real("gamma0", "Breaker index over a flat bed.", "", 0.54, gt=0, le=2),
                        real("a1", "Increase with the slope.", "", 7.59),
                        real("a2", "First coefficient of relative depth.", "", -8.06),
                        real("a3", "Second coefficient of relative depth.", "", 8.09),
                        real(
                            "npnts",
                            "Percentage of points that must have converged.",
                            "%",
                            95.0,
                            ge=0,
                            le=100,
                            since="41.45",
                        ),
                    ),
                ),
                Option(
                    "tg",
                    "Thornton and Guza (1983).",
                    "TG",
                    (
                        _ALPHA,
                        real("gamma", "Ratio of root-mean-square wave height to depth.", "", 0.42, gt=0, le=2),
                        real("pown", "Power of that ratio in the fraction of breakers.", "", 4.0, gt=0, le=20),
                    ),
                ),
                Option(
                    "asymmetry",
                    "Breaker index by the energy of the second harmonic (Saprykina et al., 2017).",
                    "ASYM",
                    (
                        _ALPHA,
                        real("gamma0", "Breaker index without second harmonic.", "", 0.6, gt=0, le=2),
                        real("a", "Change with the second harmonic.", "", 0.8, ge=0, le=10),
                    ),
                    since="41.45",
                ),
            ),
            default="constant",
        ),
        Group(
            "directionality",
            "Less breaking of short-crested waves; BKD always has it.",
            "DIRectionality",
            (
                real(
                    "spread",
                    "Directional spreading above which breaking is reduced; 15 before 41.45.",
                    "degrees",
                    12.5,
                    gt=0,
                    le=360,
                ),
            ),
        ),
        Group(
            "freqdep",
            "Dissipation that depends on frequency.",
            "FREQDep",
            (
                real("power", "Power of frequency.", "", 2.0, ge=-10, le=10),
                real("fmin", "Least frequency.", "Hz", 0.0, ge=0, le=1000),
                real("fmax", "Greatest frequency.", "Hz", 1000.0, gt=0, le=1000),
            ),
            rules=(Rising(("fmin", "fmax")),),
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
            "Formulation.",
            (
                Option(
                    "jonswap",
                    "Hasselmann et al. (1973).",
                    "JONswap CONstant",
                    (real("cfjon", "Coefficient.", "m2 s-3", 0.038, ge=0, le=10),),
                ),
                Option(
                    "jonswap_variable",
                    "Hasselmann et al. (1973) with a coefficient that depends on directional spreading.",
                    "JONswap VARiable",
                    (
                        real("cfj1", "Coefficient of swell.", "m2 s-3", 0.038, ge=0, le=10),
                        real("cfj2", "Coefficient of a wind sea.", "m2 s-3", 0.067, ge=0, le=10),
                        real("dsp1", "Spreading up to which waves are swell.", "degrees", 10.0, ge=0, le=360),
                        real("dsp2", "Spreading from which waves are a wind sea.", "degrees", 30.0, ge=0, le=360),
                    ),
                    (Rising(("dsp1", "dsp2")),),
                ),
                Option(
                    "collins",
                    "Collins (1972).",
                    "COLLins",
                    (
                        real("cfw", "Coefficient of waves.", "", 0.015, ge=0, le=10),
                        real("cfc", "Coefficient of the current; not in use.", "", 0.0, ge=0, le=10),
                    ),
                ),
                Option(
                    "madsen",
                    "Madsen et al. (1988).",
                    "MADsen",
                    (real("kn", "Equivalent roughness length of the bed.", "m", 0.05, ge=0, le=10),),
                ),
                Option(
                    "ripples",
                    "Smith et al. (2011), with ripples that the waves make.",
                    "RIPples",
                    (
                        real("s", "Density of the sediment relative to water.", "", 2.65, gt=1, le=20),
                        real("d", "Diameter of the sediment.", "m", 0.0001, gt=0, le=1),
                    ),
                ),
            ),
            default="jonswap",
        ),
    ),
)

_URCRIT = real("urcrit", "Ursell number by which the biphase is scaled.", "", 0.63, gt=0)
_URSLIM = real("urslim", "Ursell number below which there are no triads; 0.01 before 41.45.", "", 0.1, ge=0)
_URSELL = (_URCRIT, _URSLIM)
_DINT = real("dint", "Width of the sector of directions that interact.", "degrees", 60.0, ge=-1, le=360, since="41.45")
_COLLINEAR = Word(
    "collinear",
    "Which components interact.",
    words(("collinear", "COLL"), ("noncollinear", "NONC")),
    "collinear",
    since="41.45",
)
_CUTFR = real("cutfr", "Greatest frequency, in multiples of the mean, that interacts.", "", 2.5, gt=0, le=100)
_LTA: tuple[Item, ...] = (
    real("trfac", "Factor of the interactions; 0.05 before 41.45.", "", 0.8, ge=0, le=100),
    _CUTFR,
)
_OLD_LTA: tuple[Item, ...] = (real("trfac", "Factor of the interactions.", "", 0.05, ge=0, le=100), _CUTFR)
_SPB: tuple[Item, ...] = (
    real("trfac", "Factor of the interactions.", "", 0.9, ge=0, le=100),
    real("a", "First coefficient of the broadening of resonance.", "", 0.95),
    real("b", "Second coefficient of the broadening of resonance.", "", 0.0, always=True),
)
_SPB_DINT = real(
    "dint",
    "Width of the sector of directions that interact; -1 for all.",
    "degrees",
    -1.0,
    ge=-1,
    le=360,
    since="41.45",
)
_DCTA: tuple[Item, ...] = (
    real("trfac", "Factor of the interactions; 0.35 before 41.45.", "", 4.4, ge=0, le=100),
    real("p", "Shape of the tail that the interactions bring about.", "", 4 / 3, ge=0, le=20, since="41.45"),
)

TRIAD = Command(
    "triad",
    "TRIad",
    "Three-wave interactions.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option(
                    "dcta",
                    "Distributed collinear triad approximation (Booij et al., 2009).",
                    "DCTA",
                    (*_DCTA, _COLLINEAR),
                    since="41.45",
                ),
                Option("lta", "Lumped triad approximation (Eldeberky, 1996).", "LTA", (*_LTA, _DINT), since="41.45"),
                Option(
                    "spb",
                    "Stochastic parametric model of the Boussinesq type (Becq-Girard et al., 1999).",
                    "SPB",
                    (*_SPB, _SPB_DINT),
                    since="41.45",
                ),
                Option(
                    "ftim",
                    "The formulation that SWAN calls FTIM.",
                    "FTIM",
                    (real("trfac", "Factor of the interactions.", "", 1.0, ge=0, le=100), _SPB_DINT),
                    since="41.51",
                ),
                Option("itriad1", "LTA by its number.", "ITRIAD=1", (*_LTA, _DINT, *_URSELL)),
                Option("itriad2", "SPB by its number.", "ITRIAD=2", (*_SPB, _SPB_DINT, *_URSELL)),
                Option("itriad5", "DCTA by its number.", "ITRIAD=5", (*_DCTA, *_URSELL, _COLLINEAR)),
                Option("itriad11", "The original LTA, as before 41.01.", "ITRIAD=11", (*_OLD_LTA, *_URSELL)),
            ),
            required=True,
        ),
        Choice(
            "biphase",
            "Parametrisation of the biphase.",
            (
                Option("eldeberky", "Eldeberky (1996).", "BIPHase ELDeberky", (_URCRIT,)),
                Option(
                    "saprykina",
                    "Saprykina et al. (2017).",
                    "BIPHase SAPR",
                    (real("a", "Coefficient; not 0.", "", 1.0),),
                ),
                Option(
                    "dewit",
                    "De Wit (2022).",
                    "BIPHase DEWit",
                    (real("lpar", "Length over which the slope of the bed is averaged; 0 not at all.", "", 0.0, ge=0),),
                ),
            ),
            default="eldeberky",
            since="41.45",
        ),
        Word(
            "transfer",
            "Interaction coefficient: Freilich and Guza (fg), Madsen and Sorensen (ms), Bredmose, or QuadWave.",
            words(
                ("fg", "TRAnsfer FG"),
                ("ms", "TRAnsfer MS"),
                ("bredmose", "TRAnsfer BRedmose"),
                ("quadwave", "TRAnsfer QUadwave"),
            ),
            since="41.51",
        ),
    ),
)

SETUP = Command(
    "setup",
    "SETUP",
    "Set-up by waves; on an area only where the run is Cartesian, structured and not spread over MPI ranks.",
    (real("supcor", "Set-up that is added, so that it is 0 where it should be.", "m", 0.0, ge=-10, le=10),),
)

DIFFRACTION = Command(
    "diffraction",
    "DIFFRaction",
    "Diffraction, approximated by a phase-decoupled refraction-diffraction method.",
    (
        integer("idiffr", "Whether there is any: 0 no, 1 yes.", 1, ge=0, le=1),
        real("smpar", "Strength of smoothing of the wave field.", "", 0.0, ge=0, le=1),
        integer("smnum", "Number of smoothing steps.", 0, ge=0, le=10000),
        integer("cgmod", "Whether propagation is adapted to diffraction: 0 no, 1 yes.", 1, ge=0, le=1),
    ),
)

OFF = Command(
    "off",
    "OFF",
    "Switches off a process.",
    (
        Word(
            "what",
            "The process.",
            words(
                ("windgrowth", "WINDGrowth"),
                ("quadrupl", "QUADrupl"),
                ("wcapping", "WCAPping"),
                ("breaking", "BREaking"),
                ("refrac", "REFrac"),
                ("fshift", "FSHift"),
                ("bndchk", "BNDCHK"),
                ("rescale", "RESCALE"),
                ("sources", "SOURCES"),
            ),
            required=True,
        ),
    ),
)
