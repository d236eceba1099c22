"""Jobs of a real Slurm cluster that run to their end, and jobs that Slurm refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.output import LONGEST_LINE
from rompy_hydra.run_backend.slurm import SlurmRunBackend, commands
from rompy_hydra.run_backend.slurm.watch import WATCH
from rompy_hydra.testing import RunBackendTests
from tests.run_backend.cluster import SHORT


class TestContract(RunBackendTests):
    @pytest.fixture(autouse=True)
    def _in_a_cluster(self, cluster):
        pass

    def backend(self, **options):
        return SlurmRunBackend.model_validate({"poll_interval": 0.3, **options})


@pytest.fixture
def run(cluster, tmp_path):
    """Run a command as a job; the workspace has what paths may have that a shell would not take as they are."""
    workspace = tmp_path / "it's a=1,b 100%j" / "model"
    workspace.mkdir(parents=True)

    def execute(command=None, *, job=None, lines=None, **fields):
        backend = SlurmRunBackend(command=command, **{"poll_interval": 0.3, **fields})
        job = job or Job((), workspace, folder=workspace.parent / "job")
        return backend.execute(job, ([] if lines is None else lines).append)

    execute.workspace, execute.folder = workspace, workspace.parent / "job"
    return execute


def refusal(run, *command, **fields):
    with pytest.raises(BackendError) as caught:
        run(command[0] if command else "true", **fields)
    (problem,) = caught.value.problems
    return problem


def test_words_reach_the_program_as_they_are(run):
    lines = []
    odd = [
        "a b",
        "it's",
        '"',
        "$HOME",
        "`id`",
        "*",
        "a\\b",
        "\N{GREEK SMALL LETTER ETA}",
        "",
        "{{ 7 * 7 }}",
        "#",
        "100%j",
    ]
    run(["printf", "%s\\n", *odd], lines=lines, env_vars={"ODD": "it's $HOME"})
    assert lines == odd


def test_an_exit_code_comes_with_the_last_lines_the_wait_and_the_processor_time(run):
    burn = "import time\nwhile time.process_time() < 0.6: pass\nprint('last words'); raise SystemExit(3)"
    ended = run(["python", "-c", burn])
    assert (ended.ending, ended.code, ended.tail) == ("exited", 3, ("last words",))
    assert 0.5 < ended.duration_s < 20
    assert 0 <= ended.queued_s < 20
    assert ended.cpu_s == pytest.approx(0.6, abs=0.5)
    assert str(ended) == "exit code 3"


def test_lines_arrive_while_the_job_runs(run):
    (run.workspace / "model.sh").write_text(
        "#!/bin/sh\necho first; until [ -e go ]; do sleep 0.05; done; echo second\n"
    )
    (run.workspace / "model.sh").chmod(0o755)
    lines = []

    class Go(list):
        def append(self, line):
            lines.append(line)
            (run.workspace / "go").touch()

    assert run("./model.sh", lines=Go(), timeout=60).code == 0
    assert lines == ["first", "second"]


def test_output_without_newline_and_bytes_that_are_no_text_come_through(run):
    lines = []
    run("head -c 3000000 /dev/zero | tr '\\0' x; printf '\\377 end'", shell=True, lines=lines)
    assert sum(map(len, lines)) == 3_000_005
    assert max(map(len, lines)) <= LONGEST_LINE
    assert lines[-1].endswith("\N{REPLACEMENT CHARACTER} end")


def test_a_shell_line_fails_when_any_part_of_its_pipe_fails(run):
    assert run("false | true", shell=True).code == 1


def test_the_environment_is_that_of_this_process_or_a_clean_one(run, monkeypatch):
    monkeypatch.setenv("FROM_OUTSIDE", "1")
    monkeypatch.setenv("SLURM_NTASKS", "77")
    show = ["sh", "-c", "echo ${FROM_OUTSIDE-none} $MINE $SLURM_NTASKS"]
    assert run(show, env_vars={"MINE": "2"}).tail == ("1 2 1",)
    assert run(show, env_vars={"MINE": "2"}, clean_env=True).tail == ("none 2 1",)


def test_secrets_are_in_a_file_that_is_gone_when_the_model_runs(run, cluster, monkeypatch):
    monkeypatch.setenv("OUTER_TOKEN", "outer-hunter2")
    show = ["sh", "-c", "ls ../job > files; scontrol show job $SLURM_JOB_ID > told; env"]
    lines = []
    assert run(show, env_vars={"API_TOKEN": "it's hunter2"}, lines=lines).code == 0
    assert {"API_TOKEN=it's hunter2", "OUTER_TOKEN=outer-hunter2"} < set(lines)
    assert "secrets" not in (run.workspace / "files").read_text()
    assert "hunter2" not in (run.workspace / "told").read_text()
    assert "hunter2" not in (run.folder / "job.sh").read_text()
    assert not (run.folder / "secrets").exists()


def test_secrets_wait_in_a_file_that_nobody_else_can_read(run, cluster):
    backend = SlurmRunBackend(command="true", env_vars={"API_TOKEN": "hunter2"}, directives=["--hold"])
    handle = backend.start(Job((), run.workspace, folder=run.folder), print)
    assert (run.folder / "secrets").stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in cluster.call("scontrol", "show", "job", handle.job.id)
    handle.cancel()
    handle.close()
    assert not (run.folder / "secrets").exists()


def test_lines_of_people_run_before_and_after_the_command(run):
    lines = []
    ended = run("printenv GREETING", lines=lines, prologue=["export GREETING='it is'"], epilogue=["echo over; pwd"])
    assert (ended.code, lines) == (0, ["it is", "over", str(run.workspace)])


def test_a_prologue_that_fails_keeps_the_model_from_running(run):
    ended = run(["touch", "ran"], prologue=["cp nowhere ."])
    assert ended.code == 1
    assert str(ended) == "its prologue failed with exit code 1 (exited)"
    assert not (run.workspace / "ran").exists()


def test_an_epilogue_that_fails_is_no_success(run):
    assert str(run("true", epilogue=["false"])) == "its epilogue failed with exit code 1 (exited)"


@pytest.fixture
def program(tmp_path):
    """Write a program into a folder that is not on the PATH; returns the folder."""

    def write(name, text):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
        return tmp_path / "bin"

    return write


def test_a_module_brings_the_program_that_this_host_has_not(run, program, monkeypatch):
    folder = program("model_of_module", "echo computed")
    monkeypatch.setenv("BASH_FUNC_module%%", f'() {{ [ "$2" = swan/41.45 ] && PATH=$PATH:{folder}; }}')
    assert run("model_of_module", modules=["swan/41.45"]).tail == ("computed",)
    ended = run("model_of_module", modules=["swan/1"])
    assert str(ended) == "its prologue failed with exit code 1 (exited)"


def test_a_program_that_no_module_brings_is_told(run, monkeypatch):
    monkeypatch.setenv("BASH_FUNC_module%%", "() { true; }")
    ended = run("no-such-model", modules=["swan"])
    assert ended.code == 127
    assert "no program no-such-model on PATH, after modules and prologue" in ended.tail[-1]


def test_a_container_sees_the_workspace_at_its_own_path(run, program, monkeypatch):
    """A small program plays Apptainer here: it checks what it is called with, and runs the command."""
    code = """import csv, os, sys
