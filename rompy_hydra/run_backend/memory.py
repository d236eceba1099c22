"""Holds the processes of a run together to an amount of memory."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

from .processes import ProcessTree

_EVERY_S = 0.1
_SHARE = 0.02
"""Of one core, which looking and searching may take at most each."""


class MemoryLimit:
    """Looks at the memory of a run every tenth of a second; processes that are new are found within a second or so.

    Between two looks a process can take what it can write to in that time, some hundred megabytes. A limit of the
    system (RLIMIT_AS) would hold each process alone, and its addresses instead of its memory: a program that reserves
    more than it uses, as Java, Go and the OpenMP and MPI libraries do, would fail far below the limit. A control group
    holds all of them exactly, but few users of a shared machine may make one, and one that is killed leaves it behind.
    """

    def __init__(self, limit: int, tree: ProcessTree) -> None:
        self._limit, self._tree = limit, tree
        self._processes: list[psutil.Process] = []
        self._look_at = self._search_at = time.monotonic() + _EVERY_S

    def excess(self) -> str:
        """What is too much, in words; empty while there is nothing to say."""
        if time.monotonic() < self._look_at:
            return ""
        if (begun := time.monotonic()) >= self._search_at:
            self._processes = self._tree.alive()
            self._search_at = _next_time(begun)
        begun = time.monotonic()
        used = _used(self._processes)
        self._look_at = _next_time(begun)
        return "" if used <= self._limit else f"{used / 1e6:,.0f} MB used, {self._limit / 1e6:,.0f} MB allowed"


def _next_time(begun: float) -> float:
    return begun + max(_EVERY_S, (time.monotonic() - begun) / _SHARE)


def _used(processes: list[psutil.Process]) -> int:
    """Bytes: what each has for itself, and the largest part that is shared, once."""
    own, shared = 0, 0
    for process in processes:
        with suppress(psutil.Error):
            memory = process.memory_info()
            common = getattr(memory, "shared", 0)  # told on Linux only
            own += memory.rss - common
            shared = max(shared, common)
    return own + shared
