"""Regular grids: whole numbers of points, rotation, known lengths and areas."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core.grid.regular import RegularGrid, whole_cells
from rompy_hydra.core.mesh import signed_areas

decimals = st.decimals("0.001", "5000", places=3)
grids = st.builds(
    RegularGrid,
    x0=st.floats(-1e6, 1e6),
    y0=st.floats(-1e7, 1e7),
    dx=st.floats(0.5, 5000),
    dy=st.floats(0.5, 5000),
    nx=st.integers(2, 12),
    ny=st.integers(2, 12),
    rotation_deg=st.floats(-360, 360),
    crs=st.sampled_from(["local", "EPSG:32750", "EPSG:3031"]),
)


@given(decimals, st.integers(1, 100_000))
def test_a_size_in_decimals_is_a_whole_number_of_cells_whatever_the_rounding(spacing: Decimal, count: int):
    assert whole_cells(float(spacing * count), float(spacing), "x") == count


def test_three_tenths_in_steps_of_a_tenth_are_four_points():
    grid = RegularGrid.of_size((0, 0), (0.3, 0.2), (0.1, 0.1))
    assert (grid.nx, grid.ny, grid.cells, grid.shape) == (4, 3, (3, 2), (3, 4))
    assert grid.points[0, :, 0].tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_three_points_are_three_points():
    assert RegularGrid(0, 0, dx=0.1, dy=0.1, nx=3, ny=3).points.shape == (3, 3, 2)


def test_size_cells_and_extent_make_the_same_grid():
    by_size = RegularGrid.of_size((10, 20), (100, 40), (25, 10))
    assert by_size == RegularGrid.of_cells((10, 20), (100, 40), (4, 4))
    assert by_size == RegularGrid.of_extent((10, 110), (20, 60), (25, 10)) == RegularGrid(10, 20, 25, 10, 5, 5)
    assert by_size.size == (100, 40)


@pytest.mark.parametrize(
    ("size", "spacing", "words"),
    [
        (1000, 300, "the size 1000 along x is 3.3333333 cells of 300, not a whole number: take size 900 or 1200, or"),
        (1000, 300, "or spacing 333.3333333"),
        (0.02, 100, "the size 0.02 along x is less than one cell of 100; both are in the unit of the crs"),
        (100, 0, "size and spacing along x have to be more than 0, got 100 and 0"),
        (-100, 10, "got -100 and 10"),
        (float("nan"), 10, "got nan and 10"),
    ],
)
def test_a_size_that_is_no_whole_number_of_cells_is_refused_with_those_that_are(size, spacing, words: str):
    with pytest.raises(ValueError, match=words):
        RegularGrid.of_size((0, 0), (size, 10), (spacing, 10))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dx": 0}, "the spacing along x has to be more than 0, got 0"),
        ({"dy": -5}, "the spacing along y has to be more than 0, got -5"),
        ({"nx": 1}, "2 points or more along x, as a whole number, got 1"),
        ({"ny": 2.5}, "2 points or more along y, as a whole number, got 2.5"),
        ({"x0": float("inf")}, "expected finite numbers, got inf"),
        ({"rotation_deg": 10, "crs": "EPSG:4326"}, "a grid of longitudes and latitudes cannot be rotated"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(changes: dict, words: str):
    with pytest.raises(ValueError, match=words):
        RegularGrid(**{"x0": 0, "y0": 0, "dx": 1, "dy": 1, "nx": 2, "ny": 2, **changes})


@pytest.mark.parametrize(
    ("rotation_deg", "corners"),
    [
        (0, [(5, 7), (8, 7), (8, 9), (5, 9)]),
        (90, [(5, 7), (5, 10), (3, 10), (3, 7)]),
        (-90, [(5, 7), (5, 4), (7, 4), (7, 7)]),
        (180, [(5, 7), (2, 7), (2, 5), (5, 5)]),
    ],
)
def test_rotation_is_counter_clockwise_about_the_first_point_and_exact_at_right_angles(rotation_deg, corners):
    grid = RegularGrid(5, 7, 1, 1, 4, 3, rotation_deg)
    assert grid.corners == corners
    ends = grid.points[[0, 0, -1, -1], [0, -1, -1, 0]]
    assert ends.tolist() == [list(corner) for corner in corners]


def test_a_grid_rotated_by_thirty_degrees_climbs_half_its_length():
    grid = RegularGrid.of_size((0, 0), (100, 50), (10, 10), rotation_deg=30)
    assert grid.corners[1] == pytest.approx((100 * np.sqrt(3) / 2, 50))
    assert grid.corners[3] == pytest.approx((-25, 50 * np.sqrt(3) / 2))


@given(grids)
def test_neighbours_are_one_step_apart_in_the_direction_of_the_axes(grid: RegularGrid):
    along, across = np.diff(grid.points, axis=1), np.diff(grid.points, axis=0)
    rounding = 1e-8  # of coordinates up to 1e7
    assert np.hypot(*np.moveaxis(along, -1, 0)) == pytest.approx(grid.dx, abs=rounding)
    assert np.hypot(*np.moveaxis(across, -1, 0)) == pytest.approx(grid.dy, abs=rounding)
    angle = np.radians(grid.rotation_deg)
    assert along[0, 0] == pytest.approx((grid.dx * np.cos(angle), grid.dx * np.sin(angle)), abs=rounding)
    assert across[0, 0] == pytest.approx((-grid.dy * np.sin(angle), grid.dy * np.cos(angle)), abs=rounding)


@given(grids)
def test_its_triangles_have_its_area_and_its_sides_their_lengths(grid: RegularGrid):
    mesh = grid.raw_mesh()
    (lx, ly), (cx, cy) = grid.size, grid.cells
    areas = signed_areas(mesh.points, mesh.triangles)
    assert len(mesh.triangles) == 2 * cx * cy
    assert areas == pytest.approx(grid.dx * grid.dy / 2, rel=1e-6)  # rounding of coordinates up to 1e7
    lengths = {}
    for name, edges in mesh.edges().items():
        lengths[name] = float(np.hypot(*(mesh.points[edges[:, 1]] - mesh.points[edges[:, 0]]).T).sum())
    assert lengths == pytest.approx({"south": lx, "east": ly, "north": lx, "west": ly}, rel=1e-6)


def test_the_sides_are_those_of_the_grid_and_not_of_the_map():
    grid = RegularGrid(0, 0, 10, 10, 4, 3, rotation_deg=90)
    ((*south, last),) = grid.perimeter(segment="south")
    assert np.array([*south, last]).tolist() == [[0, 0], [0, 10], [0, 20], [0, 30]]
    ((first, *_),) = grid.perimeter(segment="west")
    assert first.tolist() == [-20, 0]  # it comes back from the last row, with the grid on its left


def test_diagonals_of_equal_length_alternate():
    triangles = RegularGrid(0, 0, 1, 1, 3, 2).raw_mesh().triangles.tolist()
    assert triangles == [[0, 1, 4], [0, 4, 3], [1, 2, 4], [2, 5, 4]]
