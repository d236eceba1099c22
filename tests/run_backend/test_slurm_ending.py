"""Whatever ends a job, it is told why, and nothing of it is left in the cluster."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing

import pytest

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.slurm import SlurmRunBackend, commands
from rompy_hydra.run_backend.slurm.files import JobFiles
from tests.run_backend.cluster import URGENT

PARENT = """
import json, sys
from pathlib import Path
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.slurm import SlurmRunBackend, commands
here = Path.cwd()
commands.PATIENCE_S = float(sys.argv[2])
try:
    SlurmRunBackend(**json.loads(sys.argv[1])).execute(Job((), here, folder=here / "job"), print)
except KeyboardInterrupt as stop:
    sys.exit(type(stop).__name__)
"""
STUBBORN = ["sh", "-c", "trap '' TERM; echo ready; sleep 600 & wait; while :; do sleep 1; done"]
READY = ["sh", "-c", "echo ready; exec sleep 600"]


@pytest.fixture
def start(cluster, tmp_path):
    """Start a command as a job; closed with the test."""
    opened = []

    def begin(command, **fields):
        backend = SlurmRunBackend(command=command, poll_interval=0.3, **fields)
        handle = backend.start(Job((), tmp_path, folder=tmp_path / "job"), lambda _: None)
        opened.append(handle)
        return backend, handle

    yield begin
    for handle in opened:
        handle.close()


@pytest.fixture
def running(start, cluster):
    """A job whose command has printed that it is ready."""

    def begin(command=READY, **fields):
        backend, handle = start(command, **fields)
        cluster.wait_for(lambda: (handle.read(0.05), "ready" in handle.tail)[1])
        return backend, handle

    return begin


def test_a_job_past_its_timeout_is_ended(running, cluster):
    backend, handle = running(timeout=2)
    ended = backend.follow(handle)
    assert (ended.ending, ended.tail) == ("timed out", ("ready",))
    assert 2 <= ended.duration_s < 6
    assert cluster.jobs() == []


def test_waiting_in_the_queue_is_no_running(start, cluster):
    backend, handle = start("true", timeout=1, directives=["--hold"])
    time.sleep(1.5)
    assert handle.poll() is None
    assert handle.running_s == 0
    cluster.call("scontrol", "release", handle.job.id)
    ended = backend.follow(handle)
    assert (ended.ending, ended.code) == ("exited", 0)
    assert ended.queued_s > 1.4


def test_a_model_that_ignores_the_request_to_end_is_killed(running, cluster):
    backend, handle = running(STUBBORN, timeout=1)
    assert backend.follow(handle).ending == "timed out"
    assert cluster.jobs() == []


def test_a_model_may_save_its_state_when_the_job_is_ended(running, tmp_path, cluster):
    save = "trap 'sleep 0.5; touch saved; echo saved; exit' TERM; echo ready; while :; do sleep 0.1; done"
    backend, handle = running(["sh", "-c", save], timeout=1)
    assert backend.follow(handle).tail[-1] == "saved"
    assert (tmp_path / "saved").exists()


def test_a_job_that_is_cancelled_by_others_is_told_so(running, cluster):
    backend, handle = running()
    cluster.call("scancel", handle.job.id)
    ended = backend.follow(handle)
    assert str(ended) == "cancelled in Slurm (cancelled)"
    assert ended.tail == ("ready",)


def test_a_job_that_slurm_ends_at_its_time_limit_is_told_so(running, cluster):
    backend, handle = running(time="1min")
    cluster.call("scontrol", "update", f"jobid={handle.job.id}", "endtime=now")  # a minute is the shortest limit
    ended = backend.follow(handle)
    assert ended.ending == "timed out"
    assert ended.reason == "the time limit of the job"


def test_a_job_that_is_killed_for_its_memory_is_told_so(start):
    backend, handle = start(["python", "-c", "x = bytearray(400_000_000); import time; time.sleep(60)"], mem="100M")
    ended = backend.follow(handle)
    assert str(ended) == "out of memory (signalled)"


def test_a_job_that_another_takes_the_place_of_is_told_so(running, cluster):
    backend, handle = running(directives=["--exclusive", "--nodelist=node1"])
    cluster.call("sbatch", f"--partition={URGENT}", "--exclusive", "--nodelist=node1", "--output=/dev/null", "--wrap=:")
    assert str(backend.follow(handle)) == "preempted by another job (cancelled)"


def test_a_job_that_cannot_start_before_its_deadline_is_told_so(start, cluster):
    full = ["--exclusive", "--nodelist=node1"]
    cluster.call("sbatch", *full, "--output=/dev/null", "--wrap=exec sleep 600")
    backend, handle = start("true", time="1min", directives=[*full, "--deadline=now+120"])
    cluster.call("scontrol", "update", f"jobid={handle.job.id}", "deadline=now+2")
    assert str(backend.follow(handle)) == "past its deadline (cancelled)"


def test_a_job_whose_node_goes_down_is_told_so(running, cluster):
    backend, handle = running(directives=["--nodelist=node2"])
    cluster.call("scontrol", "update", "nodename=node2", "state=down", "reason=test")
    try:
        assert str(backend.follow(handle)) == "node failure (cancelled)"
    finally:
        cluster.call("scontrol", "update", "nodename=node2", "state=resume", check=False)  # or it is back already
        cluster.wait_for_nodes()


def test_a_job_that_slurm_starts_again_is_followed_to_its_second_end(running, cluster, tmp_path):
    twice = ["sh", "-c", "[ ! -e again ] || exit 0; touch again; echo ready; exec sleep 600"]
    backend, handle = running(twice, requeue=True)
    cluster.call("scontrol", "requeue", handle.job.id)
    cluster.wait_for(lambda: cluster.jobs() == [f"{handle.job.id} PENDING"])
    # Else in two minutes; in the same second its node takes it for the job that it has just ended.
    cluster.call("scontrol", "update", f"jobid={handle.job.id}", "starttime=now+2")
    ended = backend.follow(handle)
    assert (ended.ending, ended.code) == ("exited", 0)
    assert ended.tail.count("ready") == 1


def test_the_scheduler_may_be_restarted_meanwhile(running, cluster, tmp_path, caplog):
    wait = ["sh", "-c", "echo ready; until [ -e go ]; do sleep 0.1; done; echo done"]
    backend, handle = running(wait)
    cluster.stop_controller()
    handle.poll()
    time.sleep(0.5)
    cluster.start_controller()
    (tmp_path / "go").touch()
    ended = backend.follow(handle)
    assert (ended.code, ended.tail) == (0, ("ready", "done"))


@pytest.mark.parametrize(("code", "told"), [(0, "exit code 0"), (3, "exit code 3")])
def test_a_job_that_slurm_has_forgotten_is_judged_by_its_own_note(start, cluster, tmp_path, code, told):
    _, handle = start(["sh", "-c", f"echo words; exit {code}"])
    cluster.wait_for(lambda: (tmp_path / "job" / "exit").exists() and not cluster.jobs())
    cluster.stop_controller()
    cluster.start_controller("-c")
    assert SlurmRunBackend.states([handle.reference]) == ["ended"]
    with closing(SlurmRunBackend.attach(handle.reference, tmp_path, lambda _: None)) as again:
        ended = SlurmRunBackend(poll_interval=0.3).follow(again)
    assert (str(ended), ended.tail) == (told, ("words",))


def test_a_job_that_ended_before_it_is_found_again_did_not_run_past_its_timeout(start, cluster, tmp_path):
    _, handle = start(["sh", "-c", "sleep 2; exit 3"], timeout=1)
    cluster.wait_for(lambda: not cluster.jobs())
    with closing(SlurmRunBackend.attach(handle.reference, tmp_path, lambda _: None)) as again:
        assert str(SlurmRunBackend(timeout=1, poll_interval=0.3).follow(again)) == "exit code 3"


@pytest.fixture
def parent(cluster, background):
    """A process of its own that runs a job and has shown its first line."""

    def begin(patience_s=commands.PATIENCE_S, **fields):
        given = json.dumps({"poll_interval": 0.3, "command": READY, **fields})
        process = background("-u", "-c", PARENT, given, str(patience_s))
        assert process.stdout.readline() == "ready\n"
        return process

    return begin


def test_ctrl_c_leaves_no_job(parent, cluster):
    process = parent()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 1
    assert process.stderr.read().strip() == "KeyboardInterrupt"
    assert cluster.jobs() == []


def test_ctrl_c_leaves_a_job_to_go_on_where_that_is_asked_for(parent, cluster):
    process = parent(on_interrupt="detach")
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 1
    assert process.stderr.read().strip() == "Detached"
    assert len(cluster.jobs()) == 1


def test_ctrl_c_while_the_scheduler_is_away_leaves_the_job_and_says_so(parent, cluster):
    process = parent(patience_s=1.0)
    (job,) = cluster.jobs()
    cluster.stop_controller()
    try:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 1
    finally:
        cluster.start_controller()
    told = process.stderr.read()
    assert f"it may go on: scancel {job.split()[0]}" in told
    assert told.rstrip().endswith("Detached")


def test_a_job_that_slurm_takes_when_it_was_given_up_does_nothing(start, cluster, tmp_path):
    """As of a driver that was killed while sbatch waited for a busy scheduler."""
    _, handle = start(["touch", "done"], directives=["--hold"])
    JobFiles(tmp_path / "job").give_up()
    cluster.call("scontrol", "release", handle.job.id)
    cluster.wait_for(lambda: not cluster.jobs())
    assert not (tmp_path / "done").exists()
    assert not (tmp_path / "job" / "started").exists()
