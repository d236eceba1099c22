"""Points and closed lines in the plane, vectorised."""

from __future__ import annotations

import numpy as np

from .mesh import Flags, Floats

_AT_ONCE = 2_000_000


def ring_edges(ring: Floats) -> Floats:
    """(k, 2, 2) begin and end of the edges of a closed line given by its (k, 2) vertices."""
    return np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)


def inside(points: Floats, edges: Floats) -> Flags:
    """(n,) which of the (n, 2) points are inside of closed lines, holes excepted, by the even-odd rule.

    The edges are (k, 2, 2), of all lines together and in any order. A point on an edge may be taken either way.
    """
    found = np.zeros(len(points), dtype=bool)
    step = max(1, _AT_ONCE // max(1, len(edges)))
    (x0, y0), (x1, y1) = edges[:, 0].T, edges[:, 1].T
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    for start in range(0, len(points), step):
        x, y = (points[start : start + step, i, None] for i in (0, 1))
        with np.errstate(over="ignore"):  # of an edge that does not rise to speak of, which nothing crosses
            crosses = ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / rise)
        found[start : start + step] = crosses.sum(axis=1) % 2 == 1
    return found


def distance(points: Floats, edges: Floats) -> Floats:
    """(n,) distance of the (n, 2) points to the nearest of (k, 2, 2) edges."""
    nearest = np.empty(len(points))
    step = max(1, _AT_ONCE // max(1, len(edges)))
    origin, along = edges[:, 0], edges[:, 1] - edges[:, 0]
    length2 = np.maximum((along**2).sum(axis=1), 1e-300)
    for start in range(0, len(points), step):
        offset = points[start : start + step, None, :] - origin
        share = np.clip((offset * along).sum(axis=2) / length2, 0.0, 1.0)
        nearest[start : start + step] = np.sqrt(((offset - share[..., None] * along) ** 2).sum(axis=2)).min(axis=1)
    return nearest


def densified(ring: Floats, spacing: float) -> Floats:
    """The vertices of a closed line with points between them, at most `spacing` apart."""
    parts = []
    for begin, end in ring_edges(ring):
        count = max(1, int(np.ceil(np.hypot(*(end - begin)) / spacing)))
        parts.append(begin + np.arange(count)[:, None] / count * (end - begin))
    return np.concatenate(parts)


def area(ring: Floats) -> float:
    """Area of a simple closed line, positive."""
    x, y = (ring - ring[0]).T
    return 0.5 * abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
