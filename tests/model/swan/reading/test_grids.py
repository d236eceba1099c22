"""Fields of every kind of grid are those that SWAN printed in a table of the same points."""

import netCDF4
import numpy as np
import pytest

from rompy_hydra.model.swan.reading.output import open_output
from rompy_hydra.model.swan.reading.told_places import told_by_commands

from . import runs

pytestmark = pytest.mark.swan

PACKED = {"hs": 50 / 65534, "dir": 360 / 65534, "tm01": 50 / 65534, "tps": 50 / 65534, "xwnd": 200 / 65534}
"""Steps of SWAN's 16-bit numbers."""


def opened(folder, timed=False, **changes):
    runs.case(runs.grid_outputs(timed), is_stationary=not timed, **changes).write(folder)
    return open_output(folder)


def same(field, column, missing, step, digits=4):
    """Equal to what was printed with four digits, within SWAN's packing; dry where it wrote its exception."""
    expected = np.where(column == missing, np.nan, column)
    field = np.asarray(field).ravel()
    assert (np.isnan(field) == np.isnan(expected)).all()
    printed = 0.5 * 10.0 ** (np.floor(np.log10(np.maximum(np.abs(expected), 1e-9))) + 1 - digits)
    assert (np.abs(field - expected) <= step / 2 + 1.01 * printed + 1e-6)[~np.isnan(expected)].all()


def test_a_regular_grid_in_metres_has_the_values_of_the_table(storm):
    data, printed = opened(storm, timed=True), runs.table(storm)
    assert data.hs.dims == ("time", "y", "x")
    assert data.attrs["primary_variable"] == "hs"
    np.testing.assert_array_equal(data.x, runs.WEST_X + runs.DX_M * np.arange(runs.NX))
    np.testing.assert_array_equal(data.y, runs.SOUTH_Y + runs.DX_M * np.arange(runs.NY))
    assert list(data.time.dt.minute.values) == [0, 30, 0]
    same(data.hs, printed["HSIGN"], -9, PACKED["hs"])
    same(data.dir, printed["DIR"], -999, PACKED["dir"])
    same(data.tm01, printed["TM01"], -9, PACKED["tm01"])
    same(data.tps, printed["TPS"], -9, PACKED["tps"])
    same(data.ywnd, printed["YWND"], np.inf, PACKED["xwnd"])


def test_a_part_of_a_field_is_that_part(storm):
    data = opened(storm, timed=True)
    np.testing.assert_array_equal(data.hs[2, ::-2, 3:9], data.hs.values[2, ::-2, 3:9])
    np.testing.assert_array_equal(data.qb[1:, 4, [1, 7]], data.qb.values[1:, 4][:, [1, 7]])


def test_longitude_and_latitude_come_with_metres_on_earth(storm):
    data = opened(storm, timed=True)
    assert data.lon.dims == ("y", "x")
    assert float(data.lon[0, 0]) == pytest.approx(114.888, abs=0.01)
    assert float(data.lat[0, 0]) == pytest.approx(-32.07, abs=0.01)
    assert data.hs.attrs["grid_mapping"] == "crs"
    assert data.crs.attrs["epsg_code"] == "EPSG:32750"


def test_still_water_has_no_current_and_dry_land_none_to_tell(storm):
    data = opened(storm, timed=True)
    x, y = np.meshgrid(data.x, data.y)
    dry = np.isnan(data.hs[-1]).values
    assert dry.any()
    for name, expected in zip(("xcur", "ycur"), runs.current_at(x, y), strict=True):
        np.testing.assert_array_equal(np.isnan(data[name][-1]), dry)
        assert np.abs(data[name][-1].values - expected)[~dry & (abs(y - 6452750) > 500)].max() < 1e-3


def test_a_wind_from_due_south_has_no_eastward_component_anywhere(storm):
    data = opened(storm, timed=True)
    assert float(np.abs(data.xwnd).max()) < 2e-3
    assert float(np.abs(data.ywnd - 12).max()) < 2e-3
    assert not data.xwnd.isnull().any()


def test_waves_come_from_where_they_were_told_to_come_from(storm):
    data = opened(storm, timed=True)
    assert float(data.pdir[-1, 6, 0]) == pytest.approx(255, abs=5)  # a bin of 10 degrees
    assert 180 < float(data.dir[-1, 6, 2]) < 260, "swell from 255, wind sea from 180"


def test_the_bed_is_known_on_dry_land_and_positive_down(storm):
    data = opened(storm, timed=True)
    assert data.botlev.attrs["positive"] == "down"
    x, y = np.meshgrid(data.x, data.y)
    np.testing.assert_allclose(data.botlev[0], runs.depth_at(x, y), atol=2e-3)
    assert np.isnan(data.watlev.values[-1][runs.depth_at(x, y) < 0]).all()


