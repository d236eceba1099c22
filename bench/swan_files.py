"""Hourly wind on 300 x 300 points, and spectra of 100 places around a grid."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np

SIDE = 300
STEPS = 240
NX, NY = 27, 25
"""Points of the grid around which spectra lie, 0.1 degrees apart: its boundary has a hundred."""
X0, Y0, STEP_DEG = 110.0, -35.0, 0.1
NF, ND = 29, 36
_WEATHER = 24
"""Fields that repeat: making random numbers would take longer than what is measured."""


def write_wind(path: Path, layout: str) -> Path:
    """Write u10 and v10: ``contiguous``, or ``tall`` chunks of all times x 50 x 50, compressed."""
    fields = np.random.default_rng(0).normal(0, 6, (2, _WEATHER, SIDE, SIDE)).astype("f4").round(2)
    with netCDF4.Dataset(path, "w") as file:
        _axis(file, "time", np.arange(STEPS), "hours since 2023-01-01")
        _axis(file, "latitude", np.linspace(-40, -25, SIDE), "degrees_north")
        _axis(file, "longitude", np.linspace(105, 120, SIDE), "degrees_east")
        storage = {"zlib": True, "complevel": 1, "chunksizes": (STEPS, 50, 50)} if layout == "tall" else {}
        for name, weather in zip(("u10", "v10"), fields, strict=True):
            variable = file.createVariable(name, "f4", ("time", "latitude", "longitude"), **storage)
            variable.units = "m s**-1"
            variable[:] = np.resize(weather, (STEPS, SIDE, SIDE))
    return path


def write_spectra(path: Path) -> Path:
    """Write seas that turn and grow, as wavespectra names them: efth (time, site, freq, dir) [m2/Hz/deg]."""
    freq_hz, dir_from_deg = 0.04 * 1.1 ** np.arange(NF), np.arange(ND) * 360.0 / ND
    random = np.random.default_rng(0)
    x, y = outline()
    with netCDF4.Dataset(path, "w") as file:
        _axis(file, "time", np.arange(STEPS), "hours since 2023-01-01")
        _axis(file, "site", np.arange(len(x)), "1")
        _axis(file, "freq", freq_hz, "Hz")
        _axis(file, "dir", dir_from_deg, "degree")
        for name, values in (("lon", x), ("lat", y)):
            file.createVariable(name, "f8", ("site",))[:] = values
        efth = file.createVariable("efth", "f4", ("time", "site", "freq", "dir"))
        efth.units = "m2 s degree-1"
        along = np.exp(-20 * np.log(freq_hz / 0.1) ** 2)[:, None]
        for step in range(STEPS):
            hs_m, mean_deg = random.uniform(0.5, 4, (len(x), 1, 1)), random.uniform(0, 360, (len(x), 1, 1))
            around = np.maximum(np.cos(np.deg2rad(dir_from_deg - mean_deg) / 2), 0) ** 20
            efth[step] = hs_m**2 * along * around
    return path


def outline() -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of the points around the grid, counter-clockwise from the south-west."""
    i, j = np.arange(NX), np.arange(NY)
    ix = np.concatenate([i, np.full(NY - 2, NX - 1), i[::-1], np.zeros(NY - 2, int)])
    iy = np.concatenate([np.zeros(NX, int), j[1:-1], np.full(NX, NY - 1), j[-2:0:-1]])
    return X0 + STEP_DEG * ix, Y0 + STEP_DEG * iy


def _axis(file: netCDF4.Dataset, name: str, values: np.ndarray, units: str) -> None:
    file.createDimension(name, len(values))
    axis = file.createVariable(name, values.dtype, (name,))
    axis.units = units
    axis[:] = values
