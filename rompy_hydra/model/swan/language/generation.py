"""Commands of deep-water physics: wind, whitecapping, swell and quadruplets."""

from __future__ import annotations

from dataclasses import replace

from .grammar import Argument, Choice, Command, Fixed, Flag, Group, Item, Option, Word, integer, real, rows, words

_CF = (
    real("cf10", "Linear growth by wind.", "", 188.0, ge=0),
    real("cf20", "Exponential growth by wind.", "", 0.59, ge=0),
    real("cf30", "Exponential growth by wind.", "", 0.12),
    real("cf40", "Rate of dissipation, a scale of decay in time.", "", 250.0, gt=0),
)
_CF2 = (
    real("cf50", "Energy scale of the limit spectrum.", "", 0.0023, gt=0),
    real("cf60", "Power of the energy scale of the limit spectrum.", "", -0.223),
)
_PM = (
    real("edmlpm", "Greatest dimensionless energy of a wind sea.", "", 0.0036, gt=0),
    real("cdrag", "Drag coefficient.", "", 0.00123, gt=0, le=0.1),
    real("umin", "Least speed of the wind, relative to the current.", "m s-1", 1.0, ge=0),
    real("cfpm", "Coefficient of the Pierson-Moskowitz frequency.", "", 0.13, gt=0),
)
_AGROW = Group(
    "agrow",
    "Linear growth by wind (Cavaleri and Malanotte-Rizzoli, 1981).",
    "AGROW",
    (real("a", "Coefficient of proportionality.", "", 0.0015, ge=0, le=1),),
)
_DRAG = Word(
    "drag",
    "Drag of the wind: Wu (1982), a polynomial fitted to observations (Zijlema et al., 2012), or one that depends on"
    " swell. Versions before 41.45 take the fit where it is not given.",
    words(("wu", "DRAG WU"), ("fit", "DRAG FIT"), ("swell", "DRAG SWELL")),
    "wu",
)
_UP = words(("up", "UP"), ("down", "DOWN"))
_P0 = (
    real("p0", "Power in the saturation-based dissipation.", "", 4.0, until="41.45"),
    real("powst", "Power of steepness.", "", 0.0, until="41.45"),
    real("powk", "Power of wave number.", "", 0.0, until="41.45"),
)
_CDS1 = real("cds1", "Coefficient of the rate of dissipation.", "", 4.5, ge=0)
_CDS2 = real(
    "cds2",
    "Coefficient of the rate of dissipation, 2.36e-5 as published; SWAN 41.45 takes 5e-5 where it is not given.",
    ge=0,
    le=1,
)
_STPM = real("stpm", "Square of the steepness of a Pierson-Moskowitz spectrum.", "", 3.02e-3, gt=0, le=1)
_AB: tuple[Argument, ...] = (
    real("cds2", "Coefficient of the rate of dissipation.", "", 5e-5, ge=0, le=1),
    real("br", "Threshold of saturation.", "", 1.75e-3, gt=0, le=1),
)
_SDS = (
    real("a1sds", "Coefficient of inherent breaking.", "", 2.8e-6, ge=0, le=1),
    real("a2sds", "Coefficient of breaking forced by longer waves.", "", 3.5e-5, ge=0, le=1),
    real("p1sds", "Power of inherent breaking.", "", 4.0, ge=0, le=20),
    real("p2sds", "Power of forced breaking.", "", 4.0, ge=0, le=20),
)
_ST6: tuple[Item, ...] = (
    *_SDS,
    Word(
        "limiter",
        "Whether the exceedance of the threshold spectrum is normalised by it (up) or by the spectrum.",
        _UP,
        "up",
    ),
    Word(
        "drag",
        "Drag of the wind: Hwang (2011), Fan et al. (2012), or of ECMWF.",
        words(("hwang", "HWANG"), ("fan", "FAN"), ("ecmwf", "ECMWF")),
        "hwang",
    ),
    Word(
        "stress",
        "Whether the stress of the wind is summed as a vector or as a scalar.",
        words(("vector", "VECTAU"), ("scalar", "SCATAU")),
        "vector",
    ),
    Choice(
        "wind",
        "Speed by which the wind's input is scaled.",
        (
            Option("true", "The wind at 10 m.", "TRUE10"),
            Option(
                "proxy",
                "A multiple of the friction velocity.",
                "U10Proxy",
                (real("windscaling", "The multiple.", "", 32.0, gt=0, le=100),),
            ),
        ),
        default="proxy",
    ),
    Group(
        "debias",
        "Correction of a biased wind.",
        "DEBias",
        (real("cdfac", "Factor of the drag coefficient.", required=True, gt=0, le=10),),
    ),
    _AGROW,
)

