"""Start-up and overhead of rompy-hydra beside rompy, Hydra's smallest application and the bare model: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import sysconfig
import tempfile
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from measure import Usage, run
from table import in_turn, pair, row, target

HERE = Path(__file__).parent
OWN = str(Path(sysconfig.get_path("scripts"), "rompy-hydra"))
ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, required=True, help="virtual environment with rompy")
    parser.add_argument("--starts", type=int, default=7, help="runs of each start-up measurement")
    parser.add_argument("--runs", type=int, default=3, help="runs of the whole experiment")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        print(machine())
        start_up(options.peer.absolute() / "bin" / "rompy", options.starts, Path(folder))
        overhead(options.runs, Path(folder))


def machine() -> str:
    """What was measured on."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    names = [line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")]
    processor = names[0] if names else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in ("rompy-hydra", "hydra-core"))
    return (
        f"{platform.system()} {platform.release()}, {processor}, {os.cpu_count()} cores, {memory_gb:.0f} GB; "
        f"Python {platform.python_version()}, {versions}; load {os.getloadavg()[0]:.1f}"
    )


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def start_up(peer: Path, runs: int, folder: Path) -> None:
    """Start-up of the three programs in turn, so that a busy moment of the machine meets all of them."""
    commands = {
        "rompy --help": [str(peer), "--help"],
        "Hydra's smallest application --help": [sys.executable, str(HERE / "hydra_minimal.py"), "--help"],
        "rompy-hydra --help": [OWN, "--help"],
        "rompy-hydra check (default experiment)": [OWN, "check"],
    }
    found = in_turn({name: partial(run, argv, folder) for name, argv in commands.items()}, runs)
    print(f"\nStart-up, {runs} runs each: minimum (median)")
    row("", "CPU s", "wall s", "CPU / ours")
    ours = found["rompy-hydra --help"].of(cpu)[0]
    for name, sample in found.items():
        row(name, pair(sample.of(cpu)), pair(sample.of(wall)), f"{sample.of(cpu)[0] / ours:.2f}")
    smallest = found["Hydra's smallest application --help"].of(cpu)[0]
    target("--help against Hydra's smallest application, CPU", ours / smallest, 1.5, "times")
    target("check, CPU", found["rompy-hydra check (default experiment)"].of(cpu)[0], 0.7, "s")


def overhead(runs: int, folder: Path) -> None:
    """A whole run against the model's own process, on the same input files."""
    warm = folder / "warm"
    warm.mkdir()
    run([OWN], warm, ONE_THREAD)
    program, *arguments = run_stage(warm)["command"]
    bare = [sys.executable if program == "python" else program, *arguments]
    (workspace,) = warm.glob("outputs/*/model")
    found = in_turn(
        {
            "the model's process alone": lambda: bare_run(bare, workspace),
            "rompy-hydra, generate and run": lambda: whole(folder, "pipeline.stages=[generate,run]"),
            "rompy-hydra, with postprocessing": lambda: whole(folder),
        },
        runs,
    )
    print(f"\nDefault experiment, {runs} runs each: minimum (median)")
    row("", "wall s", "CPU s", "CPU / model", "own peak MB", "outside model s")
    model = found["the model's process alone"].of(cpu)[0]
    for name, sample in found.items():
        ratio = f"{sample.of(cpu)[0] / model:.2f}"
        memory = pair(sample.of(lambda used: used.own_peak_mb), 0)
        row(name, pair(sample.of(wall)), pair(sample.of(cpu)), ratio, memory, pair(sample.of(outside)))
    framework = found["rompy-hydra, generate and run"]
    target("framework over the bare model, wall", framework.of(outside)[0], 1.5, "s")
    target("framework beside the model, memory", framework.of(lambda used: used.own_peak_mb)[0], 150, "MB")


def bare_run(command: list[str], workspace: Path) -> Usage:
    """The model's process alone, on input files that are there already."""
    used = run(command, workspace, ONE_THREAD)
    return replace(used, model_s=used.wall_s)


def cpu(used: Usage) -> float:
    """Processor time in seconds."""
    return used.cpu_s


def wall(used: Usage) -> float:
    """Wall time in seconds."""
    return used.wall_s


def outside(used: Usage) -> float:
    """Wall time in seconds while the model's process did not run; the model's own varies more than this."""
    return used.wall_s - used.model_s


def whole(folder: Path, *overrides: str) -> Usage:
    """The default experiment from nothing."""
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        used = run([OWN, *overrides], Path(fresh), ONE_THREAD)
        return replace(used, model_s=run_stage(Path(fresh))["exit"]["duration_s"])


def run_stage(folder: Path) -> dict[str, Any]:
    """What the record of the only run in a folder says of the model's execution."""
    (record,) = folder.glob("outputs/*/run.json")
    stage: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))["stages"]["run"]
    return stage


if __name__ == "__main__":
    main()
