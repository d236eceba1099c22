"""What no water reaches is told before a run."""

import pytest

from rompy_hydra.model.anuga import Anuga

from .conftest import TIDES, experiment


def keys(model=None, **fields) -> list[str]:
    return [p.key for p in (model or Anuga()).plan(experiment(**fields)).problems]


def test_an_open_boundary_on_land_is_told():
    assert keys() == []
    assert keys(domain={"boundaries": {"ocean": [2]}}) == ["domain.boundaries.ocean"]  # 2.5 m up, the tide reaches 0.8
    flooded = {**TIDES, "surge": {"peak_m": 2.0, "time": "2023-01-01T01:00", "duration": "1h"}}
    assert keys(domain={"boundaries": {"ocean": [2]}}, forcing={"tides": flooded}) == []


@pytest.mark.parametrize(
    ("initial", "rivers", "found"),
    [
        (None, {}, ["domain.bathymetry"]),
        (0.9, {}, ["domain.bathymetry"]),
        (1.5, {}, []),
        (None, {"creek": {"kind": "constant", "discharge_m3_s": 5, "radius_m": 50}}, []),
    ],
)
def test_a_basin_above_the_datum_needs_water_to_start_with_or_a_river(initial, rivers, found):
    domain = {"bathymetry": {"kind": "flat", "elevation_m": 1.0}, "boundaries": {}}
    rivers = {n: {**r, "location": {"x_m": 500, "y_m": 500}} for n, r in rivers.items()}
    assert keys(Anuga(initial_stage_m=initial), domain=domain, forcing={"tides": None, "river": rivers}) == found
