"""Values of a series: read, checked, in SI units, at any times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.mesh import Floats
from ..core.period import Period
from ..errors import DataError, Problem
from ..source.base import data_problems, opened
from ..source.conventions import factor, find_axis, find_variable
from ..source.coverage import time_words
from ..source.times import as_time, axis_seconds, bracket_window, coverage_problem, seconds, time_text
from .quantities import QUANTITIES

if TYPE_CHECKING:
    import xarray as xr

    from ..domain import Domain
    from .air import WindSeries
    from .series import Series
    from .water import WaterLevel


FILLS = (-99.0, -99.9, -999.0, -999.9, -9999.0, -99999.0, -32768.0, 999.0, 9999.0, 99999.0)
"""Numbers that loggers and archives write for no value."""


class _Samples(NamedTuple):
    axis: Floats
    """(n,) seconds since 1970."""
    values: Floats
    """(n,) in SI units."""
    name: str
    """What the config or the data call them."""


def components(speed: Floats, from_deg: Floats) -> tuple[Floats, Floats]:
    """Components towards east and north of a wind that blows from a direction clockwise from north."""
    angle = np.radians(from_deg)
    return -speed * np.sin(angle), -speed * np.cos(angle)


def steps_within(axis_s: Floats, period: Period) -> list[datetime]:
    """The start, the times strictly between, and the end of a period."""
    first, last = seconds([period.start, period.stop])
    between = axis_s[(axis_s > first) & (axis_s < last)]
    return [period.start, *(as_time(t) for t in between), period.stop]


def _opened(series: Series, key: str) -> AbstractContextManager[xr.Dataset]:
    assert series.source is not None  # asked for only where there is one
    return opened(series.source, f"{key}.source")


def series_times(series: Series, key: str = "") -> Floats:
    """(n,) seconds since 1970; of a source only the time coordinate is read."""
    if series.source is None:
        return seconds(series.times)
    key = key or series.where
    with _opened(series, key) as data:
        name = _variable(series, data, _fields(series)[0], key)
        return _time_axis(data[name], key)[1]


def series_coverage(series: Series, key: str) -> str:
    """Variables and times of a series with a source, in words.

    Raises:
        DataError: the source cannot be read.
    """
    with _opened(series, key) as data:
        names = [_variable(series, data, field, key) for field in _fields(series)]
        return f"{', '.join(names)}: {time_words(_time_axis(data[names[0]], key)[1], 'values')}"


def _fields(series: Series) -> tuple[str, ...]:
    """The fields that hold the values written in the config, or that name the variables of the source."""
    sets = series.named if series.source else series.inline
    return next((names for names in sets if getattr(series, names[0]) is not None), sets[0])


def _variable(series: Series, data: xr.Dataset, field: str, key: str) -> str:
    like = QUANTITIES[series.quantities[field]].like
    return find_variable(data, getattr(series, field), f"{key}.{field}", like)


def _time_axis(array: xr.DataArray, key: str) -> tuple[str, Floats]:
    name = find_axis(array, "time", f"{key}.source")
    return str(array.coords[name].dims[0]), axis_seconds(array.coords[name], f"{key}.source")


def values_at(series: Series, names: Sequence[str], times: Sequence[datetime], key: str = "") -> list[Floats]:
    """One (nt,) array in SI units for each field, linear in time.

    Raises:
        DataError: the series does not cover the times, or holds something else than numbers.
    """
    key, wanted = key or series.where, seconds(times)
    found = [_samples(series, name, (float(wanted.min()), float(wanted.max())), key) for name in names]
    return [np.interp(wanted, samples.axis, samples.values) for samples in found]


def _samples(series: Series, field: str, span: tuple[float, float], key: str) -> _Samples:
    """Times and values that interpolation over a span needs."""
    if series.source is None:
        axis = seconds(series.times)
        _check_cover(f"{key}.times", axis, span)
        return _Samples(axis, np.array(getattr(series, field), dtype=np.float64), field)
    with _opened(series, key) as data:
        array = data[_variable(series, data, field, key)]
        dim, axis = _time_axis(array, key)
        _check_cover(f"{key}.source", axis, span)
        cut = bracket_window(axis, *span)
        values = _along_time(array, dim, cut, key)
        _check_numbers(array.name, axis[cut], values, f"{key}.source")
        return _Samples(axis[cut], values * _factor(series, field, array, key), str(array.name))


def _check_cover(key: str, axis: Floats, span: tuple[float, float]) -> None:
    if problem := coverage_problem(key, axis, *span):
        raise DataError(problem)


def _along_time(array: xr.DataArray, dim: str, cut: slice, key: str) -> Floats:
    spare = [d for d in array.dims if d != dim]
    if any(array.sizes[d] > 1 for d in spare):
        message = f"{array.name} has the dimensions {', '.join(map(str, array.dims))}, expected a series along time"
        raise DataError(Problem(f"{key}.source", message, hint="a field on a lon/lat grid is kind: grid"))
    return np.asarray(array.isel({**dict.fromkeys(spare, 0), dim: cut}).values, dtype=np.float64)


def _check_numbers(name: Any, axis: Floats, values: Floats, key: str) -> None:
    missing = ~np.isfinite(values)
    if missing.any():
        first = time_text(axis[int(np.argmax(missing))])
        message = f"{name} is NaN or infinite at {int(missing.sum())} of {len(values)} times, the first is {first}"
        raise DataError(Problem(key, message, hint="fill the gap, or choose a period without one"))


def _factor(series: Series, field: str, array: xr.DataArray, key: str) -> float:
    units = series.units if series.units and field != "direction" else str(array.attrs.get("units", ""))
    return factor(units or "", QUANTITIES[series.quantities[field]].si, key)


def wind_at(series: WindSeries, times: Sequence[datetime]) -> tuple[Floats, Floats]:
    """Components towards east and north at times, interpolated as components."""
    fields = _fields(series)
    if fields[0] in ("u", "u_m_s"):
        u, v = values_at(series, fields, times)
        return u, v
    wanted = seconds(times)
    span = float(wanted.min()), float(wanted.max())
    (axis, speed, _), (_, direction, _) = (_samples(series, field, span, series.where) for field in fields)
    u, v = components(speed, direction)
    return np.interp(wanted, axis, u), np.interp(wanted, axis, v)


def series_problems(series: Series, key: str, period: Period | None) -> list[Problem]:
    """Everything that is wrong with a series as far as a period needs it."""
    try:
        if period is None:
            series_times(series, key)
            return []
        span = period.start.timestamp(), period.stop.timestamp()
        samples = {field: _samples(series, field, span, key) for field in _fields(series)}
    except DataError as error:
        return data_problems(error)
    return [p for field, s in samples.items() for p in implausible(series, field, s.values, s.name, key)]


def implausible(series: Any, field: str, values: Floats, name: str, key: str) -> Iterator[Problem]:
    """Values of a variable that are not of this world in SI units."""
    quantity = QUANTITIES[series.quantities[field]]
    low, high = float(values.min()), float(values.max())
    if low < quantity.lowest or high > quantity.highest:
        expected = f"expected {quantity.lowest:g} .. {quantity.highest:g} {quantity.si}"
        hint = _missing_hint(series, low, high, key) or f"if the values are in other units, say so: {key}.units"
        message = f"{name} is between {low:g} and {high:g} {quantity.si}, {expected}"
        yield Problem(f"{key}.{field}", message, hint=hint, data=True)


def _missing_hint(series: Any, low: float, high: float, key: str) -> str:
    fill = next((value for value in (low, high) if value in FILLS), None)
    if fill is None:
        return ""
    is_table = getattr(series.source, "source_type", "") == "csv"
    return f"is {fill:g} a missing value? " + (f"then set {key}.source.missing to it" if is_table else "mask it")


def datum_problems(level: WaterLevel, key: str, domain: Domain) -> list[Problem]:
    """A water level over another datum than the domain's, as the config or else the data say."""
    from ..domain.checks import datum_problems as compare

    own = level.vertical_datum
    if not own and level.source is not None:
        try:
            with _opened(level, key) as data:
                attributes = {**data.attrs, **data[_variable(level, data, "variable", key)].attrs}
        except DataError:
            return []  # series_problems has said it
        own = str(attributes.get("vertical_datum", ""))
    return list(compare(key, own, level.offset_m, domain))
