"""Time series at the stations of the domain, as a CF discrete sampling geometry and as a table.

An output that has series at stations of its own gives those. Else they are those of the nearest face of a mesh; of a
grid whose values are at points, those of the nearest point that has water.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.atomic import write_atomic
from ..core.geo import LON_LAT, project_point
from .subject import Subject, has_lonlat, is_time, positions, subject_of

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats

_FLOW = ("water_level", "u", "v", "depth")
_NOT_IN_THE_TABLE = ("depth",)
"""Of flow, where it is the bed that matters and not the water."""
_UNITS = {"degree": "deg", "m s-1": "m_s", "1": "", "m2 s-1": "m2_s", "m3 s-1": "m3_s", "N m-2": "N_m2", "m-2": "m2"}
"""Units in the name of a column."""
_COLUMNS = {"u": "u_m_s", "v": "v_m_s", "water_level": "water_level_m"}
_PLAIN = ("m", "s", "degree", "m s-1")
"""Units in which four decimals say everything."""
_METRES_PER_DEGREE = 111195.0
_AXES = {
    "x": {"long_name": "x of the station", "units": "m", "axis": "X"},
    "y": {"long_name": "y of the station", "units": "m", "axis": "Y"},
    "lon": {"standard_name": "longitude", "long_name": "longitude of the station", "units": "degrees_east"},
    "lat": {"standard_name": "latitude", "long_name": "latitude of the station", "units": "degrees_north"},
}


@dataclass(frozen=True)
class Station:
    """A station in an output."""

    index: int
    """Of the place that its values are of, along all dimensions of the main field; of the station in a series."""
    distance_m: float
    """How far that place is."""
    place: tuple[float, float]
    """Degrees east and north where the output has them, else metres."""
    series: str = ""
    """The dimension of the output's own series at stations, if it has such."""


def find_stations(model_run: Any, data: xr.Dataset) -> dict[str, Station]:
    """The stations of the output by name, else those of the domain; none where there are neither, or no places."""
    if own := _own_dimension(data):
        return _own_stations(data, own)
    points = model_run.domain.station_points() if model_run.domain is not None else {}
    subject = subject_of(data) if points else None
    if subject is None:
        return {}
    nearest = _nearest(data, subject)
    if nearest is None:
        return {}
    crs = data.attrs.get("crs", "")
    metric = model_run.domain.metric_crs() if crs in (LON_LAT, "") else crs
    found = {}
    for name, point in points.items():
        lonlat = project_point(point, metric, LON_LAT) if _on_earth(data, subject) else None
        index, distance_m = nearest(lonlat if lonlat and crs == LON_LAT else point)
        found[name] = Station(index, distance_m, lonlat or point)
    return found


def _own_dimension(data: xr.Dataset) -> str | None:
    """The dimension of series at stations, which CF marks by the role of their names."""
    for variable in data.variables.values():
        if variable.attrs.get("cf_role") == "timeseries_id" and variable.dims:
            return str(variable.dims[0])
    return None


def _own_stations(data: xr.Dataset, dim: str) -> dict[str, Station]:
    names = next(v for v in data.variables.values() if v.attrs.get("cf_role") == "timeseries_id").to_numpy()
    axes = ("lon", "lat") if has_lonlat(data, (dim,)) else ("x", "y")
    at = positions(data, (dim,), axes) or ([float("nan")] * len(names),) * 2
    return {
        str(n.decode() if isinstance(n, bytes) else n): Station(i, 0.0, (float(at[0][i]), float(at[1][i])), dim)
        for i, n in enumerate(names)
    }


def _on_earth(data: xr.Dataset, subject: Subject) -> bool:
    return has_lonlat(data, ("node",) if subject.dims == ("face",) else subject.dims)


def _nearest(data: xr.Dataset, subject: Subject) -> Any:
    """Finds index and distance [m] of the place next to a point in the coordinates of the output."""
    import numpy as np

    in_degrees = data.attrs.get("crs") == LON_LAT
    at = positions(data, subject.dims, ("lon", "lat") if in_degrees else ("x", "y"))
    if at is None:
        return None
    x, y = (axis.ravel() for axis in at)
    usable = np.isfinite(x) if subject.dims == ("face",) else np.isfinite(x) & _wet(data, subject)
    candidates = np.flatnonzero(usable if usable.any() else np.isfinite(x))

    def find(point: tuple[float, float]) -> tuple[int, float]:
        east, north = x[candidates] - point[0], y[candidates] - point[1]
        if in_degrees:
            east = (east + 180.0) % 360.0 - 180.0
            east, north = east * _METRES_PER_DEGREE * np.cos(np.radians(point[1])), north * _METRES_PER_DEGREE
        distance_m = np.hypot(east, north)
        best = int(np.argmin(distance_m))
        return int(candidates[best]), float(distance_m[best])

    return find


def _wet(data: xr.Dataset, subject: Subject) -> Any:
    """(n,) where the main field has a value, at the last time."""
    import numpy as np

    return np.isfinite(data[subject.name].isel({subject.time: -1}).transpose(*subject.dims).to_numpy()).ravel()


