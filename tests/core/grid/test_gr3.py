"""The text meshes of SCHISM and ADCIRC: what is written is read back, what is wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_hydra.core.grid import gr3
from rompy_hydra.core.grid.raw_mesh import RawMesh
from rompy_hydra.core.mesh import Mesh
from tests.conftest import SHARED

from .meshes import assert_same, meshes, named_edges, two_by_two

GBR = SHARED / "data" / "gbr" / "hgrid.gr3"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mesh=meshes(), adcirc=st.booleans())
def test_a_mesh_that_was_written_is_read_back_the_same(tmp_path: Path, mesh: RawMesh, adcirc: bool):
    path = tmp_path / "hgrid.gr3"
    gr3.write(path, mesh, ["ocean", "west"], adcirc=adcirc)
    found = gr3.read(path)
    assert found.points.tobytes() == mesh.points.tobytes()
    assert found.triangles.tolist() == mesh.triangles.tolist()
    assert (found.elevation_m == mesh.elevation_m).all()
    assert renamed(found, mesh)
    first = path.read_bytes()
    gr3.write(path, found, adcirc=adcirc)
    assert path.read_bytes() == first


def renamed(found: RawMesh, mesh: RawMesh) -> bool:
    """Whether each segment that was read is a part of one that was written, of the right kind."""
    known = named_edges(mesh)
    for name, edges in found.edges().items():
        (before,) = {known[min(a, b), max(a, b)] for a, b in edges.tolist()}
        is_open = before in ("ocean", "west") or before.startswith("open")
        if is_open != name.startswith("open"):
            return False
    return set(named_edges(found)) == set(known)


def test_the_lists_of_a_file_keep_their_numbers(tmp_path: Path):
    mesh = two_by_two({"south": "open_10", "east": "land_2", "north": "open_2", "west": "land_1"})
    gr3.write(tmp_path / "a.gr3", mesh)
    found = gr3.read(tmp_path / "a.gr3")
    names = {before: after for (_, before), (_, after) in zip(*map(sorted_edges, (mesh, found)), strict=True)}
    assert names == {"open_2": "open_1", "open_10": "open_2", "land_1": "land_1", "land_2": "land_2"}


def sorted_edges(mesh: RawMesh) -> list[tuple[tuple[int, int], str]]:
    return sorted(named_edges(mesh).items())


@pytest.mark.parametrize(("adcirc", "flags"), [(False, ["0", "1"]), (True, ["20", "21"])])
def test_land_and_islands_have_the_types_of_their_model(tmp_path: Path, adcirc: bool, flags: list[str]):
    from .test_boundary import ring_mesh

    gr3.write(tmp_path / "fort.14", RawMesh.of(ring_mesh()), ["west"], adcirc=adcirc)
    lines = (tmp_path / "fort.14").read_text().splitlines()
    lists = [line.split() for line in lines if "Number of nodes for" in line]
    assert [words[0] for words in lists] == ["4", "4", "4", "4", "4"]
    assert [words[1] for words in lists[1:]] == [flags[0]] * 3 + [flags[1]]
    assert "3 = Number of nodes" not in lines
    segments = gr3.read(tmp_path / "fort.14").boundary
    assert {name: len(edges) for name, edges in segments.items()} == {
        "island_1": 4,
        "land_1": 3,
        "land_2": 3,
        "land_3": 3,
        "open_1": 3,
    }


def test_an_open_boundary_all_around_closes(tmp_path: Path):
    mesh = two_by_two(dict.fromkeys(("south", "east", "north", "west"), "sea"))
    gr3.write(tmp_path / "a.gr3", mesh, ["sea"])
    ((name, nodes),) = gr3.boundary_lists(mesh, ["sea"])["open"]
    assert (name, len(nodes), nodes[0]) == ("sea", 9, nodes[-1])
    assert {name: len(edges) for name, edges in gr3.read(tmp_path / "a.gr3").boundary.items()} == {"open_1": 8}


def test_the_lists_are_told_in_the_order_in_which_they_are_written(tmp_path: Path):
    mesh = two_by_two({"south": "river", "north": "ocean"})
    lists = gr3.boundary_lists(mesh, ["river", "ocean"])
    assert [name for name, _ in lists["open"]] == ["ocean", "river"]
    ocean, river = (nodes.tolist() for _, nodes in lists["open"])
    assert mesh.points[ocean].tolist() == [[2, 2], [1, 2], [0, 2]]  # with the mesh on the left
    assert mesh.points[river].tolist() == [[0, 0], [1, 0], [2, 0]]


def test_a_mesh_without_depths_is_written_with_zeros(tmp_path: Path):
    mesh = two_by_two({})
    gr3.write(tmp_path / "a.gr3", RawMesh(mesh.points, mesh.triangles, mesh.edge_names, "land"))
    assert gr3.read(tmp_path / "a.gr3").elevation_m.tolist() == [0.0] * 9


def test_numbers_of_nodes_may_be_any(tmp_path: Path):
    (tmp_path / "a.gr3").write_text(
        "odd numbers\n1 3\n70 0 0 1\n7 1 0 2\n700 0 1 3\n5 3 70 7 700 $\n1 =\n2 =\n2 =\n7\n70\n"
    )
    mesh = gr3.read(tmp_path / "a.gr3")
    assert mesh.triangles.tolist() == [[0, 1, 2]]
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == {"land": 2, "open_1": 1}


SOUND = ["title", "2 4", "1 0 0 1", "2 1 0 1", "3 1 1 1", "4 0 1 1", "1 3 1 2 3", "2 3 1 3 4", "1 =", "2 =", "2 ="]


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (2, "2", "line 2: expected the numbers of elements and nodes, got '2'"),
        (2, "0 4", "line 2: expected the numbers of elements and nodes, got '0 4'"),
        (4, "2 1 zero 1", "line 4: expected node, x, y, depth, got '2 1 zero 1'"),
        (5, "", "line 5: expected node, x, y, depth, got ''"),
        (5, "2.5 1 1 1", "line 5: expected node, x, y, depth, got '2.5 1 1 1'"),
        (5, "2 1 1 1", "line 5: node 2 is there twice"),
        (5, "3 1 nan 1", "node 3 has no coordinates"),
        (7, "1 3 1 2 9", "line 7: there is no node 9"),
        (8, "2 3 1 3", "line 8: expected element, 3 or 4, and its nodes, got '2 3 1 3'"),
        (8, "2 4 1 3 4", "line 8: expected element, 3 or 4, and its nodes, got '2 4 1 3 4'"),
        (8, "2 3 1 3.5 4", "line 8: expected element"),
        (9, "one", "line 9: expected the number of open boundaries, got 'one'"),
        (9, "", "line 9: expected the number of open boundaries, got ''"),
        (11, "-2 =", "line 11: expected the number of nodes of open boundary 1, got '-2 ='"),
        (11, "two", "line 11: expected the number of nodes of open boundary 1, got 'two'"),
        (11, "3 =", "it ends after line 13, more was expected"),
        (12, "x", "line 12: expected the number of a node, got 'x'"),
        (13, "77", "line 13: there is no node 77"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: int, text: str, message: str):
    lines = [*SOUND, "1", "2"]
    lines[line - 1] = text
    (tmp_path / "a.gr3").write_text("\n".join(lines) + "\n")
    with pytest.raises(ValueError, match=message):
        gr3.read(tmp_path / "a.gr3")


@pytest.mark.parametrize("kept", range(1, 13))
def test_a_file_that_is_cut_short_is_refused_wherever_it_ends(tmp_path: Path, kept: int):
    (tmp_path / "a.gr3").write_text("\n".join([*SOUND, "1", "2"][:kept]) + "\n")
    if kept == 8:  # nothing but the lists of boundaries is missing, which is allowed
        assert set(gr3.read(tmp_path / "a.gr3").boundary) == {"land"}
        return
    with pytest.raises(ValueError, match=rf"it ends after line {kept}, more was expected"):
        gr3.read(tmp_path / "a.gr3")


def test_an_old_file_is_kept_where_the_new_one_cannot_be_written(tmp_path: Path):
    with pytest.raises(OSError, match="No such file"):
        gr3.write(tmp_path / "nowhere" / "a.gr3", two_by_two({}))


@pytest.mark.real_data
@pytest.mark.skipif(not GBR.exists(), reason="the acceptance data are not here")
def test_the_mesh_of_the_great_barrier_reef_comes_back_with_its_lists(tmp_path: Path):
    mesh, path = gr3.read(GBR), tmp_path / "hgrid.gr3"
    gr3.write(path, mesh)
    assert_same(gr3.read(path), mesh)
    before, after = ([line.split()[0] for line in p.read_text().splitlines()[6167:]] for p in (GBR, path))
    assert after == before  # the same nodes in the same order, and the same counts


def test_a_mesh_of_a_domain_becomes_a_raw_one_with_all_of_its_edges():
    raw = two_by_two({"south": "ocean"})
    mesh = Mesh(raw.points, raw.triangles, raw.boundary, elevation_m=raw.elevation_m)
    assert_same(RawMesh.of(mesh), raw)
    assert np.array_equal(RawMesh.of(mesh).boundary["ocean"], raw.boundary["ocean"])
