"""Data sources of Datamesh, of which only the needed chunks are sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from rompy_hydra.core.store import Store
from rompy_hydra.errors import ConfigError
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
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """oceanum asks again without waiting for two minutes."""
    monkeypatch.setattr("oceanum.datamesh.utils.sleep", lambda _: None)


def at(service: Server, datasource: str = "wind", token: str | None = TOKEN) -> DatameshSource:
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


def test_an_experiment_asks_for_its_own_period_only(
    service: Server, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    with service.asked() as asked:
        done = command(write_experiment(command.folder, config(service)))
    assert done.code == 0, done.err
    assert set(chunks(asked)) == {"0.0.0", "1.0.0", "2.0.0", "3.0.0", "4.0.0"}


def test_a_session_ends_when_the_data_are_closed_or_cannot_be_opened(service: Server) -> None:
    for source in (at(service), at(service, "none")):
        with service.asked() as asked:
            try:
                source.open().close()
            except Exception:  # noqa: BLE001
                pass
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