def test_text_brings_what_netcdf_cannot_hold(storm):
    data = opened(storm, timed=True)
    assert data.qb.dims == data.hs.dims
    assert float(data.qb.max()) > 0
    assert float(data.dissurf[-1].max()) > 0
    np.testing.assert_array_equal(np.isnan(data.qb[-1]), np.isnan(data.hs[-1]))


def test_text_alone_finds_its_grid_by_the_commands(storm):
    text = [o for o in runs.grid_outputs() if o.path == "grid.txt"]
    runs.case(text).write(storm)
    data = open_output(storm)
    assert data.hs.shape == (3, runs.NY, runs.NX)
    np.testing.assert_array_equal(data.y, runs.SOUTH_Y + runs.DX_M * np.arange(runs.NY))
    same(data.hs, runs.table(storm)["HSIGN"], -9, 0)


def test_partitions_are_numbered_from_the_wind_sea(storm):
    data = opened(storm, timed=True)
    assert {f"phs{i}" for i in range(6)} <= set(data)
    total = sum(np.nan_to_num(data[f"phs{i}"].values[-1]) ** 2 for i in range(6)) ** 0.5
    wet = ~np.isnan(data.hs.values[-1])
    assert np.median(np.abs(total - data.hs.values[-1])[wet]) < 0.02 * float(data.hs[-1].max())


def test_a_turned_grid_has_coordinates_of_each_point(turned):
    data, printed = opened(turned), runs.table(turned)
    assert data.hs.dims == ("time", "yc", "xc")
    assert data.time.values[0] == np.datetime64("2020-01-01")
    corner = runs.WEST_X + 3000 + 8000 * 0.75**0.5, runs.SOUTH_Y - 1000 + 8000 * 0.5
    assert (float(data.x[0, -1]), float(data.y[0, -1])) == pytest.approx(corner, abs=1e-6)
    with netCDF4.Dataset(turned / "grid.nc") as file:  # single precision: half a metre at 6450 km
        assert float(abs(file["y"][:] - data.y.values).max()) < 0.51
        assert float(abs(file["x"][:] - data.x.values).max()) < 0.51
    same(data.hs, printed["HSIGN"], -9, PACKED["hs"])
    same(data.dir, printed["DIR"], -999, PACKED["dir"])
    assert float(np.abs(data.xwnd).max()) < 2e-3, "components are along x and y of the run, not of the grid"


def test_a_curvilinear_grid_has_the_values_of_the_table(curved):
    data, printed = opened(curved), runs.table(curved)
    assert data.hs.shape == (1, 10, 18)
    assert float(data.x[3, 5]) == pytest.approx(runs.WEST_X + 2500 + 180, abs=0.05)
    assert float(data.y[3, 5]) == pytest.approx(runs.SOUTH_Y + 1500 + 250, abs=0.5)
    same(data.hs, printed["HSIGN"], -9, PACKED["hs"])


def test_triangles_have_values_at_nodes_and_their_corners(triangles):
    data, printed = opened(triangles), runs.table(triangles)
    assert data.hs.dims == ("time", "node")
    assert data.face_nodes.shape == (2 * (runs.NX - 1) * (runs.NY - 1), 3)
    assert data.hs.attrs["location"] == "node"
    assert {"node_x", "node_lon"} <= set(data.coords)
    same(data.hs, printed["HSIGN"], -9, PACKED["hs"])
    np.testing.assert_array_equal(data.qb.shape, data.hs.shape)


def test_triangles_of_other_files_are_known(tmp_path):
    (tmp_path / "INPUT").write_text("CGRID UNSTRUC CIRCLE 36 0.05 0.6 20\nREADGRID UNSTRUC TRIANGLE 'mesh'\n")
    (tmp_path / "mesh.node").write_text("4 2 0 1\n1 0 0 1\n2 10 0 1\n3 10 10 1\n4 0 10 1\n")
    (tmp_path / "mesh.ele").write_text("# made by hand\n2 3 0\n1 1 2 3\n2 1 3 4\n")
    nodes, cells = told_by_commands(tmp_path).mesh
    np.testing.assert_array_equal(nodes[2], [10, 10])
    np.testing.assert_array_equal(cells, [[0, 1, 2], [0, 2, 3]])


def test_a_turned_frame_is_where_its_command_says_and_not_where_its_file_says(storm, tmp_path):
    for path in ("INPUT", "fine.nc"):
        text = (storm / path).read_bytes()
        (tmp_path / path).write_bytes(text.replace(b"0 4000 2000 8 4", b"90 4000 2000 8 4"))
    runs.case([runs.output("fine.nc", "block", "FINE", "HSIGN DIR")]).write(tmp_path)
    data = open_output(tmp_path)
    assert data.hs.dims == ("time", "yc", "xc")
    np.testing.assert_allclose(data.x[0], runs.WEST_X + 1000)
    np.testing.assert_allclose(data.y[:, -1], runs.SOUTH_Y + 5000)
