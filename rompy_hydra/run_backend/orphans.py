"""Processes of runs whose driver was killed together with the guard that should have ended them."""

from __future__ import annotations

import os
import time
from functools import partial

import psutil

from ..core.driver import Driver
from ..errors import BackendError, Problem
from .job import Leftover
from .processes import COOKIE, ProcessTree, describe

_GRACE_S = 5.0


def orphans() -> list[Leftover]:
    """The processes of this user that belong to a run whose driver is gone; one leftover for each run.

    A run is left alone of which this process is a part, as one is that was called from a shell which a run has started.
    """
    own = {run for process in (psutil.Process(), *psutil.Process().parents()) for run in _drivers(process)}
    found: dict[str, tuple[Driver, list[psutil.Process]]] = {}
    for process in filter(_is_this_users, psutil.process_iter()):
        dead = {run: driver for run, driver in _drivers(process).items() if run not in own and driver.gone}
        if dead:
            run = min(dead)  # a run inside a run belongs to both
            found.setdefault(run, (dead[run], []))[1].append(process)
    return [_leftover(run, *found[run]) for run in sorted(found)]


def _leftover(run: str, driver: Driver, processes: list[psutil.Process]) -> Leftover:
    name = f"{'process' if len(processes) == 1 else 'processes'} {', '.join(map(describe, processes))}"
    return Leftover(name, f"of a run that {driver} drove, which is gone", partial(_end, run))


def _is_this_users(process: psutil.Process) -> bool:
    try:
        return bool(process.uids().real == os.getuid() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _drivers(process: psutil.Process) -> dict[str, Driver]:
    """The variable of each run that a process belongs to, with its driver; nothing where that cannot be told."""
    try:
        told = {name: value for name, value in process.environ().items() if name.startswith(COOKIE)}
        return {name: Driver.parse(value) for name, value in told.items()}
    except (psutil.Error, OSError, ValueError):
        return {}


def _end(run: str) -> None:
    tree = ProcessTree(cookie=run)
    tree.end(_GRACE_S, time.sleep)
    if left := tree.alive():
        raise BackendError(Problem("", f"could not be killed: {', '.join(map(describe, left))}"))
