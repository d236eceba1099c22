"""A job from submission to its known end, beside ``sbatch --wait`` of the same command: python bench/slurm.py.

On a cluster, or without one on a private cluster of this machine (as the tests have it).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.slurm import SlurmRunBackend
from tests.run_backend.cluster import Cluster

TARGET = 1.2


def main() -> None:
    """Measure both in turn, and print the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="jobs of each")
    parser.add_argument("--seconds", type=float, default=1.0, help="what the command of a job takes")
    options = parser.parse_args()
    command = ["sleep", str(options.seconds)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, cluster(Path(folder)):
        theirs, ours = [], []
        for run in range(options.runs):
            theirs.append(timed_sbatch(command, Path(folder)))
            ours.append(timed_backend(command, Path(folder) / str(run)))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"sbatch --wait         {statistics.median(theirs):.2f} s  ({min(theirs):.2f} .. {max(theirs):.2f})")
    print(f"run_backend=slurm     {statistics.median(ours):.2f} s  ({min(ours):.2f} .. {max(ours):.2f})")
    print(f"ratio                 {ratio:.2f}  (target below {TARGET})  {'ok' if ratio < TARGET else 'MISSED'}")


@contextmanager
def cluster(folder: Path) -> Iterator[None]:
    """That of this machine, or one of its own."""
    if subprocess.run(["sinfo"], capture_output=True, check=False).returncode == 0:
        yield
        return
    own = Cluster(folder / "slurm")
    try:
        own.start()
        os.environ["SLURM_CONF"] = str(own.conf)
        yield
    finally:
        own.stop()


def timed_sbatch(command: list[str], folder: Path) -> float:
    """Seconds of ``sbatch --wait``."""
    script = folder / "job.sh"
    script.write_text(f"#!/bin/sh\n{' '.join(command)}\n")
    begun = time.perf_counter()
    subprocess.run(["sbatch", "--wait", "--output=out", script], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def timed_backend(command: list[str], folder: Path) -> float:
    """Seconds of the same with the fields as they come."""
    workspace = folder / "model"
    workspace.mkdir(parents=True)
    begun = time.perf_counter()
    ended = SlurmRunBackend(command=command).execute(Job((), workspace, folder=folder / "job"), lambda _: None)
    assert ended.code == 0, ended
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
