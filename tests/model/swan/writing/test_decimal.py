import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.model.swan.writing.decimal import Decimal


def written(values, decimal):
    text = decimal.text(decimal.units(np.asarray(values)))
    assert text.shape == (len(values), decimal.width)
    return [row.tobytes().decode("ascii") for row in text]


@given(
    st.lists(st.floats(-5e5, 5e5), min_size=1, max_size=20),
    st.integers(0, 7),
    st.sampled_from([1.0, 1e-3]),
)
def test_every_number_comes_back_within_half_a_unit_of_its_last_decimal(values, decimals, scale):
    values = np.array(values) * scale
    decimal = Decimal(decimals, values.min(), values.max())
    back = np.array([float(text) for text in written(values, decimal)])
    half = 0.5 * 10.0**-decimals
    assert np.abs(back - values).max() <= half * (1 + 1e-9) + np.abs(values).max() * 2**-52  # what a double can tell


@given(st.lists(st.floats(-99, 99, width=32), min_size=1, max_size=20), st.integers(0, 3))
def test_numbers_are_those_of_python_s_own_formatting(values, decimals):
    units = np.rint(np.array(values, np.float64) * 10**decimals)
    expected = [f"{unit / 10**decimals + 0.0:.{decimals}f}" for unit in units]
    assert [text.strip() for text in written(np.array(values, np.float32), Decimal(decimals, -99, 99))] == expected


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_a_table_and_digits_one_by_one_give_the_same_text(units):
    values = np.array([u % 1000 - 500 for u in units]) / 1e3
    looked_up, computed = Decimal(3, -0.5, 0.5), Decimal(3, -1e6, 1e6)
    assert [t.strip() for t in written(values, looked_up)] == [t.strip() for t in written(values, computed)]


def test_every_number_is_followed_by_one_blank():
    assert written([-20.0, 0.0, 7.5], Decimal(2, -20, 100)) == ["-20.00 ", "  0.00 ", "  7.50 "]


def test_digits_beyond_32_bits_are_kept():
    assert written([123456789.123456, -0.000001], Decimal(6, -1, 2e8)) == ["123456789.123456 ", "       -0.000001 "]


def test_what_rounds_to_zero_has_no_sign():
    assert written([-0.0004], Decimal(3, -1, 1)) == [" 0.000 "]


def test_a_number_outside_the_range_is_refused():
    with pytest.raises(ValueError, match=r"values from 0\.0 to 61\.0 are not between"):
        written([0.0, 61.0], Decimal(3, -60, 60))


@pytest.mark.parametrize(("low", "high"), [(0, np.inf), (np.nan, 1), (1, 0), (0, 1e13)])
def test_a_range_without_numbers_or_with_too_many_digits_is_refused(low, high):
    with pytest.raises(ValueError, match=r"lie between|15 digits"):
        Decimal(3, low, high)
