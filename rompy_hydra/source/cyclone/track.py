"""A storm at any times between its fixes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core import secrets
from ...core.mesh import Floats
from ...errors import DataError, Problem
from . import holland
from .fixes import EARTH_RADIUS_M, M_S_PER_KNOT, VALUES, Fix

if TYPE_CHECKING:
    from .source import CycloneSource

STANDARD_PRESSURE_PA = 101_325.0
"""Mean pressure at sea level, ISO 2533."""
_DECIMALS = 9
"""Of degrees: 0.1 mm. Differences of longitudes that are the same then are the same bits, wherever the storm is."""


@dataclass(frozen=True, eq=False)
class Storm:
    """What a storm is like at (nt,) times."""

    east_deg: Floats
    """Longitude of its centre, from that of the first fix."""
    lat_deg: Floats
    u_m_s: Floats
    """Its motion towards east."""
    v_m_s: Floats
    """Its motion towards north."""
    centre_pa: Floats
    deficit_pa: Floats
    """Pressure around it over that of its centre."""
    rmax_m: Floats
    b: Floats
    """Holland's B, or b_s of the surface wind."""
    max_wind_m_s: Floats
    """Greatest mean wind at 10 m without the part that its motion adds."""
    outer_x: Floats
    """Exponent of the surface wind at `outer_m`."""
    outer_m: Floats


def easterly_deg(lon: Floats, first_lon: float) -> Floats:
    """Longitudes from that of the first fix, contiguous across the dateline."""
    return np.round(np.unwrap(np.round(lon - first_lon, _DECIMALS), period=360.0), _DECIMALS)


def fix_seconds(fixes: Sequence[Fix]) -> Floats:
    """(n,) seconds since 1970 of the fixes."""
    return np.array([fix.time.timestamp() for fix in fixes], dtype=np.float64)


def storm_at(times_s: Floats, fixes: Sequence[Fix], source: CycloneSource) -> Storm:
    """The storm at times between its first and last fix.

    Its position is on cubic curves through the fixes, its strength linear between them. A value that is missing at some
    fixes is taken from the nearest ones that have it: linear between them, constant before and after.

    Raises:
        DataError: the track lacks what the profile needs.
    """
    axis_s, first_lon = fix_seconds(fixes), fixes[0].lon
    known = {name: _interpolated(times_s, axis_s, fixes, name) for name in VALUES}
    _check_needs(source, known)
    east, east_per_s = smooth(times_s, axis_s, easterly_deg(np.array([fix.lon for fix in fixes]), first_lon))
    lat, lat_per_s = smooth(times_s, axis_s, np.array([fix.lat for fix in fixes]))
    per_degree_m = math.radians(1.0) * EARTH_RADIUS_M
    u, v = east_per_s * per_degree_m * np.cos(np.radians(lat)), lat_per_s * per_degree_m
    tendency = np.interp(times_s, axis_s, rates(axis_s, _filled(fixes, "centre_pa", axis_s)))
    return _Strength(source, known, lat, np.hypot(u, v), tendency).storm(east, u, v)


