"""Whether this machine has what experiments need, and what dead processes have left on it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil

from . import installation
from .core.findings import Finding, Section
from .core.machine import memory_limit, usable_cpus
from .core.store import VARIABLE, Store, size_text
from .errors import RompyHydraError
from .lock import STALE_S, age_s, break_lock, read_holder
from .model.base import Model
from .plugins import plugins
from .report.tables import counted, status_rows
from .run_backend.base import RunBackend
from .run_backend.job import Leftover
from .run_dir import find_claimed, versions

T = TypeVar("T", bound=Finding | Leftover)
_LITTLE_ROOM = 10**9
"""Bytes on a disk; one run may write more."""
_TO_SEE_TO = {
    "cut off": "rompy-hydra resume {} goes on with it",
    "ended": "rompy-hydra resume {} looks at what came of it",
    "unknown": "rompy-hydra status {} tells once the scheduler answers",
    "unreadable": "rompy-hydra unlock {} where it is the lock; otherwise move the directory away",
}
"""States of a run that nobody drives any more -> what to do."""


def examine(folder: Path, *, clean: bool = False) -> list[Section]:
    """Look at this machine, and at the runs below a folder; takes a few seconds.

    What a plugin cannot tell is a finding like any other.

    Args:
        folder: with run directories.
        clean: remove what dead processes have left; nothing is changed otherwise.
    """
    locks, backends = list(_locks(folder)), _ask("run_backend", _backend_tells)
    left = [one for one in (*locks, *backends) if isinstance(one, Leftover)]
    leftovers = tuple(_seen_to(one, clean=clean) for one in left)
    sections = (
        Section("installation", tuple(_installation()), is_needed=True),
        Section("machine", tuple(_machine(folder)), is_needed=True),
        Section("models", tuple(_ask("model", _model_tells))),
        Section("run backends", tuple(one for one in backends if isinstance(one, Finding))),
        Section("extras", tuple(installation.extras())),
        Section("runs", (*_runs(folder), *(one for one in locks if isinstance(one, Finding)))),
        Section("leftovers", leftovers, is_needed=clean),
    )
    return [section for section in sections if section.findings]


def _installation() -> Iterator[Finding]:
    told = f"{versions()[installation.PACKAGE]} with Python {platform.python_version()}, {sys.executable}"
    yield Finding(installation.PACKAGE, "works", told)
    yield installation.needed()


def _machine(folder: Path) -> Iterator[Finding]:
    cpus, all_cpus = usable_cpus(), os.cpu_count() or 1
    yield Finding("cores", "works", f"{cpus:g}" + (f" of {all_cpus} may be used" if cpus < all_cpus else ""))
    limit, memory = memory_limit(), psutil.virtual_memory()
    more = f"of {size_text(memory.total)} may be used" if limit < memory.total else ""
    told = f"{size_text(limit)} {more or f'of which {size_text(memory.available)} are free'}"
    yield Finding("memory", "works", told)
    yield _disk("output_dir", folder.absolute(), "give another output_dir")
    yield _disk("cache", Store().root, f"set {VARIABLE} to a folder of yours, on a disk with room")


def _disk(name: str, folder: Path, hint: str) -> Finding:
    there = next(p for p in (folder, *folder.parents) if p.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(name, "fails", f"{there} cannot be written", hint)
    free = shutil.disk_usage(there).free
    return Finding(name, "works", f"{size_text(free)} are free, {folder}", hint if free < _LITTLE_ROOM else "")


def _ask(group: str, ask: Callable[[type], Sequence[T]]) -> list[T | Finding]:
    """What each plugin of a group tells, once where several tell the same."""
    told: dict[str, T | Finding] = {}
    for name, plugin in plugins(group).items():
        try:
            found: Sequence[T | Finding] = ask(plugin.load())
        except Exception as error:  # noqa: BLE001  a plugin may fail in any way, which is what is looked for
            found = [Finding(f"{group} {name}", "fails", _reason(error), f"it is a plugin of {plugin.distribution}")]
        told |= {one.name: one for one in found if one.name not in told}
    return list(told.values())


def _model_tells(cls: type) -> Sequence[Finding]:
    return cls.executables() if issubclass(cls, Model) else ()


def _backend_tells(cls: type) -> Sequence[Finding | Leftover]:
    """A run backend of others may be any class, and then has nothing to tell."""
    if not issubclass(cls, RunBackend):
        return ()
    health = cls.health()
    try:
        return [*health, *cls.leftovers()]
    except RompyHydraError as error:
        is_told = _reason(error) in {finding.told for finding in health}
        return health if is_told else [*health, Finding(f"leftovers of {cls.__name__}", "fails", _reason(error))]


def _reason(error: Exception) -> str:
    return error.problems[0].message if isinstance(error, RompyHydraError) else f"{type(error).__name__}: {error}"


def _runs(folder: Path) -> Iterator[Finding]:
    """The runs that need somebody, and how many there are."""
    try:
        rows = status_rows(folder)
    except (RompyHydraError, OSError) as error:  # a scheduler does not answer; the folder of another user
        yield Finding(str(folder), "fails", _reason(error))
        return
    for row in rows:
        if hint := _TO_SEE_TO.get(row["state"]):
            path = folder / row["run"] if (folder / row["run"]).is_dir() else folder
            yield Finding(str(path), "fails", f"{row['state']}: {row['message']}", hint.format(path))
    at_work = sum(row["state"] in ("running", "queued") for row in rows)
    told = f"{counted(len(rows), 'run')}, {at_work} at work"
    yield Finding(str(folder), "works" if rows else "absent", told if rows else "no runs here")


def _locks(folder: Path) -> Iterator[Leftover | Finding]:
    """Locks of this user whose holder is gone for certain, and those of other machines that seem to be left."""
    for lock in (run.lock for run in find_claimed(folder)):
        name = f"lock of {lock.parent}"
        try:
            holder = read_holder(lock)
            if holder is None:
                continue
            if not holder.gone and (seen_s := age_s(lock)) > STALE_S:
                hint = f"if that process is gone: rompy-hydra unlock {lock.parent}"
                yield Finding(name, "fails", f"of {holder}, last seen {seen_s:.0f} s ago", hint)
            elif holder.gone and lock.stat().st_uid == os.getuid():
                yield Leftover(name, f"of {holder}, which ended without finishing", partial(break_lock, lock, holder))
        except (FileNotFoundError, PermissionError):
            continue  # given free meanwhile; another user's
        except RompyHydraError as error:
            yield Finding(name, "fails", _reason(error), error.problems[0].hint)


def _seen_to(left: Leftover, *, clean: bool) -> Finding:
    if not clean:
        return Finding(left.name, "fails", left.told, "rompy-hydra doctor --clean removes it")
    try:
        left.remove()
    except Exception as error:  # noqa: BLE001  that of a plugin may fail in any way; the others are still removed
        return Finding(left.name, "fails", _reason(error))
    return Finding(left.name, "works", f"removed; it was {left.told}")
