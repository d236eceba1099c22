"""Curvilinear grids: known shapes, missing points, cells that fold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core.grid.curvilinear import CurvilinearGrid, turned_to_east
from rompy_hydra.core.grid.regular import RegularGrid
from rompy_hydra.core.mesh import Floats


def half_ring(rows: int = 11, columns: int = 81) -> CurvilinearGrid:
    """Half of a ring between radii of 1 and 2 km over the x axis; its rows go out from the inner arc, clockwise."""
    radius, angle = np.meshgrid(np.linspace(1000, 2000, rows), np.linspace(np.pi, 0, columns), indexing="ij")
    return CurvilinearGrid(radius * np.cos(angle), radius * np.sin(angle))


def flat(shape: tuple[int, int], *missing: tuple[int, int]) -> CurvilinearGrid:
    """Cells of one metre, with some points missing."""
    x, y = np.meshgrid(np.arange(float(shape[1])), np.arange(float(shape[0])))
    for point in missing:
        x[point] = y[point] = np.nan
    return CurvilinearGrid(x, y)


def area(mesh) -> float:
    a, b, c = (mesh.points[mesh.counter_clockwise[:, i]] for i in range(3))
    return float(0.5 * np.sum((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]))


def length(line: Floats) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def test_half_a_ring_has_its_area_and_its_arcs():
    grid = half_ring()
    chord = np.sinc(1 / 80 / 2)  # of an arc of pi / 80, over its length
    mesh = grid.raw_mesh()
    assert area(mesh) == pytest.approx(np.pi / 2 * (2000**2 - 1000**2) * np.sinc(1 / 80), rel=1e-12)
    lengths = {side: sum(map(length, grid.perimeter(segment=side))) for side in ("south", "east", "north", "west")}
    expected = {"south": 1000 * np.pi * chord, "east": 1000, "north": 2000 * np.pi * chord, "west": 1000}
    assert lengths == pytest.approx(expected, rel=1e-9)


def test_a_cell_with_a_missing_corner_is_missing():
    grid = flat((4, 5), (0, 0))
    mesh = grid.raw_mesh()
    assert area(mesh) == 3 * 4 - 1
    assert len(mesh.points) == 4 * 5 - 1
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == {
        "east": 3,
        "land_1": 2,
        "north": 4,
        "south": 3,
        "west": 2,
    }


def test_a_hole_is_an_island_and_every_gap_in_the_outer_line_is_land():
    mesh = flat((7, 9), (3, 3), (0, 0), (6, 8)).raw_mesh()
    lengths = {name: len(edges) for name, edges in mesh.boundary.items()}
    assert lengths == {"east": 5, "island_1": 8, "land_1": 2, "land_2": 2, "north": 7, "south": 7, "west": 5}
    assert area(mesh) == 6 * 8 - 4 - 2


def test_a_point_without_a_whole_cell_is_left_out():
    mesh = flat((3, 3), (0, 1), (1, 0)).raw_mesh()
    assert len(mesh.points) == 4
    assert area(mesh) == 1


def test_parts_that_touch_in_a_point_have_lines_of_their_own():
    grid = flat((5, 5), *((j, i) for j in (0, 1) for i in (3, 4)), *((j, i) for j in (3, 4) for i in (0, 1)))
    lines = grid.perimeter()
    assert [len(line) for line in lines] == [8, 8]
    for line in lines:
        assert len(np.unique(line, axis=0)) == len(line)


@pytest.mark.parametrize("turn", [slice(None), slice(None, None, -1)])
def test_the_grid_is_on_the_left_of_its_perimeter_in_either_order_of_rows(turn: slice):
    grid = flat((4, 6), (3, 0))
    turned = CurvilinearGrid(grid.x[turn], grid.y[turn])
    (line,) = turned.perimeter()
    x, y = line.T
    assert np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)) == pytest.approx(2 * area(turned.raw_mesh()))
    assert area(turned.raw_mesh()) == 14


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, y: (np.where(x == 2, 3.5, x), y), r"cells are folded or not convex, the first in row 1, column 3"),
        (lambda x, y: (x, np.where((x == 1) & (y == 1), 5.0, y)), "folded or not convex"),
        (lambda x, y: (x * 0, y), "cells are folded or not convex"),
        (lambda x, y: (x[:1], y[:1]), r"2 points or more along each axis, got \(1, 5\)"),
        (lambda x, y: (x, y[:, :3]), r"of the same \(ny, nx\) shape, got \(4, 5\) and \(4, 3\)"),
        (lambda x, y: (x.ravel(), y.ravel()), "shape"),
        (lambda x, y: (np.where(x == 1, np.nan, x), y), "the point in row 1, column 2 has only one of x and y"),
        (lambda x, y: (np.where(x % 2 == 1, np.nan, x), np.where(x % 2 == 1, np.nan, y)), "it has no whole cell"),
    ],
)
def test_a_grid_that_is_not_sound_is_refused(change, words: str):
    x, y = np.meshgrid(np.arange(5.0), np.arange(4.0))
    with pytest.raises(ValueError, match=words):
        CurvilinearGrid(*change(x, y))


def test_the_first_folded_cell_is_told_with_its_corners():
    x, y = np.meshgrid(np.arange(4.0), np.arange(4.0))
    x[3, 3] = 1.5
    with pytest.raises(ValueError, match=r"a cell is folded .* in row 3, column 3 with the corners \(2, 2\), \(3, 2\)"):
        CurvilinearGrid(x, y)


@given(
    st.floats(-44, 44),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_columns_lead_east_and_rows_north_in_whatever_order_a_file_has_them(turn, by_columns, upside_down, mirrored):
    grid = RegularGrid(0, 0, 10, 20, 5, 4, turn)
    x, y = grid.points[..., 0], grid.points[..., 1]
    for is_changed, change in ((by_columns, np.transpose), (upside_down, np.flipud), (mirrored, np.fliplr)):
        x, y = (change(x), change(y)) if is_changed else (x, y)
    found = np.stack(turned_to_east(x, y), axis=-1)
    assert found.tolist() == grid.points.tolist()


def test_rows_and_columns_without_points_are_cut_off():
    grid = flat((6, 7), *((0, i) for i in range(7)), *((j, 6) for j in range(6)))
    assert turned_to_east(grid.x, grid.y)[0].shape == (5, 6)
