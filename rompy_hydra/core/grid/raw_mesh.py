"""A mesh of triangles in any coordinates: what a file holds, and what a grid is cut into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..mesh import Floats, Ints, Mesh, counter_clockwise, edge_nodes, tag_outer_edges
from .boundary import perimeter

EdgeNames = dict[tuple[int, int], str]
"""(smaller, larger) point index of an edge -> name of its segment."""


@dataclass(frozen=True, eq=False)
class RawMesh:
    """A mesh in the coordinates of its file or grid."""

    points: Floats
    """(n, 2)."""
    triangles: Ints
    """(m, 3) point indices from 0, in either sense of rotation."""
    edge_names: EdgeNames
    default_name: str
    """Segment of the outer edges without a name."""
    elevation_m: Floats | None = None
    """(n,) positive up, where the file carries depths."""

    @classmethod
    def of(cls, mesh: Mesh) -> RawMesh:
        """The same mesh with its boundary by pairs of points."""
        names: EdgeNames = {}
        for name in mesh.boundary:
            names |= dict(_named(mesh.edge_nodes(name), name))
        return cls(mesh.points_m, mesh.triangles, names, "", mesh.elevation_m)

    def checked(self) -> RawMesh:
        """The same mesh, when every triangle has three known points and an area, and no edge belongs to three of them.

        Raises:
            ValueError: what is wrong, counting from 1.
        """
        if len(self.triangles) == 0:
            raise ValueError("it holds no triangles")
        low, high = int(self.triangles.min()), int(self.triangles.max())
        if low < 0 or high >= len(self.points):
            bad = high if high >= len(self.points) else low
            raise ValueError(f"a triangle names node {bad + 1}, there are {len(self.points)}")
        if not np.isfinite(self.points).all():
            raise ValueError(f"node {int(np.argmin(np.isfinite(self.points).all(axis=1))) + 1} has no coordinates")
        _ = self.boundary
        return self

    @cached_property
    def counter_clockwise(self) -> Ints:
        """(m, 3) the triangles, all in the same sense."""
        return counter_clockwise(self.points, self.triangles)

    @cached_property
    def boundary(self) -> dict[str, Ints]:
        """Segment name -> (k, 2) of (triangle, edge), for counter-clockwise triangles."""
        return tag_outer_edges(self.counter_clockwise, self.edge_names, self.default_name)

    def edges(self) -> dict[str, Ints]:
        """Segment name -> (k, 2) indices of the points of its edges, with the mesh on their left."""
        return {name: edge_nodes(self.counter_clockwise, edges) for name, edges in self.boundary.items()}

    def perimeter(self, crs: str, spacing_m: float | None = None, segment: str | None = None) -> list[Floats]:
        """Lines of (n, 2) points along the boundary, or along one segment; see `boundary.perimeter`."""
        return perimeter(self.points, self.edges(), crs, spacing_m, segment)


def _named(edges: Ints, name: str) -> Iterable[tuple[tuple[int, int], str]]:
    return [((a, b), name) for a, b in np.sort(edges, axis=1).tolist()]


def chain(nodes: Sequence[int], name: str, closed: bool = False) -> Iterable[tuple[tuple[int, int], str]]:
    """The edges along a line of point indices, all with one name."""
    ends = [*nodes[1:], nodes[0]] if closed else nodes[1:]
    return [((min(a, b), max(a, b)), name) for a, b in zip(nodes, ends, strict=False)]


def split_quads(cells: Ints) -> Ints:
    """(m, 3) triangles from (k, 4) cells; -1 as last index marks a triangle, a quadrangle is cut from corner 1 to 3."""
    quads = cells[cells[:, 3] >= 0]
    return np.concatenate([cells[:, :3], quads[:, [0, 2, 3]]])
