"""What a run is given is what its program has, and what cannot be given is an error before the program begins."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import textwrap
import threading

import pytest

from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend


def refusal(execute, **fields):
    with pytest.raises(BackendError) as caught:
        execute(["sh", "-c", "touch began"], **fields)
    (problem,) = caught.value.problems
    return problem


def told(execute, code, **fields):
    """What a Python program prints, as numbers."""
    ended = execute(["python", "-c", code], **fields)
    assert ended.code == 0, ended.tail
    return [int(word) for word in ended.tail[-1].split()]


def test_a_nice_program_is_as_nice_as_asked_and_so_are_its_children(execute):
    code = "import os, subprocess; subprocess.run(['nice'])"
    assert told(execute, code, nice=7) == [os.nice(0) + 7]


@pytest.mark.parametrize(("name", "value"), [("nofile", 300), ("core", 0), ("stack", 16_000_000)])
def test_a_limit_of_the_system_holds_for_the_program(execute, name, value):
    code = f"import resource; print(resource.getrlimit(resource.RLIMIT_{name.upper()})[0])"
    assert told(execute, code, rlimits={name: value}) == [value]


def test_a_limit_may_be_a_size_or_none_at_all(execute):
    if resource.getrlimit(resource.RLIMIT_STACK)[1] != resource.RLIM_INFINITY:
        pytest.skip("the stack of this user cannot be unlimited")
    limits = {"stack": "unlimited", "fsize": "3MB"}
    ended = execute("ulimit -s; ulimit -f", shell=True, rlimits=limits)
    assert ended.tail[0] == "unlimited"
    assert int(ended.tail[1]) == 3_000_000 // 1024


def test_a_deep_recursion_needs_the_stack_that_it_is_given(execute, script):
    """As large local arrays of a Fortran program do."""
    script("import sys\nsys.setrecursionlimit(10**6)\nf = lambda n: n and max([n], key=lambda _: f(n - 1))\nf(9000)",
           interpreter=sys.executable)  # fmt: skip
    assert execute("./model.sh", rlimits={"stack": "1MB", "core": 0}).signal == 11
    assert execute("./model.sh", rlimits={"stack": "64MB", "core": 0}).code == 0


def test_a_program_that_writes_too_much_is_stopped_by_the_system(execute):
    ended = execute(["dd", "if=/dev/zero", "of=big", "bs=1M", "count=2"], rlimits={"fsize": "1MB"})
    assert str(ended) == "ended by signal 25 (SIGXFSZ)"


def test_a_pinned_run_has_as_many_cores_as_it_asked_for_and_its_children_too(execute, every_core):
    child = "import os; print(*os.sched_getaffinity(0))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    (core,) = told(execute, code, pin=True, cpus=1)
    assert core in os.sched_getaffinity(0)


def test_two_pinned_runs_never_share_a_core(tmp_path, every_core):
    if every_core == 1:
        pytest.skip("two pinned runs need two cores")
    found = []

    def run():
        backend = LocalRunBackend(command=["python", "-c", CORES], pin=True)
        backend.execute(Job((), tmp_path), found.append)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2


CORES = "import os, time; print(*os.sched_getaffinity(0), flush=True); time.sleep(1)"


def test_cores_that_another_process_has_taken_are_not_given_twice(execute, tmp_path, every_core):
    code = f"""
        from pathlib import Path
        from rompy_hydra.run_backend.job import Job
        from rompy_hydra.run_backend.local import LocalRunBackend
        backend = LocalRunBackend(command=["python", "-c", {CORES!r}], pin=True, cpus={every_core})
        backend.execute(Job((), Path.cwd()), print)
    """
    other = subprocess.Popen(
        [sys.executable, "-u", "-c", textwrap.dedent(code)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert len(other.stdout.readline().split()) == every_core
    problem = refusal(execute, pin=True)
    other.communicate()
    assert problem.key == "run_backend.pin"
    assert f"of the {every_core} here 0 are free of pinned runs" in problem.message


def test_cores_are_free_again_after_a_run(execute, every_core):
    for command in ("true", "false", "true"):
        execute(command, pin=True, cpus=every_core)
    with pytest.raises(BackendError):
        execute("no-such-program", pin=True, cpus=every_core)
    assert execute("true", pin=True, cpus=every_core).code == 0


def test_cores_that_do_not_exist_are_an_error(execute, tmp_path, every_core):
    problem = refusal(execute, pin=True, cpus=10_000)
    assert problem.key == "run_backend.pin"
    assert "10000 cores are asked for" in problem.message
    assert not (tmp_path / "began").exists()


UNPRIVILEGED = """
import sys
from pathlib import Path
from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend
try:
    LocalRunBackend(command=["sh", "-c", "echo began"], **eval(sys.argv[1])).execute(Job((), Path("/")), print)
