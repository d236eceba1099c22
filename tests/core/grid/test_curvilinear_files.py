"""Curvilinear grids from netCDF and from Delft3D."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.grid.curvilinear import CurvilinearGrid
from rompy_hydra.core.grid.curvilinear_files import read_delft3d, read_netcdf
from rompy_hydra.core.grid.regular import RegularGrid

GRID = RegularGrid(400_000.0, 6_400_000.0, 100.0, 50.0, 6, 4, rotation_deg=20, crs="EPSG:32750")
X, Y = np.moveaxis(GRID.points, -1, 0)


def netcdf(path: Path, attributes: dict[str, dict[str, str]] | None = None, **variables: np.ndarray) -> Path:
    """A file with these variables, two-dimensional ones along eta and xi."""
    dims = {1: ("xi",), 2: ("eta", "xi")}
    data = {name: (dims[v.ndim], v, (attributes or {}).get(name, {})) for name, v in variables.items()}
    xr.Dataset(data).to_netcdf(path)
    return path


def same(grid: CurvilinearGrid, x: np.ndarray = X, y: np.ndarray = Y) -> bool:
    return grid.x.tolist() == x.tolist() and grid.y.tolist() == y.tolist()


def test_coordinates_are_found_by_their_standard_names(tmp_path: Path):
    said = {
        "east": {"standard_name": "projection_x_coordinate"},
        "north": {"standard_name": "projection_y_coordinate"},
    }
    path = netcdf(tmp_path / "grid.nc", said, depth=X * 0, east=X, north=Y, x=Y, y=X)
    assert same(read_netcdf(path, "EPSG:32750"))


def test_coordinates_are_found_by_their_units_and_their_usual_names(tmp_path: Path):
    lon, lat = (X - 400_000) / 1e5 + 115, (Y - 6_400_000) / 1e5 - 32
    said = {"a": {"units": "degrees_east"}, "b": {"units": "degrees_north"}}
    assert same(read_netcdf(netcdf(tmp_path / "u.nc", said, a=lon, b=lat), "EPSG:4326"), lon, lat)
    assert same(read_netcdf(netcdf(tmp_path / "n.nc", nav_lon=lon, nav_lat=lat), "EPSG:4326"), lon, lat)


def test_points_are_missing_where_they_are_masked_or_have_the_missing_value(tmp_path: Path):
    x, y = X.copy(), Y.copy()
    x[0, 0] = np.nan
    x[3, 5] = y[3, 5] = -999.0
    grid = read_netcdf(netcdf(tmp_path / "grid.nc", x=x, y=y), "EPSG:32750", missing=-999.0)
    assert np.argwhere(np.isnan(grid.x)).tolist() == np.argwhere(np.isnan(grid.y)).tolist() == [[0, 0], [3, 5]]


@pytest.mark.parametrize("change", [np.transpose, np.flipud, np.fliplr, lambda a: a[::-1].T])
def test_the_order_of_rows_and_columns_in_the_file_does_not_matter(tmp_path: Path, change):
    assert same(read_netcdf(netcdf(tmp_path / "grid.nc", x=change(X), y=change(Y)), "EPSG:32750"))


def test_a_grid_across_the_date_line_does_not_jump(tmp_path: Path):
    lon, lat = np.meshgrid(np.linspace(179.0, 181.0, 5), np.linspace(-18.0, -17.0, 3))
    path = netcdf(tmp_path / "fiji.nc", lon=(lon + 180) % 360 - 180, lat=lat)
    assert same(read_netcdf(path, "EPSG:4326"), lon, lat)


@pytest.mark.parametrize(
    ("variables", "crs", "names", "message"),
    [
        ({"lon": X[0], "depth": X}, "EPSG:4326", (None, None), r"no two-dimensional longitude, but lon \(xi\), depth"),
        (
            {"lon": X, "lat": Y},
            "EPSG:32750",
            (None, None),
            "two-dimensional longitude and no x: set domain.crs to EPSG",
        ),
        (
            {"x": X, "y": Y},
            "EPSG:4326",
            (None, None),
            "two-dimensional x and no longitude: set domain.crs to the EPSG nu",
        ),
        ({"x": X, "y": Y}, "local", ("xx", "y"), r"no variable xx, but x \(eta, xi\), y \(eta, xi\)"),
        ({"x": X, "y": Y, "a": X[0]}, "local", ("a", "y"), r"a has the dimensions \(xi\), expected two"),
        ({"x": X, "xp": X, "y": Y}, "local", (None, None), "several variables may be its x: x, xp; name the one"),
        ({"x": X, "y": Y[::-1] * 0}, "local", (None, None), "folded or not convex"),
    ],
)
def test_a_file_without_such_coordinates_is_refused_with_what_it_has(tmp_path: Path, variables, crs, names, message):
    with pytest.raises(ValueError, match=message):
        read_netcdf(netcdf(tmp_path / "grid.nc", **variables), crs, names)


def delft3d(x: np.ndarray, y: np.ndarray, heading: str) -> str:
    """As RFGGRID writes it: five numbers in a line, each row with its number."""
    lines = ["*", "* a comment", heading.rstrip("\n"), f"{x.shape[1]:8d}{x.shape[0]:8d}", " 0 0 0"]
    for values in (x, y):
        for number, row in enumerate(values, start=1):
            words = [f"{v:26.17E}" for v in row]
            parts = ["".join(words[i : i + 5]) for i in range(0, len(words), 5)]
            lines += [f" ETA={number:5d}{parts[0]}", *(f"          {part}" for part in parts[1:])]
    return "\n".join(line for line in lines if line) + "\n"


CARTESIAN = "Coordinate System = Cartesian\nMissing Value     =   -9.99999000000000024E+02"


def test_a_delft3d_grid_is_read_with_its_missing_points(tmp_path: Path):
    x, y = X.copy(), Y.copy()
    x[0, 0] = y[0, 0] = -999.999
    (tmp_path / "a.grd").write_text(delft3d(x, y, CARTESIAN))
    grid = read_delft3d(tmp_path / "a.grd", "EPSG:32750")
    x[0, 0] = y[0, 0] = np.nan
    assert np.array_equal(grid.x, x, equal_nan=True)
    assert np.array_equal(grid.y, y, equal_nan=True)


def test_an_old_delft3d_grid_has_zeros_where_points_are_missing(tmp_path: Path):
    x, y = X.copy(), Y.copy()
    x[3, 0] = y[3, 0] = 0
    (tmp_path / "a.grd").write_text(delft3d(x, y, ""))
    assert np.argwhere(np.isnan(read_delft3d(tmp_path / "a.grd", "EPSG:32750").x)).tolist() == [[3, 0]]


@pytest.mark.parametrize(
    ("old", "new", "crs", "message"),
    [
        ("Cartesian", "Spherical", "EPSG:32750", "coordinate system is Spherical, domain.crs is EPSG:32750: set it to"),
        ("Cartesian", "Cartesian", "EPSG:4326", "coordinate system is Cartesian, domain.crs is EPSG:4326"),
        ("       6       4", "six four", "local", "line 5: expected the numbers of columns and rows, got 'six four'"),
        ("       6       4", "       6       5", "local", "it holds 48 numbers, expected 60"),
        ("4.00000000000000000E+05", "four", "local", "line 7: expected numbers, got 'ETA=    1"),
    ],
)
def test_a_delft3d_grid_that_is_not_as_expected_is_refused(tmp_path: Path, old: str, new: str, crs: str, message: str):
    text = delft3d(X, Y, CARTESIAN)
    assert old in text
    (tmp_path / "a.grd").write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match=message):
        read_delft3d(tmp_path / "a.grd", crs)


def test_a_delft3d_grid_that_is_cut_short_is_refused(tmp_path: Path):
    text = delft3d(X, Y, CARTESIAN)
    (tmp_path / "a.grd").write_text("* only comments\n")
    with pytest.raises(ValueError, match="it ends after line 1, expected the numbers of columns and rows"):
        read_delft3d(tmp_path / "a.grd", "local")
    (tmp_path / "a.grd").write_text("".join(text.splitlines(keepends=True)[:-3]))
    with pytest.raises(ValueError, match=r"it holds \d+ numbers, expected 48"):
        read_delft3d(tmp_path / "a.grd", "local")
