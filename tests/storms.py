"""Storms made for tests, as lines of an ATCF b-deck and as tracks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rompy_hydra.source.cyclone import CycloneSource

START = datetime(2024, 3, 10)
FINE = {"resolution_deg": 0.005, "reach_deg": 1.0}
"""Points every 0.5 km around a radius of maximum wind of 37 km: the wind between them is within 1e-4 of its maximum."""


def deck_line(
    hours: float, lon: float, lat: float, *, vmax: int = 100, mslp: int = 950, rmw: int = 20, **other: Any
) -> str:
    """One fix; knots, hPa and nautical miles."""
    told = {"poci": 1006, "basin": "AL" if lat > 0 else "SH", "tech": "BEST", "tau": 0, "rad": 0, "radii": (0, 0, 0, 0)}
    told |= other
    place = f"{abs(lat) * 10:3.0f}{'N' if lat > 0 else 'S'}, {abs(lon) * 10:4.0f}{'E' if lon > 0 else 'W'}"
    time = (START + timedelta(hours=hours)).strftime("%Y%m%d%H")
    radii = ", ".join(f"{radius:4d}" for radius in told["radii"])
    wind = f"{vmax:3d}, {mslp:4d}, TC, {told['rad']:3d}, NEQ, {radii}, {told['poci']:4d},  180, {rmw:3d},   0,   0"
    return f"{told['basin']}, 18, {time},   , {told['tech']}, {told['tau']:3d}, {place}, {wind}, S,   0,    ,   0,   0,"


def straight(lon: float, lat: float, dlon: float = 0.0, dlat: float = 0.0, fixes: int = 3, **values: Any) -> list[str]:
    """The lines of a storm that goes straight on, or rests: one fix every 6 hours."""
    places = [((lon + i * dlon + 180) % 360 - 180, lat + i * dlat) for i in range(fixes)]
    return [deck_line(6 * i, *place, **values) for i, place in enumerate(places)]


def track(folder: Path, lines: list[str], name: str = "bsh182024.dat", **options: Any) -> CycloneSource:
    """A source that reads these lines."""
    path = folder / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return CycloneSource(path=path, **options)


def at(data: xr.Dataset, hours: float) -> xr.Dataset:
    """The fields some hours after the first fix."""
    return data.sel(time=data.time[0] + np.timedelta64(int(hours * 60), "m"))


def speed(data: xr.Dataset) -> xr.DataArray:
    """Wind speed."""
    return np.hypot(data.eastward_wind, data.northward_wind)
