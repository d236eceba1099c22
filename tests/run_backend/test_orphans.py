"""Processes that survive their driver because the guard was killed too are found, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import psutil
import pytest

from rompy_hydra.core.driver import Driver
from rompy_hydra.run_backend.orphans import orphans
from rompy_hydra.run_backend.processes import COOKIE

DRIVER = """
import sys
from pathlib import Path
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend
LocalRunBackend(command=sys.argv[1]).execute(Job((), Path.cwd()), print)
"""
SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def driver(tmp_path, script, marked):
    """A process that drives a model of two marked processes; ended with the test."""
    script(f"setsid -f {sys.executable} -c '{SLEEP}' {marked.mark}\nexec {sys.executable} -c '{SLEEP}' {marked.mark}")
    process = subprocess.Popen([sys.executable, "-c", DRIVER, "./model.sh"], cwd=tmp_path)
    assert len(marked.wait_for(2)) == 2
    yield process
    process.kill()
    process.wait()


def cookies(pid):
    return [name for name in psutil.Process(pid).environ() if name.startswith(COOKIE)]


def kill_with_guard(driver):
    """Kill a driver so that its model survives, as when memory runs out and the system kills what it likes."""
    (model,) = psutil.Process(driver.pid).children()
    (cookie,) = cookies(model.pid)
    for guard in psutil.process_iter(["cmdline"]):
        if cookie in (guard.info["cmdline"] or []):
            guard.kill()
    driver.kill()
    driver.wait()
    return model


def of_test(marked):
    """The leftovers of this test, for others may be at work on this machine."""
    return [left for left in orphans() if marked.mark in left.name]


def test_processes_of_a_killed_driver_are_found_and_ended(driver, marked):
    model = kill_with_guard(driver)
    assert len(marked.alive()) == 2
    (left,) = of_test(marked)
    assert left.name.startswith("processes ")
    assert str(model.pid) in left.name
    assert f"process {driver.pid} on " in left.told
    left.remove()
    assert marked.alive() == []
    assert of_test(marked) == []
    left.remove()  # once more is no error


def test_processes_of_a_driver_that_lives_are_left_alone(driver, marked):
    assert of_test(marked) == []
    assert len(marked.alive()) == 2


@pytest.mark.parametrize("told", ["1", "", "host=elsewhere&pid=1&started=1&boot=b&pids=p"])
def test_processes_whose_driver_cannot_be_told_are_left_alone(marked, told):
    env = {f"{COOKIE}{marked.mark}": told}
    with at_work([sys.executable, "-c", SLEEP, marked.mark], env=env):
        assert len(marked.wait_for(1)) == 1
        assert of_test(marked) == []


@contextmanager
def at_work(argv, **options):
    with subprocess.Popen(argv, **options) as process:
        try:
            yield
        finally:
            process.kill()


def dead_driver():
    done = subprocess.run(
        [sys.executable, "-c", "from rompy_hydra.core.driver import Driver; print(Driver.here().text)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_run_is_left_alone_that_the_doctor_itself_is_part_of(marked):
    """Somebody works in a shell, or in tmux, that a run has started."""
    code = (
        "from rompy_hydra.run_backend.orphans import orphans; import os, sys; "
        "print([x.name for x in orphans() if sys.argv[1] in x.name])"
    )
    env = {f"{COOKIE}{marked.mark}": dead_driver()}
    shell = f"{sys.executable} -c '{SLEEP}' {marked.mark} & {sys.executable} -c '{code}' {marked.mark}; kill -9 $!"
    done = subprocess.run(["sh", "-c", shell], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[]\n", done.stderr


def test_what_another_user_runs_is_none_of_ones_business(marked):
    if not hasattr(psutil.Process(), "uids") or psutil.Process().uids().real != 0:
        pytest.skip("starting a process of another user needs root")
    env = {f"{COOKIE}{marked.mark}": dead_driver()}
    with at_work(["sh", "-c", "sleep 600; :", marked.mark], env=env, cwd="/", user=65534):
        assert len(marked.wait_for(1)) == 1
        assert of_test(marked) == []


def test_the_processes_of_a_run_tell_who_drives_it(execute):
    lines = []
    execute(["sh", "-c", f"env | grep ^{COOKIE}"], lines=lines)
    told = [Driver.parse(line.partition("=")[2]) for line in lines]
    assert Driver.here() in told
