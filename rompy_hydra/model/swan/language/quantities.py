"""What SWAN can write: the quantities of BLOCK, TABLE and QUANTITY."""

from __future__ import annotations

from .grammar import Value

_S = "m2 s-1"

QUANTITIES = (
    Value("hsign", "HSIGN", "Significant wave height.", "m"),
    Value("hswell", "HSWELL", "Significant wave height of swell, below the frequency `fswell` of QUANTITY.", "m"),
    Value("dir", "DIR", "Mean direction.", "degrees"),
    Value("pdir", "PDIR", "Direction of the peak.", "degrees"),
    Value("tdir", "TDIR", "Direction in which energy is transported.", "degrees"),
    Value("tm01", "TM01", "Mean absolute period m0/m1.", "s"),
    Value("rtm01", "RTM01", "Mean relative period m0/m1.", "s"),
    Value("rtp", "RTP", "Relative peak period.", "s"),
    Value("tps", "TPS", "Relative peak period, smoothed by a parabola.", "s"),
    Value("per", "PER", "Mean absolute period with the `power` of QUANTITY.", "s"),
    Value("rper", "RPER", "Mean relative period with the `power` of QUANTITY.", "s"),
    Value("tmm10", "TMM10", "Mean absolute period m-1/m0.", "s"),
    Value("rtmm10", "RTMM10", "Mean relative period m-1/m0.", "s"),
    Value("tm02", "TM02", "Mean absolute zero-crossing period.", "s"),
    Value("fspr", "FSPR", "Width of the spectrum in frequency."),
    Value("dspr", "DSPR", "Directional spreading.", "degrees"),
    Value("qp", "QP", "Peakedness of the spectrum."),
    Value("bfi", "BFI", "Benjamin-Feir index."),
    Value("depth", "DEPTH", "Depth of the water.", "m"),
    Value("watlev", "WATLEV", "Level of the water.", "m"),
    Value("botlev", "BOTLEV", "Depth of the bed below the datum.", "m"),
    Value("vel", "VEL", "Velocity of the current, in x and y.", "m s-1"),
    Value("frcoef", "FRCOEF", "Coefficient of bottom friction."),
    Value("wind", "WIND", "Velocity of the wind, in x and y.", "m s-1"),
    Value("ufric", "UFRIC", "Friction velocity of the wind.", "m s-1"),
    Value("zlen", "ZLEN", "Roughness length that the wind feels.", "m"),
    Value("tauw", "TAUW", "Stress that waves take from the wind."),
    Value("cdrag", "CDRAG", "Drag coefficient of the wind."),
    Value("astd", "ASTD", "Temperature of the air less that of the sea.", "K"),
    Value("aice", "AICE", "Concentration of ice."),
    Value("hice", "HICE", "Thickness of ice.", "m"),
    Value("nplants", "NPLANTS", "Plants per square metre.", "m-2"),
    Value("turb", "TURB", "Turbulent viscosity.", "m2 s-1"),
    Value("dissip", "DISSIP", "Dissipation of energy by all causes.", _S),
    Value("disbot", "DISBOT", "Dissipation by friction at the bed.", _S),
    Value("dissurf", "DISSURF", "Dissipation by breaking.", _S),
    Value("diswcap", "DISWCAP", "Dissipation by whitecapping.", _S),
    Value("dissw", "DISSWELL", "Dissipation of swell.", _S),
    Value("disveg", "DISVEG", "Dissipation by plants.", _S),
    Value("distur", "DISTUR", "Dissipation by turbulence.", _S),
    Value("dismud", "DISMUD", "Dissipation by mud.", _S),
    Value("disice", "DISICE", "Dissipation by ice.", _S),
    Value("gene", "GENE", "Generation of energy by all causes.", _S),
    Value("genw", "GENW", "Generation by wind.", _S),
    Value("redi", "REDI", "Redistribution of energy by all causes.", _S),
    Value("redq", "REDQ", "Redistribution by four-wave interactions.", _S),
    Value("redt", "REDT", "Redistribution by three-wave interactions.", _S),
    Value("redb", "REDB", "Redistribution by Bragg scattering.", _S),
    Value("redc", "REDC", "Redistribution by quasi-coherent scattering.", _S),
    Value("propa", "PROPA", "Propagation of energy in all dimensions.", _S),
    Value("propx", "PROPX", "Propagation in space.", _S),
    Value("propt", "PROPT", "Propagation over directions.", _S),
    Value("props", "PROPS", "Propagation over frequencies.", _S),
    Value("rads", "RADS", "Work of the radiation stress.", _S),
    Value("leak", "LEAK", "Energy that leaves the sector of directions.", _S),
    Value("qb", "QB", "Fraction of breaking waves."),
    Value("gamma", "GAMMA", "Breaker index.", since="41.45"),
    Value("transp", "TRANSP", "Transport of energy, in x and y.", "m3 s-1"),
    Value("force", "FORCE", "Force on the water by radiation stress, in x and y.", "N m-2"),
    Value("ubot", "UBOT", "Root-mean-square of the greatest orbital velocity at the bed.", "m s-1"),
    Value("urms", "URMS", "Root-mean-square of orbital velocity at the bed.", "m s-1"),
    Value("tmbot", "TMBOT", "Mean period at the bed.", "s"),
    Value("wlen", "WLENGTH", "Mean wave length.", "m"),
    Value("lwavp", "LWAVP", "Wave length of the peak.", "m"),
    Value("steepness", "STEEPNESS", "Steepness, wave height over wave length."),
    Value("ursell", "URSELL", "Ursell number."),
    Value("biphase", "BIPHASE", "Biphase of three-wave interactions.", "degrees", since="41.45"),
    Value("difpar", "DIFPAR", "Parameter of diffraction."),
    Value("setup", "SETUP", "Set-up by waves.", "m"),
    Value("hbig", "HBIG", "Wave height of bound infragravity waves.", "m"),
    Value("dhsign", "DHSIGN", "Change of wave height in the last iteration.", "m"),
    Value("drtm01", "DRTM01", "Change of mean period in the last iteration.", "s"),
    Value("time", "TIME", "Date and time; only in tables."),
    Value("tsec", "TSEC", "Seconds since the `ref` of QUANTITY.", "s"),
    Value("xp", "XP", "x, or longitude.", "m or degrees"),
    Value("yp", "YP", "y, or latitude.", "m or degrees"),
    Value("xc", "XC", "Index of the computational grid in x."),
    Value("yc", "YC", "Index of the computational grid in y."),
    Value("dist", "DIST", "Distance along the curve.", "m"),
    Value("npart", "NPART", "Number of partitions of the spectrum."),
)
"""In the order of the manual; the names are SWAN's own, in lower case."""

