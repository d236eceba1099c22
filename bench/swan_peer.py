"""Write what SWAN reads, as rompy-swan does; run with the peer's Python.

python swan_peer.py wind|nest|parameters FILE FOLDER
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from measured import measured
from rompy.core.source import SourceFile
from rompy.core.time import TimeRange
from rompy_swan.boundary import Boundnest1, BoundspecSegmentXY
from rompy_swan.data import SwanDataGrid
from rompy_swan.grid import SwanGrid
from swan_files import NX, NY, STEP_DEG, STEPS, X0, Y0, outline

COORDS = {"x": "longitude", "y": "latitude", "t": "time"}
SITES = {"x": "lon", "y": "lat", "t": "time"}
NEAREST = {"sel_method": "nearest", "sel_method_kwargs": {"tolerance": 0.05}, "buffer": 1.0}


def main(case: str, file: Path, folder: Path) -> None:
    """Report the time and memory of one of them."""
    start = datetime(2023, 1, 1)
    time = TimeRange(start=start, end=start + timedelta(hours=STEPS - 1), interval="1h")
    grid = SwanGrid(x0=X0, y0=Y0, rot=0.0, dx=STEP_DEG, dy=STEP_DEG, nx=NX, ny=NY)
    data = _data(case, file)
    with measured():
        data.get(folder, grid=None if case == "wind" else grid, time=time)


def _data(case: str, file: Path) -> Any:
    source = SourceFile(uri=file)
    if case == "wind":
        return SwanDataGrid(var="wind", source=source, z1="u10", z2="v10", coords=COORDS)
    if case == "nest":
        return Boundnest1(id="nest", source=source, coords=SITES, **NEAREST)
    x, y = (values.tolist() for values in outline())
    around = {"model_type": "xy", "x": [*x, x[0]], "y": [*y, y[0]]}
    return BoundspecSegmentXY(id="segments", source=source, coords=SITES, location=around, file_type="tpar", **NEAREST)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
