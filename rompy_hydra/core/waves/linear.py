"""Linear waves over a bed of parallel contours (Airy 1845; Dean & Dalrymple 1991, chapters 3 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..mesh import Floats

GRAVITY = 9.81
"""[m/s2]."""
_DEEP = 50.0
"""Relative depth k h from which tanh(k h) is 1 to the last bit."""
_STEPS = 6
"""Of Newton, which starts within 5 % and squares its error."""


def wavenumber(period_s: ArrayLike, depth_m: ArrayLike, gravity: float = GRAVITY) -> Floats:
    """Wavenumber [rad/m] by the dispersion relation, omega^2 = g k tanh(k h), to 1e-10 of its value.

    Newton's method from the approximation of Eckart (1952).

    Args:
        period_s, depth_m: of any shapes that fit each other; a depth of infinity is deep water.
        gravity: [m/s2].

    >>> float(round(wavenumber(10.0, np.inf) * GRAVITY / (2 * np.pi / 10) ** 2, 12))
    1.0

    Raises:
        ValueError: a period or depth that is not positive.
    """
    period, depth = np.broadcast_arrays(np.asarray(period_s, dtype=float), np.asarray(depth_m, dtype=float))
    if np.any(period <= 0) or np.any(depth <= 0):
        raise ValueError("periods and depths have to be positive")
    deep = (2 * np.pi / period) ** 2 / gravity
    relative = np.minimum(deep * depth, _DEEP)
    kh = relative / np.sqrt(np.tanh(relative))
    for _ in range(_STEPS):
        th = np.tanh(kh)
        kh = kh - (kh * th - relative) / (th + kh * (1 - th**2))
    found: Floats = np.where(deep * depth >= _DEEP, deep, kh / np.where(np.isfinite(depth), depth, 1.0))
    return found


def phase_speed(period_s: ArrayLike, depth_m: ArrayLike, gravity: float = GRAVITY) -> Floats:
    """Speed of the crests [m/s].

    Raises:
        ValueError: as `wavenumber`.
    """
    found: Floats = 2 * np.pi / np.asarray(period_s, dtype=float) / wavenumber(period_s, depth_m, gravity)
    return found


def group_speed(period_s: ArrayLike, depth_m: ArrayLike, gravity: float = GRAVITY) -> Floats:
    """Speed of the energy [m/s].

    Raises:
        ValueError: as `wavenumber`.
    """
    return group_ratio(period_s, depth_m, gravity) * phase_speed(period_s, depth_m, gravity)


def group_ratio(period_s: ArrayLike, depth_m: ArrayLike, gravity: float = GRAVITY) -> Floats:
    """Group speed over phase speed, n = 1/2 + k h / sinh(2 k h): 1/2 in deep and 1 in shallow water.

    Raises:
        ValueError: as `wavenumber`.
    """
    kh = np.minimum(wavenumber(period_s, depth_m, gravity) * np.asarray(depth_m, dtype=float), _DEEP)
    found: Floats = 0.5 + kh / np.sinh(2 * kh)
    return found


def refract(
    hs_m: float,
    period_s: float,
    incidence_deg: float,
    offshore_depth_m: float,
    depth_m: ArrayLike,
    gravity: float = GRAVITY,
) -> tuple[Floats, Floats]:
    """Wave height [m] and incidence [degrees] at depths, of waves that meet straight and parallel contours.

    Snell: sin(incidence) / c is constant; the flux of energy towards the shore, H^2 cg cos(incidence), too.

    Args:
        hs_m, incidence_deg: of the waves offshore; incidence is the angle to the normal of the contours.
        period_s: of the waves everywhere.
        offshore_depth_m: where these waves are; infinity is deep water.
        depth_m: where they are wanted.
        gravity: [m/s2].

    >>> hs, incidence = refract(1.0, 10.0, 30.0, np.inf, [2.0])
    >>> f"{hs[0]:.3f} {incidence[0]:.2f}"
    '1.267 8.04'

    Raises:
        ValueError: as `wavenumber`; waves that leave the shore; depths that Snell's law does not let them reach.
    """
    if abs(incidence_deg) >= 90:
        raise ValueError(f"waves with an incidence of {incidence_deg:g} degrees do not come to the shore")
    offshore, sine = phase_speed(period_s, offshore_depth_m, gravity), np.sin(np.radians(incidence_deg))
    turned = sine * phase_speed(period_s, depth_m, gravity) / offshore
    if np.any(np.abs(turned) >= 1):
        raise ValueError("the waves turn back before they reach these depths")
    incidence = np.arcsin(turned)
    shoaling = group_speed(period_s, offshore_depth_m, gravity) / group_speed(period_s, depth_m, gravity)
    refraction = np.cos(np.radians(incidence_deg)) / np.cos(incidence)
    return hs_m * np.sqrt(shoaling * refraction), np.degrees(incidence)
