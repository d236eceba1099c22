"""A tropical cyclone as forcing: through the checks, to the places of a model, and into the sea."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from tests.storms import straight, track

START = datetime(2024, 3, 10, tzinfo=UTC)
RUN = Period(start=START + timedelta(hours=3), duration="6h")
EARTH_M = 6_371_000.0


def domain(lon: float = 115.2, lat: float = -15.2) -> Domain:
    box = {"kind": "box", "x": (lon, lon + 0.1), "y": (lat, lat + 0.1), "resolution_m": 2000}
    return Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -20})


def forcing(folder: Path, lines: list[str] | None = None, **options: Any) -> Forcing:
    source = track(folder, lines or straight(115, -15), **options)
    return Forcing(wind={"kind": "grid", "source": source}, pressure={"kind": "grid", "source": source})


def test_it_drives_wind_and_pressure_of_a_small_domain(tmp_path):
    driven = forcing(tmp_path, resolution_deg=0.01)
    assert driven.problems(RUN, domain()) == []
    times = [RUN.start, RUN.start + timedelta(hours=1)]
    lon, lat = np.array([115.3, 114.7]), np.array([-15.0, -15.0])
    u, v = driven.wind.at(times, lon, lat)
    assert v[0] == pytest.approx(-v[0, ::-1], rel=1e-3)  # clockwise: to the south in the east, to the north in the west
    assert v[0, 0] < -35
    assert (u[:, 0] < 0).all()  # inwards
    distance_m = EARTH_M * np.radians(0.3) * np.cos(np.radians(15))
    b = 1.15 * np.e * (100 * 1852 / 3600 * 0.93 / 0.9) ** 2 / 5800
    expected = 95_000 + 5800 * np.exp(-((37_040 / distance_m) ** b))
    assert driven.pressure.at(times, lon, lat) == pytest.approx(np.full((2, 2), expected), abs=5)  # bilinear in 1 km


def test_the_steps_of_a_run_are_those_of_the_fields(tmp_path):
    steps = forcing(tmp_path, interval="1h").wind.steps(RUN)
    assert steps == [START + timedelta(hours=h) for h in range(3, 10)]


def test_what_it_covers_is_told(tmp_path):
    wind, pressure = forcing(tmp_path, resolution_deg=0.1).inputs()
    times = "2024-03-10T00:00:00Z .. 2024-03-10T12:00:00Z every 10 min, 73 times"
    assert wind.coverage == (
        f"eastward_wind, northward_wind: {times}; lon 110.000 .. 120.000, lat -20.000 .. -10.000, 101 x 101 points"
    )
    assert (wind.key, pressure.key) == ("forcing.wind.source.path", "forcing.pressure.source.path")


def test_a_run_beyond_the_track_is_told_with_both_ranges(tmp_path):
    late = Period(start=START + timedelta(hours=9), duration="6h")
    wind, _ = forcing(tmp_path).problems(late, domain())
    covered, needed = "2024-03-10T00:00:00Z .. 2024-03-10T12:00:00Z", "2024-03-10T09:00:00Z .. 2024-03-10T15:00:00Z"
    assert wind.key == "forcing.wind.source"
    assert wind.message == f"the data cover {covered}, the run needs {needed}; 3 h are missing at its end"
    assert wind.data


def test_a_domain_beyond_the_grid_is_told_with_both_ranges(tmp_path):
    wind, pressure = forcing(tmp_path).problems(RUN, domain(lon=121.0))
    assert (wind.key, pressure.key) == ("forcing.wind.source", "forcing.pressure.source")
    covered, needed = "lon 110.000 .. 120.000, lat -20.000 .. -10.000", "lon 121.000 .. 121.100, lat -15.200 .. -15.100"
    none = "they have no place in common"
    assert wind.message == f"eastward_wind covers {covered}, the domain needs {needed}; {none}"
    assert "source.reach_deg" in wind.hint
    assert forcing(tmp_path, reach_deg=10).problems(RUN, domain(lon=121.0)) == []


def test_a_track_that_cannot_be_read_is_a_problem_with_its_key(tmp_path):
    lines = straight(115, -15)
    lines[1] = lines[1].replace("150S", "150")
    wind, pressure = forcing(tmp_path, lines).problems(RUN, domain())
    assert wind.key == "forcing.wind.source.path"
    assert "line 2: expected tenths of degrees up to 900 and N or S in column LatN/S" in wind.message
    assert pressure.key == "forcing.pressure.source.path"


def test_a_domain_across_the_dateline_is_driven(tmp_path):
    driven = forcing(tmp_path, straight(179.5, -15, 0.4), resolution_deg=0.1)
    here = domain(lon=-179.8)
    assert driven.problems(RUN, here) == []
    east, west = driven.pressure.at([RUN.start], np.array([-179.8, 180.2]), np.array([-15.0, -15.0]))[0]
    assert east == west


def test_the_sea_rises_under_the_eye_by_a_centimetre_per_hectopascal(tmp_path):
    pytest.importorskip("anuga")
    from rompy_hydra.model.anuga import Anuga
    from rompy_hydra.model.base import Experiment
    from tests.model.anuga.conftest import solve

    box = {"kind": "box", "x": (114.9, 115.3), "y": (-15.1, -14.9), "resolution_m": 4000}
    basin = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -50})
    pressure = {"kind": "grid", "source": track(tmp_path, straight(115, -15), resolution_deg=0.02)}
    period = Period(start=START, duration="6h", interval="5min")
    asked = Experiment(name="eye", period=period, domain=basin, forcing=Forcing(pressure=pressure))
    model = Anuga(friction={"coefficient": 0.1})
    folder = tmp_path / "model"
    folder.mkdir()
    model.generate(folder, asked)
    done = solve(folder)
    assert done.returncode == 0, done.stderr
    with model.open(folder) as output:
        level = output.water_level.isel(time=slice(24, None)).mean("time").values
        lon, lat = output.face_lon.values, output.face_lat.values
    air_pa = asked.forcing.pressure.at([START], lon, lat)[0]
    slope, _ = np.polyfit(air_pa, level, 1)
    assert slope == pytest.approx(-1 / (1025 * 9.8), rel=0.05)
