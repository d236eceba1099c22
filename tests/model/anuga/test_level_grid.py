"""The water level of an ocean model along an open boundary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.store import Store
from rompy_hydra.forcing import WaterLevelGrid, WaterLevelSeries
from rompy_hydra.model.anuga import Anuga
from rompy_hydra.source.dataset import DatasetSource
from tests.conftest import SHARED

from .conftest import experiment
from .test_varying_level import COAST, SOUTH, WEST, edge_middles, generated

pytest.importorskip("anuga")

HYCOM = SHARED / "data" / "gbr" / "hycom-20230101.nc"


def level_m(lon: Any, lat: Any, hour: Any) -> Any:
    """Linear in space and time, so that interpolation is exact."""
    return 0.3 + 2.0 * (lon - WEST) - 1.5 * (lat - SOUTH) + 0.01 * hour


def ocean(hours: int = 24, dry: Any = (), **attributes: Any) -> xr.Dataset:
    """Six-hourly sea level around the coast of the test, in the manner of an ocean model; `dry` longitudes are land."""
    lon, lat = np.round(np.arange(115.0, 116.01, 0.1), 6), np.round(np.arange(-33.0, -31.99, 0.1), 6)
    times = np.arange(0, hours + 1, 6)
    zos = level_m(lon[None, None, :], lat[None, :, None], times[:, None, None])
    zos[:, :, np.isin(lon, dry)] = np.nan
    stamps = np.datetime64("2023-01-01", "ns") + times.astype("timedelta64[h]")
    coords = {"time": stamps, "latitude": lat, "longitude": lon}
    told = {"standard_name": "sea_surface_height_above_geoid", "units": "m", **attributes}
    return xr.Dataset({"zos": (("time", "latitude", "longitude"), zos, told)}, coords)


def node(data: xr.Dataset, **fields: Any) -> dict[str, Any]:
    return {"kind": "grid", "source": DatasetSource(data=data), **fields}


def on_coast(level: dict[str, Any], **period: Any) -> Any:
    return experiment(domain=COAST, forcing={"tides": None, "water_level": level}, **period)


def problems(level: dict[str, Any], **period: Any) -> list[Any]:
    return list(Anuga().plan(on_coast(level, **period)).problems)


def test_every_edge_gets_the_level_of_its_own_place(tmp_path):
    folder = generated(tmp_path / "run", on_coast(node(ocean()), duration="7h"))

    found, times_s = np.load(folder / "level_ocean.npy"), np.load(folder / "times_level_ocean.npy")
    lon, lat = edge_middles(folder).T
    expected = level_m(lon, lat, times_s[:, None] / 3600.0)
    np.testing.assert_allclose(found, expected, atol=1e-6)  # written in single precision
    assert np.ptp(found[0]) > 0.05


def test_an_offset_and_a_surge_are_added_everywhere(tmp_path):
    surge = {"peak_m": 0.8, "time": "2023-01-01T03:00:00Z", "duration": "2h"}
    plain, raised = (
        np.load(generated(tmp_path / name, on_coast(node(ocean(), **more), duration="6h")) / "level_ocean.npy")
        for name, more in (("a", {}), ("b", {"offset_m": 0.25, "surge": surge}))
    )
    np.testing.assert_allclose((raised - plain)[180], 0.25 + 0.8, atol=1e-6)
    np.testing.assert_allclose((raised - plain)[180 - 60], 0.25 + 0.4, atol=1e-6)  # half of its peak an hour before


def test_it_is_added_to_a_tide(tmp_path):
    tides = {"phase_reference": "2023-01-01T00:00:00Z", "constituents": {"M2": {"amplitude_m": 0.5, "phase_deg": 0}}}
    both = experiment(domain=COAST, forcing={"tides": tides, "water_level": node(ocean())}, duration="1h")
    folder = generated(tmp_path / "run", both)

    lon, lat = edge_middles(folder).T
    np.testing.assert_allclose(np.load(folder / "level_ocean.npy")[0], 0.5 + level_m(lon, lat, 0.0), atol=1e-6)


def test_a_second_experiment_takes_the_cut_of_the_first(tmp_path, monkeypatch):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "cache"))
    asked = on_coast(node(ocean()), duration="6h")
    for name in ("a", "b"):
        generated(tmp_path / name, asked)

    assert [e.kind for e in Store().entries()] == ["cut"]
    assert (tmp_path / "a" / "level_ocean.npy").read_bytes() == (tmp_path / "b" / "level_ocean.npy").read_bytes()


def test_fields_that_end_before_the_run_are_refused_with_both_times():
    [problem] = problems(node(ocean(hours=6)), duration="6h10m")
    assert problem.key == "forcing.water_level.source"
    assert "2023-01-01T06:00:00Z" in problem.message
    assert "2023-01-01T06:10:00Z" in problem.message


def test_land_of_the_ocean_model_along_the_boundary_is_told_with_the_remedy():
    [problem] = problems(node(ocean(dry=[115.5, 115.6])), duration="6h")
    assert problem.key == "forcing.water_level.source"
    assert "zos is NaN at" in problem.message
    assert "forcing.water_level.nan: nearest_wet" in problem.hint


def test_land_of_the_ocean_model_away_from_the_boundary_does_no_harm():
    assert problems(node(ocean(dry=[115.0, 116.0])), duration="6h") == []


def test_the_nearest_wet_point_stands_in_for_land(tmp_path):
    level = node(ocean(dry=[115.5, 115.6]), nan="nearest_wet")
    folder = generated(tmp_path / "run", on_coast(level, duration="1h"))

    found = np.load(folder / "level_ocean.npy")[0]
    _, lat = edge_middles(folder).T
    wet = [115.4, 115.7]
    nearest = np.array([[level_m(lon, grid_lat, 0.0) for lon in wet] for grid_lat in (-32.6, -32.5)]).ravel()
    assert np.abs(found[:, None] - nearest).min(axis=1).max() < 1e-6  # each is the value of one wet point
    assert lat.max() < -32.5


def test_another_datum_of_the_data_is_refused_until_an_offset_is_given():
    [problem] = problems(node(ocean(vertical_datum="LAT")), duration="6h")
    assert problem.key == "forcing.water_level.vertical_datum"
    assert problems(node(ocean(vertical_datum="LAT"), offset_m=-0.5), duration="6h") == []


def test_a_level_in_centimetres_without_units_is_not_of_this_world():
    data = ocean()
    data["zos"] = data["zos"] * 100.0 + 5000.0
    [problem] = problems(node(data), duration="6h")
    assert "expected -50 .. 50 m" in problem.message
    assert "forcing.water_level.units" in problem.hint


def test_a_run_of_a_domain_that_is_nowhere_has_no_place_in_an_ocean_model():
    local = {**COAST, "crs": "local", "mesh": {"kind": "box", "x": (0, 4000), "y": (0, 2000), "resolution_m": 500}}
    found = (
        Anuga()
        .plan(experiment(domain=local, forcing={"tides": None, "water_level": node(ocean())}, duration="6h"))
        .problems
    )
    assert [p.key for p in found] == ["forcing.water_level"]


def test_a_node_without_kind_is_a_series():
    of = on_coast({"times": ["2023-01-01", "2023-01-02"], "values_m": [0, 1]})
    assert isinstance(of.forcing.water_level, WaterLevelSeries)


@pytest.mark.skipif(not HYCOM.exists(), reason="needs the shared data")
def test_hycom_is_understood_and_has_no_water_where_there_is_land():
    from datetime import UTC, datetime

    from rompy_hydra.source.file import FileSource

    level = WaterLevelGrid(source=FileSource(path=HYCOM))
    noon = [datetime(2023, 1, 1, 12, tzinfo=UTC)]
    found = level.at(noon, np.array([152.0, 153.0]), np.array([-19.0, -18.5]))
    assert ((found > 0.3) & (found < 0.9)).all()  # the range of the file
    with pytest.raises(Exception, match="surf_el is NaN at 1 of 1 places"):
        level.at(noon, np.array([146.0]), np.array([-20.0]))  # Queensland
