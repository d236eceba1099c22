"""netCDF files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.errors import ConfigError, DataError
from rompy_hydra.source.base import opened
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.file import FileSource
from tests.source.experiments import Command, write_experiment
from tests.source.winds import means, problem, wind


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


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        (
            {"units": "months since 2023-01-01"},
            "time.nc has times that cannot be understood: unable to decode time units",
        ),
        ({"units": "days since 0000-01-01"}, "has times that cannot be understood"),
        ({"units": "days since 2023-01-01", "calendar": "tai"}, "has times that cannot be understood"),
        ({"units": "m", "scale_factor": [0.01, 0.02]}, "has attributes that are no single number"),
    ],
)
def test_a_whole_file_with_wrong_attributes_is_not_told_to_be_damaged(tmp_path: Path, attributes, told: str):
    xr.Dataset({"time": ("time", np.arange(3.0), attributes)}).to_netcdf(tmp_path / "time.nc")
    message = refused(tmp_path / "time.nc")
    assert told in message
    assert "damaged" not in message
    assert "Try opening" not in message


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


@pytest.mark.parametrize(
    "name", ["with space.nc", "a#b.nc", "100%25.nc", "year=2023&month=1.nc", "wind[1].nc", "växa.nc"]
)
def test_any_name_of_a_file_will_do(tmp_path: Path, name: str):
    folder = tmp_path / "we ird #1 [x]"
    folder.mkdir()
    wind().to_netcdf(folder / name)
    assert means(FileSource(path=folder / name)) == [3, 4, 5, 6, 7]
    assert means(FileSource(path=[folder / name])) == [3, 4, 5, 6, 7]
    assert FileSource(path=folder / name).inputs("k")[0].path == folder / name


def test_home_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    wind().to_netcdf(tmp_path / "wind.nc")
    for path in ("~/wind.nc", "~/wi*.nc", Path("~/wind.nc")):
        source = FileSource(path=path)
        assert means(source) == [3, 4, 5, 6, 7]
        assert source.inputs("k")[0].path == tmp_path / "wind.nc"


def test_a_missing_relative_path_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert f"no such file: wind.nc (below {tmp_path})" in refused(Path("wind.nc"))


@pytest.mark.parametrize("name", ["x" * 300, "a\0b.nc"])
def test_a_name_that_no_file_can_have_is_no_traceback(name: str):
    assert "path: " in refused(Path(name))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path):
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    path = tmp_path / "wind.nc"
    wind().to_netcdf(path)
    path.chmod(0)
    found = problem(FileSource(path=path))
    assert (found.message, found.hint) == (f"{path} cannot be read: Permission denied", "check its permissions")


def test_a_folder_that_may_not_be_entered_is_told(tmp_path: Path):
    if os.geteuid() == 0:
        pytest.skip("root may enter every folder")
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0)
    assert "Permission denied" in refused(tmp_path / "closed" / "wind.nc")


def test_a_group_of_a_file_is_chosen_by_the_options(tmp_path: Path):
    path = tmp_path / "wind.nc"
    wind().to_netcdf(path, group="surface")
    assert means(FileSource(path=path, options={"group": "/surface"})) == [3, 4, 5, 6, 7]
    found = problem(FileSource(path=path, options={"group": "/surfce"}))
    assert "group not found: surfce" in found.message
    assert "these options are not right: {'group': '/surfce'}" in found.hint


def test_an_unknown_option_is_wrong_config_with_the_key_of_the_source(tmp_path: Path):
    wind().to_netcdf(tmp_path / "wind.nc")
    found = problem(FileSource(path=tmp_path / "wind.nc", options={"grup": "/"}), ConfigError)
    assert found.key == "forcing.wind.source.options"


@pytest.mark.parametrize("kind", ["NETCDF3_CLASSIC", "NETCDF3_64BIT", "NETCDF4_CLASSIC", "NETCDF4"])
def test_every_kind_of_netcdf_is_read_lazily_whatever_its_ending(tmp_path: Path, kind: str):
    path = tmp_path / "wind.dat"
    wind().to_netcdf(path, format=kind)
    assert means(FileSource(path=path)) == [3, 4, 5, 6, 7]
    with FileSource(path=path).open() as data:
        assert not data.u10.variable._in_memory


def test_another_format_than_the_file_has_is_told_with_the_right_one(tmp_path: Path):
    path = tmp_path / "wind.nc"
    wind().to_netcdf(path)
    found = problem(FileSource(path=path, format="zarr"))
    assert (found.message, found.hint) == (
        f"{path} is not a Zarr store; it looks like netCDF-4 or HDF5",
        "it is format: netcdf",
    )


def test_a_disk_that_is_full_while_data_are_read_is_not_taken_for_damage(bathy: Path, small_disk: Path):
    with pytest.raises(OSError, match="No space left"), opened(FileSource(path=bathy), "domain.bathymetry.source"):
        (small_disk / "written meanwhile").write_bytes(bytes(3_000_000))


@pytest.mark.parametrize("path", ["", "  ", [], ["a.nc", ""]])
def test_no_path_at_all_is_wrong_config(path):
    with pytest.raises(ValidationError):
        FileSource(path=path)


@pytest.mark.parametrize("source", [FileSource, CsvSource])
def test_a_pipe_is_no_file(tmp_path: Path, source: Any) -> None:
    os.mkfifo(tmp_path / "wind.nc")
    found = problem(source(path=str(tmp_path / "wind.nc")))
    assert found.message == f"{tmp_path / 'wind.nc'} is no regular file, but a device or a pipe"


def test_files_of_one_name_in_two_folders_have_two_pictures(command: Command) -> None:
    for folder in ("a", "b"):
        (command.folder / folder).mkdir()
        wind().to_netcdf(command.folder / folder / "wind.nc")
        assert f"picture: outputs/data/{folder}_wind.nc.png" in command("data", f"{folder}/wind.nc").out
    assert len(list((command.folder / "outputs/data").iterdir())) == 2


def test_explain_says_that_it_could_not_look_at_the_data(command: Command) -> None:
    experiment = write_experiment(command.folder, {"source_type": "file", "path": "gone.nc"})
    found = command("explain", "forcing.wind", experiment)
    assert found.code == 0
    assert found.err == "rompy-hydra: the data were not looked at; rompy-hydra check says why\n"
