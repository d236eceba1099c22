"""Runs a model as a child process of this one."""

from __future__ import annotations

import logging
import math
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

from pydantic import field_validator

from ..errors import BackendError, Problem
from .base import Exit, Job, RunBackend, WallTime
from .executable import find_executable, why_not_started
from .output import Output
from .processes import ProcessTree, describe

log = logging.getLogger(__name__)

_STEP_S = 0.1
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

    def execute(self, job: Job, on_line: Callable[[str], None]) -> Exit:
        """Run the job to its end, handing over each line of output as it comes.

        A program given as a relative path is looked for in the working directory, the workspace and the current
        directory; ``python`` is the interpreter that runs this package.

        Raises:
            BackendError: it could not be started; says where the program was looked for.
            BaseException: whatever interrupted the wait, such as KeyboardInterrupt; every process is gone by then.
        """
        launch = self._launch(job)
        tree = ProcessTree()
        with Output(on_line) as output, tree.guarded() as guard:
            started = time.monotonic()
            with _child(launch, tree, output, self.grace.total_seconds()) as process:
                guard(process.pid)
                in_time = _until_exit(process, output, self._deadline(started))
                left = tree.settle(_LINGER_S, output.read) if in_time else []
                names = tuple(describe(p) for p in left)
            output.finish()
        if names:
            log.warning("still running after the command had exited, and ended: %s", ", ".join(names))
        return _exit(process, in_time, time.monotonic() - started, output.tail, names)

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

    def _deadline(self, started: float) -> float:
        return math.inf if self.timeout is None else started + self.timeout.total_seconds()


@dataclass(frozen=True)
class _Launch:
    argv: list[str]
    program: Path
    where: Path
    env: dict[str, str]


@contextmanager
def _child(launch: _Launch, tree: ProcessTree, output: Output, grace_s: float) -> Iterator[subprocess.Popen[bytes]]:
    process = None
    try:
        process = _start(launch, tree, output)
        yield process
    finally:
        tree.end(grace_s, output.read)
        if process is not None:
            with suppress(subprocess.TimeoutExpired):  # only what even SIGKILL does not end, which `end` has reported
                process.wait(timeout=1)


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


def _until_exit(process: subprocess.Popen[bytes], output: Output, deadline: float) -> bool:
    while process.poll() is None:
        step_s = min(_STEP_S, deadline - time.monotonic())
        if step_s <= 0:
            return False
        if not output.ended:
            output.read(step_s)
            continue
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=step_s)
    return True


def _exit(
    process: subprocess.Popen[bytes], in_time: bool, duration_s: float, tail: tuple[str, ...], left: tuple[str, ...]
) -> Exit:
    code = process.returncode
    if not in_time:
        return Exit("timed out", duration_s=duration_s, tail=tail)
    if code < 0:
        return Exit("signalled", signal=-code, duration_s=duration_s, tail=tail, left_behind=left)
    return Exit("exited", code=code, duration_s=duration_s, tail=tail, left_behind=left)
