"""Tests that a plugin of your own has to pass: derive a class, say how your plugin is made, run pytest.

class TestCluster(RunBackendTests):
    def backend(self, **options):
        return ClusterBackend(queue="test", **options)
"""

from __future__ import annotations

import gc
import sys
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack, closing
from pathlib import Path
from typing import ClassVar

import pytest

from .core.hashing import files_below, hash_data, hash_file
from .core.node import FOR_SCIENCE
from .errors import BackendError, DataError
from .model.base import Experiment, Model
from .run_backend.base import Resources, RunBackend
from .run_backend.job import Exit, Job
from .source.base import Source, opened


class RunBackendTests(ABC):
    """What every run backend does: stream lines, tell how it ended, keep to its limit, leave nothing behind.

    The scripts need Python where the backend runs them, and see the workspace as their working directory.
    """

    @abstractmethod
    def backend(self, **options: object) -> RunBackend:
        """The backend under test, with these options of every backend (``timeout``, ``env_vars``, ``command``)."""

    def job(self, workspace: Path, script: str) -> Job:
        """A small Python program to execute."""
        return Job(("python", "-c", script), workspace, {"FROM_MODEL": "yes"})

    def execute(self, workspace: Path, script: str, **options: object) -> tuple[Exit, list[str]]:
        """How a script ended, and the lines that it printed."""
        lines: list[str] = []
        return self.backend(**options).execute(self.job(workspace, script), lines.append), lines

    def test_lines_arrive_in_order_without_their_ends(self, tmp_path: Path) -> None:
        """Those of the error output too, among the others: where exactly is not everywhere known."""
        script = "import sys; print('one', flush=True); print('two', file=sys.stderr, flush=True); print('three')"
        ended, lines = self.execute(tmp_path, script)
        assert (ended.ending, ended.code) == ("exited", 0)
        assert [line for line in lines if line != "two"] == ["one", "three"]
        assert len(lines) == 3

    def test_lines_arrive_while_it_runs(self, tmp_path: Path) -> None:
        """So that progress can be watched; the script waits to be told that its line was seen."""
        script = f"print('at work', flush=True)\n{_WAIT_FOR.format('seen')}"
        ended = self.backend(timeout=60).execute(self.job(tmp_path, script), lambda _: (tmp_path / "seen").touch())
        assert ended.ending == "exited"

    def test_the_exit_code_and_the_last_lines_are_told(self, tmp_path: Path) -> None:
        """A failure is not swallowed."""
        ended, _ = self.execute(tmp_path, "print('last words'); raise SystemExit(3)")
        assert (ended.code, ended.tail[-1]) == (3, "last words")

    def test_a_program_that_is_killed_is_no_success(self, tmp_path: Path) -> None:
        """It is told by its signal, or by the exit code that a shell makes of it."""
        ended, _ = self.execute(tmp_path, "import os; os.kill(os.getpid(), 9)")
        assert ended.signal == 9 or ended.code == 137

    def test_it_runs_in_the_workspace_with_the_environment(self, tmp_path: Path) -> None:
        """Files land in the workspace; variables of the model and of the backend are there."""
        script = "import os; open('out', 'w').write(os.environ['FROM_MODEL'] + os.environ['FROM_BACKEND'])"
        self.execute(tmp_path, script, env_vars={"FROM_BACKEND": "too"})
        assert (tmp_path / "out").read_text(encoding="utf-8") == "yestoo"

    def test_words_and_variables_arrive_as_they_are(self, tmp_path: Path) -> None:
        """No shell has a part in it, nor has a template."""
        odd = 'it\'s "$HOME" `id` $(id) {{ 1 }} \\ *\n;&|é'
        job = self.job(tmp_path, "import os, sys; print(ascii(sys.argv[1:])); print(ascii(os.environ['ODD']))")
        lines: list[str] = []
        argv = (*job.argv, odd, "", "a b")
        self.backend(env_vars={"ODD": odd}).execute(Job(argv, tmp_path, job.env), lines.append)
        assert lines == [ascii([odd, "", "a b"]), ascii(odd)]

    def test_bytes_that_are_no_text_do_not_end_it(self, tmp_path: Path) -> None:
        """They are replaced."""
        ended, lines = self.execute(tmp_path, "import sys; sys.stdout.buffer.write(b'caf\\xe9\\n')")
        assert (ended.code, lines) == (0, ["caf\ufffd"])

    def test_a_line_without_an_end_is_handed_over_in_pieces(self, tmp_path: Path) -> None:
        """All of it, and none longer than memory allows."""
        _, lines = self.execute(tmp_path, "print('x' * 1_000_000, end='')")
        assert sum(map(len, lines)) == 1_000_000
        assert max(map(len, lines)) < 100_000

    def test_a_run_past_its_time_limit_is_ended(self, tmp_path: Path) -> None:
        """Soon after the limit, and it is told as such, with its last words."""
        begun = time.monotonic()
        ended, _ = self.execute(tmp_path, "import time; print('hello', flush=True); time.sleep(60)", timeout=2)
        assert (ended.ending, ended.tail) == ("timed out", ("hello",))
        assert ended.duration_s >= 2
        assert time.monotonic() - begun < 30

    def test_what_does_not_want_to_end_is_ended(self, tmp_path: Path) -> None:
        """With the processes that it has started."""
        ended, _ = self.execute(tmp_path, _STUBBORN, timeout=3)
        assert ended.ending == "timed out"
        assert not _is_alive(tmp_path)

    def test_an_interruption_leaves_nothing(self, tmp_path: Path) -> None:
        """Such as Ctrl-C, wherever it comes."""

        def interrupt(_: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            self.backend().execute(self.job(tmp_path, _STUBBORN), interrupt)
        assert not _is_alive(tmp_path)

    def test_cancelling_what_has_ended_does_nothing(self, tmp_path: Path) -> None:
        """How it ended stays what it was."""
        backend = self.backend()
        with closing(backend.start(self.job(tmp_path, "print('done')"), lambda _: None)) as handle:
            ended = backend.follow(handle)
            handle.cancel()
            assert handle.poll() == ended
            assert handle.tail == ("done",)

    def test_two_side_by_side_do_not_mix(self, tmp_path: Path) -> None:
        """Each has its own output and its own end."""
        backend = self.backend(timeout=60)
        lines: dict[int, list[str]] = {1: [], 2: []}
        with ExitStack() as stack:
            handles = {}
            for number in lines:
                (folder := tmp_path / str(number)).mkdir()
                script = f"print({number}, flush=True); raise SystemExit({number})"
                handles[number] = stack.enter_context(
                    closing(backend.start(self.job(folder, script), lines[number].append))
                )
            assert [backend.follow(handle).code for handle in handles.values()] == [1, 2]
        assert lines == {1: ["1"], 2: ["2"]}

    def test_a_job_that_outlives_its_process_is_found_again(self, tmp_path: Path) -> None:
        """With its output from the beginning; any other ends when its handle is closed."""
        backend = self.backend(timeout=60)
        script = f"{_BEAT}\nprint('begun', flush=True)\n{_WAIT_FOR.format('go')}\nprint('ended')"
        lines: list[str] = []
        with closing(backend.start(self.job(tmp_path, script), lines.append)) as handle:
            reference = handle.reference
            while not lines:
                handle.read(0.1)
                assert handle.poll() is None
        if "name" not in reference:
            assert not _is_alive(tmp_path)
            return
        lines.clear()
        assert backend.states([reference, reference]) == ["running", "running"]
        with closing(backend.attach(reference, tmp_path, lines.append)) as handle:
            (tmp_path / "go").touch()
            ended = backend.follow(handle)
        assert (ended.code, lines) == (0, ["begun", "ended"])
        assert backend.states([reference]) in (["ended"], [""])

    def test_a_job_that_was_found_again_can_be_cancelled(self, tmp_path: Path) -> None:
        """By a process that has not started it."""
        backend = self.backend(timeout=60)
        with closing(backend.start(self.job(tmp_path, _STUBBORN), lambda _: None)) as handle:
            reference = handle.reference
            while "begun" not in handle.tail:
                handle.read(0.1)
        if "name" not in reference:
            pytest.skip("its jobs end with the process that started them")
        with closing(backend.attach(reference, tmp_path, lambda _: None)) as handle:
            handle.cancel()
        assert not _is_alive(tmp_path)
        assert backend.states([reference]) in (["ended"], [""])

    def test_a_program_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        """Raised, not returned."""
        backend = self.backend(command=["no-such-program-anywhere"])
        with pytest.raises(BackendError):
            backend.execute(Job((), tmp_path), lambda _: None)


_WAIT_FOR = """
import pathlib, time
while not pathlib.Path({!r}).exists():
    time.sleep(0.05)
"""
_BEAT = """
import os, time
if os.fork() == 0:
    while True:
        with open("heartbeat", "a") as file:
            file.write(".")
        time.sleep(0.05)
while not os.path.exists("heartbeat"):
    time.sleep(0.01)
"""
_STUBBORN = f"""
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
{_BEAT}
print("begun", flush=True)
time.sleep(60)
"""


def _is_alive(workspace: Path) -> bool:
    """Whether a process of a job still writes in its workspace, which it must have done."""
    heartbeat = workspace / "heartbeat"
    before = heartbeat.stat().st_size
    time.sleep(0.5)
    return heartbeat.stat().st_size > before


class ModelTests(ABC):
    """What every model does: plan without writing, write the same bytes twice, and judge by evidence."""

    @abstractmethod
    def model(self) -> Model:
        """The model under test."""

    @abstractmethod
    def experiment(self) -> Experiment:
        """A small experiment that it can compute."""

    def test_planning_writes_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """And finds nothing wrong with a good experiment."""
        monkeypatch.chdir(tmp_path)
        assert self.model().plan(self.experiment()).problems == ()
        assert files_below(tmp_path) == []

    def test_the_planned_files_are_those_that_are_written(self, tmp_path: Path) -> None:
        """No more and no less."""
        self.model().generate(tmp_path, self.experiment())
        assert files_below(tmp_path) == sorted(self.model().plan(self.experiment()).files)

    def test_generating_again_gives_the_same_bytes(self, tmp_path: Path) -> None:
        """Else nothing would ever be current."""
        written = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            self.model().generate(folder, self.experiment())
            written.append({file: hash_file(folder / file) for file in files_below(folder)})
        assert written[0] == written[1]

    def test_input_files_name_no_place_of_this_machine(self, tmp_path: Path) -> None:
        """So that they mean the same in a container or on a cluster."""
        self.model().generate(tmp_path, self.experiment())
        here = str(tmp_path).encode()
        assert [name for name in files_below(tmp_path) if here in (tmp_path / name).read_bytes()] == []

    def test_the_command_names_programs_and_not_paths(self, tmp_path: Path) -> None:
        """The backend finds them where it runs."""
        command = self.model().command(tmp_path, Resources())
        words = command.argv if command is not None else ()
        assert [w for w in words if w.startswith(("/", sys.prefix))] == []

    def test_an_empty_workspace_is_no_success(self, tmp_path: Path) -> None:
        """Whatever the exit code may say."""
        verdict = self.model().verdict(tmp_path, None)
        assert not verdict.success
        assert verdict.evidence


class SourceTests(ABC):
    """What every source does: open lazily, name what it reads, notice a change, and tell what is wrong by key."""

    lazy: ClassVar[bool] = True
    """False for data that are small, or in memory anyway."""
    secret: ClassVar[str] = ""
    """A credential that the source under test is made with; it must be shown nowhere."""

    @abstractmethod
    def source(self) -> Source:
        """The source under test, with data that exist."""

    def change(self) -> None:
        """Change the data behind it, as a new download would."""
        pytest.skip("say how its data change: change()")

    def broken(self) -> Source:
        """One like it, whose data are not there or not what they should be."""
        pytest.skip("say how its data can be wrong: broken()")

    def test_it_opens_a_dataset(self) -> None:
        """With at least one variable; again, with the same values."""
        with self.source().open() as data, self.source().open() as again:
            assert data.data_vars
            assert data.load().identical(again.load())

    def test_values_are_read_when_they_are_asked_for(self) -> None:
        """So that a year of fields can be looked at for an hour."""
        if not self.lazy:
            pytest.skip("its data are small")
        with self.source().open() as data:
            assert [name for name, v in data.data_vars.items() if v.ndim > 1 and v.variable._in_memory] == []

    def test_no_file_stays_open(self) -> None:
        """A sweep of a thousand members opens thousands of them."""
        before = _open_files()
        with self.source().open() as data:
            data.load()
        assert _open_files() - before == set()

    def test_its_files_exist_and_are_named_by_key(self) -> None:
        """So that a change of their content is noticed."""
        for file in self.source().inputs(_KEY):
            assert file.key.startswith(_KEY)
            assert file.url or (file.path is not None and file.path.is_file())

    def test_the_same_data_are_the_same_input(self) -> None:
        """Else nothing would ever be current."""
        assert _state(self.source()) == _state(self.source())

    def test_other_data_are_another_input(self) -> None:
        """Else a run would be taken for current that is not."""
        before = _state(self.source())
        self.change()
        assert _state(self.source()) != before

    def test_what_is_wrong_with_its_data_is_told_by_key(self) -> None:
        """As a DataError of a field of the source, or of itself; its inputs can be named all the same."""
        source = self.broken()
        with pytest.raises(DataError) as caught, opened(source, _KEY) as data:
            data.load()
        for problem in caught.value.problems:
            assert f"{problem.key}.".startswith(f"{_KEY}.")
            field = problem.key.removeprefix(_KEY).lstrip(".").partition(".")[0]
            assert field in ("", *type(source).model_fields)
            assert problem.message
        assert all(file.key.startswith(_KEY) for file in source.inputs(_KEY))

    def test_a_credential_is_shown_nowhere(self) -> None:
        """Neither in what is recorded of the science, nor where Python shows the source, nor in a name."""
        source = self.source()
        shown = [repr(source), str(source), str(source.model_dump(mode="json", context=FOR_SCIENCE))]
        shown += [str(source.identity()), *(file.name for file in source.inputs(_KEY))]
        assert not self.secret or not any(self.secret in text for text in shown)


_KEY = "forcing.wind.source"


def _state(source: Source) -> str:
    """All that decides whether what was made of a source is still current."""
    return hash_data([source.identity(), [(i.key, i.record({}).sha256) for i in source.inputs(_KEY)]])


def _open_files() -> set[str]:
    import psutil

    gc.collect()
    return {file.path for file in psutil.Process().open_files()}
