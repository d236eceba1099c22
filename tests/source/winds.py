"""Small fields of wind in files, and what sources make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.store import Store
from rompy_hydra.errors import DataError, Problem, RompyHydraError
from rompy_hydra.source.base import Source, opened

KEY = "forcing.wind.source"


def wind(
    hours: int = 5, first: int = 0, value: float = 3.0, units: str = "m s-1", names: tuple[str, ...] = ("u10", "v10")
) -> xr.Dataset:
    """Hourly fields from 2023-01-01 on: `value` at the first time of all, one more in each hour."""
    times = np.datetime64("2023-01-01", "ns") + (first + np.arange(hours)) * np.timedelta64(1, "h")
    field = np.broadcast_to((value + first + np.arange(hours))[:, None, None], (hours, 4, 6))
    coords = {"time": times, "lat": np.arange(4.0) - 33, "lon": np.arange(6.0) + 113}
    return xr.Dataset({name: (("time", "lat", "lon"), field, {"units": units}) for name in names}, coords)


def write_zarr(data: xr.Dataset, path: Path, version: int = 2) -> None:
    """One chunk for each time."""
    chunks = {name: {"chunks": (1, *v.shape[1:])} for name, v in data.data_vars.items()}
    data.to_zarr(path, zarr_format=version, consolidated=version == 2, encoding=chunks)


def means(source: Source, name: str = "u10") -> list[float]:
    """The mean of a variable at each time."""
    with opened(source, KEY) as data:
        return [float(v) for v in data[name].mean([d for d in data[name].dims if d != "time"]).values]


def problem(source: Source, error: type[RompyHydraError] = DataError, name: str = "u10") -> Problem:
    """The one problem that reading a source has."""
    with pytest.raises(error) as caught:
        means(source, name)
    (found,) = caught.value.problems
    return found


def downloads() -> list[str]:
    """Files in the cache that were fetched, by name."""
    return sorted(e.file for e in Store().entries() if e.kind == "download")


def left_over() -> list[str]:
    """What is half made in the cache."""
    building = Store().root / "building"
    return [str(p.relative_to(building)) for p in building.rglob("*")]


def tree(folder: Path) -> dict[str, Any]:
    """Every file below a folder with its size and time of change, to see whether anything is written."""
    return {str(p.relative_to(folder)): (s := p.stat()).st_size + s.st_mtime_ns for p in folder.rglob("*")}
