"""Hourly wind on 241 x 241 points, as archives deliver it, in files of several layouts."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np

SIDE = 241
_WEATHER = 24
"""Fields that repeat: making random numbers would take longer than what is measured."""


_UNITS = {"time": "hours since 2023-01-01", "latitude": "degrees_north", "longitude": "degrees_east"}


def write(path: Path, steps: int, layout: str) -> Path:
    """Write u10 and v10: ``contiguous``, or ``tall`` chunks of all times x 50 x 50, compressed."""
    fields = np.random.default_rng(0).normal(0, 6, (2, _WEATHER, SIDE, SIDE)).astype("f4").round(2)
    with netCDF4.Dataset(path, "w") as file:
        for name, values in _axes(steps).items():
            file.createDimension(name, len(values))
            axis = file.createVariable(name, "f4" if name != "time" else "i4", (name,))
            axis.units = {"time": "hours since 2023-01-01", "latitude": "degrees_north", "longitude": "degrees_east"}[
                name
            ]
            axis[:] = values
        storage = {"zlib": True, "complevel": 1, "chunksizes": (steps, 50, 50)} if layout == "tall" else {}
        for name, weather in zip(("u10", "v10"), fields, strict=True):
            variable = file.createVariable(name, "f4", ("time", "latitude", "longitude"), **storage)
            variable.units = "m s**-1"
            if layout == "tall":
                variable[:] = np.resize(weather, (steps, SIDE, SIDE))
                continue
            for first in range(0, steps, _WEATHER):
                variable[first : first + _WEATHER] = weather[: steps - first]
    return path


def _axes(steps: int) -> dict[str, np.ndarray]:
    return {"time": np.arange(steps), "latitude": np.linspace(-10, -70, SIDE), "longitude": np.linspace(100, 160, SIDE)}
