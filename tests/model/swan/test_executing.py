"""The command of SWAN, and runs of it from end to end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rompy_hydra import BackendError, ModelRun
from rompy_hydra.model.swan.executing import HINT, command, evidence, program
from rompy_hydra.run_backend.base import Resources
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

from .running import BOTH, START, STOP, Bay, BaySwan, case, played_swan, swan_of

PERIOD = {"start": START, "end": STOP, "interval": "10min"}


@pytest.fixture(autouse=True)
def _know_no_swan(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No SWAN of this machine is found, except by the tests that need it."""
    if request.node.get_closest_marker("swan") is None:
        monkeypatch.delenv("ROMPY_SWAN", raising=False)
        monkeypatch.setenv("PATH", "/usr/bin:/bin")


def run_of(tmp_path: Path, swan: str | None, **more: object) -> ModelRun:
    return ModelRun(name="b", output_dir=tmp_path / "out", period=PERIOD, model=BaySwan(executable=swan), **more)


def verdict_of(run: ModelRun) -> dict:
    return run.record.stage("run").verdict


def test_the_configured_executable_comes_first(monkeypatch):
    monkeypatch.setenv("ROMPY_SWAN", "/opt/b/swan.exe")
    assert program("/opt/a/swan.exe") == "/opt/a/swan.exe"
    assert program(None) == "/opt/b/swan.exe"


def test_an_empty_variable_counts_as_none(monkeypatch):
    monkeypatch.setenv("ROMPY_SWAN", " ")
    assert program(None) == "swan.exe"


def test_an_installed_swan_is_named_and_its_path_is_not(tmp_path, monkeypatch):
    swan = Path(played_swan(tmp_path))
    monkeypatch.setenv("PATH", str(swan.parent))
    assert program(None) == "swan.exe"
    swan.rename(swan.with_name("swan"))
    assert program(None) == "swan"


def test_threads_follow_the_cpus():
    told = command("swan.exe", "threads", Resources(cpus=3), "41.45")
    assert told.argv == ("swan.exe",)
    assert told.env["OMP_NUM_THREADS"] == "3"
    assert told.version == "SWAN 41.45"


def test_ranks_follow_the_cpus_with_one_thread_each():
    told = command("swan.exe", "mpi", Resources(cpus=3), "41.45")
    assert told.argv == ("mpiexec", "-n", "3", "swan.exe")
    assert told.program == "swan.exe"
    assert told.env["OMP_NUM_THREADS"] == "1"


@pytest.mark.parametrize("launcher", ["threads", "mpi"])
def test_a_missing_swan_is_told_with_where_to_name_it(tmp_path, launcher):
    if launcher == "mpi" and shutil.which("mpiexec") is None:
        pytest.skip("there is no mpiexec")
    told = command(None, launcher, Resources(), "")
    with pytest.raises(BackendError, match="no such program on PATH") as caught:
        LocalRunBackend().locate(Job(told.argv, tmp_path, told.env, told.program, told.hint))
    (problem,) = caught.value.problems
    assert problem.value == "swan.exe"
    assert HINT in problem.hint
    assert "model.executable" in HINT
    assert "ROMPY_SWAN" in HINT


def test_without_swan_input_is_generated_and_planned_but_not_run(tmp_path):
    run = run_of(tmp_path, None)
    assert (run.generate() / "INPUT").is_file()
    assert run.plan.problems == ()
    with pytest.raises(BackendError, match="ROMPY_SWAN"):
        run.run()


@pytest.mark.parametrize("kind", BOTH)
def test_a_run_is_executed_and_judged_from_end_to_end(kind, tmp_path):
    run = run_of(tmp_path, swan_of(kind, tmp_path))
    assert run.run()
    assert verdict_of(run)["evidence"].startswith("30 time steps, ")
    assert run.record.stage("run").command[0].endswith(("swan.exe", "swan"))


@pytest.mark.parametrize("kind", BOTH)
def test_progress_counts_the_period_that_is_behind_it(kind, tmp_path):
    run = run_of(tmp_path, swan_of(kind, tmp_path))
    assert run.run()
    events = [json.loads(line) for line in run.directory.events.read_text().splitlines()]
    fractions = [e["progress"]["fraction"] for e in events if "progress" in e]
    assert fractions == pytest.approx([n / 30 for n in range(1, 31)])


@pytest.mark.parametrize("kind", BOTH)
def test_what_a_run_by_hand_has_left_is_no_evidence(kind, tmp_path):
    run = run_of(tmp_path, swan_of(kind, tmp_path))
    workspace = run.generate()
    Bay(workspace, swan_of(kind, tmp_path)).run()
    (workspace / "Errfile").write_text("Severe error     : of another day\n")
    (workspace / "notes.txt").write_text("mine\n")
    assert run.run(), verdict_of(run)
    assert not (workspace / "Errfile").exists()
    assert (workspace / "notes.txt").exists()


def test_a_swan_that_does_nothing_is_not_taken_for_the_run_before(tmp_path):
    run = run_of(tmp_path, played_swan(tmp_path))
    assert run.run()
    assert not run_of(tmp_path, played_swan(tmp_path), rerun="run").run(env_vars={"FAKE_SWAN": "nothing"})
    assert "PRINT is missing" in verdict_of(run)["evidence"]


def test_a_swan_that_hangs_is_ended_at_the_time_limit(tmp_path):
    run = run_of(tmp_path, played_swan(tmp_path))
    with pytest.raises(BackendError, match="ran past the time limit"):
        run.run(timeout=2, env_vars={"FAKE_SWAN": "hang"})


def test_evidence_includes_the_outputs_and_those_of_ranks(tmp_path):
    case().write(tmp_path)
    names = evidence(tmp_path)
    assert {"PRINT*", "Errfile*", "norm_end", "swaninit", "grid.nc", "restart.hot-[0-9][0-9][0-9]"} <= set(names)


def test_evidence_of_a_bare_command_file_is_swan_s_own(tmp_path):
    assert evidence(tmp_path) == ("PRINT*", "Errfile*", "norm_end", "swaninit")


def test_ranks_find_a_swan_given_as_a_relative_path(tmp_path, monkeypatch):
    if shutil.which("mpiexec") is None:
        pytest.skip("there is no mpiexec")
    played_swan(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w").mkdir()
    bay = Bay(tmp_path / "w", "./bin/swan.exe", "mpi")
    assert bay.judge().success
