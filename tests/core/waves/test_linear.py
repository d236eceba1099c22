"""Dispersion, shoaling and refraction against tables and limits."""

import numpy as np
import pytest

from rompy_hydra.core.waves import GRAVITY, group_speed, phase_speed, refract, wavenumber

PERIOD = 10.0
DEEP_LENGTH = GRAVITY * PERIOD**2 / (2 * np.pi)
TABLE = [
    # d/L0     d/L      tanh(kd) n       H/H0'
    (0.0100, 0.04032, 0.2480, 0.9792, 1.435),
    (0.0500, 0.09416, 0.5310, 0.8999, 1.023),
    (0.1000, 0.1410, 0.7093, 0.8103, 0.9327),
    (0.2500, 0.2679, 0.9332, 0.6163, 0.9323),
]
"""Shore Protection Manual (1984), table C-1, functions of d/L for even increments of d/L0."""


@pytest.mark.parametrize(("deep", "local", "tanh", "ratio", "shoaling"), TABLE)
def test_the_functions_of_depth_are_those_of_the_shore_protection_manual(deep, local, tanh, ratio, shoaling):
    depth = deep * DEEP_LENGTH
    k = wavenumber(PERIOD, depth)
    digits = {"rel": 2e-4}  # of the table
    assert float(k * depth / (2 * np.pi)) == pytest.approx(local, **digits)
    assert float(np.tanh(k * depth)) == pytest.approx(tanh, **digits)
    assert float(group_speed(PERIOD, depth) / phase_speed(PERIOD, depth)) == pytest.approx(ratio, **digits)
    hs, _ = refract(1.0, PERIOD, 0.0, np.inf, depth)
    assert float(hs) == pytest.approx(shoaling, rel=5e-4)


def test_wavenumbers_fulfil_the_dispersion_relation_from_ripples_to_tsunamis():
    period, depth = np.meshgrid(np.geomspace(0.1, 1e4, 60), np.geomspace(1e-3, 1e4, 60))
    k = wavenumber(period, depth)
    # the error of k is half of that of omega^2 at most
    np.testing.assert_allclose(GRAVITY * k * np.tanh(k * depth), (2 * np.pi / period) ** 2, rtol=1e-10)


def test_the_limits_are_deep_and_shallow_water():
    assert float(phase_speed(PERIOD, np.inf)) == pytest.approx(GRAVITY * PERIOD / (2 * np.pi), rel=1e-12)
    assert float(group_speed(PERIOD, np.inf)) == pytest.approx(GRAVITY * PERIOD / (4 * np.pi), rel=1e-12)
    assert float(phase_speed(1e4, 1.0)) == pytest.approx(GRAVITY**0.5, rel=1e-6)
    assert float(group_speed(1e4, 1.0)) == pytest.approx(GRAVITY**0.5, rel=1e-6)


def test_the_group_speed_is_the_slope_of_the_dispersion_relation():
    omega, step = 2 * np.pi / PERIOD, 1e-5
    k = wavenumber(2 * np.pi / (omega + np.array([-step, step])), 8.0)
    assert float(group_speed(PERIOD, 8.0)) == pytest.approx(2 * step / (k[1] - k[0]), rel=1e-8)


def test_refraction_keeps_snell_and_the_flux_of_energy():
    depths = np.array([20.0, 10.0, 5.0, 1.0])
    hs, incidence = refract(1.0, PERIOD, -30.0, 20.0, depths)
    assert (hs[0], incidence[0]) == pytest.approx((1.0, -30.0), rel=1e-12)
    assert np.ptp(np.sin(np.radians(incidence)) / phase_speed(PERIOD, depths)) < 1e-15
    flux = hs**2 * group_speed(PERIOD, depths) * np.cos(np.radians(incidence))
    np.testing.assert_allclose(flux, flux[0], rtol=1e-12)
    assert (np.diff(np.abs(incidence)) < 0).all()


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="positive"):
        wavenumber(10.0, [5.0, 0.0])
    with pytest.raises(ValueError, match="do not come"):
        refract(1.0, 10.0, 90.0, 20.0, 5.0)
    with pytest.raises(ValueError, match="turn back"):
        refract(1.0, 10.0, 60.0, 2.0, 50.0)
