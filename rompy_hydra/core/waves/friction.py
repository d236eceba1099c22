"""Decay of waves by friction at the bed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .linear import GRAVITY, group_speed, wavenumber

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..mesh import Floats


def friction_decay(
    hs_m: float,
    period_s: float,
    depth_m: float,
    distance_m: ArrayLike,
    coefficient: float = 0.038,
    gravity: float = GRAVITY,
) -> Floats:
    """Height [m] of waves of one period that have travelled over a flat bed, with the friction of JONSWAP.

    Hasselmann et al. (1973): the energy of each component falls by C omega^2 / (g sinh(k h))^2 of it in a second, so
    along its way exponentially, at that rate over the group speed.

    Args:
        hs_m, period_s: of the waves at distance 0.
        depth_m: of the water.
        distance_m: of any shape.
        coefficient: C [m2/s3]: 0.038 for swell over sand, 0.067 for wind sea.
        gravity: [m/s2].

    >>> round(float(friction_decay(1.0, 10.0, 10.0, 20e3)), 4)
    0.6986

    Raises:
        ValueError: a period or depth that is not positive.
    """
    omega, kh = 2 * np.pi / period_s, wavenumber(period_s, depth_m, gravity) * depth_m
    rate = coefficient * (omega / (gravity * np.sinh(kh))) ** 2 / group_speed(period_s, depth_m, gravity)
    found: Floats = hs_m * np.exp(-0.5 * rate * np.asarray(distance_m, dtype=float))
    return found
