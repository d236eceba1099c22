"""Random waves that break on a beach, and the set-up that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .linear import GRAVITY, group_ratio, phase_speed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ..mesh import Floats

_SHALLOWEST_M = 0.05
"""Water in which the computation stops."""
_TOLERANCE = 1e-7
_DEPTHS = 400
"""In a table of wave speeds, whose splines are right to 1e-7."""
_NEAR_M = 1e-3
"""Distance over which a slope is taken."""


@dataclass(frozen=True)
class Breaking:
    """How waves break by Battjes & Janssen (1978)."""

    alpha: float = 1.0
    """Strength of the dissipation, of the order of 1."""
    gamma: float = 0.73
    """Highest wave over the depth of water."""
    gravity: float = GRAVITY
    """[m/s2]."""


@dataclass(frozen=True, eq=False)
class SurfZone:
    """Waves and set-up along a line towards the shore.

    NaN in the swash: water less than 5 cm deep, or Hrms above the depth, where the dissipation of a breaker with a
    height of at most gamma times the depth no longer takes the energy that arrives.
    """

    hs_m: Floats
    """(n,) significant wave height, 2^(1/2) times Hrms."""
    setup_m: Floats
    """(n,) mean water level over that of the first point."""


def breaking_fraction(ratio: ArrayLike) -> Floats:
    """Fraction of breaking waves Qb for Hrms / Hm: the root of (1 - Qb) / ln(Qb) = -ratio^2, 1 from a ratio of 1.

    Battjes & Janssen (1978), ICCE, eq. 9; here in closed form by Lambert's W.

    >>> [f"{q:.4f}" for q in breaking_fraction([0.3, 0.5, 0.8, 1.2])]
    ['0.0000', '0.0198', '0.3789', '1.0000']
    """
    from scipy.special import lambertw

    square = np.maximum(np.asarray(ratio, dtype=float), 1e-3) ** 2
    with np.errstate(under="ignore"):
        root = -square * lambertw(-np.exp(-1 / square) / square).real
    found: Floats = np.where(square >= 1, 1.0, root)
    return found


def surf_zone(
    distance_m: Floats,
    depth_m: Floats,
    at_m: Floats,
    hs_m: float,
    period_s: float,
    incidence_deg: float = 0.0,
    breaking: Breaking = Breaking(),
    with_setup: bool = True,
) -> SurfZone:
    """Integrate the balances of energy and of momentum from the first point towards the shore.

    Battjes & Janssen (1978): d(E cg cos(a))/dx = -alpha/4 rho g f Qb Hm^2, E = rho g Hrms^2 / 8, Hm = gamma (h + s);
    Longuet-Higgins & Stewart (1964): dSxx/dx = -rho g (h + s) ds/dx, Sxx = E (n (cos(a)^2 + 1) - 1/2). Waves have one
    frequency f, and their angle a follows Snell.

    Args:
        distance_m, depth_m: (m,) the profile: increasing distances, and the depth below still water, positive down,
            linear between; it may end on land.
        at_m: (n,) increasing distances at which the result is wanted, within the profile.
        hs_m, period_s, incidence_deg: of the waves at the first point of the profile.
        breaking: how they break.
        with_setup: whether the water level follows the momentum, or stays still.

    Raises:
        ValueError: there is no water at the first point.
    """
    if depth_m[0] <= _SHALLOWEST_M:
        raise ValueError("the profile begins on land")
    from scipy.integrate import solve_ivp

    balance = _Balance(distance_m, depth_m, period_s, incidence_deg, breaking, with_setup)
    begin = (hs_m**2 / 2 / float(balance.inverse_speed(depth_m[0])), 0.0)

    def swash(x: float, state: Floats) -> float:
        depth = max(balance.still_depth(x) + float(state[1]), _SHALLOWEST_M)
        square = max(float(state[0]), 0.0) * float(balance.inverse_speed(depth))
        return depth - max(float(np.sqrt(square)), _SHALLOWEST_M * (1 + 1e-9))

    swash.terminal = True  # type: ignore[attr-defined]  # how solve_ivp is told to end
    how: dict[str, Any] = {
        "rtol": _TOLERANCE,
        "atol": _TOLERANCE / 100,
        "max_step": float(np.diff(distance_m).min()) / 2,
    }
    span = float(distance_m[0]), float(distance_m[-1])
    solved = solve_ivp(balance, span, begin, events=swash, dense_output=True, **how)
    flux, setup = np.where(at_m <= solved.t[-1], solved.sol(np.minimum(at_m, solved.t[-1])), np.nan)
    square = 2 * flux * balance.inverse_speed(np.interp(at_m, distance_m, depth_m) + setup)
    return SurfZone(np.sqrt(np.maximum(square, 0)), setup)


class _Balance:
    """The two equations as derivatives along the line, of the flux Hrms^2 cg cos(a) and the set-up."""

    def __init__(self, x: Floats, depth: Floats, period: float, incidence: float, breaking: Breaking, setup: bool):
        from scipy.interpolate import CubicSpline

        self._x, self._depth, self._period = x, depth, period
        self._breaking, self._setup = breaking, setup
        depths = np.geomspace(_SHALLOWEST_M / 2, 2 * depth.max(), _DEPTHS)
        speed = phase_speed(period, depths, breaking.gravity)
        sine = np.sin(np.radians(incidence)) / phase_speed(period, depth[0], breaking.gravity) * speed
        square, ratio = 1 - np.minimum(sine**2, 1), group_ratio(period, depths, breaking.gravity)
        inverse = 1 / (ratio * speed * np.sqrt(square))
        self._inverse = CubicSpline(np.log(depths), inverse)
        self._stress = CubicSpline(np.log(depths), inverse * (ratio * (square + 1) - 0.5))
        self._stress_change = self._stress.derivative()

    def still_depth(self, x: float) -> float:
        return float(np.interp(x, self._x, self._depth))

    def inverse_speed(self, depth: ArrayLike) -> Floats:
        """1 / (cg cos(a)) of depths."""
        found: Floats = self._inverse(np.log(depth))
        return found

    def __call__(self, x: float, state: Floats) -> tuple[float, float]:
        flux, setup = (float(s) for s in state)
        depth = max(self.still_depth(x) + setup, _SHALLOWEST_M)
        change = self._dissipation(flux, depth)
        return change, self._level(x, flux, depth, change) if self._setup else 0.0

    def _dissipation(self, flux: float, depth: float) -> float:
        square, highest = max(flux, 0.0) * float(self.inverse_speed(depth)), self._breaking.gamma * depth
        fraction = float(breaking_fraction(np.sqrt(square) / highest))
        return -2 * self._breaking.alpha / self._period * fraction * highest**2

    def _level(self, x: float, flux: float, depth: float, change: float) -> float:
        """The slope s' of 8 h s' = -(flux q)', where q is Sxx over rho g flux / 8 and changes with the depth h."""
        here, by_depth = float(self._stress(np.log(depth))), float(self._stress_change(np.log(depth))) / depth
        slope = (self.still_depth(x + _NEAR_M) - self.still_depth(x - _NEAR_M)) / (2 * _NEAR_M)
        return -(change * here + flux * by_depth * slope) / (8 * depth + flux * by_depth)
