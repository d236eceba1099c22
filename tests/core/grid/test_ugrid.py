"""UGRID netCDF: what is written is read back, by us and by others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings

from rompy_hydra.core.grid import ugrid
from rompy_hydra.core.grid.raw_mesh import RawMesh
from rompy_hydra.data.quantities import vertical_sign

from .meshes import assert_same, meshes, two_by_two


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mesh=meshes())
def test_a_mesh_that_was_written_is_read_back_the_same(tmp_path: Path, mesh: RawMesh):
    ugrid.write(tmp_path / "mesh.nc", mesh, "EPSG:32750", "MSL")
    assert_same(ugrid.read(tmp_path / "mesh.nc", vertical_sign), mesh)


def test_writing_again_makes_the_same_bytes(tmp_path: Path):
    written = []
    for _ in range(2):
        ugrid.write(tmp_path / "mesh.nc", two_by_two({"south": "ocean"}), "EPSG:4326")
        written.append((tmp_path / "mesh.nc").read_bytes())
    assert written[0] == written[1]
    assert [path.name for path in tmp_path.iterdir()] == ["mesh.nc"]


@pytest.mark.parametrize(
    ("crs", "axes", "names"),
    [
        ("EPSG:4326", ("node_lon", "node_lat"), ("longitude", "latitude")),
        ("EPSG:32750", ("node_x", "node_y"), ("projection_x_coordinate", "projection_y_coordinate")),
        ("local", ("node_x", "node_y"), (None, None)),
    ],
)
def test_coordinates_say_what_they_are(tmp_path: Path, crs: str, axes: tuple[str, str], names: tuple[str, str]):
    ugrid.write(tmp_path / "mesh.nc", two_by_two({}), crs, "LAT")
    with xr.open_dataset(tmp_path / "mesh.nc") as data:
        assert data["mesh"].attrs["node_coordinates"] == " ".join(axes)
        assert tuple(data[axis].attrs.get("standard_name") for axis in axes) == names
        assert ("crs" in data) == (crs != "local")
        bed = data["bed_elevation"]
        assert (bed.attrs["positive"], bed.attrs["units"], bed.dims) == ("up", "m", ("node",))
        assert "LAT" in bed.attrs["long_name"]
        assert data.attrs["Conventions"] == "CF-1.11 UGRID-1.0"


def test_blanks_in_the_names_of_segments_become_underscores(tmp_path: Path):
    mesh = two_by_two({"south": "over the edge"})
    ugrid.write(tmp_path / "mesh.nc", mesh, "local")
    assert set(ugrid.read(tmp_path / "mesh.nc", vertical_sign).boundary) == {"over_the_edge", "east", "north", "west"}


def test_a_mesh_without_elevations_has_none(tmp_path: Path):
    mesh = two_by_two({})
    ugrid.write(tmp_path / "mesh.nc", RawMesh(mesh.points, mesh.triangles, {}, "land"), "local")
    found = ugrid.read(tmp_path / "mesh.nc", vertical_sign)
    assert found.elevation_m is None
    assert np.array_equal(found.points, mesh.points)
