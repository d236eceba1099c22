"""Values of fields at any places and times, and what fields cover in words."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.core.lazy import LazyArray
from rompy_hydra.core.mesh import Ints
from rompy_hydra.core.period import Period
from rompy_hydra.core.times import seconds
from rompy_hydra.data.cut import Need
from rompy_hydra.data.fields import Fields, between, steps_within
from rompy_hydra.data.quantities import ELEVATION, QUANTITIES
from rompy_hydra.data.understand import Understood
from rompy_hydra.errors import DataError
from tests.data.lookalike import HOURS, SIX_HOURS, air, domain, forcing, hours, problems, values

EAST = QUANTITIES["eastward_wind"]


class Counted(LazyArray):
    """Numbers as in a file, with a count of those that were read."""

    def __init__(self, values: np.ndarray):
        self.values, self.shape, self.dtype, self.count = values, values.shape, values.dtype, 0

    def read(self, wanted: list[Ints]) -> Any:
        found = self.values[np.ix_(*wanted)]
        self.count += found.size
        return found


def counted(data: xr.Dataset) -> tuple[xr.Dataset, list[Counted]]:
    arrays = {n: Counted(v.values) for n, v in data.data_vars.items()}
    lazy = {n: a.as_variable(data[n].dims, data[n].attrs) for n, a in arrays.items()}
    return xr.Dataset(lazy, data.coords), list(arrays.values())


def test_values_are_linear_in_time_between_the_times_of_the_data():
    data = air()
    at = [0.0, 0.25, 1.0, 5.9, 8.0]
    found = values(data, [115.5], [-32.5], at=at)
    for component, name in zip(found, ("u10", "v10"), strict=True):
        series = data[name].sel(lon=115.5, lat=-32.5).values
        assert component[:, 0] == pytest.approx(np.interp(at, np.arange(9), series), abs=1e-12)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.floats(0.0, 8.0), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_times_may_be_asked_for_in_any_order_and_number(at: list[float], random):
    """What is found at a time does not depend on the others, to the last bit."""
    alone = {h: values(air(), [115.6, 116.2], [-32.6, -31.1], at=[h]) for h in at}
    random.shuffle(at)
    together = values(air(), [115.6, 116.2], [-32.6, -31.1], at=at)
    for position, hour in enumerate(at):
        assert together[:, position].tobytes() == alone[hour][:, 0].tobytes()


def test_only_the_times_that_count_are_read():
    data, arrays = counted(air())
    whole = Understood(data, "k").field(EAST)
    fields = Fields({"u": whole}, "forcing.wind.source", "forcing.wind")
    x, y = np.array([115.6]), np.array([-32.6])
    fields.on(x, y).at(hours(0, 7.5))
    assert arrays[0].count == 3 * data.u10[0].size
    fields.on(x, y).at(hours(4))
    assert arrays[0].count == 4 * data.u10[0].size


def test_a_look_before_a_run_costs_a_few_fields_however_long_it_is():
    times = HOURS[0] + np.arange(2000) * np.timedelta64(1, "h")
    data, arrays = counted(air(times=times))
    long = Period(start="2023-01-01", duration="80d")
    assert problems(data, period=long) == []
    assert [a.count <= 6 * 8 * 8 for a in arrays] == [True, True]  # three times, the cells around the domain


@pytest.mark.parametrize("at", [[-0.01], [8.01], [3.0, 8.5]])
def test_times_beyond_the_data_are_refused(at: list[float]):
    with pytest.raises(DataError, match=r"the data cover .* 2023-01-01T08:00:00Z, the run needs"):
        values(air(), [115.6], [-32.6], at=at)


def test_a_constant_field_stays_constant_to_the_last_bit():
    data = air() * 0 + 7.1
    for name in data.data_vars:
        data[name].attrs["units"] = "m/s"
    x, y = np.random.default_rng(3).uniform((114, -34), (117, -31), (50, 2)).T
    assert set(values(data, x, y, at=[0, 0.5, 8]).ravel().tolist()) == {7.1}
    single = values(data.astype("f4"), x, y, at=[0, 0.5, 8]).ravel()
    assert set(single.tolist()) == {float(np.float32(7.1))}


def test_between_tells_the_time_before_and_the_way_to_the_next():
    axis = np.array([0.0, 10.0, 30.0])
    low, share = between(axis, np.array([0.0, 5.0, 10.0, 25.0, 30.0]))
    assert (low.tolist(), share.tolist()) == ([0, 0, 1, 1, 1], [0.0, 0.5, 0.0, 0.75, 1.0])
    assert [a.tolist() for a in between(np.array([5.0]), np.array([5.0]))] == [[0], [0.0]]


def test_straight_lines_between_steps_lose_nothing():
    axis = np.array([0.0, 10.0, 30.0, 40.0])
    assert steps_within(axis, 5.0, 30.0).tolist() == [5.0, 10.0, 30.0]
    assert steps_within(axis, 10.0, 10.5).tolist() == [10.0, 10.5]
    assert forcing(air()).wind.steps(SIX_HOURS) == hours(*range(7))


class TestWords:
    def test_variables_times_and_limits_are_told_as_the_data_call_them(self):
        fields = {n: Understood(air(), "k").field(QUANTITIES[n]) for n in ("eastward_wind", "northward_wind")}
        assert Fields(fields, "k", "n").words == (
            "u10, v10: 2023-01-01T00:00:00Z .. 2023-01-01T08:00:00Z every 1 h, 9 times; "
            "lon 113.000 .. 118.000, lat -35.000 .. -30.000, 21 x 21 points"
        )

    def test_a_value_for_everywhere_and_always_says_so(self):
        data = xr.Dataset({"z": ((), -5.0, {"units": "m"})})
        assert Fields({"z": Understood(data, "k").field(ELEVATION, sign=1.0)}, "k", "n").words == (
            "z: the same at all times and places"
        )

    def test_a_bathymetry_of_the_globe_is_told_without_its_points(self):
        """GEBCO has 3.7e9 points: their coordinates alone would take 60 GB."""

        class Untouched(Counted):
            def __init__(self):
                self.shape, self.dtype, self.count = (43_200, 86_400), np.dtype("i2"), 0

        step = 1 / 240
        coords = {
            "lat": -90 + step * (np.arange(43_200) + 0.5),
            "lon": -180 + step * (np.arange(86_400) + 0.5),
        }
        data = xr.Dataset({"elevation": Untouched().as_variable(("lat", "lon"), {"units": "m"})}, coords)
        tracemalloc.start()
        try:
            bed = Understood(data, "k").field(ELEVATION, sign=1.0)
            words = Fields({"z": bed}, "k", "n").words
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert words == "elevation: lon -179.998 .. 179.998, lat -89.998 .. 89.998, 43200 x 86400 points"
        assert peak < 50e6  # a few copies of 130,000 coordinates, as numbers and as fractions


def test_problems_of_u_and_v_on_the_same_axes_are_told_once():
    assert len(problems(air(), domain(120.0))) == 1
    span = seconds(hours(0, 20)).tolist()
    fields = {n: Understood(air(), "k").field(QUANTITIES[n]) for n in ("eastward_wind", "northward_wind")}
    (problem,) = Fields(fields, "k", "n").problems(Need((span[0], span[1])))
    assert "12 h are missing at its end" in problem.message
