"""Growth of waves under a steady wind that blows off a straight coast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .linear import GRAVITY

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..mesh import Floats


@dataclass(frozen=True, eq=False)
class WindSea:
    """Waves at some fetches."""

    hs_m: Floats
    """Significant wave height."""
    tp_s: Floats
    """Peak period."""


def kahma_calkoen(wind_speed: float, fetch_m: ArrayLike, gravity: float = GRAVITY) -> WindSea:
    """Fetch-limited growth in deep water, all of the data together: Kahma & Calkoen (1992), J. Phys. Oceanogr. 22.

    g^2 m0 / U^4 = 5.2e-7 X^0.9 and omega_p U / g = 13.7 X^-0.27, with X = g fetch / U^2.

    Args:
        wind_speed: U, at 10 m [m/s].
        fetch_m: of any shape.
        gravity: [m/s2].

    >>> round(float(kahma_calkoen(20.0, 25e3).hs_m), 2)
    2.11
    """
    fetch = gravity * np.asarray(fetch_m, dtype=float) / wind_speed**2
    hs = 4 * np.sqrt(5.2e-7 * fetch**0.9) * wind_speed**2 / gravity
    return WindSea(hs, 2 * np.pi * wind_speed / gravity / (13.7 * fetch**-0.27))


def wilson(wind_speed: float, fetch_m: ArrayLike, gravity: float = GRAVITY) -> WindSea:
    """Fetch-limited growth in deep water up to a fully developed sea: Wilson (1965), Deutsche Hydrogr. Z. 18.

    g hs / U^2 = 0.30 (1 - (1 + 0.004 X^(1/2))^-2) and g Ts / (2 pi U) = 1.37 (1 - (1 + 0.008 X^(1/3))^-5), with
    X = g fetch / U^2. The peak period is taken as 1.05 Ts: Goda (2003), Coastal Eng. J. 45.

    Args:
        wind_speed: U, at 10 m [m/s].
        fetch_m: of any shape.
        gravity: [m/s2].

    >>> round(float(wilson(20.0, 25e3).hs_m), 2)
    2.11
    """
    fetch = gravity * np.asarray(fetch_m, dtype=float) / wind_speed**2
    hs = 0.30 * (1 - (1 + 0.004 * fetch**0.5) ** -2) * wind_speed**2 / gravity
    ts = 1.37 * (1 - (1 + 0.008 * fetch ** (1 / 3)) ** -5) * 2 * np.pi * wind_speed / gravity
    return WindSea(hs, 1.05 * ts)


def young_verhagen(wind_speed: float, fetch_m: ArrayLike, depth_m: float, gravity: float = GRAVITY) -> WindSea:
    """Growth in water of a constant finite depth: Young & Verhagen (1996), Coastal Eng. 29, part 1.

    Args:
        wind_speed: at 10 m [m/s].
        fetch_m: of any shape.
        depth_m: of the water.
        gravity: [m/s2].

    >>> round(float(young_verhagen(20.0, 1e7, 5.0).hs_m), 2)
    1.35
    """
    fetch = gravity * np.asarray(fetch_m, dtype=float) / wind_speed**2
    depth = gravity * depth_m / wind_speed**2
    energy = 3.64e-3 * _limited(0.493 * depth**0.75, 3.13e-3 * fetch**0.57) ** 1.74
    frequency = 0.133 * _limited(0.331 * depth**1.01, 5.215e-4 * fetch**0.73) ** -0.37
    return WindSea(4 * np.sqrt(energy) * wind_speed**2 / gravity, wind_speed / (gravity * frequency))


def _limited(by_depth: float, by_fetch: Floats) -> Floats:
    limit = np.tanh(by_depth)
    found: Floats = limit * np.tanh(by_fetch / limit)
    return found


GROWTH_LAWS: dict[str, Callable[[float, Floats, float | None], WindSea]] = {
    "kahma_calkoen_1992": lambda wind_speed, fetch_m, _: kahma_calkoen(wind_speed, fetch_m),
    "wilson_1965": lambda wind_speed, fetch_m, _: wilson(wind_speed, fetch_m),
    "young_verhagen_1996": lambda wind_speed, fetch_m, depth_m: young_verhagen(wind_speed, fetch_m, depth_m or np.inf),
}
"""By name: of wind speed, fetch and depth."""
