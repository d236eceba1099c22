"""Meshes made from outlines."""

from __future__ import annotations

import numpy as np
import pytest

from rompy_hydra.core.mesh import outer_edges
from rompy_hydra.domain import Domain
from rompy_hydra.domain.estimate import EQUILATERAL

pytest.importorskip("meshpy", reason="the mesh generator comes with the anuga extra")

BAY = [(0, 0), (2000, 0), (2000, 1500), (1200, 1500), (1000, 600), (800, 1500), (0, 1500)]
ISLAND = {"outline": [(300, 300), (500, 300), (400, 480)]}


def domain(crs: str = "local", boundaries: dict | None = None, **mesh) -> Domain:
    mesh = {"kind": "polygon", "outline": BAY, "resolution_m": 60.0, **mesh}
    return Domain(crs=crs, mesh=mesh, boundaries=boundaries or {}, bathymetry={"kind": "flat", "elevation_m": -5})


def length_m(mesh, segment: str) -> float:
    begin, end = (mesh.points_m[mesh.edge_nodes(segment)[:, i]] for i in (0, 1))
    return float(np.hypot(*(end - begin).T).sum())


@pytest.mark.parametrize("turn", [1, -1])
def test_the_mesh_fills_the_outline_and_every_outer_edge_is_tagged_once(turn: int):
    mesh = domain(outline=BAY[::turn], boundaries={"ocean": [0]}).build_mesh()
    assert mesh.areas_m2.min() > 0
    assert mesh.areas_m2.sum() == pytest.approx(2000 * 1500 - 400 * 900 / 2, rel=1e-12)  # rounding only
    tagged = np.concatenate(list(mesh.boundary.values()))
    assert len(np.unique(tagged, axis=0)) == len(tagged) == len(outer_edges(mesh.triangles))


def test_named_edges_are_where_the_vertices_say_and_the_rest_is_land():
    mesh = domain(boundaries={"ocean": [0, 1], "headland": [3]}, holes={"isle": ISLAND}).build_mesh()
    assert sorted(mesh.boundary) == ["headland", "isle", "land", "ocean"]
    assert length_m(mesh, "ocean") == pytest.approx(2000 + 1500)
    assert length_m(mesh, "headland") == pytest.approx(np.hypot(200, 900))
    assert length_m(mesh, "isle") == pytest.approx(200 + 2 * np.hypot(100, 180))
    ocean = mesh.points_m[mesh.edge_nodes("ocean")]
    assert ((ocean[..., 1] == 0) | (ocean[..., 0] == 2000)).all()


def test_an_island_is_not_meshed():
    made = domain(holes={"isle": ISLAND})
    mesh = made.build_mesh()
    assert mesh.areas_m2.sum() == pytest.approx(2000 * 1500 - 400 * 900 / 2 - 200 * 180 / 2)
    assert made.inside(*mesh.centroids_m.T).all()
    assert not made.inside(np.array([400.0]), np.array([350.0]))[0]


def test_the_sides_of_a_box_keep_their_names_unless_renamed():
    box = {"kind": "box", "x": (0, 300), "y": (0, 100), "resolution_m": 20}
    made = Domain(crs="local", mesh=box, boundaries={"ocean": "west"}, bathymetry={"kind": "flat", "elevation_m": -5})
    mesh = made.build_mesh()
    assert made.segment_names() == tuple(mesh.boundary) == ("east", "north", "ocean", "south")
    assert (mesh.points_m[mesh.edge_nodes("ocean")][..., 0] == 0).all()
    assert (mesh.points_m[mesh.edge_nodes("north")][..., 1] == 100).all()


@pytest.mark.parametrize("resolution_m", [120.0, 60.0, 20.0])
def test_resolution_is_the_typical_length_of_an_edge(resolution_m: float):
    mesh = domain(resolution_m=resolution_m).build_mesh()
    edges = mesh.points_m[mesh.triangles] - mesh.points_m[np.roll(mesh.triangles, 1, axis=1)]
    assert np.hypot(edges[..., 0], edges[..., 1]).mean() == pytest.approx(resolution_m, rel=0.08)
    assert mesh.areas_m2.mean() == pytest.approx(EQUILATERAL * resolution_m**2, rel=0.15)
    assert mesh.areas_m2.max() <= 1.5 * EQUILATERAL * resolution_m**2 * 1.001


