"""What of this machine a process may use: also in a container, or in a job of a scheduler, that has less of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

GROUPS = Path("/proc/self/cgroup")
"""The control groups that this process is in."""
MOUNTED = Path("/sys/fs/cgroup")
"""Where they are, with their limits."""
_NONE = 2**60
"""What the first version of control groups has for no limit is larger."""


def usable_cpus(groups: Path = GROUPS, mounted: Path = MOUNTED) -> float:
    """Processor cores, those apart that this process may not run on; a fraction where its time is limited."""
    can_bind = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if can_bind else os.cpu_count() or 1
    quotas = [_quota(text) for text in _limits("cpu", ("cpu.max",), groups, mounted)]
    times = (_limits("cpu", (f"cpu.cfs_{part}_us",), groups, mounted) for part in ("quota", "period"))
    quotas += [_quota(" ".join(both)) for both in zip(*times, strict=True)]
    return min([float(cores), *(quota for quota in quotas if quota is not None)])


def memory_limit(groups: Path = GROUPS, mounted: Path = MOUNTED) -> int:
    """Bytes of memory that this process may use: all there are, or what its control group allows."""
    texts = _limits("memory", ("memory.max", "memory.limit_in_bytes"), groups, mounted)
    limits = [int(text) for text in texts if text.isdecimal() and int(text) < _NONE]
    return min([psutil.virtual_memory().total, *limits])


def _quota(text: str) -> float | None:
    """Cores of a time and the period that it is for; None for ``max`` and -1."""
    time, period = text.split()
    return int(time) / int(period) if time.isdecimal() else None


def _limits(controller: str, names: tuple[str, ...], groups: Path, mounted: Path) -> Iterator[str]:
    """The content of these files in the groups of this process and those around them."""
    lines = groups.read_text(encoding="utf-8").splitlines() if groups.is_file() else []
    for _, controllers, path in (line.split(":", 2) for line in lines):
        if controllers and controller not in controllers.split(","):
            continue
        root = mounted / (controller if controllers else "")
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if not folder.is_relative_to(root):
                break
            for file in (folder / name for name in names):
                if file.is_file():
                    yield file.read_text(encoding="utf-8").strip()