def smooth(times_s: Floats, axis_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Values at times, and their rate of change: cubic Hermite curves, smooth where they meet.

    The rate at a fix is that between its neighbours (Catmull & Rom 1974), so that a steady motion stays steady.
    """
    low = np.clip(np.searchsorted(axis_s, times_s, side="right") - 1, 0, len(axis_s) - 2)
    length, slope = axis_s[low + 1] - axis_s[low], rates(axis_s, values)
    share = (times_s - axis_s[low]) / length
    step, begin, end = values[low + 1] - values[low], slope[low] * length, slope[low + 1] * length
    square, cube = 3.0 * step - 2.0 * begin - end, begin + end - 2.0 * step
    at = values[low] + share * (begin + share * (square + share * cube))
    return at, (begin + share * (2.0 * square + share * 3.0 * cube)) / length


def rates(axis_s: Floats, values: Floats) -> Floats:
    """Change per second at each of n times: between the neighbours, at the ends to the only one."""
    before, after = np.maximum(np.arange(len(axis_s)) - 1, 0), np.minimum(np.arange(len(axis_s)) + 1, len(axis_s) - 1)
    return (values[after] - values[before]) / (axis_s[after] - axis_s[before])


def _filled(fixes: Sequence[Fix], name: str, axis_s: Floats) -> Floats:
    """(n,) values at the fixes; NaN where no fix has one."""
    values = np.array([getattr(fix, name) for fix in fixes], dtype=np.float64)
    known = ~np.isnan(values)
    return np.interp(axis_s, axis_s[known], values[known]) if known.any() else values


def _interpolated(times_s: Floats, axis_s: Floats, fixes: Sequence[Fix], name: str) -> Floats:
    return np.interp(times_s, axis_s, _filled(fixes, name, axis_s))


_NEEDS = {
    "holland1980": "two of central pressure, maximum wind and b",
    "holland2010": "the central pressure",
}


def _check_needs(source: CycloneSource, known: dict[str, Floats]) -> None:
    pressure, wind = (not np.isnan(known[name]).any() for name in ("centre_pa", "max_wind_m_s"))
    given_b = source.b is not None
    enough = pressure if source.profile == "holland2010" else pressure + wind + given_b >= 2
    if not enough:
        lacks = " and ".join(n for n, there in (("central pressure", pressure), ("maximum wind", wind)) if not there)
        message = f"{secrets.mask(source.path)} has no {lacks} at any fix"
        needed = f"profile {source.profile} needs {_NEEDS[source.profile]}"
        hint = "give another track, or name the columns of a table"
        raise DataError(Problem("path", f"{message}; {needed}", hint=hint))


@dataclass(frozen=True, eq=False)
class _Strength:
    """The parameters of the profile from what the track says."""

    source: CycloneSource
    known: dict[str, Floats]
    lat_deg: Floats
    speed_m_s: Floats
    tendency_pa_s: Floats

    def storm(self, east_deg: Floats, u_m_s: Floats, v_m_s: Floats) -> Storm:
        deficit = self._deficit_pa()
        b = self._b(deficit)
        wind = self._wind_m_s(deficit, b)
        rmax = self._rmax_m(deficit, wind / self.source.surface_factor)
        outer_m, outer_wind = self._outer()
        x = holland.outer_exponent(wind, rmax, b, outer_m, outer_wind)
        centre = self._ambient_pa() - deficit
        return Storm(east_deg, self.lat_deg, u_m_s, v_m_s, centre, deficit, rmax, b, wind, x, outer_m)

    def _ambient_pa(self) -> Floats:
        if self.source.ambient_pressure_pa is not None:
            return np.full(len(self.lat_deg), self.source.ambient_pressure_pa)
        ambient = np.where(np.isnan(self.known["ambient_pa"]), STANDARD_PRESSURE_PA, self.known["ambient_pa"])
        centre = self.known["centre_pa"]
        return np.where(np.isnan(centre), ambient, np.maximum(ambient, centre))

    def _deficit_pa(self) -> Floats:
        centre = self.known["centre_pa"]
        if self.source.b is None or not np.isnan(centre).any():
            return np.maximum(self._ambient_pa() - centre, 0.0)
        gradient_wind = self._symmetric(self.known["max_wind_m_s"]) / self.source.surface_factor
        return holland.deficit_of_max_wind(gradient_wind, self.source.b, self.source.air_density_kg_m3)

    def _symmetric(self, max_wind_m_s: Floats) -> Floats:
        """The greatest mean wind without what the motion of the storm adds to it."""
        return np.maximum(
            self.source.averaging_factor * max_wind_m_s - self.source.asymmetry_factor * self.speed_m_s, 0.0
        )

    def _b(self, deficit_pa: Floats) -> Floats:
        source = self.source
        if source.b is not None:
            return np.full(len(self.lat_deg), source.b)
        if source.profile == "holland2010":
            factor = source.surface_factor
            return holland.surface_b(deficit_pa, self.tendency_pa_s, self.lat_deg, self.speed_m_s, factor)
        gradient_wind = self._symmetric(self.known["max_wind_m_s"]) / source.surface_factor
        return holland.b_of_max_wind(gradient_wind, deficit_pa, source.air_density_kg_m3)

    def _wind_m_s(self, deficit_pa: Floats, b: Floats) -> Floats:
        of_pressure = holland.max_wind_of_b(b, deficit_pa, self.source.air_density_kg_m3)
        told = self.known["max_wind_m_s"]
        if self.source.profile == "holland2010":
            return self._symmetric(np.where(np.isnan(told), of_pressure, told))
        return self._symmetric(told) if self.source.b is None else self.source.surface_factor * of_pressure

    def _rmax_m(self, deficit_pa: Floats, gradient_wind_m_s: Floats) -> Floats:
        if self.source.rmax_relation == "willoughby2006":
            of_relation = holland.rmax_of_wind_m(gradient_wind_m_s, self.lat_deg)
        else:
            of_relation = holland.rmax_of_pressure_m(deficit_pa, self.lat_deg)
        return np.where(np.isnan(self.known["rmax_m"]), of_relation, self.known["rmax_m"])

    def _outer(self) -> tuple[Floats, Floats]:
        """A radius outside, and the mean wind there."""
        gales = self.known["gale_radius_m"]
        outer_wind = np.where(np.isnan(gales), holland.OUTER_WIND_M_S, 34.0 * M_S_PER_KNOT)
        outer_m = np.where(np.isnan(gales), holland.OUTER_RADIUS_M, gales)
        return outer_m, self.source.averaging_factor * outer_wind
