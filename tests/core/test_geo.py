"""Reference systems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core.geo import metric_fault, project, project_point, utm_zone
from rompy_hydra.errors import ConfigError


@pytest.mark.parametrize(
    ("lon", "lat", "crs"),
    [
        (115.6, -32.6, "EPSG:32750"),  # Perth
        (-0.1, 51.5, "EPSG:32630"),  # London
        (359.9, 51.5, "EPSG:32630"),
        (-180.0, 1.0, "EPSG:32601"),
        (180.0, -1.0, "EPSG:32701"),
        (179.99, -1.0, "EPSG:32760"),
    ],
)
def test_the_zone_of_known_places(lon: float, lat: float, crs: str):
    assert utm_zone(lon, lat) == crs


@given(st.floats(-180, 180), st.floats(-79, 83))
def test_a_place_is_near_the_middle_of_its_zone_and_comes_back(lon: float, lat: float):
    crs = utm_zone(lon, lat)
    x, y = project_point((lon, lat), "EPSG:4326", crs)
    assert 160_000 < x < 840_000
    there, back = project(np.array([x]), np.array([y]), crs, "EPSG:4326")
    assert back[0] == pytest.approx(lat, abs=1e-8)  # a millimetre
    assert (there[0] - lon + 180) % 360 - 180 == pytest.approx(0, abs=1e-7)


def test_beyond_the_zones_another_system_is_asked_for():
    with pytest.raises(ConfigError, match=r"(?s)no UTM zone at latitude 88.*domain.projection"):
        utm_zone(0.0, 88.0)


def test_a_local_domain_has_no_longitudes():
    with pytest.raises(ConfigError, match="nowhere on Earth"):
        project(np.zeros(1), np.zeros(1), "local", "EPSG:4326")


@pytest.mark.parametrize(
    ("crs", "fault"),
    [("local", ""), ("EPSG:32750", ""), ("EPSG:28350", ""), ("EPSG:4283", "degrees"), ("EPSG:2263", "not metres")],
)
def test_only_metric_systems_are_computed_in(crs: str, fault: str):
    assert fault in metric_fault(crs)
    assert bool(fault) == bool(metric_fault(crs))


def test_an_unknown_system_is_refused():
    with pytest.raises(ConfigError, match="EPSG:999999 is not a reference system"):
        metric_fault("EPSG:999999")
