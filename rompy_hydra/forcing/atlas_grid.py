"""Complex amplitudes of an atlas of tides at places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.interpolate import Axis, Bracket, bilinear
from ..core.mesh import Complexes, Floats, Ints
from ..errors import DataError, Problem
from ..source.coverage import box_words
from .atlas_files import AtlasFile, atlas_files, opened
from .equilibrium import Corrections

if TYPE_CHECKING:
    from .atlas import AtlasTides

_METRES = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), 0.01),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), 0.001),
}
_M_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6371 km."""


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """What an atlas says at n places."""

    vectors: dict[str, Complexes]
    """Constituent -> (n,) complex amplitudes A exp(-i g) [m]."""
    borrowed_m: Floats
    """(n,) how far away the wet point is from which a place on the atlas's land has its values [m]; else 0."""
    around_m: dict[str, float]
    """Constituent -> its greatest amplitude in the part of the atlas around the places [m]."""


def corrections(tides: AtlasTides) -> Corrections:
    """Whose nodal corrections and arguments go with the atlas."""
    if tides.nodal_corrections in ("otis", "fes"):
        return "fes" if tides.nodal_corrections == "fes" else "otis"
    return "fes" if atlas_files(tides, tides.where)[0].format == "fes" else "otis"


def amplitudes_at(tides: AtlasTides, lon: Floats, lat: Floats, key: str = "") -> Amplitudes:
    """Amplitudes of the constituents asked for, read once for the same places as long as the files do not change.

    Raises:
        DataError: files that cannot be read, places that the atlas does not cover, or on its land.
    """
    key = key or tides.where
    files = tuple(atlas_files(tides, key))
    wanted = tuple(sorted(tides.constituents or {name for file in files for name in file.constituents}))
    places = np.atleast_1d(np.asarray(lon, dtype=np.float64)), np.atleast_1d(np.asarray(lat, dtype=np.float64))
    return _kept(files, wanted, tides.units, tides.land_reach_m, key, *(p.tobytes() for p in places))


@lru_cache(maxsize=16)
def _kept(
    files: tuple[AtlasFile, ...], wanted: tuple[str, ...], units: str | None, reach_m: float, key: str, *places: bytes
) -> Amplitudes:
    lon, lat = (np.frombuffer(place) for place in places)
    vectors, around_m, borrowed_m = {}, {}, np.zeros(len(lon))
    for file in files:
        window = _Window.around(file, lon, lat, reach_m, key)
        scale = metres(file, units, key)
        for name in [n for n in wanted if n in file.constituents]:
            field = _field(file, name, window, f"{key}.path") * scale
            vectors[name], distance_m = _at_places(field, window, reach_m)
            vectors[name].setflags(write=False)
            borrowed_m = np.maximum(borrowed_m, distance_m)
            around_m[name] = float(np.abs(np.where(np.isfinite(field), field, 0.0)).max())
    if (dry := np.isnan(borrowed_m)).any():
        raise DataError(_on_land(lon, lat, dry, reach_m, key))
    return Amplitudes({name: vectors[name] for name in wanted}, borrowed_m, around_m)


def metres(file: AtlasFile, stated: str | None, key: str) -> float:
    """What one unit of the file is in metres.

    Raises:
        DataError: the file has no units, or strange ones.
    """
    units = stated or file.units
    if (known := _METRES.get(units.strip().lower())) is not None:
        return known
    message = f"{file.path.name} says units {units!r}" if units else f"{file.path.name} does not say its units"
    raise DataError(Problem(f"{key}.units", f"{message}, expected m, cm or mm", hint=f"set {key}.units"))


@dataclass(frozen=True, eq=False)
class _Window:
    """The part of a grid around places."""

    rows: slice
    columns: tuple[slice, ...]
    """One, or two where the places are on both sides of the seam of a grid that goes all the way round."""
    lon: Floats
    """(nx,) coordinates of the part."""
    lat: Floats
    """(ny,)"""
    at_lon: Floats
    """(n,) the places."""
    at_lat: Floats
    across: Bracket
    """The places between columns of the part."""
    along: Bracket
    """The places between rows of the part."""

    @classmethod
    def around(cls, file: AtlasFile, lon: Floats, lat: Floats, reach_m: float, key: str) -> _Window:
        """With everything within reach of the places.

        Raises:
            DataError: places beyond the grid.
        """
        if not (file.x.covers(lon) and file.y.covers(lat)):
            raise DataError(_not_covered(file, lon, lat, key))
        reach_deg = reach_m / _M_PER_DEGREE
        wider = reach_deg / max(np.cos(np.radians(np.abs(lat).max())), 0.02)
        columns, rows = file.x.bracket(lon), file.y.bracket(lat)
        first, count = _part(file.x, columns, wider)
        top, height = _part(file.y, rows, reach_deg)
        size = len(file.x.values)
        parts = (slice(first, min(first + count, size)), slice(0, first + count - size))
        shifted = Bracket((columns.low - first) % size, (columns.high - first) % size, columns.weight)
        cut = tuple(part for part in parts if part.stop > part.start)
        return cls(
            rows=slice(top, top + height),
            columns=cut,
            lon=np.concatenate([file.x.values[part] for part in cut]),
            lat=file.y.values[top : top + height],
            at_lon=lon,
            at_lat=lat,
            across=shifted,
            along=rows.shifted(top),
        )

    def read(self, file: AtlasFile, variable: Any, layer: int) -> Floats:
        """(ny, nx) values; NaN where the file has none."""
        parts = []
        for columns in self.columns:
            chosen = {file.y_dim: self.rows, file.x_dim: columns, file.layer_dim: layer}
            part = np.asarray(variable[tuple(chosen.get(d, 0) for d in variable.dimensions)], dtype=np.float64)
            is_turned = variable.dimensions.index(file.x_dim) < variable.dimensions.index(file.y_dim)
            parts.append(part.T if is_turned else part)
        values = np.concatenate(parts, axis=1)
        fill = [float(getattr(variable, n)) for n in ("_FillValue", "missing_value") if hasattr(variable, n)]
        values[np.isin(values, [number for number in fill if number != 0.0])] = np.nan
        return values * float(getattr(variable, "scale_factor", 1.0)) + float(getattr(variable, "add_offset", 0.0))


