"""Several files as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.source.file import FileSource
from tests.source.winds import KEY, means, problem, wind

PACKED = {"dtype": "int16", "_FillValue": -32767}


@pytest.fixture
def write(tmp_path: Path):
    def save(name: str, data: xr.Dataset, **how: Any) -> str:
        data.to_netcdf(tmp_path / name, **how)
        return str(tmp_path / name)

    return save


def test_files_are_put_in_the_order_of_their_times_whatever_their_names(write, tmp_path: Path) -> None:
    files = [write("a.nc", wind(3, 6)), write("b.nc", wind(3, 0)), write("c.nc", wind(3, 3))]
    expected = [float(v) for v in range(3, 12)]
    assert means(FileSource(path=files)) == expected
    assert means(FileSource(path=str(tmp_path / "[a-c].nc"))) == expected
    assert [i.path.name for i in FileSource(path=tmp_path / "?.nc").inputs(KEY) if i.path] == ["a.nc", "b.nc", "c.nc"]


def test_only_the_file_that_is_asked_for_is_read(write) -> None:
    noise = np.random.default_rng(0).normal(size=(6, 100, 100))
    times = np.datetime64("2023-01-01", "ns") + np.arange(6) * np.timedelta64(1, "h")
    data = xr.Dataset({"u10": (("time", "y", "x"), noise)}, {"time": times})
    parts = [data.isel(time=slice(0, 3)), data.isel(time=slice(3, 6))]
    files = [write(f"{i}.nc", part, encoding={"u10": {"zlib": True}}) for i, part in enumerate(parts)]
    damaged = bytearray(Path(files[1]).read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 2000] = bytes(2000)
    Path(files[1]).write_bytes(damaged)
    source = FileSource(path=files)
    with source.open() as found:
        assert float(found.u10[2, 3, 4]) == noise[2, 3, 4]
    assert "the data cannot be read" in problem(source).message


def test_times_that_two_files_share_are_taken_once(write) -> None:
    files = [write("a.nc", wind(4, 0)), write("b.nc", wind(4, 2)), write("c.nc", wind(2, 1))]
    assert means(FileSource(path=files)) == [3, 4, 5, 6, 7, 8]
    assert means(FileSource(path=[files[0], files[0]])) == [3, 4, 5, 6]


def test_missing_values_that_two_files_share_are_the_same(write) -> None:
    data = wind(4, 0).where(wind(4, 0).lon > 113)
    files = [write("a.nc", data), write("b.nc", data.isel(time=[2, 3]))]
    with FileSource(path=files).open() as found:
        assert found.sizes["time"] == 4


@pytest.mark.parametrize(("first", "span"), [(2, "times 2023-01-01T02:00:00 .. 2023-01-01T03:00:00"), (3, "time 20")])
def test_shared_times_with_other_values_are_several_versions(write, first: int, span: str) -> None:
    files = [write("a.nc", wind(4, 0)), write("b.nc", wind(4, first, value=8))]
    found = problem(FileSource(path=files))
    assert found.key == f"{KEY}.path"
    assert f"a.nc and {files[1]} both have the {span}" in found.message
    assert "with different values" in found.message
    assert "several forecasts or versions" in found.hint


def test_files_whose_times_interleave_are_told_so(write) -> None:
    files = [write("even.nc", wind(6, 0).isel(time=[0, 2, 4])), write("odd.nc", wind(6, 0).isel(time=[1, 3, 5]))]
    message = problem(FileSource(path=files)).message
    assert message == f"{files[0]} and {files[1]} overlap from 2023-01-01T01:00:00 on, and share no time there"


def test_each_file_is_unpacked_by_its_own_numbers(write) -> None:
    how = [{n: {**PACKED, "scale_factor": s, "add_offset": 5.0} for n in ("u10", "v10")} for s in (0.01, 0.5)]
    files = [write(f"{i}.nc", wind(3, 3 * i), encoding=encoding) for i, encoding in enumerate(how)]
    assert means(FileSource(path=files)) == pytest.approx([3, 4, 5, 6, 7, 8])


def test_units_that_differ_are_refused(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3, units="knots"))]
    found = problem(FileSource(path=files))
    assert found.message == f"u10 has units m s-1 in {files[0]}, knots in {files[1]}"


@pytest.mark.parametrize(
    ("attribute", "one", "other"),
    [
        ("units", "knots", None),
        ("units", None, "m s-1"),
        ("standard_name", "wind_from_direction", "wind_to_direction"),
        ("standard_name", "wind_from_direction", None),
        ("positive", "down", "up"),
    ],
)
def test_what_numbers_mean_is_said_alike_in_all_files(
    write, attribute: str, one: str | None, other: str | None
) -> None:
    files = []
    for first, value in ((0, one), (3, other)):
        data = wind(3, first, names=("u10",))
        data.u10.attrs = {k: v for k, v in {**data.u10.attrs, attribute: value}.items() if v is not None}
        files.append(write(f"{first}.nc", data))
    message = problem(FileSource(path=files)).message
    assert message == f"u10 has {attribute} {one or 'none'} in {files[0]}, {other or 'none'} in {files[1]}"


@pytest.mark.parametrize(("one", "other"), [("m s-1", "m s**-1"), ("m/s", "m s-1")])
def test_units_that_are_spelled_otherwise_are_the_same(write, one: str, other: str) -> None:
    files = [write("a.nc", wind(3, 0, units=one)), write("b.nc", wind(3, 3, units=other))]
    assert means(FileSource(path=files)) == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.assign_coords(lat=d.lat + 0.5), "have different coordinates lat"),
        (lambda d: d.isel(lat=slice(None, None, -1)), "have different coordinates lat"),
        (lambda d: d.isel(lon=slice(1, None)), "have different coordinates lon"),
        (lambda d: d.drop_vars("lat").isel(lat=slice(None, None, -1)), "different coordinates: lat is in one of them"),
        (
            lambda d: d.assign_coords(expver=("time", ["1", "1", "5"])),
            "different coordinates: expver is in one of them",
        ),
        (lambda d: d.assign_coords(height=10.0), "different coordinates: height is in one of them only"),
        (lambda d: d.expand_dims(number=[0], axis=1), "different coordinates: number is in one of them only"),
        (
            lambda d: d.expand_dims(member=2, axis=1),
            "different dimensions of u10: time, lat, lon and time, member, lat",
        ),
    ],
)
def test_files_on_different_grids_are_refused(write, change, message: str) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", change(wind(3, 3)))]
    found = problem(FileSource(path=files))
    assert message in found.message
    assert found.hint.startswith("join files of one grid")
    problem(FileSource(path=[write("a.nc", change(wind(3, 0))), write("b.nc", wind(3, 3))]))


def on_a_plane(data: xr.Dataset, east: float = 0.0, north: float = 0.0, **attributes: Any) -> xr.Dataset:
    """Longitudes and latitudes as plain variables that do not change, and a grid mapping."""
    lon, lat = np.meshgrid(data.lon.values + east, data.lat.values + north)
    lon[0, 0] = np.nan
    plane = data.drop_vars(["lon", "lat"]).rename(lon="x", lat="y")
    mapping = ((), np.int32(0), {"grid_mapping_name": "lambert_conformal_conic", **attributes})
    return plane.assign(nav_lon=(("y", "x"), lon), nav_lat=(("y", "x"), lat), crs=mapping)


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ({"east": 40}, "nav_lon"),
        ({"north": 1}, "nav_lat"),
        ({"standard_parallel": np.array([-30.0, -60.0])}, "crs"),
    ],
)
def test_variables_that_do_not_change_in_time_are_the_same_in_all_files(write, other: Any, name: str) -> None:
    a = write("a.nc", on_a_plane(wind(3, 0)))
    same = write("b.nc", on_a_plane(wind(3, 3)))
    assert means(FileSource(path=[a, same])) == [3, 4, 5, 6, 7, 8]
    found = problem(FileSource(path=[a, write("c.nc", on_a_plane(wind(3, 3), **other))]))
    assert f"have different values of {name}, which does not change in time" in found.message


def test_sizes_that_differ_are_told(write) -> None:
    files = [write(f"{first}.nc", wind(3, first).drop_vars("lat").isel(lat=slice(first, None))) for first in (0, 3)]
    assert "have different sizes: lat 4 and 1" in problem(FileSource(path=files)).message


def test_files_of_one_time_each_are_joined_and_read_when_they_are_asked_for(write) -> None:
    files = [write(f"{i}.nc", on_a_plane(wind(1, i)).isel(time=0)) for i in (2, 0, 1)]
    files.append(write("later.nc", on_a_plane(wind(2, 3))))
    source = FileSource(path=files)
    assert means(source) == [3, 4, 5, 6, 7]
    with source.open() as data:
        assert not data.u10.variable._in_memory
        assert data.u10.dims == ("time", "y", "x")
        assert (data.crs.dims, data.u10.attrs) == ((), {"units": "m s-1"})


def test_files_of_one_time_that_is_not_named_alike_are_told(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3).rename(time="valid_time"))]
    found = problem(FileSource(path=files)).message
    assert f"the times have different names: {files[0]} has them along time" in found
    assert f"{files[1]} has them along valid_time" in found


def test_a_file_without_any_time_adds_nothing(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3)), write("c.nc", wind(3, 6).isel(time=slice(0, 0)))]
    assert means(FileSource(path=files)) == [3, 4, 5, 6, 7, 8]
    assert means(FileSource(path=[files[2], files[2]])) == []


def test_steps_of_a_forecast_are_joined_along_the_time_for_which_they_hold(write) -> None:
    files = []
    for i in range(3):
        step = wind(1, i).rename(time="valid_time").isel(valid_time=0).assign_coords(step=float(i), time=wind().time[0])
        step.step.attrs["standard_name"] = "forecast_period"
        files.append(write(f"{i}.nc", step))
    with FileSource(path=files).open() as data:
        assert data.u10.dims == ("valid_time", "lat", "lon")
        assert data.u10.mean(("lat", "lon")).values.tolist() == [3, 4, 5]
        assert data.step.values.tolist() == [0, 1, 2]
        assert data.time.ndim == 0


@pytest.mark.parametrize("order", [("lon", "lat", "time"), ("time", "lon", "lat")])
def test_places_in_another_order_are_put_in_order(write, order: tuple[str, ...]) -> None:
    square = [wind(3, first).isel(lon=slice(0, 4)) + np.arange(4.0)[:, None] for first in (0, 3)]
    whole = xr.concat(square, "time")
    files = [write("a.nc", square[0]), write("b.nc", square[1].transpose(*order))]
    with FileSource(path=files).open() as data:
        xr.testing.assert_equal(data.u10.load(), whole.u10)


def test_coordinates_of_files_side_by_side_are_in_both(write) -> None:
    upside_down = wind(names=("v10",)).isel(lat=slice(None, None, -1)).drop_vars("lat")
    files = [write("a.nc", wind(names=("u10",))), write("b.nc", upside_down)]
    assert "have different coordinates: lat" in problem(FileSource(path=files)).message


def test_dimensions_in_another_order_are_put_in_order(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3).transpose("lat", "lon", "time"))]
    assert means(FileSource(path=files)) == [3, 4, 5, 6, 7, 8]


def test_files_with_other_variables_are_put_side_by_side(write) -> None:
    shared = xr.DataArray(np.int32(7), attrs={"grid_mapping_name": "latitude_longitude"})
    wind_file = write("wind.nc", wind().assign(crs=shared))
    files = [wind_file, write("msl.nc", wind(names=("msl",), units="Pa").assign(crs=shared))]
    source = FileSource(path=files)
    assert means(source) == means(source, "msl") == [3, 4, 5, 6, 7]


def test_months_of_two_variables_are_joined_both_ways(write) -> None:
    files = [write(f"{n}{first}.nc", wind(3, first, names=(n,))) for n in ("u10", "v10") for first in (3, 0)]
    source = FileSource(path=files)
    assert means(source) == means(source, "v10") == [3, 4, 5, 6, 7, 8]


def test_other_variables_at_other_times_cannot_be_put_side_by_side(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3, names=("msl",)))]
    found = problem(FileSource(path=files))
    assert f"{files[0]} and {files[1]} cannot be put side by side" in found.message
    assert "'time'" in found.message


def test_a_file_that_lacks_a_variable_of_the_others_is_named(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3, names=("u10",)))]
    assert problem(FileSource(path=files)).message == f"{files[0]} and {files[1]} both have u10, but not both v10"


def test_files_without_a_time_cannot_be_joined(write) -> None:
    files = [write(f"{first}.nc", wind(3, first).isel(time=0, drop=True)) for first in (0, 3)]
    found = problem(FileSource(path=files))
    assert "hold the same variables (u10, v10) and no time along which to join" in found.message


def test_calendars_that_differ_are_told_with_their_files(write) -> None:
    files = [write("a.nc", wind(3, 0)), write("b.nc", wind(3, 3).convert_calendar("noleap", dim="time"))]
    found = problem(FileSource(path=files))
    assert f"{files[0]} is in the standard calendar" in found.message
    assert f"{files[1]} is in calendar noleap" in found.message


def test_one_unreadable_file_closes_the_others_and_is_named(write, tmp_path: Path) -> None:
    good = write("a.nc", wind(3, 0))
    (tmp_path / "b.nc").write_text("gone")
    found = problem(FileSource(path=[good, str(tmp_path / "b.nc")]))
    assert f"{tmp_path / 'b.nc'} is not netCDF" in found.message
    Path(good).unlink()
    wind(2, 0).to_netcdf(good)  # which HDF5 would refuse of a file that is still open
    assert means(FileSource(path=good)) == [3, 4]


def test_a_pattern_that_fits_nothing_names_what_is_there(write, tmp_path: Path) -> None:
    write("wind-2023.nc", wind())
    found = problem(FileSource(path=str(tmp_path / "winds-*.nc")))
    assert found.message == f"no file fits the pattern {tmp_path}/winds-*.nc"
    assert "wind-2023.nc" in found.hint
