"""Wind and current as components towards true east and north, however the data have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.geo import LON_LAT, convergence_deg, is_lonlat, project
from ..core.lazy import as_array, combined
from .layout import ORIGINAL, name_of
from .quantities import QUANTITIES

if TYPE_CHECKING:
    from ..core.mesh import Floats

SPEED, FROM = "wind_speed", "wind_from_direction"
EAST, NORTH = "eastward_wind", "northward_wind"


def components(speed: Floats, from_deg: Floats) -> tuple[Floats, Floats]:
    """Components towards east and north of what comes from a direction clockwise from north."""
    angle = np.radians(from_deg)
    return -speed * np.sin(angle), -speed * np.cos(angle)


def turned(u: Floats, v: Floats, angle_deg: Floats) -> tuple[Floats, Floats]:
    """Components towards east and north of those along x and y, where x points `angle_deg` to the left of east."""
    angle = np.radians(angle_deg)
    return u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)


def from_speed(arrays: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Lazy components of a wind that is given by speed and direction."""
    parts = [arrays[SPEED], arrays[FROM]]
    return _pair(parts[0], [p.variable for p in parts], components, [name_of(p) for p in parts])


def from_grid(arrays: Mapping[str, xr.DataArray], crs: str) -> dict[str, xr.DataArray]:
    """Lazy components towards true east and north of those along the axes of the grid."""
    u, v = arrays[EAST], arrays[NORTH]
    angle = xr.Variable(u.dims[-2:], grid_angle_deg(u, crs))
    return _pair(u, [u.variable, v.variable, angle], turned, [name_of(u), name_of(v)])


def _pair(
    like: xr.DataArray, parts: list[xr.Variable], function: Callable[..., Any], names: list[str]
) -> dict[str, xr.DataArray]:
    found, original = {}, " and ".join(dict.fromkeys(names))
    for position, name in enumerate((EAST, NORTH)):

        def one(*values: Any, position: int = position) -> Any:
            return function(*values)[position]

        variable = combined([str(d) for d in like.dims], like.shape, parts, one)
        variable.attrs = {"standard_name": name, "units": QUANTITIES[name].units, ORIGINAL: original}
        found[name] = as_array(variable, {str(n): c for n, c in like.coords.variables.items()}, name)
    return found


def grid_angle_deg(array: xr.DataArray, crs: str) -> Floats:
    """(ny, nx) how far the x axis of a grid points to the left of true east, at each point [degrees].

    For a projection minus its meridian convergence; for a curvilinear grid in longitude and latitude the bearing of the
    next point along a row; 0 for a grid along meridians and parallels.
    """
    y, x = array.dims[-2:]
    if "lon" in array.coords and array.coords["lon"].ndim == 1:
        return np.zeros(array.shape[-2:])
    if not is_lonlat(crs):
        across, up = np.meshgrid(array.coords[x].values, array.coords[y].values)
        lon, lat = project(across.ravel(), up.ravel(), crs, LON_LAT)
        return -convergence_deg(np.asarray(lon), np.asarray(lat), crs).reshape(across.shape)
    lon, lat = np.radians(array.coords["lon"].values), np.radians(array.coords["lat"].values)
    east = np.gradient(np.unwrap(lon, axis=1), axis=1) * np.cos(lat)
    angle: Floats = np.degrees(np.arctan2(np.gradient(lat, axis=1), east))
    return angle
