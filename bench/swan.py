"""Writing what SWAN reads beside rompy-swan, of whole experiments: `make bench`.

A machine that is busy with something else stretches what waits and what is long more than what is short, and the ratios
with it: processor time is told beside wall time, and how busy the machine was. Only runs on a quiet one say something.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measure import Sample, Usage, run
from swan_files import write_spectra, write_wind
from table import in_turn, pair, row, target

HERE = Path(__file__).parent
WIND = ("wind", "wind_text")
CASES: dict[str, tuple[str, Callable[[Path], Path], tuple[str, ...], float]] = {
    "wind": ("wind 300 x 300 x 240, contiguous", partial(write_wind, layout="contiguous"), WIND, 6.0),
    "tall": ("the same in compressed chunks of 240 x 50 x 50", partial(write_wind, layout="tall"), WIND[:1], 40.0),
    "nest": ("spectra of 100 places, 240 x 29 x 36", write_spectra, ("nest",), 5.0),
    "parameters": ("parameters of 100 segments, 240 times", write_spectra, ("parameters",), 6.0),
}
"""Title, what writes the data, our ways of writing them, and how many times as long the peer should take."""


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, required=True, help="virtual environment with rompy-swan")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options = parser.parse_args()
    peer = options.peer.absolute() / "bin" / "python"
    for case in options.cases:
        with tempfile.TemporaryDirectory(prefix="bench-swan-") as name:
            compare(case, peer, options.runs, Path(name))


def compare(case: str, peer: Path, runs: int, folder: Path) -> None:
    """One table, and whether its goal is met."""
    title, make, ways, goal = CASES[case]
    file = make(folder / "data.nc")
    programs = {
        "rompy-swan": [str(peer), str(HERE / "swan_peer.py"), ways[0]],
        **{f"rompy-hydra, {way}": [sys.executable, str(HERE / "swan_own.py"), way] for way in ways},
    }
    found = in_turn({name: partial(written, [*argv, str(file)], folder) for name, argv in programs.items()}, runs)
    print(f"\n{title}, {runs} runs each: minimum (median); load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    row("", "wall s", "CPU s", "MB in all")
    for name, sample in found.items():
        row(name, pair(sample.of(told("wall_s"))), pair(sample.of(told("cpu_s"))), pair(sample.of(told("peak_mb")), 0))
    theirs, ours, *_ = found.values()
    wall, cpu = (_ratio(theirs, ours, quantity) for quantity in ("wall_s", "cpu_s"))
    met = "met" if wall >= goal else "MISSED"
    print(f"  -> rompy-swan against ours: wall {wall:.1f} times, CPU {cpu:.1f}; goal at least {goal:g} of wall: {met}")
    target("memory in all", ours.of(told("peak_mb"))[1], 500, "MB")


def _ratio(theirs: Sample, ours: Sample, quantity: str) -> float:
    return theirs.of(told(quantity))[0] / ours.of(told(quantity))[0]


def written(program: list[str], folder: Path) -> Usage:
    """Written once, with nothing in the cache."""
    os.sync()  # so that nobody waits for what another one has written
    with tempfile.TemporaryDirectory(dir=folder) as cache, tempfile.TemporaryDirectory(dir=folder) as out:
        return run([*program, out], folder, {"ROMPY_HYDRA_CACHE": cache})


def told(quantity: str) -> Callable[[Usage], float]:
    """One of the numbers that a program tells of itself."""
    return lambda used: used.told[quantity]


if __name__ == "__main__":
    main()
