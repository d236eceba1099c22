"""Curvilinear grids: rows and columns of points anywhere, some perhaps missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..mesh import Flags, Floats
from .structured import StructuredGrid


@dataclass(frozen=True, eq=False)
class CurvilinearGrid(StructuredGrid):
    """Points in rows and columns; a cell has four of them, and is missing where one of them is.

    Raises:
        ValueError: arrays of other shapes, no cell at all, cells that are folded or not convex; counted from 1.
    """

    x: Floats
    """(ny, nx) x, or longitude; NaN where a point is missing."""
    y: Floats
    """(ny, nx) y, or latitude."""
    crs: str = "local"
    """``EPSG:n`` of the coordinates, or ``local``."""

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.shape != self.y.shape:
            raise ValueError(f"expected x and y of the same (ny, nx) shape, got {self.x.shape} and {self.y.shape}")
        if min(self.x.shape) < 2:
            raise ValueError(f"a grid needs 2 points or more along each axis, got {self.x.shape}")
        if (half := np.isfinite(self.x) != np.isfinite(self.y)).any():
            j, i = np.argwhere(half)[0] + 1
            raise ValueError(f"the point in row {j}, column {i} has only one of x and y")
        turns = corner_turns(self.points)
        if not (whole := np.isfinite(turns).all(axis=-1)).any():
            raise ValueError("it has no whole cell: every one has a missing point")
        sense = 1.0 if np.nansum(turns) > 0 else -1.0
        folded: Flags = whole & ((sense * turns).min(axis=-1) <= 0)
        if folded.any():
            raise ValueError(self._folded(folded))

    def _folded(self, folded: Flags) -> str:
        j, i = np.argwhere(folded)[0]
        at = ", ".join(f"({self.x[j + b, i + a]:.10g}, {self.y[j + b, i + a]:.10g})" for a, b in _CORNERS)
        many = f"{int(folded.sum())} cells are" if folded.sum() > 1 else "a cell is"
        cell = f"row {j + 1}, column {i + 1} with the corners {at}"
        return f"{many} folded or not convex, {'the first ' if folded.sum() > 1 else ''}in {cell}"

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of points: rows (ny), columns (nx)."""
        return self.x.shape[0], self.x.shape[1]

    @property
    def points(self) -> Floats:
        """(ny, nx, 2) x and y; NaN where points are missing."""
        return np.stack([self.x, self.y], axis=-1)


_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))
"""Steps in column and row from the first corner of a cell to each of them, counter-clockwise in the grid's frame."""


def corner_turns(points: Floats) -> Floats:
    """(ny-1, nx-1, 4) cross product of the sides that meet at each corner of each cell: positive for a left turn."""
    a, b, c, d = (points[j : j - 1 or None, i : i - 1 or None] for i, j in _CORNERS)
    sides = np.stack([b - a, c - b, d - c, a - d], axis=-2)
    before = np.roll(sides, 1, axis=-2)
    turns: Floats = before[..., 0] * sides[..., 1] - before[..., 1] * sides[..., 0]
    return turns


def turned_to_east(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The same points with rows and columns reversed or exchanged, so that columns lead east and rows north.

    Files have them in any order. Of the four orders in which the rows lie to the left of the columns it is the one with
    the first row nearest to eastward, on the whole. Rows and columns without any point at the end are cut off.
    """
    kept = np.isfinite(x)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    if len(rows) < 2 or len(columns) < 2:
        return x, y
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    x, y = x[cut], y[cut]
    if np.nansum(corner_turns(np.stack([x, y], axis=-1))) < 0:
        x, y = x.T, y.T
    east, north = np.nansum(np.diff(x, axis=1)), np.nansum(np.diff(y, axis=1))
    quarters = round(float(np.arctan2(north, east)) / (np.pi / 2))
    return np.rot90(x, -quarters), np.rot90(y, -quarters)
