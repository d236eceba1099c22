"""Formulas of tropical cyclones: what they promise, and numbers of others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.source.cyclone import holland

CENTRE_PA, DEFICIT_PA, RMAX_M, B = 92_000.0, 8_000.0, 30_000.0, 1.6
F_S = holland.coriolis_s(np.float64(-20.0))
RADII_M = np.geomspace(1e3, 1e6, 400)


def test_pressure_is_that_of_the_centre_inside_and_the_ambient_one_outside():
    inside, outside = holland.pressure_pa(np.array([1.0, 1e12]), CENTRE_PA, DEFICIT_PA, RMAX_M, B)
    assert inside == CENTRE_PA
    assert outside == pytest.approx(CENTRE_PA + DEFICIT_PA, abs=1e-6)


def test_at_the_radius_of_maximum_wind_the_pressure_is_1_minus_1_over_e_of_the_deficit_below_the_ambient_one():
    there = holland.pressure_pa(np.float64(RMAX_M), CENTRE_PA, DEFICIT_PA, RMAX_M, B)
    assert CENTRE_PA + DEFICIT_PA - there == pytest.approx(DEFICIT_PA * (1 - 1 / np.e))


def test_the_gradient_wind_is_in_balance_with_the_pressure():
    def pressure(r_m):
        return holland.pressure_pa(r_m, CENTRE_PA, DEFICIT_PA, RMAX_M, B)

    step_m = 1.0
    gradient = (pressure(RADII_M + step_m) - pressure(RADII_M - step_m)) / (2 * step_m)
    wind = holland.gradient_wind_m_s(RADII_M, holland.max_wind_of_b(B, DEFICIT_PA), RMAX_M, B, F_S)
    balance = holland.AIR_DENSITY_KG_M3 * (wind**2 / RADII_M + F_S * wind)
    # central differences: (1 m / 1 km)^2 of the gradient, and rounding of 1e5 Pa to 1.5e-11 Pa over 2 m
    assert balance == pytest.approx(gradient, rel=1e-5, abs=1e-10)


def test_without_coriolis_force_the_wind_is_greatest_at_its_radius_and_as_given():
    wind = holland.gradient_wind_m_s(np.append(RADII_M, RMAX_M), 50.0, RMAX_M, B, 0.0)
    assert wind.max() == wind[-1] == pytest.approx(50.0, rel=1e-12)


def test_b_of_the_maximum_wind_gives_it_back():
    wind = np.array([52.0, 55.0])
    b = holland.b_of_max_wind(wind, DEFICIT_PA)
    assert holland.max_wind_of_b(b, DEFICIT_PA) == pytest.approx(wind)
    assert holland.deficit_of_max_wind(wind, b) == pytest.approx([DEFICIT_PA] * 2)


@pytest.mark.parametrize(("wind", "b"), [(10.0, 1.0), (90.0, 2.5)])
def test_b_stays_within_its_limits(wind: float, b: float):
    assert holland.b_of_max_wind(np.float64(wind), DEFICIT_PA) == b


def test_a_storm_without_a_deficit_is_no_division_by_zero():
    assert holland.b_of_max_wind(np.array([0.0, 20.0]), np.array([0.0, 0.0])).tolist() == [1.0, 2.5]


def test_b_of_the_surface_wind_follows_the_relation_of_holland_2008():
    # by hand: x = 0.6 (1 - 50/215) = 0.46047, 5^x = 2.09822; 1 - 0.11 + 0.5 - 0.03 - 0.21 + 0.15 * 2.09822
    arguments = np.float64(5000.0), np.float64(-100.0 / 3600), np.float64(-15.0), np.float64(5.0)
    assert holland.surface_b(*arguments, 0.9) == pytest.approx(1.46473, abs=1e-5)


class TestCLIMADA:
    """Numbers in the tests of CLIMADA (github.com/CLIMADA-project/climada_python), another implementation.

    climada/hazard/test/test_trop_cyclone_windfields.py; those of Holland (1980, 2008) are compared there with the older
    one in MATLAB.
    """

    def test_gradient_wind_of_holland_1980(self):
        r_m = 1e3 * np.array([299.4501244109841, 291.0737897183741, 292.5441003235722, 40.665454622610511])
        rmax_m, b, f_s = 40_665.454622610511, 1.486076257880692, 3.54921922e-05
        at_top = holland.max_wind_of_b(b, 3912.0)
        wind = holland.gradient_wind_m_s(r_m, at_top, rmax_m, b, f_s)
        assert wind == pytest.approx([11.28, 11.68, 11.61, 42.41], abs=0.01)  # given to two digits
        without = holland.gradient_wind_m_s(r_m, at_top, rmax_m, b, 0.0)
        assert without == pytest.approx([15.72, 16.04, 15.98, 43.13], abs=0.01)

    def test_b_of_holland_1980(self):
        b = holland.b_of_max_wind(np.array([35.0, 40.0]), np.array([1500.0, 3000.0]))
        assert b == pytest.approx([2.5, 1.667213], abs=1e-6)

    def test_b_of_holland_2008(self):
        tendency_pa_s = (1005.2682 - 1005.2633) * 100 / 3600
        b = holland.surface_b(473.0, tendency_pa_s, 12.299999279463769, 5.123882725120426, 0.9)
        assert b == pytest.approx(1.27, abs=0.01)

    def test_maximum_wind_of_holland_2008(self):
        wind = holland.max_wind_of_b(np.array([2.5, 1.67]), np.array([1500.0, 3000.0]))
        assert wind == pytest.approx([34.635341, 40.033421], abs=1e-6)

    def test_exponent_and_surface_wind_of_holland_2010(self):
        rmax, wind, b = 90_000.0, 90.0, 1.6
        x = holland.outer_exponent(wind, rmax, b, 300_000.0, 17.0)
        assert x == pytest.approx(1.554611, abs=1e-6)
        r_m = 1e3 * np.array([32.0, 91.0, 270.0, 300.0])
        expected = [24.823469, 89.992938, 24.381965, 17.0]
        assert wind * holland.surface_shape(r_m, rmax, b, x, 300_000.0) == pytest.approx(expected, abs=1e-6)

    def test_surface_wind_of_a_weak_storm(self):
        x = holland.outer_exponent(35.0, 75_000.0, 1.75, 300_000.0, 17.0)
        r_m = 1e3 * np.array([75.0, 220.0, 300.0])
        wind = 35.0 * holland.surface_shape(r_m, 75_000.0, 1.75, x, 300_000.0)
        assert wind == pytest.approx([35.0, 21.181497, 17.0], abs=1e-6)


storms = {
    "wind": st.floats(10, 90),
    "rmax": st.floats(5e3, 1.5e5),
    "b": st.floats(0.81, 2.1),
    "outer": st.floats(2e4, 8e5),
    "outer_wind": st.floats(12, 18),
}


@given(**storms)
def test_the_surface_wind_of_holland_2010_falls_all_the_way_out(wind, rmax, b, outer, outer_wind):
    x = holland.outer_exponent(np.float64(wind), rmax, b, outer, outer_wind)
    r_m = np.linspace(rmax, 2 * max(outer, rmax), 500)
    shape = holland.surface_shape(r_m, rmax, b, x, outer)
    assert shape[0] == pytest.approx(1.0)
    assert (np.diff(shape) <= 1e-12).all()


def test_the_surface_wind_of_holland_2010_is_that_of_holland_1980_without_an_outer_wind():
    x = holland.outer_exponent(15.0, RMAX_M, B, 300_000.0, 17.0)  # there is less wind at the centre than outside
    assert x == 0.5
    surface = 15.0 * holland.surface_shape(RADII_M, RMAX_M, B, x, 300_000.0)
    assert surface == pytest.approx(holland.gradient_wind_m_s(RADII_M, 15.0, RMAX_M, B, 0.0), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("ratio", "angle"), [(0.0, 0.0), (0.5, 5.0), (1.0, 10.0), (1.1, 17.5), (1.2, 25.0), (10.0, 25.0)]
)
def test_the_wind_blows_inwards_by_the_angle_of_sobey_1977(ratio: float, angle: float):
    assert holland.inflow_angle_deg(np.float64(ratio * RMAX_M), RMAX_M) == pytest.approx(angle)


def test_radius_of_maximum_wind_by_hand():
    # exp(3.015 - 6.291e-5 * 50^2 + 0.0337 * 15) = exp(3.363225); 46.4 exp(-0.0155 * 50 + 0.0169 * 15)
    assert holland.rmax_of_pressure_m(np.float64(5000.0), -15.0) == pytest.approx(28_882, abs=1)
    assert holland.rmax_of_wind_m(np.float64(50.0), -15.0) == pytest.approx(27_544, abs=1)


def test_the_coriolis_parameter_of_30_degrees_is_the_rotation_of_the_earth():
    assert holland.coriolis_s(np.array([30.0, -30.0])) == pytest.approx(7.2921e-5)
