"""Runs a model as a child process of this one."""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from signal import SIGKILL

from pydantic import Field

from ..core.findings import Finding
from ..core.sizes import Size
from .base import WallTime
from .bounds import Bounds, Limit, LimitValue, own_cores
from .child import Child
from .executable import why_not_started
from .job import Ending, Exit, Handle, Job, Leftover
from .memory import MemoryLimit
from .mpi import launchers
from .on_host import Launch, OnHost
from .orphans import orphans
from .output import Output
from .processes import ProcessTree, describe

log = logging.getLogger(__name__)

_LINGER_S = 1.0
"""Time for processes such as ``tee`` to finish by themselves after the main one has exited."""


class LocalRunBackend(OnHost):
    """Runs the model on this machine, and ends every process of it on a time-out, Ctrl-C or SIGTERM."""

    grace: WallTime = timedelta(seconds=10)
    """Between asking the processes to end (SIGTERM) and killing them; a bare number is seconds."""
    memory: Size | None = None
    """Limit of the memory of all processes together, e.g. ``4GB``; past it they are killed and the run has failed."""
    pin: bool = False
    """Give the model ``cpus`` cores that no other pinned run has, and no others. Linux only."""
    nice: int = Field(0, ge=-20, le=19)
    """Added to the niceness of the calling process: 19 gives way to everything, below 0 needs the right to it."""
    rlimits: dict[Limit, LimitValue] = Field(default_factory=dict)
    """Limits of the system for each process, e.g. ``{stack: unlimited, core: 0}``; a number, size or ``unlimited``."""

    def start(self, job: Job, on_line: Callable[[str], None]) -> LocalHandle:
        """Start the job as a child of this process.

        A program given as a relative path is looked for in the working directory, the workspace and the current
        directory; ``python`` is the interpreter that runs this package.

        Raises:
            BackendError: it could not be started, or not within its limits; says where the program was looked for.
        """
        return LocalHandle(self, self.launch(job), on_line)

    @classmethod
    def health(cls) -> list[Finding]:
        """The MPI launchers."""
        return launchers()

    @classmethod
    def leftovers(cls) -> list[Leftover]:
        """Processes whose driver was killed together with the guard that should have ended them."""
        return orphans()


class LocalHandle(Handle):
    """A process of this machine with all that it starts; it ends when this process does, however that ends."""

    def __init__(self, backend: LocalRunBackend, launch: Launch, on_line: Callable[[str], None]) -> None:
        self._grace_s = backend.grace.total_seconds()
        self._tree = ProcessTree()
        self._memory = None if backend.memory is None else MemoryLimit(backend.memory, self._tree)
        self._ended: Exit | None = None
        self._over = False
        with ExitStack() as stack:
            cores = stack.enter_context(own_cores(backend.cpus)) if backend.pin else ()
            bounds = Bounds(backend.nice, cores, backend.rlimits)
            self._output = stack.enter_context(Output(on_line))
            guard = stack.enter_context(self._tree.guarded())
            stack.callback(self._end)
            self._begun = time.monotonic()
            self._child = Child(partial(_start, launch, bounds, self._tree, self._output))
            guard.tell(str(self._child.pid))
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
        if self._output.ended:
            self._child.wait(limit_s)
        else:
            self._output.read(limit_s)

    def poll(self) -> Exit | None:
        """How it ended; what the main process has left running is ended with it, and what takes too much memory."""
        if self._ended is None:
            if self._child.wait():
                self._ended = self._settled()
            elif self._memory is not None and (excess := self._memory.excess()):
                self._ended = self._killed(f"out of memory: {excess}")
        return self._ended

    def _settled(self) -> Exit:
        duration_s = self.running_s
        left = tuple(describe(p) for p in self._tree.settle(_LINGER_S, self._output.read))
        if left:
            log.warning("still running after the command had exited, and ended: %s", ", ".join(left))
            self._end()
        self._over = True
        self._output.finish()
        return self._exit(duration_s, left_behind=left)

    def _killed(self, reason: str) -> Exit:
        """Without a grace, in which it would take yet more."""
        duration_s = self.running_s
        self._tree.kill()
        self._over = True
        self._reap()
        self._output.finish()
        return replace(self._exit(duration_s), ending="signalled", code=None, signal=SIGKILL, reason=reason)

    def cancel(self) -> None:
        """Ask every process to end, kill those that do not, and hand over their last words."""
        self._end()
        self._reap()
        self._output.finish()

    def close(self) -> None:
        """End what still runs, and close the pipes."""
        self._stack.close()
        self._reap()

    def _end(self) -> None:
        if not self._over:
            self._tree.end(self._grace_s, self._output.read)
            self._over = True

    def _reap(self) -> None:
        self._child.wait(1.0)  # only what even SIGKILL does not end takes longer, and that was reported

    def _exit(self, duration_s: float, left_behind: tuple[str, ...] = ()) -> Exit:
        code = -SIGKILL if self._child.code is None else self._child.code
        ending: Ending = "signalled" if code < 0 else "exited"
        return Exit(
            ending,
            code=None if code < 0 else code,
            signal=-code if code < 0 else None,
            duration_s=duration_s,
            tail=self.tail,
            left_behind=left_behind,
            cpu_s=self._child.cpu_s,
            max_rss_mb=self._child.max_rss_mb,
        )


def _start(launch: Launch, bounds: Bounds, tree: ProcessTree, output: Output) -> subprocess.Popen[bytes]:
    try:
        process = bounds.start(
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
    tree.begins_with(process.pid)
    output.close_write_end()
    return process
