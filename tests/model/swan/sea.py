"""A small sea for SWAN as an experiment: described in a few words, generated, run, and its table read."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rompy_hydra import ModelRun

from .running import real_swan

START = "2020-01-01T00:00:00Z"
SEA: dict[str, Any] = {
    "name": "sea",
    "period": {"start": START, "duration": "2h", "interval": "1h"},
    "domain": {
        "crs": "EPSG:4326",
        "mesh": {"kind": "regular", "x": 4.0, "y": 52.0, "size": [0.4, 0.2], "cells": [10, 8]},
        "bathymetry": {"kind": "flat", "elevation_m": -20.0},
        "stations": {"a": {"lon": 4.2, "lat": 52.1}, "b": {"lon": 4.32, "lat": 52.15}},
    },
    "forcing": {"wind": {"kind": "constant", "speed_m_s": 10.0, "from_deg": 270.0}},
    "model": {
        "model_type": "swan",
        "spectral": {"directions": 24, "low_hz": 0.05, "high_hz": 0.5},
        "mode": {"kind": "nonstationary", "step": "10min"},
        "initial": {"kind": "zero"},
        "physics": {"generation": {"law": "komen", "agrow": {}}},
        "output": {
            "fields": {},
            "tables": {
                "points": {"at": "stations", "variables": ["hs", "dir", "dspr", "depth", "wind", "vel", "watlev"]}
            },
        },
    },
}
"""Wind from the west over 20 m of water, in degrees, for two hours."""
METRIC: dict[str, Any] = {
    "crs": "EPSG:32631",
    "mesh": {"kind": "regular", "x": 560_000.0, "y": 5_760_000.0, "size": [20e3, 16e3], "cells": [10, 8]},
    "stations": {"a": {"x_m": 570e3, "y_m": 5_768e3}, "b": {"x_m": 576e3, "y_m": 5_772e3}},
}
"""A domain in metres about there."""
LOCAL: dict[str, Any] = {
    "crs": "local",
    "mesh": {"kind": "regular", "x": 0.0, "y": 0.0, "size": [20e3, 16e3], "cells": [10, 8]},
    "stations": {"a": {"x_m": 10e3, "y_m": 8e3}, "b": {"x_m": 16e3, "y_m": 12e3}},
}
"""A domain in metres nowhere on Earth."""
WEST: dict[str, Any] = {"kind": "parametric", "hs": 2.0, "tp": 8.0, "from_deg": 270.0, "spread_deg": 25.0}
"""Waves that come in through the west."""
STATIONARY: dict[str, Any] = {"kind": "stationary"}
SWELL: dict[str, Any] = {
    "forcing": {"wind": None},
    "model": {"physics": {"generation": None}, "initial": {"kind": "steady"}},
}
"""Waves that only propagate."""


def wind_data(minutes: int = 60, times: int = 4, lon: tuple[float, float] = (3.5, 5.0)) -> xr.Dataset:
    """Wind on a grid of 0.1 degrees, 51.5 to 53 degrees north, that changes in place and time as no line would."""
    west, east = lon
    x = np.linspace(west, east, round((east - west) / 0.1) + 1)
    y = np.linspace(51.5, 53.0, 16)
    n = np.arange(times)[:, None, None]
    u = 8.0 + 2.0 * np.sin(1.3 * n) + 0.5 * (x - 4.0) + 0.3 * (y[:, None] - 52.0)
    v = 1.0 + 3.0 * np.cos(0.9 * n) - 0.4 * (x - 4.0) + 0.2 * (y[:, None] - 52.0)
    time = np.datetime64(START[:-1], "ns") + np.arange(times) * np.timedelta64(minutes, "m")
    return vectors(time, y, x, u, v, ("u10", "v10"), ("eastward_wind", "northward_wind"))


def vectors(time: Any, y: Any, x: Any, u: Any, v: Any, names: tuple[str, str], standard: tuple[str, str]) -> xr.Dataset:
    """Two components on longitudes and latitudes, with the attributes that say so."""
    dims = ("time", "latitude", "longitude")
    both = zip(names, standard, (u, v), strict=True)
    return xr.Dataset(
        {n: (dims, np.asarray(c), {"standard_name": s, "units": "m s-1"}) for n, s, c in both},
        coords={
            "time": time,
            "latitude": ("latitude", y, {"units": "degrees_north"}),
            "longitude": ("longitude", x, {"units": "degrees_east"}),
        },
    )


def on_grid(folder: Path, data: xr.Dataset, name: str = "data.nc", **other: Any) -> dict[str, Any]:
    """A node of the forcing that reads data from a file."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    data.to_netcdf(path)
    return {"kind": "grid", "source": {"source_type": "file", "path": str(path)}, **other}


