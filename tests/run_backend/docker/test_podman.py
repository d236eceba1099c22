"""The socket of Podman does what that of Docker does."""

from __future__ import annotations

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.docker import DockerRunBackend
from rompy_hydra.run_backend.job import Job

BUSYBOX = "busybox:latest"


@pytest.fixture
def execute(podman, workspace):
    def run(line, **fields):
        backend = DockerRunBackend(image=BUSYBOX, command=["sh", "-c", line], host=podman.host, **fields)
        return backend.execute(Job((), workspace), lambda _: None)

    return run


def test_a_program_runs_in_the_workspace_and_its_exit_code_is_kept(execute, workspace):
    ended = execute("echo one; pwd; touch out; exit 3")
    assert (ended.ending, ended.code, ended.tail) == ("exited", 3, ("one", "/workspace"))
    assert (workspace / "out").exists()


def test_a_time_out_leaves_no_container(execute, podman):
    assert execute("while :; do sleep 0.1; done", timeout=1, grace=1).ending == "timed out"
    assert podman.containers() == []


def test_a_program_that_is_not_there_is_told(podman, workspace):
    backend = DockerRunBackend(image=BUSYBOX, command="no-such-program", host=podman.host)
    with pytest.raises(BackendError, match="no such program"):
        backend.execute(Job((), workspace), lambda _: None)


def test_memory_is_a_limit(execute):
    assert execute("tail /dev/zero", memory="32MiB").code == 137
