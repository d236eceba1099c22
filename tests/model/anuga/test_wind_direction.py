"""Wind towards true east and north, on a grid whose north is another one."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.model.anuga import Anuga
from rompy_hydra.model.base import Experiment
from rompy_hydra.source.file import FileSource

from .conftest import TIDES, experiment

PERTH = Domain.model_validate(
    {
        "mesh": {"kind": "box", "x": (115.58, 115.62), "y": (-32.64, -32.61), "resolution_m": 800},
        "boundaries": {"ocean": ["west"], "land": ["south", "east", "north"]},
        "bathymetry": {"kind": "flat", "elevation_m": -10},
    }
)


def written_wind(folder: Path, wind: dict) -> np.ndarray:
    forcing = Forcing.model_validate({"tides": TIDES, "wind": wind})
    Anuga().generate(folder, Experiment(period=experiment().period, domain=PERTH, forcing=forcing))
    return np.load(folder / "wind.npy")


def test_a_southerly_at_perth_blows_a_little_to_the_west_of_grid_north(tmp_path):
    blown = written_wind(tmp_path, {"kind": "constant", "u_m_s": 0.0, "v_m_s": 10.0})
    turn = np.radians(0.755)  # (117 - 115.6) sin(32.625) degrees
    assert blown.shape == (2, 2, 1)
    assert blown[:, :, 0] == pytest.approx(np.array([[-10 * np.sin(turn), 10 * np.cos(turn)]] * 2), abs=2e-3)


def test_a_wind_field_is_turned_at_every_triangle(tmp_path):
    lon, lat = np.arange(115.0, 116.6, 0.25), np.arange(-32.0, -33.1, -0.25)
    time = np.datetime64("2023-01-01", "ns") + np.arange(4) * np.timedelta64(1, "h")
    shape = (len(time), len(lat), len(lon))
    dims = ("time", "latitude", "longitude")
    fields = {"u10": (dims, np.full(shape, 8.0)), "v10": (dims, np.full(shape, -6.0))}
    xr.Dataset(fields, coords={"time": time, "latitude": lat, "longitude": lon}).to_netcdf(tmp_path / "air.nc")
    blown = written_wind(tmp_path, {"kind": "grid", "source": FileSource(path=tmp_path / "air.nc")})
    turn = np.radians(PERTH.grid_convergence_deg(*PERTH.build_mesh().centroids_m.T))
    assert np.ptp(turn) > np.radians(0.01)
    along_x, along_y = 8 * np.cos(turn) + 6 * np.sin(turn), 8 * np.sin(turn) - 6 * np.cos(turn)
    assert blown == pytest.approx(np.broadcast_to([along_x, along_y], blown.shape), abs=1e-6)  # single precision
