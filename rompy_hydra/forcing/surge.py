"""A surge on top of a tide or a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..core.node import Node
from ..core.period import Period, PositiveDuration, UtcTime, format_duration, format_time
from ..errors import Problem

if TYPE_CHECKING:
    from ..core.mesh import Floats


class Surge(Node):
    """A pulse of water level, gaussian in time: peak 2**-(2 (t - time) / duration)**2."""

    peak_m: float
    """Height at its top [m]; negative is a set-down."""
    time: UtcTime
    """When it is highest."""
    duration: PositiveDuration
    """How long it is above half of its peak, e.g. ``6h``."""

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) water level [m]."""
        import numpy as np

        offsets = np.array([(t - self.time) / self.duration for t in times], dtype=np.float64)
        return np.asarray(self.peak_m * 2.0 ** -((2.0 * offsets) ** 2))


def top_m(surge: Surge | None) -> float:
    """What a surge adds at most [m]."""
    return max(surge.peak_m, 0.0) if surge else 0.0


def surge_problems(key: str, surge: Surge | None, period: Period | None) -> list[Problem]:
    """A surge of which the run would see less than a hundredth of its peak."""
    if surge is None or period is None:
        return []
    reach = surge.duration * 1.3  # 2**-(2.6**2) is 0.9 % of the peak
    if surge.time + reach > period.start and surge.time - reach < period.stop:
        return []
    lasts = f"peaks at {format_time(surge.time)} and lasts {format_duration(surge.duration)}"
    hint = f"move its time into the period, or set {key} to null"
    return [Problem(f"{key}.time", f"the surge {lasts}, outside of the run {period}", hint=hint)]
