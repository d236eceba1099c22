"""The edges of a domain are straight for the model, and bent in longitude and latitude: data are needed for these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.domain.extent import shore
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.dataset import DatasetSource

DAY = Period(start="2023-01-01", duration="6h")
BED = {"kind": "flat", "elevation_m": -50}
STEREOGRAPHIC = {"mesh": {"kind": "box", "x": (-1e6, 1e6), "y": (-1e6, 1e6), "resolution_m": 100_000}}
BESIDE_THE_POLE = {"mesh": {"kind": "box", "x": (5e5, 2.5e6), "y": (-1e6, 1e6), "resolution_m": 100_000}}
TEN_DEGREES = {"kind": "box", "x": (105, 115), "y": (-45, -35), "resolution_m": 50_000}


def latitudes(step: float, lon: tuple[float, float], lat: tuple[float, float]) -> Forcing:
    """A wind that blows with a tenth of its latitude towards east."""
    x, y = (low + step * np.arange(round((high - low) / step) + 1) for low, high in (lon, lat))
    u = np.broadcast_to(y[None, :, None] / 10.0, (7, len(y), len(x)))
    time = np.datetime64("2023-01-01", "ns") + np.arange(7) * np.timedelta64(1, "h")
    units = {"units": "m s-1"}
    data = xr.Dataset(
        {"u10": (("time", "lat", "lon"), u, units), "v10": (("time", "lat", "lon"), 0.0 * u, units)},
        {"time": time, "lat": y, "lon": x},
    )
    return Forcing(wind={"kind": "grid", "source": DatasetSource(data=data)})


@pytest.mark.parametrize(
    ("config", "step", "lon", "lat"),
    [
        ({"mesh": TEN_DEGREES}, 0.05, (100.0, 120.0), (-50.0, -30.0)),
        ({"mesh": TEN_DEGREES, "projection": "EPSG:3577"}, 0.25, (100.0, 120.0), (-50.0, -30.0)),
        ({"crs": "EPSG:3413", **STEREOGRAPHIC}, 0.25, (-180.0, 179.75), (50.0, 90.0)),
        ({"crs": "EPSG:3413", **STEREOGRAPHIC}, 0.25, (0.0, 359.75), (50.0, 90.0)),
        ({"crs": "EPSG:3031", **BESIDE_THE_POLE}, 0.25, (-180.0, 179.75), (-90.0, -40.0)),
    ],
    ids=["ten degrees", "another projection", "over the pole", "over the pole, 0 to 360", "beside the pole"],
)
def test_every_place_of_the_domain_gets_its_own_wind(
    config: dict[str, Any], step: float, lon: tuple[float, float], lat: tuple[float, float]
):
    domain, forcing = Domain(bathymetry=BED, **config), latitudes(step, lon, lat)
    assert forcing.problems(DAY, domain) == []
    edges = shore(domain)
    share = np.linspace(0.0, 1.0, 41)[:, None]
    middle = edges.reshape(-1, 2).mean(axis=0)
    places = np.concatenate(
        [middle + (begin + share * (end - begin) - middle) * r for begin, end in edges for r in (1.0, 0.5)]
    )
    x, y = domain.lonlat(*places.T)
    with forcing.wind.prepared(DAY, domain) as ready:
        u, _ = ready.at([DAY.start], x, y)
    np.testing.assert_allclose(u[0], y / 10.0, atol=1e-5)


def test_data_that_end_at_the_corners_are_short_of_the_edges_between():
    domain = Domain(mesh=TEN_DEGREES, bathymetry=BED)
    (problem,) = latitudes(0.25, (105.0, 115.0), (-45.0, -35.0)).problems(DAY, domain)
    assert "lat -45.000 .. -35.000, the domain needs" in problem.message
    assert "lat -45.110 .. -35.000" in problem.message
    assert problem.hint.endswith("; its edges are straight in EPSG:32749 and go beyond its corners")


def test_data_that_end_at_the_corners_of_a_small_domain_are_enough():
    small = {"kind": "box", "x": (114.0, 116.0), "y": (-33.0, -31.0), "resolution_m": 20_000}
    assert latitudes(0.25, (114.0, 116.0), (-33.0, -31.0)).problems(DAY, Domain(mesh=small, bathymetry=BED)) == []


def test_a_place_outside_of_what_was_cut_is_refused_and_gets_no_value_of_its_edge():
    small = {"kind": "box", "x": (114.0, 115.0), "y": (-33.0, -32.0), "resolution_m": 20_000}
    wind = latitudes(0.25, (100.0, 130.0), (-45.0, -25.0)).wind
    told = "1 of 2 places of the domain are outside of the grid of u10"
    with wind.prepared(DAY, Domain(mesh=small, bathymetry=BED)) as ready, pytest.raises(DataError, match=told):
        ready.at([DAY.start], np.array([114.5, 118.0]), np.array([-32.5, -32.5]))
