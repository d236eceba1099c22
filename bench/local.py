"""What the local run backend adds to a command, and what is left of a thousand of them: ``python bench/local.py``."""

from __future__ import annotations

import argparse
import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

HERE = psutil.Process()
BOUNDS = {"nice": 1, "rlimits": {"core": 0}, "memory": "1GB"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="runs of each kind, in turn")
    parser.add_argument("--jobs", type=int, default=1000, help="jobs of which nothing may be left")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bench-") as folder:
        job = Job((), Path(folder))
        overhead(job, options.runs)
        leaks(job, options.jobs)


def overhead(job: Job, runs: int) -> None:
    """A command that ends at once, bare and by the backend in turn, so that a busy moment meets both."""
    kinds: dict[str, Callable[[], object]] = {
        "bare": lambda: subprocess.run(["true"], cwd=job.workspace, stdout=subprocess.PIPE, check=True),
        "local": lambda: LocalRunBackend(command="true").execute(job, print),
        "local with limits": lambda: LocalRunBackend(command="true", **BOUNDS).execute(job, print),
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(runs):
        for name, run in kinds.items():
            begun = time.perf_counter()
            run()
            times[name].append(1e3 * (time.perf_counter() - begun))
    print(f"{len(psutil.pids())} processes here, load {os.getloadavg()[0]:.1f}; minimum (median) of {runs} runs")
    bare = median(times["bare"])
    for name, taken in times.items():
        told = f"{median(taken) - bare:6.1f} ms over the bare command, {median(taken) / bare:.1f} times"
        print(f"  {name:20s} {min(taken):6.1f} ({median(taken):6.1f}) ms  {told}")
    for name in ("local", "local with limits"):
        over = median(times[name]) - bare
        print(f"  -> {name}: {over:.1f} ms, goal below 50: {'met' if over < 50 else 'MISSED'}")


def leaks(job: Job, count: int) -> None:
    """Open files, threads, children and memory of this process after some jobs, and after all of them."""
    backend = LocalRunBackend(command="echo 1", rlimits={"core": 0})
    before = held()
    begun = time.perf_counter()
    for n in range(count):
        backend.execute(job, lambda _: None)
        if n + 1 in (count // 10, count // 2, count):
            print(f"  after {n + 1:5d} jobs: " + ", ".join(f"{k} {v:+.0f}" for k, v in since(before).items()))
        if n + 1 == count // 10:
            before = held()
    print(f"  {1e3 * (time.perf_counter() - begun) / count:.1f} ms per job")


def held() -> dict[str, float]:
    """What this process holds."""
    return {
        "files": HERE.num_fds(),
        "threads": threading.active_count(),
        "children": len(HERE.children()),
        "RSS [kB]": HERE.memory_info().rss / 1e3,
    }


def since(before: dict[str, float]) -> dict[str, float]:
    """What was added to it."""
    return {name: value - before[name] for name, value in held().items()}


if __name__ == "__main__":
    main()
