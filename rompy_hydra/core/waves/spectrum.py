"""The spectrum of JONSWAP (Hasselmann et al. 1973) and its mean periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..mesh import Floats

_LOW, _HIGH, _COUNT = 0.2, 200.0, 20_001
"""Frequencies over the peak frequency between which moments are integrated: beyond them are less than 1e-6 of m1."""
_BELOW, _ABOVE = 0.07, 0.09
"""Width of the peak, below and above its frequency."""


def jonswap(frequency_hz: ArrayLike, hs_m: float, tp_s: float, gamma: float = 3.3) -> Floats:
    """Energy density [m2/Hz] whose integral over all frequencies is hs^2 / 16; gamma 1 is Pierson-Moskowitz.

    >>> f = np.arange(0.02, 3.0, 1e-3)
    >>> round(float(4 * np.sqrt(jonswap(f, 2.0, 8.0).sum() * 1e-3)), 3)
    2.0

    Args:
        frequency_hz: of any shape, positive.
        hs_m, tp_s: significant wave height and peak period.
        gamma: peak enhancement.
    """
    relative = np.asarray(frequency_hz, dtype=float) * tp_s
    found: Floats = hs_m**2 / 16 * tp_s * _shape(relative, gamma) / _moment(0, gamma)
    return found


def tm01_over_tp(gamma: float) -> float:
    """Mean period m0/m1 over the peak period.

    Of gamma 1 it is (5/4)^(-1/4) / Gamma(3/4).

    >>> round(tm01_over_tp(1.0), 4), round(tm01_over_tp(3.3), 3)
    (0.7718, 0.834)
    """
    return _moment(0, gamma) / _moment(1, gamma)


def tm02_over_tp(gamma: float) -> float:
    """Mean zero-crossing period (m0/m2)^(1/2) over the peak period.

    Of gamma 1 it is (5 pi/4)^(-1/4); the part of m2 beyond 200 peak frequencies is left out, 2e-5 of it.

    >>> round(tm02_over_tp(1.0), 3), round(tm02_over_tp(3.3), 3)
    (0.71, 0.777)
    """
    return float(np.sqrt(_moment(0, gamma) / _moment(2, gamma)))


def _moment(order: int, gamma: float) -> float:
    from scipy.integrate import trapezoid

    relative = np.geomspace(_LOW, _HIGH, _COUNT)
    return float(trapezoid(relative ** (order + 1) * _shape(relative, gamma), np.log(relative)))


def _shape(relative: Floats, gamma: float) -> Floats:
    width = np.where(relative <= 1, _BELOW, _ABOVE)
    peak = np.exp(-((relative - 1) ** 2) / (2 * width**2))
    found: Floats = relative**-5 * np.exp(-1.25 * relative**-4) * gamma**peak
    return found
