"""Triangular meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Mesh:
    """A conforming mesh of triangles with named boundary segments, in metres."""

    points_m: Floats
    """(n, 2) x and y."""
    triangles: Ints
    """(m, 3) indices into the points, counter-clockwise."""
    boundary: dict[str, Ints]
    """Segment name -> (k, 2) of (triangle, edge); edge i is opposite to vertex i of its triangle, as in ANUGA."""
    crs: str = "local"
    """``EPSG:n`` of a metric reference system, or ``local``."""
    elevation_m: Floats | None = None
    """(n,) bed over the vertical datum, positive up, where a mesh file brings it and the domain takes it from there."""

    @property
    def centroids_m(self) -> Floats:
        """(m, 2) centres of gravity."""
        centres: Floats = self.points_m[self.triangles].mean(axis=1)
        return centres

    @property
    def areas_m2(self) -> Floats:
        """(m,) areas, positive."""
        return signed_areas(self.points_m, self.triangles)

    def edge_nodes(self, segment: str) -> Ints:
        """(k, 2) point indices of the edges of a segment, with the domain on their left."""
        return edge_nodes(self.triangles, self.boundary[segment])

    def perimeter(self, spacing_m: float | None = None, segment: str | None = None) -> list[Floats]:
        """Closed lines of (n, 2) points along the boundary, islands last, or the lines of one segment.

        With the points of the mesh, or at equal steps of at most `spacing_m`; see `core.grid.boundary.perimeter`.

        Raises:
            ValueError: a spacing that is not positive, a segment that there is not.
        """
        from .grid.boundary import perimeter

        edges = {name: self.edge_nodes(name) for name in self.boundary}
        return perimeter(self.points_m, edges, self.crs, spacing_m, segment)


def signed_areas(points: Floats, triangles: Ints) -> Floats:
    """(m,) areas; negative for a clockwise triangle."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    areas: Floats = 0.5 * ((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]))
    return areas


def counter_clockwise(points: Floats, triangles: Ints) -> Ints:
    """The same triangles, those that run clockwise turned round.

    Raises:
        ValueError: a triangle without area.
    """
    areas = signed_areas(points, triangles)
    if np.any(areas == 0):
        raise ValueError(f"triangle {int(np.argmin(np.abs(areas))) + 1} has no area")
    turned: Ints = np.where((areas < 0)[:, None], triangles[:, [0, 2, 1]], triangles)
    return turned


def edge_nodes(triangles: Ints, edges: Ints) -> Ints:
    """(k, 2) point indices of (triangle, edge) pairs, in the triangle's own direction."""
    triangle, edge = edges[:, 0], edges[:, 1]
    begin, end = triangles[triangle, (edge + 1) % 3], triangles[triangle, (edge + 2) % 3]
    return np.stack([begin, end], axis=1)


def outer_edges(triangles: Ints) -> Ints:
    """(k, 2) of (triangle, edge): the edges that belong to one triangle only, ordered by triangle and edge.

    Raises:
        ValueError: an edge that belongs to three triangles or more.
    """
    edges = np.stack([np.repeat(np.arange(len(triangles)), 3), np.tile(np.arange(3), len(triangles))], axis=1)
    nodes = np.sort(edge_nodes(triangles, edges), axis=1)
    pair = nodes[:, 0] * (nodes.max(initial=0) + 1) + nodes[:, 1]  # one number sorts ten times faster than two
    _, first, count = np.unique(pair, return_index=True, return_counts=True)
    if np.any(count > 2):
        a, b = nodes[first[np.argmax(count > 2)]]
        raise ValueError(f"the edge between nodes {a + 1} and {b + 1} belongs to more than two triangles")
    outer: Ints = edges[np.sort(first[count == 1])]
    return outer


def tag_outer_edges(triangles: Ints, names: dict[tuple[int, int], str], default: str) -> dict[str, Ints]:
    """Every outer edge under exactly one segment name.

    Args:
        triangles: (m, 3).
        names: (smaller, larger) point index of an edge -> its segment.
        default: segment of the edges that `names` does not know.
    """
    outer = outer_edges(triangles)
    pairs = np.sort(edge_nodes(triangles, outer), axis=1)
    tagged: dict[str, list[Ints]] = {}
    for edge, (a, b) in zip(outer, pairs.tolist(), strict=True):
        tagged.setdefault(names.get((a, b), default), []).append(edge)
    return {name: np.array(tagged[name], dtype=np.int64) for name in sorted(tagged)}
