"""A storm between its fixes: where it is, and how strong, with whatever the track tells."""

from __future__ import annotations

import numpy as np
import pytest

from rompy_hydra.errors import DataError
from rompy_hydra.source.cyclone import holland
from rompy_hydra.source.cyclone.fixes import EARTH_RADIUS_M
from rompy_hydra.source.cyclone.track import rates, smooth, storm_at
from tests.storms import FINE, at, deck_line, speed, straight, track

KNOT, NMI = 1852 / 3600, 1852.0
PRESSURE = "air_pressure_at_mean_sea_level"
KM_PER_DEG = np.radians(1.0) * EARTH_RADIUS_M / 1000


def test_a_steady_motion_stays_steady_whatever_the_times_of_the_fixes():
    fixes_s = np.array([0.0, 6, 7, 7.5, 12, 18]) * 3600
    times_s = np.linspace(0, 18 * 3600, 200)
    values, change = smooth(times_s, fixes_s, 3.0 + 2e-5 * fixes_s)
    assert values == pytest.approx(3.0 + 2e-5 * times_s)
    assert change == pytest.approx(np.full(200, 2e-5))


def test_an_even_acceleration_is_followed_between_the_inner_fixes():
    fixes_s = np.arange(5.0)
    times_s = np.linspace(1, 3, 50)
    values, change = smooth(times_s, fixes_s, fixes_s**2)
    assert values == pytest.approx(times_s**2)
    assert change == pytest.approx(2 * times_s)


def test_the_motion_has_no_jump_at_a_fix():
    fixes_s, values = np.array([0.0, 6, 12, 18]), np.array([0.0, 1, 1.2, 3])
    before, after = smooth(np.array([6 - 1e-7, 6 + 1e-7]), fixes_s, values)[1]
    assert before == pytest.approx(after, abs=1e-6)
    assert rates(fixes_s, values)[1] == pytest.approx(0.1)


def test_the_storm_is_where_its_fixes_are(tmp_path):
    lines = [
        deck_line(h, lon, lat) for h, lon, lat in ((0, 115, -15), (6, 114.2, -15.3), (18, 113.9, -17), (24, 115, -19))
    ]
    source = track(tmp_path, lines, resolution_deg=0.1)
    with source.open() as data:
        for h, lon, lat in ((0, 115, -15), (6, 114.2, -15.3), (18, 113.9, -17), (24, 115, -19)):
            pressure = at(data, h)[PRESSURE]
            assert float(pressure.sel(lon=lon, lat=lat, method="nearest")) == float(pressure.min()) == 95_000.0


def test_strength_is_linear_between_fixes_and_gaps_are_bridged(tmp_path):
    lines = [deck_line(0, 115, -15, mslp=960), deck_line(6, 115, -15, mslp=0), deck_line(12, 115, -15, mslp=940)]
    with track(tmp_path, lines, resolution_deg=0.1).open() as data:
        lowest = [float(at(data, h)[PRESSURE].min()) for h in (0, 3, 6, 12)]
    assert lowest == pytest.approx([96_000, 95_500, 95_000, 94_000])


def test_holland_2010_goes_through_the_radius_of_34_knots(tmp_path):
    lines = straight(115, -0.5, rad=34, radii=(120, 120, 120, 120))
    source = track(tmp_path, lines, profile="holland2010", averaging_factor=1.0, resolution_deg=0.005, reach_deg=2.0)
    with source.open() as data:
        there = 0.85 * 120 * NMI / 1000 / KM_PER_DEG  # north of the centre, at the mean of four largest radii
        wind = speed(at(data, 6).sel(lon=115, lat=-0.5 + there, method="nearest"))
    assert float(wind) == pytest.approx(34 * KNOT, abs=0.05)  # it falls by 0.1 m/s per km, points are 0.56 km apart


