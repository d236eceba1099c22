"""Tests that a plugin of your own has to pass: derive a class, say how your plugin is made, run pytest.

class TestCluster(RunBackendTests):
    def backend(self, **options):
        return ClusterBackend(queue="test", **options)
"""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

from .core.hashing import files_below, hash_file
from .errors import BackendError
from .model.base import Experiment, Model
from .run_backend.base import Job, Resources, RunBackend
from .source.base import Source


class RunBackendTests(ABC):
    """What every run backend does: stream lines, tell how it ended, keep to its limit, leave nothing behind."""

    @abstractmethod
    def backend(self, **options: object) -> RunBackend:
        """The backend under test, with these options of every backend (``timeout``, ``env_vars``, ``command``)."""

    def job(self, workspace: Path, script: str) -> Job:
        """A small Python program to execute."""
        return Job(("python", "-c", script), workspace, {"FROM_MODEL": "yes"})

    def test_lines_arrive_in_order_while_it_runs(self, tmp_path: Path) -> None:
        """Every line is handed over, without its end."""
        lines: list[str] = []
        ended = self.backend().execute(self.job(tmp_path, "print('one'); print('two')"), lines.append)
        assert (ended.ending, ended.code, lines) == ("exited", 0, ["one", "two"])

    def test_the_exit_code_and_the_last_lines_are_told(self, tmp_path: Path) -> None:
        """A failure is not swallowed."""
        ended = self.backend().execute(self.job(tmp_path, "print('last words'); raise SystemExit(3)"), lambda _: None)
        assert (ended.code, ended.tail[-1]) == (3, "last words")

    def test_it_runs_in_the_workspace_with_the_environment(self, tmp_path: Path) -> None:
        """Files land in the workspace; variables of the model and of the backend are there."""
        script = "import os; open('out', 'w').write(os.environ['FROM_MODEL'] + os.environ['FROM_BACKEND'])"
        self.backend(env_vars={"FROM_BACKEND": "too"}).execute(self.job(tmp_path, script), lambda _: None)
        assert (tmp_path / "out").read_text(encoding="utf-8") == "yestoo"

    def test_a_run_past_its_time_limit_is_ended(self, tmp_path: Path) -> None:
        """Soon after the limit, and it is told as such."""
        begun = time.monotonic()
        ended = self.backend(timeout=1).execute(self.job(tmp_path, "import time; time.sleep(60)"), lambda _: None)
        assert ended.ending == "timed out"
        assert time.monotonic() - begun < 30

    def test_a_program_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        """Raised, not returned."""
        backend = self.backend(command=["no-such-program-anywhere"])
        with pytest.raises(BackendError):
            backend.execute(Job((), tmp_path), lambda _: None)


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
    """What every source does: name its files, and open a lazy dataset."""

    @abstractmethod
    def source(self) -> Source:
        """The source under test, with data that exist."""

    def test_it_opens_a_dataset(self) -> None:
        """With at least one variable."""
        with self.source().open() as data:
            assert data.data_vars

    def test_its_files_exist_and_are_named_by_key(self) -> None:
        """So that a change of their content is noticed."""
        for file in self.source().inputs("forcing.wind.source"):
            assert file.key.startswith("forcing.wind.source")
            assert file.url or (file.path is not None and file.path.is_file())
