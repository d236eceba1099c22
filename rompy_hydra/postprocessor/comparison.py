"""Differences between a model and an answer, and whether they are within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from .answers import Theory, Tolerance

UNITS = {"hs": "m", "tp": "s", "dir": "degrees", "setup": "m"}
_DIGITS = 6
"""Significant digits of a metric."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One quantity at the stations where the answer is known; NaN of the model is a failure."""

    quantity: str
    model: Floats
    """(n,)."""
    known: Floats
    """(n,) NaN where the answer says nothing."""
    difference: Floats
    """(n,) model less answer; of directions the short way round."""
    tolerance: Tolerance

    @property
    def relative(self) -> Floats:
        """(n,) differences as parts of the answer; NaN of directions and where the answer is 0."""
        if self.quantity == "dir":
            return np.full(len(self.known), np.nan)
        known = np.where(self.known == 0, np.nan, self.known)
        found: Floats = self.difference / np.abs(known)
        return found

    @property
    def compared(self) -> Floats:
        """(k,) differences as the tolerance counts them, where the answer is known."""
        found = self.difference if self.tolerance.relative is None else self.relative
        return found[np.isfinite(self.known)]

    @property
    def passed(self) -> bool:
        """Whether there is something to compare, and all of it is within the tolerance."""
        limit = self.tolerance.relative or self.tolerance.absolute or 0.0
        return bool(len(self.compared) and (np.abs(self.compared) <= limit).all())

    def text(self) -> str:
        """One line: the largest difference, and the tolerance."""
        if not np.isfinite(self.compared).any():
            return f"{self.quantity}: nothing to compare"
        largest = float(np.nanmax(np.abs(self.compared)))
        dry = "" if np.isfinite(self.compared).all() else ", no value at some stations"
        if self.tolerance.relative is not None:
            return f"{self.quantity} within {100 * largest:.2g} % (tolerance {100 * self.tolerance.relative:g} %){dry}"
        unit = UNITS[self.quantity]
        return f"{self.quantity} within {largest:.2g} {unit} (tolerance {self.tolerance.absolute:g} {unit}){dry}"


def compare(quantity: str, model: Floats, known: Floats, tolerance: Tolerance) -> Comparison:
    """The differences of one quantity.

    >>> from rompy_hydra.postprocessor.answers import Tolerance
    >>> found = compare("dir", np.array([359.0]), np.array([1.0]), Tolerance(absolute=3))
    >>> found.difference.tolist(), found.passed
    ([-2.0], True)
    """
    difference = model - known
    if quantity == "dir":
        difference = (difference + 180) % 360 - 180
    return Comparison(quantity, model, known, difference, tolerance)


def metrics(stations: list[str], theory: Theory, found: dict[Any, Comparison]) -> dict[str, Any]:
    """Each station, all of them together, and the verdict, as plain data."""
    at_each = {
        name: {"at": _number(theory.at[i]) if theory.label else None, **{q: _at(c, i) for q, c in found.items()}}
        for i, name in enumerate(stations)
    }
    overall = {q: _overall(c) for q, c in found.items()}
    passed = all(c.passed for c in found.values())
    return {"coordinate": theory.label, "stations": at_each, "overall": overall, "pass": passed}


def _at(comparison: Comparison, i: int) -> dict[str, float | None]:
    columns = {
        "model": comparison.model,
        "theory": comparison.known,
        "difference": comparison.difference,
        "relative_difference": comparison.relative,
    }
    return {name: _number(values[i]) for name, values in columns.items()}


def _overall(comparison: Comparison) -> dict[str, Any]:
    return {
        "units": UNITS[comparison.quantity],
        "max": _number(_most(comparison.difference)),
        "rms": _number(_rms(comparison.difference)),
        "max_relative": _number(_most(comparison.relative)),
        "rms_relative": _number(_rms(comparison.relative)),
        "tolerance": comparison.tolerance.model_dump(exclude_none=True),
        "pass": comparison.passed,
    }


def _most(values: Floats) -> float:
    known = np.abs(values[np.isfinite(values)])
    return float(known.max()) if known.size else float("nan")


def _rms(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.sqrt((known**2).mean())) if known.size else float("nan")


def _number(value: float) -> float | None:
    """As JSON has it: rounded, so that the last bits of a platform do not show."""
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
