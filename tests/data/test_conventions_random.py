"""Any grid, in any mixture of conventions, at any place: a model gets the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra.core.times import seconds
from rompy_hydra.data.cut import Box, Need, cut
from rompy_hydra.data.fields import Fields
from rompy_hydra.data.quantities import QUANTITIES
from rompy_hydra.data.understand import Understood
from tests.data.lookalike import HOURS, air, cut_of, domain, hours, values

STEPS = {"1/4": 0.25, "1/10": 0.1, "1/12": 1 / 12, "1/3": 1 / 3, "1/20": 0.05, "1": 1.0}
EAST = QUANTITIES["eastward_wind"]


@dataclass(frozen=True)
class Grid:
    """A regular grid of whole steps, anywhere but at the poles, in parts of a circle or all the way round."""

    step: float
    west: int
    """In steps from Greenwich."""
    south: int
    columns: int
    rows: int

    @property
    def lon(self) -> np.ndarray:
        return (self.west + np.arange(self.columns)) * self.step

    @property
    def lat(self) -> np.ndarray:
        return (self.south + np.arange(self.rows)) * self.step


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    step = draw(st.sampled_from(sorted(STEPS.values())))
    around = round(360 / step)
    columns = draw(st.integers(6, 40)) if step < 1.0 or draw(st.booleans()) else around
    west = draw(st.integers(-around // 2, around // 2))
    return Grid(step, west, draw(st.integers(int(-60 / step), int(50 / step))), columns, draw(st.integers(6, 20)))


@dataclass(frozen=True)
class Convention:
    """One way of saying the same data."""

    north_first: bool
    east_first: bool
    turn: int
    """Whole turns added to all longitudes, or 99 for longitudes of 0 to 360 that jump."""
    order: tuple[str, ...]
    shuffled_times: bool
    single: bool
    """Coordinates in single precision."""
    names: tuple[str, str, str]

    def of(self, data: xr.Dataset) -> xr.Dataset:
        lon = data.lon.values % 360.0 if self.turn == 99 else data.lon.values + 360.0 * self.turn
        lon = lon - 360.0 if lon.max() > 720.0 else lon  # no file goes round twice
        precision = "f4" if self.single else "f8"
        said = data.assign_coords(
            lon=("lon", lon.astype(precision), data.lon.attrs),
            lat=("lat", data.lat.values.astype(precision), data.lat.attrs),
        )
        said = said.isel(
            lat=slice(None, None, -1 if self.north_first else 1),
            lon=slice(None, None, -1 if self.east_first else 1),
            time=[2, 0, 1, 3, 8, 7, 6, 5, 4] if self.shuffled_times else slice(None),
        )
        said = said.transpose(*self.order)
        return said.rename(dict(zip(("lon", "lat", "time"), self.names, strict=True)))


conventions = st.builds(
    Convention,
    north_first=st.booleans(),
    east_first=st.booleans(),
    turn=st.sampled_from([-1, 0, 1, 99]),
    order=st.sampled_from(list(permutations(("time", "lat", "lon")))),
    shuffled_times=st.booleans(),
    single=st.booleans(),
    names=st.sampled_from([("lon", "lat", "time"), ("longitude", "latitude", "valid_time"), ("x", "y", "t")]),
)
share = st.floats(0.0, 1.0)


def place(grid: Grid, across: float, up: float) -> tuple[float, float, float]:
    """Corner and width of a domain that the grid covers, also where its axes end in single precision."""
    inner_x, inner_y = (grid.columns - 1) * grid.step, (grid.rows - 1) * grid.step
    width = 0.3 * min(inner_x, inner_y)
    west = float((grid.lon[0] + across * (inner_x - width) + 180) % 360 - 180)
    return west, float(grid.lat[0] + up * (inner_y - width)), width


@settings(deadline=None, max_examples=20)  # each one writes two cuts
@given(grids(), conventions, share, share)
def test_what_a_model_gets_is_the_same(grid: Grid, convention: Convention, across: float, up: float):
    data = air(grid.lon, grid.lat)
    west, south, width = place(grid, across, up)
    where = domain(west, south, width)
    said = convention.of(data)
    assert cut_of(said, where) == cut_of(data, where)
    corners = np.array([west, west + width]), np.array([south, south + width])
    assert values(said, *corners).tobytes() == values(data, *corners).tobytes()


def understood(data: xr.Dataset) -> xr.DataArray:
    return Understood(data, "forcing.wind.source").field(EAST)


def as_bytes(array: xr.DataArray) -> dict[str, Any]:
    coords = {str(n): c.values.tobytes() for n, c in array.coords.items()}
    return {"values": (array.dims, array.values.tobytes()), **coords}


@settings(deadline=None, max_examples=60)
@given(grids(), conventions)
def test_data_that_are_understood_are_the_same(grid: Grid, convention: Convention):
    data = air(grid.lon, grid.lat)
    assert as_bytes(understood(convention.of(data))) == as_bytes(understood(data))


@settings(deadline=None, max_examples=60)
@given(grids(), conventions, share, share, st.integers(0, 3), st.floats(0.0, 7.9))
def test_a_cut_holds_everything_that_interpolation_needs(
    grid: Grid, convention: Convention, across: float, up: float, pad: int, first_h: float
):
    """Values at places and times are those of the whole, to the last bit but for turns of longitudes."""
    west, south, width = place(grid, across, up)
    rng = np.random.default_rng(0)
    x, y = west + rng.uniform(0, width, 5), south + rng.uniform(0, width, 5)
    span = seconds(hours(first_h, 8.0))
    need = Need((float(span[0]), float(span[1])), Box.around(x, y, is_lonlat=True), pad)
    whole = understood(convention.of(air(grid.lon, grid.lat)))
    part = cut(whole, need)
    assert part.sizes["time"] <= 9 - int(first_h) + pad
    assert part.sizes["lon"] <= np.ptp(x) / grid.step + 3 + 2 * pad
    times = hours(first_h, 8.0)
    found, expected = (
        Fields({"u": a}, "forcing.wind.source", "forcing.wind").on(x, y).at(times)["u"] for a in (part, whole)
    )
    assert np.abs(found - expected).max() < 1e-9  # steps of 40 m/s per cell of 0.05 degrees, turns of 6e-14 degrees


def test_the_conventions_do_differ():
    """A property that compares data with themselves would hold for anything."""
    grid = Grid(0.25, -4, 100, 9, 7)
    convention = Convention(True, True, 99, ("lon", "time", "lat"), True, False, ("x", "y", "t"))
    data, said = air(grid.lon, grid.lat), convention.of(air(grid.lon, grid.lat))
    assert said.u10.shape == (9, 9, 7) != data.u10.shape
    assert said.x.values.tolist() == [1.0, 0.75, 0.5, 0.25, 0.0, 359.75, 359.5, 359.25, 359.0]
    assert said.y.values[0] > said.y.values[-1]
    assert said.t.values[0] == HOURS[2]
