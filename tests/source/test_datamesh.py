"""Data sources of Datamesh, of which only the needed chunks are sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.core.store import Store
from rompy_hydra.domain import Domain
from rompy_hydra.errors import ConfigError, DataError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.base import Source, opened
from rompy_hydra.source.datamesh import VARIABLE, DatameshSource
from rompy_hydra.testing import SourceTests
from tests.conftest import REPO
from tests.source.datamesh_service import TOKEN
from tests.source.experiments import Command, write_experiment
from tests.source.servers import Server, served
from tests.source.winds import KEY, left_over, means, problem, wind, write_zarr

pytest.importorskip("oceanum", reason="Datamesh needs the extra datamesh, which does not go with zarr 3")
pytestmark = pytest.mark.usefixtures("cache")

Cli = Callable[..., subprocess.CompletedProcess[str]]
FIELDS = [3, 4, 5, 6, 7]
OLD = "0ld-hunter1"
REFUSED = (401, 403, 429, 500)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("datamesh") / "sources", "tests.source.datamesh_service") as server:
        for name in ("wind", *(f"wild-{status}" for status in REFUSED)):
            write_zarr(wind(), server.root / f"{name}.zarr")
        yield server


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    """A token in the environment."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    return TOKEN


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """oceanum asks again at once, and not during two minutes."""
    monkeypatch.setattr("oceanum.datamesh.utils.sleep", lambda _: None)


def at(service: Server, datasource: str = "wind", *, token: str | None = TOKEN) -> DatameshSource:
    return DatameshSource(datasource=datasource, service=service.url, token=token)


def chunks(asked: list[str], name: str = "u10") -> list[str]:
    """Chunks of a variable that were sent."""
    return [a.rpartition("/")[2] for a in asked if a.startswith("GET") and f"/{name}/" in a]


def config(service: Server, datasource: str = "wind", **more: str) -> dict[str, Any]:
    return {"source_type": "datamesh", "datasource": datasource, "service": service.url, **more}


def describe(service: Server, **told: Any) -> None:
    (service.root / "wind.json").write_text(json.dumps(told))


class TestDatamesh(SourceTests):
    secret: ClassVar = TOKEN

    @pytest.fixture(autouse=True)
    def _service(self, service: Server) -> None:
        self.service = service
        describe(service)

    def source(self) -> Source:
        return at(self.service)

    def change(self) -> None:
        describe(self.service, modified="2026-01-02T00:00:00Z")

    def broken(self) -> Source:
        return at(self.service, "wild-500")


def test_values_are_sent_when_they_are_read_and_no_others(service: Server) -> None:
    source = at(service)
    with service.asked() as opening, source.open() as data:
        assert data.u10.units == "m s-1"
    assert chunks(opening) == []
    with source.open() as data, service.asked() as reading:
        assert float(data.u10[2, 1, 2]) == 5.0
    assert (chunks(reading), chunks(reading, "v10")) == (["2.0.0"], [])
    assert means(source) == FIELDS


def test_an_experiment_asks_for_its_own_period_only(service: Server, command: Command, token: str) -> None:
    with service.asked() as asked:
        done = command(write_experiment(command.folder, config(service)))
    assert done.code == 0, done.err
    assert set(chunks(asked)) == {"1.0.0", "2.0.0", "3.0.0"}


def test_a_session_ends_when_the_data_are_closed_or_cannot_be_opened(service: Server) -> None:
    for name in ("wind", "none"):
        with service.asked() as asked, suppress(DataError):
            at(service, name).open().close()
        assert [a.split("?")[0] for a in asked if "/session" in a] == ["GET /session/", "DELETE /session/7"]


def test_a_chunk_that_is_not_there_has_no_values(service: Server) -> None:
    write_zarr(wind(), service.root / "sparse.zarr")
    (service.root / "sparse.zarr" / "u10" / "1.0.0").unlink()
    assert np.isnan(means(at(service, "sparse"))).tolist() == [False, True, False, False, False]


def test_lengths_of_time_are_numbers(service: Server) -> None:
    write_zarr(wind(units="s", names=("tp",)), service.root / "waves.zarr")
    assert means(at(service, "waves"), "tp") == FIELDS


