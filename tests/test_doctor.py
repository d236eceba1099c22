"""What `rompy-hydra doctor` finds on a machine, and what it removes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest

from rompy_hydra.core.driver import Driver
from rompy_hydra.core.findings import Finding
from rompy_hydra.doctor import examine
from rompy_hydra.run_backend.processes import COOKIE
from tests.conftest import REPO
from tests.model.swan.running import played_swan
from tests.plugin_package import install
from tests.test_cli import GENERIC, argv, started

Cli = Callable[..., subprocess.CompletedProcess[str]]


Doctor = Callable[..., dict[str, dict[str, Finding]]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """What the doctor finds in an empty folder: section -> name -> finding."""

    def ask(*, clean: bool = False, **env: str) -> dict[str, dict[str, Finding]]:
        monkeypatch.chdir(tmp_path)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return {s.title: {f.name: f for f in s.findings} for s in examine(Path("outputs"), clean=clean)}

    return ask


@pytest.fixture
def told(cli: Cli) -> Callable[..., dict[str, dict[str, dict[str, str]]]]:
    """What the command says with --json."""

    def ask(*words: str, code: int = 0, **env: str) -> dict[str, dict[str, dict[str, str]]]:
        done = cli("doctor", *words, "--json", **env)
        assert done.returncode == code, done.stdout + done.stderr
        return {s["title"]: {f["name"]: f for f in s["findings"]} for s in json.loads(done.stdout)}

    return ask


Told = Callable[..., dict[str, dict[str, dict[str, str]]]]


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_machine_that_lacks_what_is_optional_is_fit(cli: Cli, tmp_path: Path) -> None:
    done = cli("doctor", PATH=str(tmp_path), ROMPY_SWAN="")
    assert done.returncode == 0, done.stderr
    assert "  works   packages " in done.stdout
    assert "  absent  mpiexec " in done.stdout
    assert "  absent  SWAN " in done.stdout
    assert "export ROMPY_SWAN=PATH" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_it_is_a_table(tmp_path: Path) -> None:
    command = f"{sys.executable} -m rompy_hydra.cli doctor"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout
    assert "\x1b[32mworks\x1b[0m" in done.stdout


def test_a_folder_that_is_not_there_or_a_word_too_much_is_refused(cli: Cli) -> None:
    assert cli("doctor", "nowhere").returncode == 2
    assert cli("doctor", ".", "more").returncode == 2
    assert "no directory --cleen" in cli("doctor", "--cleen").stderr


def test_cores_memory_and_disks_are_told(doctor: Doctor, tmp_path: Path) -> None:
    machine = doctor(ROMPY_HYDRA_CACHE=str(tmp_path / "kept"))["machine"]
    assert machine["cores"].told.startswith(str(len(os.sched_getaffinity(0))))
    assert "GB" in machine["memory"].told
    assert machine["cache"].told.endswith(str(tmp_path / "kept"))
    assert machine["output_dir"].told.endswith(str(tmp_path / "outputs"))


def test_a_cache_that_cannot_be_written_is_a_failure(told: Told, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    cache = told(code=5, ROMPY_HYDRA_CACHE=str(tmp_path / "taken" / "cache"))["machine"]["cache"]
    assert cache["state"] == "fails"
    assert "ROMPY_HYDRA_CACHE" in cache["hint"]


def test_little_room_is_told_with_what_to_do(doctor: Doctor, small_disk: Path) -> None:
    cache = doctor(ROMPY_HYDRA_CACHE=str(small_disk))["machine"]["cache"]
    assert cache.state == "works"
    assert "disk with room" in cache.hint


def test_an_extra_that_is_missing_comes_with_the_command_that_installs_it(told: Told) -> None:
    extras = told()["extras"]
    assert "extra dev" not in extras
    absent = {name: found for name, found in extras.items() if found["state"] == "absent"}
    for name, found in absent.items():
        assert found["hint"] == f'pip install "rompy-hydra[{name.removeprefix("extra ")}]"'
        assert "is not installed" in found["told"]
    if not absent:
        pytest.skip("every extra is installed")


def older(folder: Path, name: str) -> str:
    """A folder for PYTHONPATH in which a package seems to be an old one."""
    info = folder / f"{name}-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    return str(folder)


def test_a_package_of_an_extra_that_is_too_old_fails_and_the_rest_is_fit(told: Told, tmp_path: Path) -> None:
    waves = told(PYTHONPATH=older(tmp_path / "site", "wavespectra"))["extras"]["extra waves"]
    assert waves["state"] == "fails"
    assert waves["told"] == "wavespectra is 0.1, >=4.1 is needed"


def test_a_package_that_is_needed_and_too_old_is_a_failure(told: Told, tmp_path: Path) -> None:
    found = told(code=5, PYTHONPATH=older(tmp_path / "site", "cf_xarray"))["installation"]["packages"]
    assert found["told"] == "cf-xarray is 0.1, >=0.10 is needed"


def test_swan_is_found_with_the_version_that_it_writes(doctor: Doctor, tmp_path: Path) -> None:
    path = played_swan(tmp_path)
    assert doctor(ROMPY_SWAN=path)["models"]["SWAN"].told == f"41.45, {path}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("exit 0", "writes no PRINT"), ("echo libgfortran.so.5 is missing; exit 127", "libgfortran.so.5 is missing")],
)
def test_a_swan_that_cannot_be_used_says_why(doctor: Doctor, tmp_path: Path, text: str, reason: str) -> None:
    swan = doctor(ROMPY_SWAN=str(program(tmp_path, "swan.exe", text)))["models"]["SWAN"]
    assert swan.state == "fails"
    assert reason in swan.told


def test_a_swan_that_is_named_and_not_there_fails(doctor: Doctor) -> None:
    swan = doctor(ROMPY_SWAN="/nowhere/swan.exe")["models"]["SWAN"]
    assert (swan.state, "$ROMPY_SWAN is /nowhere/swan.exe" in swan.told) == ("fails", True)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("mpiexec (OpenRTE) 4.1.4", "Open MPI 4.1.4"),
        ("mpirun (Open MPI) 5.0.3", "Open MPI 5.0.3"),
        ("HYDRA build details:\n    Version:    4.0.2", "MPICH 4.0.2"),
        ("Intel(R) MPI Library for Linux* OS, Version 2021.10 Build 20230619", "Intel MPI 2021.10"),
        ("something else", "something else"),
    ],
)
def test_the_vendor_of_an_mpi_launcher_is_told(doctor: Doctor, tmp_path: Path, said: str, told: str) -> None:
    path = program(tmp_path / "bin", "mpiexec", f"echo '{said}'")
    assert doctor(PATH=f"{path.parent}:/usr/bin:/bin")["run backends"]["mpiexec"].told == f"{told}, {path}"


CLUSTER = """
from pathlib import Path

