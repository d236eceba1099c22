"""The water level of a tide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ..core.mesh import Floats
from .constituents import SPEEDS_DEG_PER_HOUR

if TYPE_CHECKING:
    from .water import Tides


def tide_at(tides: Tides, times: Sequence[datetime], start: datetime) -> Floats:
    """(nt,) mean + ramp(t) (sum A cos(speed (t - phase_reference) - phase) + surge) [m].

    The ramp is (1 - cos(pi s)) / 2 with s from 0 at `start` to 1 at the end of the ramp.
    """
    hours = np.array([(t - tides.phase_reference) / timedelta(hours=1) for t in times], dtype=np.float64)
    level = np.zeros(len(hours))
    for name, part in sorted(tides.constituents.items()):
        level += part.amplitude_m * np.cos(np.radians(SPEEDS_DEG_PER_HOUR[name] * hours - part.phase_deg))
    if tides.surge is not None:
        level += tides.surge.at(times)
    if tides.ramp is not None:
        share = np.clip([(t - start) / tides.ramp for t in times], 0.0, 1.0)
        level *= 0.5 * (1.0 - np.cos(np.pi * share))
    return level + tides.mean_m
