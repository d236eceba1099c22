"""Names and speeds of tidal constituents."""

SPEEDS_DEG_PER_HOUR = {
    "M2": 28.9841042,
    "S2": 30.0,
    "N2": 28.4397295,
    "K1": 15.0410686,
    "M4": 57.9682084,
    "O1": 13.9430356,
    "M6": 86.9523127,
    "MK3": 44.0251729,
    "S4": 60.0,
    "MN4": 57.4238337,
    "NU2": 28.5125831,
    "S6": 90.0,
    "MU2": 27.9682084,
    "2N2": 27.8953548,
    "OO1": 16.1391017,
    "LAM2": 29.4556253,
    "S1": 15.0,
    "M1": 14.4966939,
    "J1": 15.5854433,
    "MM": 0.5443747,
    "SSA": 0.0821373,
    "SA": 0.0410686,
    "MSF": 1.0158958,
    "MF": 1.0980331,
    "RHO": 13.4715145,
    "Q1": 13.3986609,
    "T2": 29.9589333,
    "R2": 30.0410667,
    "2Q1": 12.8542862,
    "P1": 14.9589314,
    "2SM2": 31.0158958,
    "M3": 43.4761563,
    "L2": 29.5284789,
    "2MK3": 42.9271398,
    "K2": 30.0821373,
    "M8": 115.9364166,
    "MS4": 58.9841042,
}
"""Name -> speed [degrees per mean solar hour] of the 37 standard constituents of NOAA CO-OPS, after Schureman (1940),
Manual of Harmonic Analysis and Prediction of Tides, US Coast and Geodetic Survey Special Publication 98, table 2."""

_OTHER_NAMES = {"LAMBDA2": "LAM2", "LA2": "LAM2", "RHO1": "RHO"}
"""Names in atlases and tables -> those of NOAA."""
USUAL_NAMES = {*SPEEDS_DEG_PER_HOUR, "EPS2", "MKS2", "MSQM", "MTM", "N4"}
"""The standard constituents and those of FES2014 and FES2022."""


def canonical(name: str) -> str:
    """The name of a constituent as it is written here: upper case, NOAA's spelling.

    >>> canonical("m2"), canonical("Lambda2")
    ('M2', 'LAM2')
    """
    upper = name.strip().upper()
    return _OTHER_NAMES.get(upper, upper)
