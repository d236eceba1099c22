"""SWAN's file of spectra, which BOUNDNEST1 and BOUNDSPEC ... FILE read.

A spectrum is whole numbers and the factor that makes them m2/Hz/deg. SWAN takes any energy density that is missing as
none at all, so that every value has to be there. It wants directions that go one way, without a step across north.

Which command reads a file of n places:

- ``BOUNDNEST1 NEST 'f' OPEN``: SWAN looks for the points of its boundary between every two places that follow each
  other, up to a tenth of their distance beside the line, and interpolates. It needs two places at least, in the order
  in which they lie along the boundary, in the coordinates of the computation. ``CLOSED``, which is what SWAN does when
  neither is said, also joins the last one to the first: along a straight boundary that undoes all places in between.
- ``BOUNDSPEC ... VARIABLE FILE [len] 'f' [seq]``: places are taken by their number in the file, at distances along the
  segment; coordinates in the file are not looked at. Only the first pair names the file, the others say ``''``: SWAN
  refuses to open it again. Distances are those between points of the computational grid, in degrees where these are.
- ``BOUNDSPEC ... CONSTANT FILE 'f' [seq]``: one place for all of a segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ....core.mesh import Floats
from .decimal import Bytes, Decimal
from .files import created, finite, time_texts

_LARGEST = 99_999
"""The whole number of the largest value of a spectrum."""
_COUNT = Decimal(0, 0.0, _LARGEST)
_LEAST = 1e-30
"""Factors below it are none: single precision ends not far from there."""
_EXCEPTION = -99
"""Stands for a missing value, of which there is none; SWAN takes it as a whole number."""


def write_spectra(
    path: Path,
    times: NDArray[np.datetime64] | None,
    locations: Floats,
    freq_hz: Floats,
    dir_from_deg: Floats,
    blocks: Iterable[NDArray[Any]],
    *,
    is_lonlat: bool,
) -> None:
    """Write spectra of places, one time after the other; the same bytes when repeated.

    Args:
        path: the file.
        times: (nt,) whole seconds, increasing; None for a single time that is not told, which SWAN in stationary mode
            asks for.
        locations: (n, 2) x and y [m], or longitude and latitude.
        freq_hz: (nf,) absolute frequencies, increasing.
        dir_from_deg: (nd,) directions that waves come from, clockwise from north, in any order.
        blocks: arrays (k, n, nf, nd) of variance density [m2/Hz/deg], together of all times.
        is_lonlat: whether places are in degrees.

    Raises:
        ValueError: times, frequencies or directions are not as above; a value is missing or negative; blocks have more
            or fewer times. The file is removed.
    """
    order, directions = _ordered(dir_from_deg)
    finite(freq_hz, "frequency")
    if len(freq_hz) < 2 or freq_hz[0] <= 0 or (np.diff(freq_hz) <= 0).any():
        raise ValueError("frequencies are not positive and increasing")
    stamps = [""] if times is None else [f"{text}\n" for text in time_texts(times)]
    with created(path) as file:
        file.write(_head(locations, freq_hz, directions, is_lonlat, times is not None).encode("ascii"))
        done = 0
        for one in _each(blocks):
            if done == len(stamps):
                raise ValueError(f"there are spectra of more than {done} times")
            file.write(stamps[done].encode("ascii"))
            _write_spectra(file, one if order is None else one[..., order])
            done += 1
        if done != len(stamps):
            raise ValueError(f"there are spectra of {done} times, and {len(stamps)} times")


def _each(blocks: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    for block in blocks:
        yield from block


def _ordered(dir_from_deg: Floats) -> tuple[NDArray[np.intp] | None, Floats]:
    """The order in which directions increase from north (None: they do), and the directions."""
    finite(dir_from_deg, "direction")
    directions = np.mod(dir_from_deg, 360.0)
    order = np.argsort(directions)
    if len(order) < 2 or (np.diff(directions[order]) <= 0).any():
        raise ValueError("directions are fewer than two, or twice the same")
    return (None if (np.diff(order) == 1).all() else order), directions[order]


def _head(locations: Floats, freq_hz: Floats, directions: Floats, is_lonlat: bool, has_times: bool) -> str:
    finite(locations, "location")
    places = [f"{x:.7f} {y:.7f}" if is_lonlat else f"{x:.3f} {y:.3f}" for x, y in locations.tolist()]
    return "\n".join(
        [
            "SWAN   1",
            *(("TIME", "1") if has_times else ()),
            "LONLAT" if is_lonlat else "LOCATIONS",
            str(len(places)),
            *places,
            "AFREQ",
            str(len(freq_hz)),
            *(f"{f:.8g}" for f in freq_hz.tolist()),
            "NDIR",
            str(len(directions)),
            *(f"{d:.4f}" for d in directions.tolist()),
            "QUANT",
            "1",
            "VaDens",
            "m2/Hz/degr",
            f"{_EXCEPTION}",
            "",
        ]
    )


def _write_spectra(file: IO[bytes], spectra: NDArray[Any]) -> None:
    """Write those of one time, (n, nf, nd)."""
    peaks = spectra.max(axis=(1, 2))
    if not (spectra.min(initial=0.0) >= 0 and np.isfinite(peaks).all()):
        finite(spectra, "energy density")
        raise ValueError(f"{np.count_nonzero(spectra < 0)} of {spectra.size} values of energy density are negative")
    factors = [f"{peak / _LARGEST:.8E}" for peak in peaks.tolist()]
    lines = _lines(spectra, np.array([float(factor) for factor in factors]))
    for factor, text in zip(factors, lines, strict=True):
        if float(factor) > _LEAST:
            file.write(f"FACTOR\n{factor}\n".encode("ascii"))
            file.write(text.data)
        else:
            file.write(b"ZERO\n")


def _lines(spectra: NDArray[Any], factors: Floats) -> Bytes:
    """(n, characters) of the whole numbers, a line for each frequency."""
    counts = spectra / np.where(factors > _LEAST, factors, np.inf)[:, None, None]
    np.rint(counts, out=counts)
    np.minimum(counts, _LARGEST, out=counts)  # the factor is rounded, too
    text = _COUNT.text(counts.reshape(-1)).reshape(*spectra.shape, _COUNT.width)
    text[..., -1, -1] = ord("\n")
    return text.reshape(len(spectra), -1)
