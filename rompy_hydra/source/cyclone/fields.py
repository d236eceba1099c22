"""Fields of a storm on a lon/lat grid, computed where and when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ...core.lazy import LazyArray
from ...core.mesh import Floats, Ints
from ...errors import DataError, Problem
from . import holland
from .fixes import EARTH_RADIUS_M, Fix
from .track import Storm, easterly_deg, fix_seconds, storm_at

if TYPE_CHECKING:
    from .source import CycloneSource

_DECIMALS = 9
_LEAST_RADIUS_M = 1.0
"""The centre itself: the profiles are taken at a metre from it, where they are calm, not at zero."""
_NAMES = {
    "eastward_wind": ("m s-1", "wind at 10 m towards east"),
    "northward_wind": ("m s-1", "wind at 10 m towards north"),
    "air_pressure_at_mean_sea_level": ("Pa", "air pressure at mean sea level"),
}
"""Variable, which is its CF standard name -> its units and long name."""


def cyclone_dataset(fixes: Sequence[Fix], source: CycloneSource) -> xr.Dataset:
    """Wind and pressure on (time, lat, lon), lazy.

    Raises:
        DataError: the track lacks what the profile needs, or the grid is too coarse for its eye.
    """
    times_s = _times_s(fixes, source.interval.total_seconds())
    storm = storm_at(times_s, fixes, source)
    lon, lat = _longitudes(fixes, source), _latitudes(fixes, source)
    _check_resolution(storm, source)
    vortex = Vortex(storm, np.round(lon - fixes[0].lon, _DECIMALS), lat, source)
    shape = (len(times_s), len(lat), len(lon))
    fields = {name: _lazy(_Computed(vortex, name, shape), name) for name in _NAMES}
    return xr.Dataset(fields, _coordinates(times_s, lat, lon), _attributes(source))


def _times_s(fixes: Sequence[Fix], interval_s: float) -> Floats:
    """From the first fix at the interval, and the last fix."""
    axis = fix_seconds(fixes)
    regular = axis[0] + interval_s * np.arange(int((axis[-1] - axis[0]) // interval_s) + 1)
    return regular if regular[-1] == axis[-1] else np.append(regular, axis[-1])


def _longitudes(fixes: Sequence[Fix], source: CycloneSource) -> Floats:
    if source.lon is not None:
        west, east = source.lon
        return _points(west, east if east > west else east + 360.0, source.resolution_deg)
    track = fixes[0].lon + easterly_deg(np.array([fix.lon for fix in fixes]), fixes[0].lon)
    west, east = float(track.min()) - source.reach_deg, float(track.max()) + source.reach_deg
    return _points(*_outwards(west, east, source.resolution_deg), source.resolution_deg)


def _latitudes(fixes: Sequence[Fix], source: CycloneSource) -> Floats:
    if source.lat is not None:
        return _points(*source.lat, source.resolution_deg)
    track = [fix.lat for fix in fixes]
    south, north = max(min(track) - source.reach_deg, -90.0), min(max(track) + source.reach_deg, 90.0)
    return _points(*_outwards(south, north, source.resolution_deg), source.resolution_deg)


def _outwards(low: float, high: float, step: float) -> tuple[float, float]:
    """The multiples of a step around two limits, so that the same grid serves storms that are near each other."""
    return math.floor(round(low / step, 6)) * step, math.ceil(round(high / step, 6)) * step


def _points(low: float, high: float, step: float) -> Floats:
    """From the lower limit in steps to the upper one, or just beyond it."""
    count = math.ceil(round((high - low) / step, 6)) + 1
    return np.round(low + step * np.arange(count), _DECIMALS)


def _check_resolution(storm: Storm, source: CycloneSource) -> None:
    smallest_m, step_m = float(storm.rmax_m.min()), math.radians(source.resolution_deg) * EARTH_RADIUS_M
    if step_m > smallest_m:
        most = math.degrees(smallest_m / EARTH_RADIUS_M)
        message = f"{step_m / 1000:.1f} km is too coarse for a radius of maximum wind of {smallest_m / 1000:.1f} km"
        hint = f"take at most {most:.2g}, better {most / 3:.1g}; only the part that is needed is computed"
        raise DataError(Problem("resolution_deg", message, source.resolution_deg, hint=hint))


@dataclass(frozen=True, eq=False)
class Vortex:
    """A storm on a grid."""

    storm: Storm
    east_deg: Floats
    """(nx,) longitudes of the grid, from that of the first fix."""
    lat_deg: Floats
    """(ny,)"""
    source: CycloneSource

    def field(self, name: str, time: int, rows: Any, columns: Any) -> Floats:
        """(ny, nx) values of a variable at one time, at some rows and columns of the grid."""
        storm = self.storm
        r_m, out_x, out_y = self._polar(time, rows, columns)
        if name == "air_pressure_at_mean_sea_level":
            centre, deficit = storm.centre_pa[time], storm.deficit_pa[time]
            return holland.pressure_pa(r_m, centre, deficit, storm.rmax_m[time], storm.b[time])
        u, v = self._wind(time, r_m, out_x, out_y)
        return u if name == "eastward_wind" else v

    def _polar(self, time: int, rows: Any, columns: Any) -> tuple[Floats, Floats, Floats]:
        """Distance from the centre, and the direction away from it as a unit vector to east and north, on a sphere."""
        storm = self.storm
        east = (self.east_deg[columns] - storm.east_deg[time] + 180.0) % 360.0 - 180.0
        dlon, lat = np.radians(east)[None, :], np.radians(self.lat_deg[rows])[:, None]
        centre = np.radians(storm.lat_deg[time])
        x = np.sin(dlon) * np.cos(centre) + 0.0 * lat
        y = np.sin(lat) * np.cos(centre) * np.cos(dlon) - np.cos(lat) * np.sin(centre)
        sine = np.hypot(x, y)
        cosine = np.sin(lat) * np.sin(centre) + np.cos(lat) * np.cos(centre) * np.cos(dlon)
        r_m = np.maximum(EARTH_RADIUS_M * np.arctan2(sine, cosine), _LEAST_RADIUS_M)
        length = np.where(sine > 0.0, sine, 1.0)
        return r_m, x / length, y / length

    def _wind(self, time: int, r_m: Floats, out_x: Floats, out_y: Floats) -> tuple[Floats, Floats]:
        storm = self.storm
        turning = -1.0 if storm.lat_deg[time] < 0.0 else 1.0  # counterclockwise in the northern hemisphere
        speed, shape = self._speed(time, r_m)
        inflow = self.source.inflow_deg
        angle = np.radians(holland.inflow_angle_deg(r_m, storm.rmax_m[time]) if inflow is None else inflow)
        around, inwards = speed * turning * np.cos(angle), speed * np.sin(angle)
        shift_x, shift_y = self._shift(time, turning)
        return -around * out_y - inwards * out_x + shape * shift_x, around * out_x - inwards * out_y + shape * shift_y

    def _speed(self, time: int, r_m: Floats) -> tuple[Floats, Floats]:
        """Symmetric wind at 10 m, and what it is over its maximum."""
        storm, rmax, b = self.storm, self.storm.rmax_m[time], self.storm.b[time]
        if self.source.profile == "holland2010":
            shape = holland.surface_shape(r_m, rmax, b, storm.outer_x[time], storm.outer_m[time])
            return storm.max_wind_m_s[time] * shape, shape
        factor, f_s = self.source.surface_factor, holland.coriolis_s(storm.lat_deg[time])
        at_top = storm.max_wind_m_s[time] / factor
        speed, most = (holland.gradient_wind_m_s(r, at_top, rmax, b, f_s) for r in (r_m, rmax))
        return factor * speed, speed / np.maximum(most, np.finfo(np.float64).tiny)

    def _shift(self, time: int, turning: float) -> tuple[float, float]:
        """The wind that the motion of the storm adds at the radius of maximum wind."""
        angle = math.radians(turning * self.source.asymmetry_turn_deg)
        u, v = (self.source.asymmetry_factor * float(part[time]) for part in (self.storm.u_m_s, self.storm.v_m_s))
        return u * math.cos(angle) - v * math.sin(angle), u * math.sin(angle) + v * math.cos(angle)


class _Computed(LazyArray):
    """(time, lat, lon) values, computed for the part that is asked for, one time after the other."""

    def __init__(self, vortex: Vortex, name: str, shape: tuple[int, int, int]):
        self.vortex, self.name, self.shape, self.dtype = vortex, name, shape, np.dtype(np.float64)

    def read(self, wanted: list[Ints]) -> Floats:
        """The values at these positions."""
        times, rows, columns = wanted
        return np.stack([self.vortex.field(self.name, int(time), rows, columns) for time in times])


def _lazy(computed: _Computed, name: str) -> xr.Variable:
    units, long_name = _NAMES[name]
    attributes = {"standard_name": name, "long_name": long_name, "units": units}
    return computed.as_variable(("time", "lat", "lon"), attributes)


def _attributes(source: CycloneSource) -> dict[str, str]:
    paper = {"holland1980": "Holland (1980)", "holland2010": "Holland et al. (2010)"}[source.profile]
    comment = f"mean wind {source.averaging_factor:g} times that of the track; no other weather, no effect of land"
    return {"Conventions": "CF-1.11", "source": f"parametric tropical cyclone after {paper}", "comment": comment}


def _coordinates(times_s: Floats, lat: Floats, lon: Floats) -> dict[str, xr.Variable]:
    times = np.datetime64(0, "ns") + np.round(times_s * 1e3).astype("timedelta64[ms]").astype("timedelta64[ns]")
    return {
        "time": xr.Variable("time", times, {"standard_name": "time", "axis": "T"}),
        "lat": xr.Variable("lat", lat, {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"}),
        "lon": xr.Variable("lon", lon, {"standard_name": "longitude", "units": "degrees_east", "axis": "X"}),
    }
