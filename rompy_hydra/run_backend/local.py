"""Runs a model as a child process of this one."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

from pydantic import field_validator

from ..errors import BackendError, Problem
from .base import Exit, Handle, Job, RunBackend, WallTime
from .executable import find_executable, why_not_started
from .output import Output
from .processes import ProcessTree, describe

log = logging.getLogger(__name__)

_LINGER_S = 1.0
"""Time for processes such as ``tee`` to finish by themselves after the main one has exited."""


class LocalRunBackend(RunBackend):
    """Runs the model on this machine, and ends every process of it on a time-out, Ctrl-C or SIGTERM."""

    working_dir: str = "."
    """Where the command runs, relative to the workspace."""
    grace: WallTime = timedelta(seconds=10)
    """Between asking the processes to end (SIGTERM) and killing them; a bare number is seconds."""

    @field_validator("working_dir")
    @classmethod
    def _stays_in_the_workspace(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("expected a folder inside the workspace, as a relative path without '..'")
        return value

    def start(self, job: Job, on_line: Callable[[str], None]) -> LocalHandle:
        """Start the job as a child of this process.

        A program given as a relative path is looked for in the working directory, the workspace and the current
        directory; ``python`` is the interpreter that runs this package.

        Raises:
            BackendError: it could not be started; says where the program was looked for.
        """
        return LocalHandle(self._launch(job), on_line, self.grace.total_seconds())

    def locate(self, job: Job) -> Path:
        """The file on this machine that executes the job: the model's program, not its launcher.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        return self._launch(job).program

    def _launch(self, job: Job) -> _Launch:
        argv, where = self.argv(job.argv), job.workspace / self.working_dir
        env = {"PYTHONUNBUFFERED": "1", **os.environ, **job.env, **self.env_vars}
        path = env.get("PATH", os.defpath)
        if not argv:
            hint = "set run_backend.command to a program and its arguments"
            raise BackendError(Problem("run_backend.command", "there is no command to run", hint=hint))
        if not where.is_dir():
            raise BackendError(Problem("run_backend.working_dir", f"there is no folder {where}", self.working_dir))
        if self.shell and shutil.which("bash", path=path) is None:
            log.warning("there is no bash: sh runs the command, and a failure inside a pipe goes unnoticed")
            argv = ("sh", "-c", argv[-1])
        return _Launch(*self._found(job, list(argv), where, path), where, env)

    def _found(self, job: Job, argv: list[str], where: Path, search_path: str) -> tuple[list[str], Path]:
        """The words with the programs among them as files, and the file of the model's own program."""
        folders = (where, job.workspace)
        is_launched = self.command is None and job.program in argv[1:]
        advice = job.hint if self.command is None else ""
        if not is_launched:
            program = find_executable(argv[0], folders, search_path, advice)
            return [str(program), *argv[1:]], program
        launcher = find_executable(argv[0], folders, search_path)
        program = find_executable(job.program, folders, search_path, advice)
        argv[argv.index(job.program, 1)] = str(program)
        return [str(launcher), *argv[1:]], program


@dataclass(frozen=True)
class _Launch:
    argv: list[str]
    program: Path
    where: Path
    env: dict[str, str]


class LocalHandle(Handle):
    """A process of this machine with all that it starts; it ends when this process does, however that ends."""

    def __init__(self, launch: _Launch, on_line: Callable[[str], None], grace_s: float) -> None:
        self._grace_s = grace_s
        self._tree = ProcessTree()
        self._ended: Exit | None = None
        with ExitStack() as stack:
            self._output = stack.enter_context(Output(on_line))
            guard = stack.enter_context(self._tree.guarded())
            stack.callback(self._tree.end, grace_s, self._output.read)
            self._begun = time.monotonic()
            self._process = _start(launch, self._tree, self._output)
            guard(self._process.pid)
            self._stack = stack.pop_all()

    @property
    def reference(self) -> dict[str, str]:
        """Nothing: it does not outlive this process."""
        return {}

    @property
    def running_s(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._begun

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of output."""
        return self._output.tail

    def read(self, limit_s: float) -> None:
        """Hand over what arrives next."""
        if not self._output.ended:
            self._output.read(limit_s)
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=limit_s)

    def poll(self) -> Exit | None:
        """How it ended; what the main process has left running is ended with it."""
        if self._ended is None and self._process.poll() is not None:
            duration_s = self.running_s
            left = tuple(describe(p) for p in self._tree.settle(_LINGER_S, self._output.read))
            self.cancel()
            if left:
                log.warning("still running after the command had exited, and ended: %s", ", ".join(left))
            self._ended = _exit(self._process.returncode, duration_s, self.tail, left)
        return self._ended

    def cancel(self) -> None:
        """Ask every process to end, kill those that do not, and hand over their last words."""
        self._tree.end(self._grace_s, self._output.read)
        with suppress(subprocess.TimeoutExpired):  # only what even SIGKILL does not end, which `end` has reported
            self._process.wait(timeout=1)
        self._output.finish()

    def close(self) -> None:
        """End what still runs, and close the pipes."""
        self._stack.close()


def _start(launch: _Launch, tree: ProcessTree, output: Output) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            launch.argv,
            cwd=launch.where,
            env={**launch.env, tree.cookie: "1"},
            stdin=subprocess.DEVNULL,
            stdout=output.write_end,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise why_not_started(error, launch.argv) from error
    tree.session = process.pid
    output.close_write_end()
    return process


def _exit(code: int, duration_s: float, tail: tuple[str, ...], left: tuple[str, ...]) -> Exit:
    if code < 0:
        return Exit("signalled", signal=-code, duration_s=duration_s, tail=tail, left_behind=left)
    return Exit("exited", code=code, duration_s=duration_s, tail=tail, left_behind=left)
