"""The known_answer postprocessor: a synthetic output beside theory, numbers and a picture."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra import ModelRun
from rompy_hydra.core.waves import kahma_calkoen, refract, surf_zone
from rompy_hydra.errors import ConfigError, PostprocessError
from rompy_hydra.postprocessor.known_answer import KnownAnswer

STATIONS = {"deep": {"x_m": 300, "y_m": 500}, "middle": {"x_m": 300, "y_m": 2000}, "shallow": {"x_m": 300, "y_m": 3800}}
DEPTHS = 20 - np.array([500.0, 2000.0, 3800.0]) / 200
REFRACTION = {
    "kind": "refraction", "hs": 1, "period_s": 10, "from_deg": 5, "normal_deg": 335, "offshore_depth_m": 20,
    "tolerance": {"hs": {"relative": 0.005}, "dir": {"absolute": 0.2}},
}  # fmt: skip


def series(**fields) -> xr.Dataset:
    """Two times of series, of which the last is what was given."""
    return xr.Dataset(
        {f"station_{n}": (("time", "station"), np.stack([0 * v, v])) for n, v in fields.items()},
        {
            "time": np.array(["2024-01-01T00", "2024-01-01T01"], dtype="datetime64[ns]"),
            "station_name": ("station", list(STATIONS)),
        },
    )


@pytest.fixture
def make_run(tmp_path):
    """A run on a beach of 1:200, whose model wrote these series."""

    def make(stations=STATIONS, **fields) -> ModelRun:
        domain = {
            "crs": "local",
            "mesh": {"kind": "box", "x": (0, 600), "y": (0, 4000), "resolution_m": 200},
            "bathymetry": {
                "kind": "profile", "origin": {"x_m": 0, "y_m": 0}, "direction_deg": 0,
                "distance_m": [0, 4000], "elevation_m": [-20, 0],
            },
            "stations": stations,
        }  # fmt: skip
        model = {"model_type": "generic", "outputs": ["out.nc"]}
        run = ModelRun(name="beach", run_id="beach-1234", output_dir=tmp_path, domain=domain, model=model)
        run.workspace.mkdir(parents=True)
        run.products.mkdir()
        series(**fields).to_netcdf(run.workspace / "out.nc")
        return run

    return make


def refracted(factor=1.0, turned=0.0):
    hs, incidence = refract(1, 10, 30, 20, DEPTHS)
    return {"hs": factor * hs, "dir": (335 + incidence + turned) % 360}


def metrics(run):
    return json.loads((run.products / "metrics.json").read_text())


def test_a_model_that_follows_theory_passes(make_run):
    run = make_run(**refracted(1.002))
    result = KnownAnswer(answer=REFRACTION).process(run)
    assert (result["success"], result["pass"]) == (True, True)
    assert result["message"].startswith("hs within 0.2 % (tolerance 0.5 %)")
    assert [str(run.products / n) for n in ("metrics.json", "known_answer.png")] == result["files"]
    found = metrics(run)
    assert found["pass"] is True
    assert found["time"] == "2024-01-01T01:00:00Z"
    assert found["stations"]["shallow"]["at"] == pytest.approx(1.0)
    assert found["stations"]["shallow"]["hs"]["relative_difference"] == pytest.approx(0.002)
    assert found["overall"]["hs"]["max_relative"] == pytest.approx(0.002)
    assert found["overall"]["hs"]["rms_relative"] == pytest.approx(0.002)
    assert found["overall"]["dir"] == {
        "units": "degrees", "max": pytest.approx(0, abs=1e-9), "rms": pytest.approx(0, abs=1e-9),
        "max_relative": None, "rms_relative": None, "tolerance": {"absolute": 0.2}, "pass": True,
    }  # fmt: skip


def test_directions_differ_the_short_way_round_north(make_run):
    run = make_run(**refracted(turned=-0.15))
    assert KnownAnswer(answer=REFRACTION).process(run)["success"]
    assert metrics(run)["stations"]["deep"]["dir"]["difference"] == pytest.approx(-0.15)


def test_a_difference_beyond_the_tolerance_fails_unless_it_is_only_to_be_told(make_run):
    run = make_run(**refracted(1.01))
    result = KnownAnswer(answer=REFRACTION).process(run)
    assert (result["success"], result["pass"]) == (False, False)
    assert "hs within 1 % (tolerance 0.5 %)" in result["message"]
    told = KnownAnswer(answer=REFRACTION, fail_beyond_tolerance=False).process(run)
    assert (told["success"], told["pass"]) == (True, False)
    assert metrics(run)["overall"]["hs"]["pass"] is False
    assert metrics(run)["overall"]["dir"]["pass"] is True


def test_a_station_without_a_value_fails(make_run):
    fields = refracted()
    fields["hs"][2] = np.nan
    run = make_run(**fields)
    result = KnownAnswer(answer=REFRACTION).process(run)
    assert not result["success"]
    assert "no value at some stations" in result["message"]
    assert metrics(run)["stations"]["shallow"]["hs"]["model"] is None


def test_only_the_stations_that_are_chosen_count(make_run):
    fields = refracted()
    fields["hs"][2] = 9.0
    run = make_run(**fields)
    assert KnownAnswer(answer=REFRACTION, stations=["middle", "deep"]).process(run)["success"]
    assert list(metrics(run)["stations"]) == ["deep", "middle"]


def test_another_time_can_be_compared(make_run):
    run = make_run(**refracted())
    assert not KnownAnswer(answer=REFRACTION, time="2024-01-01T00:10Z").process(run)["success"]
    assert metrics(run)["time"] == "2024-01-01T00:00:00Z"


def test_growth_reads_the_peak_period_that_swan_smooths(make_run):
    sea = kahma_calkoen(15, np.array([500.0, 2000.0, 3800.0]))
    run = make_run(hs=1.2 * sea.hs_m, tps=sea.tp_s)
    tolerance = {"hs": {"relative": 0.3}, "tp": {"relative": 0.01}}
    answer = {"kind": "growth", "origin": {"x_m": 0, "y_m": 0}, "direction_deg": 0, "wind_speed": 15}
    assert KnownAnswer(answer={**answer, "tolerance": tolerance}).process(run)["success"]


def test_the_surf_zone_follows_the_profile_of_the_domain(make_run):
    x = np.array([500.0, 2000.0, 3800.0])
    found = surf_zone(np.array([0.0, 4000.0]), np.array([20.0, 0.0]), x, 2.0, 9.0)
    run = make_run(hs=found.hs_m, setup=found.setup_m + 0.004)
    tolerance = {"hs": {"absolute": 0.001}, "setup": {"absolute": 0.005}}
    answer = {"kind": "surf_zone", "origin": {"x_m": 300, "y_m": 0}, "direction_deg": 0, "hs": 2, "period_s": 9}
    assert KnownAnswer(answer={**answer, "tolerance": tolerance}).process(run)["success"]
    assert metrics(run)["overall"]["setup"]["max"] == pytest.approx(0.004, abs=1e-5)


def test_numbers_are_compared_where_they_are_given(make_run):
    run = make_run(hs=np.array([1.0, 2.0, 3.0]))
    answer = {
        "kind": "values",
        "values": {"hs": {"deep": 1.01, "shallow": 2.9}},
        "tolerance": {"hs": {"absolute": 0.2}},
    }
    assert KnownAnswer(answer=answer).process(run)["success"]
    found = metrics(run)["stations"]
    assert found["middle"]["hs"] == {"model": 2.0, "theory": None, "difference": None, "relative_difference": None}
    assert found["shallow"]["hs"]["difference"] == pytest.approx(0.1)


def test_repeating_gives_the_same_bytes(make_run):
    run = make_run(**refracted(1.001))
    files = KnownAnswer(answer=REFRACTION).process(run)["files"]
    first = [Path(f).read_bytes() for f in files]
    KnownAnswer(answer=REFRACTION).process(run)
    assert [Path(f).read_bytes() for f in files] == first


def test_output_without_the_quantity_says_what_to_write(make_run):
    run = make_run(hs=refracted()["hs"])
    with pytest.raises(PostprocessError, match="write a table of dir at the stations"):
        KnownAnswer(answer=REFRACTION).process(run)


def test_a_domain_without_stations_cannot_be_compared(make_run):
    with pytest.raises(PostprocessError, match=r"name points in domain\.stations"):
        KnownAnswer(answer=REFRACTION).process(make_run(stations={}, **refracted()))


def test_unknown_stations_are_named(make_run):
    run = make_run(**refracted())
    with pytest.raises(PostprocessError, match="there is no station pier"):
        KnownAnswer(answer=REFRACTION, stations=["pier"]).process(run)
    answer = {"kind": "values", "values": {"hs": {"pier": 1}}, "tolerance": {"hs": {"absolute": 0.2}}}
    with pytest.raises(ConfigError, match="there is no such station"):
        KnownAnswer(answer=answer).process(run)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tolerance": {}}, "at least 1"),
        ({"tolerance": {"tp": {"relative": 0.1}}}, r"known of hs, dir"),
        ({"tolerance": {"dir": {"relative": 0.1}}}, "no relative difference"),
        ({"tolerance": {"hs": {"relative": 0.1, "absolute": 1}}}, "relative or absolute"),
        ({"kind": "diffraction"}, "refraction"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        KnownAnswer(answer={**REFRACTION, **change})
