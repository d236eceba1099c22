"""Files on a web server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rompy_hydra.errors import ConfigError
from rompy_hydra.source import remote
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.cyclone import CycloneSource
from rompy_hydra.source.file import FileSource
from tests.source.servers import Server
from tests.source.winds import KEY, downloads, left_over, means, problem, wind, write_zarr
from tests.storms import straight

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture(autouse=True, scope="module")
def _files(http: Server) -> None:
    wind().to_netcdf(http.root / "wind.nc")
    wind(first=5).to_netcdf(http.root / "wind-later.nc")
    for version in (2, 3):
        write_zarr(wind(), http.root / f"wind{version}.zarr", version)
    (http.root / "level.csv").write_text("time,ssh\n2023-01-01,1.5\n2023-01-02,2.5\n")
    (http.root / "bsh182024.dat").write_text("\n".join([*straight(115, -15), ""]))


def forget_what_was_said() -> None:
    """As a later process would begin."""
    remote._known.clear()


def test_a_file_is_fetched_once_and_then_only_asked_for_its_version(http: Server) -> None:
    source = FileSource(path=f"{http.url}/wind.nc")
    with http.asked() as first:
        assert means(source) == [3, 4, 5, 6, 7]
        assert means(source, "v10") == [3, 4, 5, 6, 7]
    forget_what_was_said()
    with http.asked() as later:
        assert means(source) == [3, 4, 5, 6, 7]
    assert (first, later) == (["HEAD /wind.nc", "GET /wind.nc"], ["HEAD /wind.nc"])
    assert (downloads(), left_over()) == (["wind.nc"], [])


@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize("version", [2, 3])
def test_of_a_zarr_store_only_the_chunks_that_are_needed_are_sent(http: Server, version: int, ending: str) -> None:
    with http.asked() as asked, FileSource(path=f"{http.url}/wind{version}.zarr{ending}").open() as data:
        assert float(data.u10[2].mean()) == 5.0
    chunks = [
        a for a in asked if a.startswith("GET") and "/u10/" in a and not a.endswith((".json", ".zarray", ".zattrs"))
    ]
    assert [c.partition("/u10/")[2] for c in chunks] == ["2.0.0" if version == 2 else "c/2/0/0"]
    assert not any("/v10/" in a and a[-1].isdigit() for a in asked)
    assert downloads() == []


def test_a_table_and_a_best_track_are_fetched_too(http: Server) -> None:
    with CsvSource(path=f"{http.url}/level.csv").open() as level:
        assert level.ssh.values.tolist() == [1.5, 2.5]
    with CycloneSource(path=f"{http.url}/bsh182024.dat").open() as storm:
        assert "eastward_wind" in storm
    assert downloads() == ["bsh182024.dat", "level.csv"]


def test_a_pattern_takes_the_files_that_the_server_lists(http: Server) -> None:
    assert means(FileSource(path=f"{http.url}/wind*.nc")) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_a_pattern_that_fits_nothing_is_told(http: Server) -> None:
    found = problem(FileSource(path=f"{http.url}/wave*.nc"))
    assert (found.key, found.message) == (f"{KEY}.path", f"no file fits the pattern {http.url}/wave*.nc")
    assert "name each of them instead of a pattern" in found.hint


def test_a_pattern_on_a_server_that_is_not_there_is_no_traceback() -> None:
    found = problem(FileSource(path="http://127.0.0.1:1/wind*.nc"))
    assert found.message.startswith("http://127.0.0.1:1/wind*.nc cannot be fetched: ")
    assert "Connect" in found.message


def test_a_store_that_is_not_there_is_told_by_its_own_name(http: Server) -> None:
    found = problem(FileSource(path=f"{http.url}/waves.zarr"))
    assert found.message == f"there is no Zarr store at {http.url}/waves.zarr"


def test_a_table_taken_for_fields_points_to_the_source_for_tables(http: Server) -> None:
    found = problem(FileSource(path=f"{http.url}/level.csv"))
    assert "is not netCDF; it looks like text that begins with 'time,ssh'" in found.message
    assert found.hint == "use source_type: csv for a table"


def test_another_time_of_change_is_another_version(http: Server) -> None:
    path = http.root / "changing.nc"
    wind().to_netcdf(path)
    source = FileSource(path=f"{http.url}/changing.nc")
    versions = [source.inputs(KEY)[0].version]
    assert means(source)[0] == 3
    wind(value=8).to_netcdf(path)
    os.utime(path, (2_000_000_000, 2_000_000_000))  # the server tells whole seconds
    forget_what_was_said()
    versions.append(source.inputs(KEY)[0].version)
    assert means(source)[0] == 8
    assert len(set(versions)) == 2


@pytest.mark.parametrize(
    ("url", "key", "message"),
    [
        ("htp://x.org/wind.nc", "path", "this address is not understood: Protocol not known: htp"),
        ("abc+def://x.org/wind.nc", "path", "this address is not understood"),
    ],
)
def test_an_unknown_kind_of_address_is_wrong_config(url: str, key: str, message: str) -> None:
    found = problem(FileSource(path=url), ConfigError)
    assert found.key == f"{KEY}.{key}"
    assert message in found.message


def test_an_unknown_option_is_wrong_config_and_named(http: Server) -> None:
    found = problem(FileSource(path=f"{http.url}/wind.nc", storage={"anonn": True}), ConfigError)
    assert found.key == f"{KEY}.storage"
    assert "'anonn'" in found.message


def test_a_download_may_last_as_long_as_bytes_arrive(http: Server) -> None:
    fs, _ = remote.filesystem(f"{http.url}/wind.nc", {}, "path")
    patience = fs.client_kwargs["timeout"]
    assert (patience.total, patience.sock_read) == (None, 60.0)  # the library itself ends every one after 5 minutes


def test_file_addresses_are_files_of_this_machine(tmp_path: Path) -> None:
    wind().to_netcdf(tmp_path / "wind.nc")
    source = FileSource(path=f"file://{tmp_path}/win*.nc")
    assert means(source) == [3, 4, 5, 6, 7]
    assert source.inputs(KEY)[0].path == tmp_path / "wind.nc"
