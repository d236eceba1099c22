"""A child process of this one, and what it had used when it ended."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from ..errors import BackendError, Problem

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system tells the largest memory of a process."""
_LONGEST_STEP_S = 0.05


class Child:
    """A process that was started here, with its use of the machine and that of its children which it waited for."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._largest_here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self._process = start()
        self._usage: resource.struct_rusage | None = None

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Exit code, or minus the signal that ended it; None before it was seen to end."""
        return self._process.returncode

    @property
    def cpu_s(self) -> float | None:
        """Processor time, by its own code and by the system for it."""
        return None if self._usage is None else round(self._usage.ru_utime + self._usage.ru_stime, 3)

    @property
    def max_rss_mb(self) -> float | None:
        """Largest memory of any one of its processes; None where that was less than this process has.

        The system counts from the fork on, when a child still has the memory of its parent.
        """
        if self._usage is None or self._usage.ru_maxrss <= self._largest_here:
            return None
        return round(self._usage.ru_maxrss * _RSS_UNIT / 1e6, 1)

    def wait(self, limit_s: float = 0.0) -> bool:
        """Whether it has ended; waits for that at most `limit_s`.

        Raises:
            BackendError: another part of this program has taken its exit code.
        """
        deadline, step_s = time.monotonic() + limit_s, 0.001
        while not self._has_ended() and (left_s := deadline - time.monotonic()) > 0:
            time.sleep(min(step_s, left_s))
            step_s = min(2 * step_s, _LONGEST_STEP_S)
        return self.code is not None

    def _has_ended(self) -> bool:
        if self.code is None:
            try:
                pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            except ChildProcessError:
                hint = "the calling program must not ignore SIGCHLD, or wait for children that it has not started"
                raise BackendError(Problem("run_backend", "the exit code of the model is lost", hint=hint)) from None
            if pid:
                self._process.returncode, self._usage = os.waitstatus_to_exitcode(status), usage
        return self.code is not None
