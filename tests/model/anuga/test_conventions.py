"""The same sea in other conventions of longitude and latitude is the same to the last byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.source.dataset import DatasetSource

from .conftest import experiment
from .test_varying_level import generated

pytest.importorskip("anuga")

WIND = ("u10", "v10")


def weather() -> xr.Dataset:
    """Six-hourly wind all over the world in the manner of a reanalysis: 0 .. 355, north to south."""
    rng = np.random.default_rng(7)
    lat, lon = np.arange(90.0, -91.0, -5.0), np.arange(0.0, 360.0, 5.0)
    times = np.datetime64("2023-01-01", "ns") + np.arange(0, 13, 6) * np.timedelta64(1, "h")
    fields = {n: (("time", "latitude", "longitude"), rng.normal(0, 6, (3, len(lat), len(lon)))) for n in WIND}
    return xr.Dataset(fields, {"time": times, "latitude": lat, "longitude": lon})


def from_180_west(data: xr.Dataset) -> xr.Dataset:
    return data.assign_coords(longitude=(data.longitude + 180.0) % 360.0 - 180.0).sortby("longitude")


CONVENTIONS = {
    "as it is": lambda data: data,
    "south to north": lambda data: data.sortby("latitude"),
    "-180 .. 175": from_180_west,
    "-180 .. 175, unsorted": lambda data: data.assign_coords(longitude=(data.longitude + 180.0) % 360.0 - 180.0),
    "dimensions in another order": lambda data: data.transpose("longitude", "time", "latitude"),
    "valid_time": lambda data: data.rename(time="valid_time"),
}


def written(folder: Path, data: xr.Dataset, lon: tuple[float, float]) -> dict[str, bytes]:
    domain = {
        "crs": "EPSG:4326",
        "mesh": {"kind": "box", "x": lon, "y": (-42, -40), "resolution_m": 40_000},
        "boundaries": {"ocean": ["west"]},
        "bathymetry": {"kind": "flat", "elevation_m": -50},
        "stations": {},
    }
    asked = experiment(
        domain=domain, forcing={"wind": {"kind": "grid", "source": DatasetSource(data=data)}}, duration="9h"
    )
    made = generated(folder, asked)
    return {path.name: path.read_bytes() for path in sorted(made.iterdir())}


@pytest.mark.parametrize("lon", [(-1.5, 1.0), (178.5, 181.0), (20.0, 22.5)], ids=["Greenwich", "dateline", "elsewhere"])
def test_fields_in_any_convention_make_the_same_files(tmp_path: Path, lon: tuple[float, float]) -> None:
    found = {
        name: written(tmp_path / str(i), change(weather()), lon) for i, (name, change) in enumerate(CONVENTIONS.items())
    }
    assert [name for name, files in found.items() if files != found["as it is"]] == []
    assert np.load(tmp_path / "0" / "wind.npy").std() > 1.0


@pytest.mark.parametrize(
    ("usual", "other"),
    [((-1.5, 1.0), (358.5, 361.0)), ((-150.0, -148.0), (210.0, 212.0))],
    ids=["Greenwich", "elsewhere"],
)
def test_a_domain_in_any_convention_makes_the_same_files(tmp_path: Path, usual: Any, other: Any) -> None:
    assert written(tmp_path / "other", weather(), other) == written(tmp_path / "usual", weather(), usual)


def test_fields_moved_along_with_the_domain_are_the_same_anywhere(tmp_path: Path) -> None:
    """60 degrees, ten zones of the projection, further east each time, over Greenwich and the dateline."""
    winds = []
    for i, east in enumerate((-61.5, -1.5, 58.5, 118.5, 178.5)):
        written(tmp_path / str(i), weather().roll(longitude=12 * i), (east, east + 2.5))
        winds.append(np.sort(np.load(tmp_path / str(i) / "wind.npy"), axis=-1))  # in whatever order
    for wind in winds[1:]:
        np.testing.assert_allclose(wind, winds[0], atol=1e-5)  # single precision; longitudes round differently
