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
    descendants() {
        for child in $(cat "/proc/$1/task/"*/children); do echo "$child"; descendants "$child"; done
    }
    [ -z "$told" ] || kill -KILL $(descendants "$told")
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

    They are recognised by a variable in their environment, which children inherit, by the session of the first one, or
    as its descendants; once known they stay so. Not found are processes that leave the session *and* clear their
    environment *and* are orphans when they are first looked for, and those of another user (setuid).
    The name of the variable differs per run, so that a run inside a run belongs to both.
    """

    cookie: str = field(default_factory=lambda: f"{COOKIE}{uuid4().hex}")
    _first: psutil.Process | None = None
    _known: set[psutil.Process] = field(default_factory=set)

    def begins_with(self, pid: int) -> None:
        """Make known the first process, which leads a session of its own."""
        with suppress(psutil.NoSuchProcess):
            self._first = psutil.Process(pid)

    @property
    def driver(self) -> str:
        """Value of the variable: which process is to end them, should they be found without it."""
        return Driver.here().text

    def alive(self) -> list[psutil.Process]:
        """The processes that run now, zombies apart; parents mostly before their children, which they might mourn."""
        for pid in filter(self._is_ours, psutil.pids()):
            with suppress(psutil.Error):
                self._known.add(psutil.Process(pid))
        with suppress(psutil.Error):
            if self._first is not None and self._first.is_running():
                self._known.update(self._first.children(recursive=True))
        self._known = {p for p in self._known if _runs(p)}
        return sorted(self._known, key=lambda p: p.pid)

    def _is_ours(self, pid: int) -> bool:
        return self._in_session(pid) or _has_variable(pid, self.cookie)

    def _in_session(self, pid: int) -> bool:
        try:
            return self._first is not None and os.getsid(pid) == self._first.pid
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
            self.kill()

    def kill(self) -> None:
        """Kill every process, at once."""
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


def _has_variable(pid: int, name: str) -> bool:
    """Whether a process was started with it; where there is /proc its environment is searched as it is, for speed."""
    try:
        if not psutil.LINUX:
            return name in psutil.Process(pid).environ()
        with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:  # noqa: PTH123  a Path takes three times as long
            return f"{name}=".encode() in file.read()
    except (OSError, psutil.Error):
        return False


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