from rompy_hydra.core.findings import Finding
from rompy_hydra.errors import BackendError, Problem
from rompy_hydra.run_backend.job import Leftover
from rompy_hydra.run_backend.local import LocalRunBackend

JOB = Path("job-7")


def refuse():
    raise BackendError(Problem("", "job 8 is not to be moved"))


class Cluster(LocalRunBackend):
    "A cluster of others."

    @classmethod
    def health(cls):
        return [*super().health(), Finding("cluster", "fails", "its queue is closed", "ask for it to be opened")]

    @classmethod
    def leftovers(cls):
        jobs = [Leftover("job 7", "of a driver that is gone", JOB.unlink)] if JOB.exists() else []
        if Path("closed").exists():
            raise BackendError(Problem("", Path("closed").read_text()))
        return [*jobs, Leftover("job 8", "of a driver that is gone", refuse)] if Path("job-8").exists() else jobs


class Plain:
    "Of somebody who knows nothing of our base class."

    def run(self, model_run):
        return True
"""


def cluster(folder: Path) -> str:
    entries = {"cluster": "others.cluster:Cluster", "broken": "others.broken:Broken", "plain": "others.cluster:Plain"}
    modules = {"cluster.py": CLUSTER, "broken.py": "import nothing_of_this_name"}
    return str(install(folder / "site", "others", modules, {"rompy_hydra.run_backend": entries}))


def test_a_backend_of_others_tells_its_own_health(told: Told, tmp_path: Path) -> None:
    found = told(PYTHONPATH=cluster(tmp_path))["run backends"]
    assert found["cluster"]["hint"] == "ask for it to be opened"
    assert list(found).count("mpiexec") == 1


def test_a_plugin_that_cannot_be_imported_is_named_and_ends_nothing(told: Told, tmp_path: Path) -> None:
    broken = told(PYTHONPATH=cluster(tmp_path))["run backends"]["run_backend broken"]
    assert broken["state"] == "fails"
    assert "nothing_of_this_name" in broken["told"]
    assert "others" in broken["hint"]


def test_leftovers_of_others_are_told_and_with_clean_removed(told: Told, tmp_path: Path) -> None:
    site, job = cluster(tmp_path), tmp_path / "job-7"
    job.write_text("")
    found = told(PYTHONPATH=site)["leftovers"]["job 7"]
    assert (found["state"], job.exists()) == ("fails", True)
    assert "--clean" in found["hint"]
    assert told("--clean", PYTHONPATH=site)["leftovers"]["job 7"]["told"].startswith("removed")
    assert not job.exists()


def test_the_example_of_the_docs_tells_what_it_looks_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (REPO / "docs/plugins.md").read_text(), re.DOTALL)
    defined: dict[str, Any] = {}
    exec(next(text for text in blocks if "def health" in text), defined)
    assert [finding.state for finding in defined["Cluster"].health()] == ["absent"]
    path = program(tmp_path, "queue", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [finding.told for finding in defined["Cluster"].health()] == [str(path)]
    assert defined["Cluster"].leftovers() == []


@pytest.mark.parametrize("reason", ["its queue is closed", "its archive is closed"])
def test_leftovers_that_cannot_be_asked_for_are_told_once(told: Told, tmp_path: Path, reason: str) -> None:
    (tmp_path / "closed").write_text(reason)
    found = told(PYTHONPATH=cluster(tmp_path))["run backends"]
    assert [finding["told"] for finding in found.values()].count(reason) == 1


def test_what_cannot_be_removed_is_a_failure_with_its_reason(told: Told, tmp_path: Path) -> None:
    (tmp_path / "job-8").write_text("")
    found = told("--clean", code=5, PYTHONPATH=cluster(tmp_path))["leftovers"]["job 8"]
    assert found["told"] == "job 8 is not to be moved"


def killed(folder: Path) -> int:
    """Kill the process that drives a run, as the system does when memory is out; its number."""
    process = started(folder, *GENERIC, argv("sh", "-c", "test -f ../../../go || sleep 60"))
    process.kill()
    process.communicate()
    return process.pid


def test_a_run_whose_driver_was_killed_is_told_with_how_to_go_on(cli: Cli, doctor: Doctor, tmp_path: Path) -> None:
    pid = killed(tmp_path)
    found = doctor()
    assert found["runs"]["outputs/r"].told.startswith("cut off")
    assert "rompy-hydra resume outputs/r" in found["runs"]["outputs/r"].hint
    lock = next(f for name, f in found["leftovers"].items() if name.startswith("lock of "))
    assert f"process {pid} on " in lock.told
    assert (tmp_path / "outputs/r/run.lock").exists()
    assert "removed" in next(
        f.told for name, f in doctor(clean=True)["leftovers"].items() if name.startswith("lock of ")
    )
    assert not (tmp_path / "outputs/r/run.lock").exists()
    (tmp_path / "go").write_text("")
    assert cli("resume", "outputs/r").returncode in (0, 6)
    assert "outputs/r" not in doctor()["runs"]


def test_a_run_at_work_is_left_alone(doctor: Doctor, tmp_path: Path) -> None:
    process = started(tmp_path, *GENERIC, argv("sleep", "60"))
    try:
        found = doctor(clean=True)
        assert "outputs/r" not in found["runs"]
        assert found["runs"]["outputs"].told == "1 run, 1 at work"
        assert process.poll() is None
        assert (tmp_path / "outputs/r/run.lock").exists()
    finally:
        process.terminate()
        process.communicate()


def test_a_model_that_survived_its_driver_is_ended(doctor: Doctor, tmp_path: Path) -> None:
    process = started(tmp_path, *GENERIC, argv("sh", "-c", "echo begun; exec sleep 613"))
    while "begun" not in (tmp_path / "outputs/r/model/output.log").read_text():
        time.sleep(0.05)
    (model,) = psutil.Process(process.pid).children()
    (cookie,) = [name for name in model.environ() if name.startswith(COOKIE)]
    for guard in psutil.process_iter(["cmdline"]):
        if cookie in (guard.info["cmdline"] or []):
            guard.kill()
    process.kill()
    process.communicate()
    name = f"process {model.pid} (sleep 613)"
    assert "which is gone" in doctor()["leftovers"][name].told
    assert model.is_running()
    assert doctor(clean=True)["leftovers"][name].told.startswith("removed")
    assert name not in doctor().get("leftovers", {})


def lock(folder: Path, age_s: float = 0.0, **of: Any) -> Path:
    folder.mkdir(parents=True)
    path = folder / "run.lock"
    path.write_text(json.dumps({**asdict(Driver.here()), "token": "t", **of}))
    seen = time.time() - age_s
    os.utime(path, (seen, seen))
    return path


def test_the_lock_of_another_machine_is_told_when_it_is_old_and_never_removed(doctor: Doctor, tmp_path: Path) -> None:
    old = lock(tmp_path / "outputs/old", 3600, host="elsewhere")
    lock(tmp_path / "outputs/new", host="elsewhere")
    found = doctor(clean=True)
    (name,) = [name for name in found["runs"] if name.startswith("lock of ")]
    assert name == "lock of outputs/old"
    assert "of process" in found["runs"][name].told
    assert "rompy-hydra unlock outputs/old" in found["runs"][name].hint
    assert old.exists()


def test_a_dead_lock_of_another_user_is_left_alone(doctor: Doctor, tmp_path: Path) -> None:
    path = lock(tmp_path / "outputs/theirs", pid=2**22 - 1)
    if os.getuid() != 0:
        pytest.skip("giving a file to another user needs root")
    os.chown(path, 65534, 65534)
    assert "lock of outputs/theirs" not in doctor(clean=True).get("leftovers", {})
    assert path.exists()


def test_a_damaged_lock_or_record_is_told(doctor: Doctor, tmp_path: Path) -> None:
    lock(tmp_path / "outputs/a").write_text("{")
    (tmp_path / "outputs/b").mkdir()
    (tmp_path / "outputs/b/run.json").write_text("{")
    found = doctor()
    assert "damaged" in found["runs"]["lock of outputs/a"].told
    assert found["runs"]["outputs/b"].told.startswith("unreadable")
