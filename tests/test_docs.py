"""The YAML of README and docs is checked as part of a whole experiment, with the data files that it names."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import yaml

from tests.conftest import REPO
from tests.forcing.atlases import constant, write_fes

BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
WEST, EAST, SOUTH, NORTH = 115.593, 115.613, -32.647, -32.617
"""The corners of a mesh file inside of the domain of the docs."""


def snippets(name: str) -> list[str]:
    return BLOCK.findall((REPO / name).read_text())


README = snippets("README.md")
DOCS = [text for path in sorted((REPO / "docs").glob("*.md")) for text in snippets(f"docs/{path.name}")]
WHOLE = [text for text in (*README, *DOCS) if "name" in yaml.safe_load(text)]
PARTS = [text for text in (*README, *DOCS) if "name" not in yaml.safe_load(text)]
DOMAIN = yaml.safe_load(next(text for text in PARTS if "outline:" in text))["domain"]
MINE = yaml.safe_load(next(text for text in README if "name: mine" in text))


def level_tables(folder: Path) -> None:
    gauge = [f"2024-03-{day}T00:00,0.{day}" for day in (10, 11, 12)]
    (folder / "gauge.csv").write_text("\n".join(["time,ssh", *gauge, ""]))
    logger = [f"2024-03-{day}T00:00;{day};-999" for day in (10, 11, 12, 13)]
    (folder / "logger.csv").write_text("\n".join(["when;sea level;battery", *logger, ""]))


def grids(folder: Path) -> None:
    lon, lat = np.linspace(115.5, 115.7, 5), np.linspace(-32.7, -32.5, 5)
    depth = xr.DataArray(np.full((5, 5), -8.0), coords={"lat": lat, "lon": lon}, dims=("lat", "lon"))
    depth.to_dataset(name="depth").to_netcdf(folder / "bathy.nc")
    times = np.array(["2024-03-10", "2024-03-12"], dtype="datetime64[ns]")
    pressure = xr.DataArray(np.full((2, 5, 5), 1.0e5), coords={"time": times, **depth.coords}, attrs={"units": "Pa"})
    pressure.to_dataset(name="msl").to_netcdf(folder / "era5.nc")
    (folder / "wind").mkdir()
    for month, day in (("03", times[:1]), ("04", times[1:])):
        calm = (0.0 * pressure).sel(time=day).assign_attrs(units="m s-1")
        xr.Dataset({"u10": calm, "v10": calm}).to_netcdf(folder / "wind" / f"2024-{month}.nc")
    level = (0.0 * pressure).assign_attrs(units="m", standard_name="sea_surface_height_above_geoid")
    level.to_dataset(name="zos").to_netcdf(folder / "ocean.nc")


def wave_files(folder: Path) -> None:
    rows = [f"2024-03-{day}T00:00,1.5,0.1,210,230,25" for day in (10, 11, 12)]
    (folder / "buoy.csv").write_text("\n".join(["time,hs,fp,dir,dp,spr", *rows, ""]))
    times = np.array(["2024-03-10", "2024-03-12"], dtype="datetime64[ns]")
    coords = {"time": times, "freq": [0.05, 0.1, 0.2], "dir": np.arange(0.0, 360.0, 30.0)}
    places = {"lon": ("site", [115.5, 115.6]), "lat": ("site", [-32.6, -32.6])}
    energy = np.full((2, 2, 3, 12), 1e-3)
    spectra = {"efth": (("time", "site", "freq", "dir"), energy, {"units": "m2 s degree-1"})}
    xr.Dataset(spectra, {**coords, **places}).to_netcdf(folder / "spectra.nc")
    lon, lat = np.linspace(115.5, 115.7, 5), np.linspace(-32.7, -32.5, 5)
    flow = (("time", "lat", "lon"), np.full((2, 5, 5), 0.2), {"units": "m s-1"})
    xr.Dataset({"uo": flow, "vo": flow}, {"time": times, "lat": lat, "lon": lon}).to_netcdf(folder / "currents.nc")


def best_tracks(folder: Path) -> None:
    deck = ["320S, 1140E,  65,  980", "330S, 1155E,  60,  985"]
    lines = [f"SH, 18, 202403{11 + i}00,   , BEST,   0, {place}, TC,   0,    ,    0" for i, place in enumerate(deck)]
    (folder / "bsh182024.dat").write_text("\n".join([*lines, ""]))
    rows = ["2024-03-11T00:00,114,-32,980,30,50", "2024-03-12T00:00,115.5,-33,985,-999,50"]
    (folder / "storm.csv").write_text("\n".join(["time,lon,lat,pc_hpa,wind,rmax_km", *rows, ""]))


def tides(folder: Path) -> None:
    (folder / "station.csv").write_text("constituent,amplitude,phase\nM2,0.5,63.4\nO1,0.13,177.3\n")
    lon, lat = np.arange(114.0, 117.01, 0.5), np.arange(-34.0, -31.99, 0.5)
    (folder / "tides" / "fes2022b").mkdir(parents=True)
    fields = {name: constant(0.2 - 0.1j) for name in ("M2", "S2", "K1", "O1")}
    write_fes(folder / "tides" / "fes2022b" / "ocean_tide", fields, lon, lat)


def curved_grid(folder: Path) -> None:
    i, j = np.meshgrid(np.linspace(0, 1, 11), np.linspace(0, 1, 16))
    lon, lat = WEST + (EAST - WEST) * i + 0.001 * np.sin(3 * j), SOUTH + (NORTH - SOUTH) * j
    coordinates = {"lon_rho": (("eta", "xi"), lon), "lat_rho": (("eta", "xi"), lat)}
    xr.Dataset(coordinates).to_netcdf(folder / "grid.nc")


def mesh_file(folder: Path) -> None:
    corners = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]
    nodes = [f"{i} {x} {y} 8.0" for i, (x, y) in enumerate(corners, start=1)]
    open_line = ["1 = open boundaries", "2 = their nodes", "2 = nodes of boundary 1", "4", "1"]
    land_line = ["1 = land boundaries", "4 = their nodes", "4 0 = nodes of boundary 1", "1", "2", "3", "4"]
    lines = ["two triangles", "2 4", *nodes, "1 3 1 2 3", "2 3 1 3 4", *open_line, *land_line, ""]
    (folder / "hgrid.gr3").write_text("\n".join(lines))


def model_files(folder: Path) -> None:
    (folder / "templates").mkdir()
    (folder / "templates" / "INPUT").write_text("{{ period.start | iso }} {{ hs }}\n")
    (folder / "data").mkdir()
    (folder / "data" / "bottom.dat").write_text("5\n")
    program = folder / "bin" / "mymodel"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for the files that the docs name."""
    for make in (level_tables, grids, wave_files, curved_grid, best_tracks, tides, mesh_file, model_files):
        make(tmp_path)
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    return tmp_path


