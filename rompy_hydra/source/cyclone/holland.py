"""Parametric profiles of wind and pressure in a tropical cyclone; r is the distance from its centre.

Holland, G. J. (1980), An analytic model of the wind and pressure profiles in hurricanes, Mon. Wea. Rev. 108, 1212-1218.
Holland, G. (2008), A revised hurricane pressure-wind model, Mon. Wea. Rev. 136, 3432-3445.
Holland, G. J., J. I. Belanger & A. Fritz (2010), A revised model for radial profiles of hurricane winds,
Mon. Wea. Rev. 138, 4393-4401.
"""

from __future__ import annotations

import numpy as np

from ...core.mesh import Floats

AIR_DENSITY_KG_M3 = 1.15
"""Holland (1980); his value, constant."""
LEAST_B, MOST_B = 1.0, 2.5
"""Holland (1980): the values of B that are physically reasonable."""
OUTER_RADIUS_M, OUTER_WIND_M_S = 300_000.0, 17.0
"""Wind at some radius outside where a track has none: the values
that Holland et al. (2010) take in general."""
_OMEGA_S = 7.2921e-5
"""Rotation of the Earth [rad/s]."""


def coriolis_s(lat_deg: Floats) -> Floats:
    """Absolute value of the Coriolis parameter 2 omega sin(lat) [1/s]."""
    return 2.0 * _OMEGA_S * np.abs(np.sin(np.radians(lat_deg)))


def pressure_pa(r_m: Floats, centre_pa: Floats, deficit_pa: Floats, rmax_m: Floats, b: Floats) -> Floats:
    """Pressure at sea level: pc + (pn - pc) exp(-(Rmax / r)^B), Holland (1980).

    It is (pn - pc) / e above that of the centre at the radius of maximum wind.
    """
    return centre_pa + deficit_pa * np.exp(-((rmax_m / r_m) ** b))


def gradient_wind_m_s(r_m: Floats, max_wind_m_s: Floats, rmax_m: Floats, b: Floats, f_s: Floats) -> Floats:
    """Wind in balance with the pressure, above the boundary layer, Holland (1980), eq. 4.

    V = sqrt(Vmax^2 (Rmax / r)^B exp(1 - (Rmax / r)^B) + (r f / 2)^2) - r f / 2, where Vmax^2 stands for the paper's
    B (pn - pc) / (rho e). The wind at Rmax is about Rmax f / 2 below Vmax, which the paper has without Coriolis force.
    """
    ratio, half = (rmax_m / r_m) ** b, 0.5 * r_m * f_s
    return np.sqrt(max_wind_m_s**2 * ratio * np.exp(1.0 - ratio) + half**2) - half


