"""Means over cells that keep the total: of bathymetry over the cells of a model grid."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.core.axis import Axis
from rompy_hydra.core.weights import conservative

RNG = np.random.default_rng(11)


def edges_of(centres: np.ndarray) -> np.ndarray:
    middle = (centres[:-1] + centres[1:]) / 2
    return np.r_[2 * centres[0] - middle[0], middle, 2 * centres[-1] - middle[-1]]


def heights(y_edges: np.ndarray, *, is_lonlat: bool) -> np.ndarray:
    """What the area of a strip between two edges goes with: on the sphere the difference of the sines."""
    return np.sin(np.radians(y_edges)) if is_lonlat else y_edges


def integrated(
    values: np.ndarray, x: np.ndarray, y: np.ndarray, x_edges: np.ndarray, y_edges: np.ndarray
) -> np.ndarray:
    """Exact means of a field that is constant in each cell: its integral from the corner grows linearly in each cell.

    Args:
        values: (ny, nx) in the cells.
        x, y: edges of the cells, of y as `heights`.
        x_edges, y_edges: of the targets, likewise.
    """
    total = np.zeros((len(y), len(x)))
    total[1:, 1:] = np.cumsum(np.cumsum(values * np.outer(np.diff(y), np.diff(x)), axis=0), axis=1)
    across = np.stack([np.interp(x_edges, x, row) for row in total])
    corners = np.stack([np.interp(y_edges, y, column) for column in across.T], axis=1)
    return np.diff(np.diff(corners, axis=0), axis=1) / np.outer(np.diff(y_edges), np.diff(x_edges))


def increasing(low: float, high: float, most: int = 12) -> st.SearchStrategy[np.ndarray]:
    share = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=most)
    return share.map(lambda s: low + (high - low) * np.r_[0.0, np.cumsum(s) / np.sum(s)])


@settings(max_examples=60, deadline=None)  # the first one loads scipy
@given(increasing(100.0, 120.0), increasing(-60.0, -20.0), st.booleans(), st.integers(0, 2**31))
def test_means_over_any_cells_are_the_exactly_integrated_ones(
    x_edges: np.ndarray, y_edges: np.ndarray, is_lonlat: bool, seed: int
):
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(95.0, 125.0, 20)), np.sort(rng.uniform(-65.0, -15.0, 15))
    x[[0, -1]], y[[0, -1]] = [90.0, 130.0], [-70.0, -10.0]
    values = rng.normal(size=(15, 20))
    weights = conservative(Axis(y), Axis(x, is_circle=is_lonlat), x_edges, y_edges, is_lonlat=is_lonlat)
    expected = integrated(
        values, edges_of(x), heights(edges_of(y), is_lonlat=is_lonlat), x_edges, heights(y_edges, is_lonlat=is_lonlat)
    )
    # The expected ones are differences of sums of about 1e3 over areas down to 1e-4 of the whole: 11 digits are left.
    assert weights.apply(values) == pytest.approx(expected.ravel(), abs=1e-8)


@pytest.mark.parametrize("is_lonlat", [False, True])
def test_the_total_over_all_cells_is_conserved(is_lonlat: bool):
    x, y = np.linspace(110.0, 120.0, 37), np.linspace(-40.0, -30.0, 23)
    values = RNG.normal(size=(23, 37))
    outer_x, outer_y = edges_of(x)[[0, -1]], edges_of(y)[[0, -1]]
    x_edges, y_edges = np.linspace(*outer_x, 9), np.linspace(*outer_y, 6)
    weights = conservative(Axis(y), Axis(x), x_edges, y_edges, is_lonlat=is_lonlat)

    def area(x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        return np.outer(np.diff(heights(y_edges, is_lonlat=is_lonlat)), np.diff(x_edges))

    before = (values * area(edges_of(x), edges_of(y))).sum()
    after = (weights.apply(values).reshape(5, 8) * area(x_edges, y_edges)).sum()
    assert after == pytest.approx(before, rel=1e-12)  # sums of a thousand numbers in double precision


def of_xarray_regrid(values: np.ndarray, x: np.ndarray, y: np.ndarray, to_x: np.ndarray, to_y: np.ndarray, name: str):
    pytest.importorskip("xarray_regrid")
    field = xr.DataArray(values, dims=(name, "x"), coords={name: y, "x": x}, name="z")
    return field.regrid.conservative(xr.Dataset(coords={name: to_y, "x": to_x}), skipna=False).values


def test_means_on_a_plane_are_those_of_xarray_regrid():
    x, y = np.arange(0.0, 40.0), np.arange(0.0, 30.0)
    to_x, to_y = np.arange(2.3, 36.0, 2.7), np.arange(3.1, 25.0, 1.9)
    values = RNG.normal(size=(30, 40))
    weights = conservative(Axis(y), Axis(x), edges_of(to_x), edges_of(to_y), is_lonlat=False)
    expected = of_xarray_regrid(values, x, y, to_x, to_y, "y")
    assert weights.apply(values) == pytest.approx(expected.ravel(), abs=1e-6)  # the same sums in another order


def test_means_on_the_sphere_are_those_of_xarray_regrid():
    """Where whole cells make up a target: that package weighs a part of a cell as if it were at its middle."""
    x, y = np.arange(100.0, 130.0, 0.5), np.arange(-59.75, -30.0, 0.5)
    to_x, to_y = np.arange(102.25, 125.0, 2.0), np.arange(-58.0, -35.0, 2.0)
    values = RNG.normal(size=(len(y), len(x)))
    weights = conservative(Axis(y), Axis(x, is_circle=True), edges_of(to_x), edges_of(to_y), is_lonlat=True)
    expected = of_xarray_regrid(values, x, y, to_x, to_y, "lat")
    assert weights.apply(values) == pytest.approx(expected.ravel(), abs=1e-6)  # the same sums in another order


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_bed_is_constant_to_the_last_bit(dtype: type):
    x, y = np.linspace(110.0, 120.0, 37), np.linspace(-40.0, -30.0, 23)
    weights = conservative(Axis(y), Axis(x), np.linspace(111, 119, 13), np.linspace(-39, -31, 7), is_lonlat=True)
    assert set(weights.apply(np.full((23, 37), -31.7, dtype)).tolist()) == {float(dtype(-31.7))}


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_cells_over_the_end_of_a_global_grid_take_both_ends(turn: float):
    globe, lat = np.arange(0.0, 360.0, 2.0), np.arange(-89.0, 90.0, 2.0)
    values = np.cos(np.radians(globe))[None, :] * np.cos(np.radians(lat))[:, None]
    x_edges, y_edges = np.arange(-13.0, 14.0, 1.0), np.arange(-13.0, 14.0, 1.0)
    weights = conservative(Axis(lat), Axis(globe, is_circle=True), x_edges + turn, y_edges, is_lonlat=True)
    shifted = np.r_[globe[90:] - 360.0, globe[:90]]
    rolled = np.roll(values, 90, axis=1)
    expected = integrated(
        rolled, edges_of(shifted), heights(edges_of(lat), is_lonlat=True), x_edges, heights(y_edges, is_lonlat=True)
    )
    assert weights.apply(values) == pytest.approx(expected.ravel(), abs=1e-9)


def test_a_cell_partly_outside_is_made_of_the_rest_and_one_outside_is_missing():
    axes = Axis(np.array([0.0, 1.0])), Axis(np.array([0.0, 1.0, 2.0]))
    weights = conservative(*axes, np.array([2.0, 4.0, 6.0]), np.array([-0.5, 1.5]), is_lonlat=False)
    found = weights.apply(np.array([[1.0, 2.0, 3.0], [5.0, 6.0, 7.0]]))
    assert found[0] == 5.0
    assert np.isnan(found[1])


def test_a_cell_with_a_missing_point_is_missing():
    axes = Axis(np.array([0.0, 1.0])), Axis(np.array([0.0, 1.0, 2.0]))
    weights = conservative(*axes, np.array([-0.5, 0.5, 2.5]), np.array([-0.5, 1.5]), is_lonlat=False)
    found = weights.apply(np.array([[1.0, np.nan, 3.0], [5.0, 6.0, 7.0]]))
    assert found[0] == 3.0
    assert np.isnan(found[1])
