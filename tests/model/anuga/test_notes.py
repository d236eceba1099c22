"""The notes of a plan: what drives a run in numbers, and what is doubtful about it."""

import re

import pytest

from rompy_hydra.model.anuga import Anuga

from .conftest import TIDES, experiment

AT_PERTH = {
    "crs": "EPSG:4326",
    "boundaries": {"ocean": ["west"]},
    "bathymetry": {"kind": "flat", "elevation_m": -10},
    "stations": {},
}


def noted(model=None, **fields) -> str:
    plan = (model or Anuga()).plan(experiment(**fields))
    assert not plan.problems
    return "\n".join(plan.notes)


def at_perth(width_deg: float):
    box = {"kind": "box", "x": (115.0, 115.0 + width_deg), "y": (-32.6, -32.5), "resolution_m": 5000}
    return noted(domain={**AT_PERTH, "mesh": box})


def test_the_level_of_a_boundary_is_told_in_numbers():
    assert (
        "boundary ocean: tide, 0.42 .. 0.80 m over MSL" in noted()
    )  # M2 from high water, two hours on: cos 58 degrees


def test_a_series_on_top_of_a_tide_is_told():
    series = {"kind": "series", "times": ["2023-01-01T00:00", "2023-01-01T02:00"], "values_m": [1, 1]}
    assert "boundary ocean: tide + series added, 1.42 .. 1.80 m over MSL" in noted(forcing={"water_level": series})
    alone = noted(forcing={"water_level": series, "tides": None})
    assert "boundary ocean: series, 1.00 .. 1.00 m over MSL" in alone


def test_radiation_is_told_where_there_is_some():
    assert "radiation" not in noted()
    assert "radiation 0.3 lets waves out" in noted(Anuga(boundaries={"ocean": {"kind": "tide", "radiation": 0.3}}))


def test_wind_and_rivers_are_told_in_numbers():
    wind = {"kind": "series", "times": ["2023-01-01T00:00", "2023-01-01T02:00"], "u_m_s": [3, 6], "v_m_s": [4, 8]}
    creek = {"kind": "constant", "location": {"x_m": 500, "y_m": 1000}, "radius_m": 400, "discharge_m3_s": 12.5}
    told = noted(forcing={"wind": wind, "river": {"creek": creek}})
    assert "wind: 5.0 .. 10.0 m/s" in told
    assert "river creek: 12.5 m3/s" in told
    assert "WARNING" not in told


@pytest.mark.parametrize(("x_m", "side_m"), [(500, 300), (1500, 200)])
def test_a_river_narrower_than_a_triangle_is_doubtful(x_m, side_m):
    creek = {"kind": "constant", "location": {"x_m": x_m, "y_m": 1000}, "radius_m": 50, "discharge_m3_s": 1}
    assert f"radius_m 50 is less than a triangle there, {side_m} m" in noted(forcing={"river": {"creek": creek}})


def test_a_handful_of_triangles_is_doubtful():
    box = {"kind": "box", "x": (0, 3000), "y": (0, 2000), "resolution_m": 1500}
    boundaries = {"ocean": ["south"]}
    assert re.search(r"WARNING: \d+ triangles resolve nothing", noted(domain={"mesh": box, "boundaries": boundaries}))


def test_the_wall_time_is_estimated_and_a_run_of_days_is_doubtful():
    assert re.search(r"the run takes about \d+ s on one core", noted())
    box = {"kind": "box", "x": (0, 3000), "y": (0, 2000), "resolution_m": 2}
    long = noted(domain={"mesh": box, "boundaries": {"ocean": ["south"]}})
    assert re.search(r"WARNING: .* triangles x .* steps take about [\d.]+ days on one core", long)


def test_the_coriolis_force_is_weighed_against_the_rossby_radius():
    # sqrt(9.8 * 10) / (2 * 7.2921e-5 * sin 32.55) = 126 km; a degree of longitude is 94 km here
    assert re.search(
        r"small here: the domain is 11\.\d km across, the Rossby radius sqrt\(g h\) / f 126 km", at_perth(0.1)
    )
    assert at_perth(1.0).startswith("WARNING: the domain is 9")
    assert "tides and wind-driven flow will be wrong" in at_perth(1.0)


def test_a_domain_in_which_tides_differ_by_the_coriolis_force_is_doubtful():
    """A Kelvin wave falls off by 1 - exp(-28.2 / 126) = 20 % across it."""
    assert re.search(r"WARNING: .*the height of a tide can differ by 20% across it", at_perth(0.3))


def test_a_boundary_whose_bed_its_level_goes_below_is_doubtful():
    """Centimetres that are taken for metres look like this."""
    series = {"kind": "series", "times": ["2023-01-01T00:00", "2023-01-01T02:00"], "values_m": [-33.3, 3.4]}
    told = noted(forcing={"water_level": series, "tides": None})
    expected = "boundary ocean falls dry: its level goes down to -33.30 m, its bed is at -8.00 m or higher"
    assert f"WARNING: {expected}" in told


def test_the_phases_of_the_tide_count():
    low = {**TIDES, "constituents": {"M2": {"amplitude_m": 0.8, "phase_deg": 180}}}
    assert "tide, -0.80 .. -0.42 m over MSL" in noted(forcing={"tides": low})
