"""Which coordinates of a variable are its longitude, latitude, x, y and time: CF attributes first, names second."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..errors import DataError, Problem, did_you_mean

if TYPE_CHECKING:
    import xarray as xr

AxisName = Literal["lon", "lat", "x", "y", "time"]

_USUAL: dict[AxisName, tuple[str, ...]] = {
    "lon": ("lon", "longitude", "xlon", "nav_lon", "lon_rho", "lon_z", "xlong", "x"),
    "lat": ("lat", "latitude", "ylat", "nav_lat", "lat_rho", "lat_z", "xlat", "y"),
    "x": ("x", "easting", "x_m", "xc"),
    "y": ("y", "northing", "y_m", "yc"),
    "time": ("valid_time", "time", "date", "datetime", "times", "t"),
}
"""Usual names in any case of letters, the likeliest first."""
LIKE_TIME = (*_USUAL["time"], "time_counter", "ocean_time")
"""Names of dimensions, in lower case, that are of time whether or not a coordinate tells so."""
_NUMBERED = ("x", "y")
"""Names that may be those of longitudes, of metres, or of numbers of columns."""
_CF = {"lon": "longitude", "lat": "latitude", "time": "time", "x": "X", "y": "Y"}
"""Axis -> what cf-xarray calls it, by the attributes standard_name, units, axis and the like."""
_DEGREES = {"lon": "degrees_east", "lat": "degrees_north"}

Grid = Literal["rectangular", "curvilinear", "points", "none"]


@dataclass(frozen=True)
class Found:
    """A coordinate, and how it was recognised."""

    name: str
    why: str


@dataclass(frozen=True)
class Frame:
    """The coordinates of one variable."""

    x: Found | None
    """Longitude, or the easting of a projection."""
    y: Found | None
    time: Found | None
    is_lonlat: bool
    grid: Grid

    def places(self) -> tuple[Found, Found]:
        """Coordinates of x and y; of a variable that has both."""
        assert self.x is not None
        assert self.y is not None
        return self.x, self.y


def with_coordinates(data: xr.Dataset) -> xr.Dataset:
    """The dataset with places and times that are stored as plain variables made coordinates, each said once.

    Longitudes and latitudes of a rectangular grid or of stations that are repeated along another dimension, for each
    row or each time, lose it.
    """
    names = [str(n) for n, v in data.data_vars.items() if _is_coordinate(str(n), v)]
    data = data.set_coords(names) if names else data
    repeated: dict[tuple[str, ...], list[str]] = {}
    for name, coordinate in data.coords.items():
        if coordinate.ndim >= 2 and _is_coordinate(str(name), coordinate):
            repeated.setdefault(tuple(map(str, coordinate.dims)), []).append(str(name))
    for found in repeated.values():
        coords = _flat({name: data[name].variable for name in found})
        if any(c.dims != data[n].dims for n, c in coords.items()):
            data = data.drop_vars(found).assign_coords(coords)
    return data


def _flat(coords: dict[str, xr.Variable]) -> dict[str, xr.Variable]:
    """Coordinates on the same dimensions without those along which none of them changes; down to one for each."""
    for dim in next(iter(coords.values())).dims[:-2]:
        if all(_is_same(c, dim) for c in coords.values()):
            coords = {name: c.isel({dim: 0}) for name, c in coords.items()}
    once = {
        n: next((c.isel({d: 0}) for d in c.dims if c.sizes[d] > 1 and _is_same(c, d)), c) for n, c in coords.items()
    }
    return once if all(c.ndim == 1 for c in once.values()) else coords


def _is_same(coordinate: xr.Variable, dim: Hashable) -> bool:
    return bool(((coordinate == coordinate.isel({dim: 0})) | np.isnan(coordinate)).all())


def _is_coordinate(name: str, variable: xr.DataArray) -> bool:
    said = {str(variable.attrs.get(attribute)) for attribute in ("standard_name", "units")}
    by_name = name.lower() in (*_USUAL["lon"][:-1], *_USUAL["lat"][:-1])
    is_time = name.lower() in _USUAL["time"][:-1] and variable.dtype.kind in "MSU"
    return 0 < variable.ndim <= 3 and bool(said & {"longitude", "latitude", *_DEGREES.values()} or by_name or is_time)


def frame_of(
    array: xr.DataArray, key: str, given: Mapping[str, str] | None = None, lonlat: bool | None = None
) -> Frame:
    """The coordinates of a variable.

    Args:
        array: the variable.
        key: config key that an error names.
        given: axis -> the coordinate that the user says is meant.
        lonlat: whether its place is longitude and latitude; None where the data have to say.

    Raises:
        DataError: a given coordinate is not there.
    """
    finder = _Finder(array, key, given or {})
    lon, lat = finder.find("lon"), finder.find("lat")
    says_lonlat = _says_lonlat(lon, lat) or "lon" in finder.given
    is_lonlat = says_lonlat if lonlat is None else lonlat
    x, y = (lon, lat) if is_lonlat else (finder.find("x") or None, finder.find("y") or None)
    time = finder.find("time")
    return Frame(x, y, time, is_lonlat, _grid(array, x, y, time))


def _says_lonlat(lon: Found | None, lat: Found | None) -> bool:
    """Whether coordinates are degrees by their attributes or names; x and y alone say nothing."""
    pair = [f for f in (lon, lat) if f is not None]
    return len(pair) == 2 and not any(f.name.lower() in _NUMBERED and f.why == "its name" for f in pair)


def _grid(array: xr.DataArray, x: Found | None, y: Found | None, time: Found | None) -> Grid:
    if x is None or y is None:
        return "none"
    first, second = array.coords[x.name], array.coords[y.name]
    if time is not None and first.dims == second.dims == array.coords[time.name].dims:
        return "none"  # a table with the place in each line
    if first.ndim == second.ndim == 1 and first.dims != second.dims:
        return "rectangular"
    if first.dims != second.dims or first.ndim not in (1, 2):
        return "none"
    return "points" if first.ndim == 1 else "curvilinear"


class _Finder:
    """Looks for the coordinates of one variable."""

    def __init__(self, array: xr.DataArray, key: str, given: Mapping[str, str]):
        self.array, self.key, self.given = array, key, given
        self.names = [str(n) for n, c in array.coords.items() if set(c.dims) <= set(array.dims)]

    def find(self, axis: AxisName) -> Found | None:
        """The coordinate of an axis; None where there is none."""
        if axis in self.given:
            return self._given(axis, self.given[axis])
        candidates = [*self._by_attributes(axis), *self._by_name(axis)]
        return min(candidates, key=self._rank, default=None)

    def _given(self, axis: AxisName, name: str) -> Found:
        if name not in self.names:
            message = f"{self.array.name} has no coordinate {name}; it has {', '.join(self.names) or 'none'}"
            hint = did_you_mean(name, self.names)
            raise DataError(Problem(f"{self.key}.coordinates.{axis}", message, name, hint=hint))
        return Found(name, "the config")

    def _by_attributes(self, axis: AxisName) -> Iterator[Found]:
        import cf_xarray  # noqa: F401  registers the accessor

        known: dict[str, list[str]] = self.array.cf.axes if axis in ("x", "y") else self.array.cf.coordinates
        for name in sorted(known.get(_CF[axis], [])):
            if name in self.names:
                yield Found(name, _attribute(self.array.coords[name]))
        if axis == "time":
            yield from (Found(n, "it holds times") for n in self.names if self.array.coords[n].dtype.kind == "M")

    def _by_name(self, axis: AxisName) -> Iterator[Found]:
        lower = {name.lower(): name for name in self.names}
        yield from (Found(lower[n], "its name") for n in _USUAL[axis] if n in lower)

    def _rank(self, found: Found) -> tuple[Any, ...]:
        """Attributes before names, and x and y last; what varies before what does not; the time for which it holds."""
        coordinate = self.array.coords[found.name]
        return (
            coordinate.ndim == 0,
            found.why in ("its name", "it holds times"),
            found.why == "its name" and found.name.lower() in _NUMBERED,
            found.name.lower() != "valid_time",
            found.name not in self.array.dims,
            found.why != "its name",
            found.name,
        )


def _attribute(coordinate: xr.DataArray) -> str:
    """The attribute that says what a coordinate is."""
    for name in ("standard_name", "axis", "units", "_CoordinateAxisType", "long_name"):
        if name in coordinate.attrs:
            return f"{name} {coordinate.attrs[name]!r}"
    return "its attributes"


def need_places(frame: Frame, array: xr.DataArray, key: str) -> None:
    """Nothing for a variable that has coordinates of places.

    Raises:
        DataError: says which coordinates it has.
    """
    if frame.grid != "none":
        return
    if frame.x is not None and array.coords[frame.x.name].ndim > 2:
        along = array.coords[frame.x.name].dims[0]
        message = f"the grid of {array.name} moves: its {frame.x.name} changes along {along}"
        raise DataError(Problem(key, message, hint="give data on a grid that stays, interpolated to one"))
    have = ", ".join(str(n) for n in array.coords) or "none"
    expected = "longitude and latitude" if frame.is_lonlat or frame.x is None else "x and y"
    message = f"{array.name} has no coordinates that are its {expected}; it has the coordinates {have}"
    hint = f"name them: {key}.coordinates: {{lon: ..., lat: ...}}; what holds at one place is kind: series"
    raise DataError(Problem(key, message, hint=hint))
