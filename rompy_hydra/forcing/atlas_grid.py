"""Complex amplitudes of an atlas of tides at places."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.axis import unbroken
from ..core.mesh import Complexes, Floats
from ..core.units import conversion
from ..core.weights import EARTH_RADIUS_M, bilinear, on_sphere, over_water
from ..data.coverage import box_words
from ..data.cut import Box, Need, axes_of, cut
from ..data.places import points_of
from ..errors import DataError, Problem
from .atlas_files import AtlasFile, atlas_files, opened
from .equilibrium import Corrections

if TYPE_CHECKING:
    import xarray as xr

    from .atlas import AtlasTides

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
        if not (file.x.covers(lon) and file.y.covers(lat)):
            raise DataError(_not_covered(file, lon, lat, key))
        scale = metres(file, units, key)
        for name in [n for n in wanted if n in file.constituents]:
            field = _field(file, name, _need(file, lon, lat, reach_m), f"{key}.path")
            vectors[name], distance_m = _at_places(field, lon, lat)
            vectors[name] = vectors[name] * scale
            vectors[name].setflags(write=False)
            borrowed_m = np.maximum(borrowed_m, distance_m)
            around_m[name] = float(np.nanmax(np.abs(field.values), initial=0.0)) * scale
    if (dry := borrowed_m > reach_m).any():
        raise DataError(_on_land(lon, lat, dry, reach_m, key))
    return Amplitudes({name: vectors[name] for name in wanted}, borrowed_m, around_m)


def metres(file: AtlasFile, stated: str | None, key: str) -> float:
    """What one unit of the file is in metres.

    Raises:
        DataError: the file has no units, or strange ones.
    """
    units = stated or file.units
    with suppress(DataError):
        if units.strip():
            return conversion(units, "m", key).scale
    message = f"{file.path.name} says units {units!r}" if units else f"{file.path.name} does not say its units"
    raise DataError(Problem(f"{key}.units", f"{message}, expected m, cm or mm", hint=f"set {key}.units"))


def _need(file: AtlasFile, lon: Floats, lat: Floats, reach_m: float) -> Need:
    """The part of an atlas with everything within reach of places."""
    x = unbroken(lon)
    north_deg = reach_m / _M_PER_DEGREE
    east_deg = north_deg / max(np.cos(np.radians(np.abs(lat).max())), 0.02)
    low, high = file.y.limits
    box = Box.around(
        np.array([x.min() - east_deg, x.max() + east_deg]),
        np.array([max(lat.min() - north_deg, low), min(lat.max() + north_deg, high)]),
        is_lonlat=True,
    )
    return Need(None, box, pad=0)


def _field(file: AtlasFile, name: str, need: Need, key: str) -> xr.DataArray:
    """(ny, nx) complex amplitudes in the units of the file; NaN over land.

    Land is NaN, a fill value, or zero: in TPXO both parts, in FES the amplitude. One part alone may be zero on water.
    """
    layer = {file.layer_dim: file.constituents.index(name)} if file.layer_dim else {}
    with opened(file.path, key) as data:
        parts = [cut(data.plain(part), need).isel(layer) for part in file.parts]
        first, second = map(_numbers, parts)
    if file.format == "fes":
        values = np.where(first == 0.0, np.nan, first * np.exp(-1j * np.radians(second)))
    else:
        values = np.where((first == 0.0) & (second == 0.0), np.nan, first + 1j * second)
    return parts[0].copy(data=values)


def _numbers(part: xr.DataArray) -> Floats:
    """What the stored numbers of a part mean; NaN for its fill values, but for zero."""
    values = np.asarray(part.values, dtype=np.float64)
    fill = [float(part.attrs[n]) for n in ("_FillValue", "missing_value") if n in part.attrs]
    values[np.isin(values, [number for number in fill if number != 0.0])] = np.nan
    return values * float(part.attrs.get("scale_factor", 1.0)) + float(part.attrs.get("add_offset", 0.0))


def _at_places(field: xr.DataArray, lon: Floats, lat: Floats) -> tuple[Complexes, Floats]:
    """(n,) amplitudes, and how far away the point is that they come from; infinite where nothing near is wet."""
    axes = axes_of(field)
    assert axes is not None  # a file with another grid is refused
    wet = np.isfinite(field.values)
    if not wet.any():
        return np.full(len(lon), complex("nan")), np.full(len(lon), np.inf)
    points = EARTH_RADIUS_M * on_sphere(*points_of(field))
    weights, distance_m = over_water(bilinear(*axes, lon, lat), wet, points, EARTH_RADIUS_M * on_sphere(lon, lat))
    water = np.where(wet, field.values, 0.0)
    return weights.apply(water.real[None])[0] + 1j * weights.apply(water.imag[None])[0], distance_m


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
