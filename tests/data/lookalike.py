"""Winds that look like those of archives, in the conventions that archives have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.base import Source
from rompy_hydra.source.dataset import DatasetSource
from rompy_hydra.source.file import FileSource

START = datetime(2023, 1, 1, tzinfo=UTC)
SIX_HOURS = Period(start=START, duration="6h")
HOURS = np.datetime64("2023-01-01", "ns") + np.arange(9) * np.timedelta64(1, "h")
LON, LAT = np.arange(113.0, 118.1, 0.25), np.arange(-35.0, -29.9, 0.25)


def hours(*values: float) -> list[datetime]:
    return [START + timedelta(hours=h) for h in values]


def air(
    lon: np.ndarray = LON,
    lat: np.ndarray = LAT,
    times: Any = HOURS,
    seed: int = 1,
    dtype: str = "f8",
    scale: float = 1.0,
) -> xr.Dataset:
    """Random winds in hundredths of m/s, as they come from packed integers."""
    rng = np.random.default_rng(seed)
    shape = len(times), len(lat), len(lon)
    fields = {n: rng.integers(-2000, 2000, shape) / 100 * scale for n in ("u10", "v10")}
    dims = ("time", "lat", "lon")
    return xr.Dataset(
        {n: (dims, f.astype(dtype), {"units": "m s**-1"}) for n, f in fields.items()},
        coords={
            "time": ("time", times),
            "lat": ("lat", lat, {"standard_name": "latitude", "units": "degrees_north"}),
            "lon": ("lon", lon, {"standard_name": "longitude", "units": "degrees_east"}),
        },
    )


def source(data: xr.Dataset | Path | Source, **fields: Any) -> Source:
    if isinstance(data, Source):
        return data
    return FileSource(path=data, **fields) if isinstance(data, Path) else DatasetSource(data=data, **fields)


def forcing(data: xr.Dataset | Path | Source, coordinates: dict[str, str] | None = None, **fields: Any) -> Forcing:
    """The wind of an experiment, from these data."""
    more = {"coordinates": coordinates} if coordinates else {}
    return Forcing(wind={"kind": "grid", "source": source(data, **more), **fields})


def domain(lon: float = 115.6, lat: float = -32.6, width: float = 0.4) -> Domain:
    box = {"kind": "box", "x": (lon, lon + width), "y": (lat, lat + width), "resolution_m": 20_000 * width}
    return Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})


def problems(data: xr.Dataset | Path | Source, where: Domain | None = None, period: Period = SIX_HOURS, **fields: Any):
    return forcing(data, **fields).problems(period, where or domain())


def values(data: xr.Dataset | Path | Source, lon: Any, lat: Any, at: Any = (0, 1.25, 6), **fields: Any) -> np.ndarray:
    """(2, nt, n) components at places and hours, as a model gets them."""
    return np.array(forcing(data, **fields).wind.at(hours(*at), np.asarray(lon), np.asarray(lat)))


def cut_of(data: xr.Dataset | Path | Source, where: Domain, period: Period = SIX_HOURS, **fields: Any):
    """What a model that reads fields gets: name -> (dimensions, type, bytes of the values), of coordinates too."""
    with forcing(data, **fields).wind.prepared(period, where) as ready:
        arrays = {**ready.fields.arrays, **{str(n): c for n, c in ready.fields.first.coords.items()}}
        return {name: (a.dims, str(a.dtype), a.values.tobytes()) for name, a in arrays.items()}
