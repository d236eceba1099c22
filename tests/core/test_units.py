"""Units as data spell them."""

from __future__ import annotations

import numpy as np
import pytest

from rompy_hydra.core.units import AS_IT_IS, Conversion, conversion
from rompy_hydra.errors import DataError

KNOT, MILE = 1852 / 3600, 1609.344 / 3600


@pytest.mark.parametrize(
    ("to", "spellings", "value", "expected"),
    [
        ("m s-1", ("m s-1", "m/s", "m s**-1", "m.s-1", "ms-1", "m s^{-1}", "meters per second", "M/S"), 7.5, 7.5),
        ("m s-1", ("knots", "kn", "kt", "kts", "Knots", "KT", "nmi/h", "nm/h"), 20.0, 20 * KNOT),
        ("m s-1", ("km/h", "kph", "km h-1"), 36.0, 10.0),
        ("m s-1", ("mph", "mile/hour"), 10.0, 10 * MILE),
        ("m s-1", ("cm/s", "cm s-1"), 250.0, 2.5),
        ("Pa", ("Pa", "pascals", "Pascal", "PA", "N m-2"), 101_325.0, 101_325.0),
        ("Pa", ("hPa", "mb", "mbar", "millibars", "hpa", "HPA", "hectopascals"), 1013.25, 101_325.0),
        ("Pa", ("kPa",), 101.325, 101_325.0),
        ("degC", ("degC", "C", "Celsius", "degrees C", "degree_Celsius", "degrees Celsius", "°C"), 18.5, 18.5),
        ("degC", ("K", "kelvin", "Kelvin"), 291.65, 18.5),
        ("degC", ("degF",), 65.3, 18.5),
        ("K", ("degC", "deg C"), 18.5, 291.65),
        ("m", ("m", "metres", "Meters", "meter"), -12.0, -12.0),
        ("m", ("cm",), 80.0, 0.8),
        ("m", ("nmi", "nm", "NM", "nautical miles"), 2.0, 3704.0),
        ("m", ("ft", "feet"), 10.0, 3.048),
        ("degree", ("degree", "degrees", "deg", "°", "Degree true", "degrees_true"), 270.0, 270.0),
        ("degree", ("rad", "radians"), np.pi / 2, 90.0),
        ("m3 s-1", ("m3 s-1", "m3/s", "m**3 s**-1", "cumecs"), 4.0, 4.0),
        ("m3 s-1", ("l/s",), 4000.0, 4.0),
        ("0.001", ("psu", "PSU", "1e-3", "g kg-1", "ppt", "PSS-78"), 35.0, 35.0),
        ("1", ("1", "", "fraction", "(0 - 1)", "dimensionless"), 0.4, 0.4),
        ("1", ("%", "percent"), 40.0, 0.4),
    ],
)
def test_a_unit_is_understood_however_it_is_spelt(to: str, spellings: tuple[str, ...], value: float, expected: float):
    for units in spellings:
        assert conversion(units, to, "forcing")(np.array([value])) == pytest.approx([expected], rel=1e-13), units


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ("furlong/fortnite", "units 'furlong/fortnite' are not understood, expected m s-1"),
        ("K", "units 'K' measure something else, expected m s-1"),
        ("m", "units 'm' measure something else, expected m s-1"),
        ("unknown", "units 'unknown' measure something else, expected m s-1"),
    ],
)
def test_units_that_do_not_fit_are_refused_with_what_to_say_instead(units: str, fault: str):
    with pytest.raises(DataError) as caught:
        conversion(units, "m s-1", "forcing.wind")
    (problem,) = caught.value.problems
    assert (problem.key, problem.message, problem.value) == ("forcing.wind", fault, units)
    assert problem.hint == "set forcing.wind.units to what the numbers are in, such as m s-1"


@pytest.mark.parametrize("units", ["", "  ", "m s-1", " m/s "])
def test_data_without_units_or_in_the_right_ones_are_not_touched(units: str):
    values = np.array([0.1, np.nan])
    assert conversion(units, "m s-1", "k") is AS_IT_IS
    assert conversion(units, "m s-1", "k")(values) is values


def test_a_depth_in_feet_is_an_elevation_in_metres():
    assert conversion("ft", "m", "k").negative(np.array([10.0])) == pytest.approx([-3.048])
    assert Conversion(2.0, 1.0).negative == (-2.0, -1.0)


def test_single_precision_stays_single():
    values = np.array([1013.25], np.float32)
    converted = conversion("hPa", "Pa", "k")(values)
    assert (converted.dtype, converted.tolist()) == (np.float32, [101_325.0])


def test_a_direction_without_dimension_is_neither_degrees_nor_radians():
    """UDUNITS takes it for radians: 270 became 310 degrees without a word."""
    with pytest.raises(DataError) as caught:
        conversion("1", "degree", "forcing.wind")
    (problem,) = caught.value.problems
    assert problem.message == "units '1' say neither degrees nor radians, expected degree"
    assert "correct the attribute units of the direction" in problem.hint
    assert conversion("rad", "degree", "forcing.wind").scale == pytest.approx(180 / np.pi)
