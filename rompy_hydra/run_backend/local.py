"""Runs a model as a child process of this one."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta

from .base import Exit, Handle, Job, WallTime
from .executable import why_not_started
from .on_host import Launch, OnHost
from .output import Output
from .processes import ProcessTree, describe

log = logging.getLogger(__name__)

_LINGER_S = 1.0
"""Time for processes such as ``tee`` to finish by themselves after the main one has exited."""


class LocalRunBackend(OnHost):
    """Runs the model on this machine, and ends every process of it on a time-out, Ctrl-C or SIGTERM."""

    grace: WallTime = timedelta(seconds=10)
    """Between asking the processes to end (SIGTERM) and killing them; a bare number is seconds."""

    def start(self, job: Job, on_line: Callable[[str], None]) -> LocalHandle:
        """Start the job as a child of this process.

        A program given as a relative path is looked for in the working directory, the workspace and the current
        directory; ``python`` is the interpreter that runs this package.

        Raises:
            BackendError: it could not be started; says where the program was looked for.
        """
        return LocalHandle(self.launch(job), on_line, self.grace.total_seconds())


class LocalHandle(Handle):
    """A process of this machine with all that it starts; it ends when this process does, however that ends."""

    def __init__(self, launch: Launch, on_line: Callable[[str], None], grace_s: float) -> None:
        self._grace_s = grace_s
        self._tree = ProcessTree()
        self._ended: Exit | None = None
        with ExitStack() as stack:
            self._output = stack.enter_context(Output(on_line))
            guard = stack.enter_context(self._tree.guarded())
            stack.callback(self._tree.end, grace_s, self._output.read)
            self._begun = time.monotonic()
            self._process = _start(launch, self._tree, self._output)
            guard.tell(str(self._process.pid))
            self._stack = stack.pop_all()

    @property
    def reference(self) -> dict[str, str]:
        """Nothing."""
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


def _start(launch: Launch, tree: ProcessTree, output: Output) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            launch.argv,
            cwd=launch.where,
            env={**launch.env, tree.cookie: tree.driver},
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
