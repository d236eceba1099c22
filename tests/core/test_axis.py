"""Coordinates along one dimension: around the globe, over the dateline, where places are among them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.core.axis import Axis, in_order, straightened, unbroken, wrap

GLOBE = Axis(np.arange(-180.0, 180.0, 0.5), is_circle=True)
REGION = Axis(np.arange(140.0, 200.1, 0.5), is_circle=True)
"""Over the dateline, 140 E to 160 W."""
turns = st.sampled_from([-720.0, -360.0, 0.0, 360.0, 720.0])


def weighted(axis: Axis, values: np.ndarray, targets: np.ndarray) -> np.ndarray:
    found = axis.bracket(targets)
    return (1 - found.weight) * values[found.low] + found.weight * values[found.high]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ([5.0], "has a single point, two are needed to interpolate"),
        ([5.0, np.nan, 7.0], "holds values that are no numbers"),
        ([5.0, 6.0, 6.0], "holds the same value twice"),
        ([5.0, 6.0], ""),
    ],
)
def test_an_axis_says_why_it_is_none(values: list[float], fault: str):
    assert Axis(np.array(values)).fault() == fault


@pytest.mark.parametrize(
    ("lon", "closed"),
    [
        (np.arange(0.0, 360.0, 0.25), True),
        (np.arange(0.0, 359.6, 0.25), False),  # one column is missing
        (np.arange(0.0, 360.1, 0.25)[:-1].astype(np.float32).astype(float), True),
        (np.array([0.0, 120.0, 240.0]), True),
        (np.arange(100.0, 160.0), False),
        (np.array([-100.0, 100.0]), False),
    ],
)
def test_longitudes_around_the_globe_are_a_closed_circle(lon: np.ndarray, closed: bool):
    assert Axis(lon, is_circle=True).is_closed is closed
    assert not Axis(lon).is_closed  # metres never are


@given(st.floats(-180, 180), turns)
def test_a_longitude_is_found_with_any_number_of_turns(lon: float, turn: float):
    there = np.array([lon + turn])
    assert GLOBE.covers(there)
    wave = np.sin(np.radians(GLOBE.values))
    # Half a degree of a straight line under a sine is off by at most h^2 / 8; the turn rounds the longitude to 1e-13.
    assert weighted(GLOBE, wave, there) == pytest.approx(np.sin(np.radians(lon)), abs=np.radians(0.5) ** 2 / 8 + 1e-12)


@given(st.floats(140, 200), turns)
def test_a_region_over_the_dateline_holds_its_places_in_any_convention(lon: float, turn: float):
    assert REGION.covers(np.array([lon + turn]))
    assert weighted(REGION, REGION.values, np.array([lon + turn])) == pytest.approx(lon, abs=1e-9)


@pytest.mark.parametrize("lon", [139.9, 200.1, -159.9, 20.0])
def test_a_place_beyond_a_region_is_not_covered(lon: float):
    assert not REGION.covers(np.array([150.0, lon]))


def test_a_place_may_be_beyond_the_end_by_a_twentieth_of_a_step():
    """What single precision does, and a small domain whose straight edges are bent lines of longitude and latitude."""
    axis = Axis(np.arange(0.0, 10.0))
    assert axis.covers(np.array([-0.049, 9.049]))
    assert axis.beyond(np.array([-0.051, 4.0, 9.051])).tolist() == [True, False, True]


def test_a_box_whose_ends_are_covered_is_not_covered_where_its_middle_is_not():
    europe = Axis(np.arange(-15.0, 25.1, 1.0), is_circle=True)
    assert europe.covers(np.array([20.0, 350.0]))
    assert not europe.spans(20.0, 350.0)
    assert europe.spans(350.0, 380.0)
    assert GLOBE.spans(-500.0, 500.0)


def test_beyond_the_ends_the_value_of_the_end_is_taken():
    axis = Axis(np.array([0.0, 1.0, 3.0]))
    assert weighted(axis, np.array([5.0, 6.0, 8.0]), np.array([-1.0, 3.5])).tolist() == [5.0, 8.0]


@pytest.mark.parametrize("off", [1e-8, -1e-8])
def test_a_place_on_a_point_but_for_rounding_needs_no_neighbour(off: float):
    axis = Axis(np.arange(0.0, 5.0))
    values = np.array([np.nan, np.nan, 7.0, np.nan, np.nan])
    found = axis.bracket(np.array([2.0 + off]))
    used = np.where(found.weight == 1, found.high, found.low)
    assert set(found.weight.tolist()) <= {0.0, 1.0}
    assert values[used] == [7.0]


def test_a_window_holds_the_neighbours_of_its_ends_and_as_many_more_as_are_asked_for():
    axis = Axis(np.arange(0.0, 100.0, 10.0))
    positions, values = axis.window(12.0, 28.0)
    assert (positions.tolist(), values.tolist()) == ([1, 2, 3], [10.0, 20.0, 30.0])
    assert axis.window(12.0, 28.0, pad=2)[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert axis.window(-5.0, 200.0, pad=1)[0].tolist() == list(range(10))  # no more than there is


def test_a_window_that_ends_on_points_but_for_rounding_is_the_same():
    axis = Axis(np.arange(0.0, 10.0))
    exact = axis.window(2.0, 5.0)[0].tolist()
    assert axis.window(2.0 - 1e-9, 5.0 + 1e-9)[0].tolist() == exact == [2, 3, 4, 5]
    assert axis.window(2.0 + 1e-9, 5.0 - 1e-9)[0].tolist() == exact


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_a_window_over_the_end_of_a_circle_goes_on_at_its_beginning(turn: float):
    globe = Axis(np.arange(0.0, 360.0), is_circle=True)
    positions, values = globe.window(-1.5 + turn, 1.5 + turn, pad=1)
    assert positions.tolist() == [357, 358, 359, 0, 1, 2, 3]
    assert (values - turn).tolist() == [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]  # where the box is


def test_a_window_of_the_whole_circle_has_every_longitude_once():
    positions, values = GLOBE.window(-180.0, 180.0, pad=1)
    assert sorted(positions.tolist()) == list(range(720))
    assert np.diff(values) == pytest.approx(0.5)


@settings(deadline=None)  # a machine with other work stalls now and then
@given(st.floats(-180, 179), st.floats(0.0, 100.0), st.integers(1, 3), turns)
def test_interpolation_in_a_window_is_that_on_the_whole_circle(west: float, width: float, pad: int, turn: float):
    field = np.cos(np.radians(3 * GLOBE.values))
    positions, values = GLOBE.window(west + turn, west + turn + width, pad)
    places = np.linspace(west + turn, west + turn + width, 7)
    part = weighted(Axis(values, is_circle=True), field[positions], places)
    assert part == pytest.approx(weighted(GLOBE, field, places), abs=1e-9)  # 1e-13 degrees by turns, times a slope


@pytest.mark.parametrize(
    ("lon", "order", "values"),
    [
        ([0.0, 90.0, 180.0, 270.0], [2, 3, 0, 1], [-180.0, -90.0, 0.0, 90.0]),
        ([179.0, -179.0, 180.0], [0, 2, 1], [179.0, 180.0, 181.0]),
        ([358.0, 360.0, 362.0], [0, 1, 2], [-2.0, 0.0, 2.0]),
        ([2.0, 1.0, 0.0, 359.0], [3, 2, 1, 0], [-1.0, 0.0, 1.0, 2.0]),
        ([0.0, 120.0, 240.0, 360.0], [2, 0, 1], [-120.0, 0.0, 120.0]),  # 0 and 360 are the same place
        ([7.0], [0], [7.0]),
    ],
)
def test_longitudes_are_put_in_order_without_a_break(lon: list[float], order: list[int], values: list[float]):
    found_order, found = in_order(np.array(lon))
    assert (found_order.tolist(), found.tolist()) == (order, values)


def test_a_column_that_is_there_twice_in_single_precision_is_taken_once():
    """Files with a cyclic column for plotting: 0.04 and 360.04, which are 1.5e-5 degrees apart in 4 bytes."""
    lon = (np.arange(4321, dtype=np.float32) / np.float32(12) + np.float32(1 / 24)).astype(np.float64)
    _, values = in_order(lon)
    assert len(values) == 4320
    assert np.diff(values).min() > 0.08


@given(
    st.integers(-180, 179), st.integers(2, 300), st.sampled_from([0.25, 0.5, 1.0]), st.randoms(use_true_random=False)
)
def test_the_order_does_not_depend_on_the_convention(west: int, count: int, step: float, random):
    lon = west + step * np.arange(min(count, int(360 / step)))
    others = [lon % 360.0, lon + 360.0, wrap(lon), lon[::-1], np.roll(lon % 360.0, random.randrange(len(lon)))]
    _, expected = in_order(lon)
    assert all(in_order(other)[1].tolist() == expected.tolist() for other in others)
    assert all((wrap(other[in_order(other)[0]]) == wrap(expected)).all() for other in others)


def test_wrapping_leaves_what_is_in_range_to_the_last_bit():
    lon = np.array([-180.0, -0.1, 115.61, 179.99])
    assert wrap(lon).tobytes() == lon.tobytes()
    assert wrap(np.array([180.0, 540.0, 360.0])).tolist() == [-180.0, -180.0, 0.0]


def test_places_around_the_dateline_are_in_the_shortest_arc():
    assert unbroken(np.array([-179.0, 179.0, 180.0])).tolist() == [181.0, 179.0, 180.0]
    assert unbroken(np.array([359.5, 0.5])).tolist() == [-0.5, 0.5]
    assert unbroken(np.array([115.6])).tolist() == [115.6]


@pytest.mark.parametrize(
    ("step", "dtype"),
    # A thousandth of 1/120 degree is less than single precision resolves at 330 degrees: such a file has lost it.
    [(s, d) for s in (0.1, 0.05, 1 / 12, 0.25, 1 / 3, 1 / 120, 1 / 240, 0.0125) for d in "fd" if d == "d" or s > 0.04],
)
def test_equal_steps_are_the_same_numbers_however_they_were_stored(step: float, dtype: str):
    clean = np.array([round((30 * 3600 + i * step * 3600), 3) / 3600 for i in range(200)])
    summed = np.arange(30.0, 30.0 + 199.5 * step, step)  # numpy adds a step that is rounded at 30
    turned = (np.arange(200) * step - 330.0).astype(dtype).astype(float) + 360.0
    stored = [clean.astype(dtype).astype(float), summed.astype(dtype).astype(float), turned]
    assert len({straightened(values).tobytes() for values in stored}) == 1
    assert straightened(stored[0]) == pytest.approx(clean, abs=1e-12 if dtype == "d" else 2e-6)  # digits of 30 in f4


def test_unequal_steps_and_steps_that_mean_something_are_not_touched():
    gauss = np.degrees(np.arcsin(np.polynomial.legendre.leggauss(40)[0]))
    metres = 350_000.0 + 1234.5678 * np.arange(30) ** 1.01
    for values in (gauss, metres, np.array([7.123456789])):
        assert straightened(values) is values


@given(st.floats(-180, 360), st.floats(1e-4, 2.0), st.integers(2, 60))
def test_straightening_moves_nothing_by_more_than_a_thousandth_of_a_step(first: float, step: float, count: int):
    values = first + step * np.arange(count)
    assert np.abs(straightened(values) - values).max() <= 1e-3 * step
