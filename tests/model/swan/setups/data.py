"""The files that the command files of this folder name, made of simple shapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write(name: str, folder: Path) -> None:
    """The files of one set-up beside its command file."""
    {
        "beach": _beach,
        "flume": _flume,
        "fetch": lambda f: _text(f / "deep.bot", np.full((2, 2), 40.0)),
        "storm": _storm,
        "curved": _curved,
        "mesh": _mesh,
        "nested": _nested,
        "harbour": _harbour,
    }[name](folder)


def _text(path: Path, values: np.ndarray, heading: str = "", form: str = "%.4f") -> None:
    path.parent.mkdir(exist_ok=True)
    np.savetxt(path, values, form, header=heading, comments="")


def _beach(folder: Path) -> None:
    _text(folder / "beach.bot", np.array([[-20.0, 0.5], [-20.0, 0.5]]))


def _flume(folder: Path) -> None:
    x = np.arange(51) * 20.0
    bar = 1.5 * np.exp(-(((x - 650.0) / 60.0) ** 2))
    _text(folder / "flume.bot", (8.0 - x / 140.0 - bar)[None, :])


def _storm(folder: Path) -> None:
    x, y = np.meshgrid(np.arange(43) * 1e3, np.arange(33) * 1e3)
    depth = 60.0 - x / 1e3 + 5.0 * np.sin(y / 6e3)
    _text(folder / "data" / "storm.bot", depth[::-1], "bed of a bay\nrows from the north")
    blocks = ["wind of a storm"]
    for step in range(13):
        blocks.append(f"step {step}")
        for component in (8.0 + step, -3.0 + 0.5 * step):
            blocks += [" ".join(f"{component + 0.25 * i + 0.125 * j:.3f}" for i in range(4)) for j in range(4)]
    (folder / "data" / "storm.wnd").write_text("\n".join(blocks) + "\n")
    rows = [
        f"20200101.{hour:02d}00 {1.0 + 0.25 * hour:.2f} {8 + 0.5 * hour:.1f} {280 - 2 * hour}. 4." for hour in range(7)
    ]
    (folder / "data" / "swell.tpar").write_text("\n".join(["TPAR", *rows]) + "\n")


def _curved(folder: Path) -> None:
    i, j = np.meshgrid(np.arange(21.0), np.arange(13.0))
    x, y = 100.0 * i + 10.0 * j, 90.0 * j + 60.0 * np.sin(i / 8.0)
    depth = 14.0 - 0.5 * i
    missing = (i > 17) & (j > 10)
    x, y, depth = (np.where(missing, -99.0, a) for a in (x, y, depth))
    _text(folder / "curved.xy", np.vstack([x, y]))
    _text(folder / "curved.bot", depth)
    (folder / "places.xy").write_text("400. 500.\n900. 600.\n1500. 500.\n")


def _mesh(folder: Path) -> None:
    nx, ny, step = 21, 11, 200.0
    numbers = np.arange(nx * ny).reshape(ny, nx) + 1
    nodes = [
        f"{numbers[j, i]} {i * step:.1f} {j * step:.1f} {12.0 - 0.5 * i:.3f}" for j in range(ny) for i in range(nx)
    ]
    cells = []
    for j in range(ny - 1):
        for i in range(nx - 1):
            a, b, c, d = numbers[j, i], numbers[j, i + 1], numbers[j + 1, i + 1], numbers[j + 1, i]
            cells += [(a, b, c), (a, c, d)]
    elements = [f"{n} 3 {a} {b} {c}" for n, (a, b, c) in enumerate(cells, start=1)]
    west = list(numbers[::-1, 0])
    land = [*numbers[0, 1:], *numbers[1:, -1], *numbers[-1, ::-1][1:-1]]  # a corner of both is land for SWAN
    boundary = [
        "1",
        f"{len(west)}",
        f"{len(west)}",
        *map(str, west),
        "1",
        f"{len(land)}",
        f"{len(land)} 0",
        *map(str, land),
    ]
    lines = ["a beach", f"{len(cells)} {nx * ny}", *nodes, *elements, *boundary]
    (folder / "fort.14").write_text("\n".join(lines) + "\n")


_SITE = """SWAN   1                                Swan standard spectral file, version
LOCATIONS                               locations in x-y-space
{count:6d}                                  number of locations
{places}
AFREQ                                   absolute frequencies in Hz
{nf:6d}                                  number of frequencies
{freqs}
NDIR                                    spectral nautical directions in degr
{nd:6d}                                  number of directions
{dirs}
QUANT
     1                                  number of quantities in table
VaDens                                  variance densities in m2/Hz/degr
m2/Hz/degr                              unit
 -0.9900E+02                            exception value
"""


def _nested(folder: Path) -> None:
    _beach(folder)
    sides = [(1000.0, 500.0), (3000.0, 500.0), (3000.0, 1500.0), (1000.0, 1500.0)]
    places = []
    for (x0, y0), (x1, y1) in zip(sides, [*sides[1:], sides[0]], strict=True):
        places += [(x0 + (x1 - x0) * k / 4, y0 + (y1 - y0) * k / 4) for k in range(4)]
    places.append(places[0])
    freqs = 0.05 * 1.12 ** np.arange(18)
    dirs = np.arange(5.0, 360.0, 10.0)
    spread = np.maximum(np.cos(np.radians(dirs - 270.0)), 0.0) ** 20
    energy = np.exp(-0.5 * ((freqs - 0.1) / 0.012) ** 2)[:, None] * spread[None, :]
    block = "\n".join(" ".join(f"{round(v * 9999):6d}" for v in row) for row in energy)
    head = _SITE.format(
        count=len(places),
        places="\n".join(f"{x:14.4f} {y:14.4f}" for x, y in places),
        nf=len(freqs),
        freqs="\n".join(f"{f:10.4f}" for f in freqs),
        nd=len(dirs),
        dirs="\n".join(f"{d:10.4f}" for d in dirs),
    )
    body = "".join(f"FACTOR\n    0.20000000E-04\n{block}\n" for _ in places)
    (folder / "coarse.nst").write_text(head + body)


def _harbour(folder: Path) -> None:
    x, y = np.meshgrid(np.arange(63) * 50.0 - 50.0, np.arange(43) * 50.0 - 50.0)
    depth = 14.0 - x / 300.0 - 3.0 * np.exp(-(((x - 900.0) / 200.0) ** 2) - ((y - 1000.0) / 300.0) ** 2)
    depth += y / 2000.0
    depth[15:20, 52:56] = -99.0
    lines = ["surveyed"]
    for row in depth[::-1]:
        lines += ["".join(f"{v:8.2f}" for v in row[k : k + 12]) for k in range(0, len(row), 12)]
    (folder / "harbour.bot").write_text("\n".join(lines) + "\n")
    _text(folder / "friction.dat", np.array([[0.05, 0.05], [0.08, 0.08]]))
