"""Cells of structured grids: which there are, their triangles, the edges around them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..mesh import Flags, Floats, Ints
from .boundary import rings
from .names import ISLAND, LAND, SIDES
from .raw_mesh import EdgeNames, RawMesh
from .structured import StructuredGrid

_EQUAL = 1e-6
"""Diagonals that differ by a smaller part of their squared length are equal but for rounding of the coordinates."""


@lru_cache(maxsize=2)
def raw_mesh(grid: StructuredGrid) -> RawMesh:
    """The triangles of a grid; see `StructuredGrid.raw_mesh`."""
    points, there = grid.points, whole_cells(grid)
    numbers = point_numbers(there)
    names: EdgeNames = {}
    for name, edges in boundary_edges(grid).items():
        names |= dict.fromkeys(map(tuple, np.sort(edges, axis=1).tolist()), name)
    return RawMesh(points[numbers >= 0], _triangles(points, there, numbers), names, LAND)


def whole_cells(grid: StructuredGrid) -> Flags:
    """(ny-1, nx-1) whether all four points of a cell are there."""
    x, y = np.moveaxis(grid.points, -1, 0)
    there: Flags = np.isfinite(x) & np.isfinite(y)
    return there[:-1, :-1] & there[:-1, 1:] & there[1:, :-1] & there[1:, 1:]


def point_numbers(there: Flags) -> Ints:
    """(ny, nx) index of each point of a cell that is there, row by row; -1 for the other points."""
    used = np.zeros((there.shape[0] + 1, there.shape[1] + 1), dtype=bool)
    for rows in (slice(None, -1), slice(1, None)):
        for columns in (slice(None, -1), slice(1, None)):
            used[rows, columns] |= there
    return np.where(used, np.cumsum(used).reshape(used.shape) - 1, -1)


def _triangles(points: Floats, there: Flags, numbers: Ints) -> Ints:
    """(m, 3) counter-clockwise in the frame of the grid, the two of a cell one after the other."""
    j, i = np.nonzero(there)
    a, b, c, d = numbers[j, i], numbers[j, i + 1], numbers[j + 1, i + 1], numbers[j + 1, i]
    rising = ((points[j + 1, i + 1] - points[j, i]) ** 2).sum(axis=1)
    falling = ((points[j + 1, i] - points[j, i + 1]) ** 2).sum(axis=1)
    equal = np.abs(rising - falling) <= _EQUAL * (rising + falling)
    along_rising = np.where(equal, (i + j) % 2 == 0, rising < falling)[:, None]
    first = np.where(along_rising, np.stack([a, b, c], axis=1), np.stack([a, b, d], axis=1))
    second = np.where(along_rising, np.stack([a, c, d], axis=1), np.stack([b, c, d], axis=1))
    return np.stack([first, second], axis=1).reshape(-1, 3)


@lru_cache(maxsize=2)
def boundary_edges(grid: StructuredGrid) -> dict[str, Ints]:
    """Segment -> (k, 2) point numbers of its edges with the grid on their left, from the first point on."""
    there = whole_cells(grid)
    numbers, edges, inner = point_numbers(there), {}, []
    for side, (begin, end, outside) in _sides(there).items():
        found = np.stack([numbers[begin], numbers[end]], axis=1)
        edges[side] = found[outside]
        inner.append(found[~outside])
    if _is_left_handed(grid.points, there):
        edges, inner = {name: own[:, ::-1] for name, own in edges.items()}, [own[:, ::-1] for own in inner]
    edges = {side: own for side, own in edges.items() if len(own)}
    gaps = np.concatenate(inner)
    return edges if not len(gaps) else _with_gaps(grid.points[numbers >= 0], edges, gaps)


Index = tuple[Ints, Ints]


def _sides(there: Flags) -> dict[str, tuple[Index, Index, Flags]]:
    """Side -> begin and end (row, column) of the edges of cells that face it, and which are at the end of the grid."""
    ny, nx = there.shape
    around = np.pad(there, 1)
    facing = {
        "south": ~around[:-2, 1:-1],
        "east": ~around[1:-1, 2:],
        "north": ~around[2:, 1:-1],
        "west": ~around[1:-1, :-2],
    }
    found = {}
    for k, side in enumerate(SIDES):
        j, i = np.nonzero(there & facing[side])
        corners = ((j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i))
        outside = (j == 0, i == nx - 1, j == ny - 1, i == 0)[k]
        found[side] = corners[k], corners[(k + 1) % 4], outside
    return found


def _is_left_handed(points: Floats, there: Flags) -> bool:
    """Whether the rows lie to the right of the columns; all cells of a grid agree."""
    j, i = (index[0] for index in np.nonzero(there))
    along, across = points[j, i + 1] - points[j, i], points[j + 1, i] - points[j, i]
    return bool(along[0] * across[1] - along[1] * across[0] < 0)


def _with_gaps(points: Floats, edges: dict[str, Ints], gaps: Ints) -> dict[str, Ints]:
    """The sides, and the edges along missing cells as connected pieces of land and as islands."""
    found, land, islands = dict(edges), 0, 0
    for ring in rings(points, {**edges, LAND: gaps}):
        own = np.stack([ring.nodes, np.roll(ring.nodes, -1)], axis=1)
        if ring.area < 0 and set(ring.names) == {LAND}:
            islands += 1
            found[f"{ISLAND}_{islands}"] = own
            continue
        is_land = np.array(ring.names) == LAND
        for piece in _pieces(is_land):
            land += 1
            found[f"{LAND}_{land}"] = own[piece]
    return found


def _pieces(flags: Flags) -> list[Ints]:
    """Indices of each run of true ones; a ring that is not all true begins at a change, so that none goes round."""
    at = np.flatnonzero(flags)
    return [piece for piece in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if len(piece)]
