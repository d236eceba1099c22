"""The processes of one run: found wherever they hide, and ended together, even when this process is killed."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGCONT, SIGKILL, SIGTERM, Signals
from uuid import uuid4

import psutil

from ..core.driver import Driver
from .watchdog import Watchdog

log = logging.getLogger(__name__)

COOKIE = "ROMPY_HYDRA_JOB_"
"""How the variable begins by which the processes of a run are known."""
_STEP_S = 0.05
_KILL_S = 10.0
"""How long a killed process may take to vanish; one that waits for a dead disk takes longer, and is reported."""

_KILL_ALL = r"""
    for round in 1 2 3 4 5; do
        [ -z "$told" ] || kill -KILL -- "-$told"
        for file in $(grep -lsF -- "$1=" /proc/[0-9]*/environ); do
            pid=${file#/proc/}
            kill -KILL "${pid%/environ}"
        done
        sleep 0.2
    done
"""
"""What a watchdog does that was told the session."""


@dataclass
class ProcessTree:
    """Every process that a run starts, also one that left the group, the session or its parents.

    They are recognised by a variable in their environment, which children inherit, or by the session of the first one.
    Not found are processes that leave the session *and* clear their environment, and those of another user (setuid).
    The name of the variable differs per run, so that a run inside a run belongs to both.
    """

    cookie: str = field(default_factory=lambda: f"{COOKIE}{uuid4().hex}")
    session: int | None = None
    """Process id of the first process, the leader of its session; None until it is known."""

    @property
    def driver(self) -> str:
        """Value of the variable: which process is to end them, should they be found without it."""
        return Driver.here().text

    def alive(self) -> list[psutil.Process]:
        """The processes that run now, zombies apart."""
        return [p for p in psutil.process_iter() if self._is_ours(p)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            ours = self.cookie in process.environ()
        except psutil.AccessDenied:
            ours = False
        except psutil.Error:
            return False
        return (ours or self._in_session(process.pid)) and _runs(process)

    def _in_session(self, pid: int) -> bool:
        try:
            return self.session is not None and os.getsid(pid) == self.session
        except OSError:
            return False

    def settle(self, limit_s: float, idle: Callable[[float], None]) -> list[psutil.Process]:
        """Wait until no process is left, at most `limit_s`; those that are left.

        `idle` is called with a time to spend.
        """
        deadline = time.monotonic() + limit_s
        known = self.alive()
        while known and time.monotonic() < deadline:
            idle(_STEP_S)
            known = [p for p in known if _runs(p)] or self.alive()
        return known

    def end(self, grace_s: float, idle: Callable[[float], None]) -> None:
        """Terminate every process; kill those that are still there after `grace_s`.

        `idle` is called while waiting, so that output is still read and no process blocks on a full pipe.
        An exception from it, such as a second Ctrl-C, cuts the grace short.
        """
        try:
            for process in self.alive():
                _send(process, SIGTERM)
                _send(process, SIGCONT)  # a stopped process would keep SIGTERM for later
            self.settle(grace_s, idle)
        finally:
            self._kill()

    def _kill(self) -> None:
        deadline = time.monotonic() + _KILL_S
        while (left := self.alive()) and time.monotonic() < deadline:
            for process in left:
                _send(process, SIGKILL)
            time.sleep(_STEP_S)
        if left:
            log.error("could not be killed: %s", ", ".join(describe(p) for p in left))

    def guarded(self) -> Watchdog:
        """Kills the processes should this one die without warning; it is to be told their session."""
        return Watchdog(_KILL_ALL, self.cookie)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return False


def _send(process: psutil.Process, signal: Signals) -> None:
    with suppress(psutil.Error):
        process.send_signal(signal)


def describe(process: psutil.Process) -> str:
    """Process id and command, for a message."""
    try:
        return f"{process.pid} ({' '.join(process.cmdline())[:200] or process.name()})"
    except psutil.Error:
        return str(process.pid)
