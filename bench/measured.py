"""Wall time, processor time and memory of a part of a program, told on its last line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def measured(times: float = 1.0, best_of: int = 1) -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Print seconds, those of the processor, megabytes above those before, and megabytes in all, as JSON.

    Args:
        times: how often the part would have to be done.
        best_of: how often what is handed to the yielded function is done; its fastest time counts.
    """
    walls: list[float] = []

    def repeat(action: Callable[[], Any]) -> None:
        for _ in range(best_of):
            began = time.perf_counter()
            action()
            walls.append(time.perf_counter() - began)

    before_mb, started, busy_s = _resident_mb("VmRSS"), time.perf_counter(), time.process_time()
    yield repeat
    wall_s, peak_mb = min(walls, default=time.perf_counter() - started), _resident_mb("VmHWM")
    cpu_s = (time.process_time() - busy_s) / max(1, len(walls))
    print(
        json.dumps(
            {"wall_s": wall_s * times, "cpu_s": cpu_s * times, "above_mb": peak_mb - before_mb, "peak_mb": peak_mb}
        )
    )


def _resident_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(float(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024
