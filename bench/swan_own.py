"""Write what SWAN reads, from blocks of times of a file.

python swan_own.py wind|wind_text|nest|parameters FILE FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr
from measured import measured

from rompy_hydra.data.blocks import blocks
from rompy_hydra.model.swan.writing import choose_encoding, file_names, write_fields, write_parameters, write_spectra
from rompy_hydra.model.swan.writing.fields import Wanted


def main(case: str, file: Path, folder: Path) -> None:
    """Report the time and memory of one of them."""
    ways = {"wind": wind, "wind_text": partial(wind, form="text"), "nest": nest, "parameters": parameters}
    with xr.open_dataset(file, engine="netcdf4") as data, measured():
        ways[case](data, folder)


def wind(data: xr.Dataset, folder: Path, form: Wanted = "auto") -> None:
    """Records, or text to a millimetre per second."""
    arrays = [data.u10, data.v10]
    encoding = choose_encoding(2 * data.u10.size, form, -100.0, 100.0, 1e-3)
    write_fields(folder / "wind", (np.stack(pair, axis=1) for _, pair in blocks(arrays, "wind")), encoding)


def nest(data: xr.Dataset, folder: Path) -> None:
    """Spectra of all places in one file."""
    places = np.stack([data.lon.values, data.lat.values], axis=1)
    write_spectra(
        folder / "nest",
        data.time.values,
        places,
        data.freq.values,
        data.dir.values,
        _spectra(data),
        is_lonlat=True,
    )


def parameters(data: xr.Dataset, folder: Path) -> None:
    """A file for each segment between two places, of the mean of their spectra."""
    import wavespectra  # noqa: F401  what it adds to xarray

    found = []
    for block in _spectra(data):
        middle = (block + np.roll(block, -1, axis=1)) / 2
        dims = ("time", "site", "freq", "dir")
        efth = xr.DataArray(middle, coords={"freq": data.freq, "dir": data.dir}, dims=dims, name="efth")
        stats = efth.to_dataset().spec.stats(["hs", "tp", "dpm", "dspr"])
        found.append([stats[name].values for name in ("hs", "tp", "dpm", "dspr")])
    series = [np.concatenate(one) for one in zip(*found, strict=True)]
    segments = [f"segment_{i}" for i in range(data.sizes["site"])]
    for i, name in enumerate(file_names(segments, ".bnd").values()):
        write_parameters(folder / name, data.time.values, *(one[:, i].astype(float) for one in series))


def _spectra(data: xr.Dataset) -> Iterator[np.ndarray]:
    return (spectra for _, (spectra,) in blocks([data.efth], "waves"))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
