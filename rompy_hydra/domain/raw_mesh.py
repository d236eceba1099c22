"""What a mesh file holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.mesh import Floats, Ints, counter_clockwise, tag_outer_edges

EdgeNames = dict[tuple[int, int], str]
"""(smaller, larger) point index of an edge -> name of its segment."""


@dataclass(frozen=True, eq=False)
class RawMesh:
    """A mesh in the coordinates of its file."""

    points: Floats
    """(n, 2)."""
    triangles: Ints
    """(m, 3) point indices from 0, in either sense of rotation."""
    edge_names: EdgeNames
    default_name: str
    """Segment of the outer edges without a name."""
    elevation_m: Floats | None = None
    """(n,) positive up, where the file carries depths."""

    def check(self) -> None:
        """Every triangle has three known points and an area; no edge belongs to three triangles.

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
        counter_clockwise(self.points, self.triangles)
        self.boundary()

    def boundary(self) -> dict[str, Ints]:
        """Segment name -> (k, 2) of (triangle, edge), for counter-clockwise triangles."""
        return tag_outer_edges(counter_clockwise(self.points, self.triangles), self.edge_names, self.default_name)


def chain(nodes: Sequence[int], name: str, closed: bool = False) -> Iterable[tuple[tuple[int, int], str]]:
    """The edges along a line of point indices, all with one name."""
    ends = [*nodes[1:], nodes[0]] if closed else nodes[1:]
    return [((min(a, b), max(a, b)), name) for a, b in zip(nodes, ends, strict=False)]


def split_quads(cells: Ints) -> Ints:
    """(m, 3) triangles from (k, 4) cells; -1 as last index marks a triangle, a quadrangle is cut from corner 1 to 3."""
    quads = cells[cells[:, 3] >= 0]
    return np.concatenate([cells[:, :3], quads[:, [0, 2, 3]]])
