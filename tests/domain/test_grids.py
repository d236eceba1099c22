"""Domains on structured grids: the same as on triangles, for whoever asks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.core.grid.curvilinear import CurvilinearGrid
from rompy_hydra.core.grid.regular import RegularGrid
from rompy_hydra.core.mesh import Mesh, outer_edges
from rompy_hydra.domain import Domain
from rompy_hydra.domain.extent import rim
from rompy_hydra.errors import ConfigError
from rompy_hydra.source.file import FileSource

FLAT = {"kind": "flat", "elevation_m": -5.0}
ROTATED = {"kind": "regular", "x": 1000, "y": 2000, "size": [1000, 500], "spacing": 50, "rotation_deg": 30}
PERTH = {"kind": "regular", "x": 115.593, "y": -32.647, "size": [0.02, 0.03], "spacing": [0.002, 0.0015]}


def domain(mesh: dict[str, Any], crs: str = "local", **fields: Any) -> Domain:
    return Domain(**{"crs": crs, "mesh": mesh, "bathymetry": FLAT, **fields})


def length_m(mesh: Mesh, segment: str) -> float:
    begin, end = (mesh.points_m[mesh.edge_nodes(segment)[:, i]] for i in (0, 1))
    return float(np.hypot(*(end - begin).T).sum())


def test_a_rotated_grid_is_cut_into_triangles_with_its_sides_as_segments():
    made = domain(ROTATED, boundaries={"ocean": ["west"]})
    mesh = made.build_mesh()
    assert made.segment_names() == tuple(mesh.boundary) == ("east", "north", "ocean", "south")
    assert made.estimate_cells() == len(mesh.triangles) == 2 * 20 * 10
    assert mesh.areas_m2 == pytest.approx(50 * 50 / 2)
    lengths = {name: length_m(mesh, name) for name in mesh.boundary}
    assert lengths == pytest.approx({"south": 1000, "east": 500, "north": 1000, "ocean": 500})
    ocean = mesh.points_m[np.unique(mesh.edge_nodes("ocean"))]
    assert ocean[:, 0].max() == pytest.approx(1000)  # it leads from the first point to the upper left
    assert ocean[:, 0].min() == pytest.approx(1000 - 500 * 0.5)


def test_the_grid_of_a_domain_is_told_in_its_crs():
    assert domain(ROTATED).grid() == RegularGrid(1000, 2000, 50, 50, 21, 11, 30)
    assert domain(PERTH, "EPSG:4326").grid() == RegularGrid.of_size(
        (115.593, -32.647), (0.02, 0.03), (0.002, 0.0015), crs="EPSG:4326"
    )


def test_size_cells_and_spacing_say_the_same_in_pairs():
    first = {"kind": "regular", "x": 0, "y": 0}
    grids = [
        domain({**first, **two}).grid()
        for two in (
            {"size": [100, 40], "spacing": 20},
            {"size": [100, 40], "cells": [5, 2]},
            {"cells": [5, 2], "spacing": [20, 20]},
        )
    ]
    assert grids == [RegularGrid(0, 0, 20, 20, 6, 3)] * 3


def test_another_mesh_has_no_grid(polygon):
    with pytest.raises(ConfigError, match=r"domain.mesh.kind: a structured grid is needed.*\n.*polygon.*\n.*regular"):
        polygon().grid()


def test_sides_without_a_name_are_told():
    assert domain(ROTATED, boundaries={"ocean": ["west", "south"]}).unnamed_sides() == ["east", "north"]
    box = {"kind": "box", "x": (0, 10), "y": (0, 10), "resolution_m": 1}
    assert domain(box).unnamed_sides() == ["south", "east", "north", "west"]


def test_a_polygon_has_no_sides(polygon):
    assert polygon().unnamed_sides() == []


def test_a_place_in_the_box_around_a_rotated_grid_is_not_in_the_grid():
    inside = {"x_m": 1400, "y_m": 2400}
    assert domain(ROTATED, stations={"in": inside}).problems() == []
    (problem,) = domain(ROTATED, stations={"in": inside, "out": {"x_m": 1500, "y_m": 2050}}).problems()
    assert problem.key == "domain.stations.out"
    assert "this place is outside of the domain, which covers x 750.0 .. 1866.0, y 2000.0 .. 2933.0" in problem.message


@settings(deadline=None)  # the first one loads PROJ
@given(st.floats(-180, 180), st.integers(1, 9), st.integers(1, 9), st.sampled_from(["local", "EPSG:32750"]))
def test_the_middle_of_every_triangle_is_inside_and_every_outer_edge_has_one_name(turn, nx, ny, crs: str):
    first = {"kind": "regular", "x": 367_700, "y": 6_387_000, "cells": [nx, ny], "spacing": [40, 70]}
    made = domain({**first, "rotation_deg": turn}, crs)
    mesh = made.build_mesh()
    assert made.inside(*mesh.centroids_m.T).all()
    x, y = np.array(made.grid().corners).mean(axis=0)
    reach = 0.6 * np.hypot(nx * 40, ny * 70)  # more than half of the diagonal
    around = np.radians(np.arange(0, 360, 30))
    assert not made.inside(x + reach * np.cos(around), y + reach * np.sin(around)).any()
    tagged = np.concatenate(list(mesh.boundary.values()))
    assert len(np.unique(tagged, axis=0)) == len(tagged) == len(outer_edges(mesh.triangles)) == 2 * (nx + ny)


def test_a_grid_of_degrees_is_computed_in_its_utm_zone():
    made = domain(PERTH, "EPSG:4326", stations={"reef": {"lon": 115.61, "lat": -32.6375}})
    mesh = made.build_mesh()
    assert made.problems() == []
    assert mesh.crs == "EPSG:32750"
    lon, lat = made.lonlat(*mesh.points_m.T)
    assert np.stack([lon, lat], axis=1) == pytest.approx(made.grid().points.reshape(-1, 2), abs=1e-9)
    north_south = np.radians(0.03) * 6356752.3 * 0.9992  # near enough: the meridian's radius varies by 0.7 %
    east_west = np.radians(0.02) * 6378137.0 * np.cos(np.radians(32.632))
    assert mesh.areas_m2.sum() == pytest.approx(north_south * east_west, rel=0.01)


def test_the_box_of_longitudes_and_latitudes_is_around_every_point():
    made = domain({**ROTATED, "x": 367_700, "y": 6_387_000}, "EPSG:32750")
    lon, lat = rim(made)
    there_lon, there_lat = made.lonlat(*made.build_mesh().points_m.T)
    assert (lon.min(), lon.max(), lat.min(), lat.max()) == pytest.approx(
        (there_lon.min(), there_lon.max(), there_lat.min(), there_lat.max()), abs=1e-9
    )
    lon, lat = rim(domain(PERTH, "EPSG:4326"))
    assert (lon.min(), lon.max(), lat.min(), lat.max()) == pytest.approx((115.593, 115.613, -32.647, -32.617))


def test_a_side_on_land_is_told():
    beach = {
        "kind": "profile",
        "origin": {"x_m": 0, "y_m": 0},
        "direction_deg": 90,
        "distance_m": [0, 1000],
        "elevation_m": [-9, 3],
    }
    regular = {"kind": "regular", "x": 0, "y": 0, "size": [1000, 500], "spacing": 100}
    made = domain(regular, bathymetry=beach, boundaries={"ocean": ["east"]})
    (problem,) = made.dry_segments({"ocean": 1.0, "north": 1.0})
    assert problem.key == "domain.boundaries.ocean"
    assert "its bed is at 3.00 m or higher" in problem.message


@pytest.mark.parametrize(
    ("mesh", "crs", "key", "words"),
    [
        (
            {"size": [1010, 505]},
            "local",
            "mesh.size.0",
            "is 20.2 cells of 50, not a whole number: take size 1000 or 1050",
        ),
        (
            {"size": [1010, 505]},
            "local",
            "mesh.size.1",
            "is 10.1 cells of 50, not a whole number: take size 500 or 550",
        ),
        ({"spacing": 0}, "local", "mesh.regular.spacing", "expected greater than 0"),
        ({"spacing": [50, -50]}, "local", "mesh.regular.spacing.1", "greater than 0"),
        (
            {"spacing": [50, 50, 50]},
            "local",
            "mesh.regular.spacing",
            r"one number for both axes, or \[along x, along y\]",
        ),
        ({"cells": [20, 10]}, "local", "mesh.regular", "give two of size, cells and spacing, got size, cells, spacing"),
        ({"spacing": None}, "local", "mesh.regular", "give two of size, cells and spacing, got size"),
        ({"size": None, "cells": [0, 4]}, "local", "mesh.regular.cells.0", "greater than or equal to 1"),
        (
            {"lon": 115},
            "local",
            "mesh.regular",
            "the coordinates of the first point are called x and y, in the units of",
        ),
        (
            {},
            "EPSG:4326",
            "mesh.rotation_deg",
            "a grid of longitudes and latitudes cannot be rotated: give it in a metric",
        ),
        ({"rotation_deg": 0}, "EPSG:4326", "mesh.x", "latitude 2000 is not in -90..90; these look like metres"),
        (
            {"x": 115, "y": -32, "rotation_deg": 0},
            "EPSG:4326",
            "mesh.spacing",
            "a corner of the grid is beyond the Earth: size and spacing are in degrees, as x and y are",
        ),
        (
            {"x": 115, "y": -32, "size": [0.5, 0.5], "spacing": 0.1},
            "EPSG:32750",
            "mesh.x",
            "the coordinates look like degrees, the crs EPSG:32750 is in metres: set domain.crs to EPSG:4326",
        ),
        ({"size": [0.5, 0.5]}, "local", "mesh.size.0", "is less than one cell of 50; both are in the unit of the crs"),
    ],
)
def test_a_grid_that_cannot_be_is_refused_where_it_is_written(mesh: dict[str, Any], crs: str, key: str, words: str):
    with pytest.raises(ValidationError) as caught:
        domain({**ROTATED, **mesh}, crs)
    found = {".".join(map(str, error["loc"])): error["msg"] for error in caught.value.errors()}
    assert key in found
    assert re.search(words.removeprefix("expected "), found[key]), found[key]


def test_a_spacing_in_the_wrong_unit_is_told():
    (problem,) = domain({**ROTATED, "spacing": 0.05}).problems()
    assert (problem.key, problem.value) == ("domain.mesh.spacing", (0.05, 0.05))
    assert problem.message == "this grid has 4.0e+08 triangles, more than 2e+07"
    assert problem.hint == "give a wider spacing, in the unit of domain.crs; [1.0, 1.0] would make about a million"


def test_a_dumped_grid_is_read_back_the_same():
    for mesh, fields in (
        (ROTATED, {}),
        ({"kind": "curvilinear", "path": "grid.nc"}, {"boundaries": {"ocean": ["west"]}}),
    ):
        made = domain(mesh, **fields)
        assert Domain(**made.model_dump(mode="json")) == made


def test_a_regular_grid_is_checked_without_numpy():
    code = (
        "import sys; from rompy_hydra.domain import Domain;"
        f"made = Domain(crs='local', mesh={ROTATED}, boundaries={{'ocean': ['west']}}, bathymetry={FLAT});"
        "print(made.problems(), made.segment_names(), made.estimate_cells(), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] ('east', 'north', 'ocean', 'south') 400 False"


@pytest.fixture
def curved(tmp_path: Path) -> Path:
    """A file with a grid of 20 by 8 curved cells of about 100 m, of which four around a point are missing."""
    i, j = np.meshgrid(np.arange(21.0), np.arange(9.0))
    x, y = 100 * i + 15 * np.sin(j), 100 * j + 40 * np.sin(i / 4)
    x[4, 9] = y[4, 9] = np.nan
    xr.Dataset({"x": (("eta", "xi"), x), "y": (("eta", "xi"), y)}).to_netcdf(tmp_path / "grid.nc")
    return tmp_path / "grid.nc"


def test_a_curvilinear_grid_has_its_sides_and_islands(curved: Path):
    made = domain({"kind": "curvilinear", "path": curved}, boundaries={"ocean": ["west", "north"]})
    mesh = made.build_mesh()
    assert isinstance(made.grid(), CurvilinearGrid)
    assert made.segment_names() == tuple(mesh.boundary) == ("east", "island_1", "ocean", "south")
    assert made.estimate_cells() == len(mesh.triangles) == 2 * (20 * 8 - 4)
    assert {name: len(edges) for name, edges in mesh.boundary.items()} == {
        "east": 8,
        "island_1": 8,
        "ocean": 28,
        "south": 20,
    }
    assert made.problems() == []
    assert made.unnamed_sides() == ["south", "east"]


def test_a_place_on_the_island_of_a_curvilinear_grid_is_outside(curved: Path):
    stations = {"sea": {"x_m": 500, "y_m": 450}, "isle": {"x_m": 890, "y_m": 430}}
    (problem,) = domain({"kind": "curvilinear", "path": curved}, stations=stations).problems()
    assert problem.key == "domain.stations.isle"


def test_the_file_of_a_grid_is_an_input_with_what_it_covers(curved: Path):
    (found,) = domain({"kind": "curvilinear", "path": curved}).inputs()
    assert (found.key, found.path) == ("domain.mesh.path", curved)
    assert found.coverage == "9 x 21 points, 156 cells, x -14.4 .. 2014.8, y -40.0 .. 839.9"


def test_a_segment_that_a_curvilinear_grid_does_not_have_is_told(curved: Path):
    (problem,) = domain({"kind": "curvilinear", "path": curved}, boundaries={"ocean": ["wset"]}).problems()
    assert (problem.key, problem.value, problem.hint) == ("domain.boundaries.ocean", "wset", "did you mean 'west'?")


def test_a_grid_file_that_changed_is_read_again(curved: Path):
    made = domain({"kind": "curvilinear", "path": curved})
    assert made.estimate_cells() == 312
    with xr.load_dataset(curved) as data:
        data.isel(xi=slice(0, 9)).to_netcdf(curved)
    assert made.estimate_cells() == 2 * 8 * 8


@pytest.mark.parametrize(
    ("mesh", "crs", "key", "words"),
    [
        ({}, "EPSG:4326", "domain.mesh.path", "two-dimensional x and no longitude: set domain.crs to the EPSG number"),
        ({"x_variable": "lon"}, "local", "domain.mesh.path", "no variable lon, but x (eta, xi), y (eta, xi)"),
        ({"path": "grid.txt"}, "local", "domain.mesh.path", "no such file: grid.txt"),
        ({"path": Path(__file__)}, "local", "domain.mesh.path", "has an unknown ending, expected one of .nc, .grd"),
        ({"x_variable": "x", "y_variable": "x"}, "local", "domain.mesh.path", "156 cells are folded or not convex"),
    ],
)
def test_a_grid_file_that_is_not_as_expected_is_told(
    curved: Path, mesh: dict[str, Any], crs: str, key: str, words: str
):
    (problem,) = domain({"kind": "curvilinear", "path": curved, **mesh}, crs).problems()
    assert problem.key == key
    assert problem.data
    assert words in problem.message


def test_degrees_in_a_grid_file_of_a_metric_domain_are_recognised(tmp_path: Path):
    lon, lat = np.meshgrid(np.linspace(115.5, 115.6, 4), np.linspace(-32.6, -32.5, 4))
    xr.Dataset({"x": (("j", "i"), lon), "y": (("j", "i"), lat)}).to_netcdf(tmp_path / "grid.nc")
    (problem,) = domain({"kind": "curvilinear", "path": tmp_path / "grid.nc"}, "EPSG:32750").problems()
    assert "in the mesh file, the coordinates look like degrees" in problem.message


def test_variables_of_a_delft3d_grid_are_refused(tmp_path: Path):
    (tmp_path / "a.grd").write_text("")
    (problem,) = domain({"kind": "curvilinear", "path": tmp_path / "a.grd", "x_variable": "x"}).problems()
    assert (problem.key, problem.message[:31]) == ("domain.mesh.x_variable", "a .grd file has no variables; l")


@pytest.fixture
def bed(tmp_path: Path) -> dict[str, Any]:
    """The config of a plane bed z = -20 + x / 100 + y / 50, from the north to the south."""
    x, y = 1000.0 + 100.0 * np.arange(11), 2000.0 - 50.0 * np.arange(7)
    z = -20 + x[None, :] / 100 + y[:, None] / 50
    data = xr.Dataset({"z": (("y", "x"), z - 50, {"positive": "up"})}, coords={"x": x, "y": y})
    data.to_netcdf(tmp_path / "bed.nc")
    return {"kind": "grid", "source": FileSource(path=tmp_path / "bed.nc")}


def test_the_grid_of_a_bathymetry_has_its_points(bed: dict[str, Any]):
    made = domain({"kind": "bathymetry"}, bathymetry=bed, boundaries={"ocean": ["south"]})
    assert made.grid() == RegularGrid(1000, 1700, 100, 50, 11, 7)
    assert made.problems() == []
    assert made.segment_names() == ("east", "north", "ocean", "west")
    mesh = made.build_mesh()
    x, y = mesh.points_m.T
    assert made.elevation_at(x, y) == pytest.approx(-70 + x / 100 + y / 50, abs=1e-9)
    assert (mesh.points_m[mesh.edge_nodes("ocean")][..., 1] == 1700).all()


def test_the_grid_of_a_bathymetry_may_be_coarser(bed: dict[str, Any]):
    made = domain({"kind": "bathymetry", "spacing": [300, 100]}, bathymetry=bed)
    assert made.grid() == RegularGrid(1000, 1700, 300, 100, 4, 4)
    assert made.estimate_cells() == 2 * 3 * 3
    (problem,) = domain({"kind": "bathymetry", "spacing": 700}, bathymetry=bed).problems()
    assert problem.key == "domain.mesh.spacing"
    assert problem.message == "a spacing of 700 along y is more than the extent 300 of the data"


def test_the_grid_of_a_bathymetry_changes_with_its_file(bed: dict[str, Any]):
    made = domain({"kind": "bathymetry"}, bathymetry=bed)
    assert made.grid().shape == (7, 11)
    path = bed["source"].path
    with xr.load_dataset(path) as data:
        data.isel(x=slice(0, 5)).to_netcdf(path)
    assert made.grid().shape == (7, 5)


def test_the_grid_of_a_bathymetry_is_in_the_crs_of_the_domain(bed: dict[str, Any]):
    (problem,) = domain({"kind": "bathymetry"}, "EPSG:32750", bathymetry={**bed, "crs": "EPSG:28350"}).problems()
    assert problem.key == "domain.mesh.kind"
    assert problem.message == "the bathymetry is in EPSG:28350, the domain in EPSG:32750: its grid is no grid there"
    assert problem.hint == "set domain.crs to EPSG:28350"


def test_an_idealised_bed_has_no_grid():
    with pytest.raises(ValidationError, match=r"kind bathymetry needs bathymetry\.kind: grid; kind flat has no points"):
        domain({"kind": "bathymetry"})


def test_the_grid_of_a_curvilinear_bathymetry_is_curvilinear(tmp_path: Path):
    i, j = np.meshgrid(np.arange(9.0), np.arange(7.0))
    x, y = 100 * i + 20 * np.sin(j), 100 * j + 20 * np.sin(i)
    z = xr.DataArray(x / 100 - y / 50 - 20, dims=("eta", "xi"), attrs={"positive": "up"})
    z.to_dataset(name="z").assign_coords(x=(("eta", "xi"), x), y=(("eta", "xi"), y)).to_netcdf(tmp_path / "bed.nc")
    bathymetry = {"kind": "grid", "source": FileSource(path=tmp_path / "bed.nc")}
    made = domain({"kind": "bathymetry"}, bathymetry=bathymetry, boundaries={"ocean": ["west"]})
    assert isinstance(made.grid(), CurvilinearGrid)
    assert made.problems() == []
    mesh = made.build_mesh()
    assert len(mesh.triangles) == 2 * 8 * 6
    assert made.elevation_at(*mesh.points_m.T) == pytest.approx(mesh.points_m @ [0.01, -0.02] - 20, abs=1e-6)
    (problem,) = domain({"kind": "bathymetry", "spacing": 50}, bathymetry=bathymetry).problems()
    assert problem.key == "domain.mesh.spacing"
    assert problem.message == "the points of a curvilinear bathymetry have no other spacing; leave it out"


def test_a_bathymetry_that_cannot_be_read_is_told_once(bed: dict[str, Any], tmp_path: Path):
    (problem,) = domain({"kind": "bathymetry"}, bathymetry={**bed, "variable": "depth"}).problems()
    assert problem.key == "domain.bathymetry.variable"
    (tmp_path / "bed.nc").unlink()
    (problem,) = domain({"kind": "bathymetry"}, bathymetry=bed).problems()
    assert problem.key == "domain.bathymetry.source.path"


def test_degrees_in_the_bathymetry_of_a_metric_domain_are_recognised(tmp_path: Path):
    data = xr.Dataset({"z": (("y", "x"), np.zeros((3, 3)))}, coords={"x": [115, 116, 117], "y": [-33, -32, -31]})
    data.to_netcdf(tmp_path / "bed.nc")
    bathymetry = {"kind": "grid", "source": FileSource(path=tmp_path / "bed.nc"), "sign": "elevation"}
    (problem,) = domain({"kind": "bathymetry"}, "EPSG:32750", bathymetry=bathymetry).problems()
    assert problem.key == "domain.bathymetry.source"
    assert "in the bathymetry, the coordinates look like degrees" in problem.message
