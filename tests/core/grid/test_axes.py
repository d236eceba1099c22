"""Grids that the axes of gridded data span."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core.grid.axes import spanned
from rompy_hydra.core.grid.curvilinear import CurvilinearGrid
from rompy_hydra.core.grid.regular import RegularGrid


@pytest.mark.parametrize("flip", [1, -1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_even_axis_in_either_direction_and_precision_is_regular(flip: int, dtype: type):
    x, y = 115.5 + 0.001 * np.arange(200), (-32.7 + 0.002 * np.arange(50))[::flip]
    grid = spanned(x.astype(dtype).astype(float), y.astype(dtype).astype(float), None, "EPSG:4326")
    assert isinstance(grid, RegularGrid)
    assert grid.shape == (50, 200)
    assert (grid.x0, grid.y0, grid.dx, grid.dy) == pytest.approx((115.5, -32.7, 0.001, 0.002), rel=1e-3)
    assert grid.points[..., 0] == pytest.approx(np.broadcast_to(x, (50, 200)), abs=2e-5)


def test_uneven_axes_are_curvilinear():
    x, y = np.array([0.0, 10.0, 30.0]), np.array([5.0, 0.0])
    grid = spanned(x, y, None, "local")
    assert isinstance(grid, CurvilinearGrid)
    assert grid.x.tolist() == [[0, 10, 30], [0, 10, 30]]
    assert grid.y.tolist() == [[0, 0, 0], [5, 5, 5]]


def test_a_stretch_of_a_hundredth_is_not_even():
    x = np.cumsum(0.0002 * 1.01 ** np.arange(50)) + 115.0
    assert isinstance(spanned(x, x, None, "local"), CurvilinearGrid)


@given(st.integers(2, 40), st.integers(1, 5))
def test_a_spacing_of_whole_steps_takes_points_of_the_data(count: int, stride: int):
    x = 0.1 * np.arange(stride * count + 1)
    grid = spanned(x, x, (0.1 * stride, 0.1 * stride), "local")
    assert grid.shape == (count + 1, count + 1)
    assert grid.points[0, :, 0] == pytest.approx(x[::stride])


def test_a_spacing_goes_as_far_as_whole_cells_do():
    x = np.arange(0.0, 101.0, 10.0)
    grid = spanned(x, x, (30.0, 45.0), "local")
    assert grid == RegularGrid(0.0, 0.0, 30.0, 45.0, 4, 3)


def test_a_spacing_beyond_the_data_is_refused():
    with pytest.raises(ValueError, match="a spacing of 200 along x is more than the extent 100 of the data"):
        spanned(np.array([0.0, 100.0]), np.array([0.0, 500.0]), (200.0, 200.0), "local")
