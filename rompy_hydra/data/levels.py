"""The height or pressure at which a variable is, as its single level or its name tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..core.units import conversion
from ..errors import DataError

if TYPE_CHECKING:
    import xarray as xr

_UNITS = {
    **dict.fromkeys(("height", "heightaboveground", "height_above_ground", "altitude"), "m"),
    **dict.fromkeys(("isobaricinhpa", "plev", "pressure_level", "air_pressure"), "hPa"),
    **dict.fromkeys(("level", "lev", "z"), ""),
}
"""Names and standard names of levels -> the unit of one that has none; empty where only its unit tells what it is."""
_IN_NAME = re.compile(r"^(?:[uv]|wspd|ws|wdir|wd)_?(\d+)m?$|^(\d+)(?:[uv]|ws|si|wd)$|^(\d+)m_", re.IGNORECASE)
_EQUAL_M = 0.5


def other_level(name: str, array: xr.DataArray, height_m: float) -> str:
    """Where a variable is, in words, if that is at another height than this one; empty where nothing says so."""
    for coordinate in array.coords.values():
        if coordinate.size == 1 and coordinate.dtype.kind in "iuf" and (words := _words(coordinate, height_m)):
            return words
    found = _IN_NAME.match(name)
    number = next(filter(None, found.groups())) if found else ""
    return f"at {number} m" if number and float(number) != height_m else ""


def _words(coordinate: xr.DataArray, height_m: float) -> str:
    called = str(coordinate.name).lower(), str(coordinate.attrs.get("standard_name", ""))
    usual = next((_UNITS[n] for n in called if n in _UNITS), None)
    units = str(coordinate.attrs.get("units", "")) or usual
    if usual is None or not units:
        return ""
    value = np.asarray(coordinate.values, dtype=np.float64).ravel()
    try:
        is_there = bool(np.abs(conversion(units, "m", "")(value) - height_m) < _EQUAL_M)
    except DataError:
        is_there = _is_no_pressure(units)
    return "" if is_there else f"at {value[0]:g} {units}"


def _is_no_pressure(units: str) -> bool:
    try:
        conversion(units, "Pa", "")
    except DataError:
        return True
    return False
