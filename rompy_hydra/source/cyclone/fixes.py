"""A best track: the fixes of a storm, checked for what cannot be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from ...core.period import format_time
from ...errors import UNSET, DataError, Problem

M_PER_NMI = 1852.0
M_S_PER_KNOT = M_PER_NMI / 3600.0
EARTH_RADIUS_M = 6_371_000.0
"""Mean radius of the Earth."""
FASTEST_M_S = 50.0
"""No storm moves as fast; the fastest on record, in mid-latitudes, made some 30 m/s."""
POSITION_ERROR_M = 20_000.0
"""By how much the distance of two fixes may be wrong, with positions rounded to tenths of degrees."""


@dataclass(frozen=True)
class Fix:
    """Where a storm was at a time, and how strong; NaN where the track does not say."""

    line: int
    """Line of the file."""
    time: datetime
    lon: float
    lat: float
    centre_pa: float = math.nan
    """Lowest pressure at sea level."""
    max_wind_m_s: float = math.nan
    """Maximum sustained wind at 10 m, averaged over as long as the track has it."""
    rmax_m: float = math.nan
    """Radius of maximum wind."""
    ambient_pa: float = math.nan
    """Pressure around the storm."""
    gale_radius_m: float = math.nan
    """Mean radius of winds of 34 kt."""


_RANGES = {
    "centre_pa": ("central pressure", 85_000.0, 105_000.0, 100.0, "hPa"),
    "max_wind_m_s": ("maximum wind", 0.0, 120.0, 1.0, "m/s"),
    "rmax_m": ("radius of maximum wind", 2_000.0, 1_000_000.0, 1000.0, "km"),
    "ambient_pa": ("ambient pressure", 95_000.0, 105_000.0, 100.0, "hPa"),
    "gale_radius_m": ("radius of 34 kt winds", 2_000.0, 2_000_000.0, 1000.0, "km"),
}
"""Field -> its name, what is of this world, and a unit for messages.

Records: 870 hPa and gales to 1100 km in typhoon Tip (1979), 95 m/s in hurricane Patricia (2015), maximum wind at 4 km
in hurricane Wilma (2005).
"""

VALUES = tuple(_RANGES)
"""The fields of a fix that a track may leave open."""
OUTERMOST_TO_AMBIENT_PA = 200.0
"""Courtney & Knaff (2009), Aust. Met. Oceanogr. J. 58, 167-179: the pressure around a storm is that of its outermost
closed isobar and 2 hPa."""


def fault(path: str, line: int, expected: str, got: Any = UNSET, hint: str = "") -> DataError:
    """The error for a line of a track."""
    return DataError(Problem("path", f"{path}, line {line}: {expected}", got, hint=hint))


def checked(fixes: Sequence[Fix], path: str) -> list[Fix]:
    """The fixes as they are.

    Raises:
        DataError: fewer than two, times that do not increase, values or a motion that cannot be; names the line.
    """
    if len(fixes) < 2:
        found = f"only one fix, at line {fixes[0].line}" if fixes else "no fix"
        message = f"{path} holds {found}; a track needs two at least"
        raise DataError(Problem("path", message, hint="give the whole track"))
    for fix in fixes:
        _check_position(fix, path)
        _check_values(fix, path)
    for before, after in pairwise(fixes):
        _check_motion(before, after, path)
    return list(fixes)


def _check_position(fix: Fix, path: str) -> None:
    if not (-90.0 < fix.lat < 90.0 and -360.0 <= fix.lon <= 360.0):
        expected = "expected degrees of longitude and latitude"
        raise fault(path, fix.line, expected, f"lon {fix.lon:g}, lat {fix.lat:g}", "are they exchanged, or in tenths?")


def _check_values(fix: Fix, path: str) -> None:
    for field, (name, low, high, unit, unit_name) in _RANGES.items():
        value = getattr(fix, field)
        if not math.isnan(value) and not low <= value <= high:
            expected = f"expected a {name} of {low / unit:g} .. {high / unit:g} {unit_name}"
            hint = "check the units of the column; a number that stands for no value is table.missing"
            raise fault(path, fix.line, expected, f"{value / unit:g} {unit_name}", hint)


def _check_motion(before: Fix, after: Fix, path: str) -> None:
    if after.time <= before.time:
        expected = f"times have to increase, {format_time(after.time)} follows {format_time(before.time)}"
        raise fault(path, after.line, expected, hint=f"keep one storm only, sorted by time (see line {before.line})")
    lasts_s = (after.time - before.time).total_seconds()
    speed_m_s = max(0.0, distance_m(before, after) - POSITION_ERROR_M) / lasts_s
    if speed_m_s > FASTEST_M_S:
        expected = f"expected a storm that moves at less than {FASTEST_M_S:g} m/s from line {before.line} to here"
        hint = "is a hemisphere (N, S, E, W), a sign or a time wrong?"
        raise fault(path, after.line, expected, f"{speed_m_s:.0f} m/s", hint)


def distance_m(one: Fix, other: Fix) -> float:
    """Great-circle distance of two fixes (haversine)."""
    lat, other_lat, dlon = (math.radians(x) for x in (one.lat, other.lat, other.lon - one.lon))
    chord = math.sin((other_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(dlon / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))
