"""Data on S3, served by moto on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import ConfigError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source import remote
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.file import FileSource
from tests.source.experiments import Command, write_experiment
from tests.source.servers import Server, served
from tests.source.winds import KEY, downloads, left_over, means, problem, wind, write_zarr

pytest.importorskip("s3fs", reason="S3 needs the extra s3")
boto3 = pytest.importorskip("boto3", reason="the S3 server of the tests is part of the extra dev")
pytest.importorskip("moto", reason="the S3 server of the tests is part of the extra dev")
pytestmark = pytest.mark.usefixtures("cache")

FIELDS = [3, 4, 5, 6, 7]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A bucket ``sea`` with files; whoever asks is let in."""
    folder = tmp_path_factory.mktemp("s3")
    with served(folder / "files", "moto.server", "-H", "127.0.0.1", "-p", "0") as server:
        wind().to_netcdf(server.root / "wind.nc")
        wind(first=5).to_netcdf(server.root / "wind-later.nc")
        write_zarr(wind(), server.root / "wind2.zarr", 2)
        write_zarr(wind(), server.root / "wind3.zarr", 3)
        (server.root / "level.csv").write_text("time,ssh\n2023-01-01,1.5\n")
        client(server).create_bucket(Bucket="sea")
        for path in (p for p in server.root.rglob("*") if p.is_file()):
            put(server, path.relative_to(server.root).as_posix(), path)
        yield server


@pytest.fixture(scope="module")
def ann(s3: Server) -> dict[str, str]:
    """Options of a user who may read everything."""
    users = client(s3, "iam")
    users.create_user(UserName="ann")
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    users.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=policy)
    key = users.create_access_key(UserName="ann")["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"], "endpoint_url": s3.url}


@pytest.fixture
def guarded(s3: Server) -> Iterator[Server]:
    """The same server; only who has a credential is let in."""
    requests.post(f"{s3.url}/moto-api/reset-auth", data="0", timeout=10)
    yield s3
    requests.post(f"{s3.url}/moto-api/reset-auth", data="inf", timeout=10)


def client(server: Server, service: str = "s3") -> Any:
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=server.url, **keys)


def put(server: Server, name: str, path: Path) -> None:
    client(server).put_object(Bucket="sea", Key=name, Body=path.read_bytes(), ACL="public-read")


def at(name: str, storage: dict[str, Any], bucket: str = "sea") -> FileSource:
    return FileSource(path=f"s3://{bucket}/{name}", storage=storage)


def test_a_file_is_fetched_once(s3: Server, ann: dict[str, str]) -> None:
    with s3.asked() as first:
        assert means(at("wind.nc", ann)) == FIELDS
    remote._known.clear()
    with s3.asked() as later:
        assert means(at("wind.nc", ann)) == FIELDS
    assert [a.split("?")[0] for a in first] == ["HEAD /sea/wind.nc", "GET /sea/wind.nc"]
    assert [a.split("?")[0] for a in later] == ["HEAD /sea/wind.nc"]
    assert (downloads(), left_over()) == (["wind.nc"], [])


@pytest.mark.parametrize("version", [2, 3])
def test_of_a_zarr_store_only_the_chunks_that_are_needed_are_sent(
    s3: Server, ann: dict[str, str], version: int
) -> None:
    with s3.asked() as asked, at(f"wind{version}.zarr", ann).open() as data:
        assert float(data.u10[2].mean()) == 5.0
    chunks = [a.split("?")[0] for a in asked if a.startswith("GET") and ("/u10/c/" in a or "/u10/2" in a)]
    assert chunks == [f"GET /sea/wind{version}.zarr/u10/{'2.0.0' if version == 2 else 'c/2/0/0'}"]
    assert downloads() == []


def test_patterns_and_tables_work_too(ann: dict[str, str]) -> None:
    assert means(at("wind*.nc", ann)) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    with CsvSource(path="s3://sea/level.csv", storage=ann).open() as level:
        assert level.ssh.values.tolist() == [1.5]


def test_what_is_listed_anew_is_found(s3: Server, ann: dict[str, str]) -> None:
    source = at("day-*.nc", ann)
    for day in (0, 1):
        path = s3.root.with_name(f"day-{day}.nc")
        wind(24, 24 * day).to_netcdf(path)
        put(s3, path.name, path)
        remote._known.clear()
        assert len(means(source)) == 24 * (day + 1)


def test_they_drive_an_experiment(s3: Server, ann: dict[str, str]) -> None:
    forcing = Forcing(wind={"kind": "grid", "source": at("wind3.zarr", ann)})
    box = {"kind": "box", "x": (114.9, 115.1), "y": (-32.6, -32.5), "resolution_m": 3000}
    domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
    period = Period(start="2023-01-01T01:00:00Z", duration="1h")
    assert forcing.problems(period, domain) == []
    with forcing.wind.prepared(period, domain) as ready:
        u, v = ready.at([period.start], np.array([115.0]), np.array([-32.5]))
    assert (u.item(), v.item()) == (4.0, 4.0)
    (entry,) = remote.Store().entries()
    assert entry.kind == "cut"


def test_another_content_is_another_version(s3: Server, ann: dict[str, str]) -> None:
    path, source, found = s3.root.with_name("changing.nc"), at("changing.nc", ann), []
    for value in (3, 8):
        wind(value=value).to_netcdf(path)
        put(s3, "changing.nc", path)
        remote._known.clear()
        found.append((source.inputs(KEY)[0].version, means(source)[0]))
    assert [v for _, v in found] == [3, 8]
    assert found[0][0] != found[1][0]


