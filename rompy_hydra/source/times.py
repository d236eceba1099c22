"""Times of data as seconds, checked for order and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.mesh import Floats
from ..core.period import format_time
from ..errors import DataError, Problem

if TYPE_CHECKING:
    import xarray as xr

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(times: Sequence[datetime]) -> Floats:
    """(n,) seconds since 1970-01-01 UTC of aware times."""
    return np.array([(t - _EPOCH) / timedelta(seconds=1) for t in times], dtype=np.float64)


def as_time(at_s: float) -> datetime:
    """The aware time of seconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(seconds=float(at_s))


def time_text(at_s: float) -> str:
    """The time of seconds since 1970-01-01 UTC, ISO 8601."""
    return format_time(as_time(at_s))


def axis_seconds(coordinate: xr.DataArray, key: str) -> Floats:
    """(n,) seconds since 1970-01-01 UTC of a time coordinate.

    Raises:
        DataError: no times, another calendar, a missing time, or times that do not increase.
    """
    values = np.atleast_1d(coordinate.values)
    if not np.issubdtype(values.dtype, np.datetime64):
        calendar = getattr(values[0], "calendar", None) if values.dtype == object else None
        found = f"is in the calendar {calendar}" if calendar else "holds no times (its units are not 'hours since ...')"
        raise DataError(Problem(key, f"coordinate {coordinate.name} {found}; expected times of the standard calendar"))
    if np.isnat(values).any():
        raise DataError(
            Problem(key, f"coordinate {coordinate.name} lacks a time at position {_first(np.isnat(values))}")
        )
    at: Floats = (values - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    if (back := np.diff(at) <= 0).any():
        i = _first(back)
        message = f"times have to increase, but {time_text(at[i])} is followed by {time_text(at[i + 1])}"
        raise DataError(Problem(key, message, hint=f"sort the data by time and drop repeated times (position {i + 1})"))
    return at


def _first(flags: Any) -> int:
    return int(np.argmax(flags))


def coverage_problem(key: str, axis_s: Floats, first_s: float, last_s: float) -> Problem | None:
    """Both ranges, where data do not reach from the first to the last time needed."""
    if axis_s[0] <= first_s and last_s <= axis_s[-1]:
        return None
    covered = f"{time_text(axis_s[0])} .. {time_text(axis_s[-1])}"
    message = f"the data cover {covered}, the run needs {time_text(first_s)} .. {time_text(last_s)}"
    return Problem(
        key, message, hint="change period.start or the period's length, or give data that cover it", data=True
    )


def bracket_window(axis_s: Floats, first_s: float, last_s: float) -> slice:
    """The part of a time axis that linear interpolation between two times needs."""
    low = max(0, int(np.searchsorted(axis_s, first_s, side="right")) - 1)
    high = min(len(axis_s), int(np.searchsorted(axis_s, last_s, side="left")) + 1)
    return slice(low, max(high, low + 1))
