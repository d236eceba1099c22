"""SWAN's spectral text, version 1: where in the file each spectrum is, and one spectrum at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from .parts import damaged, read_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.mesh import Floats

_NO_DATA, _ZERO = -1, -2
"""Instead of a place in the file: dry land, and no waves."""
_NO_ENERGY = -99.0
"""What SWAN writes as the density of a frequency without waves in a one-dimensional spectrum."""


@dataclass(frozen=True)
class SpectralText:
    """What a file of spectra holds."""

    path: Path
    times: NDArray[np.datetime64] | None
    """None where it is stationary."""
    places: Floats
    """(n, 2) coordinates of the points."""
    freq: Floats
    """(nf,) [Hz]."""
    directions: Floats | None
    """(nd,) as SWAN orders them, nautical [degrees]; None of one-dimensional spectra."""
    starts: tuple[int, ...]
    """Where in the file the numbers of each time and point begin."""

    @property
    def holds(self) -> tuple[str, ...]:
        """Which fields there are."""
        return ("efth",) if self.directions is not None else ("ef", "ef_dir", "ef_dspr")

    def values(self, time: int, point: int, column: int | None) -> Any:
        """One spectrum: (nf, nd) m2 Hz-1 degree-1, or (nf,) of a column of a one-dimensional one; NaN on dry land.

        Raises:
            DataError: the file ends within it, or it has something else than numbers.
        """
        shape = (len(self.freq), 3 if self.directions is None else len(self.directions))
        start = self.starts[time * len(self.places) + point]
        if start < 0:
            blank = np.full(shape, np.nan if start == _NO_DATA else 0.0)
            return blank if column is None else blank[:, column]
        values = self._numbers(start, shape)
        return values if column is None else _column(values, column)

    def _numbers(self, start: int, shape: tuple[int, int]) -> Any:
        with self.path.open("rb") as file:
            file.seek(start)
            factor = float(file.readline()) if self.directions is not None else 1.0
            tokens: list[bytes] = []
            while len(tokens) < shape[0] * shape[1] and (line := file.readline()):
                tokens += line.split()
        try:
            return factor * np.array(tokens).astype(float).reshape(shape)
        except ValueError as error:
            raise damaged(self.path, f"has a spectrum that cannot be read: {error}") from error


def _column(values: Any, column: int) -> Any:
    """Density, direction or spreading; without waves a frequency has none of the latter two."""
    calm = np.isclose(values[:, 0], _NO_ENERGY, rtol=1e-3)
    return np.where(calm, 0.0 if column == 0 else np.nan, values[:, column])


def scan(path: Path) -> SpectralText:
    """Find every spectrum of a file, without reading it.

    Raises:
        DataError: it is not SWAN's spectral text, has Cartesian directions, energy instead of variance, or is cut off.
    """
    with path.open("rb") as file:
        if not file.readline().startswith(b"SWAN"):
            raise damaged(path, "is not a spectral file of SWAN")
        try:
            head = _head(path, file)
            times, starts = _body(path, file, head)
        except (ValueError, IndexError) as error:
            raise damaged(path, f"cannot be read: {error}") from error
    return SpectralText(path, times, head.places, head.freq, head.directions, tuple(starts))


@dataclass
class _Head:
    timed: bool = False
    places: Any = None
    freq: Any = None
    directions: Any = None


def _head(path: Path, file: IO[bytes]) -> _Head:
    head = _Head()
    while line := file.readline():
        word = line.split(maxsplit=1)[0].decode() if line.strip() else ""
        if word == "TIME":
            head.timed = True
            file.readline()
        elif word in ("LOCATIONS", "LONLAT"):
            head.places = np.array(list(_listed(file)))
        elif word in ("AFREQ", "RFREQ"):
            head.freq = np.array(list(_listed(file)))[:, 0]
        elif word == "NDIR":
            head.directions = np.array(list(_listed(file)))[:, 0]
        elif word == "CDIR":
            raise damaged(path, "has Cartesian directions, expected nautical ones (SET NAUTICAL)")
        elif word == "QUANT":
            _quantities(path, file)
            return head
    raise damaged(path, "ends within its head")


def _listed(file: IO[bytes]) -> Iterator[list[float]]:
    for _ in range(int(file.readline().split()[0])):
        yield [float(n) for n in file.readline().split()[:2]] or [np.nan]


def _quantities(path: Path, file: IO[bytes]) -> None:
    for _ in range(int(file.readline().split()[0])):
        name = file.readline().split()[0]
        file.readline(), file.readline()
        if name == b"EnDens":
            raise damaged(path, "has densities of energy, expected those of variance (SET INRHOG 0)")
        if name == b"CDIR":
            raise damaged(path, "has Cartesian directions, expected nautical ones (SET NAUTICAL)")


def _body(path: Path, file: IO[bytes], head: _Head) -> tuple[NDArray[np.datetime64] | None, list[int]]:
    times: list[np.datetime64] = []
    starts: list[int] = []
    while line := file.readline():
        if head.timed:
            times.append(read_time(line.split()[0].decode()))
            line = file.readline()
        for point in range(len(head.places)):
            starts.append(_start(path, file, line, head))
            line = file.readline() if point + 1 < len(head.places) else b""
    return (np.array(times) if head.timed else None), starts


def _start(path: Path, file: IO[bytes], line: bytes, head: _Head) -> int:
    """Where the numbers of a spectrum begin; the file is then at its end."""
    word = line.split()[0] if line.strip() else b""
    if word in (b"NODATA", b"ZERO"):
        return _NO_DATA if word == b"NODATA" else _ZERO
    if word not in (b"FACTOR", b"LOCATION"):
        found = line.decode(errors="replace").strip()
        raise damaged(path, f"has {found!r} for a spectrum" if line else "is cut off")
    start = file.tell()
    row = 3 if head.directions is None else len(head.directions)
    if word == b"FACTOR":
        file.readline()
    if not _skip(file, len(head.freq), row).endswith(b"\n"):
        raise damaged(path, "is cut off")
    return start


def _skip(file: IO[bytes], rows: int, row: int) -> bytes:
    """Pass rows of so many numbers, which may be longer than a line; the last line of them."""
    line = file.readline()
    numbers = len(line.split())
    if numbers == row:
        for _ in range(rows - 1):
            line = file.readline()
        return line
    while numbers < rows * row and line:
        line = file.readline()
        numbers += len(line.split())
    return line
