"""netCDF files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.errors import DataError
from rompy_hydra.source.base import opened
from rompy_hydra.source.file import FileSource


@pytest.fixture
def bathy(tmp_path: Path) -> Path:
    path = tmp_path / "bathy.nc"
    z = np.arange(1_000_000.0).reshape(1000, 1000)
    xr.Dataset({"z": (("y", "x"), z)}).to_netcdf(path, encoding={"z": {"zlib": True}})
    return path


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        FileSource(path=path).open()
    return str(caught.value)


def test_a_file_is_opened_lazily(bathy: Path):
    with FileSource(path=bathy).open() as data:
        assert not data.z.variable._in_memory
        assert float(data.z[3, 4]) == 3004.0


def test_a_relative_path_is_relative_to_the_current_directory(bathy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(bathy.parent)
    FileSource(path="bathy.nc").open().close()


def test_a_missing_file_is_refused_with_the_nearest_name(bathy: Path):
    message = refused(bathy.with_name("bathi.nc"))
    assert message.startswith("path: no such file")
    assert "did you mean bathy.nc?" in message


def test_a_missing_folder_is_named_with_the_part_that_exists(bathy: Path):
    message = refused(bathy.parent / "there" / "bathy.nc")
    assert f"{bathy.parent / 'there'} does not exist; {bathy.parent} does" in message


def test_a_folder_is_not_a_file(bathy: Path):
    assert "is a folder" in refused(bathy.parent)


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"time,level\n1,2\n", "text that begins with 'time,level'"),
        (b"<!DOCTYPE html><html>", "a web page, perhaps of a failed download"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a git-lfs pointer"),
        (b"", "an empty file"),
        (b"\x00\x01\x02\x03", "unknown binary data"),
    ],
)
def test_what_is_not_netcdf_is_told_for_what_it_is(tmp_path: Path, content: bytes, looks: str):
    path = tmp_path / "wind.nc"
    path.write_bytes(content)
    assert f"is not netCDF; it looks like {looks}" in refused(path)


def test_grib_that_is_damaged_is_told_as_such(tmp_path: Path):
    path = tmp_path / "wind.nc"
    path.write_bytes(b"GRIB\x00\x00")
    assert "wind.nc begins like GRIB but cannot be read" in refused(path)


def test_a_file_cut_short_is_told_to_be_damaged(bathy: Path):
    bathy.write_bytes(bathy.read_bytes()[:5000])
    message = refused(bathy)
    assert "begins like netCDF-4" in message
    assert "damaged or cut short" in message


def test_damage_that_shows_only_in_the_values_names_the_key(bathy: Path):
    content = bytearray(bathy.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    bathy.write_bytes(content)
    with pytest.raises(DataError, match=r"domain\.bathymetry\.source: the data cannot be read"):  # noqa: SIM117
        with opened(FileSource(path=bathy), "domain.bathymetry.source") as data:
            data.z.values.sum()


def test_problems_get_the_key_of_the_source(tmp_path: Path):
    with (
        pytest.raises(DataError, match=r"forcing\.wind\.source\.path: no such file"),
        opened(FileSource(path=tmp_path / "wind.nc"), "forcing.wind.source"),
    ):
        pass
