"""Times of data: understood, in order, covering what is asked for, without gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.axis import gaps_at
from ..core.mesh import Floats, Ints
from ..core.period import parse_time
from ..core.times import EQUAL_S, YEARS, step_text, time_text
from ..core.units import conversion
from ..errors import DataError, Problem
from .policies import Gaps

if TYPE_CHECKING:
    import xarray as xr

_DIGITS = 3
"""Of seconds: days since 1990 in double precision, as some models write them, are off by less than a microsecond."""
_SAME_DAYS = ("standard", "gregorian", "proleptic_gregorian")
_FEWER_DAYS = ("noleap", "365_day")
"""Calendars all of whose days exist; others have days that do not."""


@dataclass(frozen=True, eq=False)
class Times:
    """The times of a coordinate in order."""

    seconds: Floats
    """(n,) since 1970-01-01 UTC, increasing."""
    order: Ints
    """(n,) positions in the data."""
    calendar: str = ""
    """Calendar of the data, where it was another one."""


def times_of(coordinate: xr.DataArray, key: str) -> Times:
    """The times of a coordinate, whatever it holds: dates, dates with a time zone, ISO 8601 text, a noleap calendar.

    Raises:
        DataError: no times, a calendar with days that do not exist, a missing or repeated time.
    """
    values, calendar = _as_datetime64(coordinate, key)
    if np.isnat(values).any():
        raise DataError(
            Problem(key, f"coordinate {coordinate.name} lacks a time at position {_first(np.isnat(values))}")
        )
    years = values.astype("datetime64[Y]").astype(int) + 1970
    if (beyond := (years < YEARS[0]) | (years > YEARS[1])).any():
        found = f"{np.datetime_as_string(values[_first(beyond)], unit='D')} at position {_first(beyond)}"
        message = f"coordinate {coordinate.name} holds {found}, expected times in the years {YEARS[0]} to {YEARS[1]}"
        raise DataError(Problem(key, message, hint="is it a fill value that nothing marks? or correct its units"))
    at: Floats = np.round((values - np.datetime64(0, "s")) / np.timedelta64(1, "s"), _DIGITS)
    _check_units(coordinate, key, at)
    order = np.argsort(at, kind="stable")
    if (same := np.diff(at[order]) == 0).any():
        i = _first(same)
        message = f"time {time_text(at[order][i])} is there twice, at positions {order[i]} and {order[i + 1]}"
        raise DataError(Problem(key, message, hint="drop one of the two: which of them is right, only you can tell"))
    return Times(at[order], order, calendar)


_ORIGIN = re.compile(
    r"\s*(?P<unit>[a-z]+)\s+since\s+(?P<date>\d{1,4}-\d{1,2}-\d{1,2}|\d{8})"
    r"([ T]+\d{1,2}(:\d{1,2}(:\d{1,2}(\.\d*)?)?)?)?\s*(Z|UTC|GMT|(?P<offset>[+-]\d{1,2}(:?\d{2})?))?\s*",
    re.IGNORECASE,
)
"""Units of a time, of which nothing is passed over by those who read them."""
_EXACT_S = 1.0
"""Times that single precision tells apart are exact enough."""


def _check_units(coordinate: xr.DataArray, key: str, at_s: Floats) -> None:
    """Nothing where the units of a time say from when it counts, and only that, and its numbers are exact.

    Raises:
        DataError: a time zone by its name, a date whose day and month may be exchanged; times that were rounded.
    """
    units = str(coordinate.encoding.get("units", ""))
    found = _ORIGIN.fullmatch(units)
    is_passed_over = found and found["offset"] and coordinate.dtype == object and ":" not in found["offset"]
    if units and (not found or is_passed_over):
        message = f"coordinate {coordinate.name} counts in {units!r}, of which a part is not understood"
        hint = "write it as 'hours since 2023-01-31 12:00:00', in UTC or with an offset such as +08:00"
        raise DataError(Problem(key, message, hint=hint))
    if found and coordinate.encoding.get("dtype") == np.float32 and (at_s % 60.0).any():
        _check_rounding(found["unit"], found["date"], coordinate, key, at_s)


def _check_rounding(unit: str, date: str, coordinate: xr.DataArray, key: str, at_s: Floats) -> None:
    year, month, day = date.split("-") if "-" in date else (date[:4], date[4:6], date[6:])
    origin_s = np.datetime64(f"{int(year):04}-{int(month):02}-{int(day):02}", "s").astype(np.int64)
    unit_s = conversion(unit, "s", key).scale
    apart_s = float(np.spacing(np.float32(np.abs(at_s - origin_s).max() / unit_s))) * unit_s
    if apart_s > _EXACT_S:
        message = (
            f"coordinate {coordinate.name} is rounded: in single precision, its times are {step_text(apart_s)} apart"
        )
        hint = "write it in double precision, or count from a later date"
        raise DataError(Problem(key, message, hint=hint))


def _as_datetime64(coordinate: xr.DataArray, key: str) -> tuple[Any, str]:
    values = np.atleast_1d(_stamps(coordinate))
    if np.issubdtype(values.dtype, np.datetime64):
        return values, ""
    calendar = str(getattr(values[0], "calendar", "")) if values.dtype == object else ""
    if calendar in (*_SAME_DAYS, *_FEWER_DAYS):
        stamps = np.array([np.datetime64(v.isoformat(), "us") for v in values])
        return stamps, calendar if calendar in _FEWER_DAYS else ""
    if calendar:
        message = f"coordinate {coordinate.name} is in the calendar {calendar}, which has days that do not exist"
        hint = f"convert the data first: xarray.Dataset.convert_calendar('standard', dim='{coordinate.name}')"
        raise DataError(Problem(key, message, hint=hint))
    try:
        parsed = [parse_time(v if isinstance(v, datetime) else _text(v)) for v in values.tolist()]
    except ValueError:
        message = f"coordinate {coordinate.name} holds no times; the first value is {_text(values[0])!r}"
        hint = "its units should read like 'hours since 1970-01-01'; if it is not the time, name the right coordinate"
        raise DataError(Problem(key, message, hint=hint)) from None
    return np.array([t.replace(tzinfo=None) for t in parsed], dtype="datetime64[ns]"), ""


def _stamps(coordinate: xr.DataArray) -> Any:
    """The values; of times with a time zone in UTC, as xarray's releases hand them out in different ways."""
    zone = getattr(coordinate.dtype, "tz", None)
    return coordinate.to_index().tz_convert(None).values if zone is not None else np.asarray(coordinate.values)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _first(flags: Any) -> int:
    return int(np.argmax(flags))


