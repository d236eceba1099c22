"""Time series at the stations of the domain, as a CF discrete sampling geometry and as a table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.atomic import write_atomic
from ..core.geo import LON_LAT, project_point

if TYPE_CHECKING:
    import xarray as xr

COLUMNS = {"water_level": "water_level_m", "u": "u_m_s", "v": "v_m_s"}
"""Fields of the table, and what their columns are called."""
_FIELDS = (*COLUMNS, "depth")
_AXES = {
    "x": {"long_name": "x of the station", "units": "m", "axis": "X"},
    "y": {"long_name": "y of the station", "units": "m", "axis": "Y"},
    "lon": {"standard_name": "longitude", "long_name": "longitude of the station", "units": "degrees_east"},
    "lat": {"standard_name": "latitude", "long_name": "latitude of the station", "units": "degrees_north"},
}


@dataclass(frozen=True)
class Station:
    """A station on the mesh of an output."""

    face: int
    """The face whose centre is nearest to it."""
    distance_m: float
    """How far that centre is."""
    place: tuple[float, float]
    """Degrees east and north where the output has them, else metres."""


def find_stations(model_run: Any, data: xr.Dataset) -> dict[str, Station]:
    """The stations of the domain by name; none where there is no domain, or the output has no faces."""
    import numpy as np

    points = model_run.domain.station_points() if model_run.domain is not None else {}
    if not points or not {"face_x", "face_y"} <= set(data.variables):
        return {}
    face_x, face_y = data["face_x"].to_numpy(), data["face_y"].to_numpy()
    found = {}
    for name, (x_m, y_m) in points.items():
        distance_m = np.hypot(face_x - x_m, face_y - y_m)
        face = int(np.argmin(distance_m))
        place = project_point((x_m, y_m), data.attrs["crs"], LON_LAT) if has_lonlat(data) else (x_m, y_m)
        found[name] = Station(face, float(distance_m[face]), place)
    return found


def has_lonlat(data: xr.Dataset) -> bool:
    """Whether the mesh of an output is placed on Earth."""
    return "node_lon" in data.variables


def series_at(data: xr.Dataset, stations: dict[str, Station]) -> xr.Dataset:
    """Water level, velocity and depth (time, station) as far as there are such fields, read into memory."""
    import numpy as np

    fields = [n for n in _FIELDS if n in data and {"time", "face"} == set(data[n].dims)]
    faces, order = np.unique([s.face for s in stations.values()], return_inverse=True)
    series = data[fields].reset_coords(drop=True).isel(face=faces).load().isel(face=order)
    return series.rename(face="station").transpose("time", "station")


def write_stations(products: Path, name: str, data: xr.Dataset, stations: dict[str, Station]) -> list[Path]:
    """Write ``<name>_stations.nc`` and ``<name>_stations.csv``; a reader never sees half of one.

    Raises:
        OSError: a file could not be written; an older one is untouched.
    """
    series = series_at(data, stations)
    netcdf, table = products / f"{name}_stations.nc", products / f"{name}_stations.csv"
    _write_netcdf(netcdf, _sampling_geometry(data, series, stations))
    write_atomic(table, _table(series, list(stations)))
    return [netcdf, table]


def _sampling_geometry(data: xr.Dataset, series: xr.Dataset, stations: dict[str, Station]) -> xr.Dataset:
    """CF 1.11, H.2.1: orthogonal multidimensional time series, (station, time)."""
    axes = ("lon", "lat") if has_lonlat(data) else ("x", "y")
    places = list(zip(*(s.place for s in stations.values()), strict=True))
    coordinates: dict[str, Any] = {
        axis: ("station", list(at), _AXES[axis]) for axis, at in zip(axes, places, strict=True)
    }
    coordinates["station_name"] = ("station", list(stations), {"long_name": "station", "cf_role": "timeseries_id"})
    found = series.transpose("station", "time").assign_coords(coordinates)
    distance = {"long_name": "distance to the centre of the face that the values belong to", "units": "m"}
    found["distance"] = ("station", [s.distance_m for s in stations.values()], distance)
    for field in series.data_vars:
        of_the_mesh = ("mesh", "location", "grid_mapping")
        found[field].attrs = {k: v for k, v in series[field].attrs.items() if k not in of_the_mesh}
    return found.assign_attrs({**data.attrs, "Conventions": "CF-1.11", "featureType": "timeSeries"})


def _write_netcdf(path: Path, data: xr.Dataset) -> None:
    partial = path.with_name(f".{path.name}.part")
    encoding: dict[str, dict[str, Any]] = {"station_name": {"dtype": "S1"}}
    for field in (*data.data_vars, *(c for c in data.coords if c not in ("time", "station_name"))):
        data[field].encoding = {}
        encoding[str(field)] = {"_FillValue": float("nan")} if "time" in data[field].dims else {"_FillValue": None}
    try:
        data.to_netcdf(partial, engine="netcdf4", encoding=encoding)
        with partial.open("rb") as done:
            os.fsync(done.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _table(series: xr.Dataset, names: list[str]) -> str:
    """One line for each time and station, times in UTC; a dry station has no water level and no velocity."""
    import csv
    import io

    import numpy as np

    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    fields = [f for f in COLUMNS if f in series]
    writer.writerow(["time", "station", *(COLUMNS[f] for f in fields)])
    values = np.stack([series[f].to_numpy() for f in fields], axis=-1) if fields else np.empty((0, 0, 0))
    for time, at_time in zip(np.datetime_as_string(series["time"].to_numpy(), unit="s"), values, strict=True):
        for name, numbers in zip(names, at_time.tolist(), strict=True):
            writer.writerow([f"{time}Z", name, *("" if np.isnan(n) else f"{n:.4f}" for n in numbers)])
    return table.getvalue()