REGIONS = {
    "over the edge": {"outline": [(1500, -300), (2300, -300), (2300, 400), (1500, 400)], "resolution_m": 15.0},
    "a strip": {"outline": [(50, 700), (700, 700), (700, 720), (50, 720)], "resolution_m": 8.0},
    "a dot": {"outline": [(210, 1210), (216, 1210), (213, 1216)], "resolution_m": 2.0},
}


def test_every_region_has_its_resolution_however_small_or_far_out():
    made = domain(regions=REGIONS)
    mesh = made.build_mesh()
    for name, region in REGIONS.items():
        within = made.inside(*mesh.centroids_m.T, region=name)
        assert mesh.areas_m2[within].max() <= 1.5 * EQUILATERAL * region["resolution_m"] ** 2 * 1.001, name
        assert within.sum() >= 5, name
    assert mesh.areas_m2.sum() == pytest.approx(2000 * 1500 - 400 * 900 / 2)


def test_a_coarse_region_is_coarser():
    coarse = {"west": {"outline": [(0, 0), (700, 0), (700, 1500), (0, 1500)], "resolution_m": 150.0}}
    made = domain(regions=coarse)
    mesh = made.build_mesh()
    west = made.inside(*mesh.centroids_m.T, region="west")
    assert mesh.areas_m2[west].mean() > 3 * mesh.areas_m2[~west].mean()


@pytest.mark.parametrize("mesh", [{}, {"regions": REGIONS}, {"resolution_m": 25.0}, {"holes": {"isle": ISLAND}}])
def test_the_number_of_cells_is_estimated_without_making_them(mesh: dict):
    made = domain(**mesh)
    assert made.estimate_cells() == pytest.approx(len(made.build_mesh().triangles), rel=0.25)


def test_a_mesh_is_the_same_to_the_byte_when_it_is_made_again(capfd: pytest.CaptureFixture[str]):
    first, second = (domain(regions=REGIONS, holes={"isle": ISLAND}).build_mesh() for _ in range(2))
    assert first.points_m.tobytes() == second.points_m.tobytes()
    assert first.triangles.tobytes() == second.triangles.tobytes()
    assert {k: v.tobytes() for k, v in first.boundary.items()} == {k: v.tobytes() for k, v in second.boundary.items()}
    assert capfd.readouterr() == ("", "")


def test_no_angle_is_sharp():
    mesh = domain(regions=REGIONS).build_mesh()
    corners = mesh.points_m[mesh.triangles]
    a, b = np.roll(corners, -1, axis=1) - corners, np.roll(corners, 1, axis=1) - corners
    cosine = (a * b).sum(axis=2) / np.linalg.norm(a, axis=2) / np.linalg.norm(b, axis=2)
    smallest = np.degrees(np.arccos(cosine)).min(axis=1)
    assert np.quantile(smallest, 0.01) > 25  # all but those in the sharp corners of the outline


def test_a_lonlat_domain_is_meshed_in_the_utm_zone_of_its_middle():
    perth = [(115.593, -32.647), (115.613, -32.647), (115.613, -32.612), (115.593, -32.612)]
    made = domain("EPSG:4326", outline=perth, resolution_m=200.0)
    mesh = made.build_mesh()
    assert mesh.crs == made.metric_crs() == "EPSG:32750"
    north_south = np.radians(0.035) * 6356752.3 * 0.9992  # near enough: the meridian's radius varies by 0.7 %
    east_west = np.radians(0.02) * 6378137.0 * np.cos(np.radians(32.63))
    assert mesh.areas_m2.sum() == pytest.approx(north_south * east_west, rel=0.01)
    lon, lat = made.lonlat(*mesh.points_m.T)
    assert (lon.min(), lat.max()) == pytest.approx((115.593, -32.612), abs=1e-6)


def test_a_missing_mesh_generator_is_told_with_the_command_to_install_it(monkeypatch: pytest.MonkeyPatch):
    import sys

    from rompy_hydra.errors import ConfigError

    monkeypatch.setitem(sys.modules, "meshpy.triangle", None)
    with pytest.raises(ConfigError, match=r'pip install "rompy-hydra\[anuga\]"'):
        domain().build_mesh()
