"""Which way the rows and columns of a curvilinear grid run: along its own y and x, as far as the data tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..core.axis import CIRCLE, GAP, near

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats, Ints

_POLE = 90.0 + 1e-3
_SAME = 1e-6
"""Columns that are less apart are the same [degrees]."""
_REPEATED, _FEWEST, _LOOKED_AT = 3, 8, 50
"""Last columns that may repeat the first; columns of a grid around the globe; steps that are looked at."""
OwnAxis = Literal["x", "y"]

_SAID: dict[str, OwnAxis] = {
    **dict.fromkeys(("X", "projection_x_coordinate", "grid_longitude"), "x"),
    **dict.fromkeys(("Y", "projection_y_coordinate", "grid_latitude"), "y"),
}
"""Attributes axis and standard_name of the coordinate of a dimension."""
_CALLED: dict[str, OwnAxis] = {
    **dict.fromkeys(("x", "xc", "xh", "xi", "xt", "i", "ni", "nx", "lon", "longitude", "rlon", "nlon", "west"), "x"),
    **dict.fromkeys(("y", "yc", "yh", "eta", "yt", "j", "nj", "ny", "lat", "latitude", "rlat", "nlat", "south"), "y"),
}
"""What names of dimensions begin with, up to an underscore: xi_rho, west_east."""
_SCANNED: dict[OwnAxis, tuple[str, int]] = {"x": ("GRIB_iScansNegatively", 1), "y": ("GRIB_jScansPositively", 0)}
"""What GRIB says of an axis that is stored from its end to its beginning."""


def rows_first(array: xr.DataArray, dims: tuple[str, str]) -> tuple[str, str]:
    """The two dimensions of a grid with that along its x last; as they are where nothing tells."""
    first, second = (_own_axis(array, dim) for dim in dims)
    return dims[::-1] if first != second and (first == "x" or second == "y") else dims


def _own_axis(array: xr.DataArray, dim: str) -> OwnAxis | None:
    attributes = array.coords[dim].attrs if dim in array.coords else {}
    said = (str(attributes.get(name, "")) for name in ("axis", "standard_name"))
    return next((_SAID[s] for s in said if s in _SAID), _CALLED.get(dim.lower().split("_")[0]))


def upwards(array: xr.DataArray, dim: str, axis: OwnAxis) -> Ints:
    """Positions along a dimension of a grid in which its own coordinate increases; as stored where nothing tells."""
    order = np.arange(array.sizes[dim])
    name, backwards = _SCANNED[axis]
    decreases = array.attrs.get(name) == backwards
    if dim in array.coords and array.coords[dim].dtype.kind in "iuf":
        decreases = bool((np.diff(array.coords[dim].values) < 0).all())
    return order[::-1] if decreases else order


def without_fill(lon: Floats, lat: Floats) -> list[Floats]:
    """(ny, nx) places, NaN where there is none: where a number stands for that, or several points are at 0, 0."""
    nowhere = (np.abs(lat) > _POLE) | (np.abs(lon) > 2 * CIRCLE)
    zero = (lon == 0.0) & (lat == 0.0)
    nowhere |= zero & (np.count_nonzero(zero) > 1)
    return [np.where(nowhere, np.nan, c) for c in (lon, lat)] if nowhere.any() else [lon, lat]


def around(lon: Floats, lat: Floats) -> Ints:
    """Positions of columns that close a grid around the globe, each place once but for the seam, or all there are.

    Ocean models repeat one or two columns at the end, others leave the last cell, over the seam, to the reader.
    """
    count = lon.shape[1]
    everything = np.arange(count)
    if count < _FEWEST:
        return everything
    for last in range(count - _REPEATED, count):
        if _apart(lon, lat, last, 0) < _SAME:
            return everything[: last + 1]
    step = np.nanmedian([_apart(lon, lat, i, i + 1) for i in range(0, count - 1, max(1, count // _LOOKED_AT))])
    is_closed = _apart(lon, lat, count - 1, 0) <= GAP * step
    return np.append(everything, 0) if is_closed else everything


def _apart(lon: Floats, lat: Floats, one: int, other: int) -> float:
    """Usual distance between points of two columns [degrees]; infinite where they have none in common."""
    east = near(lon[:, one] - lon[:, other], 0.0) * np.cos(np.radians(lat[:, one]))
    distance = np.hypot(east, lat[:, one] - lat[:, other])
    return float(np.median(distance[np.isfinite(distance)])) if np.isfinite(distance).any() else np.inf