GENERATION = Command(
    "generation",
    "",
    "Growth by wind, with the whitecapping and quadruplets that belong to it.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option("gen1", "First generation.", "GEN1", (*_CF, *_PM)),
                Option("gen2", "Second generation.", "GEN2", (*_CF, *_CF2, *_PM)),
                Option(
                    "komen", "Third generation of Komen et al. (1984).", "GEN3 KOMen", (_CDS2, _STPM, _DRAG, _AGROW)
                ),
                Option(
                    "janssen",
                    "Third generation of Janssen (1989, 1991).",
                    "GEN3 JANSsen",
                    (
                        _CDS1,
                        real("delta", "Weight of the second power of wave number.", "", 0.5, ge=0, le=1),
                        _DRAG,
                        _AGROW,
                    ),
                ),
                Option(
                    "westhuysen",
                    "Third generation of Van der Westhuysen et al. (2007), with the wind of Yan (1987).",
                    "GEN3 WESTHuysen",
                    (*_AB, *_P0, _DRAG, _AGROW),
                ),
                Option("yan", "Wind of Yan (1987), with whatever WCAP chooses.", "GEN3 YAN", (_DRAG, _AGROW)),
                Option(
                    "babanin",
                    "The older way of writing ST6 (Rogers et al., 2012).",
                    "GEN3 BABANIN",
                    (
                        *(replace(a, default=None, required=True) for a in _SDS),
                        real("cdsv", "Coefficient of the dissipation of swell.", required=True, ge=0),
                        real("feswell", "Friction factor of the dissipation of swell.", required=True, ge=0, le=1),
                        Word("limiter", "As for ST6.", _UP, required=True),
                        Flag("vectau", "Whether the stress of the wind is summed as a vector.", "VECTAU"),
                        Flag("true10", "Whether the wind's input is scaled by the wind at 10 m.", "TRUE10"),
                        _AGROW,
                    ),
                ),
                Option("st6", "ST6 (Rogers et al., 2012).", "GEN3 ST6", _ST6),
                Option("gen4", "Only scattering by the quasi-coherent model, no deep-water physics.", "GEN4"),
            ),
            required=True,
        ),
    ),
)

SSWELL = Command(
    "sswell",
    "SSWELL",
    "Dissipation of swell that does not break, for use with ST6.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option(
                    "rogers",
                    "Rogers et al. (2012).",
                    "ROGers",
                    (
                        real("cdsv", "Coefficient of laminar dissipation.", "", 1.2, ge=0, le=1000),
                        real("feswell", "Friction factor of turbulent dissipation.", required=True, ge=0, le=1),
                    ),
                ),
                Option(
                    "ardhuin",
                    "Ardhuin et al. (2010).",
                    "ARDhuin",
                    (real("cdsv", "Coefficient of laminar dissipation.", "", 1.2, ge=0, le=1000),),
                ),
                Option(
                    "zieger",
                    "Zieger et al. (2015).",
                    "ZIEger",
                    (real("b1", "Coefficient of proportionality.", "", 0.00025, ge=0, le=1),),
                ),
            ),
            default="ardhuin",
        ),
    ),
)

NEGATINP = Command(
    "negatinp",
    "NEGatinp",
    "Waves that give energy back to an opposing wind, for use with ST6.",
    (real("rdcoef", "Fraction of the input that an opposing wind takes.", required=True, ge=0, le=1),),
)

_BJ = (
    real("bjstp", "Greatest steepness.", "", 0.88, gt=0),
    real("bjalf", "Coefficient of the rate of dissipation.", "", 1.0, ge=0),
)

