"""Fields on SWAN's input grids: the files that READINP and READGRID COORDINATES read.

How SWAN takes them, which decides how they are written:

- A field is read row by row from the south (``idla`` 3), each row on lines of its own, or as one Fortran record
  (``idla`` 4). Of a vector all x components come first, then all y components, at each time.
- Numbers become single precision. The factor of READINP multiplies every value, missing ones too, before these are
  compared with the exception value of INPGRID: the factor must be 1 for an exception value to be found. Signs and units
  are changed before writing.
- An exception value makes a point of the bottom dry. In any other quantity SWAN leaves such points out of the
  interpolation only as long as others weigh more, and otherwise takes the exception value as the value there.
- Of text, a fixed format is read faster than free format, and records a good deal faster than both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....core.mesh import Floats
from .decimal import Decimal
from .files import created

Wanted: TypeAlias = Literal["auto", "text", "unformatted"]
LARGEST_TEXT = 1_000_000
"""Values above which ``auto`` writes records."""
_LINE = 300
"""Numbers on a line of text."""
_PIECE = 2**16
"""Numbers that become text at once: they stay in the cache of a processor."""


@dataclass(frozen=True)
class Encoding:
    """How numbers are written."""

    decimal: Decimal | None = None
    """As text, like this; None: as records of single precision."""

    @property
    def form(self) -> Literal["text", "unformatted"]:
        """Its name."""
        return "unformatted" if self.decimal is None else "text"


@dataclass(frozen=True)
class Reading:
    """How SWAN has to read a file: the words behind its name in READINP or READGRID COORDINATES."""

    idla: int
    """SWAN's layout of the values."""
    form: str
    """``FREE``, ``FORMAT '(...)'`` or ``UNFORMATTED``."""
    nhedf: int = 0
    """Lines at the head of the file."""
    nhedt: int = 0
    """Lines before each time."""
    nhedvec: int = 0
    """Lines before each component of a vector."""


def choose_encoding(count: int, wanted: Wanted, lowest: float, highest: float, resolution: float) -> Encoding:
    """Text with as many decimals as a quantity needs, or records of single precision.

    Args:
        count: number of values; more than a million become records if `wanted` is ``auto``.
        wanted: what was asked for.
        lowest: no value is below it; the exception value counts as well.
        highest: no value is above it.
        resolution: differences of the quantity that matter; text has at least as many decimals.

    >>> choose_encoding(100, "auto", -20.0, 100.0, 0.002).decimal.decimals
    3

    Raises:
        ValueError: the range is not finite, or needs more than 15 digits.
    """
    if wanted == "unformatted" or (wanted == "auto" and count > LARGEST_TEXT):
        return Encoding()
    if not 0 < resolution < np.inf:
        raise ValueError(f"a resolution of {resolution} cannot be reached")
    decimals = max(0, int(np.ceil(-np.log10(resolution) - 1e-9)))
    return Encoding(Decimal(decimals, lowest, highest))


def write_fields(
    path: Path, blocks: Iterable[NDArray[Any]], encoding: Encoding, exception: float | None = None
) -> None:
    """Write fields in the order in which SWAN reads them, as `reading_of` tells it; the same bytes when repeated.

    Args:
        path: the file.
        blocks: arrays (nt, ncomp, ny, nx), row 0 in the south, or (nt, ncomp, n) on the points of a mesh; ncomp is 2
            for a vector, x before y. They follow each other in time.
        encoding: how to write them.
        exception: stands in the file where a value is missing (NaN); None: every value has to be there.

    Raises:
        ValueError: values are missing, infinite or outside the range of the encoding, or equal the exception value; the
            message counts them within their block. The file is removed.
    """
    with created(path) as file:
        for block in blocks:
            columns = block.shape[-1]
            rows = block.reshape(-1, columns)
            if encoding.decimal is None:
                _write_records(file, rows.reshape(-1, int(np.prod(block.shape[2:]))), exception)
            else:
                _Text(encoding.decimal, columns, exception).write(file, rows)


def reading_of(encoding: Encoding, columns: int) -> Reading:
    """How SWAN has to read fields with that many values in a row."""
    if encoding.decimal is None:
        return Reading(4, "UNFORMATTED")
    width, decimals = encoding.decimal.width, encoding.decimal.decimals
    return Reading(3, f"FORMAT '({min(columns, _LINE)}F{width}.{decimals})'")


def _write_records(file: IO[bytes], fields: NDArray[Any], exception: float | None) -> None:
    """Each row of (m, n) as a Fortran record: its length in bytes, single precision numbers, its length again."""
    length = np.array([fields.shape[1] * 4], "<i4").tobytes()
    for one in fields:
        with np.errstate(over="ignore"):  # what becomes infinite is refused
            record = np.ascontiguousarray(one, "<f4")
        if exception is not None:
            _refuse_taken(record == np.float32(exception), exception)
        bad = ~np.isfinite(record)
        if bad.any():
            _refuse_bad(one, bad, exception)
            record = np.where(bad, np.float32(exception or 0.0), record)
        file.write(length)
        file.write(record.data)
        file.write(length)


@dataclass(frozen=True)
class _Text:
    """Rows of numbers as lines of text."""

    decimal: Decimal
    columns: int
    exception: float | None

    def write(self, file: IO[bytes], rows: NDArray[Any]) -> None:
        """Write (m, columns) numbers, some rows at once."""
        step = max(1, _PIECE // self.columns)
        for first in range(0, len(rows), step):
            piece = rows[first : first + step]
            text = self.decimal.text(self._units(piece.reshape(-1))).reshape(len(piece), -1)
            text[:, self._ends] = ord("\n")
            file.write(text.data)

    @cached_property
    def _ends(self) -> list[int]:
        """Where in the characters of a row lines end."""
        width = self.decimal.width
        return [min(last, self.columns) * width - 1 for last in range(_LINE, self.columns + _LINE, _LINE)]

    def _units(self, values: NDArray[Any]) -> Floats:
        units = self.decimal.units(values)
        if self.exception is None:
            if not np.isfinite(units).all():
                _refuse_bad(values, ~np.isfinite(units), None)
            return units
        missing = self.decimal.units(np.array([self.exception]))[0]
        _refuse_taken(units == missing, self.exception)
        bad = ~np.isfinite(units)
        if bad.any():
            _refuse_bad(values, bad, self.exception)
            units[bad] = missing
        return units


def _refuse_bad(values: NDArray[Any], bad: NDArray[np.bool_], exception: float | None) -> None:
    infinite = bad if exception is None else bad & ~np.isnan(values)
    count = int(np.count_nonzero(infinite))
    if count:
        raise ValueError(f"{count} of {values.size} values are not finite, or too large for single precision")


def _refuse_taken(taken: NDArray[np.bool_], exception: float) -> None:
    count = int(np.count_nonzero(taken))
    if count:
        raise ValueError(f"{count} of {taken.size} values equal {exception:g}, which stands for missing ones")
