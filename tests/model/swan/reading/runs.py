"""Small runs of the real SWAN whose command files are written by hand, with every kind of output."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np

from rompy_hydra.model.swan.case import Case, OutputFile
from tests.model.swan.running import real_swan

START, STOP, STEP_S = "2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", 1800.0
QUANTITIES = "HSIGN RTP TPS TM01 TM02 TMM10 DIR PDIR DSPR WIND VEL DEPTH WATLEV"
WEST_X, SOUTH_Y, DX_M, NX, NY = 300000.0, 6450000.0, 500.0, 21, 13
STATIONS = (("reef", 302250.0, 6453100.0), ("island", 305000.0, 6453000.0), ("beach", 308700.0, 6451200.0))


def run(folder: Path, commands: str) -> Path:
    """Run commands in a folder and believe SWAN's own evidence of success."""
    (folder / "INPUT").write_text(commands, encoding="utf-8")
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([real_swan()], cwd=folder, env=env, capture_output=True, check=True, timeout=120)
    errors = folder / "Errfile"
    assert not errors.exists(), errors.read_text()
    assert (folder / "norm_end").exists()
    return folder


def depth_at(x, y):
    """A beach that rises to the east, 15 m to 2 m, with a dry island in the middle."""
    depth = 15 - 13 * (x - WEST_X) / 10000 + 0 * y
    return np.where(np.hypot(x - 305000, y - 6453000) < 1100, -2.0, depth)


def current_at(x, y):
    """Still water in the south, a current to the north-east in the north."""
    return np.where(y < SOUTH_Y + 2900, 0.0, 0.4) + 0 * x, np.where(y < SOUTH_Y + 2900, 0.0, 0.2) + 0 * x


def output(path: str, kind: str, location: str, words: str = "", timed: bool = True) -> OutputFile:
    times = (START, STOP, STEP_S) if timed else (None, None, None)
    kind_of = "netcdf" if path.endswith(".nc") else "text"
    return OutputFile(path, kind, location, kind_of, tuple(words.split()), *times)


def case(outputs, **changes) -> Case:
    told = {
        "name": "island",
        "version": "41.45",
        "crs": "EPSG:32750",
        "is_spherical": False,
        "vertical_datum": "MSL",
        "start": START,
        "stop": STOP,
        "is_stationary": False,
        "outputs": tuple(outputs),
        "stations": STATIONS,
    }
    return Case(**{**told, **changes})


def write_inputs(folder: Path) -> str:
    """Bed and current over more than the grid, and the commands that read them; SWAN's x and y run east and north."""
    x, y = np.meshgrid(np.arange(-4, NX + 4) * DX_M + WEST_X, np.arange(-12, NY + 12) * DX_M + SOUTH_Y)
    np.savetxt(folder / "bottom.dat", depth_at(x, y), fmt="%.4f")
    np.savetxt(folder / "current.dat", np.vstack(current_at(x, y)), fmt="%.4f")
    grid = f"REG {x[0, 0]} {y[0, 0]} 0 {x.shape[1] - 1} {x.shape[0] - 1} {DX_M} {DX_M}"
    return f"""INPGRID BOTTOM {grid}
READINP BOTTOM 1 'bottom.dat' 3 0 FREE
INPGRID CURRENT {grid}
READINP CURRENT 1 'current.dat' 3 0 FREE
WIND 12 180
GEN3 WESTH
BREAKING
FRICTION JON
"""


def points() -> str:
    return "POINTS 'STATIONS' " + " ".join(f"{x} {y}" for _, x, y in STATIONS) + "\n"


SPECTRUM = "CIRCLE 36 0.05 0.6 20"
REGULAR = f"CGRID REG {WEST_X} {SOUTH_Y} 0 {(NX - 1) * DX_M} {(NY - 1) * DX_M} {NX - 1} {NY - 1} {SPECTRUM}\n"
SWELL = "BOUND SHAPE JON PEAK DSPR DEGREES\nBOUND SIDE W CCW CON PAR 1.5 9 255 20\n"
WHEN = "OUTPUT 20200101.000000 30 MIN"


def blocks(times: str = "") -> str:
    """Output of the grid as netCDF and as text, and a table of all its points."""
    return f"""BLOCK 'COMPGRID' NOHEAD 'grid.nc' LAY 3 &
 {QUANTITIES} UBOT BOTLEV PTHSIGN {times}
BLOCK 'COMPGRID' NOHEAD 'grid.txt' LAY 3 XP YP HSIGN DIR VEL QB DISSURF {times}
TABLE 'COMPGRID' NOHEAD 'grid.tab' XP YP {QUANTITIES} {times}
"""


GRID_OUTPUTS = (("grid.nc", "block", QUANTITIES), ("grid.txt", "block", "XP YP HSIGN DIR VEL QB DISSURF"))


def grid_outputs(timed: bool = True) -> list[OutputFile]:
    return [output(path, kind, "COMPGRID", words, timed) for path, kind, words in GRID_OUTPUTS]


def table(folder: Path, name: str = "grid.tab") -> dict[str, np.ndarray]:
    """SWAN's own table, by column, exception values as they are."""
    words = [*QUANTITIES.replace("WIND", "XWND YWND").replace("VEL", "XCUR YCUR").split()]
    numbers = np.loadtxt(folder / name)
    return dict(zip(["XP", "YP", *words], numbers.T, strict=True))
