"""Wind and current as components towards true east and north, however the data have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.geo import LON_LAT, eccentricity_squared, is_lonlat, metres_per_unit, project
from ..core.lazy import as_array, combined
from ..core.rotation import turned
from ..core.weights import on_sphere
from ..errors import DataError, Problem
from .fields import between
from .layout import ORIGINAL, name_of
from .quantities import QUANTITIES, Vector, standard_name

if TYPE_CHECKING:
    from ..core.mesh import Floats


def components(vector: Vector, speed: Floats, direction_deg: Floats) -> tuple[Floats, Floats]:
    """Components towards east and north of a speed in a direction clockwise from north."""
    angle = np.radians(direction_deg)
    away = -speed if vector.comes_from else speed
    return away * np.sin(angle), away * np.cos(angle)


_OPPOSITE = 1e-9
"""Length of the mean of two unit vectors below which they are opposite."""


def directions_at(axis_s: Floats, direction_deg: Floats, wanted_s: Floats) -> Floats:
    """(nt,) directions at wanted times [degrees], 0 .. 360, from (n,) ones at increasing times that cover these.

    They are interpolated as unit vectors, the short way round: from 350 to 10 through 0. Between opposite directions
    the first holds until the middle.
    """
    low, share = between(axis_s, wanted_s)
    first, second = (np.exp(1j * np.radians(direction_deg[at])) for at in (low, np.minimum(low + 1, len(axis_s) - 1)))
    mean = (1.0 - share) * first + share * second
    found = np.degrees(np.angle(np.where(np.abs(mean) < _OPPOSITE, first, mean))) % 360.0
    return np.where(found >= 360.0, 0.0, found)  # of the smallest negative numbers


def from_speed(vector: Vector, arrays: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Lazy components of a vector that is given by speed and direction."""
    parts = [arrays[vector.speed], arrays[vector.direction]]
    return _pair(
        vector, parts[0], [p.variable for p in parts], partial(components, vector), [name_of(p) for p in parts]
    )


def from_grid(vector: Vector, arrays: Mapping[str, xr.DataArray], crs: str, key: str) -> dict[str, xr.DataArray]:
    """Lazy components towards true east and north of those along the axes of the grid.

    Raises:
        DataError: as `grid_angle_deg`.
    """
    u, v = arrays[vector.east], arrays[vector.north]
    angle = xr.Variable(u.dims[-2:], grid_angle_deg(u, crs, key))
    return _pair(vector, u, [u.variable, v.variable, angle], turned, [name_of(u), name_of(v)])


def _pair(
    vector: Vector, like: xr.DataArray, parts: list[xr.Variable], function: Callable[..., Any], names: list[str]
) -> dict[str, xr.DataArray]:
    found, original = {}, " and ".join(dict.fromkeys(names))
    for position, name in enumerate((vector.east, vector.north)):

        def one(*values: Any, position: int = position) -> Any:
            return function(*values)[position]

        variable = combined([str(d) for d in like.dims], like.shape, parts, one)
        variable.attrs = {"standard_name": name, "units": QUANTITIES[name].units, ORIGINAL: original}
        found[name] = as_array(variable, {str(n): c for n, c in like.coords.variables.items()}, name)
    return found


def along_grid(attributes: Mapping[str, Any], name: str) -> str:
    """What tells that a component, by the name of its quantity, is along the grid; empty where nothing does."""
    if standard_name(attributes) in QUANTITIES[name].along_grid:
        return "standard_name"
    return "uvRelativeToGrid" if attributes.get("GRIB_uvRelativeToGrid") == 1 else ""


def grid_angle_deg(array: xr.DataArray, crs: str, key: str) -> Floats:
    """(ny, nx) how far the x axis of a grid points to the left of true east, at each point [degrees].

    Along a rectangular grid in a projection it is the true direction of a small step along x, whether the projection
    keeps angles or not; on a curvilinear grid that from one neighbour to the next. 0 for one along meridians.

    Raises:
        DataError: the rows and columns of a curvilinear grid may run either way.
    """
    if "lon" in array.dims:
        return np.zeros(array.shape[-2:])
    if "x" in array.dims:
        x, y = np.meshgrid(array.coords["x"].values, array.coords["y"].values)
        return _angle_of_projection(x, y, crs)
    x, y = (array.coords[n].values for n in (("lon", "lat") if is_lonlat(crs) else ("x", "y")))
    up, places = _in_space(x, y, crs)
    rows, columns = (np.asarray(g) for g in np.gradient(places, axis=(0, 1)))
    if np.nanmedian(np.sign((np.cross(columns, rows) * up).sum(axis=-1))) < 0.0:
        message = f"the rows and columns of {name_of(array)} run in ways that do not tell which of them is its x axis"
        hint = "give their dimensions coordinates with the attribute axis, or components towards true east and north"
        raise DataError(Problem(key, message, hint=hint))
    return _left_of_east_deg(columns, up)


_SMALL = 1e-3
"""Part of a cell that is a small step."""


def _angle_of_projection(x: Floats, y: Floats, crs: str) -> Floats:
    step = _SMALL * (float(np.ptp(x)) / max(x.shape[1] - 1, 1) or 1.0)
    (_, before), (up, _), (_, after) = (_in_space(x + s, y, crs) for s in (-step, 0.0, step))
    along: Floats = after - before
    return _left_of_east_deg(along, up)


def _in_space(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """(..., 3) vertical directions at places, and the places: on the ellipsoid of a projection, else on a sphere."""
    up = on_sphere(*project(x, y, crs, LON_LAT))
    squared = 0.0 if metres_per_unit(crs) is None else eccentricity_squared(crs)  # as models in degrees have it
    return up, up * (1.0, 1.0, 1.0 - squared) / np.sqrt(1.0 - squared * up[..., 2:] ** 2)


def _left_of_east_deg(along: Floats, up: Floats) -> Floats:
    """Directions of (ny, nx, 3) steps in space at places with these vertical directions."""
    east = np.cross((0.0, 0.0, 1.0), up)
    angle: Floats = np.degrees(np.arctan2((along * np.cross(up, east)).sum(axis=-1), (along * east).sum(axis=-1)))
    return angle
