"""From the points of a grid to places, and what to do where data are missing."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from ..core.axis import CIRCLE, near
from ..core.weights import EARTH_RADIUS_M, Weights, barycentric, bilinear, on_sphere, over_water
from ..errors import DataError, Problem
from .coverage import box_words
from .cut import axes_of, is_lonlat
from .layout import name_of
from .policies import NanPolicy

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Flags, Floats, Ints

_kept: OrderedDict[str, tuple[Weights, Flags]] = OrderedDict()
_MOST_KEPT = 8
_DIGITS = 9
"""Of degrees or metres: points that differ by less are the same."""


class ToPlaces:
    """Values of one variable at places."""

    def __init__(
        self,
        array: xr.DataArray,
        x: Floats,
        y: Floats,
        nan: NanPolicy,
        key: str,
        node: str,
        weights: Weights | None = None,
    ):
        """Find the weights.

        Args:
            array: the variable, as `Understood` gives it.
            x, y: (n,) places in its coordinates.
            nan: what to do where data are missing.
            key: config key of the source, for messages.
            node: config key of the node that has ``nan``.
            weights: how the places are made of the grid; None takes the points around each.

        Raises:
            DataError: its grid is of a kind that gives no values in between.
        """
        self.array, self.x, self.y, self.nan, self.key, self.node = array, x, y, nan, key, node
        self.outside = np.zeros(len(x), dtype=bool)
        if weights is not None:
            self.weights = weights
        elif array.ndim == 0:
            self.weights = _everywhere(len(x))
        else:
            self.weights, self.outside = weights_at(array, x, y, key)
        self._filled: OrderedDict[bytes, Weights] = OrderedDict()

    def __call__(self, values: Floats) -> Floats:
        """(k, n) values at the places of (k, ...) values on the grid.

        Raises:
            DataError: data are missing, and that is an error.
        """
        found = self.weights.apply(values.reshape(-1, *self.weights.shape))
        bad = ~np.isfinite(found)
        if self.nan == "keep" or not bad.any():
            return found
        if self.nan == "error":
            raise DataError(self._problem(bad))
        if self.nan == "nearest_wet":
            return self._from_nearest(values)
        return np.where(bad, np.asarray(self.nan, found.dtype), found)

    def _problem(self, bad: Flags) -> Problem:
        dry = np.asarray(bad.any(axis=0))
        message = f"{name_of(self.array)} is NaN at {int(dry.sum())} of {len(dry)} places that the domain needs"
        hint = f"give data without gaps there, or say what to take: {self.node}.nan: nearest_wet, or a number such as 0"
        return Problem(self.key, f"{message}, {self._where(dry)}", hint=hint, data=True)

    def _where(self, dry: Flags) -> str:
        x, y, digits = self.x[dry], self.y[dry], 4 if is_lonlat(self.array) else 1
        if len(x) == 1:
            return f"at {x[0]:.{digits}f}, {y[0]:.{digits}f}"
        corners = f"{x.min():.{digits}f}, {y.min():.{digits}f} and {x.max():.{digits}f}, {y.max():.{digits}f}"
        return f"between {corners}"

    def _from_nearest(self, values: Floats) -> Floats:
        """Every step with the weights of its own pattern of gaps, so that blocks of any length give the same."""
        found = []
        for step in values:
            wet = np.isfinite(step)
            pattern = hashlib.blake2b(np.packbits(wet).tobytes(), digest_size=16).digest()
            if pattern not in self._filled:
                if not wet.any():
                    message = f"{name_of(self.array)} has no data at all in the area of the domain"
                    raise DataError(Problem(self.key, message, hint="give data that have values there"))
                self._filled[pattern], _ = over_water(self.weights, wet, self._points(), self._targets())
                if len(self._filled) > _MOST_KEPT:
                    self._filled.popitem(last=False)
            self._filled.move_to_end(pattern)
            found.append(self._filled[pattern].apply(np.where(wet, step, step[wet][0])))  # dry points count for none
        return np.stack(found)

    def _points(self) -> Floats:
        x, y = points_of(self.array)
        return _in_space(x, y, is_lonlat(self.array))

    def _targets(self) -> Floats:
        return _in_space(self.x, self.y, is_lonlat(self.array))


def _everywhere(count: int) -> Weights:
    """Of one value that holds at all places."""
    from scipy.sparse import csr_array

    return Weights(csr_array(np.ones((count, 1))), (1,))


def _in_space(x: Floats, y: Floats, lonlat: bool) -> Floats:
    return EARTH_RADIUS_M * on_sphere(x, y) if lonlat else np.stack([x, y], axis=-1)


def points_of(array: xr.DataArray) -> tuple[Floats, Floats]:
    """(points,) x and y, or lon and lat, of all points of a variable's grid, in the order of its values."""
    x, y = (array.coords[n] for n in (("lon", "lat") if is_lonlat(array) else ("x", "y")))
    if axes_of(array) is None:
        return np.asarray(x.values).ravel(), np.asarray(y.values).ravel()
    grid = np.meshgrid(x.values, y.values)
    return grid[0].ravel(), grid[1].ravel()


