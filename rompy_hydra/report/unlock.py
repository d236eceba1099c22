"""Explaining and breaking a stale lock."""

from __future__ import annotations

from pathlib import Path

from ..errors import BackendError, ConfigError, Problem
from ..lock import STALE_S, Holder, age_s, break_lock, read_holder
from ..run_dir import RunDir


def unlock(folder: Path) -> str:
    """Break the lock of a run directory whose holder is gone, and say what was done.

    Raises:
        ConfigError: not a run directory.
        BackendError: the holder is alive, or was seen a moment ago on another host.
    """
    run = RunDir(folder.absolute())
    if not run.path.is_dir() or not (run.record_file.exists() or run.lock.exists()):
        raise ConfigError(Problem("", f"{folder} is not a run directory", hint="rompy-hydra status lists them"))
    if not run.lock.exists():
        return f"{folder} is not locked"
    holder = _holder(run.lock)
    seen = age_s(run.lock)
    if holder is None and seen < STALE_S:
        message = f"the lock of {folder} is damaged, and was touched {seen:.0f} s ago"
        raise BackendError(Problem("", message, hint=f"wait until that is {STALE_S:.0f} s ago"))
    if holder is not None and not holder.gone and (holder.is_here or seen < STALE_S):
        message = f"{folder} is in use by {holder}, last seen {seen:.0f} s ago"
        hint = f"end that process first; another machine's lock may be broken {STALE_S:.0f} s after it was last seen"
        raise BackendError(Problem("", message, hint=hint))
    break_lock(run.lock, holder)
    return f"{folder} is unlocked; it was held by {holder or 'an unknown process'}, last seen {seen:.0f} s ago"


def _holder(path: Path) -> Holder | None:
    try:
        return read_holder(path)
    except BackendError:
        return None
