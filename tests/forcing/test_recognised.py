"""Mistakes in forcing that are told for what they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing, Tides, WaterLevelSeries
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.file import FileSource

PERIOD = Period(start="2023-01-01", duration="6h")


def test_a_river_without_a_radius_is_told_what_it_is():
    creek = {"kind": "constant", "location": {"x_m": 5, "y_m": 5}, "discharge_m3_s": 4}
    with pytest.raises(ValidationError, match="spread over a circle of this radius; take about two triangle") as caught:
        Forcing(river={"creek": {**creek, "discharge_m3_s": "fast"}})
    assert {error["loc"][-1] for error in caught.value.errors()} == {"radius_m", "discharge_m3_s"}


@pytest.mark.parametrize("river", [{"location": {"x_m": 5, "y_m": 5}, "discharge_m3_s": 5}, {"kind": "constant"}])
def test_a_river_without_a_name_is_told_to_have_one(river: dict[str, object]):
    with pytest.raises(ValidationError, match="rivers have names"):
        Forcing(river=river)


def test_more_water_than_any_river_carries_is_refused():
    creek = {"kind": "constant", "location": {"x_m": 5, "y_m": 5}, "radius_m": 9}
    with pytest.raises(ValidationError, match="no river carries more than"):
        Forcing(river={"creek": {**creek, "discharge_m3_s": 2e6}})


def test_a_constituent_in_centimetres_is_recognised():
    with pytest.raises(ValidationError, match="80 looks like cm"):
        Tides(phase_reference="2023-01-01", constituents={"M2": {"amplitude_m": 80, "phase_deg": 0}})


def test_an_offset_in_centimetres_is_recognised():
    with pytest.raises(ValidationError, match="is -60 in cm"):
        WaterLevelSeries(times=["2023-01-01"], values_m=[1.0], offset_m=-60)
    assert WaterLevelSeries(times=["2023-01-01"], values_m=[1.0], offset_m=-50).offset_m == -50


def test_a_number_that_stands_for_no_value_is_recognised(tmp_path: Path):
    table = tmp_path / "gauge.csv"
    table.write_text("time,ssh\n2023-01-01,0.1\n2023-01-01T12:00,-999\n2023-01-02,0.2\n")
    gauge = WaterLevelSeries(source=CsvSource(path=table))
    [problem] = gauge.problems("forcing.water_level", PERIOD)
    assert problem.message.startswith("ssh is between -999 and ")
    assert problem.hint == "is -999 a missing value? then set forcing.water_level.source.missing to it"
    [problem] = WaterLevelSeries(source=CsvSource(path=table, missing=-999)).problems("forcing.water_level", PERIOD)
    assert "ssh is NaN or infinite at 1 of 2 times" in problem.message


def pressure_file(folder: Path) -> Path:
    axes = {"time": np.array(["2023-01-01", "2023-01-02"], "datetime64[ns]"), "lat": [0.0, 9.0], "lon": [0.0, 9.0]}
    field = xr.DataArray(np.full((2, 2, 2), 1.0e5), coords=axes, dims=tuple(axes), attrs={"units": "Pa"})
    field.to_dataset(name="msl").to_netcdf(folder / "air.nc")
    return folder / "air.nc"


def test_a_domain_that_cannot_be_read_is_no_fault_of_its_forcing(tmp_path: Path):
    (tmp_path / "vgrid.in").write_text("2 5\n")
    unread = Domain(mesh={"kind": "file", "path": tmp_path / "vgrid.in"}, bathymetry={"kind": "mesh"})
    creek = {"kind": "constant", "location": {"lon": 5, "lat": 5}, "radius_m": 9, "discharge_m3_s": 1}
    air = {"kind": "grid", "source": FileSource(path=pressure_file(tmp_path))}
    assert Forcing(river={"creek": creek}, pressure=air).problems(PERIOD, unread) == []
    assert [p.key for p in unread.problems()] == ["domain.mesh.path"]
