"""Values of a series: read, checked, in SI units, at any times."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.mesh import Flags, Floats
from ..core.period import Period
from ..core.times import as_time, seconds, time_text, time_words
from ..data.cut import times_of_array
from ..data.fields import steps_within
from ..data.layout import TIME
from ..data.plausible import Judge
from ..data.quantities import QUANTITIES
from ..data.times import bracket, coverage_problem, gap_problem
from ..data.understand import Change, Understood
from ..data.vectors import components
from ..errors import DataError, Problem
from ..source.base import data_problems, opened, with_file

if TYPE_CHECKING:
    import xarray as xr

    from .series import Series
    from .vector import VectorSeries

Span = tuple[float, float]
"""First and last time [s since 1970]."""


class Samples(NamedTuple):
    """Values of one variable of a series."""

    axis: Floats
    """(n,) seconds since 1970."""
    values: Floats
    """(n,) in SI units; NaN where they are missing and straight lines across are wanted."""
    name: str
    """What the config or the data call them."""


def _opened(series: Series, key: str) -> AbstractContextManager[xr.Dataset]:
    assert series.source is not None  # asked for only where there is one
    return opened(series.source, f"{key}.source")


def _understood(series: Series, data: xr.Dataset, key: str) -> Understood:
    assert series.source is not None
    source = series.source
    return Understood(data, f"{key}.source", key, source.named_coordinates, source.doubted_numbers)


def _array(series: Series, understood: Understood, field: str, key: str) -> tuple[xr.DataArray, str]:
    """The lazy variable along time of a field, and its name in the data.

    Raises:
        DataError: there is no such variable, or it is no series.
    """
    quantity, name = QUANTITIES[series.quantities[field]], getattr(series, field)
    raw, _ = understood.variable(quantity, name, f"{key}.{field}")
    units = None if quantity.is_direction or field in series.own_units else series.units
    array = understood.field(quantity, name, f"{key}.{field}", units)
    spare = [d for d in array.dims if d != TIME]
    if any(array.sizes[d] > 1 for d in spare):
        dims = ", ".join(map(str, understood.data[raw].dims))
        message = f"{raw} has the dimensions {dims}, expected a series along time"
        raise DataError(Problem(understood.key, message, hint="a field on a grid is kind: grid"))
    array = array.isel(dict.fromkeys(spare, 0))
    if array.ndim == 0 and understood.data[raw].coords:
        message = f"{raw} has no time; its coordinates are {', '.join(map(str, understood.data[raw].coords))}"
        raise DataError(Problem(understood.key, message, hint="name the time: source.coordinates: {time: ...}"))
    return array, raw


def series_times(series: Series, key: str = "") -> Floats:
    """(n,) seconds since 1970; of a source only the time coordinate is read. None for values that always hold."""
    if series.source is None:
        return seconds(series.times)
    key = key or series.where
    with _opened(series, key) as data:
        understood = _understood(series, data, key)
        array, _ = _array(series, understood, series.chosen(understood)[0], key)
        return times_of_array(array) if array.ndim else np.empty(0)


def series_steps(series: Series, period: Period) -> list[datetime]:
    """The start, the times of the series between, and the end."""
    first, last = seconds([period.start, period.stop])
    inner = steps_within(series_times(series), first, last)[1:-1]
    return [period.start, *map(as_time, inner), period.stop]


def series_coverage(series: Series, key: str) -> str:
    """Variables and times of a series with a source, in words.

    Raises:
        DataError: the source cannot be read.
    """
    with _opened(series, key) as data:
        understood = _understood(series, data, key)
        found = [_array(series, understood, field, key) for field in series.chosen(understood)]
        axis = times_of_array(found[0][0]) if found[0][0].ndim else np.empty(0)
        names = ", ".join(name for _, name in found)
        return f"{names}: {time_words(axis, 'values') if len(axis) else 'the same at all times'}"


def series_changes(series: Series, key: str) -> list[Change]:
    """What is said in another way here than in the data.

    Raises:
        DataError: the source cannot be read.
    """
    with _opened(series, key) as data:
        understood = _understood(series, data, key)
        for field in series.chosen(understood):
            _array(series, understood, field, key)
        return list(understood.changes)


def values_at(series: Series, names: Sequence[str], times: Sequence[datetime], key: str = "") -> list[Floats]:
    """One (nt,) array in SI units for each field, linear in time.

    Raises:
        DataError: the series does not cover the times, or holds something else than numbers.
    """
    wanted = seconds(times)
    found = samples_of(series, (float(wanted.min()), float(wanted.max())), key or series.where, names)
    return [_between(samples.axis, samples.values, wanted) for samples in found.values()]


def _between(axis: Floats, values: Floats, wanted: Floats) -> Floats:
    """Straight lines between values that are there."""
    known = np.isfinite(values)
    return np.interp(wanted, axis[known], values[known])


def samples_of(series: Series, span: Span, key: str, fields: Sequence[str] | None = None) -> dict[str, Samples]:
    """Field -> times and values that interpolation over a span needs; by default of all chosen fields.

    Raises:
        DataError: the series does not cover the span, or holds something else than numbers.
    """
    if series.source is None:
        raise_problem(coverage_problem(f"{key}.times", axis := seconds(series.times), *span))
        written = {f: np.array(getattr(series, f), dtype=np.float64) for f in fields or series.chosen()}
        return {field: Samples(axis, values, field) for field, values in written.items()}
    with _opened(series, key) as data:
        understood = _understood(series, data, key)
        return {f: _samples(series, understood, f, span, key) for f in fields or series.chosen(understood)}


def _samples(series: Series, understood: Understood, field: str, span: Span, key: str) -> Samples:
    array, name = _array(series, understood, field, key)
    if array.ndim == 0:
        return Samples(np.array(span), np.full(2, float(array)), name)
    axis, source = times_of_array(array), f"{key}.source"
    raise_problem(coverage_problem(source, axis, *span))
    cut = bracket(axis, *span) if series.gaps == "error" else slice(None)  # lines across may begin far away
    raise_problem(gap_problem(source, axis, span, series.gaps, key))
    axis, values = axis[cut], np.asarray(array[cut].values, dtype=np.float64)
    known = np.isfinite(values)
    if not known.all() and (series.gaps == "error" or not known.any()):
        raise DataError(_missing_problem(name, axis, known, source, key))
    raise_problem(coverage_problem(source, axis[known], *span))
    return Samples(axis, values, name)


def raise_problem(problem: Problem | None) -> None:
    """A DataError, where there is a problem."""
    if problem is not None:
        raise DataError(problem)


def _missing_problem(name: str, axis: Floats, known: Flags, key: str, node: str) -> Problem:
    first = time_text(axis[int(np.argmin(known))])
    message = f"{name} is NaN or infinite at {int((~known).sum())} of {len(known)} times, the first is {first}"
    hint = f"give data without the gap, or accept straight lines across: {node}.gaps: interpolate"
    return Problem(key, message, hint=hint, data=True)


def vector_at(series: VectorSeries, times: Sequence[datetime]) -> tuple[Floats, Floats]:
    """Components towards east and north at times, interpolated as components."""
    fields = series.chosen()
    if fields[0] in ("u", "u_m_s"):
        u, v = values_at(series, fields, times)
        return u, v
    wanted = seconds(times)
    span = float(wanted.min()), float(wanted.max())
    speed, direction = samples_of(series, span, series.where).values()
    raise_problem(apart(speed, direction, f"{series.where}.source"))
    u, v = components(series.vector, speed.values, direction.values)
    raise_problem(coverage_problem(f"{series.where}.source", speed.axis[np.isfinite(u)], *span))
    return _between(speed.axis, u, wanted), _between(speed.axis, v, wanted)


def apart(one: Samples, other: Samples, key: str) -> Problem | None:
    """Values that belong together and are not at the same times."""
    if np.array_equal(one.axis, other.axis):
        return None
    told = " and ".join(f"{s.name} has {time_words(s.axis, 'times')}" for s in (one, other))
    message = f"{one.name} and {other.name} are not at the same times: {told}"
    return Problem(key, message, hint="give data in which they are, interpolated to the same times")


def series_problems(series: Series, key: str, period: Period | None) -> list[Problem]:
    """Everything that is wrong with a series as far as a period needs it."""
    try:
        if period is None:
            series_times(series, key)
            return []
        span = period.start.timestamp(), period.stop.timestamp()
        samples = samples_of(series, span, key)
        if {"speed", "direction"} <= samples.keys():
            raise_problem(apart(samples["speed"], samples["direction"], f"{key}.source"))
    except DataError as error:
        return data_problems(error)
    found = [
        problem
        for field, s in samples.items()
        for problem in Judge(QUANTITIES[series.quantities[field]], s.name, f"{key}.{field}", key).problems(s.values)
    ]
    return found if series.source is None else with_file(found, series.source)


def attributes_of(series: Series, key: str) -> dict[str, Any]:
    """Attributes of the first variable of a source, over those of the whole data; none of values in the config.

    Raises:
        DataError: the source cannot be read.
    """
    if series.source is None:
        return {}
    with _opened(series, key) as data:
        _, name = _array(series, _understood(series, data, key), series.chosen()[0], key)
        return {**data.attrs, **data[name].attrs}
