"""Jobs that are submitted together to a real Slurm cluster, by the contract."""

from __future__ import annotations

import os
import shutil
from contextlib import closing

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job, Together
from rompy_hydra.run_backend.slurm import SlurmRunBackend


@pytest.fixture
def together(cluster, tmp_path):
    """Start jobs together, each with its own options; the paths have what a shell would not take as it is."""
    place = tmp_path / "it's a=1,b 100%j"

    def start(*members, first=0, **fields):
        jobs = []
        for number, options in enumerate(members, first):
            backend = SlurmRunBackend(**{"array": True, "poll_interval": 0.3, **fields, **options})
            workspace = place / str(number) / "model"
            workspace.mkdir(parents=True)
            whole = Together("many.0a1b2c3d", number, place / "all")
            job = Job((), workspace, folder=workspace.parent / "job", together=whole)
            backend.check(job)
            jobs.append((backend, job))
        return jobs, SlurmRunBackend.start_together(jobs)

    return start


def ended(jobs, references):
    found = []
    for (backend, job), reference in zip(jobs, references, strict=True):
        with closing(backend.attach(reference, job.workspace, lambda _: None)) as handle:
            found.append(backend.follow(handle))
    return found


def arrays(references):
    return [reference["id"].partition("_")[0] for reference in references]


def test_each_ends_in_its_own_way(together, cluster):
    greedy = ["python", "-c", "import time; x = bytearray(300_000_000); time.sleep(60)"]
    jobs, references = together(
        {"command": "printenv GREETING", "env_vars": {"GREETING": "it is"}},
        {"command": ["sh", "-c", "echo last words; exit 3"]},
        {"command": greedy},
        {"command": "true", "prologue": ["false"]},
        mem="100M",
    )
    assert len(set(arrays(references))) == 1
    told = ended(jobs, references)
    assert [str(one) for one in told] == [
        "exit code 0",
        "exit code 3",
        "out of memory (signalled)",
        "its prologue failed with exit code 1 (exited)",
    ]
    assert [one.tail for one in told[:2]] == [("it is",), ("last words",)]
    assert all(0 <= one.queued_s < 20 for one in told)


def test_those_that_ask_for_different_things_are_in_arrays_of_their_own(together, cluster):
    jobs, references = together(*({"command": "true", "cpus": cpus} for cpus in (1, 2, 1)))
    first, second, third = arrays(references)
    assert first == third != second
    assert [one.code for one in ended(jobs, references)] == [0, 0, 0]


def test_no_more_run_at_the_same_time_than_asked_for(together, cluster):
    together(*({"command": "sleep 600"} for _ in range(3)), array=2)
    cluster.wait_for(lambda: sorted(cluster.call("squeue", "-h", "-r", "-o", "%T").split())[1:] == ["RUNNING"] * 2)
    assert cluster.call("squeue", "-h", "-r", "-t", "pending", "-o", "%r") == "JobArrayTaskLimit\n"


def test_one_question_tells_the_state_of_all(together, cluster, tmp_path, monkeypatch):
    _, references = together(*({"command": "sleep 600"} for _ in range(3)))
    squeue = tmp_path / "squeue"
    squeue.write_text(f"#!/bin/sh\necho asked >>'{tmp_path}/asked'\nexec {shutil.which('squeue')} \"$@\"\n")
    squeue.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert set(SlurmRunBackend.states(references)) <= {"queued", "running"}
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_secrets_reach_a_task_in_a_file_that_is_gone_when_the_model_runs(together, cluster):
    jobs, references = together({"command": "printenv API_TOKEN", "env_vars": {"API_TOKEN": "hunter2"}})
    assert ended(jobs, references)[0].tail == ("hunter2",)
    folder = jobs[0][1].folder
    assert not (folder / "secrets").exists()
    assert "hunter2" not in (folder / "job.sh").read_text()


def test_more_than_an_array_may_have_are_told(together):
    _, [error] = together({"command": "true"}, first=2000)
    assert isinstance(error, BackendError)
    assert error.problems[0].key == "run_backend.array"
    assert "MaxArraySize" in error.problems[0].hint
