"""How command files spell what the table has in one way: fewer letters, words left out, older words."""

from __future__ import annotations

_SHORTER: dict[str, str] = {
    "BABANIN": "BAB",
    "BIPHASE": "BIPH",
    "BLOCK": "BLO",
    "BOTLEV": "BOTL",
    "BOTTOM": "BOT",
    "COORDINATES": "COOR",
    "CURVE": "CURV",
    "DEPTH": "DEP",
    "DHSIGN": "DHS",
    "DISBOT": "DISB",
    "DISICE": "DISI",
    "DISMUD": "DISM",
    "DISSIP": "DISS",
    "DISSURF": "DISSU",
    "DISSWELL": "DISSW",
    "DISTUR": "DISTU",
    "DISVEG": "DISV",
    "DISWCAP": "DISW",
    "FORCE": "FOR",
    "FRAME": "FRA",
    "FRCOEF": "FRC",
    "HSIGN": "HS",
    "HSWELL": "HSWE",
    "ISOLINE": "ISO",
    "LAY-OUT": "LAY",
    "LEAK": "LEA",
    "NGRID": "NGR",
    "NONSTATIONARY": "NONST",
    "NPLANTS": "NPL",
    "OUTPUT": "OUT",
    "OPTIONS": "OPT",
    "PDIR": "PDI",
    "POINTS": "POI",
    "QUAY": "Q",
    "STATIONARY": "STA",
    "STEEPNESS": "STEE",
    "TABLE": "TAB",
    "TDIR": "TDI",
    "TRANS1D": "TRANS1",
    "TRANS2D": "TRANS2",
    "TRANSP": "TRA",
    "UFRIC": "UFRI",
    "WATLEV": "WATL",
    "WLENGTH": "WLEN",
    "WLEVEL": "WL",
    **{f"PT{n}HSIGN": f"PT{n}HS" for n in ("", *(f"{k:02d}" for k in range(2, 11)))},
}
"""Keyword of the table in capitals -> the fewer letters with which SWAN is content."""

_PHRASES: dict[str, tuple[str, ...]] = {
    "BOUnd SHAPespec": ("BOUndshape",),
    "BOUndspec": ("BOUndspec STATionary",),
    "BSBT": ("BTBS",),
    "CGRID": ("GRID",),
    "CONstant FILE": ("UNIForm FILE", "UNIForm SPEC", "CONstant SPEC"),
    "CONstant PAR": ("UNIForm PAR", "UNIForm", "CONstant", "PAR"),
    "DSPR DEGRees": ("DEGRees",),
    "DSPR POWer": ("POWer", "DSPR"),
    "FIG": ("IG",),
    "FSPR": ("FWID",),
    "GEN3 WESTHuysen": ("GEN3",),
    "GROUP": ("GROUP SUBGrid", "SUBGrid"),
    "HEADer": ("PAPer", "HEADer PAPer"),
    "HOTFile": ("RESTart", "BACKup", "SAVE"),
    "HSS": ("IGHS",),
    "JONswap CONstant": ("JONswap",),
    "NOHEADer": ("FILe",),
    "NONSTationary": ("DYNamic",),
    "OUTPut OPTIons": ("OUTPut",),
    "RTP": ("PPER",),
    "SEGment IJ": ("SEGment GRId",),
    "SEGment XY": ("SEGment LOCation", "SEGment"),
    "SIGEXpl": ("EXPlicit",),
    "SIGIMpl": ("IMPlicit",),
    "SPEC1D": ("FS1D",),
    "SPEC2D": ("SFD",),
    "TRANS1D": ("TRFREQ",),
    "TSS": ("IGTM",),
    "UNSTRUCtured ADCirc": ("UNSTRUCtured",),
    "VARiable": ("NELson",),
    "VARiable PAR": ("VARiable",),
    "WW3": ("WWIII",),
    "BOUndnest3 WW3": ("BOUndnest3 WWIII",),
}
"""Words of the table -> other words for the same, older ones too."""

TACIT = ("NONSTationary", "STAT", "CIRcle")
"""Words of options that may be left out before their data, though the table has no default there."""

WORDS_OF_WORDLESS = {"stationary": "STATionary"}
"""Options without words in the table -> words that SWAN passes over."""

TACIT_VALUES = {"header": "header"}
"""Words without which SWAN takes this value, though the table asks for it."""


def phrases(words: str) -> tuple[str, ...]:
    """All ways to say these words of the table, its own first."""
    return (words, *_PHRASES.get(words, ())) if words else ()


def is_word(found: str, word: str) -> bool:
    """Whether a word of a file is a keyword of the table, by the letters that SWAN compares.

    >>> is_word("FRICTIONAL", "FRICtion"), is_word("FRI", "FRICtion"), is_word("HSIG", "HSIGN")
    (True, False, True)
    """
    return found.startswith((significant(word), _SHORTER.get(word.upper(), significant(word))))


def significant(word: str) -> str:
    """The letters of a keyword of the table that it needs.

    >>> significant("BREaking"), significant("TRANS1D"), significant("R21B")
    ('BRE', 'TRANS1D', 'R21B')
    """
    end = next((i for i, letter in enumerate(word) if letter.islower()), len(word))
    return word[:end]
