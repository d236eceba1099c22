"""Meshes from files."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pytest

from rompy_hydra.core.mesh import outer_edges
from rompy_hydra.domain import Domain
from rompy_hydra.errors import ConfigError, DataError
from tests.conftest import SHARED

GBR = SHARED / "data" / "gbr" / "hgrid.gr3"


def nodes_of(mesh, segment: str) -> set[int]:
    return set(mesh.edge_nodes(segment).ravel().tolist())


def test_a_gr3_has_its_boundary_lists_as_named_segments(gr3: Path, from_file):
    domain = from_file(gr3)
    mesh = domain.build_mesh()
    assert domain.segment_names() == tuple(mesh.boundary) == ("land_1", "open_1")
    assert nodes_of(mesh, "open_1") == {0, 1}
    assert nodes_of(mesh, "land_1") == {1, 2, 3, 0}
    assert mesh.areas_m2.tolist() == [25.0] * 4
    assert domain.estimate_cells() == 4


@pytest.mark.parametrize("name", ["fort.14", "mesh.grd", "hgrid.ll"])
def test_the_same_format_has_several_endings(gr3: Path, from_file, name: str):
    assert from_file(gr3.rename(gr3.with_name(name))).estimate_cells() == 4


def test_segments_of_a_file_can_be_renamed(gr3: Path, from_file):
    assert from_file(gr3, boundaries={"ocean": ["open_1"]}).segment_names() == ("land_1", "ocean")
    both = from_file(gr3, boundaries={"all": ["open_1", "land_1"]}).build_mesh()
    assert {name: len(edges) for name, edges in both.boundary.items()} == {"all": 4}


def test_a_segment_that_the_file_does_not_have_is_told(gr3: Path, from_file):
    (problem,) = from_file(gr3, boundaries={"ocean": ["opn_1"]}).problems()
    assert (problem.key, problem.value, problem.hint) == ("domain.boundaries.ocean", "opn_1", "did you mean 'open_1'?")
    with pytest.raises(ConfigError, match="no boundary segment of this name"):
        from_file(gr3, boundaries={"ocean": ["opn_1"]}).build_mesh()


def test_depths_of_a_gr3_are_positive_down(gr3: Path, from_file):
    domain = from_file(gr3, bathymetry={"kind": "mesh"})
    mesh = domain.build_mesh()
    assert mesh.elevation_m.tolist() == domain.elevation_at(*mesh.points_m.T).tolist() == [-2, -4, -6, -8, 1]
    shifted = from_file(gr3, bathymetry={"kind": "mesh", "offset_m": 0.5})
    assert shifted.elevation_at(*mesh.points_m.T).tolist() == [-1.5, -3.5, -5.5, -7.5, 1.5]


def test_depths_of_a_mesh_are_linear_within_its_triangles(gr3: Path, from_file):
    domain = from_file(gr3, bathymetry={"kind": "mesh"})
    assert domain.elevation_at(np.array([5.0, 5.0]), np.array([0.0, 2.5])) == pytest.approx([-3.0, -1.0])
    with pytest.raises(DataError, match=r"1 points are outside of the mesh, the first at 20\.0, 5\.0"):
        domain.elevation_at(np.array([20.0]), np.array([5.0]))


def test_depths_of_a_mesh_are_left_out_where_another_bathymetry_is_chosen(gr3: Path, from_file):
    domain = from_file(gr3)
    assert domain.build_mesh().elevation_m is None
    assert domain.elevation_at(np.array([5.0]), np.array([5.0])) == [-5.0]


def test_quadrangles_are_split(gr3: Path, from_file):
    text = gr3.read_text().replace("4 5\n", "1 4\n", 1).replace("5 5.0 5.0 -1.0\n", "")
    elements = "1 3 1 2 5\n2 3 2 3 5\n3 3 4 3 5\n4 3 4 1 5\n"
    gr3.write_text(text.replace(elements, "1 4 1 2 3 4\n"))
    mesh = from_file(gr3).build_mesh()
    assert mesh.areas_m2.tolist() == [50.0, 50.0]
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == {"land_1": 3, "open_1": 1}


def test_a_gr3_without_boundaries_is_all_land(gr3: Path, from_file):
    gr3.write_text("".join(line + "\n" for line in gr3.read_text().splitlines()[:11]))
    assert from_file(gr3).segment_names() == ("land",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2 3 2 3 5\n", "2 3 2 3 9\n", "line 9: there is no node 9"),
        ("2 3 2 3 5\n", "2 5 2 3 5\n", "line 9: expected element, 3 or 4, and its nodes"),
        ("3 10.0 10.0 6.0\n", "3 10.0 ten 6.0\n", "line 5: expected node, x, y, depth, got '3 10.0 ten 6.0'"),
        ("3 10.0 10.0 6.0\n", "3 10.0\n", "line 5: expected node, x, y, depth"),
        ("4 5\n", "four five\n", "line 2: expected the numbers of elements and nodes"),
        ("4 5\n", "90 5\n", "line 12: expected element, 3 or 4, and its nodes, got '1 = Number of"),
        ("2 3 2 3 5\n", "2 3 2 2 5\n", "triangle 2 has no area"),
        ("2\n3\n4\n1\n", "2\n3\n", "it ends after line 21"),
    ],
)
def test_a_malformed_gr3_is_refused_with_its_line(gr3: Path, from_file, old: str, new: str, message: str):
    text = gr3.read_text()
    assert old in text
    gr3.write_text(text.replace(old, new, 1))
    (problem,) = from_file(gr3).problems()
    assert problem.key == "domain.mesh.path"
    assert problem.data
    assert message in problem.message


def test_another_file_and_a_missing_one_are_told(tmp_path: Path, gr3: Path, from_file):
    (tmp_path / "mesh.gr3").write_bytes(b"CDF\x01 and more")
    assert "netCDF-3" in str(from_file(tmp_path / "mesh.gr3").problems()[0])
    assert "did you mean hgrid.gr3" in str(from_file(tmp_path / "hgrd.gr3").problems()[0])
    assert "unknown ending" in str(from_file(Path(__file__)).problems()[0])


def test_a_changed_file_is_read_again(gr3: Path, from_file):
    domain = from_file(gr3)
    assert domain.estimate_cells() == 4
    gr3.write_text(gr3.read_text().replace("1 0.0 0.0 2.0", "1 -10.00 0.0 2.0"))
    assert domain.build_mesh().areas_m2.sum() == 150.0


@pytest.mark.real_data
@pytest.mark.skipif(not GBR.exists(), reason="the acceptance data are not here")
def test_the_great_barrier_reef_mesh():
    domain = Domain(mesh={"kind": "file", "path": GBR}, boundaries={"ocean": ["open_1"]}, bathymetry={"kind": "mesh"})
    mesh = domain.build_mesh()
    assert (len(mesh.points_m), len(mesh.triangles), domain.estimate_cells()) == (2135, 4030, 4030)
    assert sum(map(len, mesh.boundary.values())) == len(outer_edges(mesh.triangles))
    assert len(mesh.boundary["ocean"]) == 93  # 94 nodes in its list
    assert mesh.crs == "EPSG:32755"
    assert mesh.elevation_m[0] == pytest.approx(34.172187805)
    assert domain.problems() == []


def write_ugrid(path: Path, start_index: int, named: bool) -> None:
    with netCDF4.Dataset(path, "w") as data:
        for name, size in {"node": 4, "face": 2, "three": 3, "edge": 4, "two": 2}.items():
            data.createDimension(name, size)
        mesh = data.createVariable("mesh", "i4")
        mesh.setncatts({"cf_role": "mesh_topology", "topology_dimension": 2, "node_coordinates": "nx ny"})
        mesh.face_node_connectivity = "faces"
        for name, values in {
            "nx": [0.0, 2.0, 2.0, 0.0],
            "ny": [0.0, 0.0, 1.0, 1.0],
            "bed": [1.0, 2.0, 3.0, 4.0],
        }.items():
            data.createVariable(name, "f8", ("node",))[:] = values
        data["bed"].standard_name = "sea_floor_depth_below_geoid"
        faces = data.createVariable("faces", "i4", ("face", "three"))
        faces[:] = np.array([[0, 1, 2], [0, 2, 3]]) + start_index
        faces.start_index = start_index
        if named:
            mesh.boundary_node_connectivity = "edges"
            edges = data.createVariable("edges", "i4", ("edge", "two"))
            edges[:] = np.array([[0, 1], [1, 2], [2, 3], [3, 0]]) + start_index
            edges.start_index = start_index
            flags = data.createVariable("kind", "i4", ("edge",))
            flags[:] = [7, 7, 9, 7]
            flags.setncatts({"flag_values": np.array([7, 9], "i4"), "flag_meanings": "shore ocean"})


@pytest.mark.parametrize("start_index", [0, 1])
@pytest.mark.parametrize("named", [True, False])
def test_a_ugrid_mesh_is_read_with_either_first_index(tmp_path: Path, from_file, start_index: int, named: bool):
    write_ugrid(tmp_path / "mesh.nc", start_index, named)
    mesh = from_file(tmp_path / "mesh.nc", bathymetry={"kind": "mesh"}).build_mesh()
    assert mesh.areas_m2.tolist() == [1.0, 1.0]
    assert mesh.elevation_m.tolist() == [-1.0, -2.0, -3.0, -4.0]
    expected = {"ocean": 1, "shore": 3} if named else {"land": 4}
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == expected


def test_a_netcdf_file_without_a_mesh_is_refused(tmp_path: Path, from_file):
    with netCDF4.Dataset(tmp_path / "wind.nc", "w") as data:
        data.createVariable("u10", "f8", ())
    assert "no variable with cf_role = mesh_topology, but u10" in from_file(tmp_path / "wind.nc").problems()[0].message


@pytest.mark.parametrize("ending", ["tsh", "msh"])
def test_a_mesh_written_by_anuga_is_read_with_its_tags(tmp_path: Path, from_file, ending: str, monkeypatch):
    anuga_mesh = pytest.importorskip("anuga.load_mesh.loadASCII")
    georeference = pytest.importorskip("anuga.coordinate_transforms.geo_reference").Geo_reference
    path = tmp_path / f"basin.{ending}"
    content = {
        "vertices": [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]],
        "vertex_attributes": [[-1.0], [-2.0], [-3.0], [-4.0]],
        "vertex_attribute_titles": ["elevation"],
        "triangles": [[0, 1, 2], [0, 2, 3]],
        "triangle_tags": ["", ""],
        "triangle_neighbors": [[-1, 1, -1], [-1, -1, 0]],
        "segments": [[1, 0], [1, 2]],
        "segment_tags": ["ocean", "river"],
        "geo_reference": georeference(zone=50, xllcorner=400.0, yllcorner=6000.0),
    }
    anuga_mesh.export_mesh_file(str(path), content)
    mesh = from_file(path).build_mesh()
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == {"exterior": 2, "ocean": 1, "river": 1}
    assert nodes_of(mesh, "ocean") == {0, 1}
    assert mesh.points_m[0].tolist() == [400.0, 6000.0]
    if ending == "tsh":
        domain = from_file(path, bathymetry={"kind": "mesh"})
        assert domain.build_mesh().elevation_m.tolist() == [-1.0, -2.0, -3.0, -4.0]


def test_a_gmsh_file_is_not_an_anuga_one(tmp_path: Path, from_file):
    (tmp_path / "a.msh").write_text("$MeshFormat\n4.1 0 8\n")
    assert "$MeshFormat" in from_file(tmp_path / "a.msh").problems()[0].message


def test_a_mesh_file_in_degrees_is_recognised_in_a_metric_domain(gr3: Path, from_file):
    [problem] = from_file(gr3, crs="EPSG:32750").problems()
    assert problem.key == "domain.mesh.path"
    assert "look like degrees, the crs EPSG:32750 is in metres" in problem.message