def weights_at(array: xr.DataArray, x: Floats, y: Floats, key: str) -> tuple[Weights, Flags]:
    """Weights of a variable's points at (n,) places, and which places are outside of its grid.

    They are kept, so that another variable of the same grid and places, such as v after u, has them at once.

    Raises:
        DataError: values at separate points.
    """
    coords = [(n, c.values) for n, c in sorted(array.coords.items()) if n in ("lon", "lat", "x", "y")]
    digest = hashlib.blake2b(digest_size=16)
    for called, part in (*coords, ("x there", x), ("y there", y)):
        digest.update(repr((called, part.shape)).encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    name = digest.hexdigest()
    if name not in _kept:
        _kept[name] = _weights_at(array, x, y, key)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(name)
    return _kept[name]


def _weights_at(array: xr.DataArray, x: Floats, y: Floats, key: str) -> tuple[Weights, Flags]:
    if (axes := axes_of(array)) is not None:
        return bilinear(*axes, x, y), axes[0].beyond(y) | axes[1].beyond(x)
    if "j" not in array.dims:
        message = f"{name_of(array)} is given at separate points ({', '.join(map(str, array.dims))}), not on a grid"
        raise DataError(Problem(key, message, hint="give gridded data; a single point is kind: series"))
    points_x, points_y = points_of(array)
    scale = np.ones(2)
    if is_lonlat(array):
        middle = float(np.nanmedian(points_x))
        points_x, x = near(points_x, middle), near(x, middle)
        scale[0] = np.cos(np.radians(float(np.nanmedian(points_y))))
    points = np.stack([points_x, points_y], axis=1) * scale
    triangles = _halves(array.shape[-2:], np.asarray(np.isfinite(points).all(axis=1)))
    if is_lonlat(array):
        triangles = triangles[np.ptp(points_x[triangles], axis=1) < CIRCLE / 2]  # not from one side of the seam
    try:
        weights, outside = barycentric(*_once(np.nan_to_num(points), triangles), x * scale[0], y)
    except RuntimeError as error:
        message = f"the grid of {name_of(array)} overlaps itself around the domain"
        raise DataError(Problem(key, message, hint="give data on a grid whose cells do not overlap")) from error
    return Weights(weights.matrix, array.shape[-2:]), outside


def _once(points: Floats, triangles: Ints) -> tuple[Floats, Ints]:
    """The triangles with one of those points that are at the same place, as at the seam of a grid around the globe."""
    _, first, which = np.unique(np.round(points, _DIGITS), axis=0, return_index=True, return_inverse=True)
    corners = first[which.ravel()][triangles]
    is_whole = (corners != np.roll(corners, 1, axis=1)).all(axis=1)
    return points, corners[is_whole]


def _halves(shape: tuple[int, ...], known: Flags) -> Ints:
    """(m, 3) triangles: each cell of a grid whose four corners are known, cut in two."""
    at = np.arange(int(np.prod(shape))).reshape(shape)
    a, b, c, d = (q.ravel() for q in (at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]))
    whole = known[a] & known[b] & known[c] & known[d]
    pairs = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    found: Ints = pairs[np.concatenate([whole, whole])]
    return found


def outside_problem(outside: Flags, name: str, area: str, key: str) -> Problem:
    """Places that are outside of the grid of a variable, which covers an area, in words."""
    message = f"{int(outside.sum())} of {len(outside)} places of the domain are outside of the grid of {name}"
    hint = "give data that cover the domain, or make the domain smaller"
    return Problem(key, f"{message}, which covers {area}", hint=hint, data=True)


def area_words(array: xr.DataArray) -> str:
    """The limits of the points of a variable's grid."""
    if (axes := axes_of(array)) is not None:
        return box_words(is_lonlat(array), axes[1].limits, axes[0].limits)
    x, y = points_of(array)
    return box_words(is_lonlat(array), (np.nanmin(x), np.nanmax(x)), (np.nanmin(y), np.nanmax(y)))
