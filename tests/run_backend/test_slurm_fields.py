"""What may be said of a job, and what becomes of it in the batch script; nothing is submitted here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.slurm import SlurmRunBackend

THREADS = Job(("swan",), Path("/runs/a/model"))
RANKS = Job(("mpiexec", "-n", "8", "swan"), Path("/runs/a/model"), program="swan")


def options(job=THREADS, **fields):
    return SlurmRunBackend(**fields).options(job)


def refusal(**fields):
    with pytest.raises(ValidationError) as caught:
        SlurmRunBackend(**fields)
    (error,) = caught.value.errors()
    return error["msg"]


def layout(job=THREADS, **fields):
    return SlurmRunBackend(**fields).layout(job)


def test_cpus_are_threads_of_a_model_with_threads_and_ranks_of_one_with_mpi():
    assert layout(cpus=8) == (1, 8)
    assert layout(RANKS, cpus=8) == (8, 1)
    assert layout(cpus=8, mpiexec="srun") == (8, 1)
    assert layout(cpus=4, command="mpirun -n 4 ./swan") == (4, 1)


def test_ranks_and_threads_make_cpus():
    hybrid = SlurmRunBackend(ntasks=4, cpus_per_task=2, mpiexec="srun")
    assert (hybrid.cpus, hybrid.layout(THREADS)) == (8, (4, 2))
    assert hybrid.argv(THREADS) == ("srun", "-n", "4", "swan")
    assert layout(cpus=8, cpus_per_task=2, mpiexec="srun") == (4, 2)
    assert layout(RANKS, ntasks=8) == (8, 1)
    assert layout(cpus_per_task=8) == (1, 8)


def test_counts_that_contradict_each_other_are_refused():
    assert "cpus: 8 is not ntasks x cpus_per_task, 3 x 1" in refusal(cpus=8, ntasks=3)
    assert "4 x 4" in refusal(cpus=8, ntasks=4, cpus_per_task=4)


def test_ranks_that_nothing_starts_are_refused_before_anything_is_written():
    with pytest.raises(BackendError, match="nothing starts 4 ranks"):
        SlurmRunBackend(ntasks=4).argv(THREADS)
    with pytest.raises(BackendError, match="the model starts 8 ranks itself"):
        SlurmRunBackend(cpus_per_task=2, ntasks=4).argv(RANKS)


def test_a_job_is_limited_to_its_timeout_or_to_a_longer_time_of_its_own():
    assert "--time=0-00:01:30" in options(timeout=90)
    assert "--time=0-03:00:00" in options(timeout="2h", time="3h")
    assert not [o for o in options() if o.startswith("--time")]
    assert "before its timeout" in refusal(timeout="2h", time="1h")


def test_what_is_asked_for_becomes_options_of_sbatch():
    said = options(
        partition="work", account="ocean", qos="high", reservation="storm", nodes=2, mem="16G",
        mail_user="ann@example.org", mail_type="END,FAIL", directives=["--constraint='a&b'", "--exclusive"],
    )  # fmt: skip
    assert said == [
        "--ntasks=1", "--cpus-per-task=1", "--nodes=2",
        "--partition=work", "--account=ocean", "--qos=high", "--reservation=storm", "--mem=16G",
        "--mail-user=ann@example.org", "--mail-type=END,FAIL", "--no-requeue", "--constraint='a&b'", "--exclusive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--array=1-3", "set run_backend.array"),
        ("--partition=work", "set run_backend.partition"),
        ("--mail-user=x", "set run_backend.mail_user"),
        ("--wait", "set run_backend.wait"),
        ("--output=x", "kept in the run directory"),
        ("-p work", "no long option"),
        ("exclusive", "no long option"),
        ("--comment=a\n#SBATCH --array=1", "one line per item"),
    ],
)
def test_options_that_have_a_key_or_would_be_in_the_way_are_refused(option, told):
    assert told in refusal(directives=[option])


@pytest.mark.parametrize("wrong", [{"partition": "a b"}, {"account": "a\n#SBATCH"}, {"qos": "a'"}, {"mem": "lots"}])
def test_words_are_words(wrong):
    assert "expected" in refusal(**wrong)


@pytest.mark.parametrize("mem", [4, "4000", "4GB"])
def test_memory_has_a_unit_of_slurm(mem):
    assert "16G" in refusal(mem=mem)
    assert "--mem=0" in options(mem=0)


@pytest.mark.parametrize("limit", [120, "120", "02:00:00", "1-12:00:00"])
def test_a_limit_of_the_job_has_a_unit_for_a_number_is_minutes_to_slurm_and_seconds_here(limit):
    assert "2h for Slurm's 02:00:00" in refusal(time=limit)


def test_without_apptainer_it_is_the_container_that_cannot_be_had(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError, match=r"run_backend\.container: there is no apptainer on PATH"):
        SlurmRunBackend(container="swan:1").launch(replace(THREADS, workspace=tmp_path))


def test_a_shell_line_starts_its_container_itself():
    assert "container" in refusal(container="swan", command="swan | tee", shell=True)


def test_a_container_stands_between_the_launcher_and_the_program(tmp_path, monkeypatch):
    for name in ("apptainer", "srun"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    job = replace(RANKS, workspace=tmp_path)
    backend = SlurmRunBackend(container="swan:1", container_options=["--nv"], cpus=8)
    words = backend.launch(job).argv
    assert words[:5] == [str(tmp_path / "srun"), "-n", "8", str(tmp_path / "apptainer"), "exec"]
    assert words[-3:] == ["--nv", "docker://swan:1", "swan"]
    assert backend.argv(job) == RANKS.argv, "what is executed is the same, wherever that is"
    by_backend = SlurmRunBackend(container="swan.sif", mpiexec="srun", cpus=2, command="swan case")
    words = by_backend.launch(Job((), tmp_path)).argv
    assert words[1:3] + words[-3:] == ["-n", "2", str(Path("swan.sif").absolute()), "swan", "case"]


@pytest.mark.parametrize(("given", "known"), [(True, True), ("false", False), (1, 1), ("1", 1), ("20", 20)])
def test_an_array_is_wanted_or_has_a_number_of_tasks_at_a_time(given, known):
    array = SlurmRunBackend(array=given).array
    assert (array, type(array)) == (known, type(known))


@pytest.mark.parametrize("wrong", [0, -1, "0", "all", "1-3", None, 1.5])
def test_any_other_array_is_refused_in_one_sentence(wrong):
    assert refusal(array=wrong).endswith("expected true, false, or how many may run at the same time, from 1")


def test_a_path_that_slurm_does_not_take_is_told():
    with pytest.raises(BackendError, match="no path with a backslash"):
        SlurmRunBackend(command="true").check(Job((), Path("/runs/back\\slash/model"), program="true"))