def test_holland_1980_with_a_given_b_takes_the_wind_of_the_pressure(tmp_path):
    source = track(tmp_path, straight(115, -0.5, mslp=950, poci=1008), b=1.5, **FINE)
    with source.open() as data:
        greatest = float(speed(at(data, 6)).max())
    assert greatest == pytest.approx(0.9 * np.sqrt(1.5 * 6000 / (1.15 * np.e)), abs=0.03)


def test_holland_1980_with_a_given_b_takes_the_pressure_of_the_wind_where_it_is_missing(tmp_path):
    source = track(tmp_path, straight(115, -0.5, vmax=100, mslp=0, poci=1008), b=1.5, averaging_factor=1, **FINE)
    with source.open() as data:
        now = at(data, 6)
        deficit = 101_000 - float(now[PRESSURE].min())
        assert deficit == pytest.approx(1.15 * np.e * (100 * KNOT / 0.9) ** 2 / 1.5, rel=1e-6)
        assert float(speed(now).max()) == pytest.approx(100 * KNOT, abs=0.03)


def test_holland_2010_takes_the_wind_of_the_pressure_where_it_is_missing(tmp_path):
    source = track(tmp_path, straight(115, -15, vmax=0, mslp=950, poci=1008), profile="holland2010", **FINE)
    b = holland.surface_b(np.float64(6000.0), 0.0, -15.0, 0.0, 0.9)
    with source.open() as data:
        greatest = float(speed(at(data, 6)).max())
    assert greatest == pytest.approx(0.93 * holland.max_wind_of_b(b, 6000.0), abs=0.03)


@pytest.mark.parametrize(("relation", "rmax_km"), [("vickery2008", 26.951), ("willoughby2006", 24.651)])
def test_a_radius_of_maximum_wind_that_is_missing_comes_of_a_relation(tmp_path, relation: str, rmax_km: float):
    source = track(tmp_path, straight(115, -15, rmw=0, mslp=950, poci=1008), rmax_relation=relation, averaging_factor=1)
    fixes = source.fixes()
    storm = storm_at(np.array([fixes[0].time.timestamp()]), fixes, source)
    # exp(3.015 - 6.291e-5 60^2 + 0.0337 15); 46.4 exp(-0.0155 57.16 + 0.0169 15), the wind of 100 kt over 0.9
    assert storm.rmax_m[0] / 1000 == pytest.approx(rmax_km, abs=2e-3)


def test_the_ambient_pressure_can_be_given(tmp_path):
    source = track(
        tmp_path, straight(115, -15, mslp=950), ambient_pressure_pa=101_000, reach_deg=30, resolution_deg=0.3
    )
    with source.open() as data:
        assert float(at(data, 6)[PRESSURE].max()) == pytest.approx(101_000, abs=100)


def test_a_storm_that_is_no_deeper_than_its_surroundings_is_no_storm(tmp_path):
    with track(tmp_path, straight(115, -15, mslp=1012, poci=1005, vmax=15), b=1.5, resolution_deg=0.2).open() as data:
        now = at(data, 6).load()
    assert np.unique(now[PRESSURE].values).tolist() == [101_200.0]
    assert float(speed(now).max()) == 0.0


@pytest.mark.parametrize(
    ("values", "options", "lacks", "needs"),
    [
        ({"vmax": 0}, {}, "maximum wind", "profile holland1980 needs two of central pressure, maximum wind and b"),
        ({"mslp": 0}, {}, "central pressure", "profile holland1980 needs two of"),
        ({"mslp": 0, "vmax": 0}, {"b": 1.5}, "central pressure and maximum wind", "holland1980 needs two of"),
        (
            {"mslp": 0},
            {"profile": "holland2010", "b": 1.2},
            "central pressure",
            "holland2010 needs the central pressure",
        ),
    ],
)
def test_a_track_that_lacks_what_the_profile_needs_is_refused(tmp_path, values, options, lacks: str, needs: str):
    with pytest.raises(DataError, match=rf"has no {lacks} at any fix; .*{needs}"):
        track(tmp_path, straight(115, -15, **values), **options).open()
