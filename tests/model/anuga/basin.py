"""Rectangular basins for the solver: plain case folders, run by the real child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rompy_hydra.model.anuga import case as files
from rompy_hydra.model.anuga.case import Case

GRAVITY = 9.8  # as in ANUGA


def crossed_rectangle(nx: int, ny: int, length_m: float, width_m: float):
    """Points, triangles and boundary edges of nx by ny rectangles, each cut along both diagonals."""
    x, y = np.meshgrid(np.linspace(0, length_m, nx + 1), np.linspace(0, width_m, ny + 1))
    corners = np.column_stack([x.ravel(), y.ravel()])
    i, j = (a.ravel() for a in np.meshgrid(np.arange(nx), np.arange(ny)))
    a = j * (nx + 1) + i
    b, c, d = a + 1, a + nx + 2, a + nx + 1
    middle = len(corners) + np.arange(nx * ny)
    points = np.vstack([corners, (corners[a] + corners[c]) / 2])
    sides = [(a, b, j == 0), (b, c, i == nx - 1), (c, d, j == ny - 1), (d, a, i == 0)]
    triangles = np.stack([np.column_stack([p, q, middle]) for p, q, _ in sides]).reshape(-1, 3)
    edges = [
        (side * nx * ny + cell, 2, side)
        for side, (_, _, outside) in enumerate(sides)
        for cell in np.flatnonzero(outside)
    ]
    return points, triangles, np.array(edges)


SEGMENTS = ("south", "east", "north", "west")
CLOSED: dict[str, dict[str, Any]] = {s: {"kind": "reflective"} for s in SEGMENTS}
BASE = Case(
    name="basin",
    start="2023-01-01T00:00:00Z",
    duration_s=600.0,
    output_interval_s=60.0,
    crs="local",
    origin_m=(0.0, 0.0),
    vertical_datum="",
    initial_stage_m=0.0,
    dry_depth_m=0.01,
    water_density_kg_m3=1025.0,
    flow_algorithm="DE1",
    cfl=1.0,
    segments=SEGMENTS,
    boundaries=CLOSED,
)


class Basin:
    """One case folder; `run` executes it and reads what the solver left."""

    def __init__(
        self, folder: Path, nx=20, ny=4, length_m=2000.0, width_m=400.0, bed=lambda x, _y: -10.0 + 0 * x, friction=0.0
    ):
        self.folder = folder
        points, triangles, edges = crossed_rectangle(nx, ny, length_m, width_m)
        self.centres = points[triangles].mean(axis=1)
        np.save(folder / files.POINTS, np.column_stack([points, bed(points[:, 0], points[:, 1])]))
        np.save(folder / files.TRIANGLES, triangles)
        np.save(folder / files.EDGES, edges)
        np.save(folder / files.FRICTION, np.broadcast_to(friction, len(triangles)).astype(float))
        self.points, self.case = points, BASE

    def save(self, name: str, array) -> str:
        np.save(self.folder / name, np.asarray(array, dtype=float))
        return name

    def run(self, threads: int = 1, **changes: Any):
        self.case = replace(self.case, **changes)
        self.case.write(self.folder)
        done = subprocess.run(
            [sys.executable, "-m", "rompy_hydra.model.anuga.solve", "case.json"],
            cwd=self.folder,
            env={**os.environ, "OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        self.printed = done.stdout
        self.measured = json.loads((self.folder / files.DIAGNOSTICS).read_text())
        return self

    def output(self, name: str):
        import netCDF4

        with netCDF4.Dataset(self.folder / files.OUTPUT) as data:
            return np.asarray(data[name][:], dtype=float)
