"""Reading, cutting and writing of forcing beside rompy and xarray: `make bench`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from data_files import SIDE, write
from measure import Sample, Usage, run
from table import in_turn, pair, row, target

HERE = Path(__file__).parent
HANG_S = 300.0
"""A cut that takes longer hangs; the slowest takes seconds."""


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, required=True, help="virtual environment with rompy")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--repeats", type=int, default=50, help="cuts of the chunked file in search of a hang")
    options = parser.parse_args()
    peer = options.peer.absolute() / "bin" / "python"
    with tempfile.TemporaryDirectory(prefix="bench-data-") as name:
        folder = Path(name)
        (folder / "written").mkdir()
        contiguous(peer, options.runs, folder)
        chunked(peer, options.runs, options.repeats, folder)
        interpolation(options.runs, folder)


def contiguous(peer: Path, runs: int, folder: Path) -> None:
    """A file that is stored one time after the other, of three lengths."""
    files = {steps: write(folder / f"{steps}.nc", steps, "contiguous") for steps in (240, 1920, 8760)}
    found = in_turn(
        {
            "rompy, 1920 steps": partial(peer_cut, peer, files[1920], folder),
            **{f"rompy-hydra, {steps} steps": partial(first_cut, file, folder) for steps, file in files.items()},
            "rompy-hydra, 1920 steps, again": partial(second_cut, files[1920], folder),
        },
        runs,
    )
    table(f"u10 and v10 on {SIDE} x {SIDE}, contiguous", runs, found)
    of = {name: sample.of(wall)[0] for name, sample in found.items()}
    memory = {name: sample.of(above)[1] for name, sample in found.items()}
    target("1920 steps against rompy, wall", of["rompy-hydra, 1920 steps"] / of["rompy, 1920 steps"], 1.0, "times")
    target("1920 steps, memory above imports", memory["rompy-hydra, 1920 steps"], 120, "MB")
    flat = memory["rompy-hydra, 8760 steps"] - memory["rompy-hydra, 240 steps"]
    target("a year against ten days, more memory", flat, 10, "MB")
    target("a year, memory in all", found["rompy-hydra, 8760 steps"].of(lambda u: u.told["peak_mb"])[1], 250, "MB")
    target("the same cut again, from the cache", of["rompy-hydra, 1920 steps, again"], 0.2, "s")
    for file in files.values():
        file.unlink()


def chunked(peer: Path, runs: int, repeats: int, folder: Path) -> None:
    """A file that is stored in compressed chunks of all times, written one time after the other."""
    file = write(folder / "tall.nc", 240, "tall")
    steps = [sys.executable, str(HERE / "cut_stepwise.py"), str(file), str(folder / "written"), "4"]
    found = in_turn(
        {
            "rompy": partial(peer_cut, peer, file, folder),
            "xarray, time by time (from 4 of 240)": partial(run, steps, folder),
            "rompy-hydra": partial(first_cut, file, folder),
        },
        runs,
    )
    table(f"240 steps in chunks of 240 x 50 x 50, compressed, {SIDE} x {SIDE}", runs, found)
    by_step, ours = (found[name].of(wall)[0] for name in ("xarray, time by time (from 4 of 240)", "rompy-hydra"))
    print(f"  -> time by time against ours: {by_step / ours:.0f} times, goal at least 20")
    longest = max(first_cut(file, folder).wall_s for _ in range(repeats))
    print(f"  -> {repeats} cuts of it, each in a process of its own: all ended, the longest after {longest:.1f} s")


def interpolation(runs: int, folder: Path) -> None:
    """Fields to a finer grid."""
    program = str(HERE / "interpolate.py")
    found = in_turn(
        {name: partial(run, [sys.executable, program, how], folder) for name, how in _WAYS.items()},
        runs,
    )
    table("240 fields of 61 x 61 to 200 x 240, linear", runs, found)
    target("interpolation after weights", found["rompy-hydra"].of(wall)[0], 0.05, "s")


_WAYS = {"xarray.interp, as rompy does": "xarray", "rompy-hydra": "own"}


def peer_cut(peer: Path, file: Path, folder: Path) -> Usage:
    """Copied by rompy."""
    os.sync()
    return run([str(peer), str(HERE / "cut_peer.py"), str(file), str(folder / "written")], folder)


def first_cut(file: Path, folder: Path) -> Usage:
    """Cut by us, with nothing in the cache."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        return _cut(file, folder, cache)


def second_cut(file: Path, folder: Path) -> Usage:
    """Cut by us, with the same cut in the cache."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        _cut(file, folder, cache)
        return _cut(file, folder, cache)


def _cut(file: Path, folder: Path, cache: str) -> Usage:
    os.sync()  # so that nobody waits for what another one has written
    return run([sys.executable, str(HERE / "cut_own.py"), str(file)], folder, {"ROMPY_HYDRA_CACHE": cache}, HANG_S)


def wall(used: Usage) -> float:
    """Seconds of what was measured, without the start of the program."""
    return used.told["wall_s"]


def above(used: Usage) -> float:
    """Megabytes above those before it."""
    return used.told["above_mb"]


def table(title: str, runs: int, found: dict[str, Sample]) -> None:
    """One line for each way."""
    print(f"\n{title}, {runs} runs each: minimum (median)")
    row("", "wall s", "MB above imports", "MB in all")
    for name, sample in found.items():
        columns: list[tuple[Callable[[Usage], float], int]] = [(wall, 3), (above, 0), (lambda u: u.told["peak_mb"], 0)]
        row(name, *(pair(sample.of(quantity), digits) for quantity, digits in columns))


if __name__ == "__main__":
    main()
