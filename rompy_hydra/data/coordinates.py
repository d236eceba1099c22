"""Coordinates of places in the unit that their kind is in: degrees to the east and north, or that of their crs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..core.geo import metres_per_unit
from ..core.units import AS_IT_IS, Conversion, conversion
from ..errors import DataError, Problem

if TYPE_CHECKING:
    import xarray as xr

    from .axes import Frame

Note = Callable[[str, str, str, str], None]
"""Called with what was found to be said in another way: name, found, made, why."""
_BACKWARDS = ("degrees_west", "degree_west", "degrees_south", "degree_south")
_RADIANS = ("radian", "radians", "rad")


def in_its_units(array: xr.DataArray, frame: Frame, crs: str | None, key: str, note: Note) -> xr.DataArray:
    """The variable with its coordinates of places in degrees, or in the unit of their crs; without one in metres.

    Raises:
        DataError: units of x or y that are not understood.
    """
    for found in filter(None, (frame.x, frame.y)):
        coordinate = array.coords[found.name]
        units = str(coordinate.attrs.get("units", ""))
        turned = _of_degrees(units) if frame.is_lonlat else _of_lengths(units, crs, found.name, key)
        if not turned.is_none:
            made = "degree" if frame.is_lonlat or metres_per_unit(crs) is None else "m"
            note(found.name, units, made, "units")
            values = turned(np.asarray(coordinate.values, dtype=np.float64))
            array = array.assign_coords({found.name: (coordinate.dims, values, {**coordinate.attrs, "units": made})})
    return array


def _of_degrees(units: str) -> Conversion:
    if units.lower() in _BACKWARDS:
        return AS_IT_IS.negative
    return Conversion(180.0 / np.pi) if units.lower() in _RADIANS else AS_IT_IS


def _of_lengths(units: str, crs: str | None, name: str, key: str) -> Conversion:
    unit_m = metres_per_unit(crs)
    try:
        if unit_m is None:
            return conversion(units, "degree", key)
        return Conversion(conversion(units, "m", key).scale / unit_m) if units else AS_IT_IS
    except DataError as error:
        message = f"units {units!r} of coordinate {name} do not fit its reference system"
        hint = "correct them, or say which coordinates are meant: source.coordinates: {x: ..., y: ...}"
        raise DataError(Problem(key, message, units, hint=hint)) from error