PARTITIONED = (
    Value("pthsign", "PTHSIGN", "Significant wave height of each partition.", "m"),
    Value("ptrtp", "PTRTP", "Relative peak period of each partition.", "s"),
    Value("ptwlen", "PTWLEN", "Mean wave length of each partition.", "m"),
    Value("ptdir", "PTDIR", "Mean direction of each partition.", "degrees"),
    Value("ptdspr", "PTDSPR", "Directional spreading of each partition.", "degrees"),
    Value("ptwfrac", "PTWFRAC", "Fraction of each partition that the wind drives."),
    Value("ptsteep", "PTSTEEPNESS", "Steepness of each partition."),
)
"""One column or field for wind sea and for each swell, as many as the `noswll` of QUANTITY says."""

PARTIT = Value("partit", "PARTIT", "The raw partitions in the format for tracking of wave systems.")

_NUMBERED = {"hsign": 0, "rtp": 1, "wlen": 2, "dir": 3, "dspr": 4, "wfrac": 5, "steep": 6}
NUMBERED = tuple(
    Value(
        f"pt{n:02}{name}", f"PT{n:02}{name.upper()}", f"{PARTITIONED[i].doc[:-1]}, of number {n}.", PARTITIONED[i].unit
    )
    for name, i in _NUMBERED.items()
    for n in range(2, 11)
)
"""Single partitions, which only QUANTITY knows."""
