"""Numbers as text of one width, many at once.

A number with d decimals is an integer of units of 10^-d. Where few integers are possible their texts are looked up in a
table, which takes about as long as copying them; otherwise each digit is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.mesh import Floats, Ints

_LARGEST_TABLE = 2**20
"""Entries. A table several times as large is looked up as slowly as digits are computed."""
_MOST_DIGITS = 15
"""Digits that a double holds for certain."""
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Decimal:
    """How numbers of a range become text: right-aligned, followed by one blank."""

    decimals: int
    lowest: float
    """No number is below it, after rounding."""
    highest: float

    def __post_init__(self) -> None:
        """Refuse what a double cannot hold.

        Raises:
            ValueError: the range is empty or not finite, or so large that its numbers would lose decimals.
        """
        if not (np.isfinite([self.lowest, self.highest]).all() and self.lowest <= self.highest):
            raise ValueError(f"no numbers lie between {self.lowest} and {self.highest}")
        if len(str(max(abs(low_high) for low_high in self._units))) > _MOST_DIGITS:
            raise ValueError(
                f"numbers from {self.lowest} to {self.highest} with {self.decimals} decimals need more than "
                f"{_MOST_DIGITS} digits"
            )

    @cached_property
    def width(self) -> int:
        """Characters of each, with the blank behind it.

        >>> Decimal(3, -20.0, 100.0).width
        8
        """
        texts = (f"{u / 10**self.decimals:.{self.decimals}f}" for u in self._units)
        return max(len(text) for text in texts) + 1

    def units(self, values: NDArray[Any]) -> Floats:
        """The values in units of the last decimal, rounded to whole numbers; NaN stays NaN."""
        scaled = values.astype(np.float64)
        if self.decimals:
            scaled *= 10.0**self.decimals
        return np.rint(scaled, out=scaled)

    def text(self, units: Floats) -> Bytes:
        """(n, width) characters of n finite numbers of the range, in units of the last decimal.

        Raises:
            ValueError: a number lies outside the range.
        """
        low, high = self._units
        if units.size and not (low <= units.min() and units.max() <= high):
            found = [edge / 10.0**self.decimals for edge in (units.min(), units.max())]
            raise ValueError(f"values from {found[0]} to {found[1]} are not between {self.lowest} and {self.highest}")
        if high - low >= _LARGEST_TABLE:
            return _digits(units.astype(np.int64), self.decimals, self.width)
        places = units.astype(np.intp)
        places -= low
        return self._table.take(places, mode="clip").view(np.uint8).reshape(-1, self.width)

    @property
    def _units(self) -> tuple[int, int]:
        low, high = (round(edge * 10**self.decimals) for edge in (self.lowest, self.highest))
        return low, high

    @cached_property
    def _table(self) -> NDArray[np.bytes_]:
        low, high = self._units
        table = _digits(np.arange(low, high + 1), self.decimals, self.width)
        return table.view(f"S{self.width}").reshape(-1)


def _digits(units: Ints, decimals: int, width: int) -> Bytes:
    """(n, width) characters, digit by digit from the right."""
    text = np.full((len(units), width), ord(" "), np.uint8)
    rest = np.abs(units)
    if not units.size or rest.max() < 2**32:
        rest = rest.astype(np.uint32)  # several times as fast to divide
    column = width - 2
    for digit in range(width - 1):
        if decimals and digit == decimals:
            text[:, column] = ord(".")
            column -= 1
        shorter = rest // 10
        last = (rest - shorter * 10).astype(np.uint8) + ord("0")
        text[:, column] = last if digit <= decimals else np.where(rest, last, ord(" "))
        rest, column = shorter, column - 1
        if column < 0 or (digit >= decimals and not rest.any()):
            break
    negative = np.flatnonzero(units < 0)
    text[negative, np.argmax(text[negative] != ord(" "), axis=1) - 1] = ord("-")
    return text
