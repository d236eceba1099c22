"""What web servers do wrong, and what is said of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from rompy_hydra.core import secrets
from rompy_hydra.core.node import FOR_SCIENCE
from rompy_hydra.core.store import Store
from rompy_hydra.errors import ConfigError, DataError
from rompy_hydra.source import remote
from rompy_hydra.source.file import FileSource
from tests.source.servers import Server
from tests.source.troubled_http import TOKEN
from tests.source.winds import KEY, downloads, left_over, means, problem, wind, write_zarr

pytestmark = pytest.mark.usefixtures("cache")
FIELDS = [3, 4, 5, 6, 7]


@pytest.fixture(autouse=True, scope="module")
def _files(troubled: Server) -> None:
    wind().to_netcdf(troubled.root / "wind.nc")
    write_zarr(wind(), troubled.root / "wind.zarr", 2)
    write_zarr(wind(), troubled.root / "listed.zarr", 3)


def at(server: Server, trouble: str, name: str = "wind.nc", **options: Any) -> FileSource:
    return FileSource(path=f"{server.url}/{trouble}/{name}", **options)


@pytest.mark.parametrize(
    ("trouble", "message", "hint"),
    [
        (
            "401",
            "may not be read: the server answers 401 Unauthorized",
            "check the credential, it may be wrong or have",
        ),
        ("403", "may not be read: the server answers 403 Forbidden", "storage: {headers: {Authorization:"),
        ("404", "there is nothing at ", "check the address"),
        ("410", "cannot be fetched: the server answers 410 Gone", "check the address"),
        ("500", "cannot be fetched: the server answers 500 Internal Server Error", "try again later"),
        ("503", "cannot be fetched: the server answers 503 Service Unavailable", "the server is in trouble"),
        ("cut", "cannot be fetched: ", "check the address and the network, and try again later"),
        ("long", "cannot be fetched: it was cut short: ", "try again later"),
        ("short", "wind.nc", "again"),  # too short a length gives half of a file, or an answer that goes on
    ],
)
def test_it_is_told_with_the_key_the_address_the_answer_and_what_to_do(
    troubled: Server, trouble: str, message: str, hint: str
) -> None:
    found = problem(at(troubled, trouble))
    assert found.key == f"{KEY}.path"
    assert f"{troubled.url}/{trouble}/wind.nc" in found.message
    assert message in found.message
    assert "\n" not in found.message
    assert hint in found.hint
    assert (downloads(), left_over()) == ([], [])


def test_a_server_that_recovers_is_asked_again(troubled: Server, caplog: pytest.LogCaptureFixture) -> None:
    with troubled.asked() as asked:
        assert means(at(troubled, "500x3")) == FIELDS
    assert asked == ["HEAD /500x3/wind.nc", "GET /500x3/wind.nc"] * 2 + ["GET /500x3/wind.nc"]
    (warning,) = caplog.messages
    assert warning.endswith("the server answers 500 Internal Server Error; trying again in 0.01 s")


@pytest.mark.parametrize("trouble", ["503", "cut", "404", "403"])
def test_a_server_that_does_not_recover_is_given_up(troubled: Server, trouble: str) -> None:
    with troubled.asked() as asked:
        problem(at(troubled, trouble))
    attempts = 3 if trouble in ("503", "cut") else 1
    assert sum(a.startswith("GET") for a in asked) == attempts


def test_what_was_refused_is_not_asked_for_again_at_once(troubled: Server) -> None:
    source = at(troubled, "503", "again.nc")
    problem(source)
    with troubled.asked() as asked:
        assert problem(source).key == f"{KEY}.path"
        assert source.inputs("forcing.pressure.source")[0].version == ""
    assert asked == []


def test_a_server_that_says_nothing_is_given_up(troubled: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SILENCE_S", 0.2)
    found = problem(at(troubled, "silent"))
    assert "Timeout" in found.message
    assert left_over() == []


def test_a_server_without_head_is_asked_in_another_way(troubled: Server) -> None:
    assert means(at(troubled, "nohead")) == FIELDS


@pytest.mark.parametrize("secret", ["token", "sig", "X-Amz-Signature"])
def test_a_credential_in_the_address_is_used_and_never_shown(troubled: Server, secret: str) -> None:
    address = f"{troubled.url}/token/wind.nc?token={TOKEN}&{secret}=hunter3"
    source = FileSource(path=address)
    if secret != "token":
        assert means(source) == FIELDS
    wrong = problem(FileSource(path=address.replace(TOKEN, "hunter2")))
    shown = [str(wrong), repr(source), source.inputs(KEY)[0].name, str(source.model_dump(context={"state": "science"}))]
    kept = "".join(p.read_text() for p in remote.Store().root.rglob("entry.json"))
    assert "the server answers 403 Forbidden" in wrong.message
    assert not any(word in text for word in (TOKEN, "hunter") for text in [*shown, kept])


def test_an_address_that_was_recorded_without_its_secret_says_so(troubled: Server) -> None:
    found = problem(at(troubled, "token", "wind.nc?token=***"))
    assert "write ${oc.env:NAME} in place of ***" in found.hint


def test_a_renewed_credential_is_the_same_data(troubled: Server) -> None:
    one, other = (at(troubled, "token", f"wind.nc?token={TOKEN}{more}") for more in ("", "&sig=2"))
    assert one.identity() == other.identity()
    old, new = (FileSource(path=f"https://x.org/wind.nc?token={t}") for t in ("abc", "def"))
    science = {"state": "science"}
    assert old.model_dump(context=science) == new.model_dump(context=science)
    assert old.model_dump() != new.model_dump()


def test_a_credential_in_a_header_is_used(troubled: Server) -> None:
    found = problem(at(troubled, "bearer"))
    assert "401 Unauthorized" in found.message
    assert means(at(troubled, "bearer", storage={"headers": {"Authorization": f"Bearer {TOKEN}"}})) == FIELDS


def test_a_new_version_is_fetched_anew(troubled: Server) -> None:
    path = troubled.root / "changing.nc"
    source = at(troubled, "fine", "changing.nc")
    found = []
    for value in (3, 8):
        wind(value=value).to_netcdf(path)
        remote._known.clear()
        found.append((source.inputs(KEY)[0].version, means(source)[0]))
    assert [v for _, v in found] == [3, 8]
    assert found[0][0] != found[1][0]


def test_without_a_version_each_process_fetches_once_and_the_content_tells(
    troubled: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = troubled.root / "bare.nc"
    source = at(troubled, "bare", "bare.nc")
    found = []
    for value in (3, 3, 8):
        wind(value=value).to_netcdf(path)
        remote._known.clear()
        monkeypatch.setattr(remote, "THIS_PROCESS", f"process {len(found)}")
        with troubled.asked() as asked:
            found.append((source.inputs(KEY)[0].version, means(source)[0]))
            means(source)
        assert asked.count("GET /bare/bare.nc") == 2  # the first asks for the length that the server does not tell
    assert [v for _, v in found] == [3, 3, 8]
    assert found[0][0] == found[1][0] != found[2][0]
    assert downloads() == ["bare.nc"] * 3  # another process may be about to read its own


def test_addresses_that_differ_in_a_parameter_that_may_be_a_secret_are_two(troubled: Server) -> None:
    for value, key in ((3, "perth"), (8, "sydny")):
        wind(value=value).to_netcdf(troubled.root / f"{key}.nc")
    sources = {key: at(troubled, "asked", f"station?key={key}") for key in ("perth", "sydny")}
    assert [means(source)[0] for source in sources.values()] == [3, 8]
    found = [source.inputs(KEY)[0] for source in sources.values()]
    assert found[0].name == found[1].name == f"{troubled.url}/asked/station?key=***"
    assert found[0].state != found[1].state
    assert found[0].record({}).sha256 != found[1].record({}).sha256
    science = [source.model_dump(context=FOR_SCIENCE)["path"] for source in sources.values()]
    assert science[0] != science[1]
    assert [secrets.mask(path) for path in science] == science  # as the record shows it
    written = "".join(p.read_text() for p in Store().root.rglob("entry.json"))
    assert not any(key in text for key in sources for text in (*science, written))


def test_a_copy_that_cannot_be_read_is_not_kept(troubled: Server) -> None:
    (troubled.root / "half.nc").write_bytes((troubled.root / "wind.nc").read_bytes()[:5000])
    assert "cannot be read" in problem(at(troubled, "fine", "half.nc")).message
    assert downloads() == []


@pytest.mark.parametrize(
    ("wrong", "message"), [({"options": {"group": "nope"}}, "begins like netCDF"), ({"format": "grib"}, "is not GRIB")]
)
def test_a_wrong_key_costs_no_copy(troubled: Server, wrong: dict[str, Any], message: str) -> None:
    assert message in problem(at(troubled, "fine", **wrong)).message
    with troubled.asked() as asked:
        assert means(at(troubled, "fine")) == FIELDS
    assert "GET /fine/wind.nc" not in asked


def test_a_secret_for_an_address_is_in_no_message_about_options(troubled: Server) -> None:
    source = at(
        troubled,
        "fine",
        "wind.zarr",
        storage={"headers": {"Authorization": f"Bearer {TOKEN}"}},
        options={"bogus": 1, "storage_options": {"auth": ["ann", TOKEN]}},
    )
    assert TOKEN not in str(problem(source, ConfigError))


def test_a_file_with_a_known_hash_needs_no_server_once_it_is_there(troubled: Server) -> None:
    sha256 = hashlib.sha256((troubled.root / "wind.nc").read_bytes()).hexdigest()
    source = at(troubled, "fine", sha256=sha256.upper())
    assert means(source) == FIELDS
    remote._known.clear()
    with troubled.asked() as asked:
        assert means(source) == FIELDS
        assert source.inputs(KEY)[0].version == sha256
    assert asked == []
    assert means(FileSource(path="http://127.0.0.1:1/mirror/wind.nc", sha256=sha256)) == FIELDS


def test_another_content_than_that_of_the_hash_is_refused(troubled: Server) -> None:
    found = problem(at(troubled, "fine", sha256="0" * 64))
    assert found.key == f"{KEY}.sha256"
    assert "is not the file that was expected: its SHA-256 is " in found.message
    assert (downloads(), left_over()) == ([], [])


def test_a_hash_holds_for_a_file_of_this_machine_too(tmp_path: Path) -> None:
    wind().to_netcdf(tmp_path / "wind.nc")
    sha256 = hashlib.sha256((tmp_path / "wind.nc").read_bytes()).hexdigest()
    assert means(FileSource(path=tmp_path / "wind.nc", sha256=sha256)) == FIELDS
    found = problem(FileSource(path=tmp_path / "wind.nc", sha256="f" * 64))
    assert found.key == f"{KEY}.sha256"


@pytest.mark.parametrize("path", [["a.nc", "b.nc"], "wind*.nc", "https://x.org/wind.zarr"])
def test_a_hash_is_that_of_one_file(path: Any) -> None:
    with pytest.raises(ValidationError, match="sha256 is that of one file"):
        FileSource(path=path, sha256="0" * 64)


def test_values_that_are_refused_later_are_told_as_the_servers_trouble(troubled: Server) -> None:
    found = problem(at(troubled, "values", "wind.zarr"))
    assert found.key == KEY
    assert "the data cannot be read to their end: the server answers 500 Internal Server Error" in found.message


def test_a_store_whose_variables_a_server_does_not_list_is_not_taken_for_empty(troubled: Server) -> None:
    found = problem(at(troubled, "fine", "listed.zarr"))
    assert "it shows no variables" in found.message
    assert "zarr.consolidate_metadata" in found.hint


def test_a_store_on_a_server_in_trouble_is_not_looked_for_three_times(troubled: Server) -> None:
    with troubled.asked() as asked:
        found = problem(at(troubled, "503", "wind.zarr"))
    assert "zarr.json cannot be fetched: the server answers 503" in found.message
    assert {a.rpartition("/")[2] for a in asked} == {"zarr.json"}


def test_the_entry_of_a_download_says_where_it_is_from(troubled: Server) -> None:
    means(at(troubled, "fine"))
    (entry,) = remote.Store().entries()
    assert entry.what == f"{troubled.url}/fine/wind.nc"
    assert json.loads(json.dumps(entry.made_of))["said"]["ETag"]


def test_a_disk_that_is_full_is_not_taken_for_trouble_of_the_server(
    troubled: Server, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(small_disk / "cache"))
    big = wind().isel(lon=np.zeros(20_000, int))
    big.to_netcdf(troubled.root / "big.nc")
    with troubled.asked() as asked, pytest.raises(OSError, match="No space left"):
        means(at(troubled, "bare", "big.nc"))
    assert asked.count("GET /bare/big.nc") == 2  # the length was asked for, and the file once
    assert f"needs 6.6 MB, the disk of {small_disk}/cache has " in problem(at(troubled, "fine", "big.nc")).message
    assert left_over() == []


def test_problems_of_an_input_leave_it_without_a_version(troubled: Server) -> None:
    source = at(troubled, "404")
    (found,) = source.inputs(KEY)
    assert (found.key, found.version) == (f"{KEY}.path", "")
    with pytest.raises(DataError):
        source.open()
