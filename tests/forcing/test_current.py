"""Currents: the direction they flow to, and fields of an ocean model that have none on land."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.forcing import Forcing
from rompy_hydra.source.dataset import DatasetSource
from tests.data.lookalike import HOURS, LAT, LON, SIX_HOURS, domain, hours

COORDS = {"time": HOURS, "lat": LAT, "lon": LON}
PLACE = np.array([115.6]), np.array([-32.5])


def current(**fields: Any) -> Any:
    return Forcing(current=fields).current


def ocean(values: dict[str, float], attrs: dict[str, dict[str, str]] | None = None, land: bool = False) -> xr.Dataset:
    """Fields that are the same everywhere; no values east of 115.8 where there is land."""
    shape = tuple(map(len, COORDS.values()))
    fields = {name: np.full(shape, value) for name, value in values.items()}
    if land:
        for field in fields.values():
            field[:, :, LON > 115.8] = np.nan
    said = {name: {"units": "m s-1", **(attrs or {}).get(name, {})} for name in values}
    return xr.Dataset({name: (tuple(COORDS), field, said[name]) for name, field in fields.items()}, COORDS)


def grid(data: xr.Dataset, **fields: Any) -> dict[str, Any]:
    return {"kind": "grid", "source": DatasetSource(data=data), **fields}


@pytest.mark.parametrize(
    ("to_deg", "u", "v"), [(0, 0, 1.5), (90, 1.5, 0), (180, 0, -1.5), (270, -1.5, 0), (45, 1.5 / 2**0.5, 1.5 / 2**0.5)]
)
def test_a_current_flows_to_its_direction(to_deg: float, u: float, v: float):
    found = current(kind="constant", speed_m_s=1.5, to_deg=to_deg).at(hours(0, 1))
    assert np.array(found) == pytest.approx(np.array([[u, u], [v, v]]), abs=1e-12)
    series = current(kind="series", times=hours(0, 1), speed_m_s=[1.5, 1.5], to_deg=[to_deg, to_deg])
    assert np.array(series.at(hours(0.5))) == pytest.approx(np.array([[u], [v]]), abs=1e-12)


@pytest.mark.parametrize("fields", [{}, {"speed_m_s": 1}, {"u_m_s": 1, "to_deg": 3}, {"speed_m_s": 1, "from_deg": 3}])
def test_a_current_is_a_speed_and_a_direction_that_it_flows_to_or_two_components(fields: dict[str, float]):
    with pytest.raises(ValidationError):
        current(kind="constant", **fields)


@pytest.mark.parametrize(
    "data",
    [
        ocean({"uo": 0.6, "vo": -0.8}),
        ocean({"a": 0.6, "b": -0.8}, {n: {"standard_name": f"{w}_sea_water_velocity"} for n, w in zip(
            "ab", ("eastward", "northward"), strict=True)}),
        ocean({"u": 60.0, "v": -80.0}, {n: {"units": "cm s-1"} for n in "uv"}),
    ],
)  # fmt: skip
def test_components_are_found_by_their_names_and_in_their_units(data: xr.Dataset):
    forcing = Forcing(current=grid(data))
    assert forcing.problems(SIX_HOURS, domain()) == []
    assert np.array(forcing.current.at(hours(1.5), *PLACE)).ravel() == pytest.approx([0.6, -0.8])
    with forcing.current.prepared(SIX_HOURS, domain()) as ready:
        assert np.array(ready.at(hours(0, 6), *PLACE))[:, :, 0] == pytest.approx(np.array([[0.6] * 2, [-0.8] * 2]))


@pytest.mark.parametrize(
    ("said", "direction"), [("sea_water_velocity_to_direction", 90.0), ("sea_water_velocity_from_direction", 270.0)]
)
def test_speed_and_direction_are_components_whichever_way_the_direction_counts(said: str, direction: float):
    data = ocean({"s": 2.0, "d": direction}, {"d": {"standard_name": said, "units": "degree"}})
    found = current(**grid(data, speed="s", direction="d")).at(hours(1), *PLACE)
    assert np.array(found).ravel() == pytest.approx([2.0, 0.0], abs=1e-12)


def test_a_wind_is_no_current():
    data = ocean({"u10": 5.0, "v10": 5.0}, {"u10": {"standard_name": "eastward_wind"}})
    (problem,) = Forcing(current=grid(data)).problems(SIX_HOURS, domain())
    assert "nothing tells which variable is eastward_sea_water_velocity" in problem.message


def test_a_current_without_values_on_land_says_what_may_be_taken_there():
    data = ocean({"uo": 0.6, "vo": -0.8}, land=True)
    (problem,) = Forcing(current=grid(data)).problems(SIX_HOURS, domain())
    assert "uo is NaN at" in problem.message
    assert "forcing.current.nan: nearest_wet, or a number such as 0" in problem.hint
    at = hours(1), np.array([115.95]), np.array([-32.5])
    assert np.array(current(**grid(data, nan="nearest_wet")).at(*at)).ravel() == pytest.approx([0.6, -0.8])
    assert np.array(current(**grid(data, nan=0)).at(*at)).ravel() == pytest.approx([0.0, 0.0])


def test_a_current_along_the_grid_of_an_ocean_model_is_turned():
    steps, angle = np.arange(-5, 6) * 0.1, np.radians(30.0)
    i, j = np.meshgrid(steps, steps)
    lon = 115.6 + (i * np.cos(angle) - j * np.sin(angle)) / np.cos(np.radians(-32.5))
    lat = -32.5 + i * np.sin(angle) + j * np.cos(angle)
    fields = {
        n: (("time", "eta", "xi"), np.full((9, *lon.shape), v), {"standard_name": f"sea_water_{a}_velocity"})
        for n, v, a in (("u", 1.0, "x"), ("v", 0.0, "y"))
    }
    coords = {"time": HOURS, "lon": (("eta", "xi"), lon), "lat": (("eta", "xi"), lat)}
    found = current(**grid(xr.Dataset(fields, coords))).at(hours(1), *PLACE)
    assert np.array(found).ravel() == pytest.approx([np.cos(angle), np.sin(angle)], abs=2e-3)  # turned on a plane
