"""A small bay for SWAN, the real one and the one that plays it, run as the framework runs it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from rompy_hydra.model.base import Command, Experiment, Model, Plan, Progress, Verdict
from rompy_hydra.model.swan.case import Case, OutputFile
from rompy_hydra.model.swan.executing import Launcher, command, evidence
from rompy_hydra.model.swan.judging import verdict
from rompy_hydra.model.swan.progress import progress
from rompy_hydra.run_backend.base import Resources
from rompy_hydra.run_backend.job import Exit, Job
from rompy_hydra.run_backend.local import LocalRunBackend

START, STOP = "2020-01-01T00:00:00Z", "2020-01-01T00:30:00Z"
NONSTATIONARY = """\
PROJ 'bay' '1'
$ model.mode
MODE NONSTATIONARY TWODIM
COORDINATES CARTESIAN
$ domain.mesh
CGRID REGULAR 0 0 0 1000 800 10 8 CIRCLE 24 0.05 0.5 20
$ domain.bathymetry
INPGRID BOTTOM REGULAR 0 0 0 10 8 100 100 EXC -99
$ domain.bathymetry
READINP BOTTOM 1 'bottom.grd' 3 0 FREE
$ forcing.wind
WIND 12 270
$ forcing.waves
BOUND SHAPESPEC JONSWAP 3.3 PEAK DSPR DEGREES
$ forcing.waves
BOUNDSPEC SIDE W CCW CONSTANT PAR 1 8 0 20
$ model.physics.generation
GEN3 WESTHUYSEN
$ model.physics.breaking
BREAKING CONSTANT 1 0.73
$ model.numerics
NUMERIC STOPC 0.005 0.01 0.005 99.5 STAT 10
$ model.output.grid
BLOCK 'COMPGRID' NOHEAD 'grid.nc' HSIGN DEPTH OUTPUT 20200101.000000 10 MIN
$ domain.stations
POINTS 'PTS' 500 400 800 400
$ model.output.points
TABLE 'PTS' HEAD 'points.tab' TIME XP YP HSIGN RTP OUTPUT 20200101.000000 10 MIN
$ model.output.spectra
SPECOUT 'PTS' SPEC2D ABS 'points.spc' OUTPUT 20200101.000000 10 MIN
$ period
COMPUTE NONSTATIONARY 20200101.000000 1 MIN 20200101.003000
$ model.output.restart
HOTFILE 'restart.hot'
STOP
"""
STATIONARY = (
    NONSTATIONARY.replace("MODE NONSTATIONARY", "MODE STATIONARY")
    .replace(" OUTPUT 20200101.000000 10 MIN", "")
    .replace(" TIME XP", " XP")
    .replace("COMPUTE NONSTATIONARY 20200101.000000 1 MIN 20200101.003000", "COMPUTE")
    .replace("$ model.output.restart\nHOTFILE 'restart.hot'\n", "")
)
BED = "\n".join(" ".join(f"{10 - 0.5 * i:.1f}" for i in range(11)) for _ in range(9)) + "\n"
"""Depths [m] of 11 by 9 points, 10 m at the boundary in the west."""
BOTH = ("played", pytest.param("real", marks=pytest.mark.swan))


def real_swan() -> str:
    """The real executable; skips the test where there is none."""
    found = os.environ.get("ROMPY_SWAN") or shutil.which("swan.exe") or shutil.which("swan")
    if not found:
        pytest.skip("no SWAN: set ROMPY_SWAN to its executable, or put swan.exe on PATH")
    return found


def played_swan(folder: Path) -> str:
    """The program that plays SWAN, as an executable for this Python."""
    program = folder / "bin" / "swan.exe"
    program.parent.mkdir(exist_ok=True)
    text = (Path(__file__).parent / "fake_swan.py").read_text()
    program.write_text(f"#!{sys.executable}\n{text}")
    program.chmod(0o755)
    return str(program)


def swan_of(kind: str, folder: Path) -> str:
    """Path of the real SWAN or of the one that plays it."""
    return real_swan() if kind == "real" else played_swan(folder)


def case(*, stationary: bool = False) -> Case:
    """What a complete run of the bay leaves."""
    times: dict[str, Any] = {} if stationary else {"first": START, "last": STOP, "interval_s": 600.0}
    columns = ("XP", "YP", "HSIGN", "RTP") if stationary else ("TIME", "XP", "YP", "HSIGN", "RTP")
    outputs = [
        OutputFile("grid.nc", "block", "COMPGRID", "netcdf", ("HSIGN", "DEPTH"), **times),
        OutputFile("points.tab", "table", "PTS", "text", columns, **times),
        OutputFile("points.spc", "spectra", "PTS", "text", **times),
    ]
    outputs += [] if stationary else [OutputFile("restart.hot", "restart", last=STOP)]
    return Case("bay", "41.45", "local", False, "MSL", START, STOP, stationary, tuple(outputs))


@dataclass
class Bay:
    """A workspace, and what has been run in it."""

    folder: Path
    swan: str
    launcher: Launcher = "threads"
    cpus: int = 1
    lines: list[str] = field(default_factory=list)

    def write(self, text: str = NONSTATIONARY, of: Case | None = None, bed: str = BED) -> None:
        """Write the input files."""
        (self.folder / "INPUT").write_text(text)
        (self.folder / "bottom.grd").write_text(bed)
        (of or case(stationary="MODE STATIONARY" in text)).write(self.folder)

    def run(self, **env: str) -> Exit:
        """Execute it with what is in the workspace."""
        told = command(self.swan, self.launcher, Resources(cpus=self.cpus), "41.45")
        job = Job(told.argv, self.folder, {**told.env, **env}, told.program, told.hint)
        self.lines.clear()
        return LocalRunBackend().execute(job, self.lines.append)

    def judge(self, text: str = NONSTATIONARY, of: Case | None = None, bed: str = BED, **env: str) -> Verdict:
        """Write, execute and judge it."""
        self.write(text, of, bed)
        return verdict(self.folder, self.run(**env))


class BaySwan(Model):
    """As a model of the framework, the bay whatever the experiment is."""

    model_type: Literal["bay"] = "bay"
    executable: str | None = None
    text: str = NONSTATIONARY

    def plan(self, experiment: Experiment) -> Plan:
        return Plan(files=("INPUT", "bottom.grd", "case.json"))

    def generate(self, workspace: Path, experiment: Experiment) -> None:
        Bay(workspace, "").write(self.text)

    def command(self, workspace: Path, resources: Resources) -> Command:
        return command(self.executable, "threads", resources, "41.45")

    def evidence(self, workspace: Path) -> tuple[str, ...]:
        return evidence(workspace)

    def progress(self, line: str) -> Progress | None:
        return progress(line)

    def verdict(self, workspace: Path, exit: Exit | None) -> Verdict:
        return verdict(workspace, exit)

    def open(self, workspace: Path) -> Any:
        raise NotImplementedError
