import numpy as np
import pytest

from rompy_hydra.model.swan.writing import (
    Encoding,
    coordinate_encoding,
    write_curvilinear,
    write_fields,
    write_triangle,
)

from .wording import words_of

NX, NY = 7, 5
X, Y = (v.astype(float) for v in np.meshgrid(np.arange(NX) * 1000, np.arange(NY) * 1000))


def strip():
    """Points, triangles and markers of a rectangle: 1 in the west, 2 elsewhere on the boundary."""
    points = np.stack([X.ravel(), Y.ravel()], axis=1)
    corner = (np.arange(NY - 1)[:, None] * NX + np.arange(NX - 1)).ravel()
    lower = np.stack([corner, corner + 1, corner + NX + 1], axis=1)
    upper = np.stack([corner, corner + NX + 1, corner + NX], axis=1)
    markers = np.zeros((NY, NX), int)
    markers[[0, -1], :] = markers[:, -1] = 2
    markers[:, 0] = 1
    return points, np.concatenate([lower, upper]), markers.ravel()


def test_coordinates_of_a_curvilinear_grid_are_all_x_and_then_all_y(tmp_path):
    x, y = np.array([[0.5, 1.0], [2.0, np.nan]]), np.array([[10.0, 11.0], [12.0, np.nan]])
    write_curvilinear(tmp_path / "a", x, y, is_lonlat=False, exception=-9.0)
    encoding = coordinate_encoding(x, y, is_lonlat=False, exception=-9.0)
    assert words_of(encoding, 2, is_vector=True) == "idla=3 nhedf=0 nhedvec=0 FORMAT '(2F7.3)'"
    assert (tmp_path / "a").read_text() == " 0.500  1.000\n 2.000 -9.000\n10.000 11.000\n12.000 -9.000\n"


def test_longitudes_keep_seven_decimals(tmp_path):
    write_curvilinear(tmp_path / "a", np.array([[115.1234567]]), np.array([[-32.7654321]]), is_lonlat=True)
    assert (tmp_path / "a").read_text() == "115.1234567\n-32.7654321\n"


def test_a_grid_whose_points_are_half_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not missing at the same points"):
        write_curvilinear(tmp_path / "a", np.array([[0.0, np.nan]]), np.zeros((1, 2)), is_lonlat=False, exception=-9.0)


def test_the_files_of_a_mesh_of_two_triangles(tmp_path):
    points = np.array([[0.0, 0.0], [1000.0, 0.0], [1000.5, 1000.0], [0.0, 1000.0]])
    write_triangle(tmp_path / "m", points, np.array([[0, 1, 2], [0, 2, 3]]), np.array([1, 2, 2, 1]), is_lonlat=False)
    assert (tmp_path / "m.node").read_text() == (
        "4 2 0 1\n1 0.000 0.000 1\n2 1000.000 0.000 2\n3 1000.500 1000.000 2\n4 0.000 1000.000 1\n"
    )
    assert (tmp_path / "m.ele").read_text() == "2 3 0\n1 1 2 3\n2 1 3 4\n"


def test_a_vertex_inside_with_three_triangles_is_refused_by_name(tmp_path):
    points = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
    triangles = np.array([[0, 1, 3], [1, 2, 3], [2, 0, 3]])
    with pytest.raises(ValueError, match=r"1 vertices .* the first is vertex 3 with 3"):
        write_triangle(tmp_path / "m", points, triangles, np.array([1, 1, 1, 0]), is_lonlat=False)


COMMANDS = """\
PROJECT 'mesh' '1'
MODE STATIONARY TWODIMENSIONAL
{grid}
{bottom}
BOUND SHAPESPEC JONSWAP PEAK DSPR DEGREES
{boundary}
OFF QUADRUPL
POINTS 'PTS' FILE 'points'
TABLE 'PTS' NOHEADER 'out.tab' XP YP DEPTH HSIGN
BLOCK 'COMPGRID' NOHEADER 'out.mat' LAYOUT 3 XP YP DEPTH HSIGN
COMPUTE
STOP
"""
SPECTRUM = "CIRCLE 36 0.05 0.448 23"
DEPTH_M = np.linspace(20, 60, NX * NY)


