"""Synthetic output of a wave model, in the shapes in which such a model opens."""

import numpy as np
import xarray as xr

HS = {"standard_name": "sea_surface_wave_significant_height", "units": "m"}
DIR = {"standard_name": "sea_surface_wave_from_direction", "units": "degree"}
LON = {"standard_name": "longitude", "units": "degrees_east"}
LAT = {"standard_name": "latitude", "units": "degrees_north"}


def times(count=4):
    return np.datetime64("2023-01-01", "ns") + np.arange(count) * np.timedelta64(1, "h")


def fields(x, y, count=4):
    """hs (time, ...) that grows in time and to the east, dry in a corner; waves come from the west."""
    hs = np.array([1 + 0.2 * t + 0.5 * (x - x.min()) / np.ptp(x) for t in range(count)])
    dry = (x > x.min() + 0.8 * np.ptp(x)) & (y > y.min() + 0.8 * np.ptp(y))
    hs = np.where(dry, np.nan, hs).astype("float32")
    return hs, np.where(dry, np.nan, np.full_like(hs, 270.0))


def regular(count=4):
    """On a grid of longitudes and latitudes."""
    lon, lat = np.linspace(115, 115.3, 13), np.linspace(-32, -31.8, 9)
    hs, direction = fields(*np.meshgrid(lon, lat), count)
    dims = ("time", "lat", "lon")
    return xr.Dataset(
        {"hs": (dims, hs, HS), "dir": (dims, direction, DIR), "bed_elevation": (dims[1:], np.full(hs.shape[1:], -9.0))},
        {"time": times(count), "lon": ("lon", lon, LON), "lat": ("lat", lat, LAT)},
        {"name": "bay", "crs": "EPSG:4326", "primary_variable": "hs"},
    )


def curvilinear():
    """On a curved grid in metres, without a bed and without a hint; one point of it is missing."""
    i, j = np.meshgrid(np.arange(12.0), np.arange(7.0))
    x, y = 900 + 180 * i + 10 * j**2, 300 * j + 5 * i**2
    hs, direction = fields(x, y)
    x[0, 0] = y[0, 0] = np.nan
    dims = ("time", "yc", "xc")
    return xr.Dataset(
        {"hs": (dims, hs, HS), "dir": (dims, direction, DIR)},
        {"time": times(), "x": (dims[1:], x), "y": (dims[1:], y)},
        {"name": "bay", "crs": "local"},
    )


def nodes():
    """On the nodes of triangles in metres."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(0, 2000, 11), np.linspace(0, 600, 5)))
    a = (np.arange(4)[:, None] * 11 + np.arange(10)).ravel()
    faces = np.concatenate([np.column_stack([a, a + 1, a + 12]), np.column_stack([a, a + 12, a + 11])])
    hs, direction = fields(x, y)
    dims = ("time", "node")
    return xr.Dataset(
        {"hs": (dims, hs, HS), "dir": (dims, direction, DIR)},
        {"time": times(), "node_x": ("node", x), "node_y": ("node", y), "face_nodes": (("face", "vertex"), faces)},
        {"name": "bay", "crs": "local", "primary_variable": "hs"},
    )


def with_series(data):
    """The same with series at stations of its own, at half of the times."""
    dims = ("station_time", "station")
    values = np.arange(4.0).reshape(2, 2)
    names = {"long_name": "station", "cf_role": "timeseries_id"}
    return data.assign(
        station_hs=(dims, 1 + values, HS),
        station_tps=(dims, 8 + values, {"units": "s"}),
        station_dir=(dims, 350 + 5 * values, DIR),
        station_dissip=(dims, 1e-6 * values, {"units": "m2 s-1"}),
    ).assign_coords(
        station_time=times()[::2],
        station_name=("station", ["reef", "beach"], names),
        station_lon=("station", [115.05, 115.25], LON),
        station_lat=("station", [-31.95, -31.85], LAT),
    )
