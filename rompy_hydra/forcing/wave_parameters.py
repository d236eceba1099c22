"""Config of waves by their parameters: the same all along a segment of the boundary, or at several points of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ..core.node import Node
from .constant import Unchanging
from .wave_shape import Jonswap, Shape

if TYPE_CHECKING:
    from ..core.mesh import Floats

STEEPEST = 0.14
"""Height over length of the steepest regular wave in deep water (Michell 1893: 0.1412)."""
G_M_S2 = 9.81


@dataclass(frozen=True, eq=False)
class WaveParameters:
    """Parameters of a sea at (nt,) times."""

    hs_m: Floats
    """(nt,) significant wave height [m]; 0 is calm."""
    period_s: Floats
    """(nt,) peak period, or mean period Tm01 [s]."""
    is_peak: bool
    from_deg: Floats
    """(nt,) direction that the waves come from, clockwise from north [degrees], 0 .. 360."""
    spread: Floats
    """(nt,) directional width: circular standard deviation on one side of the direction [degrees], or the power."""
    is_power: bool
    """Whether the width is the power m of a spreading with cos**m."""


def most_m(period_s: Floats | float) -> Floats | float:
    """The height beyond which waves of a period are too steep to be [m]: 0.14 of their length in deep water."""
    return STEEPEST * G_M_S2 * period_s**2 / (2 * math.pi)


class Sea(Node):
    """Waves by height, period, direction and directional width."""

    hs: float = Field(gt=0, le=30)
    """Significant wave height [m]."""
    tp: float | None = Field(None, gt=0, le=40)
    """Peak period [s]; give this or ``tm01``."""
    tm01: float | None = Field(None, gt=0, le=40)
    """Mean period Tm01 [s], m0 / m1 of the spectrum over frequencies."""
    from_deg: float = Field(ge=-360, le=360)
    """Direction that the waves come from, clockwise from north [degrees]: 270 are waves from the west."""
    spread_deg: float | None = Field(None, gt=0, le=80)
    """Directional width on one side of the direction, the circular standard deviation [degrees]; 30 is a wind sea, 10 a
    swell. Give this or ``spread_power``."""
    spread_power: float | None = Field(None, gt=0, le=2000)
    """Directional width as the power m of a spreading with cos**m [1]."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Sea:
        for one, other in (("tp", "tm01"), ("spread_deg", "spread_power")):
            given = [name for name in (one, other) if getattr(self, name) is not None]
            if len(given) != 1:
                raise ValueError(f"expected {one} or {other}, got {' and '.join(given) or 'neither'}")
        if self.hs > (most := most_m(self.period_s)):
            waves = f"waves of {self.period_s:g} s are at most {most:.3g} m high, {STEEPEST:g} of their length"
            raise ValueError(f"hs {self.hs:g} m is too steep: {waves} in deep water; correct hs or the period")
        return self

    @property
    def period_s(self) -> float:
        """Peak or mean period [s]."""
        return self.tp or self.tm01 or 0.0

    def parameters(self, count: int) -> WaveParameters:
        """It at `count` times."""
        import numpy as np

        is_power = self.spread_power is not None
        width = self.spread_power if is_power else self.spread_deg
        values = (self.hs, self.period_s, self.from_deg % 360.0, width)
        hs, period, direction, spread = (np.full(count, v, dtype=np.float64) for v in values)
        return WaveParameters(hs, period, self.tp is not None, direction, spread, is_power)


class ParametricWaves(Sea, Unchanging):
    """The same waves at all times, all along a segment."""

    kind: Literal["parametric"] = "parametric"
    shape: Shape = Jonswap()
    """Shape of the spectrum over frequencies."""

    def parameters_at(self, times: Sequence[datetime]) -> WaveParameters:
        """(nt,) parameters."""
        return self.parameters(len(times))


class SeaPoint(Sea):
    """Waves at a point of a segment."""

    distance_m: float = Field(ge=0)
    """Distance along the segment from its beginning [m]."""


class PointWaves(Unchanging):
    """Waves that differ along a segment, at all times the same; between the points a model interpolates."""

    kind: Literal["points"] = "points"
    points: list[SeaPoint] = Field(min_length=1)
    """Parameters at distances along the segment, in increasing order."""
    shape: Shape = Jonswap()
    """Shape of the spectrum over frequencies."""

    is_uniform: ClassVar[bool] = False

    @field_validator("points")
    @classmethod
    def _are_of_one_kind_in_order(cls, points: list[SeaPoint]) -> list[SeaPoint]:
        for i, (before, after) in enumerate(pairwise(points), start=1):
            if after.distance_m <= before.distance_m:
                found = f"distance_m {after.distance_m:g} of point {i} follows {before.distance_m:g}"
                raise ValueError(f"distances have to increase, but {found}")
        for name, other in (("tp", "tm01"), ("spread_deg", "spread_power")):
            if len({getattr(point, name) is None for point in points}) > 1:
                raise ValueError(f"some points have {name} and some {other}; give the same for all")
        return points

    @property
    def distances_m(self) -> tuple[float, ...]:
        """Of the points, from the beginning of the segment."""
        return tuple(point.distance_m for point in self.points)

    def parameters_at(self, times: Sequence[datetime]) -> tuple[WaveParameters, ...]:
        """(nt,) parameters at each of the points."""
        return tuple(point.parameters(len(times)) for point in self.points)
