"""True and grid north."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from rompy_hydra.core.geo import project
from rompy_hydra.core.mesh import Floats
from rompy_hydra.domain import Domain

FLAT = {"kind": "flat", "elevation_m": -5}


def around(lon: float, lat: float) -> Domain:
    box = {"kind": "box", "x": (lon - 0.1, lon + 0.1), "y": (lat - 0.1, lat + 0.1), "resolution_m": 1000}
    return Domain(mesh=box, bathymetry=FLAT)


def metres(domain: Domain, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return project(lon, lat, "EPSG:4326", domain.metric_crs())


@pytest.mark.parametrize(
    ("lon", "lat", "meridian"),
    [
        (115.61, -32.63, 117),  # Perth
        (118.5, -32.63, 117),
        (1.2, 51.5, 3),
        (4.5, 51.5, 3),
        (4.5, 0.0, 3),
    ],
)
def test_grid_north_leans_from_true_north_with_the_distance_to_the_meridian(lon: float, lat: float, meridian: float):
    domain = around(lon, lat)
    (found,) = domain.grid_convergence_deg(*metres(domain, np.array([lon]), np.array([lat])))
    # on the sphere tan(convergence) = tan(lon - meridian) sin(lat), Snyder (1987) eq. 8-10; the ellipsoid adds < 1e-3
    sphere = np.degrees(np.arctan(np.tan(np.radians(lon - meridian)) * np.sin(np.radians(lat))))
    assert found == pytest.approx(sphere, abs=1e-3)


@pytest.mark.parametrize(("u", "v"), [(0.0, 1.0), (1.0, 0.0), (-3.0, 4.0)])
def test_a_turned_vector_points_to_where_a_small_step_along_it_leads(u: float, v: float):
    domain = around(115.6, -32.63)
    lon, lat = np.array([115.55, 115.65]), np.array([-32.7, -32.6])
    x, y = metres(domain, lon, lat)
    along_x, along_y = domain.to_grid(np.array([[u, u]]), np.array([[v, v]]), x, y)
    assert along_x.shape == (1, 2)
    assert np.hypot(along_x, along_y) == pytest.approx(np.hypot(u, v))
    azimuth = np.full(2, np.degrees(np.arctan2(u, v)))
    there_lon, there_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, azimuth, np.full(2, 10.0))
    there_x, there_y = metres(domain, there_lon, there_lat)
    heading = np.arctan2(there_x - x, there_y - y)
    assert np.arctan2(along_x[0], along_y[0]) == pytest.approx(heading, abs=1e-5)  # the line curves by 1e-6 in 10 m


def test_one_place_stands_for_a_uniform_wind():
    domain = around(115.6, -32.63)
    place = metres(domain, np.array([115.6]), np.array([-32.63]))
    u, v = domain.to_grid(np.array([0.0, 5.0, 10.0]), np.array([10.0, 5.0, 0.0]), *place)
    turn = np.radians(domain.grid_convergence_deg(*place)[0])
    assert u == pytest.approx([-10 * np.sin(turn), 5 * (np.cos(turn) - np.sin(turn)), 10 * np.cos(turn)])
    assert v == pytest.approx([10 * np.cos(turn), 5 * (np.cos(turn) + np.sin(turn)), 10 * np.sin(turn)])


def test_a_local_domain_has_its_y_axis_to_the_north(polygon):
    x, y = np.array([100.0, 900.0]), np.array([50.0, 450.0])
    assert polygon().grid_convergence_deg(x, y).tolist() == [0.0, 0.0]
    u, v = polygon().to_grid(np.array([3.0, 3.0]), np.array([4.0, 4.0]), x, y)
    assert (u.tolist(), v.tolist()) == ([3.0, 3.0], [4.0, 4.0])


def test_grid_north_is_east_of_true_north_at_perth():
    domain = around(115.61, -32.63)
    (found,) = domain.grid_convergence_deg(*metres(domain, np.array([115.61]), np.array([-32.63])))
    assert found == pytest.approx(0.75, abs=0.005)
