"""Runs of SWAN that several tests read."""

import numpy as np
import pytest

from . import runs


@pytest.fixture(scope="session")
def storm(tmp_path_factory):
    """An hour of a growing sea on a regular grid in metres, with every kind of output."""
    folder = tmp_path_factory.mktemp("storm")
    frame = f"FRAME 'FINE' {runs.WEST_X + 1000} {runs.SOUTH_Y + 1000} 0 4000 2000 8 4\n"
    series = f"TIME XP YP {runs.QUANTITIES}"
    when = runs.WHEN
    commands = f"""PROJ 'island' '1'
SET NAUTICAL
MODE NONST TWOD
{runs.REGULAR}{runs.write_inputs(folder)}{runs.SWELL}{runs.points()}{frame}{runs.blocks(when)}
BLOCK 'FINE' NOHEAD 'fine.nc' LAY 3 HSIGN DIR {when}
TABLE 'STATIONS' HEAD 'head.tab' {series} PTHSIGN {when}
TABLE 'STATIONS' NOHEAD 'nohead.tab' {series} {when}
TABLE 'STATIONS' INDEXED 'index.tab' HSIGN TPS DIR {when}
TABLE 'STATIONS' NOHEAD 'stations.nc' HSIGN TPS DIR {when}
TABLE 'STATIONS' HEAD 'late.tab' HSIGN OUTPUT 20200101.003000 30 MIN
SPECOUT 'STATIONS' SPEC2D ABS 'spec2d.txt' {when}
SPECOUT 'STATIONS' SPEC1D ABS 'spec1d.txt' {when}
SPECOUT 'STATIONS' SPEC2D ABS 'spec2d.nc' {when}
SPECOUT 'STATIONS' SPEC2D ABS 'packed.nc' ESCALE {when}
SPECOUT 'STATIONS' SPEC1D ABS 'spec1d.nc' {when}
PROP BSBT
COMPUTE NONST 20200101.000000 10 MIN 20200101.010000
STOP
"""
    return runs.run(folder, commands)


def stationary(folder, grid, boundary, more=""):
    commands = f"""PROJ 'island' '1'
SET NAUTICAL
MODE STAT TWOD
{grid}{runs.write_inputs(folder)}{boundary}{runs.points()}{runs.blocks()}{more}
COMPUTE
STOP
"""
    return runs.run(folder, commands)


@pytest.fixture(scope="session")
def turned(tmp_path_factory):
    """A stationary run on a grid that is turned by 30 degrees."""
    folder = tmp_path_factory.mktemp("turned")
    x, y = runs.WEST_X + 3000, runs.SOUTH_Y - 1000
    grid = f"CGRID REG {x} {y} 30 8000 4000 16 8 {runs.SPECTRUM}\n"
    return stationary(folder, grid, runs.SWELL)


@pytest.fixture(scope="session")
def curved(tmp_path_factory):
    """A stationary run on a curvilinear grid."""
    folder = tmp_path_factory.mktemp("curved")
    i, j = np.meshgrid(np.arange(18), np.arange(10))
    x = runs.WEST_X + 500 * i + 20 * j**2
    y = runs.SOUTH_Y + 500 * j + 10 * i**2
    np.savetxt(folder / "grid.dat", np.vstack([x, y]), fmt="%.3f")
    grid = f"CGRID CURV 17 9 {runs.SPECTRUM}\nREADGRID COORD 1 'grid.dat' 3 0 0 FREE\n"
    return stationary(folder, grid, runs.SWELL.replace("SIDE W CCW", "SEGMENT IJ 0 0 0 9"))


@pytest.fixture(scope="session")
def triangles(tmp_path_factory):
    """A stationary run on triangles, read from fort.14."""
    folder = tmp_path_factory.mktemp("triangles")
    write_fort14(folder)
    grid = f"CGRID UNSTRUC {runs.SPECTRUM}\nREADGRID UNSTRUC ADCIRC\n"
    swell = "BOUND SHAPE JON PEAK DSPR DEGREES\nBOUND SIDE 1 CCW CON PAR 1.5 9 255 20\n"
    commands = f"""PROJ 'island' '1'
SET NAUTICAL
MODE STAT TWOD
{grid}WIND 12 180
GEN3 WESTH
BREAKING
FRICTION JON
{swell}{runs.points()}{runs.blocks()}
COMPUTE
STOP
"""
    return runs.run(folder, commands)


def write_fort14(folder) -> None:
    """A rectangle of the regular grid's points, cut into triangles; its western side is the open boundary."""
    nx, ny = runs.NX, runs.NY
    x, y = np.meshgrid(np.arange(nx) * runs.DX_M + runs.WEST_X, np.arange(ny) * runs.DX_M + runs.SOUTH_Y)
    number = np.arange(nx * ny).reshape(ny, nx) + 1
    a, b, c, d = (n.ravel() for n in (number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]))
    corners = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    depth = runs.depth_at(x, y)
    lines = ["island", f"{len(corners)} {nx * ny}"]
    lines += [
        f"{n} {p:.1f} {q:.1f} {h:.3f}" for n, p, q, h in zip(number.flat, x.flat, y.flat, depth.flat, strict=True)
    ]
    lines += [f"{i + 1} 3 {p} {q} {r}" for i, (p, q, r) in enumerate(corners)]
    west = list(number[::-1, 0])
    land = [*number[0, :], *number[1:, -1], *number[-1, -2::-1]]
    lines += ["1", str(len(west)), str(len(west)), *map(str, west)]
    lines += ["1", str(len(land)), f"{len(land)} 0", *map(str, land)]
    (folder / "fort.14").write_text("\n".join(lines) + "\n", encoding="utf-8")
