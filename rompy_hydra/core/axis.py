"""Coordinates along one dimension: in order, around the globe, and where places are among them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .mesh import Flags, Floats, Ints

CIRCLE = 360.0
_WIDEST = 120.0
"""Of wider steps none makes a circle [degrees]."""
_CLOSED = 1.5
"""A circle of longitudes whose gap between last and first is below so many usual steps is closed."""
_SAME = 1e-3
"""Longitudes of a grid that differ by less of a usual step are the same one, said as 0.1 and 360.1."""
_SPARE = 0.05
"""Share of a step by which a place may be beyond the ends: lines straight for the model are bent for the data."""
_SUMMED = 1e-10
"""Error of coordinates that were made by adding steps up, as numpy.arange and many a program do [degrees]."""
_MOST_PARTS = 36_000
"""Steps and beginnings of grids are whole tenths of seconds of arc, or simple parts of a degree."""
GAP = 1.5
"""A step longer than so many of those beside it is a gap; months, from 28 to 31 days, have none."""
_BESIDE = 2
"""Steps on each side with which one is compared."""
SNAP = 1e-6
"""Weights that differ by less are equal: a place went through a projection, and back."""


@dataclass(frozen=True, eq=False)
class Bracket:
    """For each target the two neighbours on an axis, and the share of the second one."""

    low: Ints
    high: Ints
    weight: Floats
    """0 at the first neighbour, 1 at the second."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Increasing coordinates along one dimension; of longitudes, the end may be the neighbour of the beginning."""

    values: Floats
    """(n,) increasing; longitudes span less than a circle."""
    is_circle: bool = False
    """Longitudes: a target may be given with any number of turns."""

    def fault(self) -> str:
        """Why it is no axis, or nothing."""
        if len(self.values) < 2:
            return "has a single point, two are needed to interpolate"
        if not np.isfinite(self.values).all():
            return "holds values that are no numbers"
        return "" if (np.diff(self.values) > 0).all() else "holds the same value twice"

    @property
    def is_closed(self) -> bool:
        """Whether it goes all the way round."""
        if not self.is_circle or len(self.values) < 2:
            return False
        gap, usual = CIRCLE - float(self.values[-1] - self.values[0]), float(np.median(np.diff(self.values)))
        return usual <= _WIDEST and gap <= _CLOSED * usual

    @property
    def limits(self) -> tuple[float, float]:
        """Its lower and upper end."""
        return float(self.values[0]), float(self.values[-1])

    def aligned(self, targets: Floats) -> Floats:
        """The targets, longitudes moved by whole turns to where the axis is."""
        if not self.is_circle:
            return targets
        low, high = self.limits
        slack = 0.0 if self.is_closed else (CIRCLE - (high - low)) / 2
        turns = np.floor((targets - (low - slack)) / CIRCLE)
        return np.where(turns == 0, targets, targets - turns * CIRCLE)

    def beyond(self, targets: Floats) -> Flags:
        """Which targets lie beyond the ends, with a twentieth of a step to spare: there the end stands for them."""
        if self.is_closed:
            return np.zeros(np.shape(targets), dtype=bool)
        low, high = self.limits
        slack = _SPARE * (high - low) / max(len(self.values) - 1, 1)
        there = self.aligned(targets)
        return (there < low - slack) | (there > high + slack)

    def covers(self, targets: Floats) -> bool:
        """Whether no target lies beyond the ends."""
        return not self.beyond(targets).any()

    def spans(self, low: float, high: float) -> bool:
        """Whether nothing from `low` to `high` lies beyond the ends."""
        start = float(self.aligned(np.array([low]))[0])
        ends = np.array([start, start + (high - low)])
        return self.is_closed or Axis(self.values).covers(ends)

    def bracket(self, targets: Floats) -> Bracket:
        """Neighbours and weights; a target beyond the ends gets the value of the end."""
        axis, count = self.values, len(self.values)
        if self.is_closed:
            axis = np.append(axis, axis[0] + CIRCLE)
        there = np.clip(self.aligned(targets), axis[0], axis[-1])
        low = np.clip(np.searchsorted(axis, there, side="right") - 1, 0, len(axis) - 2)
        weight = (there - axis[low]) / (axis[low + 1] - axis[low])
        return Bracket(low % count, (low + 1) % count, snapped(weight))

    def window(self, low: float, high: float, pad: int = 0) -> tuple[Ints, Floats]:
        """What interpolation from `low` to `high` needs: positions on this axis, and the coordinates there.

        With `pad` more points on each side. On a closed circle the positions may begin near its end and go on at its
        beginning, on any other axis they end with it; coordinates are where `low` and `high` are.
        """
        start = float(self.aligned(np.array([low]))[0])
        stop = start + (high - low)
        slack = SNAP * float(np.diff(self.values).min(initial=np.inf)) if len(self.values) > 1 else 0.0
        begin, end = self._at(start + slack), self._at(stop + slack)
        end += 1 if self._value(end) >= stop - slack else 2
        positions = np.arange(begin - pad, end + pad)
        count = len(self.values)
        if not self.is_closed:
            positions = positions[(positions >= 0) & (positions < count)]
            return positions, self.values[positions] - (start - low)
        positions = positions[:count]
        turned = self.values[positions % count] + CIRCLE * (positions // count) - (start - low)
        return positions % count, turned

    def _at(self, target: float) -> int:
        """Position of the last point at or before a target; on a closed circle counted on over its ends."""
        turns = int(np.floor((target - self.values[0]) / CIRCLE)) if self.is_closed else 0
        found = int(np.searchsorted(self.values, target - turns * CIRCLE, side="right")) - 1
        return found + turns * len(self.values) if self.is_closed else min(max(found, 0), len(self.values) - 1)

    def _value(self, position: int) -> float:
        turns, at = divmod(position, len(self.values))
        return float(self.values[at]) + CIRCLE * turns


def gaps_at(values: Floats) -> tuple[Ints, Floats]:
    """(k,) positions after which (n,) values go on in a much longer step than beside it, and (k,) the step beside.

    One of three in a row that are alike is none: the values go on in wider steps there.

    >>> at, beside = gaps_at(np.array([0.0, 1.0, 2.0, 5.0, 6.0, 7.0]))
    >>> at.tolist(), beside.tolist()
    ([2], [1.0])
    >>> gaps_at(np.array([0.0, 1.0, 2.0, 5.0, 8.0, 11.0]))[0].tolist()
    []
    """
    steps = np.diff(values)
    if len(steps) < 2:
        return np.empty(0, np.int64), np.empty(0)
    beside = np.pad(steps, _BESIDE, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(beside, 2 * _BESIDE + 1)
    around = np.delete(windows, _BESIDE, axis=1)
    is_like = GAP * around >= steps[:, None]
    goes_on = (is_like[:, :-1] & is_like[:, 1:]).any(axis=1)
    least = np.nanmin(around, axis=1)
    found = np.flatnonzero((steps > GAP * least) & ~goes_on)
    return found, least[found]


def snapped(weight: Floats) -> Floats:
    """Weights, those within a millionth of 0 or 1 made just that.

    A place that went through a projection is on a point of the grid but for rounding, and needs no value of its
    neighbours, which may have none.
    """
    return np.where(weight < SNAP, 0.0, np.where(weight > 1.0 - SNAP, 1.0, weight))


def unbroken(lon: Floats) -> Floats:
    """Longitudes moved by whole turns into the shortest arc that holds them all; it begins in -180..180.

    >>> unbroken(np.array([179.0, -179.0, 180.0])).tolist()
    [179.0, 181.0, 180.0]
    """
    wrapped = wrap(lon)
    places = np.unique(wrapped)
    gaps = np.diff(places, append=places[0] + CIRCLE)
    west = float(places[(int(np.argmax(gaps)) + 1) % len(places)])
    return np.where(wrapped < west, wrapped + CIRCLE, wrapped)


def near(lon: Floats, middle: float) -> Floats:
    """Longitudes moved by whole turns to within half a turn of `middle`; those that are there are not touched."""
    turns = np.floor((lon - middle + CIRCLE / 2) / CIRCLE)
    return np.where(turns == 0, lon, lon - turns * CIRCLE)


def wrap(lon: Floats) -> Floats:
    """Longitudes in -180..180, 180 being -180; those that are there already are not touched."""
    return near(np.asarray(lon, dtype=np.float64), 0.0)


def in_order(lon: Floats) -> tuple[Ints, Floats]:
    """Positions that put the longitudes of a grid in increasing order without a break, and the longitudes in it.

    The first is in -180..180; a closed circle begins after -180, another one after its widest gap. A longitude that is
    there twice, such as 0 and 360, is taken once.
    """
    wrapped = wrap(lon)
    order = np.argsort(wrapped, kind="stable")
    ordered = wrapped[order]
    steps = np.diff(ordered)
    kept = np.concatenate([[True], steps > _SAME * np.median(steps)]) if len(steps) else np.ones(1, bool)
    order, ordered = order[kept], ordered[kept]
    gaps = np.diff(ordered, append=ordered[0] + CIRCLE)
    widest = int(np.argmax(gaps))
    if gaps[widest] > _CLOSED * np.median(gaps) and widest < len(ordered) - 1:
        order, ordered = np.roll(order, -widest - 1), np.roll(ordered, -widest - 1)
        ordered = np.where(ordered < ordered[0], ordered + CIRCLE, ordered)
    return order, ordered


def straightened(values: Floats, stored: Floats | None = None) -> Floats:
    """Equal steps made equal to the last bit, where they are equal but for the rounding of how they were stored.

    A grid of 0.1 degrees is stored as 359.9 or as -0.1, in single or double precision; here both are the same number.
    Values with other steps are not touched, and none moves by more than a thousandth of a step.

    Args:
        values: (n,) in order.
        stored: as they were before turns were added, which tells the precision that they have.
    """
    if len(values) < 2:
        return values
    stored = values if stored is None else stored
    stored_in = np.float32 if np.array_equal(stored.astype(np.float32), stored) else np.float64
    count = len(values) - 1
    resolution = max(float(np.finfo(stored_in).eps) * max(CIRCLE, float(np.abs(stored).max())), _SUMMED)
    slack = min(resolution, 1e-3 * abs(float(values[-1] - values[0])) / count)
    first = _simple(float(values[0]), slack)
    step = _simple(float(values[-1] - values[0]) / count, slack / count)
    if first is None or step is None:
        return values
    denominator = first.denominator * step.denominator
    numerators = first.numerator * step.denominator + np.arange(count + 1) * (step.numerator * first.denominator)
    straight: Floats = numerators / denominator
    return straight if np.abs(straight - values).max() <= slack else values


def _simple(value: float, slack: float) -> Fraction | None:
    """The simplest fraction that a value is but for rounding; None for one that is none."""
    near, by = Fraction(value), Fraction(slack)
    found = _simplest(near - by, near + by)
    return found if found.denominator <= _MOST_PARTS else None


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator between two numbers, by their continued fractions."""
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    return whole - 1 + 1 / _simplest(1 / (high - whole + 1), 1 / (low - whole + 1))