def _part(axis: Axis, bracket: Bracket, margin: float) -> tuple[int, int]:
    """First index and number of the points that cover brackets and a margin on both sides, perhaps over the seam."""
    size = len(axis.values)
    used = np.unique(np.concatenate([bracket.low, bracket.high]))
    first, count = int(used[0]), int(used[-1] - used[0]) + 1
    if axis.is_global:
        gaps = np.diff(np.append(used, used[0] + size))
        widest = int(np.argmax(gaps))
        first, count = int(used[(widest + 1) % len(used)]), size - int(gaps[widest]) + 1
    step = abs(float(axis.values[-1] - axis.values[0])) / (size - 1)
    pad = int(np.ceil(margin / step))
    if axis.is_global:
        return (0, size) if count + 2 * pad >= size else ((first - pad) % size, count + 2 * pad)
    stop = min(size, first + count + pad)
    first = max(0, first - pad)
    return first, stop - first


def _field(file: AtlasFile, name: str, window: _Window, key: str) -> Complexes:
    """(ny, nx) complex amplitudes in the units of the file; NaN over land.

    Land is NaN, a fill value, or zero: in TPXO both parts, in FES the amplitude. One part alone may be zero on water.
    """
    layer = file.constituents.index(name)
    with opened(file.path, key) as data:
        first, second = (window.read(file, data[part], layer) for part in file.parts)
    if file.format == "fes":
        return np.where(first == 0.0, np.nan, first * np.exp(-1j * np.radians(second)))
    return np.where((first == 0.0) & (second == 0.0), np.nan, first + 1j * second)


def _at_places(field: Complexes, window: _Window, reach_m: float) -> tuple[Complexes, Floats]:
    """(n,) amplitudes, and how far they come from; NaN where nothing wet is within reach."""
    wet = np.isfinite(field)
    water = np.where(wet, field, 0.0)
    share = bilinear(wet.astype(np.float64), window.along, window.across)
    real, imaginary = (bilinear(part, window.along, window.across) for part in (water.real, water.imag))
    is_dry = share <= 0.0
    found: Complexes = np.asarray((real + 1j * imaginary) / np.where(is_dry, 1.0, share), dtype=np.complex128)
    distance_m: Floats = np.zeros(len(found))
    rows, columns = np.nonzero(wet)
    for i in np.flatnonzero(is_dry).tolist():
        found[i], distance_m[i] = _nearest(field, (rows, columns), window, i, reach_m)
    return found, distance_m


def _nearest(
    field: Complexes, wet: tuple[Ints, Ints], window: _Window, place: int, reach_m: float
) -> tuple[complex, float]:
    rows, columns = wet
    if not len(rows):
        return complex("nan"), np.nan
    east_deg = (window.lon[columns] - window.at_lon[place] + 180.0) % 360.0 - 180.0
    east_m = east_deg * _M_PER_DEGREE * np.cos(np.radians(window.at_lat[place]))
    distance_m = np.hypot(east_m, (window.lat[rows] - window.at_lat[place]) * _M_PER_DEGREE)
    best = int(np.argmin(distance_m))
    if distance_m[best] > reach_m:
        return complex("nan"), np.nan
    return complex(field[rows[best], columns[best]]), float(distance_m[best])


def _not_covered(file: AtlasFile, lon: Floats, lat: Floats, key: str) -> Problem:
    there = file.x.aligned(lon)
    needed = box_words(True, (float(there.min()), float(there.max())), (float(lat.min()), float(lat.max())))
    message = f"{file.path.name} covers {box_words(True, file.x.limits, file.y.limits)}, the tide is needed at {needed}"
    hint = "give an atlas that covers the open boundary, or a larger part of it"
    return Problem(f"{key}.path", message, hint=hint, data=True)


def _on_land(lon: Floats, lat: Floats, dry: Any, reach_m: float, key: str) -> Problem:
    first = int(np.argmax(dry))
    count = "all" if dry.all() else f"{int(dry.sum())} of {len(lon)}"
    where = f"lon {lon[first]:.4f}, lat {lat[first]:.4f}"
    message = f"{count} places have no wet point of the atlas within {reach_m:g} m, the first is {where}"
    hint = "raise it, move the open boundary, or take an atlas that is extrapolated over the coast"
    return Problem(f"{key}.land_reach_m", message, reach_m, hint=hint, data=True)