def coverage_problem(key: str, axis_s: Floats, first_s: float, last_s: float) -> Problem | None:
    """Both ranges, where data do not reach from the first to the last time needed, and by how much they fall short."""
    if axis_s[0] <= first_s and last_s <= axis_s[-1]:
        return None
    covered = f"{time_text(axis_s[0])} .. {time_text(axis_s[-1])}"
    message = f"the data cover {covered}, the run needs {time_text(first_s)} .. {time_text(last_s)}"
    if axis_s[-1] < first_s or last_s < axis_s[0]:
        message += "; they have no time in common"
    else:
        short = [
            (axis_s[0] - first_s, "at its start"),
            (last_s - axis_s[-1], "at its end"),
        ]
        message += "; " + " and ".join(f"{step_text(s)} are missing {where}" for s, where in short if s > 0)
    hint = "change period.start or the period's length, or give data that cover it"
    return Problem(key, message, hint=hint, data=True)


def bracket(axis_s: Floats, first_s: float, last_s: float, pad: int = 0) -> slice:
    """The part of a time axis that interpolation between two times needs, with `pad` more on each side."""
    low = int(np.searchsorted(axis_s, first_s, side="right")) - 1
    high = int(np.searchsorted(axis_s, last_s, side="left")) + 1
    low = min(max(0, low), len(axis_s) - 1)
    return slice(max(0, low - pad), min(len(axis_s), max(high, low + 1) + pad))


def gap_problem(key: str, axis_s: Floats, span_s: tuple[float, float], gaps: Gaps, node: str) -> Problem | None:
    """Gaps in (n,) times within a span, unless they are to be interpolated; the key ``gaps`` is below `node`."""
    found = [] if gaps == "interpolate" else gaps_in(axis_s, bracket(axis_s, *span_s))
    if not found:
        return None
    longest = max(found, key=lambda gap: gap.length_s)
    told = f"{len(found)} gap{'s' * (len(found) > 1)} within the period"
    ends = f"from {time_text(longest.after_s)} to {time_text(longest.until_s)}"
    message = f"the data have {told}: the longest lasts {step_text(longest.length_s)}, {ends}"
    hint = f"give data without the gap, or accept straight lines across: {node}.gaps: interpolate"
    return Problem(key, f"{message}; the usual step is {step_text(longest.usual_s)}", hint=hint, data=True)


@dataclass(frozen=True)
class Gap:
    """Two times that are there without those that should be between."""

    after_s: float
    """The last time before it [s since 1970]."""
    until_s: float
    usual_s: float
    """The usual step."""

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.until_s - self.after_s

    @property
    def missing(self) -> int:
        """Times that are not there."""
        return max(1, round(self.length_s / self.usual_s) - 1)


def gaps_in(axis_s: Floats, part: slice = slice(None)) -> list[Gap]:
    """Steps within a part of (n,) times that are much longer than those beside them."""
    low, high, _ = part.indices(len(axis_s))
    found = zip(*gaps_at(axis_s), strict=True)
    return [Gap(float(axis_s[i]), float(axis_s[i + 1]), float(usual)) for i, usual in found if low <= i < high - 1]


def step_words(axis_s: Floats) -> str:
    """The step of (n,) times: one, the usual one with its gaps, or the range."""
    steps = np.diff(axis_s)
    if len(steps) == 0:
        return "a single time"
    if steps.max() - steps.min() < EQUAL_S:
        return step_text(float(steps[0]))
    if found := gaps_in(axis_s):
        longest = max(gap.length_s for gap in found)
        many = "s" * (len(found) > 1)
        return f"{step_text(found[0].usual_s)}, {len(found)} gap{many} of up to {step_text(longest)}"
    return f"{step_text(float(steps.min()))} to {step_text(float(steps.max()))}"