except BackendError as error:
    print(error)
"""


def without_privilege(fields):
    """What is printed by a run of a user who may have no more than 1,000 open files, and no right to more."""
    command = ["prlimit", "--nofile=1000:1000", sys.executable, "-c", UNPRIVILEGED, repr(fields)]
    if os.getuid() == 0:
        command = ["setpriv", "--bounding-set=-sys_nice,-sys_resource", *command]
    missing = [tool for tool in ("prlimit", "setpriv") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} of util-linux cannot be found")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("fields", "key", "hint"),
    [
        ({"nice": -5}, "run_backend.nice", "below 0 needs the right to it"),
        ({"rlimits": {"nofile": 2000}}, "run_backend.rlimits.nofile", "the highest that you may have is 1,000"),
        ({"rlimits": {"nofile": "unlimited"}}, "run_backend.rlimits.nofile", "an administrator can raise it"),
    ],
)
def test_what_a_user_may_not_have_is_an_error_by_key_before_the_program_begins(fields, key, hint):
    said = without_privilege(fields)
    assert said.startswith(f"{key}: the system refuses it")
    assert hint in said
    assert "began" not in said


def test_a_program_that_cannot_be_executed_is_told_as_without_bounds(execute, script):
    script("true", interpreter="/opt/none/bin/perl6 -w")
    messages = []
    for fields in ({}, {"nice": 1}):
        with pytest.raises(BackendError) as caught:
            execute("./model.sh", **fields)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert "'/opt/none/bin/perl6 -w' is not there" in messages[0]


def test_a_program_has_the_signals_of_one_without_bounds(execute):
    """Python ignores two of them, which a program whose reader has gone would then not be ended by."""
    command = "grep SigIgn /proc/self/status"
    assert execute(command, nice=1).tail == execute(command).tail


def test_the_environment_and_the_standard_input_are_those_of_a_run_without_bounds(execute):
    command = "env | grep -v -e ROMPY_HYDRA_JOB -e '^_=' | sort; cat; ls /proc/self/fd | wc -l"
    assert execute(command, shell=True, nice=1).tail == execute(command, shell=True).tail


def more_than_this_process() -> int:
    """Bytes; less is not told, for a child has the memory of its parent until it becomes another program."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + 100_000_000


def test_a_run_tells_the_processor_time_and_the_memory_that_it_took(execute):
    size = more_than_this_process()
    code = f"import time\nx = bytearray({size})\nwhile time.process_time() < 0.4: pass"
    ended = execute(["python", "-c", code])
    assert 0.4 <= ended.cpu_s < 3.0 + size / 1e9
    assert size < 1e6 * ended.max_rss_mb < size + 100e6


def test_the_use_of_children_that_were_waited_for_is_included(execute):
    size = more_than_this_process()
    inner = f"import time; x = bytearray({size})\nwhile time.process_time() < 0.4: pass"
    ended = execute(["python", "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"])
    assert ended.cpu_s >= 0.4
    assert 1e6 * ended.max_rss_mb > size


def test_less_memory_than_the_calling_process_has_is_not_guessed(execute):
    assert execute("true").max_rss_mb is None


IGNORES = """
import signal
from pathlib import Path
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
LocalRunBackend(command=["sh", "-c", "exit 3"]).execute(Job((), Path.cwd()), print)
"""


def test_an_exit_code_that_somebody_else_took_is_an_error_and_no_success(tmp_path):
    done = subprocess.run([sys.executable, "-c", IGNORES], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "the exit code of the model is lost" in done.stderr
    assert "SIGCHLD" in done.stderr