WCAP = Command(
    "wcap",
    "WCAPping",
    "Whitecapping, where it is not what the generation brings.",
    (
        Choice(
            "law",
            "Formulation.",
            (
                Option(
                    "komen",
                    "Komen et al. (1984).",
                    "KOMen",
                    (
                        _CDS2,
                        _STPM,
                        real("powst", "Power of steepness.", "", 2.0, ge=0, le=20),
                        real("delta", "Weight of the second power of wave number.", "", 1.0, ge=0, le=1),
                        real("powk", "Power of wave number.", "", 1.0, ge=0, le=20),
                    ),
                ),
                Option(
                    "janssen",
                    "Janssen (1991).",
                    "JANSsen",
                    (
                        _CDS1,
                        real("delta", "Weight of the second power of wave number.", "", 0.5, ge=0, le=1),
                        real("pwtail", "Power of the tail of the spectrum.", "", 5.0, gt=1, le=20),
                    ),
                ),
                Option(
                    "lhig",
                    "Longuet-Higgins (1969).",
                    "LHIG",
                    (real("cflhig", "Coefficient of the rate.", "", 1.0, ge=0),),
                ),
                Option("bj", "Battjes and Janssen (1978).", "BJ", _BJ),
                Option(
                    "kbj",
                    "Battjes and Janssen with that of Komen.",
                    "KBJ",
                    (*_BJ, real("kconv", "Weight.", "", 0.75, ge=0)),
                ),
                Option(
                    "ab",
                    "Alves and Banner (2003).",
                    "AB",
                    (
                        *_AB,
                        *_P0,
                        Group(
                            "current",
                            "More dissipation on an opposing current (Van der Westhuysen, 2012).",
                            "CURrent",
                            (real("cds3", "Coefficient.", "", 0.8, ge=0, le=100),),
                            since="41.45",
                        ),
                    ),
                ),
            ),
            default="ab",
        ),
    ),
)

QUADRUPL = Command(
    "quadrupl",
    "QUADrupl",
    "Four-wave interactions.",
    (
        integer(
            "iquad",
            "Method: 1, 2 and 3 are DIA semi-implicit, explicit per sweep and explicit per iteration, 8 as 3 with"
            " neighbouring interactions interpolated bilinearly, 4 multiple DIA, 6 FD-RIAM, 51 to 53 exact (XNL).",
            2,
            ge=0,
            le=53,
        ),
        real("lambda", "Shape of the quadruplet.", "", 0.25, gt=0, lt=1),
        real("cnl4", "Coefficient of proportionality.", "", 3e7, ge=0),
        real("csh1", "First coefficient of scaling to shallow water.", "", 5.5),
        real("csh2", "Second coefficient of scaling to shallow water.", "", 0.833),
        real("csh3", "Third coefficient of scaling to shallow water.", "", -1.25),
    ),
)

MDIA = Command(
    "mdia",
    "MDIA",
    "Shapes of the quadruplets of the multiple DIA, which QUADRUPL chooses with iquad 4.",
    (
        Fixed("LAMbda"),
        rows("lambdas", "Shapes.", real("lambda", "Shape.", "", gt=0, lt=1)),
        Choice(
            "coefficients",
            "Coefficients, one for each shape.",
            (
                Option(
                    "one",
                    "The same for both quadruplets.",
                    "CNL4",
                    (rows("cnl4", "Coefficients.", real("cnl4", "Coefficient.", ge=0)),),
                ),
                Option(
                    "two",
                    "Different for both quadruplets.",
                    "CNL4_12",
                    (
                        rows(
                            "cnl4",
                            "Coefficients.",
                            real("cnl4_1", "Of the first quadruplet.", ge=0),
                            real("cnl4_2", "Of the second.", ge=0),
                        ),
                    ),
                ),
            ),
            required=True,
        ),
    ),
)

LIMITER = Command(
    "limiter",
    "LIMiter",
    "Where quadruplets and the limiter of action are switched off.",
    (
        real("ursell", "Ursell number above which.", "", 10.0, ge=0),
        real("qb", "Fraction of breaking waves above which.", "", 1.0, ge=0, le=1),
    ),
)