@pytest.mark.swan
def test_swan_reads_a_mesh_with_its_depths_and_finds_its_boundary_by_number(swan, tmp_path):
    points, triangles, markers = strip()
    write_triangle(tmp_path / "mesh", points, triangles[:, ::-1], markers, is_lonlat=False)
    write_fields(tmp_path / "depth", [DEPTH_M[None, None]], Encoding())
    words = words_of(Encoding(), len(DEPTH_M))
    np.savetxt(tmp_path / "points", points, fmt="%.3f")
    run = swan(
        COMMANDS.format(
            grid=f"CGRID UNSTRUCTURED {SPECTRUM}\nREADGRID UNSTRUCTURED TRIANGLE 'mesh'",
            bottom=f"INPGRID BOTTOM UNSTRUCTURED\nREADINP BOTTOM 1. 'depth' {words}",
            boundary="BOUNDSPEC SIDE 1 CCW VARIABLE PAR 0 3.0 8.0 0.0 20.0 4000 1.0 8.0 0.0 20.0",
        )
    )
    block = run.block("out.mat")
    np.testing.assert_array_equal(block["Depth"].ravel(), DEPTH_M.astype("f4"))
    np.testing.assert_array_equal(block["Xp"].ravel(), X.ravel())
    west = block["Hsig"].ravel()[markers == 1]
    energy = np.interp(np.arange(NY), [0, NY - 1], [1.0**2, 3.0**2])  # counter-clockwise: the west begins in the north
    np.testing.assert_allclose(west, np.sqrt(energy), rtol=5e-3)
    np.testing.assert_allclose(run.table("out.tab")[:, 2], DEPTH_M, atol=0.0051)  # two decimals


@pytest.mark.swan
def test_swan_misplaces_a_mesh_in_large_coordinates_by_what_single_precision_loses(swan, tmp_path):
    points, triangles, markers = strip()
    points = points + np.array([392000.123, 6501234.4])
    write_triangle(tmp_path / "mesh", points, triangles, markers, is_lonlat=False)
    write_fields(tmp_path / "depth", [DEPTH_M[None, None]], Encoding())
    words = words_of(Encoding(), len(DEPTH_M))
    np.savetxt(tmp_path / "points", points[8:10], fmt="%.3f")
    run = swan(
        COMMANDS.format(
            grid=f"CGRID UNSTRUCTURED {SPECTRUM}\nREADGRID UNSTRUCTURED TRIANGLE 'mesh'",
            bottom=f"INPGRID BOTTOM UNSTRUCTURED\nREADINP BOTTOM 1. 'depth' {words}",
            boundary="BOUNDSPEC SIDE 1 CONSTANT PAR 1.0 8.0 0.0 20.0",
        )
    )
    off = np.abs(run.block("out.mat")["Yp"].ravel() - points[:, 1])
    loss = np.abs(points.astype("f4") - points).max()
    assert off.max() == pytest.approx(loss, abs=0.01) == pytest.approx(0.1, abs=0.01)


@pytest.mark.swan
@pytest.mark.parametrize("shift", [0.0, 500000.0])
def test_swan_reads_a_curvilinear_grid_and_leaves_out_missing_points(swan, tmp_path, shift):
    x, y = X + 0.1 * Y + shift, Y + 0.05 * X
    x[3:, 5:] = y[3:, 5:] = np.nan
    write_curvilinear(tmp_path / "grid", x, y, is_lonlat=False, exception=-999.0)
    grid = words_of(coordinate_encoding(x, y, is_lonlat=False, exception=-999.0), NX, is_vector=True)
    depth_m = DEPTH_M.reshape(1, 1, NY, NX)
    write_fields(tmp_path / "depth", [depth_m], Encoding())
    words = words_of(Encoding(), NX)
    np.savetxt(tmp_path / "points", [[x[1, 2], y[1, 2]], [x[2, 3], y[2, 3]]], fmt="%.3f")
    run = swan(
        COMMANDS.format(
            grid=f"CGRID CURVILINEAR {NX - 1} {NY - 1} EXC -999 -999 {SPECTRUM}\nREADGRID COORDINATES 1. 'grid' {grid}",
            bottom=f"INPGRID BOTTOM CURVILINEAR 0 0 {NX - 1} {NY - 1}\nREADINP BOTTOM 1. 'depth' {words}",
            boundary=f"BOUNDSPEC SEGMENT IJ 0 0 0 {NY - 1} CONSTANT PAR 1.0 8.0 0.0 20.0",
        )
    )
    block = run.block("out.mat")
    there = np.isfinite(x)
    np.testing.assert_array_equal(np.isfinite(block["Depth"]), there)
    np.testing.assert_allclose(block["Xp"][there], x[there], atol=0.02)
    np.testing.assert_allclose(block["Depth"][there], depth_m[0, 0][there].astype("f4"))
    np.testing.assert_allclose(run.table("out.tab")[:, 2], [depth_m[0, 0, 1, 2], depth_m[0, 0, 2, 3]], rtol=1e-3)
