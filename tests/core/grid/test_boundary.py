"""Lines along boundaries: true shape, equal steps, islands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from rompy_hydra.core.grid.regular import RegularGrid
from rompy_hydra.core.mesh import Floats, Mesh, tag_outer_edges

from .test_curvilinear import flat, half_ring

GEOD = Geod(ellps="WGS84")


def steps(line: Floats, closed: bool = True) -> Floats:
    ends = np.roll(line, -1, axis=0) if closed else line[1:]
    return np.hypot(*(ends - line[: len(ends)]).T)


def test_a_rectangle_has_its_corners_and_equal_steps_between():
    grid = RegularGrid(0, 0, 50, 50, 21, 11)  # 1000 m by 500 m
    (line,) = grid.perimeter(300)
    assert line[0].tolist() == [0, 0]
    assert len(line) == 12
    assert steps(line) == pytest.approx(250)


def test_without_a_spacing_a_line_has_the_points_of_the_grid():
    (line,) = RegularGrid(0, 0, 50, 50, 3, 3).perimeter()
    assert line.tolist() == [[0, 0], [50, 0], [100, 0], [100, 50], [100, 100], [50, 100], [0, 100], [0, 50]]


@given(
    st.integers(2, 9), st.integers(2, 9), st.floats(1, 200), st.floats(1, 200), st.floats(-180, 180), st.floats(1, 3000)
)
def test_a_perimeter_is_as_long_as_the_sides_and_steps_are_no_longer_than_asked(nx, ny, dx, dy, turn, spacing):
    grid = RegularGrid(1000, 2000, dx, dy, nx, ny, turn)
    (line,) = grid.perimeter(spacing)
    assert steps(line).sum() == pytest.approx(2 * sum(grid.size))
    assert steps(line).max() <= spacing * (1 + 1e-5) + 1e-9
    for corner in grid.corners:
        assert np.hypot(*(line - corner).T).min() < 1e-9


def test_a_missing_corner_is_followed():
    (line,) = flat((4, 5), (0, 0)).perimeter(10)
    assert line.tolist() == [[1, 0], [4, 0], [4, 3], [0, 3], [0, 1], [1, 1]]


def test_a_curved_side_is_followed_and_its_ends_are_corners():
    ((*line,),) = half_ring().perimeter(400, segment="north")
    radius, angle = np.hypot(*np.transpose(line)), np.arctan2(*np.transpose(line)[::-1])
    assert len(line) == 1 + int(np.ceil(2000 * np.pi / 400))
    assert radius == pytest.approx(2000, rel=1e-3)  # on the chords of arcs of pi / 80
    assert np.diff(angle) == pytest.approx(np.pi / (len(line) - 1), rel=1e-3)
    assert line[0] == pytest.approx((2000, 0), abs=1e-9)
    assert line[-1] == pytest.approx((-2000, 0), abs=1e-9)


@pytest.mark.parametrize(("lat", "spacing"), [(0.0, 20_000), (-32.0, 5_000), (60.0, 30_000), (75.0, 100_000)])
@pytest.mark.parametrize("cells", [(1, 1), (8, 8)])
def test_steps_in_degrees_are_measured_on_the_ellipsoid(lat: float, spacing: float, cells: tuple[int, int]):
    grid = RegularGrid.of_cells((115, lat), (4, 4), cells, crs="EPSG:4326")
    (line,) = grid.perimeter(spacing)
    ends = np.roll(line, -1, axis=0)
    lengths = GEOD.inv(*line.T, *ends.T)[2]
    assert lengths.max() <= spacing * (1 + 1e-6)
    assert lengths.min() > 0.5 * spacing
    on_parallel = line[np.isclose(line[:, 1], lat)]
    assert on_parallel[:, 1] == pytest.approx(lat, abs=1e-12)  # a parallel, which no geodesic follows
    south = GEOD.inv(*line[:-1].T, *line[1:].T)[2][: len(on_parallel) - 1]
    assert np.ptp(south) < 1e-3 * spacing


def test_a_degree_of_latitude_has_its_length():
    grid = RegularGrid.of_cells((0, 45), (1, 1), (10, 10), crs="EPSG:4326")
    (line,) = grid.perimeter(1000, segment="east")
    assert len(line) == 1 + 112  # 111.14 km from 45 to 46 degrees, a textbook value
    assert GEOD.line_length(*line.T) == pytest.approx(111_141, abs=20)


def ring_mesh() -> Mesh:
    """A square of 3 by 3 cells of 100 m around a missing one."""
    mesh = flat((4, 4)).raw_mesh()
    there = ~np.isin(np.arange(18), (8, 9))
    triangles = mesh.triangles[there]
    return Mesh(mesh.points * 100, triangles, tag_outer_edges(triangles, mesh.edge_names, "isle"))


def test_an_island_comes_after_the_outer_line_and_runs_the_other_way():
    outer, island = ring_mesh().perimeter()
    assert (len(outer), len(island)) == (12, 4)
    for line, area in ((outer, 90_000), (island, -10_000)):
        assert np.dot(line[:, 0], np.roll(line[:, 1], -1)) - np.dot(line[:, 1], np.roll(line[:, 0], -1)) == 2 * area
    outer, island = ring_mesh().perimeter(40)
    assert (len(outer), len(island)) == (4 * 8, 4 * 3)
    (closed,) = ring_mesh().perimeter(40, segment="isle")
    assert closed[0].tolist() == closed[-1].tolist()


def test_the_lines_of_a_side_that_is_interrupted_are_several():
    lines = flat((3, 9), (0, 4)).perimeter(segment="south")
    assert [line[:, 0].tolist() for line in lines] == [[0, 1, 2, 3], [5, 6, 7, 8]]


def test_a_segment_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="there is no segment ocean, but south, east, north, west"):
        flat((3, 3)).perimeter(segment="ocean")
    with pytest.raises(ValueError, match="expected a spacing of more than 0 m, got 0"):
        flat((3, 3)).perimeter(0)


def test_lines_that_touch_in_a_point_are_two():
    outer, *islands = flat((7, 7), (2, 2), (4, 4)).perimeter()
    assert len(outer) == 24
    assert [len(island) for island in islands] == [8, 8]
