"""Meshes that several tests write and read."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from rompy_hydra.core.grid.curvilinear import CurvilinearGrid
from rompy_hydra.core.grid.raw_mesh import RawMesh
from rompy_hydra.core.grid.regular import RegularGrid

WORDS = ("ocean", "river", "land", "open_1", "open_2", "land_3", "island_2")


def named_edges(mesh: RawMesh) -> dict[tuple[int, int], str]:
    """(smaller, larger) node of each outer edge -> its segment."""
    return {(min(a, b), max(a, b)): name for name, edges in mesh.edges().items() for a, b in edges.tolist()}


def assert_same(found: RawMesh, expected: RawMesh) -> None:
    assert found.points.tobytes() == expected.points.tobytes()
    assert found.triangles.tolist() == expected.triangles.tolist()
    assert found.elevation_m.tobytes() == expected.elevation_m.tobytes()
    assert named_edges(found) == named_edges(expected)


def two_by_two(names: dict[str, str]) -> RawMesh:
    """Four cells of one metre with other names for some sides."""
    mesh = RegularGrid(0, 0, 1, 1, 3, 3).raw_mesh()
    edges = {edge: names.get(side, side) for edge, side in mesh.edge_names.items()}
    return RawMesh(mesh.points, mesh.triangles, edges, "land", -np.arange(1.0, 10.0))


@st.composite
def meshes(draw: st.DrawFn) -> RawMesh:
    """A warped grid with missing points, in any order of nodes and triangles, with any names on some of its edges."""
    ny, nx = draw(st.integers(2, 7)), draw(st.integers(2, 7))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = RegularGrid(0, 0, 1, 1, nx, ny, draw(st.floats(-180, 180))).points + random.uniform(-0.2, 0.2, (ny, nx, 2))
    points = points * draw(st.sampled_from([1e-3, 1.0, 1234.5])) + draw(st.sampled_from([0.0, 115.6, 6.4e6]))
    points[random.random((ny, nx)) < draw(st.sampled_from([0.0, 0.1]))] = np.nan
    x, y = np.moveaxis(points, -1, 0)
    cells = np.isfinite(x[:-1, :-1] + x[:-1, 1:] + x[1:, :-1] + x[1:, 1:])
    grid = CurvilinearGrid(x, y) if cells.any() else RegularGrid(0, 0, 1, 1, 2, 2)
    mesh = grid.raw_mesh()
    order = random.permutation(len(mesh.points))
    new = np.argsort(order)
    triangles = new[mesh.triangles[random.permutation(len(mesh.triangles))]]
    triangles = np.where(random.random((len(triangles), 1)) < 0.5, triangles, triangles[:, ::-1])
    names = {}
    for a, b in named_edges(mesh):
        if random.random() < 0.7:
            names[min(new[a], new[b]), max(new[a], new[b])] = str(random.choice(WORDS))
    return RawMesh(mesh.points[order], triangles, names, "land", random.normal(0, 50, len(order)))
