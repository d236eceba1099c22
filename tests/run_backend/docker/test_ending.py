"""Whatever ends a run, no container of it is left."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from rompy_hydra.core.driver import Driver
from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend, handle
from rompy_hydra.run_backend.docker.leftovers import labels
from rompy_hydra.run_backend.job import Job
from tests.run_backend.docker.conftest import BUSYBOX
from tests.run_backend.docker.engines import busybox, docker_engine

DRIVER = """
import sys
from pathlib import Path
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.docker import DockerRunBackend
try:
    backend = DockerRunBackend(image=sys.argv[1], command=["sh", "-c", sys.argv[2]], grace=float(sys.argv[3]))
    backend.execute(Job((), Path.cwd()), lambda line: print(line, flush=True))
except KeyboardInterrupt:
    sys.exit("interrupted")
"""
FOR_EVER = "while :; do sleep 0.1; done"
DEAF = f"trap '' TERM INT HUP; echo ready; {FOR_EVER}"


def shell(line):
    return ["sh", "-c", line]


@pytest.fixture
def driver(engine, workspace, background):
    """A process of its own that runs a shell line in a container."""

    def start(line, grace_s=10.0):
        process = background("-c", DRIVER, BUSYBOX, line, str(grace_s), cwd=workspace)
        assert process.stdout.readline() == "ready\n"
        return process

    return start


@pytest.fixture
def during(workspace):
    """Do something to a run as soon as it prints its first line, from another thread."""

    def run(action, line, **fields):
        begun = threading.Event()
        thread = threading.Thread(target=lambda: begun.wait(30) and action())
        thread.start()
        backend = DockerRunBackend(command=shell(f"echo ready; {line}"), **{"image": BUSYBOX, **fields})
        try:
            return backend.execute(Job((), workspace), lambda _: begun.set())
        finally:
            begun.set()
            thread.join()

    return run


@pytest.fixture
def _lost_sockets():
    """The client leaves a socket open that an engine on its way down has refused; it is freed here, and not later."""
    yield
    gc.collect()


away = [
    pytest.mark.usefixtures("_lost_sockets"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket.socket"),
]


def test_a_run_past_its_timeout_is_ended_in_time(execute, engine):
    begun = time.monotonic()
    ended = execute(shell(f"echo ready; {FOR_EVER}"), timeout=1)
    assert (ended.ending, ended.code, ended.tail[0]) == ("timed out", None, "ready")
    assert time.monotonic() - begun < 4
    assert engine.containers() == []


def test_a_model_that_ignores_the_request_to_end_is_killed_after_the_grace(execute, engine):
    begun = time.monotonic()
    assert execute(shell(DEAF), timeout=1, grace=1).ending == "timed out"
    assert 2.0 <= time.monotonic() - begun < 6.0
    assert engine.containers() == []


def test_a_program_may_save_its_state_when_asked_to_end(execute, workspace):
    (workspace / "model.sh").write_text(f"#!/bin/sh\ntrap 'echo saving; touch saved; exit 0' TERM\n{FOR_EVER}\n")
    (workspace / "model.sh").chmod(0o755)
    ended = execute("./model.sh", timeout=1, grace=10)
    assert (workspace / "saved").exists()
    assert "saving" in ended.tail
    assert ended.duration_s < 5


def test_a_flood_of_output_does_not_delay_the_timeout(execute):
    assert execute("yes", timeout=1, grace=1).duration_s < 5


def test_a_program_that_closes_its_output_still_has_to_end_in_time(execute):
    assert execute(shell(f"exec >&- 2>&-; {FOR_EVER}"), timeout=1, grace=1).ending == "timed out"
    assert execute(shell("echo x; exec >&- 2>&-; sleep 0.5; exit 4")).code == 4


def test_grandchildren_end_with_the_model(execute, engine):
    begun = time.monotonic()
    ended = execute(shell("setsid sleep 600 & sleep 600 & echo main"))
    assert (ended.code, ended.tail) == (0, ("main",))
    assert time.monotonic() - begun < 10


def test_more_memory_than_allowed_is_told_as_such(execute):
    ended = execute(shell("echo ready; tail /dev/zero"), memory="32MiB")
    assert (ended.ending, ended.code) == ("exited", 137)
    assert ended.reason == "out of memory, of which it had 32MiB"
    assert ended.tail[0] == "ready"


def test_a_model_that_is_killed_names_its_signal(execute):
    ended = execute(shell("sh -c 'kill -9 $PPID'; sleep 9"))
    assert (ended.code, str(ended)) == (137, "exit code 137 (SIGKILL under a shell or launcher)")


def test_a_container_that_is_removed_from_outside_is_told_as_such(during, engine):
    def remove():
        with engine.client() as client:
            client.remove_container(engine.containers()[0], force=True)

    ended = during(remove, FOR_EVER)
    assert (ended.ending, ended.reason) == ("signalled", "the container was removed from outside")
    assert ended.tail == ("ready",)


def test_an_image_that_is_removed_meanwhile_harms_no_run(during, engine):
    engine.load("brief:test", busybox())

    def remove():
        with engine.client() as client:
            client.remove_image("brief:test", force=True)

    assert during(remove, "sleep 1; echo done", image="brief:test").tail == ("ready", "done")
    with pytest.raises(BackendError, match="no such image"):
        during(print, "", image="brief:test", pull="never")


def test_an_error_while_a_line_is_shown_ends_the_run(engine, workspace):
    def on_line(line):
        raise RuntimeError(line)

    backend = DockerRunBackend(image=BUSYBOX, command=shell(DEAF), grace=0.2)
    with pytest.raises(RuntimeError, match="ready"):
        backend.execute(Job((), workspace), on_line)
    assert engine.containers() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_the_driver_end_the_container(driver, engine, number):
    process = driver(f"trap 'echo bye; exit' TERM; echo ready; {FOR_EVER}")
    process.send_signal(number)
    process.wait(15)
    assert engine.wait_for(0) == []


def test_a_second_ctrl_c_cuts_the_grace_short(driver, engine):
    process = driver(DEAF, grace_s=300)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.wait(15)
    assert engine.wait_for(0) == []


def test_nothing_survives_when_the_driver_is_killed_with_all_its_descendants(driver, engine):
    process = driver(DEAF)
    for descendant in psutil.Process(process.pid).children(recursive=True):
        descendant.kill()
    process.kill()
    assert engine.wait_for(0) == []


def test_the_driver_may_be_killed_at_any_moment_of_the_start(engine, workspace):
    command = [sys.executable, "-c", DRIVER, BUSYBOX, DEAF, "10"]
    for delay_s in (0.6, 0.8, 1.0, 1.2):
        process = subprocess.Popen(command, cwd=workspace, stdout=subprocess.DEVNULL)
        time.sleep(delay_s)
        process.kill()
        process.wait()
    time.sleep(1)  # a container whose creation was under way may appear still
    assert engine.wait_for(0) == []


def left_by_a_dead_driver(engine, workspace):
    """A container whose driver and guard were both killed."""
    dead = subprocess.Popen(["sleep", "600"])
    driver = Driver.here()
    told = Driver(driver.host, dead.pid, 0.0, driver.boot, driver.pids).text
    with engine.client() as client:
        marks = {**labels(workspace), "org.rompy-hydra.driver": told}
        made = client.create_container(BUSYBOX, ["sleep", "600"], labels=marks)
        client.start(made)
    dead.kill()
    dead.wait()
    return made["Id"]


def test_leftovers_are_those_of_dead_drivers_only(engine, workspace, tmp_path):
    dead = left_by_a_dead_driver(engine, workspace)
    lines = []

    def look(line):
        lines.append([leftover.name for leftover in DockerRunBackend.leftovers()])

    DockerRunBackend(image=BUSYBOX, command="echo x").execute(Job((), tmp_path), look)
    assert lines == [[f"container {dead[:12]}"]]
    (leftover,) = DockerRunBackend.leftovers()
    assert str(workspace) in leftover.told
    leftover.remove()
    leftover.remove()
    assert DockerRunBackend.leftovers() == []


def test_a_new_run_ends_what_a_dead_driver_has_left_in_its_workspace(execute, engine, workspace):
    left_by_a_dead_driver(engine, workspace)
    during = []
    execute(shell("echo x"), lines=during)
    assert engine.containers() == []


@away[0]
@away[1]
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_engine_that_is_restarted_is_told_as_the_reason(during, engine, number):
    def restart():
        engine.stop(number)
        engine.start()

    ended = during(restart, f"trap 'exit 143' TERM; {FOR_EVER}")
    assert (ended.ending, ended.reason) == ("exited", "the container engine stopped while it ran")
    assert ended.tail[0] == "ready"
    assert engine.containers() == []


@away[0]
@away[1]
def test_a_container_that_outlives_its_engine_is_followed_on(workspace, caplog):
    with docker_engine(**{"live-restore": "true"}) as engine:
        engine.load(BUSYBOX, busybox())

        def restart():
            engine.stop()
            engine.start()
            (workspace / "go").touch()

        begun = threading.Event()
        thread = threading.Thread(target=lambda: begun.wait(30) and restart())
        thread.start()
        line = "echo ready; while [ ! -e go ]; do sleep 0.1; done; sleep 2; echo done"
        backend = DockerRunBackend(image=BUSYBOX, command=shell(line), host=engine.host)
        ended = backend.execute(Job((), workspace), lambda _: begun.set())
        thread.join()
        assert (ended.code, ended.tail, ended.reason) == (0, ("ready", "done"), "")
        assert "may be lost" in caplog.text
        assert engine.containers() == []


@away[0]
@away[1]
def test_an_engine_that_stays_away_ends_the_run_and_the_container_goes_when_it_is_back(during, engine, monkeypatch):
    monkeypatch.setattr(handle, "_PATIENCE_S", 1.0)
    monkeypatch.setattr(handle, "_LAST_WORDS_S", 0.5)
    with pytest.raises(BackendError, match=r"not running|no such socket"):
        during(lambda: engine.stop(signal.SIGKILL), FOR_EVER)
    engine.start()
    assert engine.wait_for(0) == []


def test_a_disk_that_is_full_is_told_by_the_model(execute, small_disk, engine):
    job = Job(tuple(shell("dd if=/dev/zero of=big bs=1M count=10 || exit 7")), small_disk)
    ended = execute(job=job)
    assert ended.code == 7
    assert any("No space left" in line for line in ended.tail)
