"""Times as seconds since 1970-01-01 UTC, and spans of them in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .period import format_time

if TYPE_CHECKING:
    from .mesh import Floats

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
YEARS = 1678, 2261
"""The first and the last whole year of times in nanoseconds, as numpy and xarray keep them."""
EQUAL_S = 1e-3
"""Steps that differ by less are equal; rounding of hours in single precision stays below."""


def seconds(times: Sequence[datetime]) -> Floats:
    """(n,) seconds since 1970-01-01 UTC of aware times."""
    import numpy as np

    return np.array([(t - _EPOCH) / timedelta(seconds=1) for t in times], dtype=np.float64)


def seconds_of(stamps: Any) -> Floats:
    """(n,) seconds since 1970-01-01 of numpy's datetime64."""
    import numpy as np

    found: Floats = (np.asarray(stamps) - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    return found


def as_time(at_s: float) -> datetime:
    """The aware time of seconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(seconds=float(at_s))


def time_text(at_s: float) -> str:
    """The time of seconds since 1970-01-01 UTC, ISO 8601."""
    return format_time(as_time(at_s))


def step_text(length_s: float) -> str:
    """A length of time in the largest unit that gives a whole number, else rounded.

    >>> step_text(5400.0), step_text(86400.0), step_text(2.5), step_text(4000.0)
    ('90 min', '1 d', '2.5 s', '1.11 h')
    """
    whole = next(((s, u) for s, u in _UNITS if length_s >= s and length_s % s == 0), None)
    size, unit = whole or next(((s, u) for s, u in _UNITS if length_s >= s), (1.0, "s"))
    if whole and whole[1] == "s" and length_s >= 3600:  # a step that only counts in seconds is easier to read rounded
        size, unit = 3600.0, "h"
    return f"{length_s / size:.3g} {unit}" if length_s / size < 1000 else f"{length_s / size:.0f} {unit}"


def time_words(axis_s: Floats, what: str) -> str:
    """First and last of (n,) increasing times, the step where there is one step, and their number."""
    if len(axis_s) == 1:
        return f"{time_text(axis_s[0])}, 1 {what.removesuffix('s')}"
    steps = axis_s[1:] - axis_s[:-1]
    every = f" every {step_text(float(steps[0]))}" if steps.max() - steps.min() < EQUAL_S else ""
    return f"{time_text(axis_s[0])} .. {time_text(axis_s[-1])}{every}, {len(axis_s)} {what}"
