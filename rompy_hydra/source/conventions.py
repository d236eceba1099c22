"""What data say about themselves: CF attributes first, usual names second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..errors import DataError, Problem, did_you_mean

if TYPE_CHECKING:
    import xarray as xr

Sign = Literal["elevation", "depth"]

DEPTH_NAMES = (
    "depth",
    "sea_floor_depth_below_geoid",
    "sea_floor_depth_below_geopotential_datum",
    "sea_floor_depth_below_mean_sea_level",
    "sea_floor_depth_below_reference_ellipsoid",
    "sea_floor_depth_below_sea_surface",
)
ELEVATION_NAMES = (
    "altitude",
    "bedrock_altitude",
    "ground_level_altitude",
    "height",
    "height_above_geopotential_datum",
    "height_above_mean_sea_level",
    "height_above_reference_ellipsoid",
    "sea_floor_altitude",
    "surface_altitude",
)
"""CF standard names that fix the sign of a bathymetry."""

_UNITS = {
    "m": {"m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048},
    "m s-1": {
        **dict.fromkeys(("m s-1", "m s**-1", "m/s", "m.s-1", "m s^-1", "ms-1", "metre/second", "meters/second"), 1.0),
        **dict.fromkeys(("knot", "knots", "kt", "kts", "kn"), 1852.0 / 3600.0),
        **dict.fromkeys(("km/h", "km h-1", "kph"), 1.0 / 3.6),
        **dict.fromkeys(("cm s-1", "cm/s"), 0.01),
    },
    "Pa": {"Pa": 1.0, "pascal": 1.0, "hPa": 100.0, "mbar": 100.0, "mb": 100.0, "millibar": 100.0, "kPa": 1000.0},
    "m3 s-1": dict.fromkeys(("m3 s-1", "m**3 s**-1", "m3/s", "m^3/s", "m3.s-1", "cumec", "cumecs"), 1.0),
    "degree": dict.fromkeys(("degree", "degrees", "deg", "degree_true", "degrees_true", "degree true", "°"), 1.0),
}
"""SI unit -> the spellings that are understood, and what one of them is in the SI unit."""


def factor(units: str, to: str, key: str) -> float:
    """What a value in `units` is multiplied with to be in `to`; data without units are taken to be SI.

    >>> factor("hPa", "Pa", "forcing.pressure")
    100.0

    Raises:
        DataError: units that are not understood.
    """
    known = _UNITS[to]
    if not units:
        return 1.0
    exact = known.get(units.strip()) or known.get(units.strip().lower())
    if exact is None:
        hint = f"set {key}.units to one of {', '.join(known)}"
        raise DataError(Problem(key, f"units {units!r} are not understood, expected {to}", units, hint=hint))
    return exact


def vertical_sign(attributes: Mapping[str, Any]) -> Sign | None:
    """Whether attributes speak of elevations (positive up) or depths (positive down); None if of neither."""
    positive = str(attributes.get("positive", "")).lower()
    if positive in ("up", "down"):
        return "elevation" if positive == "up" else "depth"
    name = str(attributes.get("standard_name", ""))
    if name in DEPTH_NAMES:
        return "depth"
    return "elevation" if name in ELEVATION_NAMES else None


@dataclass(frozen=True)
class Like:
    """How a variable is recognised that the config does not name."""

    standard: tuple[str, ...] = ()
    """CF standard names."""
    usual: tuple[str, ...] = ()
    """Usual names, the likeliest first."""
    sole: bool = True
    """Whether the only variable is meant, whatever its name."""


ANYTHING = Like()


def find_variable(data: xr.Dataset, name: str | None, key: str, like: Like = ANYTHING) -> str:
    """The name of the variable that is meant: the given one, else by CF standard name, by usual names, or the only one.

    Raises:
        DataError: there is none, or several are possible; names those present.
    """
    present = [str(n) for n in data.data_vars]
    if name is not None:
        if name not in present:
            message = f"the data have no variable {name}, but {', '.join(present) or 'none at all'}"
            raise DataError(Problem(key, message, name, hint=did_you_mean(name, present)))
        return name
    by_standard = [n for n in present if data[n].attrs.get("standard_name") in like.standard]
    for found in (by_standard, [n for n in like.usual if n in present], present if like.sole else []):
        if len(found) == 1:
            return found[0]
    raise DataError(Problem(key, f"say which variable is meant: {', '.join(present) or 'there are none'}"))


_AXES = {
    "lon": ({"longitude"}, {"degrees_east", "degree_east"}, ("lon", "longitude", "xlon", "nav_lon", "x")),
    "lat": ({"latitude"}, {"degrees_north", "degree_north"}, ("lat", "latitude", "ylat", "nav_lat", "y")),
    "x": ({"projection_x_coordinate"}, set(), ("x", "easting", "X", "x_m")),
    "y": ({"projection_y_coordinate"}, set(), ("y", "northing", "Y", "y_m")),
    "time": ({"time"}, set(), ("time", "valid_time", "date", "datetime")),
}
"""Axis -> its CF standard names, its units, its usual names."""


def find_axis(array: xr.DataArray, axis: str, key: str) -> str:
    """The name of the one-dimensional coordinate of a variable along an axis: lon, lat, x, y or time.

    Raises:
        DataError: there is none.
    """
    standard, units, usual = _AXES[axis]
    flat = [str(n) for n, c in array.coords.items() if c.ndim == 1 and c.dims[0] in array.dims]
    for name in flat:
        attributes = array.coords[name].attrs
        if attributes.get("standard_name") in standard or attributes.get("units") in units:
            return name
    lower = {name.lower(): name for name in flat}
    for name in usual:
        if name.lower() in lower:
            return lower[name.lower()]
    coordinates = ", ".join(str(n) for n in array.coords) or "none"
    message = f"variable {array.name} has no one-dimensional {axis} coordinate; its coordinates: {coordinates}"
    raise DataError(Problem(key, message, hint="curvilinear grids and station lists are not understood here"))


def says_lonlat(array: xr.DataArray) -> bool:
    """Whether the data say that their horizontal coordinates are longitude and latitude."""
    names = {str(n).lower() for n in array.coords}
    units = {c.attrs.get("units") for c in array.coords.values()}
    return bool(names & {"lon", "longitude"}) or bool(units & {"degrees_east", "degree_east"})
