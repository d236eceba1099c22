"""Programs that run to their end, and programs that cannot be started."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from pathlib import Path

import psutil
import pytest

from rompy_hydra.core import secrets
from rompy_hydra.errors import BackendError
from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend
from rompy_hydra.run_backend.output import LONGEST_LINE, TAIL_LINES, TAIL_WIDTH


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def refusal(execute, command, **fields):
    with pytest.raises(BackendError) as caught:
        execute(command, **fields)
    assert caught.value.exit_code == 5
    (problem,) = caught.value.problems
    return problem


def test_a_program_that_succeeds(execute, script):
    script("echo one; echo two >&2; echo three")
    lines = []
    ended = execute("./model.sh", lines=lines)
    assert (ended.ending, ended.code, ended.signal) == ("exited", 0, None)
    assert lines == ["one", "two", "three"]
    assert ended.tail == ("one", "two", "three")


def test_the_models_own_command_runs_where_the_backend_has_none(execute, tmp_path):
    ended = execute(job=Job(("echo", "hello"), tmp_path))
    assert ended.tail == ("hello",)


def test_an_exit_code_is_kept_with_the_last_lines(execute, script):
    script("for i in $(seq 200); do echo line $i; done; exit 3")
    ended = execute("./model.sh")
    assert (ended.ending, ended.code) == ("exited", 3)
    assert str(ended) == "exit code 3"
    assert len(ended.tail) == TAIL_LINES
    assert ended.tail[-1] == "line 200"


def test_a_program_that_crashes_names_its_signal(execute):
    ended = execute(["sh", "-c", "kill -SEGV $$"])
    assert (ended.ending, ended.code, ended.signal) == ("signalled", None, 11)
    assert str(ended) == "ended by signal 11 (SIGSEGV)"


def test_a_crash_under_a_shell_is_recognised(execute):
    ended = execute("sh -c 'kill -SEGV $$' | cat", shell=True)
    assert ended.code == 139
    assert "SIGSEGV" in str(ended)


def test_a_failure_in_the_middle_of_a_pipe_counts(execute):
    assert execute("false | true", shell=True).code == 1


def test_lines_arrive_while_the_program_runs(tmp_path, script):
    script("echo first; while [ ! -e go ]; do sleep 0.02; done; echo second")
    lines = []

    def on_line(line):
        lines.append(line)
        (tmp_path / "go").touch()  # the program would wait for ever if lines came at its end only

    ended = LocalRunBackend(command="./model.sh", timeout=20).execute(Job((), tmp_path), on_line)
    assert ended.ending == "exited"
    assert lines == ["first", "second"]


def test_python_is_the_interpreter_of_this_package_and_does_not_buffer(execute, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    ended = execute(["python", "-c", "import sys, os; print(sys.executable); print(os.environ['PYTHONUNBUFFERED'])"])
    assert ended.tail == (sys.executable, "1")


def test_variables_of_job_and_backend_reach_the_program(execute, tmp_path, monkeypatch):
    monkeypatch.setenv("FROM_OUTSIDE", "1")
    job = Job(("sh", "-c", "echo $FROM_OUTSIDE $OF_JOB $OF_USER $BOTH"), tmp_path, {"OF_JOB": "2", "BOTH": "job"})
    assert execute(job=job, env_vars={"OF_USER": 3, "BOTH": "user"}).tail == ("1 2 3 user",)


def test_the_working_directory_is_the_workspace_or_a_folder_in_it(execute, tmp_path):
    (tmp_path / "sub").mkdir()
    assert execute("pwd").tail == (str(tmp_path),)
    assert execute("pwd", working_dir="sub").tail == (str(tmp_path / "sub"),)


def test_a_relative_program_is_found_in_the_working_directory_the_workspace_or_here(
    execute, script, tmp_path, monkeypatch
):
    here, sub = tmp_path / "here", tmp_path / "sub"
    here.mkdir()
    sub.mkdir()
    monkeypatch.chdir(here)
    script("echo here", name="here/model.sh")
    assert execute("./model.sh").tail == ("here",)
    script("echo workspace")
    assert execute("./model.sh").tail == ("workspace",)
    assert execute("./model.sh", working_dir="sub").tail == ("workspace",)
    script("echo sub", name="sub/model.sh")
    assert execute("./model.sh", working_dir="sub").tail == ("sub",)


def test_standard_input_is_empty(execute):
    assert execute("cat", timeout=10).code == 0


def test_arguments_and_output_keep_unicode(execute):
    assert execute(["echo", "Bucht \N{GREEK SMALL LETTER ETA} 水"]).tail == ("Bucht \N{GREEK SMALL LETTER ETA} 水",)


def test_bytes_that_are_no_text_are_replaced(execute):
    ended = execute(["printf", r"a\377b\000c\td\n"])
    assert ended.tail == ("a\ufffdb\ufffdc\td",)


def test_a_character_split_over_two_writes_arrives_whole(execute):
    code = "import os, time; os.write(1, b'\\xe6\\xb0'); time.sleep(0.1); os.write(1, b'\\xb4\\n')"
    assert execute(["python", "-c", code]).tail == ("水",)


def test_progress_with_carriage_returns_arrives_step_by_step(execute):
    lines = []
    execute(["printf", r"10%%\r20%%\r30%%\r\ndone\n"], lines=lines)
    assert lines == ["10%", "20%", "30%", "done"]


def test_output_without_a_final_newline_is_not_lost(execute):
    assert execute(["printf", "end"]).tail == ("end",)


def test_a_line_without_end_comes_in_pieces(execute):
    lines = []
    execute(f"head -c {3 * LONGEST_LINE + 5} /dev/zero | tr '\\0' x", shell=True, lines=lines)
    assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE, LONGEST_LINE, 5]


@pytest.mark.parametrize("end", ["", r"\n"])
def test_the_tail_tells_how_long_a_line_was_instead_of_holding_it(execute, end):
    ended = execute(f"echo before; head -c 3000000 /dev/zero | tr '\\0' x; printf '{end}'", shell=True)
    assert ended.tail == ("before", "x" * TAIL_WIDTH + " ... (3,000,000 characters)")


def test_a_line_of_the_tails_width_is_whole(execute):
    assert execute(["echo", "x" * TAIL_WIDTH]).tail == ("x" * TAIL_WIDTH,)


def test_the_tail_has_no_control_characters(execute):
    lines = []
    ended = execute(["printf", r"\033[31mred\033[0m \033]0;title\n\n"], lines=lines)
    assert ended.tail == (r"red \x1b]0;title", "")
    assert lines == ["\x1b[31mred\x1b[0m \x1b]0;title", ""]


def test_the_tail_holds_no_half_secret(execute):
    secrets.register("0123456789")
    assert "01234" not in execute(["echo", "x" * (TAIL_WIDTH - 5) + "0123456789"]).tail[0]


@pytest.mark.parametrize("unit", ["x", "some line of output\n"])
def test_a_flood_of_output_takes_bounded_memory(tmp_path, unit):
    size = 100_000_000
    code = (
        f"import os\nblock = {unit!r}.encode() * 5000\nfor _ in range({size // (5000 * len(unit))}): os.write(1, block)"
    )
    received = 0

    def count(line):
        nonlocal received
        received += len(line)

    tracemalloc.start(1)
    try:
        ended = LocalRunBackend(command=["python", "-c", code]).execute(Job((), tmp_path), count)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ended.code == 0
    assert received == pytest.approx(size * len(unit.rstrip("\n")) / len(unit), rel=1e-3)
    assert peak < 10_000_000  # a tail of 50 longest lines is 0.8 MB; the flood is 100


def test_random_bytes_do_not_end_a_run(execute):
    assert execute("head -c 3000000 /dev/urandom").code == 0


def test_nothing_of_a_run_that_could_not_be_started_stays_open(execute):
    execute("true")
    before = (open_files(), threading.active_count())
    for fields in ({}, {"nice": 1}):
        with pytest.raises(BackendError):
            execute("./nothing", **fields)
    assert (open_files(), threading.active_count()) == before


@pytest.mark.parametrize("fields", [{}, {"nice": 1, "memory": "1GB"}], ids=["bare", "with limits"])
def test_of_many_finished_runs_nothing_is_left(execute, fields):
    """What leaks grows with the number of runs, each time; a table of Python's own that is made larger comes once.

    A hundred runs show it; the bench does the same with a thousand.
    """
    count = 100
    for _ in range(count // 2):  # until every cache is filled
        execute("echo 1", **fields)
    before = (open_files(), threading.active_count(), psutil.Process().children())
    tracemalloc.start(1)
    try:
        execute("echo 1", **fields)
        held = [bytes_held()]
        for _ in range(2):
            for _ in range(count):
                execute("echo 1", **fields)
            held.append(bytes_held())
    finally:
        tracemalloc.stop()
    assert (open_files(), threading.active_count(), psutil.Process().children()) == before
    assert min(held[1] - held[0], held[2] - held[1]) < 50 * count  # a list of one number takes more


def bytes_held():
    """What is in use, apart from the names that Python's own cache of methods holds: thousands of them, by chance."""
    gc.collect()
    sys._clear_type_cache()
    return tracemalloc.get_traced_memory()[0]