def described(*changes: dict[str, Any]) -> dict[str, Any]:
    """The sea with changes: mappings are joined, but stations and what has a ``kind`` or a ``law`` are replaced."""
    found = deepcopy(SEA)
    for change in changes:
        _join(found, deepcopy(change))
    return found


def _join(into: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        old = into.get(key)
        is_other = isinstance(value, dict) and ("kind" in value or "law" in value or key == "stations")
        if isinstance(value, dict) and isinstance(old, dict) and not is_other:
            _join(old, value)
        else:
            into[key] = value


def sea(folder: Path, *changes: dict[str, Any]) -> ModelRun:
    """The experiment, to be run below a folder."""
    return ModelRun(**described(*changes), output_dir=folder / "runs")


def computed(run: ModelRun) -> ModelRun:
    """The same, run by the real SWAN with success."""
    real_swan()
    assert run.run(), run.record.stage("run").reason
    return run


def table(run: ModelRun, name: str = "points") -> dict[str, Any]:
    """Column -> (nt, stations) numbers; times are dropped."""
    path = run.workspace / f"{name}.tab"
    names = path.read_text().splitlines()[4].split()[1:]
    rows = [line.split() for line in path.read_text().splitlines() if not line.startswith("%")]
    stations = len(run.domain.stations)
    columns = np.array([[float(w) for w in row] for row in rows]).reshape(-1, stations, len(names))
    return {n: columns[..., i] for i, n in enumerate(names)}


def spectra_data(
    hours: int = 3, lon: tuple[float, ...] = (4.0, 4.0, 4.0), lat: tuple[float, ...] = (51.95, 52.1, 52.25)
) -> xr.Dataset:
    """Hourly spectra of a sea from the west at sites: 2 m high, 8 s, a width of 25 degrees."""
    freq, direction = 0.05 * 1.1 ** np.arange(25), np.arange(0.0, 360.0, 15.0)
    width = np.radians(25.0)
    towards = np.exp(-(((np.radians(direction) - np.radians(270.0)) / width) ** 2) / 2)
    ratio = freq / 0.125
    jonswap = freq**-5 * np.exp(-1.25 * ratio**-4) * 3.3 ** np.exp(-((ratio - 1) ** 2) / (2 * 0.08**2))
    one = jonswap[:, None] * towards
    one *= (2.0 / (4 * np.sqrt(np.trapezoid(one.sum(axis=1) * 15.0, freq)))) ** 2
    time = np.datetime64(START[:-1], "ns") + np.arange(hours) * np.timedelta64(1, "h")
    energy = np.broadcast_to(one, (hours, len(lon), *one.shape)).copy()
    return xr.Dataset(
        {"efth": (("time", "site", "freq", "dir"), energy, {"units": "m2 s degree-1"})},
        {"time": time, "freq": freq, "dir": direction, "lon": ("site", list(lon)), "lat": ("site", list(lat))},
    )


def spectra_from(folder: Path, data: xr.Dataset, name: str = "spectra.nc", **other: Any) -> dict[str, Any]:
    """A node of waves that reads spectra from a file."""
    return {**on_grid(folder, data, name, **other), "kind": "spectra"}


def bathymetry(folder: Path, up: float = -1.0, *, hole: bool = False, **node: Any) -> dict[str, Any]:
    """A bed of 10 m in the west to 30 m in the east, perhaps with a hole in the middle of the domain."""
    lon, lat = np.linspace(3.8, 4.6, 17), np.linspace(51.8, 52.4, 13)
    depth = np.broadcast_to(10.0 + 25.0 * (lon - 3.8), (13, 17)).copy()
    if hole:
        depth[(np.abs(lat - 52.1) < 0.04)[:, None] & (np.abs(lon - 4.2) < 0.04)] = np.nan
    units = ({"units": "degrees_north"}, {"units": "degrees_east"})
    data = xr.Dataset(
        {"z": (("lat", "lon"), up * depth, {"units": "m"})},
        {"lat": ("lat", lat, units[0]), "lon": ("lon", lon, units[1])},
    )
    data.to_netcdf(folder / "bed.nc")
    source = {"source_type": "file", "path": str(folder / "bed.nc")}
    return {"domain": {"bathymetry": {"kind": "grid", "source": source, **node}}}