def series_at(data: xr.Dataset, stations: dict[str, Station]) -> xr.Dataset:
    """Fields (time, station) by their plain names, read into memory."""
    first = next(iter(stations.values()))
    return _own_series(data, stations, first.series) if first.series else _sampled(data, stations)


def _own_series(data: xr.Dataset, stations: dict[str, Station], dim: str) -> xr.Dataset:
    names = {str(n): str(n).removeprefix(f"{dim}_") for n, v in data.data_vars.items() if _is_series(data, v, dim)}
    times = {str(data[n].dims[0]) for n in names}
    if len(times) > 1:  # those of the most series
        counts = [str(data[n].dims[0]) for n in names]
        kept = max(sorted(times), key=counts.count)
        names = {n: own for n, own in names.items() if data[n].dims[0] == kept}
    series = data[list(names)].reset_coords(drop=True).isel({dim: [s.index for s in stations.values()]}).load()
    time = str(series[next(iter(names))].dims[0])
    renamed = {**names, **({time: "time"} if time != "time" else {}), **({dim: "station"} if dim != "station" else {})}
    return series.rename(renamed).transpose("time", "station")


def _is_series(data: xr.Dataset, variable: xr.DataArray, dim: str) -> bool:
    return variable.ndim == 2 and variable.dims[1] == dim and is_time(data, str(variable.dims[0]))


def _sampled(data: xr.Dataset, stations: dict[str, Station]) -> xr.Dataset:
    import numpy as np
    import xarray as xr

    subject = subject_of(data)
    assert subject is not None  # a station has been found on it
    whole = {subject.time, *subject.dims}
    names = [str(n) for n, v in data.data_vars.items() if set(v.dims) == whole]
    if subject.kind == "flow":
        names = [n for n in _FLOW if n in names]
    places, order = np.unique([s.index for s in stations.values()], return_inverse=True)
    fields = data[names].reset_coords(drop=True)
    if not subject.is_structured:
        series = fields.isel({subject.dims[0]: places}).load().rename({subject.dims[0]: "station"})
    else:
        at = np.unravel_index(places, [data.sizes[d] for d in subject.dims])
        each = [fields.isel(dict(zip(subject.dims, map(int, i), strict=True))).load() for i in zip(*at, strict=True)]
        series = xr.concat([e.drop_vars(subject.dims, errors="ignore") for e in each], "station")
    series = series.isel(station=order)
    return series.rename({subject.time: "time"} if subject.time != "time" else {}).transpose("time", "station")


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
    axes = _place_axes(data, stations)
    places = list(zip(*(s.place for s in stations.values()), strict=True))
    coordinates: dict[str, Any] = {
        axis: ("station", list(at), _AXES[axis]) for axis, at in zip(axes, places, strict=True)
    }
    coordinates["station_name"] = ("station", list(stations), {"long_name": "station", "cf_role": "timeseries_id"})
    found = series.transpose("station", "time").assign_coords(coordinates)
    if not next(iter(stations.values())).series:
        distance = {"long_name": "distance to the place that the values belong to", "units": "m"}
        found["distance"] = ("station", [s.distance_m for s in stations.values()], distance)
    for field in series.data_vars:
        of_the_mesh = ("mesh", "location", "grid_mapping")
        found[field].attrs = {k: v for k, v in series[field].attrs.items() if k not in of_the_mesh}
    return found.assign_attrs({**data.attrs, "Conventions": "CF-1.11", "featureType": "timeSeries"})


def _place_axes(data: xr.Dataset, stations: dict[str, Station]) -> tuple[str, str]:
    own = next(iter(stations.values())).series
    subject = subject_of(data)
    earth = has_lonlat(data, (own,)) if own else subject is not None and _on_earth(data, subject)
    return ("lon", "lat") if earth else ("x", "y")


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
    fields = [str(f) for f in series.data_vars if f not in _NOT_IN_THE_TABLE or "water_level" not in series]
    writer.writerow(["time", "station", *(_column(f, series[f].attrs.get("units", "")) for f in fields)])
    formats = [".4f" if series[f].attrs.get("units") in _PLAIN else ".6g" for f in fields]
    values = np.stack([series[f].to_numpy() for f in fields], axis=-1) if fields else np.empty((0, 0, 0))
    for time, at_time in zip(np.datetime_as_string(series["time"].to_numpy(), unit="s"), values, strict=True):
        for name, numbers in zip(names, at_time.tolist(), strict=True):
            writer.writerow([f"{time}Z", name, *_cells(numbers, formats)])
    return table.getvalue()


def _column(field: str, units: str) -> str:
    if field in _COLUMNS:
        return _COLUMNS[field]
    suffix = _UNITS.get(units, units.replace(" ", "_"))
    return f"{field}_{suffix}" if suffix else field


def _cells(numbers: Floats, formats: list[str]) -> Iterator[str]:
    for number, form in zip(numbers, formats, strict=True):
        yield "" if number != number else format(number, form)
