"""Whatever ends a run, no process of it is left."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

PARENT = """
import sys
from pathlib import Path
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend
try:
    LocalRunBackend(command=sys.argv[1], shell=True, grace=float(sys.argv[2])).execute(Job((), Path.cwd()), print)
except KeyboardInterrupt:
    sys.exit("interrupted")
"""


@pytest.fixture
def family(script, marked):
    """A program with a child in a session of its own; all ignore SIGTERM if asked to. Three marked processes."""

    def command(ignore=True, mark=marked.mark):
        trap = "trap '' TERM INT HUP" if ignore else ":"
        code = "import time; time.sleep(600)"
        script(f"{trap}\n{sys.executable} -c '{code}' {mark} &\nsetsid -f {sys.executable} -c '{code}' {mark}\n"
               f"echo ready\n{sys.executable} -c '{code}' {mark}\necho not reached", name="family.sh")  # fmt: skip
        return "./family.sh"

    return command


@pytest.fixture
def parent(background):
    """A process of its own that runs the backend."""
    return lambda command, grace_s=10.0: background("-u", "-c", PARENT, command, str(grace_s))


def test_a_run_past_its_timeout_is_ended_in_time(execute, family, marked):
    started = time.monotonic()
    ended = execute(family(ignore=False), timeout=1)
    assert ended.ending == "timed out"
    assert str(ended) == "timed out"
    assert ended.code is None
    assert ended.tail[0] == "ready"
    assert marked.alive() == []
    assert 1.0 <= time.monotonic() - started < 4.0


def test_processes_that_ignore_the_request_to_end_are_killed_after_the_grace(execute, family, marked):
    started = time.monotonic()
    assert execute(family(), timeout=1, grace=1).ending == "timed out"
    assert marked.alive() == []
    assert 2.0 <= time.monotonic() - started < 5.0


def test_a_program_may_save_its_state_when_asked_to_end(execute, script, tmp_path):
    script("trap 'echo saving; sleep 0.3; touch saved; exit 0' TERM\nwhile :; do sleep 0.05; done")
    ended = execute("./model.sh", timeout=0.5, grace=10)
    assert ended.ending == "timed out"
    assert (tmp_path / "saved").exists()
    assert ended.tail[-1] == "saving"
    assert ended.duration_s < 5


def test_a_stopped_program_is_ended_too(execute, script):
    script("kill -STOP $$")
    ended = execute("./model.sh", timeout=0.5, grace=5)
    assert ended.ending == "timed out"
    assert ended.duration_s < 3


def test_a_flood_of_output_does_not_delay_the_timeout(execute):
    assert execute("yes", timeout=0.5, grace=2).duration_s < 2


def test_a_program_that_floods_while_it_ends_is_not_stuck_on_a_full_pipe(execute, script):
    script("trap 'head -c 3000000 /dev/zero; echo; echo done; exit' TERM\nwhile :; do sleep 0.05; done")
    ended = execute("./model.sh", timeout=0.5, grace=20)
    assert ended.tail[-1] == "done"
    assert ended.duration_s < 10


def test_a_program_that_closes_its_output_still_has_to_end_in_time(execute):
    ended = execute("exec >&- 2>&-; sleep 600", shell=True, timeout=0.5)
    assert ended.ending == "timed out"
    assert ended.duration_s < 2


def test_processes_left_behind_are_ended_and_named(execute, family, marked, caplog):
    command = family()
    started = time.monotonic()
    ended = execute(f"{command} & sleep 0.5; echo main", shell=True, grace=0.5)
    assert (ended.ending, ended.code) == ("exited", 0)
    assert marked.alive() == []
    assert sum(marked.mark in name for name in ended.left_behind) == 3
    assert "still running after the command had exited" in caplog.text
    assert time.monotonic() - started < 6


def test_a_helper_that_finishes_shortly_after_the_program_is_left_alone(execute):
    ended = execute("(sleep 0.3; echo late) & echo main", shell=True)
    assert ended.tail == ("main", "late")
    assert ended.left_behind == ()


def test_output_held_open_by_an_unknown_process_does_not_hang_the_run(execute, marked):
    hide = f"env -i setsid -f {sys.executable} -c 'import time; time.sleep(600)' {marked.mark}"
    started = time.monotonic()
    ended = execute(f"{hide}; echo main", shell=True)
    assert ended.tail == ("main",)
    assert time.monotonic() - started < 5


def test_an_error_while_a_line_is_shown_ends_the_run(family, marked, tmp_path):
    def on_line(line):
        raise RuntimeError(line)

    with pytest.raises(RuntimeError, match="ready"):
        LocalRunBackend(command=family(), grace=0.2).execute(Job((), tmp_path), on_line)
    assert marked.alive() == []


def test_ctrl_c_ends_the_run_and_is_passed_on(parent, family, marked):
    process = parent(family(ignore=False))
    assert process.stdout.readline() == "ready\n"
    assert len(marked.wait_for(3)) == 3
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 1
    assert marked.alive() == []
    assert process.stderr.read() == "interrupted\n"


def test_a_second_ctrl_c_cuts_the_grace_short(parent, family, marked):
    process = parent(family(), grace_s=300)
    assert len(marked.wait_for(3)) == 3
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.wait(10)
    assert marked.alive() == []


def test_nothing_survives_when_this_process_is_killed(parent, family, marked):
    process = parent(family())
    assert len(marked.wait_for(3)) == 3
    process.kill()
    assert marked.wait_for(0) == []


def test_nothing_survives_when_this_process_is_killed_with_all_its_descendants(parent, family, marked):
    """As joblib does with its workers: the guard must not be among them, for a daemon of the model is not either."""
    process = parent(family())
    assert len(marked.wait_for(3)) == 3
    for descendant in psutil.Process(process.pid).children(recursive=True):
        descendant.kill()
    process.kill()
    assert marked.wait_for(0) == []


def test_a_run_inside_a_run_ends_with_it(execute, family, marked, tmp_path):
    inner = tmp_path / "inner.py"
    inner.write_text(textwrap.dedent(PARENT))
    ended = execute(["python", "inner.py", family(), "60"], timeout=4, grace=1)
    assert ended.ending == "timed out"
    assert ended.tail[0] == "ready"
    assert marked.wait_for(0) == []


@pytest.fixture
def guards(monkeypatch, marked):
    """Lists the guards of the runs of this test, by a variable that they inherit."""
    monkeypatch.setenv("RUN_OF_TEST", marked.mark)

    def is_one(process):
        try:
            return "watchdog" in process.cmdline() and process.environ().get("RUN_OF_TEST") == marked.mark
        except psutil.Error:  # gone meanwhile, or a zombie
            return False

    return lambda: [p for p in psutil.process_iter() if is_one(p)]


def test_the_guard_is_gone_when_the_run_is_over(guards):
    during = []
    LocalRunBackend(command="echo").execute(Job((), Path.cwd()), lambda _: during.extend(guards()))
    assert len(during) == 1
    psutil.wait_procs(during, timeout=5)
    assert guards() == []


def test_the_guard_ignores_what_ends_other_processes(parent, family, marked, guards):
    process = parent(family())
    assert len(marked.wait_for(3)) == 3
    (guard,) = guards()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        guard.send_signal(ending)
    assert os.getsid(guard.pid) not in (os.getsid(0), os.getsid(process.pid))
    process.kill()
    assert marked.wait_for(0) == []