mount = dict(part.split("=", 1) for part in next(csv.reader([sys.argv[sys.argv.index("--mount") + 1]])))
assert mount["type"] == "bind" and os.path.isdir(mount["source"]) and mount["source"] == mount["destination"]
os.chdir(sys.argv[sys.argv.index("--pwd") + 1])
at = sys.argv.index("docker://swan:41.45")
os.execvp(sys.argv[at + 1], sys.argv[at + 1:])"""
    folder = program("apptainer", f"exec {sys.executable} - \"$@\" <<'END'\n{code}\nEND")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert run("pwd", container="swan:41.45").tail == (str(run.workspace),)


@pytest.mark.skipif(shutil.which("mpirun") is None, reason="there is no mpirun: make test SETUP=1")
@pytest.mark.parametrize("launcher", ["mpirun", "srun"])
def test_ranks_are_started_by_the_launcher_within_the_job(run, launcher):
    show = ["sh", "-c", "echo one of ${OMPI_COMM_WORLD_SIZE-$SLURM_NTASKS}"]
    lines = []
    assert run(show, mpiexec=launcher, cpus=3, lines=lines).code == 0
    assert lines == ["one of 3"] * 3


def test_ranks_on_two_nodes(run):
    lines = []
    show = "printenv SLURMD_NODENAME SLURM_CPUS_PER_TASK"
    assert run(show, mpiexec="srun", ntasks=2, nodes=2, cpus_per_task=2, lines=lines).code == 0
    assert sorted(lines) == ["2", "2", "node1", "node2"]


def test_what_people_have_set_for_their_own_use_of_slurm_changes_no_run(run, cluster, monkeypatch):
    """Neither what the config says of the job, nor which jobs are seen: that is not a filter of theirs."""
    monkeypatch.setenv("SBATCH_PARTITION", SHORT)
    monkeypatch.setenv("SBATCH_JOB_NAME", "mine")
    monkeypatch.setenv("SBATCH_ARRAY_INX", "1-3")
    monkeypatch.setenv("SQUEUE_PARTITION", SHORT)
    lines = []
    ended = run(["sh", "-c", 'echo "$SLURM_JOB_PARTITION $SLURM_JOB_NAME"; exit 3'], partition="debug", lines=lines)
    assert (ended.ending, ended.code) == ("exited", 3)
    assert [line.partition(".")[0] for line in lines] == ["debug it_s_a_1_b_100_j".replace("a_1", "a=1")]


def test_a_job_whose_name_is_no_text_hides_no_other(run, cluster):
    subprocess.run([b"sbatch", b"--job-name=caf\xe9", b"--wrap=true", b"--output=/dev/null"], check=True)
    assert run("false").code == 1


def test_a_partition_that_is_not_there_is_told_with_those_that_are(run):
    problem = refusal(run, partition="nosuch")
    assert problem.key == "run_backend.partition"
    assert "invalid partition specified: nosuch" in problem.message
    assert problem.hint == "partitions: debug, short, urgent"


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"mem": "999G"}, "mem"),
        ({"reservation": "nosuch"}, "reservation"),
        ({"directives": ["--constraint=nosuch"]}, "directives"),
        ({"directives": ["--nosuch"]}, "directives"),
    ],
)
def test_what_slurm_refuses_is_told_by_its_key(run, fields, key):
    problem = refusal(run, **fields)
    assert problem.key == f"run_backend.{key}"
    assert problem.message.startswith("Slurm refuses the job: ")


def test_without_slurm_it_is_said_that_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError) as caught:
        SlurmRunBackend(command=[sys.executable, "-V"]).execute(Job((), tmp_path), print)
    assert "there is no sbatch on PATH" in caught.value.problems[0].message
    assert "run_backend=local" in caught.value.problems[0].hint


def test_a_scheduler_that_is_away_is_told_after_a_while(run, cluster, monkeypatch):
    monkeypatch.setattr(commands, "PATIENCE_S", 1.0)
    cluster.stop_controller()
    try:
        problem = refusal(run)
    finally:
        cluster.start_controller()
    assert problem.key == "run_backend"
    assert "the scheduler does not answer" in problem.message


def test_a_job_that_may_never_start_is_told_so_while_it_waits(run, cluster, caplog):
    backend = SlurmRunBackend(command="true", partition="short", time="2h", poll_interval=0.2)
    with closing(backend.start(Job((), run.workspace, folder=run.folder), print)) as handle:
        cluster.wait_for(lambda: handle.poll() is not None or caplog.text)
        assert handle.running_s == 0
        handle.cancel()
    assert "Slurm job" in caplog.text
    assert "over the limit" in caplog.text  # of the partition; which words Slurm has for it depends on its release
    assert cluster.jobs() == []


def test_200_jobs_are_watched_with_one_question_per_interval(cluster, tmp_path):
    handles, asked = [], WATCH.questions
    backend = SlurmRunBackend(command="sleep 0.2", mem="20M")
    for n in range(200):
        (tmp_path / str(n) / "model").mkdir(parents=True)
        job = Job((), tmp_path / str(n) / "model", folder=tmp_path / str(n) / "job")
        handles.append(backend.start(job, print))
    begun = time.monotonic()
    left = handles
    while left:
        left = [handle for handle in left if handle.poll() is None]
        time.sleep(0.05)
    for handle in handles:
        handle.close()
    assert {handle.poll().code for handle in handles} == {0}
    assert WATCH.questions - asked <= 1 + (time.monotonic() - begun) / 10.0
