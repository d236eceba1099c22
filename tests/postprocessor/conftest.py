"""A run to postprocess: synthetic output on a small mesh, in the shape that every model opens as."""

import numpy as np
import pytest
import xarray as xr

from rompy_hydra import ModelRun

STATIONS = {"pier": {"x_m": 900, "y_m": 300}, "flat": {"x_m": 1900, "y_m": 300}}


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


def rewrite(run: ModelRun, data: xr.Dataset, **encoding) -> None:
    """Let the model have written other output."""
    data.to_netcdf(run.workspace / "out.nc", encoding=encoding)


@pytest.fixture
def make_run(tmp_path):
    """A run whose model has written its output, with or without stations."""

    def make(stations) -> ModelRun:
        domain = {
            "crs": "local",
            "mesh": {"kind": "box", "x": (0, 2000), "y": (0, 600), "resolution_m": 200},
            "bathymetry": {"kind": "flat", "elevation_m": -6},
            "stations": stations,
        }
        model = {"model_type": "generic", "outputs": ["out.nc"]}
        run = ModelRun(name="basin", run_id="basin-1234", output_dir=tmp_path, domain=domain, model=model)
        run.workspace.mkdir(parents=True)
        run.products.mkdir()
        rewrite(run, output())
        return run

    return make


@pytest.fixture
def run(make_run) -> ModelRun:
    return make_run(STATIONS)
