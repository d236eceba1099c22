"""Linear interpolation on regular axes, in one and two dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mesh import Floats, Ints


@dataclass(frozen=True, eq=False)
class Bracket:
    """For each target the two neighbours on an axis, and the share of the second one."""

    low: Ints
    high: Ints
    weight: Floats
    """0 at the first neighbour, 1 at the second."""

    def shifted(self, start: int) -> Bracket:
        """The same for an axis that was cut to begin at index `start`."""
        return Bracket(self.low - start, self.high - start, self.weight)

    @property
    def window(self) -> slice:
        """The part of the axis that is needed."""
        return slice(int(min(self.low.min(), self.high.min())), int(max(self.low.max(), self.high.max())) + 1)


@dataclass(frozen=True, eq=False)
class Axis:
    """The coordinates along one dimension, increasing or decreasing; a period of 360 for longitudes, else 0."""

    values: Floats
    period: float = 0.0

    def fault(self) -> str:
        """Why it is no axis, or nothing."""
        steps = np.diff(self.values)
        if len(self.values) < 2:
            return "has a single point, two are needed to interpolate"
        if not np.isfinite(self.values).all():
            return "holds NaN"
        return "" if (steps > 0).all() or (steps < 0).all() else "neither increases nor decreases throughout"

    @property
    def is_global(self) -> bool:
        """Whether it goes all the way round, so that its ends are neighbours."""
        step = abs(float(self.values[-1] - self.values[0])) / (len(self.values) - 1)
        return self.period > 0 and abs(float(self.values[-1] - self.values[0])) + 1.01 * step >= self.period

    @property
    def limits(self) -> tuple[float, float]:
        """Its lower and upper end."""
        return float(self.values.min()), float(self.values.max())

    def aligned(self, targets: Floats) -> Floats:
        """The targets, moved by whole periods to where the axis is."""
        if not self.period:
            return targets
        low, high = self.limits
        slack = 0.0 if self.is_global else (self.period - (high - low)) / 2
        return low - slack + (targets - low + slack) % self.period

    def covers(self, targets: Floats) -> bool:
        """Whether every target lies between two points, with a thousandth of a step to spare for rounding."""
        if self.is_global:
            return True
        low, high = self.limits
        slack = 1e-3 * (high - low) / (len(self.values) - 1)
        there = self.aligned(targets)
        return bool(there.min() >= low - slack and there.max() <= high + slack)

    def bracket(self, targets: Floats) -> Bracket:
        """Neighbours and weights; a target beyond the ends gets the value of the end."""
        order = 1 if self.values[0] < self.values[-1] else -1
        axis, count = self.values[::order], len(self.values)
        if self.is_global and axis[-1] < axis[0] + self.period:
            axis = np.append(axis, axis[0] + self.period)
        there = np.clip(self.aligned(targets), axis[0], axis[-1])
        low = np.clip(np.searchsorted(axis, there, side="right") - 1, 0, len(axis) - 2)
        weight = (there - axis[low]) / (axis[low + 1] - axis[low])
        first, second = low % count, (low + 1) % count
        return Bracket(first, second, weight) if order == 1 else Bracket(count - 1 - first, count - 1 - second, weight)


def bilinear(field: Floats, rows: Bracket, columns: Bracket) -> Floats:
    """(..., n) values of a (..., ny, nx) field; NaN where a neighbour that counts is NaN."""
    total = np.zeros((*field.shape[:-2], len(rows.low)))
    for j, weight_j in ((rows.low, 1.0 - rows.weight), (rows.high, rows.weight)):
        for i, weight_i in ((columns.low, 1.0 - columns.weight), (columns.high, columns.weight)):
            weight = weight_i * weight_j
            total += np.where(weight == 0.0, 0.0, field[..., j, i] * weight)
    return total
