"""What a source holds, and what stands in the way of using it."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.proj import CRS
from rompy_hydra.data.describe import describe
from tests.data.lookalike import air


def faults(data: xr.Dataset) -> list[str]:
    return describe(data, "wind", "source").faults


def test_data_without_fault_have_none():
    assert faults(air()) == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (9.96921e36, "9.96921e+36 m s-1, expected -120 .. 120 m s-1"),
        (-99.0, "u10 is -99, far from all other values"),
        (np.inf, "u10 is infinite at 441 of its values"),
    ],
)
def test_what_would_be_refused_in_a_run_is_a_fault(value: float, told: str):
    data = air()
    data.u10[3] = value
    (fault,) = faults(data)
    assert told in fault


def test_a_variable_without_any_value_is_a_fault():
    data = air()
    data["u10"] = data.u10 * np.nan
    assert faults(data) == ["u10 is nothing but NaN"]


def test_a_huge_number_is_a_fault_of_any_variable():
    data = air().assign(strange=("time", [1e20, *range(8)]))
    assert faults(data) == ["strange reaches 1e+20: is that a fill value that nothing marks?"]


def test_variables_of_other_types_do_not_hide_the_rest(tmp_path: Path):
    with netCDF4.Dataset(tmp_path / "a.nc", "w") as file:
        file.createDimension("x", 3)
        lists = file.createVariable("lists", file.createVLType(np.int32, "list_of_int"), ("x",))
        lists[0] = np.array([1, 2], "i4")
        file.createVariable("pairs", file.createCompoundType(np.dtype([("a", "f4"), ("b", "i4")]), "pair"), ("x",))
        file.createVariable("kind", file.createEnumType(np.uint8, "kinds", {"A": 0, "B": 1}), ("x",), fill_value=0)[
            :
        ] = 1
        file.createVariable("plain", "f4", ("x",))[:] = 7.0
    with xr.open_dataset(tmp_path / "a.nc") as data:
        found = describe(data, "odd", "source")
    assert found.faults == ["a variable holds lists of numbers, expected numbers"]
    assert {v.name for v in found.variables} == {"pairs", "kind", "plain"}


@pytest.mark.parametrize(("crs", "told"), [("EPSG:32750", "in EPSG:32750"), (None, "its reference system is not told")])
def test_the_reference_system_of_x_and_y_is_told(crs: str | None, told: str):
    data = xr.Dataset({"slope": (("y", "x"), np.ones((3, 4)))}, {"x": np.arange(4) * 1e3, "y": np.arange(3) * 1e3})
    if crs:
        data = data.assign_coords(spatial_ref=((), 0, {"crs_wkt": CRS(crs).to_wkt()}))
        data.slope.attrs["grid_mapping"] = "spatial_ref"
    (variable,) = describe(data, "slope", "source").variables
    assert variable.note == told
    assert variable.dims == "y 3 x x 4"


def test_x_and_y_that_are_longitudes_and_latitudes_are_shown_as_such():
    data = xr.Dataset({"slope": (("y", "x"), np.ones((3, 4)))}, {"x": 115.0 + np.arange(4), "y": -32.0 + np.arange(3)})
    data = data.assign_coords(spatial_ref=((), 0, {"crs_wkt": CRS("EPSG:4326").to_wkt()}))
    data.slope.attrs["grid_mapping"] = "spatial_ref"
    (variable,) = describe(data, "slope", "source").variables
    assert (variable.dims, variable.note) == ("lat 3 x lon 4", "")
