"""Look-alikes of the netCDF files of TPXO and FES, with their layouts and quirks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

Field = Callable[[Any, Any], Any]
"""Complex amplitude [m] by longitude and latitude; NaN over land."""
FES_FILL = np.float32(1.8446744e19)


def constant(value: complex) -> Field:
    return lambda _lon, _lat: value


def characters(name: str) -> Any:
    return np.array(list(f"{name.lower():4s}"), dtype="S1")


def _values(field: Field, lon: Any, lat: Any) -> Any:
    """(nx, ny)"""
    there = np.meshgrid(lon, lat, indexing="ij")
    return np.asarray(field(*there), dtype=complex) + np.zeros((len(lon), len(lat)))


def write_tpxo(
    folder: Path,
    fields: Mapping[str, Field],
    lon: Any,
    lat: Any,
    *,
    units: str | None = "millimeter",
    dtype: str = "f8",
    dims: tuple[str, str] = ("nx", "ny"),
    suffix: str = "tpxo9_atlas_30_v5",
) -> Path:
    """A file per constituent as in TPXO9-atlas: parts in mm, zero over land, coordinates of one dimension."""
    folder.mkdir(exist_ok=True)
    factor = {"millimeter": 1e3, "mm": 1e3, "cm": 1e2}.get(units or "", 1.0)
    for name, field in fields.items():
        values = np.nan_to_num(_values(field, lon, lat)) * factor
        with netCDF4.Dataset(folder / f"h_{name.lower()}_{suffix}.nc", "w") as data:
            for dim, size in (("nx", len(lon)), ("ny", len(lat)), ("nct", 4)):
                data.createDimension(dim, size)
            data.createVariable("con", "S1", ("nct",))[:] = characters(name)
            data.createVariable("lon_z", "f8", ("nx",))[:] = lon
            data.createVariable("lat_z", "f8", ("ny",))[:] = lat
            for part, numbers in (("hRe", values.real), ("hIm", values.imag)):
                variable = data.createVariable(part, dtype, dims)
                if units is not None:
                    variable.units = units
                stored = np.rint(numbers) if dtype.startswith("i") else numbers
                variable[:] = stored if dims == ("nx", "ny") else stored.T
    return folder


def write_combined_tpxo(path: Path, fields: Mapping[str, Field], lon: Any, lat: Any) -> Path:
    """One file for all constituents as in TPXO9.v1: parts in m, amplitude and phase, two-dimensional coordinates."""
    with netCDF4.Dataset(path, "w") as data:
        for dim, size in (("nc", len(fields)), ("nct", 4), ("nx", len(lon)), ("ny", len(lat))):
            data.createDimension(dim, size)
        data.createVariable("con", "S1", ("nc", "nct"))[:] = np.stack([characters(name) for name in fields])
        for name, grid in zip(("lon_z", "lat_z"), np.meshgrid(lon, lat, indexing="ij"), strict=True):
            data.createVariable(name, "f8", ("nx", "ny"))[:] = grid
        values = np.nan_to_num(np.stack([_values(field, lon, lat) for field in fields.values()]))
        phase = np.degrees(np.arctan2(-values.imag, values.real)) % 360
        for name, numbers in (("ha", abs(values)), ("hp", phase), ("hRe", values.real), ("hIm", values.imag)):
            variable = data.createVariable(name, "f8", ("nc", "nx", "ny"))
            variable.units = "degree GMT" if name == "hp" else "meter"
            variable[:] = numbers
    return path


def write_fes(
    folder: Path,
    fields: Mapping[str, Field],
    lon: Any,
    lat: Any,
    *,
    name: str = "{}_fes2022.nc",
    units: str = "cm",
    dtype: str = "f4",
) -> Path:
    """A file per constituent as in FES2014 and FES2022: amplitude in cm, phase in degrees, a huge number over land."""
    folder.mkdir(exist_ok=True)
    for constituent, field in fields.items():
        values = _values(field, lon, lat).T
        with netCDF4.Dataset(folder / name.format(constituent.lower()), "w") as data:
            for dim, numbers, unit in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
                data.createDimension(dim, len(numbers))
                coordinate = data.createVariable(dim, "f8", (dim,))
                coordinate.units = unit
                coordinate[:] = numbers
            parts = {"amplitude": (abs(values) * 100.0, units), "phase": (np.degrees(-np.angle(values)), "degrees")}
            for part, (numbers, unit) in parts.items():
                variable = data.createVariable(part, dtype, ("lat", "lon"), fill_value=FES_FILL)
                variable.units = unit
                variable[:] = np.where(np.isnan(numbers), FES_FILL, numbers)
    return folder
