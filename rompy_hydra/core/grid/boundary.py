"""The boundary of a mesh or grid as lines: closed rings, runs of one name, points at a wanted distance along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..geo import distances_m, is_lonlat
from ..mesh import Flags, Floats, Ints

CORNER_DEG = 30.0
"""A line that turns by more than this at a point has a corner there, which is kept whatever the spacing."""
_PIECE_DEG = 0.25
"""A line in degrees is measured in pieces of this length: on a parallel at 60 degrees their sum is short by 6e-7."""


@dataclass(frozen=True, eq=False)
class Ring:
    """A closed line of edges with the domain on its left: counter-clockwise around water, clockwise around a hole."""

    nodes: Ints
    """(n,) indices of points; the first one is not repeated."""
    names: list[str]
    """(n,) the segment of the edge that begins at each node."""
    area: float
    """In the square of the coordinates' unit; negative around a hole."""


@dataclass(frozen=True, eq=False)
class Run:
    """A connected part of one segment, with the domain on its left."""

    name: str
    nodes: Ints
    """(n,) indices of points; where the run is closed the last one repeats the first."""
    is_closed: bool
    around_hole: bool


def rings(points: Floats, segments: Mapping[str, Ints]) -> list[Ring]:
    """The closed lines that a boundary consists of; one that touches itself in a point is two.

    A ring begins where a segment does.

    Args:
        points: (n, 2) coordinates.
        segments: name -> (k, 2) indices of the points of its edges, with the domain on their left.
    """
    edges = np.concatenate([np.empty((0, 2), dtype=np.int64), *segments.values()])
    names = [name for name, own in segments.items() for _ in range(len(own))]
    return [_ring(points, edges[loop], [names[i] for i in loop]) for loop in _loops(edges.tolist())]


def _loops(edges: list[list[int]]) -> Iterator[list[int]]:
    """Indices of the edges of each closed line: walk on, and cut off a loop wherever the walk meets itself."""
    leaving: dict[int, list[int]] = {}
    for i in reversed(range(len(edges))):
        leaving.setdefault(edges[i][0], []).append(i)
    for first in range(len(edges)):
        walk: list[int] = []
        passed: dict[int, int] = {}
        node = edges[first][0]
        while leaving[node]:
            passed[node] = len(walk)
            walk.append(leaving[node].pop())
            node = edges[walk[-1]][1]
            if node in passed:
                loop = walk[passed[node] :]
                del walk[passed[node] :]
                for i in loop:
                    del passed[edges[i][0]]
                yield loop


def _ring(points: Floats, edges: Ints, names: list[str]) -> Ring:
    start = next((i for i in range(len(names)) if names[i] != names[i - 1]), 0)
    nodes, names = np.roll(edges[:, 0], -start), names[start:] + names[:start]
    x, y = (points[nodes] - points[nodes[0]]).T
    return Ring(nodes, names, 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


def runs(points: Floats, segments: Mapping[str, Ints]) -> Iterator[Run]:
    """Every ring, cut where its segments change."""
    for ring in rings(points, segments):
        starts = [i for i in range(len(ring.names)) if ring.names[i] != ring.names[i - 1]]
        closed = np.append(ring.nodes, ring.nodes[0])
        for begin, end in pairwise([*starts, len(ring.names)] if starts else [0, len(ring.names)]):
            yield Run(ring.names[begin], closed[begin : end + 1], not starts, ring.area < 0)


def perimeter(
    points: Floats, segments: Mapping[str, Ints], crs: str, spacing_m: float | None = None, segment: str | None = None
) -> list[Floats]:
    """Lines of (n, 2) points along the true boundary with the domain on the left, or along one segment of it.

    The closed lines of the whole boundary do not repeat their first point; the one around most water is the first,
    islands are the last. Without a spacing they have the points of the mesh. With one they have the corners, which are
    the ends of segments and turns of more than `CORNER_DEG`, and between each two of them equal steps along the line
    of at most that length; in degrees measured on the ellipsoid.

    Raises:
        ValueError: a spacing that is not positive, a segment that there is not.
    """
    if spacing_m is not None and not spacing_m > 0:
        raise ValueError(f"expected a spacing of more than 0 m, got {spacing_m:g}")
    if segment is not None:
        found = [points[run.nodes] for run in runs(points, segments) if run.name == segment]
        if not found:
            raise ValueError(f"there is no segment {segment}, but {', '.join(segments)}")
        return [_spaced(line, np.zeros(len(line), dtype=bool), crs, spacing_m) for line in found]
    closed = sorted(rings(points, segments), key=lambda ring: -max(ring.area, 0.0))
    return [_spaced_ring(points, ring, crs, spacing_m) for ring in closed]


def _spaced_ring(points: Floats, ring: Ring, crs: str, spacing_m: float | None) -> Floats:
    changes = np.array([ring.names[i] != ring.names[i - 1] for i in range(len(ring.names))])
    line = points[np.append(ring.nodes, ring.nodes[0])]
    return _spaced(line, np.append(changes, True), crs, spacing_m)[:-1]


def _spaced(line: Floats, kept: Flags, crs: str, spacing_m: float | None) -> Floats:
    """A line with points at equal steps between its ends, its corners and the points that are to be kept."""
    if spacing_m is None:
        return line
    kept = kept | _corners(line, crs)
    kept[[0, -1]] = True
    pieces = [_steps(line[a : b + 1], crs, spacing_m) for a, b in pairwise(np.flatnonzero(kept))]
    return np.concatenate([*pieces, line[-1:]])


def _corners(line: Floats, crs: str) -> Flags:
    """(n,) where a line turns; its ends do not."""
    along = np.diff(line, axis=0)
    if is_lonlat(crs):
        along[:, 0] *= np.cos(np.radians(line[:-1, 1]))
    (x0, y0), (x1, y1) = along[:-1].T, along[1:].T
    turn_deg = np.degrees(np.abs(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)))
    return np.concatenate([[False], turn_deg > CORNER_DEG, [False]])


def _steps(line: Floats, crs: str, spacing_m: float) -> Floats:
    """Points along a line, its last one excepted."""
    if is_lonlat(crs):
        line = _cut(line)
    at_m = np.append(0.0, np.cumsum(distances_m(line[:-1], line[1:], crs)))
    count = max(1, int(np.ceil(at_m[-1] / spacing_m - 1e-6)))  # ten steps of a hundred are a thousand, rounded or not
    wanted_m = at_m[-1] * np.arange(count) / count
    return np.stack([np.interp(wanted_m, at_m, line[:, i]) for i in (0, 1)], axis=1)


def _cut(line: Floats) -> Floats:
    """A line in degrees with points between its own, so that it can be measured."""
    counts = np.maximum(1, np.ceil(np.abs(np.diff(line, axis=0)).max(axis=1) / _PIECE_DEG)).astype(int)
    at = np.concatenate([[0], np.cumsum(counts)])
    return np.stack([np.interp(np.arange(at[-1] + 1), at, line[:, i]) for i in (0, 1)], axis=1)
