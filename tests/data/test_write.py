"""Cuts on disk: the same bytes whenever they are repeated, and nothing where the disk is full."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.hashing import files_below
from rompy_hydra.core.lazy import LazyArray
from rompy_hydra.core.mesh import Ints
from rompy_hydra.core.store import Store
from rompy_hydra.data.quantities import QUANTITIES
from rompy_hydra.data.understand import Understood
from rompy_hydra.data.write import write_netcdf
from rompy_hydra.errors import DataError
from tests.data.lookalike import SIX_HOURS, air, cut_of, domain, forcing

WIND = ("eastward_wind", "northward_wind")


def understood(data: xr.Dataset) -> list[xr.DataArray]:
    found = Understood(data, "forcing.wind.source")
    return [found.field(QUANTITIES[name]) for name in WIND]


def written(path: Path, data: xr.Dataset, **fields: Any) -> xr.Dataset:
    write_netcdf(path, understood(data), {"title": "wind"}, "forcing.wind.source", **fields)
    with xr.open_dataset(path) as found:
        return found.load()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_what_is_written_is_what_was_there(tmp_path: Path, dtype: str):
    data = air(dtype=dtype).isel(lat=slice(None, None, -1))
    found = written(tmp_path / "a.nc", data)
    assert found.eastward_wind.dtype == dtype
    there = data.sortby("lat")
    assert found.eastward_wind.values.tobytes() == there.u10.values.tobytes()
    assert found.northward_wind.values.tobytes() == there.v10.values.tobytes()
    assert found.time.values.tolist() == there.time.values.tolist()
    assert found.eastward_wind.attrs["units"] == "m s-1"
    assert found.lon.attrs["units"] == "degrees_east"
    assert found.attrs == {"Conventions": "CF-1.11", "title": "wind"}


def test_missing_values_stay_missing(tmp_path: Path):
    data = air().where(lambda d: d.lon > 115)
    data.u10.attrs["units"] = data.v10.attrs["units"] = "m/s"
    assert np.array_equal(written(tmp_path / "a.nc", data).eastward_wind.values, data.u10.values, equal_nan=True)


@pytest.mark.parametrize("budget", [1, 10_000, 2**24])
def test_the_bytes_do_not_depend_on_when_or_in_which_blocks_it_is_written(tmp_path: Path, budget: int):
    data = air(dtype="f4")
    written(tmp_path / "first.nc", data)
    written(tmp_path / "again.nc", data, budget=budget)
    assert (tmp_path / "first.nc").read_bytes() == (tmp_path / "again.nc").read_bytes()


def test_a_cut_that_is_made_again_has_the_same_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    found = []
    for name in ("one", "two"):
        monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / name))
        cut_of(air(), domain())
        (entry,) = Store().entries()
        found.append((entry.digest, entry.crc32))
    assert found[0] == found[1]


def test_a_curvilinear_cut_keeps_its_coordinates(tmp_path: Path):
    from tests.data.test_places import curvilinear

    data = curvilinear()
    found = written(tmp_path / "a.nc", data)
    assert found.eastward_wind.dims == ("time", "j", "i")
    assert np.array_equal(found.lon.values, data.lon.values)
    assert set(found.coords) == {"time", "lon", "lat"}


class Growing(LazyArray):
    """Numbers whose reading fills the disk, as another program may do in the meantime."""

    def __init__(self, shape: tuple[int, ...], filler: Path | None = None, fills_from: int = 0):
        self.shape, self.dtype, self.filler, self.fills_from = shape, np.dtype("f4"), filler, fills_from

    def read(self, wanted: list[Ints]) -> Any:
        if self.filler is not None and wanted[0][-1] >= self.fills_from:
            with self.filler.open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(b"0" * 4096)
        return np.zeros([len(w) for w in wanted], np.float32)


def growing(shape: tuple[int, ...], filler: Path | None = None, fills_from: int = 0) -> list[xr.DataArray]:
    coords = {
        "time": np.datetime64("2023-01-01", "ns") + np.arange(shape[0]) * np.timedelta64(1, "h"),
        "lat": np.arange(float(shape[1])),
        "lon": np.arange(float(shape[2])),
    }
    lazy = Growing(shape, filler, fills_from).as_variable(("time", "lat", "lon"), {"units": "m/s"})
    return understood(xr.Dataset({"u10": lazy, "v10": lazy}, coords))


def test_a_disk_without_room_is_told_before_anything_is_written(small_disk: Path):
    with pytest.raises(DataError) as caught:
        write_netcdf(small_disk / "a.nc", growing((10, 300, 300)), {}, "forcing.wind.source")
    (problem,) = caught.value.problems
    assert problem.key == "forcing.wind.source"
    assert problem.message == (
        f"the cut of eastward_wind, northward_wind needs 7.2 MB, the disk of {small_disk} has 2.1 MB free"
    )
    assert "rompy-hydra cache prune" in problem.hint
    assert files_below(small_disk) == []


@pytest.mark.parametrize("fills_from", [0, 5])
def test_a_disk_that_fills_up_on_the_way_leaves_nothing_and_is_told_with_numbers(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, fills_from: int
):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(small_disk))
    arrays = growing((20, 100, 100), small_disk / "filler", fills_from)

    def make(path: Path) -> None:
        write_netcdf(path, arrays, {}, "forcing.wind.source", budget=200_000)

    with pytest.raises(DataError) as caught:
        Store().get("cut", {"a": 1}, "cut.nc", make)
    message = caught.value.problems[0].message
    assert message.startswith("the cut of eastward_wind, northward_wind needs 1.6 MB, the disk of ")
    assert message.endswith(" 0 B free")
    assert str(small_disk) in message
    assert [f for f in files_below(small_disk) if not f.startswith("locks/")] == ["filler"]
    (small_disk / "filler").unlink()
    assert shutil.disk_usage(small_disk).free > 2_000_000  # no space is held by what cannot be seen


@contextmanager
def no_file_above(count: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_quota_is_told_as_what_it_is_and_not_as_damaged_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "cache"))
    with no_file_above(20_000), pytest.raises(DataError) as caught:
        cut_of(air(), domain(113.5, -34.0, 3.5))
    message = str(caught.value)
    assert "forcing.wind.source: the cut of eastward_wind, northward_wind cannot be written: " in message
    assert "damaged" not in message
    assert [f for f in files_below(tmp_path / "cache") if not f.startswith("locks/")] == []


def test_damaged_data_are_told_as_such_and_not_as_a_full_disk(tmp_path: Path):
    path = tmp_path / "wind.nc"
    encoding = {n: {"zlib": True, "chunksizes": (1, 21, 21)} for n in ("u10", "v10")}
    air().to_netcdf(path, encoding=encoding)
    with xr.open_dataset(path) as data:
        assert forcing(path).problems(SIX_HOURS, domain()) == []
        good = data.u10.nbytes
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + good // 4] = bytes(good // 4)
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        cut_of(path, domain())
    assert "forcing.wind.source: the data cannot be read: " in str(caught.value)
    assert "cut.nc" not in str(caught.value)
