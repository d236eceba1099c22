"""Write what SWAN reads: whole workspaces, checked and cut as any other; parameters of spectra by their writer alone.

python swan_own.py wind|wind_text|nest|parameters FILE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from measured import measured
from swan_files import NX, NY, STEP_DEG, STEPS, X0, Y0

from rompy_hydra import ModelRun
from rompy_hydra.data.blocks import blocks
from rompy_hydra.model.swan.writing import file_names, write_parameters

OCEAN = {"ocean": ["south", "east", "north", "west"]}


def main(case: str, file: Path, folder: Path) -> None:
    """Report the time and memory of one of them."""
    if case == "parameters":
        import wavespectra  # noqa: F401  what it adds to xarray; the peer has imported it by now

        with xr.open_dataset(file, engine="netcdf4") as data, measured():
            parameters(data, folder)
        return
    run, first = experiment(case, file, STEPS - 1), experiment(case, file, 1)
    (folder / "first").mkdir()
    first.model.generate(folder / "first", first)  # imports what it needs; the peer has done so by now
    with measured():
        run.model.generate(folder, run)


def experiment(case: str, file: Path, hours: int) -> ModelRun:
    """A run of so many hours on the grid of the peer."""
    source = {"source_type": "file", "path": str(file)}
    forcing: dict[str, Any] = {"waves": {"ocean": {"kind": "spectra", "source": source}}}
    if case != "nest":
        forcing = {"wind": {"kind": "grid", "source": source}}
    mesh = {"kind": "regular", "x": X0, "y": Y0, "cells": [NX - 1, NY - 1], "spacing": STEP_DEG}
    if case != "nest":  # all of the wind
        mesh |= {"x": 105.0, "y": -40.0, "cells": [150, 150]}
    return ModelRun(
        name=case,
        period={"start": "2023-01-01", "duration": f"{hours}h", "interval": "1h"},
        domain={"mesh": mesh, "boundaries": OCEAN, "bathymetry": {"kind": "flat", "elevation_m": -50}},
        forcing=forcing,
        model={"model_type": "swan", "encoding": "text" if case == "wind_text" else "auto"},
    )


def parameters(data: xr.Dataset, folder: Path) -> None:
    """A file for each segment between two places, of the mean of their spectra."""
    found = []
    for _, (block,) in blocks([data.efth], "waves"):
        middle = (block + np.roll(block, -1, axis=1)) / 2
        dims = ("time", "site", "freq", "dir")
        efth = xr.DataArray(middle, coords={"freq": data.freq, "dir": data.dir}, dims=dims, name="efth")
        stats = efth.to_dataset().spec.stats(["hs", "tp", "dpm", "dspr"])
        found.append([stats[name].values for name in ("hs", "tp", "dpm", "dspr")])
    series = [np.concatenate(one) for one in zip(*found, strict=True)]
    segments = [f"segment_{i}" for i in range(data.sizes["site"])]
    for i, name in enumerate(file_names(segments, ".bnd").values()):
        write_parameters(folder / name, data.time.values, *(one[:, i].astype(float) for one in series))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