def b_of_max_wind(max_wind_m_s: Floats, deficit_pa: Floats, density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """B of the gradient wind: rho e Vmax^2 / (pn - pc), Holland (1980), from eq. 5 and 6, within 1 .. 2.5.

    At these limits wind and pressure are as given and no longer in balance.
    """
    b = density_kg_m3 * np.e * max_wind_m_s**2 / np.maximum(deficit_pa, 1.0)  # 1 Pa: no storm, no division by zero
    return np.clip(b, LEAST_B, MOST_B)


def max_wind_of_b(b: Floats, deficit_pa: Floats, density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Maximum wind: sqrt(B (pn - pc) / (rho e)), Holland (1980); with b_s at the surface, Holland (2008), eq. 11."""
    return np.sqrt(b * deficit_pa / (density_kg_m3 * np.e))


def deficit_of_max_wind(max_wind_m_s: Floats, b: float, density_kg_m3: float = AIR_DENSITY_KG_M3) -> Floats:
    """Pressure deficit of the centre: rho e Vmax^2 / B, the same relation."""
    return density_kg_m3 * np.e * max_wind_m_s**2 / b


def surface_b(
    deficit_pa: Floats, tendency_pa_s: Floats, lat_deg: Floats, speed_m_s: Floats, surface_factor: float
) -> Floats:
    """b_s of the surface wind, Holland (2008), eq. 11, as Holland et al. (2010) use it.

    b_s = 1 - 4.4e-5 dp^2 + 0.01 dp + 0.03 dpc/dt - 0.014 |lat| + 0.15 Vt^x with x = 0.6 (1 - dp / 215), dp [hPa], the
    change of the central pressure [hPa/h] and the speed of the storm Vt [m/s]; within the limits of B of Holland (1980)
    times the square of the surface wind over the gradient wind.
    """
    dp_hpa, tendency_hpa_h = deficit_pa / 100.0, tendency_pa_s * 36.0
    moving = 0.15 * speed_m_s ** (0.6 * (1.0 - np.minimum(dp_hpa, 215.0) / 215.0))
    b = 1.0 - 4.4e-5 * dp_hpa**2 + 0.01 * dp_hpa + 0.03 * tendency_hpa_h - 0.014 * np.abs(lat_deg) + moving
    return np.clip(b, LEAST_B * surface_factor**2, MOST_B * surface_factor**2)


def surface_shape(r_m: Floats, rmax_m: Floats, b: Floats, outer_x: Floats, outer_m: Floats) -> Floats:
    """Surface wind over its maximum, Holland et al. (2010), eq. 6: ((Rmax / r)^b_s exp(1 - (Rmax / r)^b_s))^x.

    x is 0.5 within the radius of maximum wind, then linear to `outer_x` at the radius `outer_m` (eq. 10), and stays so
    beyond it, where nothing is known.
    """
    share = np.clip((r_m - rmax_m) / np.maximum(outer_m - rmax_m, 1.0), 0.0, 1.0)
    x = 0.5 + share * (outer_x - 0.5)
    return np.exp(x * _log_profile(r_m, rmax_m, b))


def _log_profile(r_m: Floats, rmax_m: Floats, b: Floats) -> Floats:
    """ln((Rmax / r)^b exp(1 - (Rmax / r)^b)): 0 at the radius of maximum wind, negative elsewhere."""
    return b * np.log(rmax_m / r_m) + 1.0 - (rmax_m / r_m) ** b


def outer_exponent(max_wind_m_s: Floats, rmax_m: Floats, b: Floats, outer_m: Floats, outer_wind_m_s: Floats) -> Floats:
    """x of Holland et al. (2010), eq. 6, that gives a known wind at a known radius outside.

    It is 0.5 where that radius or wind is no outer one, and large enough for the wind to fall all the way to that
    radius: with L = ln((Rmax / r)^b exp(1 - (Rmax / r)^b)), d(x L)/dr <= 0 there.
    """
    usable = (outer_m > rmax_m) & (outer_wind_m_s < max_wind_m_s)
    r_m = np.where(usable, outer_m, 2.0 * rmax_m)
    wind = np.where(usable, outer_wind_m_s / np.where(usable, max_wind_m_s, 1.0), 1.0)
    log_profile = _log_profile(r_m, rmax_m, b)
    slope = -b / r_m * (1.0 - (rmax_m / r_m) ** b)
    least = 0.5 / (1.0 + slope * (r_m - rmax_m) / log_profile)
    return np.where(usable, np.maximum(np.log(wind) / log_profile, least), 0.5)


def inflow_angle_deg(r_m: Floats, rmax_m: Floats) -> Floats:
    """Angle by which the surface wind blows inwards: with q = r / Rmax, 10 q to q = 1, 10 + 75 (q - 1) to 1.2, then 25.

    Sobey, Harper & Stark (1977), Numerical simulation of tropical cyclone storm surge, James Cook University, CS14.
    """
    ratio = r_m / rmax_m
    return np.clip(np.where(ratio < 1.0, 10.0 * ratio, 10.0 + 75.0 * (ratio - 1.0)), 0.0, 25.0)


def rmax_of_pressure_m(deficit_pa: Floats, lat_deg: Floats) -> Floats:
    """Radius of maximum wind, Vickery & Wadhera (2008), J. Appl. Meteor. Climatol. 47, 2497-2517, eq. 11.

    ln(Rmax) = 3.015 - 6.291e-5 dp^2 + 0.0337 |lat|, Rmax [km], dp [hPa].
    """
    return 1000.0 * np.exp(3.015 - 6.291e-5 * (deficit_pa / 100.0) ** 2 + 0.0337 * np.abs(lat_deg))


def rmax_of_wind_m(gradient_wind_m_s: Floats, lat_deg: Floats) -> Floats:
    """Radius of maximum wind, Willoughby, Darling & Rahn (2006), Mon. Wea. Rev. 134, 1102-1120, eq. 7a.

    Rmax = 46.4 exp(-0.0155 Vmax + 0.0169 |lat|) [km], Vmax at the gradient level [m/s].
    """
    return 46.4e3 * np.exp(-0.0155 * gradient_wind_m_s + 0.0169 * np.abs(lat_deg))
