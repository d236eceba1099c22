"""Zarr stores in folders, and what tells that one at an address has changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.errors import ConfigError
from rompy_hydra.source import remote
from rompy_hydra.source.file import FileSource
from tests.source.servers import Server
from tests.source.winds import KEY, means, problem, wind, write_zarr

VERSIONS = pytest.mark.parametrize("version", [2, 3])


@pytest.fixture
def store(tmp_path: Path, version: int) -> Path:
    write_zarr(wind(), tmp_path / "wind.zarr", version)
    return tmp_path / "wind.zarr"


@VERSIONS
def test_both_versions_are_read_lazily(store: Path) -> None:
    source = FileSource(path=store)
    assert means(source) == [3, 4, 5, 6, 7]
    with source.open() as data:
        assert not data.u10.variable._in_memory
        assert data.u10.chunks is None  # and without dask


@VERSIONS
def test_a_folder_that_holds_a_store_is_recognised_whatever_its_name(store: Path) -> None:
    renamed = store.rename(store.with_name("winds of 2023"))
    assert means(FileSource(path=renamed)) == [3, 4, 5, 6, 7]
    assert means(FileSource(path=f"{renamed}/")) == [3, 4, 5, 6, 7]


@VERSIONS
def test_stores_are_joined_in_time(store: Path, version: int) -> None:
    later = store.with_name("later.zarr")
    write_zarr(wind(first=5), later, version)
    assert means(FileSource(path=[later, store])) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


@VERSIONS
def test_missing_values_and_packed_numbers_are_read(tmp_path: Path, version: int) -> None:
    field = wind().where(wind().lon > 113)
    encoding = {n: {"dtype": "int16", "scale_factor": 0.5, "_FillValue": -99} for n in ("u10", "v10")}
    field.to_zarr(tmp_path / "w.zarr", zarr_format=version, consolidated=version == 2, encoding=encoding)
    with FileSource(path=tmp_path / "w.zarr").open() as data:
        assert np.isnan(data.u10.values).sum() == 5 * 4
        assert float(data.u10[2].max()) == 5.0


@VERSIONS
def test_a_changed_chunk_is_another_version_and_a_copy_is_another_store(store: Path) -> None:
    source = FileSource(path=store)
    (before,) = source.inputs(KEY)
    assert (before.path, before.name) == (None, str(store))
    chunk = next(p for p in sorted((store / "u10").rglob("*")) if p.is_file() and not p.name.startswith((".", "zarr")))
    chunk.write_bytes(chunk.read_bytes() + b" ")
    (after,) = source.inputs(KEY)
    assert after.version != before.version
    stat = chunk.stat()
    chunk.write_bytes(bytes(stat.st_size))
    os.utime(chunk, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert source.inputs(KEY)[0].version != after.version


@VERSIONS
def test_a_damaged_chunk_is_told_when_it_is_read(store: Path) -> None:
    for chunk in (p for p in (store / "u10").rglob("*") if p.is_file() and not p.name.startswith((".", "zarr"))):
        chunk.write_bytes(chunk.read_bytes()[:10])
    found = problem(FileSource(path=store))
    assert found.key == KEY
    assert "the data cannot be read" in found.message


@VERSIONS
def test_damaged_metadata_are_told(store: Path, version: int) -> None:
    (store / (".zmetadata" if version == 2 else "zarr.json")).write_text("{")
    found = problem(FileSource(path=store))
    assert f"{store} cannot be opened as zarr" in found.message


def test_a_store_without_consolidated_metadata_is_no_reason_for_a_warning(tmp_path: Path) -> None:
    wind().to_zarr(tmp_path / "w.zarr", zarr_format=2, consolidated=False)
    assert means(FileSource(path=tmp_path / "w.zarr")) == [3, 4, 5, 6, 7]


@pytest.mark.parametrize("name", ["empty.zarr", "empty"])
def test_a_folder_that_is_no_store_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    found = problem(FileSource(path=tmp_path / name))
    assert found.message == f"{tmp_path / name} is a folder, expected a file"


def test_a_group_of_a_store_is_chosen_by_the_options(tmp_path: Path) -> None:
    wind().to_zarr(tmp_path / "w.zarr", group="surface", zarr_format=2)
    wind(value=8).to_zarr(tmp_path / "w.zarr", group="top", zarr_format=2, mode="a")
    assert means(FileSource(path=tmp_path / "w.zarr", options={"group": "top"}))[0] == 8
    assert "cannot be opened as zarr" in problem(FileSource(path=tmp_path / "w.zarr", options={"group": "tp"})).message
    assert "it shows no variables" in problem(FileSource(path=tmp_path / "w.zarr")).message


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    write_zarr(wind(), tmp_path / "w.zarr")
    found = problem(FileSource(path=tmp_path / "w.zarr", options={"grup": "top"}), ConfigError)
    assert found.key == f"{KEY}.options"
    assert "grup" in found.message


def test_a_store_that_was_packed_is_told_for_what_it_is(tmp_path: Path) -> None:
    write_zarr(wind(), tmp_path / "w.zarr")
    shutil.make_archive(str(tmp_path / "w"), "zip", tmp_path / "w.zarr")
    assert "looks like a zip archive" in problem(FileSource(path=tmp_path / "w.zip")).message


def test_a_dataset_in_memory_is_untouched_by_what_is_read(tmp_path: Path) -> None:
    write_zarr(wind(), tmp_path / "w.zarr")
    with FileSource(path=tmp_path / "w.zarr").open() as data:
        xr.testing.assert_equal(data.load(), wind())


def test_a_chunk_that_changes_at_an_address_is_noticed_where_the_server_lists_its_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = []
    for mode, value in (("w", 3), ("", 3), ("r+", 8)):
        if mode:
            wind(value=value).to_zarr("memory://changing.zarr", mode=mode, zarr_format=2)
        monkeypatch.setattr(remote, "_known", {})
        (one,) = FileSource(path="memory://changing.zarr").inputs(KEY)
        assert one.identified
        versions.append(one.version)
    assert versions[0] == versions[1] != versions[2]


def test_a_store_at_an_address_whose_files_are_not_listed_is_known_by_its_description_only(http: Server) -> None:
    write_zarr(wind(), http.root / "described.zarr")
    (one,) = FileSource(path=f"{http.url}/described.zarr").inputs(KEY)
    assert one.version
    assert not one.identified
