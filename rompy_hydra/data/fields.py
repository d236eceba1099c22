"""Variables on the same axes: what they cover, the part that is needed, and their values at places and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from ..core.geo import LON_LAT, project
from ..core.times import seconds, time_words
from ..errors import DataError, Problem
from .blocks import BUDGET, blocks
from .cut import REACH, Need, at_times, cut, problems, times_of_array
from .layout import TIME, name_of
from .places import ToPlaces, area_words, outside_problem
from .policies import Gaps, NanPolicy
from .times import coverage_problem

if TYPE_CHECKING:
    from ..core.mesh import Floats, Ints
    from ..core.weights import Weights


@dataclass(frozen=True, eq=False)
class Fields:
    """Lazy variables by the names of their quantities, as `Understood` gives them."""

    arrays: Mapping[str, xr.DataArray]
    key: str
    """Config key of the source."""
    node: str
    """Config key of the node that asks for them; ``gaps`` and ``nan`` are below it."""
    gaps: Gaps = "error"
    nan: NanPolicy = "error"
    crs: str = LON_LAT
    """Of their places."""
    wider: str = ""
    """What to change for data of a larger area."""
    area: str = ""
    """What they covered before they were cut, in words."""

    @cached_property
    def first(self) -> xr.DataArray:
        """One of them, for its axes."""
        return next(iter(self.arrays.values()))

    @cached_property
    def times_s(self) -> Floats:
        """(n,) their times [s since 1970]; empty for variables without time."""
        return times_of_array(self.first) if TIME in self.first.dims else np.empty(0)

    @property
    def is_lonlat(self) -> bool:
        """Whether their places are longitudes and latitudes."""
        return self.crs == LON_LAT

    @property
    def reach(self) -> int:
        """Cells around what is needed in which values for missing ones are looked for."""
        return REACH if self.nan == "nearest_wet" else 0

    @property
    def words(self) -> str:
        """What they cover, for people."""
        names = ", ".join(dict.fromkeys(name_of(a) for a in self.arrays.values()))
        times = [time_words(self.times_s, "times")] if len(self.times_s) else []
        if self.first.ndim == 0:
            return f"{names}: the same at all times and places"
        size = " x ".join(map(str, self.first.shape[-2:]))
        return f"{names}: " + "; ".join([*times, f"{area_words(self.first)}, {size} points"])

    def problems(self, need: Need) -> Iterator[Problem]:
        """What is missing for what is needed; told once for variables on the same axes."""
        told: dict[str, Problem] = {}
        for array in self.arrays.values():
            for problem in problems(array, need, self.key, self.gaps, self.node, self.wider):
                told.setdefault(problem.message.replace(name_of(array), ""), problem)
        yield from told.values()

    def cut(self, need: Need) -> Fields:
        """The part that is needed, lazily."""
        area = self.area or (area_words(self.first) if "j" in self.first.dims else "")
        return replace(self, arrays={name: cut(array, need) for name, array in self.arrays.items()}, area=area)

    def places(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Places in the coordinates of the variables."""
        return project(lon, lat, LON_LAT, self.crs)

    def on(self, x: Floats, y: Floats, weights: Weights | None = None) -> FieldsAt:
        """The variables at (n,) places in their coordinates; by `weights`, else those of the points around each.

        Raises:
            DataError: a place is outside of a curvilinear grid, or the variables are at separate points.
        """
        return FieldsAt(self, x, y, weights)


class FieldsAt:
    """Variables at places, at any times."""

    def __init__(self, fields: Fields, x: Floats, y: Floats, weights: Weights | None = None):
        self.fields = fields
        self._to = {
            name: ToPlaces(array, x, y, fields.nan, fields.key, fields.node, weights)
            for name, array in fields.arrays.items()
        }
        self._count = len(x)
        outside = next(iter(self._to.values())).outside
        if outside.any():
            area = fields.area or area_words(fields.first)
            raise DataError(outside_problem(outside, name_of(fields.first), area, fields.key))

    def at(self, times: Sequence[datetime]) -> dict[str, Floats]:
        """(nt, n) values of each variable, linear in time between its own times.

        Raises:
            DataError: the times are not covered, or data are missing.
        """
        wanted, axis_s = seconds(times), self.fields.times_s
        if not len(axis_s):
            return {name: np.tile(values, (len(wanted), 1)) for name, values in self.still().items()}
        span = float(wanted.min()), float(wanted.max())
        if problem := coverage_problem(self.fields.key, axis_s, *span):
            raise DataError(problem)
        return self._moving(wanted)

    def still(self) -> dict[str, Floats]:
        """(n,) values of each variable, of variables without time.

        Raises:
            DataError: data are missing.
        """
        [(_, values)] = blocks(list(self.fields.arrays.values()), self.fields.key)
        return {name: self._to[name](v[None])[0] for name, v in zip(self.fields.arrays, values, strict=True)}

    def _moving(self, wanted: Floats) -> dict[str, Floats]:
        """Only fields that count are read."""
        low, share = between(self.fields.times_s, wanted)
        used = np.unique(np.concatenate([low[share < 1.0], low[share > 0.0] + 1]))
        needed = replace(self.fields, arrays={n: at_times(a, used) for n, a in self.fields.arrays.items()})
        low, high = np.searchsorted(used, low), np.searchsorted(used, low + 1)
        found = {name: np.zeros((len(wanted), self._count)) for name in needed.arrays}
        budget = BUDGET * needed.first[0].size // max(needed.first[0].size, self._count)
        for part, values in blocks(list(needed.arrays.values()), needed.key, budget):
            for (name, result), block in zip(found.items(), values, strict=True):
                there = self._to[name](block)
                for at, weight in ((low, 1.0 - share), (high, share)):  # in this order for blocks of any length
                    here = (at >= part.start) & (at < part.stop) & (weight > 0.0)
                    result[here] += weight[here, None] * there[at[here] - part.start]
        return found


def between(axis_s: Floats, wanted: Floats) -> tuple[Ints, Floats]:
    """(n,) position of the time at or before each wanted one, and how far it is on the way to the next, 0 to 1."""
    if len(axis_s) == 1:
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted))
    low = np.clip(np.searchsorted(axis_s, wanted, side="right") - 1, 0, len(axis_s) - 2)
    return low, (wanted - axis_s[low]) / (axis_s[low + 1] - axis_s[low])


def steps_within(axis_s: Floats, first_s: float, last_s: float) -> Floats:
    """The first time, the times of data strictly between, and the last: straight lines between these lose nothing."""
    inner = axis_s[(axis_s > first_s) & (axis_s < last_s)]
    return np.concatenate([[first_s], inner, [last_s]])
