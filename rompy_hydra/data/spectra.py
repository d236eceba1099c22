"""Directional wave spectra of many sites: understood once, read block by block along time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.lazy import as_array, chunks_of, rearranged
from ..core.times import seconds_of, time_text, time_words
from ..core.units import AS_IT_IS
from ..errors import DataError, Problem
from .blocks import BUDGET, blocks
from .coordinates import in_its_units
from .coverage import box_words
from .cut import Need, problems
from .layout import TIME, lay_out
from .spectra_axes import Directions, SpectralAxes, spectral_axes
from .times import bracket

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.mesh import Floats, Ints
    from .policies import Gaps
    from .understand import Understood

_SPARSE = 4
"""Sites are read with those between them, unless these are so many times more."""


@dataclass(frozen=True, eq=False)
class Spectra:
    """Lazy spectra at sites."""

    array: xr.DataArray
    """Along time where they change, then as they are stored."""
    axes: SpectralAxes
    lon: Floats
    """(ns,) of the sites, or of all points of a grid [degrees east]."""
    lat: Floats
    place_dims: tuple[str, ...]
    """Dimensions of the array along which sites are; none for a single one."""
    key: str
    """Config key of the source."""
    node: str
    gaps: Gaps = "error"
    chunk_bytes: int = 0
    """What dask makes at once, where it makes them: any part of that costs as much as all of it."""

    @property
    def times_s(self) -> Floats:
        """(nt,) seconds since 1970; empty for spectra without time, which always hold."""
        return seconds_of(self.array.coords[TIME].values) if TIME in self.array.dims else np.empty(0)

    @property
    def order(self) -> Ints:
        """(nd,) positions of the directions in increasing order."""
        return np.argsort(self.axes.dir_from_deg)

    @property
    def dir_from_deg(self) -> Floats:
        """(nd,) directions that waves come from, increasing, 0 .. 360."""
        return self.axes.dir_from_deg[self.order]

    @property
    def words(self) -> str:
        """What they cover, for people."""
        times = f"{time_words(self.times_s, 'times')}; " if len(self.times_s) else ""
        area = box_words(True, (self.lon.min(), self.lon.max()), (self.lat.min(), self.lat.max()))
        size = f"{len(self.axes.freq_hz)} frequencies x {len(self.axes.dir_from_deg)} directions"
        return f"{self.axes.variable}: {times}{len(self.lon)} site{'s' * (len(self.lon) > 1)}, {area}, {size}"

    def problems(self, span_s: tuple[float, float]) -> Iterator[Problem]:
        """What is missing for a span of time."""
        return problems(self.array, Need(span_s), self.key, self.gaps, self.node)

    def during(self, span_s: tuple[float, float]) -> Spectra:
        """Those from the last time before a span to the first one after it."""
        if TIME not in self.array.dims:
            return self
        part = bracket(self.times_s, *span_s)
        return self._picked({TIME: np.arange(part.start, part.stop)})

    def first(self, count: int) -> Spectra:
        """Those at the first times."""
        return self._picked({TIME: np.arange(min(count, len(self.times_s)))}) if TIME in self.array.dims else self

    def at_sites(self, numbers: Ints) -> tuple[Spectra, Ints]:
        """The part that holds some sites, and the positions of these among its sites.

        Sites between them are in it too where reading all at once is faster.
        """
        if not self.place_dims:
            return self, np.zeros(len(numbers), np.int64)
        shape = tuple(self.array.sizes[d] for d in self.place_dims)
        where = np.unravel_index(numbers, shape)
        kept = [_filled(np.unique(w)) for w in where]
        local = np.ravel_multi_index(
            tuple(np.searchsorted(k, w) for k, w in zip(kept, where, strict=True)), tuple(map(len, kept))
        )
        lon, lat = (c.reshape(shape)[np.ix_(*kept)].ravel() for c in (self.lon, self.lat))
        found = self._picked(dict(zip(self.place_dims, kept, strict=True)))
        return replace(found, lon=lon, lat=lat), np.asarray(local)

    def _picked(self, picks: dict[str, Ints]) -> Spectra:
        dims = [str(d) for d in self.array.dims]
        coords = {TIME: self.array.coords[TIME].variable} if TIME in self.array.coords else {}
        if TIME in picks:
            coords[TIME] = coords[TIME][picks[TIME]]
        picked = rearranged(self.array.variable, dims, picks, AS_IT_IS)
        return replace(self, array=as_array(picked, coords, str(self.array.name)))

    def blocks(self, budget: int = BUDGET) -> Iterator[tuple[slice, NDArray[Any]]]:
        """(part of the times, (k, ns, nf, nd) spectra [m2/Hz/degree], directions increasing), in constant memory.

        Of spectra without time one block with one time.
        """
        dims = [d for d in map(str, self.array.dims) if d != TIME]
        order = [dims.index(d) for d in (*self.place_dims, self.axes.freq_dim, self.axes.dir_dim)]
        turn = self.order
        is_sorted = np.array_equal(turn, np.arange(len(turn)))
        for part, (values,) in blocks([self.array], self.key, max(budget, self.chunk_bytes)):
            found = values if TIME in self.array.dims else values[None]
            found = found.transpose(0, *(1 + i for i in order))
            found = found.reshape(len(found), len(self.lon), len(self.axes.freq_hz), len(turn))
            found = found if is_sorted else np.take(found, turn, axis=-1)
            yield part, found if self.axes.scale == 1.0 else found * np.asarray(self.axes.scale, found.dtype)


def _filled(numbers: Ints) -> Ints:
    between = np.arange(numbers[0], numbers[-1] + 1)
    return between if len(between) <= _SPARSE * len(numbers) else numbers


def spectra_in(
    understood: Understood,
    variable: str | None,
    units: str | None,
    directions: Directions | None,
    in_its_terms: bool,
    gaps: Gaps,
) -> Spectra:
    """The spectra in data; arguments as of `spectral_axes`.

    Raises:
        DataError: there are none, or their axes, times, places or units are not understood.
    """
    axes = spectral_axes(understood, variable, units, directions, in_its_terms)
    key, frame = understood.key, understood.frame(axes.variable, lonlat=True)
    stored = in_its_units(understood.data[axes.variable], frame, None, key, understood.note)
    layout = lay_out(stored, frame, key, lambda *_: None)
    here = {**{str(d): str(d) for d in stored.dims}, **layout.names}
    place_dims = tuple(d for d in ("site", "lat", "lon", "j", "i") if frame.grid != "none" and d in here.values())
    dims = sorted(here, key=lambda d: here[d] != TIME)
    _check_dims([here[d] for d in dims], (TIME, *place_dims, axes.freq_dim, axes.dir_dim), stored, key)
    picks = {d: p for d, p in layout.picks.items() if d in dims}
    plain = rearranged(stored.variable, dims, picks, AS_IT_IS)
    plain = xr.Variable([here[d] for d in dims], plain._data, stored.attrs, plain.encoding)
    coords = {TIME: layout.coords[TIME]} if TIME in layout.coords else {}
    lon, lat = _places(stored, layout.coords, place_dims, key)
    array = as_array(plain, coords, axes.variable)
    return Spectra(array, axes, lon, lat, place_dims, key, understood.node, gaps, _chunk_bytes(stored))


def _chunk_bytes(array: xr.DataArray) -> int:
    """Size of what dask makes at once, where nothing else tells in which pieces the data are stored."""
    chunks = array.variable.chunks
    if chunks is None or chunks_of(array.variable) is not None:
        return 0
    return int(np.prod([max(c) for c in chunks])) * array.dtype.itemsize


def _check_dims(found: Sequence[str], known: Sequence[str], array: xr.DataArray, key: str) -> None:
    spare = [d for d in found if d not in known]
    if spare:
        message = f"{array.name} is along {', '.join(spare)} too, expected time, sites, frequencies and directions"
        raise DataError(
            Problem(
                key, message, hint=f"are these sites? then name their places: {key}.coordinates: {{lon: ..., lat: ...}}"
            )
        )


def _places(
    array: xr.DataArray, coords: dict[str, xr.Variable], dims: tuple[str, ...], key: str
) -> tuple[Floats, Floats]:
    """(ns,) longitudes and latitudes of the sites, in the order of the values."""
    if not dims:
        known = {n: array.coords[c] for n, names in _SINGLE.items() for c in names if c in array.coords}
        if known.keys() == _SINGLE.keys() and all(np.ptp(c.values) == 0.0 for c in known.values()):
            lon, lat = (np.ravel(np.asarray(known[n].values, np.float64))[:1] for n in ("lon", "lat"))
            return lon, lat
        message = f"{array.name} has no places; its coordinates are {', '.join(map(str, array.coords))}"
        hint = f"name them: {key}.coordinates: {{lon: ..., lat: ...}}"
        raise DataError(Problem(key, message, hint=hint))
    lon, lat = (np.asarray(coords[n].values, np.float64) for n in ("lon", "lat"))
    if dims == ("lat", "lon"):
        lon, lat = np.meshgrid(lon, lat)
    return lon.ravel(), lat.ravel()


_SINGLE = {"lon": ("lon", "longitude"), "lat": ("lat", "latitude")}


def check_energy(values: NDArray[Any], times_s: Floats, spectra: Spectra, used: Ints) -> None:
    """Nothing for (k, ns, nf, nd) energies that are there and not negative, at the sites that are used.

    Raises:
        DataError: names the first site and time of another one.
    """
    lowest, highest = values.min(initial=0.0), values.max(initial=0.0)
    if lowest >= 0.0 and highest < np.inf:
        return
    bad = ~((values[:, used] >= 0.0) & (values[:, used] < np.inf)).all(axis=(2, 3))
    if not bad.any():
        return
    step, site = (int(i[0]) for i in np.nonzero(bad))
    site = int(used[site])
    what = "negative" if lowest < 0.0 else "NaN or infinite"
    when = f" at {time_text(times_s[step])}" if len(times_s) else ""
    place = f"site {site} at {spectra.lon[site]:.4f}, {spectra.lat[site]:.4f}"
    message = (
        f"{spectra.axes.variable} is {what} in {int(bad.sum())} of {bad.size} spectra, the first is of {place}{when}"
    )
    hint = f"give spectra without gaps, or leave sites without data out: {spectra.node}.nan: nearest_wet"
    raise DataError(Problem(spectra.key, message, hint=hint, data=True))


def significant_heights_m(efth: NDArray[Any], freq_hz: Floats, dir_deg: Floats) -> Floats:
    """(...) significant wave heights [m] of (..., nf, nd) spectra [m2/Hz/degree]: 4 sqrt(m0), without a tail."""
    steps = np.diff(dir_deg)
    width = float(np.median(steps)) if len(steps) else 360.0
    return np.asarray(4.0 * np.sqrt(np.trapezoid(efth.sum(axis=-1, dtype=np.float64) * width, freq_hz, axis=-1)))
