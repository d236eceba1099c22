"""Interpolation as one sparse matrix: made once for a pair of grids, used for every variable and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .axis import CIRCLE, SNAP, Axis, snapped
from .mesh import Flags, Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (Moritz 2000, J. Geodesy 74, 128)."""
_LOOKED_AT = 16
"""Triangles around a place on the edge of a mesh; where more meet in a point any of them will do."""


@dataclass(frozen=True, eq=False)
class Weights:
    """How the value at each target is made of the values on a grid."""

    matrix: csr_array
    """(targets, points of the grid); a row sums to 1, without stored zeros."""
    shape: tuple[int, ...]
    """Shape of the grid: (ny, nx) or (n,)."""

    def apply(self, values: Floats) -> Floats:
        """(..., targets) values at the targets of (..., *shape) values on the grid.

        A target is NaN where a point that counts for it is, or where none counts. A constant field stays constant to
        the last bit, and small differences of large numbers keep their digits: what is interpolated is the difference
        to one of the values.
        """
        leading = values.shape[: values.ndim - len(self.shape)]
        flat = values.reshape(-1, self.matrix.shape[1])
        reference = _first_finite(flat)
        found: Floats = (flat - reference) @ self._transposed(flat.dtype)
        found += reference
        found[:, self._without] = np.nan
        return found.reshape(*leading, self.matrix.shape[0])

    def _transposed(self, dtype: np.dtype[Any]) -> Any:
        return self._single if dtype == np.float32 else self._double

    @cached_property
    def _double(self) -> Any:
        return self.matrix.T

    @cached_property
    def _single(self) -> Any:
        return self.matrix.T.astype(np.float32)

    @cached_property
    def _without(self) -> Ints:
        """Targets that no point counts for."""
        return np.flatnonzero(np.diff(self.matrix.indptr) == 0)

    def replaced(self, targets: Ints, points: Ints) -> Weights:
        """The same with some targets taking the value of one point each instead."""
        from scipy.sparse import csr_array

        rows = np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))
        kept = ~np.isin(rows, targets)
        data = np.concatenate([self.matrix.data[kept], np.ones(len(targets))])
        where = np.concatenate([rows[kept], targets]), np.concatenate([self.matrix.indices[kept], points])
        return Weights(csr_array((data, where), shape=self.matrix.shape), self.shape)


def _first_finite(flat: Floats) -> Floats:
    """(k, 1) the first finite value of each row, 0 where there is none."""
    at = np.argmax(np.isfinite(flat), axis=1)
    found = np.take_along_axis(flat, at[:, None], axis=1)
    return np.where(np.isfinite(found), found, np.zeros((), flat.dtype))


def _weights(parts: Sequence[tuple[Ints, Floats]], count: int, shape: tuple[int, ...]) -> Weights:
    """From (point, weight) for each target, several of them added."""
    from scipy.sparse import csr_array

    targets = np.arange(count)
    rows = np.concatenate([targets] * len(parts))
    points = np.concatenate([p for p, _ in parts])
    data = np.concatenate([w for _, w in parts])
    used = data != 0.0
    matrix = csr_array((data[used], (rows[used], points[used])), shape=(count, int(np.prod(shape))))
    matrix.sum_duplicates()
    return Weights(matrix, shape)


def bilinear(rows: Axis, columns: Axis, x: Floats, y: Floats) -> Weights:
    """Weights of the four points around each (n,) target on a rectangular grid; beyond it those of its edge."""
    shape = len(rows.values), len(columns.values)
    j, i = rows.bracket(y), columns.bracket(x)
    parts = [
        (at_j * shape[1] + at_i, weight_j * weight_i)
        for at_j, weight_j in ((j.low, 1.0 - j.weight), (j.high, j.weight))
        for at_i, weight_i in ((i.low, 1.0 - i.weight), (i.high, i.weight))
    ]
    return _weights(parts, len(x), shape)


def conservative(rows: Axis, columns: Axis, x_edges: Floats, y_edges: Floats, *, is_lonlat: bool) -> Weights:
    """Means over the (ny, nx) cells between edges, so that volumes over and under the datum are kept.

    First-order conservative (Jones 1999, Mon. Weather Rev. 127, 2204): each point of the grid stands for a cell that
    reaches half way to its neighbours, and counts by the area that it shares with the target; areas in longitude and
    latitude are those on the sphere. Where a part of a target is outside of the grid, the rest of it counts; a target
    that is outside as a whole is NaN.
    """
    from scipy.sparse import kron

    to_columns = columns.aligned(x_edges[:1]) - x_edges[:1]
    across = _overlap(_cell_edges(columns), x_edges + to_columns, columns.is_circle)
    south_north = _cell_edges(rows)
    if is_lonlat:  # on a sphere the area between two parallels goes with the difference of their sines
        south_north, y_edges = (np.sin(np.radians(np.clip(y, -90.0, 90.0))) for y in (south_north, y_edges))
    along = _overlap(south_north, y_edges, is_circle=False)
    matrix = kron(along, across, format="csr")
    total = np.asarray(matrix.sum(axis=1)).ravel()
    matrix.data /= np.repeat(np.where(total > 0, total, 1.0), np.diff(matrix.indptr))
    return Weights(matrix, (len(rows.values), len(columns.values)))


