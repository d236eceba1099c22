"""Holds the processes of a run together to an amount of memory."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

from .processes import ProcessTree

_EVERY_S = 0.1
_SHARE = 0.02
"""Of one core, which looking may take at most."""


class MemoryLimit:
    """Looks at the memory of a run every tenth of a second, or less often where there are very many processes.

    Between two looks a process can take what it can write to in that time, some hundred megabytes. A limit of the
    system (RLIMIT_AS) would hold each process alone, and its addresses instead of its memory: a program that reserves
    more than it uses, as Java, Go and the OpenMP and MPI libraries do, would fail far below the limit.
    """

    def __init__(self, limit: int, tree: ProcessTree) -> None:
        self._limit, self._tree = limit, tree
        self._next = 0.0

    def excess(self) -> str:
        """What is too much, in words; empty while there is nothing to say."""
        begun = time.monotonic()
        if begun < self._next:
            return ""
        used = _used(self._tree.alive())
        now = time.monotonic()
        self._next = now + max(_EVERY_S, (now - begun) / _SHARE)
        return "" if used <= self._limit else f"{used / 1e6:,.0f} MB used, {self._limit / 1e6:,.0f} MB allowed"


def _used(processes: list[psutil.Process]) -> int:
    """Bytes: what each has for itself, and what they share counted once."""
    own, shared = 0, 0
    for process in processes:
        with suppress(psutil.Error):
            memory = process.memory_info()
            common = getattr(memory, "shared", 0)  # told on Linux only
            own += memory.rss - common
            shared = max(shared, common)
    return own + shared