def test_oceanum_prints_nothing(service: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert means(at(service)) == FIELDS
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("given", [TOKEN, f"{TOKEN}\n"], ids=["as it is", "with the end of its line"])
def test_the_token_is_taken_from_the_environment_or_the_config(
    service: Server, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    assert means(at(service, token=given)) == FIELDS
    monkeypatch.setenv(VARIABLE, given)
    assert means(at(service, token=None)) == FIELDS
    assert problem(at(service, token=OLD)).key == f"{KEY}.datasource"  # the config goes first


@pytest.mark.parametrize("given", [None, "", " \n"])
def test_a_missing_token_is_told_before_anything_is_asked(
    service: Server, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with service.asked() as asked:
        found = problem(at(service, token=given), ConfigError)
        (named,) = at(service, token=given).inputs(KEY)
    assert (found.key, found.message) == (f"{KEY}.token", "Datamesh asks for an access token, and none is given")
    assert found.hint == "export DATAMESH_TOKEN=..., or set token: ${oc.env:DATAMESH_TOKEN}"
    assert (named.name, named.version, asked) == ("datamesh:wind", "", [])


@pytest.mark.parametrize(
    ("name", "token", "message", "hint"),
    [
        ("wind", OLD, "answers 401 Unauthorized: Invalid token: ${oc.env:DATAMESH_TOKEN}", "renew the token, in "),
        ("none", TOKEN, "answers 404 Not Found: Datasource none not found", "check the id of the data source"),
        ("table", TOKEN, "expected a gridded data source, got a dataframe", "use source_type: csv"),
    ],
)
def test_refusals_are_told_with_the_answer_and_what_to_do(
    service: Server, name: str, token: str, message: str, hint: str
) -> None:
    with service.asked() as asked:
        found = problem(at(service, name, token=token))
    assert (found.key, found.value) == (f"{KEY}.datasource", name)
    assert message in found.message
    assert hint in found.hint
    assert not any(a.startswith("GET /data/") for a in asked)  # nothing of a table is sent


@pytest.mark.parametrize("status", REFUSED)
def test_a_chunk_that_is_refused_is_told_and_not_taken_for_one_without_values(service: Server, status: int) -> None:
    with opened(at(service, f"wild-{status}"), KEY) as data:
        assert float(data.u10[1].mean()) == 4.0
    found = problem(at(service, f"wild-{status}"))
    assert found.key == KEY
    assert f"the data cannot be read to their end: the server answers {status} " in found.message
    renew, later = "check the credential, it may be wrong or have expired", "the server is in trouble; try again later"
    assert found.hint == (renew if status < 404 else later)


def test_a_chunk_that_is_refused_leaves_nothing_half_written(service: Server, command: Command, token: str) -> None:
    made = Forcing(wind={"kind": "grid", "source": at(service, "wild-403")})
    box = {"kind": "box", "x": (114.9, 115.1), "y": (-32.6, -32.5), "resolution_m": 3000}
    domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
    with (
        service.asked() as asked,
        pytest.raises(DataError, match="the server answers 403 Forbidden"),
        made.wind.prepared(Period(start="2023-01-01", duration="4h"), domain),
    ):
        pass
    assert chunks(asked) == ["0.0.0", "1.0.0"]  # those before it were there
    done = command(write_experiment(command.folder, config(service, "wild-403")))
    assert done.code == 3
    assert f"{KEY}: the data cannot be read to their end: the server answers 403 Forbidden" in done.err
    assert (left_over(), Store().entries()) == ([], [])
    assert [p for p in (command.folder / "outputs").rglob("*") if p.suffix in (".nc", ".zarr")] == []


@pytest.mark.usefixtures("_impatient")
def test_a_service_that_is_gone_is_told_when_opening_and_when_reading(tmp_path: Path) -> None:
    with served(tmp_path / "sources", "tests.source.datamesh_service") as running:
        write_zarr(wind(), running.root / "wind.zarr")
        source = at(running)
        stack = ExitStack()
        data = stack.enter_context(opened(source, KEY))
    with pytest.raises(DataError, match=f"{KEY}: the data cannot be read to their end: .*Connection refused"), stack:
        data.u10.load()
    found = problem(source)
    assert found.message == "it cannot be read from Datamesh: [Errno 111] Connection refused"
    assert found.hint == "check the network, and try again later"
    assert source.inputs(KEY)[0].version == ""


def test_a_token_is_shown_nowhere(service: Server, command: Command, cache: Path, token: str) -> None:
    said = []
    for more in ({}, {"token": "${oc.env:DATAMESH_TOKEN}"}):
        chosen = write_experiment(command.folder, config(service, **more))
        calls = [("check", chosen), ("plan", chosen, "--json"), (chosen,), ("data", "forcing.wind", chosen, "--json")]
        said += [command(*words) for words in [*calls, ("explain", "forcing.wind", chosen), ("cache", "--json")]]
    assert {done.code for done in said} == {0}, [done.err for done in said]
    folders = (command.folder / "outputs", cache)
    kept = [p.read_text(errors="replace") for f in folders for p in f.rglob("*") if p.is_file()]
    assert len(kept) > 5
    assert not any(token in text for text in [*kept, *(d.out + d.err for d in said)])


@pytest.mark.parametrize("how", [(), ("--debug",)], ids=["told", "with its traceback"])
def test_a_token_is_not_shown_when_the_service_repeats_it(
    service: Server, cli: Cli, tmp_path: Path, how: tuple[str, ...]
) -> None:
    done = cli("check", *how, write_experiment(tmp_path, config(service, token=OLD)))
    assert done.returncode == (1 if how else 3)
    assert ("Traceback" in done.stderr) == bool(how)
    assert "renew the token, in DATAMESH_TOKEN or the key token: it may have expired" in done.stderr
    assert OLD not in done.stdout + done.stderr


def test_a_renewed_token_and_another_address_are_the_same_data(service: Server) -> None:
    other = DatameshSource(datasource="wind", token=OLD)
    assert at(service).identity() == other.identity() != at(service, "waves").identity()


@pytest.mark.parametrize(
    "told",
    [
        {"modified": "2026-01-02T00:00:00Z"},
        {"tend": "2026-01-02T00:00:00Z"},
        {"schema": {"attrs": {"history": "made anew"}, "dims": {}}},
    ],
    ids=lambda told: next(iter(told)),
)
def test_another_description_is_another_version(service: Server, told: dict[str, Any]) -> None:
    versions = []
    for more in ({}, {"description": "Wind, in other words"}, told):
        describe(service, **more)
        versions.append(at(service).inputs(KEY)[0].version)
    assert versions[0] == versions[1] != versions[2]


def test_the_version_is_the_same_in_another_process(service: Server, token: str) -> None:
    describe(service)
    made = f"DatameshSource(datasource='wind', service='{service.url}')"
    script = f"from rompy_hydra.source.datamesh import *; print({made}.inputs('key')[0].version)"
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == at(service).inputs(KEY)[0].version
