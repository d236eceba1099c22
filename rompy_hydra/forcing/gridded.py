"""Fields on a lon/lat grid at places and times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from ..core.mesh import Floats
from ..core.period import Period
from ..errors import ConfigError, DataError, Problem
from ..source.base import data_problems, opened
from ..source.conventions import factor, find_axis, find_variable
from ..source.coverage import time_words
from ..source.grids import GridReader, grid_reader
from ..source.times import axis_seconds, bracket_window, coverage_problem, seconds
from .quantities import QUANTITIES
from .reading import implausible

if TYPE_CHECKING:
    import xarray as xr

    from ..domain import Domain
    from .air import Gridded


@dataclass(frozen=True, eq=False)
class _Field:
    """One variable with its axes; values are read only where they are asked for."""

    array: xr.DataArray
    time_dim: str
    times_s: Floats
    scale: float
    """To SI units."""
    key: str

    def cut(self, first_s: float, last_s: float) -> tuple[Floats, GridReader]:
        """The times that interpolation between two times needs, and a reader for them.

        Raises:
            DataError: the times are not covered.
        """
        if problem := coverage_problem(self.key, self.times_s, first_s, last_s):
            raise DataError(problem)
        window = bracket_window(self.times_s, first_s, last_s)
        array = self.array.isel({self.time_dim: window})
        return self.times_s[window], grid_reader(array, True, self.key, (self.time_dim,))


@contextmanager
def _open(grid: Gridded, key: str) -> Iterator[dict[str, _Field]]:
    with opened(grid.source, f"{key}.source") as data:
        yield {field: _field(grid, data, field, key) for field in grid.quantities}


def _field(grid: Gridded, data: xr.Dataset, field: str, key: str) -> _Field:
    quantity = QUANTITIES[grid.quantities[field]]
    array = data[find_variable(data, getattr(grid, field), f"{key}.{field}", quantity.like)]
    source = f"{key}.source"
    time = array.coords[find_axis(array, "time", source)]
    scale = factor(grid.units or str(array.attrs.get("units", "")), quantity.si, key)
    return _Field(array, str(time.dims[0]), axis_seconds(time, source), scale, source)


def grid_times(grid: Gridded) -> Floats:
    """(n,) seconds since 1970 of the fields; only the time coordinate is read."""
    with _open(grid, grid.where) as fields:
        return next(iter(fields.values())).times_s


def grid_coverage(grid: Gridded, key: str) -> str:
    """Variables, times and limits of the fields, in words.

    Raises:
        DataError: the source cannot be read.
    """
    with _open(grid, key) as fields:
        first, names = next(iter(fields.values())), [str(field.array.name) for field in fields.values()]
        extent = grid_reader(first.array, True, first.key, (first.time_dim,)).extent
        return f"{', '.join(names)}: {time_words(first.times_s, 'times')}; {extent}"


def fields_at(
    grid: Gridded, names: Sequence[str], times: Sequence[datetime], lon: Floats, lat: Floats, key: str = ""
) -> list[Floats]:
    """One (nt, n) array in SI units for each variable, bilinear in space and linear in time.

    Raises:
        DataError: times or places are not covered, or data are missing there.
    """
    wanted = seconds(times)
    with _open(grid, key or grid.where) as fields:
        return [_values(fields[name], wanted, np.atleast_1d(lon), np.atleast_1d(lat)) for name in names]


def _values(field: _Field, wanted: Floats, lon: Floats, lat: Floats) -> Floats:
    axis, reader = field.cut(float(wanted.min()), float(wanted.max()))
    if problem := reader.coverage_problem(lon, lat):
        raise DataError(problem)
    values = reader.at(lon, lat) * field.scale
    if np.isnan(values).any():
        message = f"{field.array.name} is NaN at {int(np.isnan(values).any(axis=0).sum())} of {len(lon)} places"
        raise DataError(Problem(field.key, message, hint="give data without gaps over the domain"))
    return _in_time(axis, values, wanted)


def _in_time(axis: Floats, values: Floats, wanted: Floats) -> Floats:
    if len(axis) == 1:
        return np.repeat(values, len(wanted), axis=0)
    low = np.clip(np.searchsorted(axis, wanted, side="right") - 1, 0, len(axis) - 2)
    share = ((wanted - axis[low]) / (axis[low + 1] - axis[low]))[:, None]
    return values[low] * (1.0 - share) + values[low + 1] * share


def grid_problems(grid: Gridded, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
    """What is wrong with the fields as far as a period and a domain need them; reads values at the start only."""
    try:
        with _open(grid, key) as fields:
            found = [p for name, field in fields.items() for p in _problems(grid, name, field, key, period, domain)]
    except DataError as error:
        return data_problems(error)
    return list(dict.fromkeys(found))  # u and v share their axes


def _problems(
    grid: Gridded, name: str, field: _Field, key: str, period: Period | None, domain: Domain | None
) -> Iterator[Problem]:
    if period is None or domain is None:
        return
    from ..domain.extent import lonlat_box

    try:
        places = lonlat_box(domain)
    except (ConfigError, DataError):
        return  # the problems of the domain say why
    if places is None:
        hint = "set domain.crs to EPSG:4326 or a metric EPSG:n, or use kind: constant or series"
        yield Problem(key, "fields on a lon/lat grid need a domain on Earth, this one has crs local", hint=hint)
        return
    if problem := coverage_problem(field.key, field.times_s, period.start.timestamp(), period.stop.timestamp()):
        yield problem
        return
    values = _values(field, seconds([period.start]), *places)
    yield from implausible(grid, name, values, str(field.array.name), key)
