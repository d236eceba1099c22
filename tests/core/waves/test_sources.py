"""Spectra, growth and decay against the limits that their authors give."""

import numpy as np
import pytest

from rompy_hydra.core.waves import (
    GRAVITY,
    GROWTH_LAWS,
    friction_decay,
    group_speed,
    jonswap,
    kahma_calkoen,
    tm01_over_tp,
    tm02_over_tp,
    wilson,
    young_verhagen,
)


def test_the_periods_of_pierson_and_moskowitz_have_a_closed_form():
    gamma_of_three_quarters = 1.2254167024651776
    assert tm01_over_tp(1.0) == pytest.approx(1.25**-0.25 / gamma_of_three_quarters, abs=1e-6)
    assert tm02_over_tp(1.0) == pytest.approx((1.25 * np.pi) ** -0.25, rel=1e-4)


@pytest.mark.parametrize("gamma", [1.0, 2.0, 3.3, 5.0, 7.0])
def test_mean_periods_follow_the_fits_of_dnv(gamma):
    # DNV-RP-C205 (2010), 3.5.5.6; fits that are good to some thousandths
    tm01 = 0.7303 + 0.04936 * gamma - 0.006556 * gamma**2 + 0.0003610 * gamma**3
    tm02 = 0.6673 + 0.05037 * gamma - 0.006230 * gamma**2 + 0.0003341 * gamma**3
    assert tm01_over_tp(gamma) == pytest.approx(tm01, abs=0.004)
    assert tm02_over_tp(gamma) == pytest.approx(tm02, abs=0.004)


def test_the_integral_and_the_peak_of_jonswap_are_what_was_asked_for():
    f = np.arange(0.01, 20.0, 5e-4)
    density = jonswap(f, 3.0, 9.0, 3.3)
    assert float(4 * np.sqrt(density.sum() * 5e-4)) == pytest.approx(3.0, rel=1e-4)
    assert float(f[np.argmax(density)]) == pytest.approx(1 / 9.0, abs=5e-4)


def test_jonswap_has_the_level_of_goda():
    # Goda (1988): S(fp) = beta hs^2 tp gamma exp(-5/4), a fit that is good to a per cent
    gamma = 3.3
    beta = 0.0624 / (0.230 + 0.0336 * gamma - 0.185 / (1.9 + gamma))
    assert float(jonswap(0.125, 2.0, 8.0, gamma)) == pytest.approx(beta * 4 * 8 * gamma * np.exp(-1.25), rel=0.015)


def test_young_and_verhagen_have_the_limits_of_their_paper():
    wind = 10.0
    unit = wind**2 / GRAVITY
    old_and_deep = young_verhagen(wind, 1e9, 1e5)
    assert float((old_and_deep.hs_m / 4 / unit) ** 2) == pytest.approx(3.64e-3, rel=1e-3)
    assert float(wind / GRAVITY / old_and_deep.tp_s) == pytest.approx(0.133, rel=1e-3)
    shallow = young_verhagen(wind, 1e9, 0.1 * unit)
    # their eqs. for depth limitation: 1.06e-3 delta^1.3 and 0.20 delta^-0.375
    assert float((shallow.hs_m / 4 / unit) ** 2) == pytest.approx(1.06e-3 * 0.1**1.3, rel=0.02)
    assert float(wind / GRAVITY / shallow.tp_s) == pytest.approx(0.20 * 0.1**-0.375, rel=0.01)
    short = young_verhagen(wind, 100 * unit, 1e5)
    assert float((short.hs_m / 4 / unit) ** 2) == pytest.approx(1.6e-7 * 100, rel=0.05)  # as JONSWAP, nearly


def test_wilson_has_a_fully_developed_sea():
    sea = wilson(10.0, 1e12)
    assert float(sea.hs_m) == pytest.approx(0.30 * 100 / GRAVITY, rel=1e-3)
    assert float(sea.tp_s) == pytest.approx(1.05 * 1.37 * 2 * np.pi * 10 / GRAVITY, rel=1e-3)


def test_growth_laws_agree_within_their_scatter_where_all_are_based_on_data():
    fetch = np.array([25e3, 50e3, 100e3])
    low, *_, high = np.sort([law(20.0, fetch, None).hs_m for law in GROWTH_LAWS.values()], axis=0)
    assert (high < 1.35 * low).all()
    np.testing.assert_allclose(kahma_calkoen(20.0, fetch).hs_m, [2.11, 2.89, 3.94], atol=5e-3)


def test_friction_takes_from_the_flux_what_it_dissipates():
    hs, period, depth, c = 1.5, 9.0, 8.0, 0.038
    x, step = 5e3, 1.0
    flux = [float(group_speed(period, depth)) * float(friction_decay(hs, period, depth, s, c)) ** 2
            for s in (x - step, x + step)]  # fmt: skip
    k_h = float(2 * np.pi / period) ** 2 / GRAVITY * depth  # of deep water, improved below
    for _ in range(200):
        k_h = (2 * np.pi / period) ** 2 / GRAVITY * depth / np.tanh(k_h)
    rate = c * (2 * np.pi / period) ** 2 / (GRAVITY * np.sinh(k_h)) ** 2
    height = float(friction_decay(hs, period, depth, x, c))
    assert (flux[0] - flux[1]) / (2 * step) == pytest.approx(rate * height**2, rel=1e-6)
