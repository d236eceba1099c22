"""Ranks of a real Open MPI: as many as asked for, also as root and beyond the cores, and none of them is left."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

RANK = "echo $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE"


@pytest.fixture(autouse=True)
def _open_mpi():
    if shutil.which("mpiexec.openmpi") is None and shutil.which("ompi_info") is None:
        if os.environ.get("CI") == "true" or os.environ.get("SETUP") == "1":
            pytest.fail("Open MPI must be there: .ci/setup installs openmpi-bin")
        pytest.skip("Open MPI (Debian package openmpi-bin) is not installed")


@pytest.fixture
def model(script, tmp_path):
    """The command of a model with ranks, as its plugin gives it."""
    script(RANK)

    def job(count):
        return Job(("mpiexec", "-n", str(count), "./model.sh"), tmp_path, program="./model.sh")

    return job


def ranks(ended):
    assert ended.code == 0, ended.tail
    return sorted(ended.tail)


def test_a_model_with_its_own_launcher_gets_its_ranks(execute, model):
    assert ranks(execute(job=model(2))) == ["0 of 2", "1 of 2"]


def test_ranks_beyond_the_cores_run_all_the_same_as_whoever_one_is(execute, model):
    count = 2 * os.cpu_count() + 1
    assert len(ranks(execute(job=model(count)))) == count


def test_ranks_run_in_a_clean_environment_too(execute, model):
    assert ranks(execute(job=model(3), clean_env=True))[0] == "0 of 3"


@pytest.mark.parametrize("launcher", ["mpiexec", "mpirun", "mpirun --bind-to none"])
def test_a_command_is_put_behind_the_launcher_with_as_many_ranks_as_cpus(execute, script, launcher):
    script(RANK)
    assert ranks(execute("./model.sh", mpiexec=launcher, cpus=3)) == ["0 of 3", "1 of 3", "2 of 3"]


def test_the_launcher_of_the_backend_replaces_that_of_the_model(execute, model):
    assert ranks(execute(job=model(2), mpiexec="mpirun --mca btl self,vader")) == ["0 of 2", "1 of 2"]


def test_any_launcher_will_do_where_the_model_says_mpiexec(execute, model, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mpirun").symlink_to(shutil.which("mpirun"))
    (folder / "ssh").symlink_to("/bin/true")  # it looks for one at its start, whether it has to go elsewhere or not
    assert ranks(execute(job=model(2), env_vars={"PATH": str(folder)})) == ["0 of 2", "1 of 2"]


@pytest.mark.parametrize("launcher", ["no-such-srun", "mpiexec"])
def test_a_launcher_that_is_not_there_is_named(model, launcher):
    with pytest.raises(BackendError) as caught:
        LocalRunBackend(mpiexec=launcher, env_vars={"PATH": "/nowhere"}).execute(model(2), print)
    (problem,) = caught.value.problems
    assert problem.value == launcher
    assert "no such program on PATH" in problem.message


def test_ranks_stay_on_the_cores_of_a_pinned_run(execute, every_core):
    code = "import os; print(*os.sched_getaffinity(0))"
    ended = execute(["python", "-c", code], mpiexec="mpiexec", cpus=1, pin=True)
    assert ended.code == 0, ended.tail
    assert len(ended.tail[-1].split()) == 1


def test_a_time_limit_ends_every_rank(execute, script, marked):
    script(f"exec {sys.executable} -c 'import time; time.sleep(600)' {marked.mark}")
    ended = execute("./model.sh", mpiexec="mpiexec", cpus=3, timeout=2, grace=5)
    assert ended.ending == "timed out"
    assert marked.alive() == []


def test_a_rank_that_dies_ends_the_others_and_the_run_fails(execute, script, marked):
    sleeper = f"exec {sys.executable} -c 'import time; time.sleep(600)' {marked.mark}"
    script(f'[ "$OMPI_COMM_WORLD_RANK" != 1 ] || kill -SEGV $$\n{sleeper}')
    ended = execute("./model.sh", mpiexec="mpiexec", cpus=3, timeout=60)
    assert str(ended) == "exit code 139 (SIGSEGV under a shell or launcher)"
    assert marked.alive() == []
