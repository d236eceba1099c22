"""A container by this package beside ``docker run --rm`` of the same image: ``python bench/containers.py``.

The engine is one of its own, and so is the image: busybox, which does nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measure import Usage
from table import in_turn, pair, row, target

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.run_backend.docker.engines import busybox, docker_engine

IMAGE = "busybox:bench"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each measurement")
    runs = parser.parse_args().runs
    client = shutil.which("docker")
    if client is None:
        sys.exit("there is no docker command to compare with; on Debian it is in docker.io or docker-cli")
    with docker_engine() as engine, tempfile.TemporaryDirectory() as folder:
        engine.load(IMAGE, busybox())
        os.environ["DOCKER_HOST"] = engine.host
        alone = [client, "run", "--rm", "--network", "none", IMAGE, "true"]
        ways = {
            "docker run --rm": lambda: subprocess.run(alone, check=True),
            "rompy-hydra, one container": lambda: own(Path(folder)),
        }
        for way in ways.values():
            way()
        found = in_turn({name: lambda way=way: timed(way) for name, way in ways.items()}, runs)
    print(f"\nA container that does nothing, {runs} runs each: minimum (median)")
    row("", "wall s")
    for name, sample in found.items():
        row(name, pair(sample.of(lambda used: used.wall_s), 3))
    theirs, ours = (sample.of(lambda used: used.wall_s)[1] for sample in found.values())
    target("rompy-hydra beside docker run --rm, median wall", ours / theirs, 1.2, "times")


def own(workspace: Path) -> None:
    """The same command by the run backend, imports excluded from the second call on."""
    from rompy_hydra.run_backend.docker import DockerRunBackend
    from rompy_hydra.run_backend.job import Job

    ended = DockerRunBackend(image=IMAGE, command="true").execute(Job((), workspace), lambda _: None)
    assert ended.code == 0, ended


def timed(way: Callable[[], object]) -> Usage:
    """Wall time of a call."""
    begun = time.perf_counter()
    way()
    return Usage(time.perf_counter() - begun, 0.0, 0.0)


if __name__ == "__main__":
    main()