def check(cli: Callable[..., subprocess.CompletedProcess[str]], folder: Path, text: str) -> None:
    (folder / "conf" / "experiment" / "documented.yaml").write_text(text)
    search = f"{folder / 'bin'}:/usr/bin:/bin"
    done = cli("check", "experiment=documented", cwd=folder, PATH=search)
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"


def merged(part: dict[str, Any]) -> dict[str, Any]:
    """A whole experiment with a part of one: the first domain of the docs, driven as in the README."""
    domain = {**DOMAIN, **part.get("domain", {})}
    return {"data_dir": ".", **MINE, **part, "domain": domain}


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: re.findall(r"name: (\w+)", text)[0])
def test_a_whole_experiment_of_the_docs_is_right(cli: Any, folder: Path, text: str) -> None:
    check(cli, folder, text)


@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_an_experiment_in_the_docs_is_right(cli: Any, folder: Path, text: str) -> None:
    experiment = yaml.safe_dump(merged(yaml.safe_load(text)), sort_keys=False)
    check(cli, folder, f"# @package _global_\n{experiment}")


def test_the_python_of_the_docs_works(tmp_path: Path) -> None:
    for code in re.findall(r"```python\n(.*?)```", (REPO / "docs" / "experiments.md").read_text(), re.DOTALL):
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert (tmp_path / "domain.png").stat().st_size > 10_000


def test_the_docs_show_every_kind_of_part() -> None:
    parts = [(node, below) for text in PARTS for node, below in yaml.safe_load(text).items() if node != "defaults"]
    shown = {(node, key) for node, below in parts for key in below}
    assert {("domain", "mesh"), ("model", "boundaries")} <= shown
    assert {("forcing", name) for name in ("water_level", "river", "waves", "current", "ice")} <= shown
    meshes = {text["domain"]["mesh"]["kind"] for text in map(yaml.safe_load, PARTS) if "mesh" in text.get("domain", {})}
    assert meshes == {"polygon", "box", "regular", "bathymetry", "curvilinear", "file"}
