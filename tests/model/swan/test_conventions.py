"""The same sea in other conventions of data is the same for SWAN to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xarray as xr

from .sea import METRIC, on_grid, sea, wind_data

Change = Callable[[xr.Dataset], xr.Dataset]


def greenwich() -> xr.Dataset:
    """Wind on both sides of Greenwich."""
    return wind_data(lon=(-1.5, 1.5))


CONVENTIONS: dict[str, Change] = {
    "north to south": lambda d: d.isel(latitude=slice(None, None, -1)),
    "0 .. 360": lambda d: d.assign_coords(longitude=d.longitude.round(6) % 360).sortby("longitude"),
    "0 .. 360, unsorted": lambda d: d.assign_coords(longitude=d.longitude.round(6) % 360),
    "east to west": lambda d: d.isel(longitude=slice(None, None, -1)),
    "dimensions in another order": lambda d: d.transpose("longitude", "time", "latitude"),
    "valid_time": lambda d: d.rename(time="valid_time"),
    "times out of order": lambda d: d.isel(time=[2, 0, 3, 1]),
    "centimetres": lambda d: xr.Dataset({n: (100 * d[n]).assign_attrs(d[n].attrs, units="cm s-1") for n in d}),
    "without attributes": lambda d: d.map(lambda v: v.assign_attrs(standard_name="", units="m/s")),
}


def written(folder: Path, data: xr.Dataset, domain: dict[str, object]) -> dict[str, bytes]:
    """Name -> content of everything in the workspace."""
    folder.mkdir()
    workspace = sea(folder, {"domain": domain, "forcing": {"wind": on_grid(folder, data)}}).generate()
    return {path.name: path.read_bytes() for path in workspace.iterdir()}


DEGREES = {"mesh": {"kind": "regular", "x": -0.2, "y": 52.0, "size": [0.4, 0.2], "cells": [10, 8]}}
DEGREES["stations"] = {"a": {"lon": 0.1, "lat": 52.1}}
METRES = {**METRIC, "mesh": {**METRIC["mesh"], "x": 290e3}, "stations": {"a": {"x_m": 300e3, "y_m": 5_768e3}}}


@pytest.mark.parametrize("domain", [DEGREES, METRES], ids=["degrees", "metres"])
def test_a_wind_in_any_convention_makes_the_same_files(tmp_path: Path, domain: dict[str, object]):
    data = greenwich()
    data = data.assign_coords(longitude=("longitude", data.longitude.values.round(6), data.longitude.attrs))
    plain = written(tmp_path / "plain", data, domain)
    assert set(plain) == {"INPUT", "bottom.grd", "wind.grd", "case.json"}
    others = {n: written(tmp_path / str(i), change(data), domain) for i, (n, change) in enumerate(CONVENTIONS.items())}
    assert [name for name, files in others.items() if files != plain] == []


def test_generating_twice_writes_the_same_bytes(tmp_path: Path):
    assert written(tmp_path / "a", greenwich(), DEGREES) == written(tmp_path / "b", greenwich(), DEGREES)