def _cell_edges(axis: Axis) -> Floats:
    """(n + 1,) edges half way between points, and as far beyond the first and last."""
    middle = (axis.values[:-1] + axis.values[1:]) / 2
    return np.concatenate([[2 * axis.values[0] - middle[0]], middle, [2 * axis.values[-1] - middle[-1]]])


def _overlap(source: Floats, target: Floats, is_circle: bool) -> Any:
    """(targets, sources) lengths that the intervals between increasing edges have in common."""
    from scipy.sparse import csr_array

    turns = (-CIRCLE, 0.0, CIRCLE) if is_circle else (0.0,)
    total = csr_array((len(target) - 1, len(source) - 1))
    for turn in turns:
        low, high = source[:-1] + turn, source[1:] + turn
        first = np.searchsorted(high, target[:-1], side="right")
        last = np.searchsorted(low, target[1:], side="left")
        count = np.maximum(last - first, 0)
        rows = np.repeat(np.arange(len(count)), count)
        columns = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        shared = np.minimum(high[columns], target[1:][rows]) - np.maximum(low[columns], target[:-1][rows])
        total = total + csr_array((shared, (rows, columns)), shape=total.shape)
    return total


def barycentric(points: Floats, triangles: Ints, x: Floats, y: Floats) -> tuple[Weights, Flags]:
    """Weights of the corners of the triangle that each (n,) target is in, and which targets are in none.

    A target outside of the mesh gets the value of the nearest point; one on its edge but for rounding is inside.

    Args:
        points: (p, 2) nodes of the mesh.
        triangles: (m, 3).
        x, y: (n,).
    """
    from matplotlib.tri import Triangulation

    mesh = Triangulation(points[:, 0], points[:, 1], triangles)
    found = np.array(mesh.get_trifinder()(x, y))
    targets = np.stack([x, y], axis=1)
    missed = np.flatnonzero(found < 0)
    if missed.size:
        found[missed] = _at_the_edge(points, triangles, targets[missed])
    corners = triangles[found]
    shares = np.maximum(snapped(_shares(points, corners, targets)), 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    weights = _weights([(corners[:, k], shares[:, k]) for k in range(3)], len(x), (len(points),))
    outside = found < 0
    if outside.any():
        weights = weights.replaced(np.flatnonzero(outside), nearest(points, targets[outside]))
    return weights, outside


def _shares(points: Floats, corners: Ints, targets: Floats) -> Floats:
    """(..., 3) barycentric coordinates of (..., 2) targets in the triangles with (..., 3) corners."""
    a, b, c = (points[corners[..., k]] - targets for k in range(3))
    parts = np.stack([_cross(b, c), _cross(c, a), _cross(a, b)], axis=-1)
    shares: Floats = parts / parts.sum(axis=-1, keepdims=True)
    return shares


def _at_the_edge(points: Floats, triangles: Ints, targets: Floats) -> Ints:
    """(k,) the triangle on whose side a target is but for rounding, -1 where there is none."""
    from scipy.spatial import cKDTree

    near = cKDTree(points[triangles].mean(axis=1)).query(targets, k=min(_LOOKED_AT, len(triangles)))[1]
    near = near.reshape(len(targets), -1)
    least = _shares(points, triangles[near], targets[:, None]).min(axis=-1)
    best = least.argmax(axis=1)[:, None]
    is_there = np.take_along_axis(least, best, axis=1) > -SNAP
    return np.where(is_there, np.take_along_axis(near, best, axis=1), -1)[:, 0]


def _cross(a: Floats, b: Floats) -> Floats:
    product: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def nearest(points: Floats, targets: Floats) -> Ints:
    """(n,) which of the (p, 2 or 3) points is nearest to each of the (n, 2 or 3) targets."""
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(points).query(targets)[1])


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """(..., 3) points on the unit sphere, in which distances are short where they are short on Earth."""
    east, north = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def over_water(weights: Weights, wet: Flags, at: Floats, targets: Floats) -> tuple[Weights, Floats]:
    """Weights of wet points only, and how far the point is that a target without any takes instead.

    A target some of whose points are dry is made of the others, in their proportions; one whose points are all dry
    takes the nearest wet point.

    Args:
        weights: of targets on a grid.
        wet: (*shape) which points of the grid hold data; at least one.
        at: (points, 2 or 3) where the points are.
        targets: (targets, 2 or 3) where the targets are, likewise.

    Returns:
        The weights, and the (targets,) distance in the unit of the places; 0 where a point of the target is wet.
    """
    from scipy.sparse import csr_array

    is_wet = wet.ravel()
    kept = weights.matrix.copy()
    kept.data = kept.data * is_wet[kept.indices]
    total = np.asarray(kept.sum(axis=1)).ravel()
    has_dry = np.asarray(weights.matrix @ (~is_wet).astype(np.float64)).ravel() > 0.0
    scale = np.where(has_dry & (total > 0.0), 1.0 / np.where(total > 0.0, total, 1.0), 1.0)
    kept.data = kept.data * np.repeat(scale, np.diff(kept.indptr))
    kept.eliminate_zeros()
    stranded = np.flatnonzero(total <= 0.0)
    distance = np.zeros(len(targets))
    found = Weights(csr_array(kept), weights.shape)
    if len(stranded) == 0:
        return found, distance
    known = np.flatnonzero(is_wet)
    near = known[nearest(at[known], targets[stranded])]
    distance[stranded] = np.linalg.norm(at[near] - targets[stranded], axis=1)
    return found.replaced(stranded, near), distance
