"""Spectra of waves, read for a period at places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.geo import LON_LAT, project
from ..core.mesh import Floats, Ints
from ..core.period import Period
from ..core.times import as_time, seconds, time_text
from ..data.blocks import BUDGET
from ..data.fields import steps_within
from ..data.quantities import HS, QUANTITIES
from ..data.sites import check_near, site_weights
from ..data.spectra import Spectra, check_energy, significant_heights_m, spectra_in
from ..data.understand import Change, Understood
from ..errors import ConfigError, DataError, Problem, raise_for
from ..source.base import data_problems, opened, with_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.weights import Weights
    from ..domain import Domain
    from .spectra import SpectraWaves


class ReadySpectra:
    """Spectra of a period, whose source is open."""

    def __init__(self, node: SpectraWaves, spectra: Spectra, period: Period):
        self._node, self._spectra = node, spectra
        self.times: tuple[datetime, ...] = tuple(as_time(t) for t in spectra.times_s) or (period.start, period.stop)
        """Of the spectra, from the last one before the period to the first one after it."""
        self.freq_hz: Floats = spectra.axes.freq_hz
        """(nf,) increasing."""
        self.dir_from_deg: Floats = spectra.dir_from_deg
        """(nd,) directions that waves come from, increasing, 0 .. 360."""

    def blocks(self, lon: Floats, lat: Floats) -> Iterator[tuple[slice, NDArray[Any]]]:
        """(part of the times, (k, n, nf, nd) spectra [m2/Hz/degree] at n places), from the first time to the last.

        Args:
            lon, lat: (n,) places, in order along a segment.

        Raises:
            DataError: no site is near a place, or a spectrum is missing.
        """
        part, weights = _at(self._node, self._spectra, np.atleast_1d(lon), np.atleast_1d(lat))
        more = max(1.0, weights.matrix.shape[0] / len(part.lon))
        there = _interpolation(weights)
        times_s, used = part.times_s, np.unique(weights.matrix.indices)
        for where, values in part.blocks(int(BUDGET / more)):
            check_energy(values, times_s[where] if len(times_s) else times_s, part, used)
            if len(times_s):
                yield where, there(values)
            else:  # they always hold
                yield slice(0, len(self.times)), np.repeat(there(values), len(self.times), axis=0)


def _at(node: SpectraWaves, spectra: Spectra, lon: Floats, lat: Floats) -> tuple[Spectra, Weights]:
    """The part of spectra that places need, and its weights there."""
    wet = _wet(node, spectra)
    sites = spectra.lon[wet], spectra.lat[wet]
    weights, distances_m = site_weights(sites, (lon, lat), node.method, node.tolerance_m)
    words = f"tolerance_deg: {node.tolerance_deg:g}" if node.tolerance_deg else f"{node.tolerance_m / 1e3:g} km"
    check_near(distances_m, sites, (lon, lat), (node.tolerance_m, words), spectra.node)
    used = np.unique(weights.matrix.indices)
    part, local = spectra.at_sites(wet[used])
    return part, _only(weights, used, local, len(part.lon))


def _only(weights: Weights, used: Ints, local: Ints, count: int) -> Weights:
    """The same weights of a part of the sites, those that count being at positions `local` of it."""
    from scipy.sparse import csr_array

    from ..core.weights import Weights

    matrix = weights.matrix
    columns = local[np.searchsorted(used, matrix.indices)]
    return Weights(csr_array((matrix.data, columns, matrix.indptr), shape=(matrix.shape[0], count)), (count,))


def _interpolation(weights: Weights) -> Any:
    """(k, ns, nf, nd) -> (k, n, nf, nd)."""
    matrix = weights.matrix
    if matrix.nnz == matrix.shape[0]:  # one site each
        if np.array_equal(matrix.indices, np.arange(matrix.shape[1])):
            return lambda values: values
        return lambda values: values[:, matrix.indices]
    of_type = {np.dtype(t): matrix.astype(t) for t in (np.float32, np.float64)}

    def apply(values: NDArray[Any]) -> NDArray[Any]:
        flat = values.reshape(*values.shape[:2], -1)
        own = of_type.get(values.dtype, matrix)
        return np.stack([own @ step for step in flat]).reshape(len(values), -1, *values.shape[2:])

    return apply


def _wet(node: SpectraWaves, spectra: Spectra) -> Ints:
    """(m,) sites that have a spectrum, where others are to be left out; else all."""
    if node.nan == "error":
        return np.arange(len(spectra.lon))
    ((_, values),) = spectra.first(1).blocks()
    found = np.flatnonzero(np.isfinite(values[0]).all(axis=(1, 2)))
    if len(found) == 0:
        raise DataError(Problem(spectra.key, f"no site of {spectra.axes.variable} has a spectrum at the first time"))
    return found


@contextmanager
def _spectra(node: SpectraWaves, key: str) -> Iterator[tuple[Spectra, Understood]]:
    source = node.source
    with opened(source, f"{key}.source") as data:
        understood = Understood(data, f"{key}.source", key, source.named_coordinates)
        in_its_terms = source.source_type == "wavespectra"
        yield spectra_in(understood, node.variable, node.units, node.directions, in_its_terms, node.gaps), understood


@contextmanager
def prepared(node: SpectraWaves, period: Period, key: str) -> Iterator[ReadySpectra]:
    """The spectra of a period, at hand.

    Raises:
        DataError: they do not cover it, or cannot be read.
    """
    with _spectra(node, key) as (spectra, _):
        span = _span(period)
        raise_for(spectra.problems(span))
        yield ReadySpectra(node, spectra.during(span), period)


def _span(period: Period) -> tuple[float, float]:
    first, last = seconds([period.start, period.stop])
    return float(first), float(last)


def spectra_coverage(node: SpectraWaves, key: str) -> str:
    """Times and places of the spectra, in words."""
    with _spectra(node, key) as (spectra, _):
        return spectra.words


def spectra_changes(node: SpectraWaves, key: str) -> list[Change]:
    """What is said in another way here than in the data."""
    with _spectra(node, key) as (_, understood):
        return list(understood.changes)


def spectra_steps(node: SpectraWaves, period: Period) -> list[datetime]:
    """The start, the times of the spectra between, and the end."""
    with _spectra(node, node.where) as (spectra, _):
        inner = steps_within(spectra.times_s, *_span(period))[1:-1]
    return [period.start, *map(as_time, inner), period.stop]


def spectra_problems(node: SpectraWaves, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
    """What is wrong with the spectra as far as a period and a segment of a domain need them."""
    if domain is not None and domain.crs == "local":
        hint = "set domain.crs to EPSG:4326 or a metric EPSG:n, or use kind: parametric, points or series"
        return [Problem(key, "spectra at sites need a domain on Earth, this one has crs local", hint=hint)]
    try:
        with _spectra(node, key) as (spectra, _):
            found = [] if period is None else with_file(spectra.problems(_span(period)), node.source)
    except DataError as error:
        return data_problems(error)
    places = None if found or domain is None else _segment_places(domain, key.rpartition(".")[2])
    return place_problems(node, key, *places, period) if places and period else found


def _segment_places(domain: Domain, name: str) -> tuple[Floats, Floats] | None:
    """Longitudes and latitudes of points along a segment of a mesh that is to be made; of others the model knows."""
    from ..domain.extent import segment_points
    from ..domain.meshes import Made

    if not isinstance(domain.mesh, Made):
        return None
    try:
        points = segment_points(domain).get(name)
    except (ConfigError, DataError):
        return None  # the problems of the domain say why
    return None if points is None else project(points[:, 0], points[:, 1], domain.metric_crs(), LON_LAT)


def place_problems(node: SpectraWaves, key: str, lon: Floats, lat: Floats, period: Period) -> list[Problem]:
    """What is wrong with the spectra at places: too far, missing, or of no sea of this world; reads the first times."""
    try:
        with prepared(node, period, key) as ready:
            where, values = next(ready.blocks(lon, lat))
            heights = significant_heights_m(values, ready.freq_hz, ready.dir_from_deg)
            most = QUANTITIES[HS].highest
            if heights.max() <= most:
                return []
            when = time_text(seconds([ready.times[where.start + int(np.argmax(heights) // heights.shape[1])]])[0])
    except DataError as error:
        return data_problems(error)
    message = (
        f"the spectra have a significant wave height of {heights.max():.3g} m at {when}, expected at most {most:g}"
    )
    hint = f"are they in other units than they say? then set {key}.units, e.g. to 'm2 s rad-1'"
    return with_file([Problem(f"{key}.source", message, hint=hint, data=True)], node.source)
