"""Sea ice: concentration as a part of 1, and thickness where it is given."""

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


def satellite(value: float, units: str = "1", thickness_cm: float | None = None) -> DatasetSource:
    fields = {"siconc": (value, units)} | ({} if thickness_cm is None else {"sithick": (thickness_cm, "cm")})
    shape = tuple(map(len, COORDS.values()))
    said = {n: (tuple(COORDS), np.full(shape, v), {"units": u} if u else {}) for n, (v, u) in fields.items()}
    return DatasetSource(data=xr.Dataset(said, COORDS))


def ice(**fields: Any) -> Any:
    return Forcing(ice=fields).ice


def test_a_constant_ice_covers_a_part_of_the_sea():
    found = ice(kind="constant", concentration=0.4, thickness_m=1.5).at(hours(0, 1))
    assert (found.concentration.tolist(), found.thickness_m.tolist()) == ([0.4, 0.4], [1.5, 1.5])
    assert ice(kind="constant", concentration=0.4).at(hours(0)).thickness_m is None
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        ice(kind="constant", concentration=40)


@pytest.mark.parametrize(("value", "units"), [(0.4, "1"), (40.0, "%"), (40.0, "percent"), (0.4, "")])
def test_a_concentration_in_percent_becomes_a_part_of_one(value: float, units: str):
    forcing = Forcing(ice={"kind": "grid", "source": satellite(value, units)})
    assert forcing.problems(SIX_HOURS, domain()) == []
    assert forcing.ice.at(hours(1.5), *PLACE).concentration == pytest.approx(0.4)


def test_a_concentration_in_percent_without_units_says_to_give_them():
    node = {"kind": "grid", "source": satellite(40.0, "")}
    (problem,) = Forcing(ice=node).problems(SIX_HOURS, domain())
    assert "siconc is between 40 and 40 1" in problem.message.replace("sea_ice_area_fraction", "siconc")
    assert "forcing.ice.units" in problem.hint
    assert ice(**node, units="%").at(hours(1), *PLACE).concentration == pytest.approx(0.4)


def test_the_thickness_is_read_where_it_is_named_in_units_of_its_own():
    node = {"kind": "grid", "source": satellite(40.0, "", thickness_cm=120.0), "units": "%"}
    assert ice(**node).at(hours(1), *PLACE).thickness_m is None
    both = ice(**node, thickness="sithick")
    with both.prepared(SIX_HOURS, domain()) as ready:
        found = ready.at(hours(0, 6), *PLACE)
    assert found.concentration[:, 0] == pytest.approx([0.4, 0.4])
    assert found.thickness_m[:, 0] == pytest.approx([1.2, 1.2])


def test_rounding_of_packed_values_leaves_no_ice_beyond_its_limits():
    assert ice(kind="grid", source=satellite(1.0003)).at(hours(1), *PLACE).concentration.item() == 1.0
    assert ice(kind="grid", source=satellite(-0.0003)).at(hours(1), *PLACE).concentration.item() == 0.0