def test_a_program_that_is_not_on_the_path_gets_a_suggestion(execute, tmp_path, script):
    folder = tmp_path / "bin"
    folder.mkdir()
    script("true", name="bin/swan_mpi.exe")
    problem = refusal(execute, "swan_mpi.ex", env_vars={"PATH": str(folder)})
    assert problem.key == "run_backend.command"
    assert "no such program on PATH" in problem.message
    assert "did you mean 'swan_mpi.exe'?" in problem.hint
    assert problem.value == "swan_mpi.ex"


def test_a_bare_name_of_a_file_in_the_workspace_is_told_how_to_write_it(execute, script):
    script("true", name="my_model")
    problem = refusal(execute, "my_model")
    assert "not on PATH" in problem.message
    assert problem.hint == "write ./my_model"


def test_a_relative_program_that_is_not_there_names_every_place_tried(execute, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    problem = refusal(execute, "./my_model")
    assert problem.hint == f"looked for {tmp_path}/my_model and {here}/my_model"


def test_a_file_that_is_not_executable_is_told_how_to_mend_it(execute, script):
    path = script("true")
    path.chmod(0o644)
    problem = refusal(execute, "./model.sh")
    assert "not executable" in problem.message
    assert problem.hint == f"chmod +x {path}"


def test_a_folder_is_no_program(execute, tmp_path):
    (tmp_path / "model").mkdir()
    assert "is a folder" in refusal(execute, "./model").message


def test_a_script_whose_interpreter_is_missing_says_which(execute, script):
    script("true", interpreter="/opt/none/bin/perl6 -w")
    problem = refusal(execute, "./model.sh")
    assert "'/opt/none/bin/perl6 -w' is not there" in problem.message


def test_a_script_with_windows_line_ends_shows_the_culprit(execute, script):
    script("true", interpreter="/bin/sh\r")
    assert r"'/bin/sh\r' is not there" in refusal(execute, "./model.sh").message


def test_a_text_without_first_line_is_no_program(execute, tmp_path):
    path = tmp_path / "model.sh"
    path.write_text("echo hello\n")
    path.chmod(0o755)
    problem = refusal(execute, "./model.sh")
    assert "neither a script" in problem.message
    assert "#!/bin/sh" in problem.hint


def test_arguments_beyond_the_limit_of_the_system_are_explained(execute):
    assert "too long" in refusal(execute, ["echo", "x" * 3_000_000]).message


def test_no_command_at_all_is_an_error(execute):
    problem = refusal(execute, None)
    assert problem.key == "run_backend.command"
    assert "no command" in problem.message


def test_a_working_directory_that_is_missing_is_an_error(execute):
    problem = refusal(execute, "true", working_dir="nowhere")
    assert problem.key == "run_backend.working_dir"
    assert problem.value == "nowhere"


def test_the_program_can_be_located_without_running_it(script, tmp_path):
    path = script("touch ran")
    assert LocalRunBackend(command="./model.sh").locate(Job((), tmp_path)) == path
    assert not (tmp_path / "ran").exists()


def test_a_launched_program_is_found_where_the_launcher_would_not_look(execute, script, tmp_path):
    script('echo "launched $*"; "$2" || exit 1', "launch.sh")
    model = script("echo computed")
    job = Job(("./launch.sh", "2", "./model.sh", "launch.sh"), tmp_path, program="./model.sh")
    assert execute(job=job).tail == (f"launched 2 {model} launch.sh", "computed")
    assert LocalRunBackend().locate(job) == model


def test_a_missing_program_is_told_in_the_words_of_the_model(tmp_path):
    job = Job(("sh", "no-such-model"), tmp_path, program="no-such-model", hint="say where it is: model.executable=PATH")
    with pytest.raises(BackendError) as caught:
        LocalRunBackend().locate(job)
    (problem,) = caught.value.problems
    assert problem.value == "no-such-model"
    assert problem.hint.endswith("say where it is: model.executable=PATH")


def test_a_missing_launcher_is_told_in_words_of_its_own(tmp_path, script):
    script("true")
    with pytest.raises(BackendError) as caught:
        LocalRunBackend().locate(Job(("no-such-mpiexec", "./model.sh"), tmp_path, program="./model.sh", hint="SWAN"))
    (problem,) = caught.value.problems
    assert problem.value == "no-such-mpiexec"
    assert "SWAN" not in problem.hint


def test_the_command_of_the_backend_is_no_business_of_the_model(execute, tmp_path):
    job = Job(("no-such-model",), tmp_path, program="no-such-model", hint="say where it is")
    assert execute(["echo", "no-such-model"], job=job).tail == ("no-such-model",)
    problem = refusal(lambda command, **fields: execute(command, job=job, **fields), "another-model")
    assert "say where it is" not in problem.hint


def test_without_bash_a_shell_line_runs_in_sh_and_says_so(execute, tmp_path, caplog):
    (tmp_path / "sh").symlink_to("/bin/sh")
    ended = execute("echo a; echo b", shell=True, env_vars={"PATH": str(tmp_path)})
    assert ended.tail == ("a", "b")
    assert "no bash" in caplog.text
