"""The shipped experiments, and real data, from the command line to the pictures."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tests.conftest import SHARED

Cli = Callable[..., subprocess.CompletedProcess[str]]
PERTH = SHARED / "data" / "perth_nearshore"
GBR = SHARED / "data" / "gbr"
SHORT = ("period.duration=30min", "forcing.tides.surge=null")

needs_perth = pytest.mark.skipif(not PERTH.is_dir(), reason=f"the acceptance data are not at {PERTH}")
needs_gbr = pytest.mark.skipif(not GBR.is_dir(), reason=f"the acceptance data are not at {GBR}")

REEF = f"""
# @package _global_
name: reef
period: {{start: 2023-01-01, duration: 1h, interval: 30min}}
domain:
  crs: EPSG:4326
  vertical_datum: MSL
  mesh: {{kind: file, path: {GBR}/hgrid.gr3}}
  bathymetry: {{kind: mesh}}
  boundaries: {{ocean: [open_1]}}
forcing:
  tides:
    kind: constituents
    phase_reference: 2023-01-01T00:00Z
    constituents: {{M2: {{amplitude_m: 0.8, phase_deg: 0}}}}
  wind: {{kind: grid, source: {{source_type: file, path: {GBR}/era5-wind-msl-202301.nc}}}}
  pressure: {{kind: grid, source: {{source_type: file, path: {GBR}/era5-wind-msl-202301.nc}}}}
"""


def products(cli: Cli, folder: Path, *words: str) -> Path:
    done = cli(*words, timeout=300)
    assert done.returncode == 0, done.stderr
    [run] = list((folder / "outputs").iterdir())
    return run / "products"


def test_the_default_experiment_ends_with_data_and_pictures(cli: Cli, tmp_path: Path) -> None:
    made = products(cli, tmp_path, *SHORT)
    assert {p.name for p in made.iterdir()} == {
        "tidal_bay.nc", "tidal_bay_stations.nc", "tidal_bay_stations.csv",
        "map_maximum.png", "map_last.png", "series_stations.png",
    }  # fmt: skip
    with xr.open_dataset(made / "tidal_bay.nc") as output:
        assert output.attrs["Conventions"].startswith("CF-1.")
        assert 1.2 < float(output.water_level.isel(time=0).max()) < 1.6  # high water of a spring tide: sum A cos(phase)


def test_an_experiment_is_current_the_second_time_and_from_its_own_config(cli: Cli, tmp_path: Path) -> None:
    run = products(cli, tmp_path, *SHORT).parent
    again = json.loads(cli("plan", *SHORT, "--json").stdout)
    fed_back = json.loads(cli("plan", "--config-path", str(run), "--config-name", "config", "--json").stdout)
    for plan in (again, fed_back):
        assert plan["run_id"] == run.name
        assert [a["stage"] for a in plan["actions"] if a["do"]] == []


@pytest.mark.real_data
@needs_perth
def test_surveyed_bathymetry_and_a_gauge(cli: Cli, tmp_path: Path) -> None:
    made = products(cli, tmp_path, "+experiment=perth_nearshore", f"data_dir={PERTH}", "period.duration=1h")
    with xr.open_dataset(made / "perth_nearshore.nc") as output:
        end = output.isel(time=-1)
        # the gauge says -0.482 m at 01:00, and the lagoon is a few minutes of wave travel from the open boundary
        assert abs(float(end.water_level.median()) + 0.482) < 0.01
        assert float(end.bed_elevation.max()) < 0
        assert 115.59 < float(end.face_lon.min()) < float(end.face_lon.max()) < 115.63
        lon, lat = end.face_lon.to_numpy(), end.face_lat.to_numpy()
    with xr.open_dataset(PERTH / "era5-wind-20230101.nc") as era5:
        there = era5.isel(time=1).interp(longitude=xr.DataArray(lon), latitude=xr.DataArray(lat))
        expected = np.stack([there.u10, there.v10])
    wind = np.load(made.parent / "model" / "wind.npy")[1]
    # towards the grid's axes, which are turned by 0.8 degrees against true east and north here, so 0.014 of the speed
    np.testing.assert_allclose(np.hypot(*wind), np.hypot(*expected), rtol=1e-5)
    np.testing.assert_allclose(wind, expected, atol=0.02 * float(np.hypot(*expected).max()))


@pytest.mark.real_data
@needs_perth
def test_data_that_end_too_early_stop_the_run_before_it_begins(cli: Cli, tmp_path: Path) -> None:
    done = cli("+experiment=perth_nearshore", f"data_dir={PERTH}", "period.duration=2d")
    assert done.returncode == 3
    assert "2023-01-01T00:00:00Z .. 2023-01-02T00:00:00Z" in done.stderr
    assert "2023-01-01T00:00:00Z .. 2023-01-03T00:00:00Z" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_shipped_experiment_says_how_to_make_its_data(cli: Cli) -> None:
    done = cli("+experiment=perth_nearshore")
    assert done.returncode == 2
    assert "data_dir: a value is needed here" in done.stderr
    assert "To make such a folder from your own data" in done.stderr


@pytest.mark.real_data
@needs_gbr
def test_a_schism_mesh_under_era5_wind_and_pressure(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "conf/experiment").mkdir(parents=True)
    (tmp_path / "conf/experiment/reef.yaml").write_text(REEF)
    made = products(cli, tmp_path, "experiment=reef", "postprocessor=export")
    with xr.open_dataset(made / "reef.nc") as output:
        assert output.sizes["face"] == 4030
        assert float(abs(output.water_level).max()) < 1.5
