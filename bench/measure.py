"""Wall time, processor time and peak memory of commands, taken from the system."""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Usage:
    """What one run of a command took."""

    wall_s: float
    cpu_s: float
    """User and system time, children included."""
    own_peak_mb: float
    """Largest resident memory of the process itself, without its children."""
    model_s: float = 0.0
    """Wall time of the model's process within it."""
    told: dict[str, float] = field(default_factory=dict)
    """Numbers on the last line of its output, where that is JSON."""


@dataclass(frozen=True)
class Sample:
    """Several runs of one command."""

    runs: tuple[Usage, ...]

    def of(self, quantity: Callable[[Usage], float]) -> tuple[float, float]:
        """Minimum and median of one quantity."""
        values = [quantity(usage) for usage in self.runs]
        return min(values), median(values)


def run(argv: list[str], folder: Path, env: dict[str, str] | None = None, limit_s: float = math.inf) -> Usage:
    """Run a command once; one that does not end within its limit is killed.

    Raises:
        SystemExit: it failed; with the end of its output.
    """
    log = folder / "bench.log"
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(argv, cwd=folder, env=_usual(env or {}), stdout=output, stderr=subprocess.STDOUT)
        peak_mb = _watch(process, started + limit_s)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(
            f"{' '.join(argv)} ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}"
        )
    return Usage(wall_s, used.ru_utime + used.ru_stime, peak_mb, told=_told(log))


def _told(log: Path) -> dict[str, float]:
    *_, last = ["", *log.read_text(errors="replace").splitlines()]
    numbers: dict[str, float] = json.loads(last) if last.startswith("{") else {}
    return numbers


def _usual(env: dict[str, str]) -> dict[str, str]:
    """The environment, with compiled modules kept as every user has them."""
    return {**{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}, **env}


def _watch(process: subprocess.Popen[bytes], until: float) -> float:
    """Wait for the end of a child, without reaping it; its peak resident memory in MB (Linux; 0 elsewhere)."""
    peak_kb = 0.0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak_kb = max(peak_kb, _high_water_kb(process.pid))
        if time.perf_counter() > until:
            process.kill()
        time.sleep(0.005)
    return peak_kb / 1024


def _high_water_kb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)
