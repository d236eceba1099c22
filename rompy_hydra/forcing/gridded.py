"""Fields on a grid, at the places and times of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.axis import unbroken
from ..core.geo import is_lonlat
from ..core.mesh import Floats
from ..core.period import Period
from ..core.times import as_time, seconds
from ..data.ask import Ask, Wanted
from ..data.cut import Box, Need
from ..data.fields import Fields, steps_within
from ..data.layout import name_of
from ..errors import ConfigError, DataError, Problem, raise_for
from ..source.base import data_problems, opened, with_file

if TYPE_CHECKING:
    from ..domain import Domain
    from .grid import Gridded
    from .level import Level
    from .water import WaterLevelGrid

_LOOKED_AT = 3
"""Fields of which values are looked at before a run: the first, one in the middle, the last."""


def ask_of(grid: Gridded, key: str) -> Ask:
    """What a node asks of its source."""
    along = getattr(grid, "along", None)
    return Ask(
        source=grid.source,
        node=key,
        wanted={
            grid.quantities[n]: Wanted(f"{key}.{n}", getattr(grid, n), n not in grid.own_units) for n in grid.chosen()
        },
        units=grid.units,
        crs=grid.crs,
        gaps=grid.gaps,
        nan=grid.nan,
        along_grid=None if along is None else along == "grid",
    )


class Ready:
    """Fields of which the needed part is at hand."""

    def __init__(self, fields: Fields):
        self.fields = fields

    def at(self, times: Sequence[datetime], lon: Floats, lat: Floats) -> Floats | tuple[Floats, ...]:
        """(nt, n) values at n places; a pair of them, towards east and north, for wind.

        Raises:
            DataError: times or places are not covered, or data are missing there.
        """
        found = tuple(self.fields.on(*self.fields.places(lon, lat)).at(times).values())
        return found if len(found) > 1 else found[0]


@contextmanager
def prepared(grid: Gridded, period: Period, domain: Domain) -> Iterator[Ready]:
    """The fields around a domain for a period, from the cache.

    Raises:
        DataError: they do not cover it, or cannot be read.
    """
    ask = ask_of(grid, grid.where)
    with ask.open() as whole:
        need = needed(whole, period, domain)
        raise_for(_uncovered(grid, whole, need, domain))
    with ask.cut(need) as part:
        yield Ready(part)


def level_at(level: WaterLevelGrid, times: Sequence[datetime], lon: Floats, lat: Floats) -> Floats:
    """(nt, n) water level [m] over the domain's vertical datum, bilinear in space and linear in time.

    Raises:
        DataError: times or places are not covered, or data are missing there.
    """
    return np.asarray(fields_at(level, times, lon, lat)[0] + np.reshape(level.added(times), (-1, 1)))


class _ReadyLevel:
    """A water level of which the needed part is at hand."""

    def __init__(self, ready: Ready, added: Callable[[Sequence[datetime]], Floats | float]):
        self.ready, self.added = ready, added

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """(nt, n) water level [m] over the domain's vertical datum at n places.

        Raises:
            DataError: times or places are not covered, or data are missing there.
        """
        assert lon is not None  # it varies
        assert lat is not None
        return np.asarray(self.ready.at(times, lon, lat) + np.reshape(self.added(times), (-1, 1)))


@contextmanager
def prepared_level(level: WaterLevelGrid, period: Period, domain: Domain) -> Iterator[Level]:
    """A water level around a domain for a period, from the cache.

    Raises:
        DataError: the fields do not cover it, or cannot be read.
    """
    with prepared(level, period, domain) as ready:
        yield _ReadyLevel(ready, level.added)


def grid_steps(grid: Gridded, period: Period) -> list[datetime]:
    """The start, the times of the fields between, and the end; only the time coordinate is read."""
    span = seconds([period.start, period.stop])
    with ask_of(grid, grid.where).open() as fields:
        inner = [as_time(t) for t in steps_within(fields.times_s, *span)[1:-1]]
    return [period.start, *inner, period.stop]


def grid_coverage(grid: Gridded, key: str) -> str:
    """Variables, times and limits of the fields, in words.

    Raises:
        DataError: the source cannot be read.
    """
    with ask_of(grid, key).open() as fields:
        return fields.words


def fields_at(grid: Gridded, times: Sequence[datetime], lon: Floats, lat: Floats) -> list[Floats]:
    """One (nt, n) array in SI units for each variable, bilinear in space and linear in time.

    Raises:
        DataError: times or places are not covered, or data are missing there.
    """
    with ask_of(grid, grid.where).open() as whole:
        x, y = whole.places(unbroken(np.atleast_1d(lon)), np.atleast_1d(lat))
        span = seconds([min(times), max(times)])
        need = Need((span[0], span[1]), _box(whole, x, y), reach=whole.reach)
        raise_for(whole.problems(need))
        return list(whole.cut(need).on(x, y).at(times).values())


def needed(fields: Fields, period: Period, domain: Domain) -> Need:
    """What a domain needs of fields for a period.

    Raises:
        DataError: the domain is nowhere on Earth.
    """
    from ..domain.extent import rim

    places = rim(domain)
    if places is None:
        raise DataError(_nowhere(fields.node))
    span = seconds([period.start, period.stop])
    return Need((float(span[0]), float(span[1])), _box(fields, *fields.places(*places)), reach=fields.reach)


def _box(fields: Fields, x: Floats, y: Floats) -> Box:
    return Box.around(x, y, is_lonlat=fields.is_lonlat)


def _nowhere(key: str) -> Problem:
    hint = "set domain.crs to EPSG:4326 or a metric EPSG:n, or use kind: constant or series"
    return Problem(key, "fields on a grid need a domain on Earth, this one has crs local", hint=hint)


def grid_problems(grid: Gridded, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
    """What is wrong with the fields as far as a period and a domain need them; reads a few fields."""
    try:
        with ask_of(grid, key).open() as fields:
            if period is None or domain is None:
                return []
            return with_file(_problems(grid, fields, period, domain), grid.source)
    except DataError as error:
        return data_problems(error)


def _problems(grid: Gridded, fields: Fields, period: Period, domain: Domain) -> Iterator[Problem]:
    from ..domain.extent import rim

    try:
        places = rim(domain)
    except (ConfigError, DataError):
        return  # the problems of the domain say why
    if places is None:
        yield _nowhere(fields.node)
        return
    need = needed(fields, period, domain)
    found = _uncovered(grid, fields, need, domain)
    yield from found
    if not found and grid.is_everywhere:
        _look(fields, need, *places)


def _uncovered(grid: Gridded, fields: Fields, need: Need, domain: Domain) -> list[Problem]:
    """What is missing for a domain; of places only for what is needed all over it."""
    from ..domain.extent import coordinates

    found = list(fields.problems(need if grid.is_everywhere else replace(need, box=None)))
    if not found or not is_lonlat(domain.crs):
        return found
    corners = replace(need, box=_box(fields, *fields.places(*coordinates(domain).T)))
    if any(fields.problems(corners)):
        return found
    bent = f"; its edges are straight in {domain.metric_crs()} and go beyond its corners"
    return [replace(p, hint=p.hint + bent) for p in found]


def place_problems(grid: Gridded, key: str, lon: Floats, lat: Floats, period: Period) -> list[Problem]:
    """What is wrong with the values at places within a period; reads a few fields."""
    try:
        with ask_of(grid, key).open() as fields:
            span = seconds([period.start, period.stop])
            lon = unbroken(lon)
            need = Need((float(span[0]), float(span[1])), _box(fields, *fields.places(lon, lat)), reach=fields.reach)
            if found := with_file(fields.problems(need), grid.source):
                return found
            _look(fields, need, lon, lat)
            return []
    except DataError as error:
        return data_problems(error)


def _look(fields: Fields, need: Need, lon: Floats, lat: Floats) -> None:
    """Nothing for values that can be used at places, in the first field, one in the middle, and the last.

    Raises:
        DataError: values are missing, or not of this world.
    """
    there = fields.cut(need).on(*fields.places(lon, lat))
    inner = steps_within(fields.times_s, *need.span_s or (0.0, 0.0))
    for at in inner[np.unique(np.linspace(0, len(inner) - 1, _LOOKED_AT).astype(int))]:
        there.at([as_time(at)])  # one by one: all that is between them would be read too


def attributes_of(grid: Gridded, key: str) -> dict[str, Any]:
    """Attributes of the first variable, over those of the whole data.

    Raises:
        DataError: the source cannot be read.
    """
    with opened(grid.source, f"{key}.source") as data, ask_of(grid, key).open() as fields:
        return {**data.attrs, **data[name_of(fields.first)].attrs}
