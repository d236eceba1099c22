#!/usr/bin/env python3
"""Plays SWAN: reads INPUT, prints and leaves what SWAN does, and fails in each of its ways.

What goes wrong by itself: a command that SWAN has not, a breaking parameter that it has not, a file that is not there.
What is asked for, with a line ``$ fake: WAY`` in INPUT or ``FAKE_SWAN=WAY``, is one of ``WAYS``. ``FAKE_SWAN_STEP_S``
is the wall time of a step.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

WAYS = {
    "halt": "stops half way with an error, without norm_end, exit code 0",
    "die": "stops half way without a word, exit code 0",
    "segfault": "ends by signal 11 half way",
    "fortran": "ends with a run-time error of Fortran and exit code 2",
    "short": "its outputs lack the last time",
    "cut": "its outputs are cut off in their last line",
    "empty": "its outputs are empty files",
    "no output": "writes no outputs",
    "nothing": "does nothing at all, exit code 0",
    "dry": "every point is dry",
    "calm": "no waves come in",
    "slow": "does not converge",
    "warn": "warns",
    "hang": "stops moving half way",
}
STARTUP = ("PROJ", "SET", "MODE", "COORD", "CGRID", "INPG", "READ", "WIND", "BOUND", "INIT")
PHYSICS = ("GEN3", "BREA", "TRIAD", "FRIC", "OFF", "PROP", "NUM")
OUTPUT = ("FRAME", "POINTS", "QUANT", "BLOCK", "TABLE", "SPEC", "NEST", "COMP", "HOTF", "STOP")
_TIME = re.compile(r"\d{8}\.\d{6}")


def say(text: str, stream: TextIO = sys.stdout) -> None:
    stream.write(f"{text}\n")
    stream.flush()


class StopError(Exception):
    """SWAN would not go on."""


class Swan:
    """One run in the current folder."""

    def __init__(self, text: str):
        self.lines = text.splitlines()
        asked = next((line[8:].strip() for line in self.lines if line.startswith("$ fake: ")), "")
        self.way = os.environ.get("FAKE_SWAN", asked)
        self.print_file = Path("PRINT").open("w", buffering=1)  # noqa: SIM115  as long as the program
        self.worst = 0
        self.outputs: list[str] = []
        self.times: list[datetime] = []
        self.points = (11, 9)

    def run(self) -> None:
        self.tell("1", "", "", "                             VERSION NUMBER 41.45               ", "")
        say("\n SWAN is preparing computation\n")
        for line in self.lines:
            self.tell("    ", f" {line}")
            if line.strip() and not line.startswith("$"):
                self.obey(line.split())
        self.error(4, " unexpected end of command input")

    def obey(self, words: list[str]) -> None:
        name = words[0].upper()
        options = [w.partition("=")[0].upper() for w in words[1:] if w[0].isalpha()] if name[:4] == "BREA" else []
        strange = [w for w in options if not w.startswith(("CON", "BKD", "ALPHA", "GAMMA"))]
        strange += [] if name.startswith(STARTUP + PHYSICS + OUTPUT) else [name]
        for word in strange:
            self.error(2, f"Illegal keyword: {word:10s}")
        if name.startswith("READ"):
            file = next(w for w in words if w.startswith("'")).strip("'")
            if not Path(file).is_file():
                self.error(4, f"File cannot be opened/does not exist: {file:100s}")
        elif name.startswith(("BLOCK", "TABLE", "SPEC")):
            self.outputs.append(" ".join(words))
        elif name.startswith("COMP"):
            self.compute(words)
        elif name.startswith("HOTF") and self.worst < 2:
            self.write(Path(words[1].strip("'")), self.spectra(self.times[-1:], 99))
        elif name.startswith("STOP"):
            Path("norm_end").write_text("  Normal end of run 1\n")
            sys.exit(0)

    def compute(self, words: list[str]) -> None:
        if self.worst >= 2:
            self.tell(f" ** No start of computation because of error level:{self.worst:3d}")
            self.tell(" ** To ignore this error, change [maxerr] with the SET command")
            return
        if self.way == "warn":
            for x, y in ((0, 800), (1000, 0)):
                self.error(1, "Corner of comp grid outside bottom grid")
                self.tell(f" Coordinates :{x:10.2f}{y:10.2f}")
            self.error(1, "relative frequency resolution (df/f) deviates more")
            self.error(1, "than 5% from 10%-resolution. This may be problematic")
        say(" Number of threads during execution of parallel region =  1\n")
        stamps = [w for w in words if _TIME.fullmatch(w)]
        if stamps:
            self.march(*(datetime.strptime(s, "%Y%m%d.%H%M%S") for s in stamps), timedelta(minutes=int(words[3])))
        else:
            self.iterate()
        self.write_outputs()

    def march(self, start: datetime, stop: datetime, step: timedelta) -> None:
        count = (stop - start) // step
        self.times = [start + timedelta(minutes=10) * i for i in range((stop - start) // timedelta(minutes=10) + 1)]
        for n in range(1, count + 1):
            stamp = f"{start + n * step:%Y%m%d.%H%M%S}"
            self.tell(f" Time of computation ->  {stamp}      in sec:{n * step.total_seconds():12.0f}.")
            if n == count // 2 + 1:
                self.fail_half_way()
            for sweep in (1, 2, 3, 4):
                say(f"+time {stamp}   , step {n:6d}; iteration    1; sweep {sweep}")
            self.tell(" not possible to compute, first iteration", "")
            time.sleep(float(os.environ.get("FAKE_SWAN_STEP_S", "0")))

    def iterate(self) -> None:
        self.times = []
        for n, reached in ((1, None), (2, 72.0), (3, 98.0 if self.way == "slow" else 100.0)):
            for sweep in (1, 2, 3, 4):
                self.tell(f" iteration {n:4d}; sweep {sweep}")
                say(f"{' ' if sweep == 1 else '+'}iteration {n:4d}; sweep {sweep}")
            said = f" accuracy OK in {reached or 0:6.2f} % of wet grid points ( 99.50 % required)"
            self.tell(said if reached else " not possible to compute, first iteration", "")
            say(f"{said if reached else ' not possible to compute, first iteration'}\n")
            if n == 2:
                self.fail_half_way()

    def fail_half_way(self) -> None:
        if self.way == "halt":
            self.error(2, "Unexpected end of file while reading UNKNOWN_FILE")
            self.tell(" ** No continuation of computation because of error level:  2")
            raise StopError
        if self.way == "die":
            raise StopError
        if self.way == "segfault":
            say("\nProgram received signal SIGSEGV: Segmentation fault - invalid memory reference.", sys.stderr)
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.way == "fortran":
            say("At line 6600 of file swanpre1.f (unit = 22, file = 'bottom.grd')", sys.stderr)
            say("Fortran runtime error: End of file\n\nError termination. Backtrace:", sys.stderr)
            sys.exit(2)
        if self.way == "hang":
            time.sleep(3600)

    def write_outputs(self) -> None:
        times = self.times[:-1] if self.way == "short" else self.times
        for command in self.outputs if self.way != "no output" else ():
            name = Path(re.findall(r"'([^']*)'", command)[1])
            if name.suffix == ".nc" and self.way != "empty":
                self.write_netcdf(name, times)
            elif command.startswith("TABLE"):
                self.write(name, self.table(times))
            else:
                self.write(name, self.spectra(times, 2))

    @property
    def height_m(self) -> float:
        return {"dry": -9.0, "calm": 0.0}.get(self.way, 0.9)

    def table(self, times: list[datetime]) -> Iterator[str]:
        yield from ("%", "%", "% Run:1     Table:PTS               SWAN version:41.45", "%")
        yield from ("%       Time   Xp   Yp   Hsig   RTpeak", "%       [ ]   [m]  [m]  [m]   [sec]", "%")
        for moment in times or [None]:
            stamp = f"{moment:%Y%m%d.%H%M%S}  " if moment else ""
            yield from (f"{stamp} {x:12.0f}. {400:12.0f}. {self.height_m:12.5f} {7.9621:12.4f} " for x in (500, 800))

    def spectra(self, times: list[datetime], points: int) -> Iterator[str]:
        yield "SWAN   1                                Swan standard spectral file, version"
        if times:
            yield from ("TIME                                    time-dependent data", "     1   time coding option")
        yield from ("LOCATIONS                          locations in x-y-space", f"{points:6d}   number of locations")
        yield from (f"{500 + 10 * i:14.4f}{400:14.4f}" for i in range(points))
        yield from ("AFREQ                              absolute frequencies", "     2   number of frequencies")
        yield from ("    0.0500", "    0.1000", "CDIR", "     2   number of directions", "    90.0", "   270.0")
        for moment in times or [None]:
            if moment:
                yield f"{moment:%Y%m%d.%H%M%S}                         date and time"
            for _ in range(points):
                yield from ("ZERO",) if self.height_m <= 0 else ("FACTOR", "    0.28E-06", "  1  2", "  3  4")

    def write(self, path: Path, lines: Iterator[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        path.write_text({"empty": "", "cut": text[:-9]}.get(self.way, text))

    def write_netcdf(self, path: Path, times: list[datetime]) -> None:
        import netCDF4
        import numpy as np

        with netCDF4.Dataset(path, "w") as data:
            first, sizes = ("time", len(times)) if times else ("run", 1), zip("xy", self.points, strict=True)
            for name, size in (first, *sizes):
                data.createDimension(name, size)
            if times:
                time_of = data.createVariable("time", "i4", ("time",))
                time_of.units = "seconds since 1970-01-01"
                time_of[:] = [int((t - datetime(1970, 1, 1)).total_seconds()) for t in times]
            heights = data.createVariable("hs", "i2", (first[0], "y", "x"), fill_value=-32768)
            heights.scale_factor = 0.001
            shape = (first[1], self.points[1], self.points[0])
            heights[:] = np.ma.masked_less(np.full(shape, self.height_m), 0)

    def tell(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.print_file)

    def error(self, level: int, text: str) -> None:
        """SWAN's MSGERR: to PRINT, above level 1 to Errfile too; a terminating one ends it."""
        severity = ("Message", "Warning", "Error", "Severe error", "Terminating error")[level]
        self.worst = max(self.worst, level)
        self.tell(f" ** {severity:17s}: {text}")
        if level > 1:
            with Path("Errfile").open("a") as file:
                print(f"{severity:17s}: {text}", file=file)
        if level == 4:
            raise StopError


if __name__ == "__main__":
    if os.environ.get("FAKE_SWAN") == "nothing":
        sys.exit(0)
    try:
        Swan(Path("INPUT").read_text()).run()
    except StopError:
        sys.exit(0)
