"""Which way the rows and columns of a curvilinear grid run: along its own y and x, as far as the data tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Ints

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
