"""A real Slurm cluster with its accounting database: what it adds to what a job itself tells."""

from __future__ import annotations

from contextlib import closing

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job, Together
from rompy_hydra.run_backend.slurm import SlurmRunBackend, commands


def start(tmp_path, command, **fields):
    backend = SlurmRunBackend(command=command, poll_interval=0.3, **fields)
    return backend, backend.start(Job((), tmp_path, folder=tmp_path / "job"), lambda _: None)


def test_the_largest_memory_is_told(accounted, tmp_path):
    code = "import time; x = bytearray(80_000_000); time.sleep(2.5)"
    backend, handle = start(tmp_path, ["python", "-c", code], mem="500M")
    with closing(handle):
        ended = backend.follow(handle)
    assert ended.code == 0
    assert ended.max_rss_mb == pytest.approx(90, abs=20)


def test_a_job_that_the_scheduler_has_forgotten_is_known_to_the_accounting(accounted, tmp_path):
    backend, handle = start(tmp_path, "sleep 600")
    accounted.wait_for(lambda: (tmp_path / "job" / "started").exists())
    accounted.call("scancel", handle.job.id)
    accounted.wait_for(lambda: not accounted.jobs())
    accounted.wait_for(lambda: "CANCELLED" in accounted.call("sacct", "-n", "-X", "-j", handle.job.id, "-o", "State"))
    handle.close()
    accounted.stop_controller()
    accounted.start_controller("-c")
    with closing(SlurmRunBackend.attach(handle.reference, tmp_path, lambda _: None)) as again:
        ended = backend.follow(again)
    assert str(ended) == "cancelled in Slurm (cancelled)"


def test_a_task_of_an_array_is_known_to_the_accounting(accounted, tmp_path):
    backend = SlurmRunBackend(command="true", poll_interval=0.3, array=True)
    job = Job((), tmp_path, folder=tmp_path / "job", together=Together("many.0a1b2c3d", 7, tmp_path / "all"))
    [reference] = SlurmRunBackend.start_together([(backend, job)])
    with closing(backend.attach(reference, tmp_path, lambda _: None)) as handle:
        assert backend.follow(handle).code == 0
    accounted.wait_for(lambda: (seen := commands.accounted(reference["id"])) and seen.state == "COMPLETED")


def test_an_account_that_is_not_there_is_told(accounted, tmp_path):
    with pytest.raises(BackendError) as caught:
        start(tmp_path, "true", account="nosuch")
    (problem,) = caught.value.problems
    assert problem.key == "run_backend.account"
    assert "account" in problem.message
