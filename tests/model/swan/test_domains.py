"""Every kind of domain is computed by SWAN, with waves through a segment that has a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from .sea import LOCAL, STATIONARY, SWELL, WEST, computed, sea, table

pytestmark = pytest.mark.swan
CALM = {"model": {"mode": STATIONARY}}
OUTLINE = [(0.0, 0.0), (20e3, 0.0), (20e3, 16e3), (0.0, 16e3)]
REFERENCE: dict[str, Any] = {"domain": {**LOCAL, "boundaries": {"ocean": ["west"]}}}


def heights(folder: Path, *changes: dict[str, Any], waves: dict[str, Any] = WEST) -> Any:
    """(2,) significant wave heights of waves through the segment ``ocean``, at the stations."""
    run = computed(sea(folder, SWELL, CALM, {"forcing": {"waves": {"ocean": waves}}}, *changes))
    return table(run)["Hsig"][-1]


@pytest.fixture(scope="module")
def regular(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Those on a regular grid in metres."""
    return heights(tmp_path_factory.mktemp("regular"), REFERENCE)


def test_a_polygon_of_triangles_has_the_waves_of_a_grid(tmp_path: Path, regular: Any):
    pytest.importorskip("anuga")
    mesh = {"kind": "polygon", "outline": OUTLINE, "resolution_m": 1500.0}
    found = heights(tmp_path, {"domain": {**LOCAL, "mesh": mesh, "boundaries": {"ocean": [3]}}})
    np.testing.assert_allclose(found, regular, rtol=0.05)


def mesh_file(path: Path) -> Path:
    """A mesh of the rectangle of the regular grid, as SCHISM and ADCIRC have it: open in the west, 20 m deep."""
    nx, ny = 17, 13
    x, y = np.meshgrid(np.linspace(0, 20e3, nx), np.linspace(0, 16e3, ny))
    lines = ["sea", f"{2 * (nx - 1) * (ny - 1)} {nx * ny}"]
    lines += [f"{n + 1} {a:.3f} {b:.3f} 20.0" for n, (a, b) in enumerate(zip(x.ravel(), y.ravel(), strict=True))]
    n = np.arange(nx * ny).reshape(ny, nx) + 1
    a, b, c, d = (part.ravel() for part in (n[:-1, :-1], n[:-1, 1:], n[1:, 1:], n[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).tolist()
    lines += [f"{i} 3 {' '.join(map(str, corners))}" for i, corners in enumerate(triangles, start=1)]
    west = n[::-1, 0].tolist()
    shore = [*n[0].tolist(), *n[1:, -1].tolist(), *n[-1, -2::-1].tolist()]
    lines += ["1", f"{len(west)}", f"{len(west)}", *map(str, west)]
    lines += ["1", f"{len(shore)}", f"{len(shore)} 0", *map(str, shore)]
    path.write_text("\n".join([*lines, ""]))
    return path


@pytest.mark.parametrize("name", ["hgrid.gr3", "fort.14"])
def test_a_mesh_file_has_the_waves_of_a_grid_and_its_own_depths(tmp_path: Path, regular: Any, name: str):
    mesh = {"kind": "file", "path": str(mesh_file(tmp_path / name))}
    domain = {**LOCAL, "mesh": mesh, "boundaries": {"ocean": ["open_1"]}, "bathymetry": {"kind": "mesh"}}
    np.testing.assert_allclose(heights(tmp_path, {"domain": domain}), regular, rtol=0.05)


def curvilinear(folder: Path, *, gap: bool) -> dict[str, Any]:
    """A domain whose grid bends by 800 m, perhaps with points missing in its far corner."""
    i, j = np.meshgrid(np.arange(21.0), np.arange(17.0))
    x, y = 1e3 * i, 1e3 * j + 400.0 * np.sin(i * np.pi / 10) * (j > 0) * (j < 16)
    if gap:
        x[12:, 17:] = y[12:, 17:] = np.nan
    data = xr.Dataset({"x": (("eta", "xi"), x), "y": (("eta", "xi"), y)})
    data.to_netcdf(folder / "grid.nc")
    stations = {"a": {"x_m": 10e3, "y_m": 8e3}, "b": {"x_m": 16e3, "y_m": 10e3}}
    mesh = {"kind": "curvilinear", "path": str(folder / "grid.nc")}
    return {"domain": {**LOCAL, "mesh": mesh, "stations": stations, "boundaries": {"ocean": ["west"]}}}


def test_a_curvilinear_grid_with_points_missing_is_computed_around_them(tmp_path: Path):
    (tmp_path / "gap").mkdir()
    whole = heights(tmp_path, curvilinear(tmp_path, gap=False))
    holed = heights(tmp_path / "gap", curvilinear(tmp_path / "gap", gap=True))
    assert whole[0] == pytest.approx(1.8, abs=0.15)
    np.testing.assert_allclose(holed, whole, rtol=0.02)  # the corner is down-wave of both


def degrees(x: float = 4.0) -> dict[str, Any]:
    """The sea in degrees, waves through its west."""
    stations = {"a": {"lon": x + 0.15, "lat": 52.1}, "b": {"lon": (x + 0.32 + 180) % 360 - 180, "lat": 52.13}}
    mesh = {"kind": "regular", "x": x, "y": 52.0, "size": [0.4, 0.2], "cells": [10, 8]}
    return {"domain": {"mesh": mesh, "stations": stations, "boundaries": {"ocean": ["west"]}}}


def test_degrees_computed_in_metres_are_the_same_sea(tmp_path: Path):
    in_degrees = heights(tmp_path, degrees())
    in_metres = heights(tmp_path, degrees(), {"model": {"grid": {"coordinates": "metric"}}})
    np.testing.assert_allclose(in_metres, in_degrees, rtol=0.02)


def test_a_sea_over_the_dateline_is_that_of_any_other_longitude(tmp_path: Path):
    np.testing.assert_allclose(heights(tmp_path, degrees(179.8)), heights(tmp_path, degrees()), rtol=1e-3)


def test_one_dimension_keeps_waves_along_the_line(tmp_path: Path):
    mesh = {"kind": "regular", "x": 0.0, "y": 0.0, "size": [20e3, 100.0], "cells": [20, 1]}
    stations = {"a": {"x_m": 5e3, "y_m": 1.0}, "b": {"x_m": 15e3, "y_m": 1.0}}
    line = {"domain": {**REFERENCE["domain"], "mesh": mesh, "stations": stations}, "model": {"grid": {"kind": "line"}}}
    assert heights(tmp_path, line) == pytest.approx(2.0, rel=1e-3)
