"""A run to postprocess: synthetic output on a small mesh, in the shape that every model opens as."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import xarray as xr


class FakeDomain:
    """Answers as a domain does."""

    def station_points(self):
        return {"pier": (900.0, 300.0), "flat": (1900.0, 300.0)}


@dataclass
class FakeRun:
    """Answers as a model run does."""

    data: xr.Dataset
    products: Path
    name: str = "basin"
    run_id: str = "basin-1234"
    domain: FakeDomain | None = None

    def open(self) -> xr.Dataset:
        return self.data


def output(times: int = 5) -> xr.Dataset:
    """A wave over a beach of 40 triangles, the last ones dry."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(0, 2000, 11), np.linspace(0, 600, 3)))
    i, j = (a.ravel() for a in np.meshgrid(np.arange(10), np.arange(2)))
    a = j * 11 + i
    faces = np.concatenate([np.column_stack([a, a + 1, a + 12]), np.column_stack([a, a + 12, a + 11])]).astype("int32")
    face_x, face_y = x[faces].mean(axis=1), y[faces].mean(axis=1)
    bed = (-6 + 8 * face_x / 2000).astype("float32")
    level = np.array([0.5 * np.sin(2 * np.pi * t / 4 + face_x / 1500) for t in range(times)])
    level = np.where(level - bed > 0.01, level, np.nan).astype("float32")
    on_faces = {"mesh": "mesh", "location": "face"}
    time = np.datetime64("2023-01-01", "ns") + np.arange(times) * np.timedelta64(1, "h")
    return xr.Dataset(
        {
            "water_level": (("time", "face"), level, {"units": "m", **on_faces}),
            "u": (("time", "face"), 0.4 * level, {"units": "m s-1", **on_faces}),
            "v": (("time", "face"), 0.1 * level, {"units": "m s-1", **on_faces}),
            "bed_elevation": (("face",), bed, {"units": "m", **on_faces}),
            "mesh": ((), np.int32(0), {"cf_role": "mesh_topology", "face_node_connectivity": "face_nodes"}),
        },
        {
            "time": (
                "time",
                time,
                {"standard_name": "time"},
                {"units": "seconds since 2023-01-01", "dtype": "float64"},
            ),
            "face_x": ("face", face_x),
            "face_y": ("face", face_y),
            "node_x": ("node", x),
            "node_y": ("node", y),
            "face_nodes": (("face", "vertex"), faces, {"start_index": np.int32(0)}),
        },
        {"Conventions": "CF-1.11 UGRID-1.0", "name": "basin", "vertical_datum": "MSL", "crs": "local"},
    )


@pytest.fixture
def run(tmp_path) -> FakeRun:
    return FakeRun(output(), tmp_path, domain=FakeDomain())
