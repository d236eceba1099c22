"""Fields of a tropical cyclone: sense, strength, asymmetry, motion, grid, and how little is computed."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.errors import DataError
from rompy_hydra.source.cyclone import CycloneSource
from rompy_hydra.source.cyclone.fixes import EARTH_RADIUS_M
from tests.storms import FINE, at, speed, straight, track

KNOT = 1852 / 3600
PRESSURE = "air_pressure_at_mean_sea_level"
PROFILES = ("holland1980", "holland2010")
KM_PER_DEG = np.radians(1.0) * EARTH_RADIUS_M / 1000


@pytest.mark.parametrize("profile", PROFILES)
def test_the_greatest_wind_at_rest_is_that_of_the_track_at_its_radius(tmp_path, profile):
    source = track(tmp_path, straight(115, -0.5, vmax=100, rmw=20), profile=profile, averaging_factor=1.0, **FINE)
    with source.open() as data:
        wind = speed(at(data, 6)).load()
    assert float(wind.max()) == pytest.approx(100 * KNOT, abs=0.03)  # less r f / 2, which is 0.02 m/s at half a degree
    greatest = wind.argmax(...)
    dlon, dlat = float(wind.lon[greatest["lon"]]) - 115, float(wind.lat[greatest["lat"]]) + 0.5
    assert np.hypot(dlon, dlat) * KM_PER_DEG == pytest.approx(37.04, abs=1.0)  # 20 nautical miles; two points


def test_the_mean_wind_is_the_given_share_of_that_of_the_track(tmp_path):
    lines = straight(115, -0.5, vmax=100)
    ten_minutes, one_minute = (
        track(tmp_path, lines, averaging_factor=factor, b=None, profile="holland2010", **FINE).open()
        for factor in (0.93, 1)
    )
    ratio = float(speed(at(ten_minutes, 6)).max()) / float(speed(at(one_minute, 6)).max())
    assert ratio == pytest.approx(0.93, abs=1e-3)


def test_the_pressure_is_lowest_at_the_centre_and_ambient_far_away(tmp_path):
    source = track(tmp_path, straight(115, -15, mslp=950, poci=1006), reach_deg=30, resolution_deg=0.1)
    with source.open() as data:
        pressure = at(data, 6)[PRESSURE]
        lowest = pressure.where(pressure == pressure.min(), drop=True)
        assert (lowest.lon.item(), lowest.lat.item()) == (115.0, -15.0)
        assert lowest.item() == 95_000.0
        assert float(pressure.sel(lon=145, method="nearest").max()) == pytest.approx(100_800, abs=100)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("lat", [15.0, -15.0])
def test_it_turns_counterclockwise_in_the_north_clockwise_in_the_south_and_blows_inwards(tmp_path, profile, lat: float):
    with track(tmp_path, straight(115, lat), profile=profile, **FINE).open() as data:
        now = at(data, 3)
        east, north = (now.sel(lon=115 + x, lat=lat + y, method="nearest") for x, y in ((0.5, 0.0), (0.0, 0.5)))
    sense = np.sign(lat)
    assert sense * float(east.northward_wind) > 15
    assert sense * float(north.eastward_wind) < -15
    assert float(east.eastward_wind) < -5
    assert float(north.northward_wind) < -5
    angle = np.degrees(np.arctan2(-float(north.northward_wind), abs(float(north.eastward_wind))))
    assert angle == pytest.approx(25.0, abs=1e-6)  # 55 km is beyond 1.2 times the radius of maximum wind


def test_the_wind_is_calm_in_the_eye(tmp_path):
    with track(tmp_path, straight(115, -15), **FINE).open() as data:
        assert float(speed(at(data, 6)).sel(lon=115, lat=-15, method="nearest")) < 1e-6


def test_a_given_angle_of_inflow_is_taken_everywhere(tmp_path):
    with track(tmp_path, straight(115, -15), inflow_deg=0, **FINE).open() as data:
        line = at(data, 6).sel(lon=115, method="nearest")
    assert line.northward_wind.values == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("lat", "stronger"), [(15.0, 1), (-15.0, -1)])
def test_the_motion_strengthens_the_right_side_in_the_north_and_the_left_in_the_south(
    tmp_path, profile, lat: float, stronger: int
):
    lines = straight(115, lat, dlat=1.0)  # northwards with 5.1 m/s
    source = track(tmp_path, lines, profile=profile, averaging_factor=1.0, asymmetry_turn_deg=0, inflow_deg=0, **FINE)
    with source.open() as data:
        now = at(data, 6)
        right, left = (now.sel(lon=115 + side * 0.345, lat=lat + 1, method="nearest") for side in (1, -1))
    difference = abs(float(right.northward_wind)) - abs(float(left.northward_wind))
    assert stronger * difference == pytest.approx(2 * 0.55 * 111.195e3 / 21600, rel=0.01)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_greatest_wind_in_motion_is_that_of_the_track_too(tmp_path, profile):
    lines = straight(115, -0.5, dlon=1.0)
    with track(tmp_path, lines, profile=profile, averaging_factor=1.0, **FINE).open() as data:
        assert float(speed(at(data, 6)).max()) == pytest.approx(100 * KNOT, abs=0.03)


def test_without_asymmetry_the_wind_is_the_same_on_both_sides(tmp_path):
    with track(tmp_path, straight(115, -15, dlat=-1.0), asymmetry_factor=0, **FINE).open() as data:
        now = speed(at(data, 6)).sel(lat=-16, method="nearest")
        assert now.values == pytest.approx(now.values[::-1], rel=1e-6)


@pytest.mark.parametrize(("lon", "dlon"), [(178.2, 0.9), (-178.2, -0.9)])
def test_across_the_dateline_the_fields_are_those_of_the_same_storm_elsewhere_to_the_last_bit(tmp_path, lon, dlon):
    there, elsewhere = (
        track(tmp_path, straight(lon + shift, -15, dlon, -0.3, fixes=5), name, resolution_deg=0.1)
        for shift, name in ((0.0, "there.dat"), (-40.0 if lon > 0 else 40.0, "elsewhere.dat"))
    )
    with there.open() as one, elsewhere.open() as other:
        longitudes = one.lon.values
        assert longitudes.min() < 180 * np.sign(lon) < longitudes.max()
        assert np.diff(longitudes) == pytest.approx(0.1)  # contiguous
        for name in one.data_vars:
            assert one[name].values.tobytes() == other[name].values.tobytes()


@pytest.mark.parametrize("limits", [(175.0, -175.0), (175.0, 185.0), (-185.0, -175.0)])
def test_limits_across_the_dateline_can_be_written_as_one_likes(tmp_path, limits):
    source = track(tmp_path, straight(179.5, -15, 0.5), lon=limits, lat=(-18, -12), resolution_deg=0.25)
    with source.open() as data:
        assert data.sizes["lon"] == 41
        pressure = at(data, 6)[PRESSURE]
        assert float(pressure.isel(lon=20).min()) == float(pressure.min()) == 95_000.0  # 180 degrees


def test_the_grid_reaches_beyond_the_track_on_whole_steps(tmp_path):
    with track(tmp_path, straight(115, -15, 0.5, -1.0), reach_deg=2, resolution_deg=0.3).open() as data:
        assert data.lon.values[[0, -1]].tolist() == [112.8, 118.2]
        assert data.lat.values[[0, -1]].tolist() == [-19.2, -12.9]


def test_the_last_fix_is_covered_where_it_is_between_two_steps(tmp_path):
    with track(tmp_path, straight(115, -15), interval="5h").open() as data:
        hours = (data.time.values - data.time.values[0]) / np.timedelta64(1, "h")
    assert hours.tolist() == [0, 5, 10, 12]


def test_units_and_names_are_those_of_cf(tmp_path):
    with track(tmp_path, straight(115, -15)).open() as data:
        assert {n: (v.attrs["standard_name"], v.attrs["units"]) for n, v in data.data_vars.items()} == {
            "eastward_wind": ("eastward_wind", "m s-1"),
            "northward_wind": ("northward_wind", "m s-1"),
            PRESSURE: (PRESSURE, "Pa"),
        }
        assert data.eastward_wind.dims == ("time", "lat", "lon")
        assert data.attrs["source"] == "parametric tropical cyclone after Holland (1980)"


def test_one_time_of_a_huge_grid_is_quick_and_small(tmp_path):
    lines = straight(115, -15, -1.0, -0.5, fixes=12)
    source = track(tmp_path, lines, resolution_deg=0.001, reach_deg=20, interval="1min")
    tracemalloc.start()
    begun = time.perf_counter()
    with source.open() as data:
        assert data.eastward_wind.size > 9e12  # 74 TB
        part = data.isel(time=2000, lat=slice(20_000, 20_050), lon=slice(30_000, 30_100))
        assert np.isfinite(part.eastward_wind.values).all()
    taken, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 5
    assert peak < 50e6  # the axes have 50 000 points


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> xr.Dataset:
    lines = straight(115, -15, -0.5, -0.5, rad=34, radii=(120, 100, 80, 100))
    options = {"profile": "holland2010", "resolution_deg": 0.25, "reach_deg": 1, "interval": "2h"}
    return track(tmp_path_factory.mktemp("small"), lines, **options).open()


@pytest.fixture(scope="module")
def whole(small: xr.Dataset) -> dict[str, xr.DataArray]:
    return {str(name): xr.DataArray(field.values, dims=field.dims) for name, field in small.data_vars.items()}


def parts(size: int) -> st.SearchStrategy:
    index = st.integers(-size, size - 1)
    chosen = st.lists(st.integers(0, size - 1), min_size=1, max_size=5, unique=True)
    slices = st.slices(size).filter(lambda cut: len(range(*cut.indices(size))) > 0)  # xarray fails at empty ones
    return st.one_of(index, slices, chosen)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(choice=st.data())
def test_values_are_the_same_whatever_part_is_asked_for(small: xr.Dataset, whole: dict[str, xr.DataArray], choice):
    cut = {dim: choice.draw(parts(size), label=str(dim)) for dim, size in small.sizes.items()}
    for name, values in whole.items():
        part, expected = small[name].isel(cut).values, values.isel(cut).values
        assert part.shape == expected.shape
        # the last bits may depend on where in a block a value is computed
        assert part == pytest.approx(expected, rel=1e-13, abs=1e-12)


def test_a_grid_too_coarse_for_the_eye_is_refused(tmp_path):
    message = r"(?s)resolution_deg: 55\.6 km is too coarse for a radius of maximum wind of 37\.0 km.*at most 0\.33"
    with pytest.raises(DataError, match=message):
        track(tmp_path, straight(115, -15), resolution_deg=0.5).open()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lat": (-10, -20)}, "lat: expected the southern and then the northern limit"),
        ({"lon": (115, 115)}, "lon: expected the western and then the eastern limit"),
        ({"ambient_pressure_pa": 1010}, "1010 hPa is 101000"),
        ({"b": 3.0}, "less than or equal to 2.5"),
        ({"profile": "holland2008"}, "'holland1980' or 'holland2010'"),
        ({"interval": 600}, "needs a unit"),
    ],
)
def test_a_wrong_option_is_refused_when_configured(options, message: str):
    with pytest.raises(ValidationError, match=message):
        CycloneSource(path="bal122005.dat", **options)
