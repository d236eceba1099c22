"""Interpolation from rectangular grids and triangles to places."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rompy_hydra.core.axis import Axis
from rompy_hydra.core.weights import EARTH_RADIUS_M, Weights, barycentric, bilinear, nearest, on_sphere, over_water

RNG = np.random.default_rng(7)
LON, LAT = np.linspace(110.0, 120.0, 41), np.cumsum(np.r_[-36.0, RNG.uniform(0.1, 0.4, 24)])
"""Latitudes with unequal steps."""
PLACES = RNG.uniform(LON[0], LON[-1], 200), RNG.uniform(LAT[0], LAT[-1], 200)


def on_grid(lon: np.ndarray = LON, lat: np.ndarray = LAT, *, circle: bool = True) -> tuple[Axis, Axis]:
    return Axis(lat), Axis(lon, is_circle=circle)


def of_xarray(values: np.ndarray, lon: np.ndarray, lat: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    field = xr.DataArray(values, dims=("lat", "lon"), coords={"lat": lat, "lon": lon})
    return field.interp(lon=xr.DataArray(x, dims="n"), lat=xr.DataArray(y, dims="n")).values


def test_bilinear_interpolation_is_that_of_xarray():
    values = RNG.normal(size=(3, len(LAT), len(LON)))
    found = bilinear(*on_grid(), *PLACES).apply(values)
    expected = [of_xarray(step, LON, LAT, *PLACES) for step in values]
    assert found == pytest.approx(np.array(expected), abs=1e-6)  # the same formula; both in double precision
    single = bilinear(*on_grid(), *PLACES).apply(values.astype(np.float32))
    assert single.dtype == np.float32
    assert single == pytest.approx(np.array(expected), abs=1e-5)  # values up to 4, in 7 digits


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_bilinear_interpolation_goes_round_the_globe(turn: float):
    lon, lat = np.arange(0.0, 360.0, 5.0), np.linspace(-60.0, 60.0, 25)
    values = RNG.normal(size=(25, 72))
    x, y = np.r_[RNG.uniform(355, 360, 50), RNG.uniform(0, 360, 50)], RNG.uniform(-60, 60, 100)
    closed = np.concatenate([values, values[:, :1]], axis=1)
    expected = of_xarray(closed, np.r_[lon, 360.0], lat, x, y)
    found = bilinear(*on_grid(lon, lat), x + turn, y).apply(values)
    assert found == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)  # the first one loads scipy
@given(
    hnp.arrays(np.float64, 3, elements=st.floats(-100, 100)),
    hnp.arrays(np.float64, (5, 2), elements=st.floats(0, 1)),
)
def test_a_field_linear_in_x_and_y_is_exact(plane: np.ndarray, shares: np.ndarray):
    x = LON[0] + shares[:, 0] * (LON[-1] - LON[0])
    y = LAT[0] + shares[:, 1] * (LAT[-1] - LAT[0])
    values = plane[0] + plane[1] * LON[None, :] + plane[2] * LAT[:, None]
    exact = plane[0] + plane[1] * x + plane[2] * y
    # Numbers up to 1.6e4 in 16 digits; weights are snapped by a millionth of a step of 0.4, times a slope of 100.
    assert bilinear(*on_grid(), x, y).apply(values) == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, 101_325.0, -1e-30, 1e30])
def test_a_constant_field_is_constant_to_the_last_bit(dtype: type, value: float):
    constant = np.full((2, len(LAT), len(LON)), value, dtype)
    found = bilinear(*on_grid(), *PLACES).apply(constant)
    assert found.dtype == dtype
    assert found.tobytes() == np.full(found.shape, value, dtype).tobytes()
    weights, _ = barycentric(*triangles(), *PLACES)
    assert set(weights.apply(constant[0].ravel()).tolist()) == {dtype(value)}


def test_small_differences_of_large_numbers_keep_their_digits():
    """A pressure of 1013 hPa in single precision has steps of 0.008 Pa; interpolation adds no error to it."""
    values = (101_300.0 + RNG.integers(0, 64, (len(LAT), len(LON))) / 128).astype(np.float32)
    exact = bilinear(*on_grid(), *PLACES).apply(values.astype(np.float64))
    assert np.abs(bilinear(*on_grid(), *PLACES).apply(values) - exact).max() <= 1 / 256 + 1e-6  # half a step


def test_weights_of_a_target_sum_to_one():
    for weights in (bilinear(*on_grid(), *PLACES), barycentric(*triangles(), *PLACES)[0]):
        assert weights.matrix.sum(axis=1) == pytest.approx(1.0, abs=1e-15)
        assert (weights.matrix.data > 0).all()


def test_a_missing_value_is_missing_only_where_it_counts():
    lon, lat = np.arange(0.0, 5.0), np.arange(0.0, 4.0)
    values = np.arange(20.0).reshape(4, 5)
    values[1, 2] = np.nan
    x, y = np.array([2.0, 1.0, 3.0, 2.0, 2.5, 2.0 + 1e-9, 1.0 + 1e-9]), np.array([1.0, 1.0, 1.0, 2.0, 1.5, 2.0, 1.0])
    found = bilinear(*on_grid(lon, lat), x, y).apply(values)
    assert np.isnan(found).tolist() == [True, False, False, False, True, False, False]
    assert found[[1, 2, 3]].tolist() == [6.0, 8.0, 12.0]


def test_a_point_reached_through_a_projection_is_not_poisoned_by_its_neighbours():
    """Longitude and latitude to metres and back are off by 1e-10 degrees; the neighbours on land have no value."""
    from rompy_hydra.core.geo import LON_LAT, project

    lon, lat = np.linspace(115.0, 116.0, 11), np.linspace(-33.0, -32.0, 11)
    values = np.full((11, 11), np.nan)
    values[::2, ::2] = RNG.normal(size=(6, 6))  # every other point is at sea
    x, y = (q.ravel() for q in np.meshgrid(lon[::2], lat[::2]))
    there = project(*project(x, y, LON_LAT, "EPSG:32750"), "EPSG:32750", LON_LAT)
    assert not np.array_equal(there[0], x)
    found = bilinear(*on_grid(lon, lat), *there).apply(values)
    assert found == pytest.approx(values[::2, ::2].ravel(), abs=1e-15)  # the last bit of the largest value


def test_a_target_beyond_the_grid_gets_the_value_of_its_edge():
    values = np.arange(12.0).reshape(3, 4)
    axes = on_grid(np.arange(0.0, 4.0), np.arange(0.0, 3.0), circle=False)
    x, y = np.array([-9.0, 1.5, 99.0]), np.array([0.0, 99.0, 99.0])
    assert bilinear(*axes, x, y).apply(values).tolist() == [0.0, 9.5, 11.0]


def test_a_target_that_no_point_counts_for_is_missing():
    from scipy.sparse import csr_array

    weights = Weights(csr_array(np.array([[0.0, 0.0], [0.5, 0.5]])), (2,))
    assert weights.apply(np.array([[3.0, 5.0]])).tolist()[0][1] == 4.0
    assert np.isnan(weights.apply(np.array([3.0, 5.0]))[0])


def triangles() -> tuple[np.ndarray, np.ndarray]:
    """The grid as nodes that are moved a little, each cell cut in two."""
    x, y = np.meshgrid(LON, LAT)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    at = np.arange(x.size).reshape(x.shape)
    a, b, c, d = (q.ravel() for q in (at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]))
    return points, np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


@given(hnp.arrays(np.float64, 3, elements=st.floats(-100, 100)))
@settings(max_examples=20, deadline=None)  # the first one loads matplotlib
def test_barycentric_interpolation_is_exact_for_linear_fields(plane: np.ndarray):
    points, faces = triangles()
    inner = np.abs(points - points.mean(axis=0)) < 0.4 * np.ptp(points, axis=0)
    moved = points + inner.all(axis=1)[:, None] * 0.04 * np.sin(37 * points[:, ::-1])  # the smallest step is 0.1
    weights, outside = barycentric(moved, faces, *PLACES)
    assert not outside.any()
    exact = plane[0] + plane[1] * PLACES[0] + plane[2] * PLACES[1]
    # As above: 16 digits, and shares that are snapped by a millionth.
    assert weights.apply(plane[0] + moved @ plane[1:]) == pytest.approx(exact, abs=1e-4)


def test_a_place_outside_of_the_triangles_is_told_and_gets_the_nearest_value():
    points, faces = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]]), np.array([[0, 1, 2]])
    weights, outside = barycentric(points, faces, np.array([1.0, 4.5, -0.1]), np.array([1.0, 0.2, 3.9]))
    assert outside.tolist() == [False, True, True]
    assert weights.apply(np.array([1.0, 2.0, 3.0])).tolist() == [1.75, 2.0, 3.0]


def test_a_place_on_the_edge_of_the_triangles_but_for_rounding_is_inside():
    points, faces = triangles()
    middles = (points[: len(LON) - 1] + points[1 : len(LON)]) / 2  # along the southern edge
    for off in (1e-10, -1e-10):
        x, y = np.r_[points[:, 0], middles[:, 0]] + off, np.r_[points[:, 1], middles[:, 1]] + off
        weights, outside = barycentric(points, faces, x, y)
        assert not outside.any()
        assert weights.apply(points[:, 0]) == pytest.approx(np.r_[points[:, 0], middles[:, 0]], abs=1e-9)
    assert barycentric(points, faces, PLACES[0], np.full(200, LAT[0] - 0.001))[1].all()  # a hundredth of a step


def grid_points() -> np.ndarray:
    x, y = np.meshgrid(LON, LAT)
    return EARTH_RADIUS_M * on_sphere(x.ravel(), y.ravel())


def test_targets_are_made_of_their_wet_points_else_of_the_nearest_one():
    wet = np.ones((len(LAT), len(LON)), dtype=bool)
    wet[:, :20] = False  # land in the west
    level = np.where(wet, np.meshgrid(LON, LAT)[0], np.nan)
    x = np.array([LON[10], LON[19] + 0.1, LON[30] + 0.1])
    y = np.array([LAT[5], LAT[5] + 0.05, LAT[5]])
    targets = EARTH_RADIUS_M * on_sphere(x, y)
    weights, distance_m = over_water(bilinear(*on_grid(), x, y), wet, grid_points(), targets)
    found = weights.apply(np.where(wet, level, 0.0))
    assert found == pytest.approx([LON[20], LON[20], x[2]], abs=1e-9)
    across_m = np.radians(LON[20] - LON[10]) * EARTH_RADIUS_M * np.cos(np.radians(LAT[5]))
    assert distance_m.tolist()[1:] == [0.0, 0.0]
    assert distance_m[0] == pytest.approx(across_m, rel=1e-3)  # the chord of an arc of 2.5 degrees is 1e-4 shorter


def test_what_is_all_wet_keeps_its_weights_to_the_last_bit():
    before = bilinear(*on_grid(), *PLACES)
    wet = np.ones((len(LAT), len(LON)), dtype=bool)
    after, distance_m = over_water(before, wet, grid_points(), EARTH_RADIUS_M * on_sphere(*PLACES))
    values = RNG.normal(size=wet.shape)
    assert after.apply(values).tobytes() == before.apply(values).tobytes()
    assert not distance_m.any()


def test_the_nearest_point_is_found_over_the_dateline_and_near_the_pole():
    points = on_sphere(np.array([-179.9, 170.0, 0.0]), np.array([0.0, 0.0, 89.0]))
    targets = on_sphere(np.array([179.9, 175.1, 180.0]), np.array([0.0, 0.0, 89.5]))
    assert nearest(points, targets).tolist() == [0, 0, 2]
