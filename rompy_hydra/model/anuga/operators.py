"""Fractional steps of our own for ANUGA: wind stress, pressure gradient, and a watch over the run.

ANUGA 4.1 brings a wind and a pressure operator, but the first takes air 1000 times too thin and the second pushes the
wrong way; these derive from its public `Operator` and work on whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anuga
import numpy as np

from .drag import wind_stress

if TYPE_CHECKING:
    from ...core.mesh import Floats

_STEPS_BETWEEN_CHECKS = 50
_REPORT_EVERY = 0.01


class Series:
    """Values at times (s since the start), linear in between, the first and last value held outside."""

    def __init__(self, times_s: Floats, values: Floats):
        self.times_s = np.asarray(times_s)
        self.values = values

    def at(self, time_s: float) -> Floats:
        """The values at one time."""
        last = len(self.times_s) - 1
        i = int(np.clip(np.searchsorted(self.times_s, time_s, side="right") - 1, 0, max(last - 1, 0)))
        if last == 0 or time_s <= self.times_s[0]:
            return np.asarray(self.values[0])
        weight = min((time_s - self.times_s[i]) / (self.times_s[i + 1] - self.times_s[i]), 1.0)
        return np.asarray((1.0 - weight) * self.values[i] + weight * self.values[i + 1])


class _Forcing(anuga.Operator):  # type: ignore[misc]
    """A momentum source on wet cells."""

    def __init__(self, domain: Any, series: Series, density_kg_m3: float, dry_depth_m: float):
        super().__init__(domain)
        self.series = series
        self.density_kg_m3 = density_kg_m3
        self.dry_depth_m = dry_depth_m

    def _depth_m(self) -> Floats:
        return np.asarray(self.stage_c - self.elev_c)

    def _series_now(self) -> Floats:
        return self.series.at(self.domain.relative_time)

    def _push(self, x_m2_s2: Floats, y_m2_s2: Floats, depth_m: Floats) -> None:
        wet = depth_m > self.dry_depth_m
        dt_s = self.get_timestep()
        self.xmom_c[:] += np.where(wet, dt_s * x_m2_s2, 0.0)
        self.ymom_c[:] += np.where(wet, dt_s * y_m2_s2, 0.0)


class WindStress(_Forcing):
    """Surface stress of the wind at 10 m, divided by the density of water; none on dry cells.

    The series holds (t, 2, 1) for a wind uniform in space or (t, 2, m) for one of each triangle.
    """

    def __init__(self, domain: Any, series: Series, drag: dict[str, Any], density_kg_m3: float, dry_depth_m: float):
        super().__init__(domain, series, density_kg_m3, dry_depth_m)
        self.drag = drag

    def __call__(self) -> None:
        """Add one time step of stress to the momentum."""
        u10_m_s, v10_m_s = self._series_now()
        tau_x, tau_y = wind_stress(u10_m_s, v10_m_s, self.drag["law"], self.drag["coefficient"], self.drag["limit"])
        self._push(tau_x / self.density_kg_m3, tau_y / self.density_kg_m3, self._depth_m())


class PressureGradient(_Forcing):
    """Minus depth over density times the gradient of air pressure.

    The series holds (t, n) pressure at the nodes; the gradient is that of the linear function on each triangle.
    """

    def __init__(self, domain: Any, series: Series, density_kg_m3: float, dry_depth_m: float):
        super().__init__(domain, series, density_kg_m3, dry_depth_m)
        self._triangles = np.asarray(domain.triangles)
        self._slopes = _shape_function_slopes(np.asarray(domain.nodes)[self._triangles])

    def __call__(self) -> None:
        """Add one time step of the pressure force to the momentum."""
        at_vertices = self._series_now()[self._triangles]
        gradient_x, gradient_y = (np.sum(slope * at_vertices, axis=1) for slope in self._slopes)
        depth_m = self._depth_m()
        force = -depth_m / self.density_kg_m3
        self._push(force * gradient_x, force * gradient_y, depth_m)


def _shape_function_slopes(corners_m: Floats) -> tuple[Floats, Floats]:
    """x and y derivatives (m, 3) of the three linear shape functions of each triangle (m, 3, 2)."""
    x, y = corners_m[..., 0], corners_m[..., 1]
    ahead, behind = np.roll(np.arange(3), -1), np.roll(np.arange(3), 1)
    twice_area = np.sum(x * (y[:, ahead] - y[:, behind]), axis=1, keepdims=True)
    return (y[:, ahead] - y[:, behind]) / twice_area, (x[:, behind] - x[:, ahead]) / twice_area


class Watch(anuga.Operator):  # type: ignore[misc]
    """Follows a run step by step: counts steps, checks values, reports progress; changes nothing."""

    def __init__(self, domain: Any, duration_s: float, report: Callable[[float], None]):
        super().__init__(domain)
        self.duration_s = duration_s
        self.report = report
        self.steps = 0
        self._next_fraction = _REPORT_EVERY

    def __call__(self) -> None:
        """Note this step; stop the run on a value that is not finite."""
        self.steps += 1
        if self.steps % _STEPS_BETWEEN_CHECKS == 0:
            self.check()
        time_s = self.domain.relative_time
        if time_s >= self._next_fraction * self.duration_s:
            self._next_fraction = time_s / self.duration_s + _REPORT_EVERY
            self.report(time_s)

    def check(self) -> None:
        """Raise FloatingPointError, naming the place, where water level or momentum is not finite."""
        bad = ~np.isfinite(self.stage_c + self.xmom_c + self.ymom_c)
        if bad.any():
            cell = int(np.argmax(bad))
            x_m, y_m = self.coord_c[cell]
            raise FloatingPointError(
                f"{int(bad.sum())} of {len(bad)} triangles hold values that are not finite after {self.steps} steps, "
                f"the first at {x_m:.0f} m, {y_m:.0f} m from the origin; "
                "lower model.numerics.cfl or look at the bathymetry there"
            )
