"""Curvilinear grids from files: two-dimensional coordinates in netCDF, and Delft3D's ``.grd``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..axis import unbroken
from ..geo import is_lonlat
from ..mesh import Floats
from .curvilinear import CurvilinearGrid, turned_to_east

Names = tuple[str | None, str | None]
"""Variables with x and y, or longitude and latitude; None finds it."""

_LIKE = {
    "longitude": ({"longitude"}, {"degrees_east", "degree_east", "degrees_E"}, {"lon", "longitude", "nav_lon", "xlon"}),
    "latitude": ({"latitude"}, {"degrees_north", "degree_north", "degrees_N"}, {"lat", "latitude", "nav_lat", "ylat"}),
    "x": ({"projection_x_coordinate"}, set(), {"x", "x_m", "easting", "xc", "xp"}),
    "y": ({"projection_y_coordinate"}, set(), {"y", "y_m", "northing", "yc", "yp"}),
}
"""Axis -> its CF standard names, its units, its usual names."""
_METRIC = "the EPSG number of its metres, or local"


def read_netcdf(path: Path, crs: str, names: Names = (None, None), missing: float | None = None) -> CurvilinearGrid:
    """The grid of two-dimensional coordinates, turned so that columns lead east and rows north.

    Coordinates without a name are found by CF standard name, then by units, then by usual names. Points are missing
    where a coordinate is masked or NaN, or both are `missing`.

    Raises:
        OSError: it is not netCDF.
        ValueError: there are no such coordinates, or several; the grid is not sound.
    """
    import netCDF4

    axes = ("longitude", "latitude") if is_lonlat(crs) else ("x", "y")
    with netCDF4.Dataset(path) as data:
        x, y = (_values(data, _variable(data, axis, name)) for axis, name in zip(axes, names, strict=True))
    return _grid(x, y, crs, missing)


def _variable(data: Any, axis: str, name: str | None) -> str:
    if name is not None:
        if name not in data.variables:
            raise ValueError(f"it has no variable {name}, but {_listed(data)}")
        return name
    found = _candidates(data, axis)
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"several variables may be its {axis}: {', '.join(found)}; name the one that is meant")
    other = {"x": "longitude", "longitude": "x"}.get(axis, "")
    if other and _candidates(data, other):
        wanted = "EPSG:4326" if other == "longitude" else _METRIC
        raise ValueError(f"it has a two-dimensional {other} and no {axis}: set domain.crs to {wanted}")
    raise ValueError(f"it has no two-dimensional {axis}, but {_listed(data)}")


def _candidates(data: Any, axis: str) -> list[str]:
    """Two-dimensional variables that may be an axis, by the first of the signs that there are."""
    standard, units, usual = _LIKE[axis]
    flat = {name: v for name, v in data.variables.items() if v.ndim == 2}
    return (
        [name for name, v in flat.items() if getattr(v, "standard_name", "") in standard]
        or [name for name, v in flat.items() if getattr(v, "units", "") in units]
        or [name for name in flat if name.lower() in usual]
    )


def _listed(data: Any) -> str:
    return ", ".join(f"{name} ({', '.join(v.dimensions)})" for name, v in data.variables.items()) or "no variables"


def _values(data: Any, name: str) -> Floats:
    found: Floats = np.ma.filled(data[name][:].astype(np.float64), np.nan)
    if found.ndim != 2:
        raise ValueError(f"{name} has the dimensions ({', '.join(data[name].dimensions)}), expected two")
    return found


def read_delft3d(path: Path, crs: str, missing: float | None = None) -> CurvilinearGrid:
    """The grid of a Delft3D ``.grd`` file, turned so that columns lead east and rows north.

    Points are missing where both coordinates are `missing`, which is by default the ``Missing Value`` of the file, or 0
    where it has none.

    Raises:
        ValueError: the line that is not as expected, a system that is not that of `crs`, a grid that is not sound.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    said, at = _heading(lines)
    system = said.get("coordinate system", "")
    if system and (system.lower() == "spherical") != is_lonlat(crs):
        raise ValueError(f"its coordinate system is {system}, domain.crs is {crs}: {_other_crs(system)}")
    columns, rows = _size(lines, at)
    x, y = _numbers(lines, at + 2, 2 * rows * columns).reshape(2, rows, columns)
    return _grid(x, y, crs, float(said.get("missing value", 0.0)) if missing is None else missing)


def _other_crs(system: str) -> str:
    return f"set it to {'EPSG:4326' if system.lower() == 'spherical' else _METRIC}"


def _heading(lines: list[str]) -> tuple[dict[str, str], int]:
    """Keyword, in small letters -> value, and the index of the first line after them."""
    said: dict[str, str] = {}
    for i, line in enumerate(lines):
        if line.startswith("*"):
            continue
        if "=" not in line:
            return said, i
        key, _, value = line.partition("=")
        said[key.strip().lower()] = value.strip()
    raise ValueError(f"it ends after line {len(lines)}, expected the numbers of columns and rows")


def _size(lines: list[str], at: int) -> tuple[int, int]:
    words = lines[at].split()
    if len(words) < 2 or not all(word.isdigit() for word in words[:2]):
        raise ValueError(f"line {at + 1}: expected the numbers of columns and rows, got {lines[at].strip()!r}")
    return int(words[0]), int(words[1])


def _numbers(lines: list[str], start: int, count: int) -> Floats:
    """The numbers of all rows, whose first lines begin with ``ETA=`` and the number of the row."""
    found: list[float] = []
    for i in range(start, len(lines)):
        words = lines[i].replace("ETA=", "ETA= ").split()
        try:
            found += map(float, words[2:] if words[:1] == ["ETA="] else words)
        except ValueError:
            raise ValueError(f"line {i + 1}: expected numbers, got {lines[i].strip()!r}") from None
    if len(found) != count:
        raise ValueError(f"it holds {len(found)} numbers, expected {count}: x and y of every point")
    return np.array(found)


def _grid(x: Floats, y: Floats, crs: str, missing: float | None) -> CurvilinearGrid:
    if x.shape != y.shape:
        raise ValueError(f"its coordinates have different shapes, {x.shape} and {y.shape}")
    gap = ~np.isfinite(x) | ~np.isfinite(y)
    if missing is not None:
        gap |= (x == missing) & (y == missing)
    x, y = (np.where(gap, np.nan, values) for values in (x, y))
    if is_lonlat(crs) and not gap.all():
        x[~gap] = unbroken(x[~gap])
    return CurvilinearGrid(*turned_to_east(x, y), crs)
