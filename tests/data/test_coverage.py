"""What data cover, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.times import time_words
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.file import FileSource

BOX = {"kind": "box", "x": (115.5, 115.6), "y": (-32.6, -32.5), "resolution_m": 1000}


def domain(source: FileSource) -> Domain:
    return Domain(mesh=BOX, bathymetry={"kind": "grid", "source": source, "sign": "elevation"})


def save(path: Path, names: tuple[str, ...], dims: tuple[str, ...]) -> FileSource:
    coords: dict[str, Any] = {"lat": np.linspace(-32, -33, 11), "lon": np.linspace(115, 116, 5)}
    if "time" in dims:
        coords["time"] = np.datetime64("2023-01-01", "ns") + np.arange(3) * np.timedelta64(6, "h")
    values = np.zeros([len(coords[d]) for d in dims])
    xr.Dataset(dict.fromkeys(names, (dims, values)), coords=coords).to_netcdf(path)
    return FileSource(path=path)


def table(path: Path) -> CsvSource:
    path.write_text("time,ssh\n2023-01-01 00:00,0.1\n2023-01-01 00:30,0.2\n2023-01-01 01:00,0.3\n")
    return CsvSource(path=path)


def test_a_bathymetry_tells_its_variable_limits_and_size(tmp_path: Path):
    (found,) = domain(save(tmp_path / "bed.nc", ("depth",), ("lat", "lon"))).inputs()
    assert found.key == "domain.bathymetry.source.path"
    assert found.coverage == "depth: lon 115.000 .. 116.000, lat -33.000 .. -32.000, 11 x 5 points"


def test_a_series_tells_its_variable_times_and_step(tmp_path: Path):
    level = {"kind": "series", "source": table(tmp_path / "ssh.csv")}
    (found,) = Forcing(water_level=level).inputs()
    assert found.coverage == "ssh: 2023-01-01T00:00:00Z .. 2023-01-01T01:00:00Z every 30 min, 3 values"


def test_fields_tell_their_variables_times_and_limits(tmp_path: Path):
    source = save(tmp_path / "wind.nc", ("u10", "v10"), ("time", "lat", "lon"))
    (found,) = Forcing(wind={"kind": "grid", "source": source}).inputs()
    times = "2023-01-01T00:00:00Z .. 2023-01-01T12:00:00Z every 6 h, 3 times"
    assert found.coverage == f"u10, v10: {times}; lon 115.000 .. 116.000, lat -33.000 .. -32.000, 11 x 5 points"


def test_a_mesh_file_and_an_outline_file_tell_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    outline = tmp_path / "outline.csv"
    outline.write_text("x,y\n0,0\n100,0\n100,50\n")
    mesh = {"kind": "polygon", "outline_file": "~/outline.csv", "resolution_m": 10}
    flat = {"kind": "flat", "elevation_m": -1}
    (found,) = Domain(crs="local", mesh=mesh, bathymetry=flat).inputs()
    assert (found.path, found.coverage) == (outline, "3 vertices, x 0.0 .. 100.0, y 0.0 .. 50.0")
    grid = tmp_path / "hgrid.gr3"
    grid.write_text("one triangle\n1 3\n1 0 0 5\n2 10 0 5\n3 0 20 5\n1 3 1 2 3\n")
    (found,) = Domain(crs="local", mesh={"kind": "file", "path": grid}, bathymetry=flat).inputs()
    assert (found.path, found.coverage) == (grid, "3 nodes, 1 triangles, x 0.0 .. 10.0, y 0.0 .. 20.0")


@pytest.mark.parametrize("content", [None, b"CDF\x01 cut short"])
def test_a_file_that_cannot_be_read_is_still_an_input_and_its_fault_a_problem(tmp_path: Path, content: bytes | None):
    path = tmp_path / "bed.nc"
    if content:
        path.write_bytes(content)
    broken = domain(FileSource(path=path))
    assert [(i.path, i.coverage) for i in broken.inputs()] == [(path, "")]
    assert [p.key for p in broken.problems()] == ["domain.bathymetry.source.path"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ([0.0], "1970-01-01T00:00:00Z, 1 value"),
        ([0.0, 86400.0], "1970-01-01T00:00:00Z .. 1970-01-02T00:00:00Z every 1 d, 2 values"),
        ([0.0, 5400.0, 10800.0], "1970-01-01T00:00:00Z .. 1970-01-01T03:00:00Z every 90 min, 3 values"),
        ([0.0, 60.0, 180.0], "1970-01-01T00:00:00Z .. 1970-01-01T00:03:00Z, 3 values"),
    ],
)
def test_only_equal_steps_are_told(seconds: list[float], words: str):
    assert time_words(np.array(seconds), "values") == words


def test_a_table_is_parsed_once_until_its_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    parsed: list[Path] = []
    parse = CsvSource._parsed

    def counted(self: CsvSource, found: Path) -> xr.Dataset:
        parsed.append(found)
        return parse(self, found)

    monkeypatch.setattr(CsvSource, "_parsed", counted)
    source = table(tmp_path / "ssh.csv")
    for _ in range(3):
        with source.open() as data:
            assert data.ssh.values.tolist() == [0.1, 0.2, 0.3]
    assert len(parsed) == 1
    Path(source.path).write_text("time,ssh\n2023-01-01 00:00,0.75\n")
    assert source.open().ssh.values.tolist() == [0.75]
