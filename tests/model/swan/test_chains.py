"""Runs of SWAN that take from others: finer grids, and computations that go on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.errors import RompyHydraError

from .sea import STATIONARY, WEST, computed, on_grid, sea, table, wind_data

RESTART = {"model": {"output": {"restart": {"at_end": True}}}}
FROM_FIRST = {"model": {"initial": {"kind": "hotstart", "from_run": "first"}}}
SECOND = {"run_id": "second", "period": {"start": "2020-01-01T02:00:00Z"}}
NEST = {"model": {"output": {"nests": {"fine": {"x": 4.1, "y": 52.05, "size": [0.2, 0.1], "cells": [10, 8]}}}}}
FINER: dict[str, Any] = {
    "domain": {
        "mesh": {"kind": "regular", "x": 4.1, "y": 52.05, "size": [0.2, 0.1], "cells": [20, 16]},
        "stations": {"a": {"lon": 4.2, "lat": 52.1}},
    }
}


def weather(folder: Path) -> dict[str, Any]:
    """Waves from the west, and a wind that changes, for five hours."""
    return {"forcing": {"wind": on_grid(folder, wind_data(60, 6)), "waves": {"west": WEST}}}


def told(folder: Path, *changes: dict[str, Any]) -> Any:
    """The one problem of an experiment."""
    with pytest.raises(RompyHydraError) as caught:
        sea(folder, *changes).run()
    (problem,) = caught.value.problems
    return problem


@pytest.mark.swan
def test_two_halves_are_the_whole_to_the_last_bit(tmp_path: Path):
    """By the second generation: the quadruplets of the third make the last digits of SWAN 41.45 depend on where its
    arrays happen to be in memory, so that no two of its runs need be alike."""
    chain = {**weather(tmp_path), "model": {"physics": {"generation": {"law": "gen2"}}}}
    computed(sea(tmp_path, chain, RESTART, {"run_id": "first"}))
    second = computed(sea(tmp_path, chain, SECOND, FROM_FIRST))
    whole = computed(sea(tmp_path, chain, {"run_id": "whole", "period": {"duration": "4h"}}))
    halves, one = table(second), table(whole)
    assert halves.keys() == one.keys()
    for name, values in halves.items():
        np.testing.assert_array_equal(values, one[name][2:], err_msg=name)
    assert one["Hsig"][-1].min() > 1.0


@pytest.mark.swan
def test_a_restart_on_the_way_changes_nothing(tmp_path: Path):
    """The wind has hourly times; the restarts are between them."""
    chain = weather(tmp_path)
    output = {"model": {"output": {"restart": {"every": "40min"}}}}
    runs = [computed(sea(tmp_path, chain, {"run_id": n}, *more)) for n, *more in (("whole",), ("parts", output))]
    assert len(list(runs[1].workspace.glob("restart_*.hot"))) == 2
    np.testing.assert_allclose(table(runs[1])["Hsig"], table(runs[0])["Hsig"], atol=0.01)


@pytest.mark.swan
def test_a_nest_has_the_waves_of_the_grid_around_it(tmp_path: Path):
    start = {"model": {"initial": {"kind": "steady"}}}
    outer = computed(sea(tmp_path, weather(tmp_path), start, NEST, {"run_id": "outer"}))
    wind = {"forcing": {"wind": weather(tmp_path)["forcing"]["wind"]}}
    inner = computed(
        sea(tmp_path, wind, start, FINER, {"run_id": "inner", "model": {"boundary": {"from_run": "outer"}}})
    )
    np.testing.assert_allclose(table(inner)["Hsig"][:, 0], table(outer)["Hsig"][:, 0], rtol=0.01)


@pytest.mark.swan
def test_a_nest_that_ends_early_is_refused_and_so_is_one_in_stationary_mode(tmp_path: Path):
    """SWAN would hold its last spectra."""
    computed(sea(tmp_path, NEST, {"run_id": "outer"}))
    inner = {**FINER, "model": {"boundary": {"from_run": "outer"}}}
    problem = told(tmp_path, inner, {"period": {"duration": "3h"}})
    assert problem.key == "model.boundary.from_run"
    assert "the run needs 2020-01-01T00:00:00Z .. 2020-01-01T03:00:00Z" in problem.message
    assert "stationary mode" in told(tmp_path, inner, {"model": {"mode": STATIONARY}}).message
    assert told(tmp_path, inner, {"model": {"boundary": {"nest": "fin"}}}).hint == "did you mean 'fine'?"


@pytest.mark.swan
def test_a_nest_around_another_area_is_no_boundary(tmp_path: Path):
    computed(sea(tmp_path, NEST, {"run_id": "outer"}))
    problem = told(tmp_path, {"run_id": "elsewhere", "model": {"boundary": {"from_run": "outer"}}})
    assert problem.key == "model.boundary.from_run"
    assert problem.message.startswith("36 of 36 places of the nest are not on the boundary of this grid")


@pytest.mark.swan
def test_a_run_without_a_nest_or_the_restart_is_told_what_it_has(tmp_path: Path):
    computed(sea(tmp_path, RESTART, {"run_id": "first"}))
    problem = told(tmp_path, FINER, {"model": {"boundary": {"from_run": "first"}}})
    assert "writes no nest" in problem.message
    assert "model.output.nests" in problem.hint
    problem = told(tmp_path, FROM_FIRST, {"period": {"start": "2020-01-01T03:00:00Z"}})
    assert problem.message.endswith("no restart file of 2020-01-01T03:00:00Z; it has 2020-01-01T02:00:00Z")


@pytest.mark.swan
def test_a_restart_with_another_spectrum_is_refused_before_swan_crashes_at_it(tmp_path: Path):
    computed(sea(tmp_path, RESTART, {"run_id": "first"}))
    second = {**SECOND, "model": {**FROM_FIRST["model"], "spectral": {"directions": 36}}}
    problem = told(tmp_path, second)
    assert problem.key == "model.initial.from_run"
    assert problem.message.endswith("MDC=24 there, MDC=36 here")


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ({"boundary": {"from_run": "frist"}}, "model.boundary.from_run"),
        ({"initial": {"kind": "hotstart", "from_run": "frist"}}, "model.initial.from_run"),
        ({"boundary": {"file": "nothing.nest"}}, "model.boundary.file"),
        ({"initial": {"kind": "hotstart", "file": "nothing.hot"}}, "model.initial.file"),
    ],
)
def test_what_another_run_has_not_left_is_told(tmp_path: Path, part: dict[str, Any], key: str):
    assert told(tmp_path, {"model": part}).key == key


def test_a_run_that_has_not_finished_is_told(tmp_path: Path):
    sea(tmp_path, NEST, {"run_id": "outer"}).generate()
    problem = told(tmp_path, FINER, {"model": {"boundary": {"from_run": "outer"}}})
    assert "run outer is" in problem.message
    assert problem.hint == "run outer to its end first"


@pytest.mark.swan
def test_the_pieces_of_an_mpi_run_are_for_as_many_ranks(tmp_path: Path):
    """As an MPI run leaves its restart; whether SWAN goes on from it is seen where there is an MPI build."""
    first = computed(sea(tmp_path, RESTART, {"run_id": "first"}))
    whole = first.workspace / "restart_20200101T020000.hot"
    for rank in (1, 2):
        whole.with_name(f"{whole.name}-{rank:03d}").write_bytes(whole.read_bytes())
    whole.unlink()
    problem = told(tmp_path, SECOND, FROM_FIRST)
    assert problem.key == "model.initial"
    assert problem.hint == "set model.parallel=mpi and run_backend.cpus=2"
    workspace = sea(tmp_path, SECOND, FROM_FIRST, {"model": {"parallel": "mpi"}}).generate()
    assert "HOTStart MULTiple 'hotstart.hot'" in (workspace / "INPUT").read_text()
    assert {"hotstart.hot-001", "hotstart.hot-002"} <= {path.name for path in workspace.iterdir()}


@pytest.mark.swan
def test_an_mpi_run_goes_on_from_its_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROMPY_SWAN", _mpi_swan())
    chain = {"forcing": {"waves": {"west": WEST}}, "model": {"parallel": "mpi"}}
    first = sea(tmp_path, chain, RESTART, {"run_id": "first"})
    assert first.run(cpus=2), first.record
    second, whole = sea(tmp_path, chain, SECOND, FROM_FIRST), sea(tmp_path, chain, {"period": {"duration": "4h"}})
    assert second.run(cpus=2), second.record
    assert whole.run(cpus=2), whole.record
    np.testing.assert_array_equal(table(second)["Hsig"], table(whole)["Hsig"][2:])
    third = sea(tmp_path, chain, SECOND, FROM_FIRST, {"run_id": "third"})
    assert not third.run(cpus=3)


def _mpi_swan() -> str:
    found = os.environ.get("ROMPY_SWAN_MPI")
    if not found or not shutil.which("mpiexec"):
        pytest.skip("no SWAN with MPI: set ROMPY_SWAN_MPI to its executable")
    return found
