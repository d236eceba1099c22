"""Linear interpolation: exact where the field is linear, whatever the order of the axes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core.interpolate import Axis, bilinear

steps = st.lists(st.floats(0.01, 3.0), min_size=1, max_size=12)
shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8)


@given(steps, steps, shares, st.booleans(), st.booleans())
def test_bilinear_is_exact_on_a_plane(dx: list[float], dy: list[float], at: list[float], flip_x: bool, flip_y: bool):
    x, y = (np.concatenate([[0.0], np.cumsum(d)]) for d in (dx, dy))
    x, y = x[:: -1 if flip_x else 1], y[:: -1 if flip_y else 1]
    plane = 3.0 - 2.0 * x[None, :] + 0.5 * y[:, None]
    tx, ty = np.array(at) * x.max(), np.array(at[::-1]) * y.max()
    found = bilinear(plane, Axis(y).bracket(ty), Axis(x).bracket(tx))
    assert found == pytest.approx(3.0 - 2.0 * tx + 0.5 * ty, abs=1e-10)  # rounding of values up to 100


@given(st.integers(0, 359), st.booleans(), st.integers(-2, 2), st.floats(0.0, 359.999))
def test_a_global_axis_has_no_seam(start: int, flip: bool, turns: int, lon: float):
    values = (np.arange(0, 360, 10) + start).astype(float)
    axis = Axis(values[:: -1 if flip else 1], 360.0)
    field = np.cos(np.radians(axis.values))
    where = axis.bracket(np.array([lon + 360.0 * turns]))
    found = field[where.low] * (1 - where.weight) + field[where.high] * where.weight
    assert axis.covers(np.array([lon]))
    assert found[0] == pytest.approx(np.cos(np.radians(lon)), abs=0.004)  # step**2 / 8 of a cosine: 0.0038


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_longitudes_of_either_convention_fall_on_a_regional_axis(turn: float):
    axis = Axis(np.arange(170.0, 191.0), 360.0)
    assert axis.covers(np.array([175.0, 185.0]) + turn)
    assert not axis.covers(np.array([169.0]) + turn)
    assert axis.bracket(np.array([185.25]) + turn).low[0] == 15


def test_outside_is_not_covered():
    axis = Axis(np.array([3.0, 2.0, 1.0]))
    assert axis.covers(np.array([1.0, 3.0]))
    assert not axis.covers(np.array([0.9]))
    assert not axis.covers(np.array([3.1]))


def test_a_missing_neighbour_without_weight_does_not_count():
    field = np.array([[1.0, np.nan], [2.0, np.nan]])
    axis = Axis(np.array([0.0, 1.0]))
    columns = axis.bracket(np.array([0.0, 0.5]))
    found = bilinear(field, axis.bracket(np.array([0.5, 0.5])), columns)
    assert found[0] == 1.5
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("values", "fault"),
    [([1.0], "single point"), ([1.0, np.nan], "NaN"), ([1.0, 3.0, 2.0], "neither increases"), ([1.0, 1.0], "neither")],
)
def test_what_is_no_axis_is_told(values: list[float], fault: str):
    assert fault in Axis(np.array(values)).fault()