@pytest.mark.parametrize(
    ("name", "bucket", "message"),
    [
        ("wave.nc", "sea", "there is nothing at s3://sea/wave.nc"),
        ("wave.zarr", "sea", "there is no Zarr store at s3://sea/wave.zarr"),
        ("wave*.nc", "sea", "no file fits the pattern s3://sea/wave*.nc"),
        (
            "wind.nc",
            "see",
            "there is nothing at s3://see/wind.nc: the server answers 404 Not Found: The specified bucket",
        ),
        ("wind*.nc", "see", "there is nothing at s3://see/wind*.nc: the server answers 404 Not Found: The specified"),
        ("wind2.zarr/u10", "sea", "s3://sea/wind2.zarr/u10 is a folder, expected a file"),
    ],
)
def test_what_is_not_there_is_told(ann: dict[str, str], name: str, bucket: str, message: str) -> None:
    found = problem(at(name, ann, bucket))
    assert found.key == f"{KEY}.path"
    assert found.message.startswith(message)
    assert found.hint


@pytest.mark.parametrize("name", ["wind.nc", "wind3.zarr", "wi*.nc"])
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"key": "AKIAWRONG"}, "403 Forbidden: The AWS Access Key Id you provided does not exist in our records."),
        ({"secret": "hunter2hunter2"}, "403 Forbidden: The request signature we calculated does not match"),
    ],
)
def test_a_wrong_credential_is_told_with_the_servers_reason(
    guarded: Server, ann: dict[str, str], name: str, wrong: dict[str, str], reason: str
) -> None:
    assert means(at("wind.nc", ann)) == FIELDS
    found = problem(at(name, {**ann, **wrong}))
    assert f" may not be read: the server answers {reason}" in found.message
    assert 'storage: {key: "${oc.env:KEY}", secret: "${oc.env:SECRET}"}, or {anon: true}' in found.hint


def test_no_credential_at_all_is_told(s3: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    found = problem(at("wind.nc", {"endpoint_url": s3.url}))
    assert found.message == "s3://sea/wind.nc may not be read: Unable to locate credentials"
    assert "{anon: true}" in found.hint
    assert means(at("wind.nc", {"endpoint_url": s3.url, "anon": True})) == FIELDS


@pytest.mark.parametrize("name", ["wind.nc", "wind.zarr"])
def test_an_expired_token_is_told(troubled: Server, name: str) -> None:
    storage = {"key": "any", "secret": "any", "token": "s3cr3t-hunter2", "endpoint_url": troubled.url}
    found = problem(at(name, storage, "expired"))
    assert "may not be read: the server answers 400 Bad Request: The provided token has expired." in found.message
    assert "it may be wrong or have expired" in found.hint


def test_an_unknown_option_is_wrong_config(ann: dict[str, str]) -> None:
    found = problem(at("wind.nc", {**ann, "anonn": True}), ConfigError)
    assert found.key == f"{KEY}.storage"
    assert "'anonn'" in found.message


def test_where_and_with_what_key_it_was_read_is_not_part_of_the_science(ann: dict[str, str]) -> None:
    one, other = at("wind.nc", ann), at("wind.nc", {"anon": True})
    science = {"state": "science"}
    assert one.model_dump(context=science) == other.model_dump(context=science)
    assert ann["secret"] not in repr(one) + str(one)


def test_a_whole_run_shows_no_secret_anywhere(
    command: Command, cache: Path, guarded: Server, ann: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEA_SECRET", ann["secret"])
    storage = {**ann, "secret": "${oc.env:SEA_SECRET}", "token": None}
    typed = f"forcing.wind.source.storage.secret={ann['secret']}"
    said = []
    for name in ("wind.nc", "wind2.zarr"):
        chosen = write_experiment(
            command.folder, {"source_type": "file", "path": f"s3://sea/{name}", "storage": storage}
        )
        calls = [("check", chosen), ("plan", chosen, "--json"), (chosen,), ("explain", "forcing.wind", chosen, typed)]
        calls += [("data", "forcing.wind", chosen, "--json"), ("cache", "--json"), ("check", "--debug", chosen, typed)]
        said += [command(*words) for words in calls]
    assert {done.code for done in said} == {0}, [done.err for done in said]
    folders = (command.folder / "outputs", cache)
    kept = [p.read_text(errors="replace") for f in folders for p in f.rglob("*") if p.is_file()]
    assert len(kept) > 5
    assert not any(ann["secret"] in text for text in [*kept, *(d.out + d.err for d in said)])
    config = next((command.folder / "outputs").rglob("config.yaml"))
    assert "secret: ${oc.env:SEA_SECRET}" in config.read_text()
    again = command("check", "--config-path", str(config.parent), "--config-name", "config")
    assert again.code == 0, again.err


def test_a_refusal_shows_no_secret(command: Command, guarded: Server, ann: dict[str, str]) -> None:
    storage = {**ann, "secret": "hunter2-hunter2"}
    source = {"source_type": "file", "path": "s3://sea/wind.nc", "storage": storage}
    done = command("check", write_experiment(command.folder, source))
    assert done.code == 3
    assert "forcing.wind.source.path: s3://sea/wind.nc may not be read" in done.err
    assert "from: conf/experiment/blown.yaml:" in done.err
    assert "hunter2" not in done.out + done.err
