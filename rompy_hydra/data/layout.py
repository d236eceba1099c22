"""The order of a variable's dimensions, and of what is along them: time, others, then south to north, west to east."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from ..core.axis import in_order, straightened, wrap
from ..core.mesh import Floats, Ints
from ..errors import DataError, Problem
from .axes import LIKE_TIME
from .coordinates import Note
from .curves import around, rows_first, upwards, without_fill
from .times import times_of

if TYPE_CHECKING:
    from .axes import Frame

TIME, SITE = "time", "site"
ORIGINAL = "original_name"
"""Attribute with the name that the data have for a variable."""


@dataclass
class Layout:
    """How a variable is laid out here."""

    names: dict[str, str] = field(default_factory=dict)
    """Dimension in the data -> here, in the order of here."""
    picks: dict[str, Ints] = field(default_factory=dict)
    """Dimension in the data -> positions to take along it."""
    coords: dict[str, xr.Variable] = field(default_factory=dict)


def lay_out(array: xr.DataArray, frame: Frame, key: str, note: Note) -> Layout:
    """The layout of a variable.

    Raises:
        DataError: it has no values, or its times or its places are in no order that can be understood.
    """
    _check_not_empty(array, key)
    layout = Layout()
    _time(array, frame, key, layout, note)
    places = Layout()
    {"rectangular": _rectangle, "curvilinear": _curves, "points": _points, "none": _nowhere}[frame.grid](
        array, frame, key, places, note
    )
    taken = {*layout.names, *places.names}
    others = [str(d) for d in array.dims if d not in taken and array.sizes[d] > 1]
    layout.names |= {d: d for d in others}
    layout.coords |= {d: array.coords[d].variable for d in others if d in array.coords}
    layout.names |= places.names
    layout.picks |= places.picks
    layout.coords |= places.coords
    before = [layout.names[d] for d in map(str, array.dims) if d in layout.names]
    after = [n for d, n in layout.names.items() if d in array.dims]
    if before != after:
        note(str(array.name), f"dimensions {', '.join(before)}", ", ".join(after), "order of dimensions")
    return layout


def _check_not_empty(array: xr.DataArray, key: str) -> None:
    empty = [str(d) for d, n in array.sizes.items() if n == 0]
    if empty:
        message = f"{array.name} is empty: there is nothing along its dimension {', '.join(empty)}"
        raise DataError(Problem(key, message, hint="the data were cut to nothing; look at how they were made"))


def name_of(array: xr.DataArray) -> str:
    """What the data call a variable."""
    return str(array.attrs.get(ORIGINAL, array.name))


def _time(array: xr.DataArray, frame: Frame, key: str, layout: Layout, note: Note) -> None:
    if frame.time is None:
        _check_no_time(array, key)
        return
    coordinate = array.coords[frame.time.name]
    _check_valid(coordinate, array, key)
    if coordinate.ndim > 1:
        dims = ", ".join(map(str, coordinate.dims))
        message = f"the time {coordinate.name} of {array.name} depends on {dims}: several forecasts in one file"
        raise DataError(Problem(key, message, hint="give a file with one time after the other"))
    times = times_of(coordinate, key)
    if frame.time.name != TIME:
        note(frame.time.name, "coordinate", TIME, frame.time.why)
    if coordinate.ndim == 0:
        note(frame.time.name, "a single time", "a time axis with one time", "it has no dimension")
    if times.calendar:
        note(frame.time.name, f"calendar {times.calendar}", "calendar standard", "its days exist in both")
    if (np.diff(times.order) < 0).any():
        note(frame.time.name, "times out of order", "increasing times", "its values")
    dim = str(coordinate.dims[0]) if coordinate.ndim else TIME
    layout.names[dim] = TIME
    layout.picks[dim] = times.order
    stamps = np.datetime64(0, "ns") + np.rint(times.seconds * 1e9).astype("timedelta64[ns]")
    layout.coords[TIME] = xr.Variable(TIME, stamps, {"standard_name": TIME})


_LEAD = ("step", "lead_time", "leadtime", "forecast_period")


def _check_no_time(array: xr.DataArray, key: str) -> None:
    """Nothing for a variable without time; one with a dimension of it only is at times that are not known."""
    called = next((d for d in map(str, array.dims) if d.lower() in LIKE_TIME), None)
    if called is not None:
        message = f"{array.name} is along {called}, of which the data have no coordinate that tells its times"
        hint = f"name it: {key}.coordinates: {{time: ...}}, or add it to the data"
        raise DataError(Problem(key, message, hint=hint))


def _check_valid(time: xr.DataArray, array: xr.DataArray, key: str) -> None:
    """Nothing where a time is that for which the values hold, and not that from which they were forecast."""
    if str(time.name).lower() == "valid_time" or time.attrs.get("standard_name") == "time":
        return
    lead = next((c for c in array.coords.values() if str(c.name).lower() in _LEAD and c.size == 1), None)
    if lead is not None and lead.dtype.kind in "iufm" and lead.values.astype(np.float64).any():
        message = f"{time.name} of {array.name} is when a forecast begins: its values hold later by {lead.name}"
        hint = f"add the time for which they hold: data.assign_coords(valid_time={time.name} + {lead.name})"
        raise DataError(Problem(key, message, hint=hint))


def _rectangle(array: xr.DataArray, frame: Frame, key: str, layout: Layout, note: Note) -> None:
    x, y = (array.coords[f.name] for f in frame.places())
    here = ("lon", "lat") if frame.is_lonlat else ("x", "y")
    order, south_north = _one_way(y, array, key)
    if len(order) > 1 and order[0] > order[-1]:
        note(str(y.name), "from north to south", "from south to north", "its values")
    layout.names[str(y.dims[0])], layout.picks[str(y.dims[0])] = here[1], order
    layout.coords[here[1]] = _coordinate(here[1], south_north, y)
    order, west_east = _around(x, array, key) if frame.is_lonlat else _one_way(x, array, key)
    if not np.array_equal(order, np.arange(len(x))) or abs(float(west_east[0]) - float(x.values[0])) > 1.0:
        text = f"{_range(np.asarray(x.values))} to {_range(west_east)}".split(" to ")
        note(str(x.name), text[0], text[1], "one convention of longitudes" if frame.is_lonlat else "its values")
    layout.names[str(x.dims[0])], layout.picks[str(x.dims[0])] = here[0], order
    layout.coords[here[0]] = _coordinate(here[0], west_east, x)
    for found, name in zip(frame.places(), here, strict=True):
        if found.name != name:
            note(found.name, "coordinate", name, found.why)


def _range(values: Floats) -> str:
    return f"{values[0]:g} .. {values[-1]:g}"


def _coordinate(name: str, values: Floats, stored: xr.DataArray) -> xr.Variable:
    straight = straightened(values, np.asarray(stored.values, dtype=np.float64))
    return xr.Variable(name, straight, _ATTRIBUTES[name])


_ATTRIBUTES = {
    "lon": {"standard_name": "longitude", "units": "degrees_east"},
    "lat": {"standard_name": "latitude", "units": "degrees_north"},
    "x": {"standard_name": "projection_x_coordinate", "units": "m"},
    "y": {"standard_name": "projection_y_coordinate", "units": "m"},
}


def _numbers(coordinate: xr.DataArray, array: xr.DataArray, key: str) -> Floats:
    values = np.asarray(coordinate.values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise DataError(Problem(key, f"coordinate {coordinate.name} of {array.name} holds values that are no numbers"))
    return values


def _one_way(coordinate: xr.DataArray, array: xr.DataArray, key: str) -> tuple[Ints, Floats]:
    """Positions and values of a coordinate in increasing order."""
    values = _numbers(coordinate, array, key)
    steps = np.diff(values)
    order = np.arange(len(values))
    if (steps > 0).all():
        return order, values
    if (steps < 0).all():
        return order[::-1], values[::-1]
    at = int(np.argmax(np.sign(steps) != np.sign(steps[0])))
    message = f"coordinate {coordinate.name} of {array.name} neither increases nor decreases throughout"
    raise DataError(Problem(key, f"{message}: {values[at]:g} is followed by {values[at + 1]:g} (position {at + 1})"))


def _around(coordinate: xr.DataArray, array: xr.DataArray, key: str) -> tuple[Ints, Floats]:
    """Positions and values of longitudes in increasing order without a break; they may jump by a turn once."""
    values = _numbers(coordinate, array, key)
    if (np.abs(values) > 720.0).any():
        message = f"coordinate {coordinate.name} of {array.name} goes from {values.min():g} to {values.max():g}"
        hint = "these are no longitudes; if they are metres, say in which crs"
        raise DataError(Problem(key, f"{message}, expected degrees", hint=hint))
    steps = np.diff(values)
    up, down = int((steps > 0).sum()), int((steps < 0).sum())
    if min(up, down) > 1 or (steps == 0).any():
        return _one_way(coordinate, array, key)
    return in_order(values)


def _points(array: xr.DataArray, frame: Frame, key: str, layout: Layout, note: Note) -> None:
    x, y = (array.coords[f.name] for f in frame.places())
    dim = str(x.dims[0])
    layout.names[dim] = SITE
    here = ("lon", "lat") if frame.is_lonlat else ("x", "y")
    for name, raw in zip(here, (x, y), strict=True):
        values = _numbers(raw, array, key)
        layout.coords[name] = xr.Variable(SITE, wrap(values) if name == "lon" else values, _ATTRIBUTES[name])
    if dim != SITE:
        note(dim, "dimension", SITE, f"{x.name} and {y.name} are along it")


def _curves(array: xr.DataArray, frame: Frame, key: str, layout: Layout, note: Note) -> None:
    x, y = (array.coords[f.name] for f in frame.places())
    here = ("lon", "lat") if frame.is_lonlat else ("x", "y")
    dims = rows_first(array, (str(x.dims[0]), str(x.dims[1])))
    orders = [upwards(array, dims[0], "y"), upwards(array, dims[1], "x")]
    places = [np.asarray(c.transpose(*dims).values, dtype=np.float64) for c in (x, y)]
    if frame.is_lonlat:
        places = without_fill(*places)
        if not np.isfinite(places[0] + places[1]).any():
            raise DataError(Problem(key, f"coordinates {x.name} and {y.name} of {array.name} hold no places"))
        orders[1] = orders[1][around(*(p[np.ix_(*orders)] for p in places))]
    for dim, order in zip(dims, orders, strict=True):
        if len(order) > 1 and order[0] > order[-1]:
            note(dim, "from its end to its beginning", "from its beginning to its end", "the grid's own axis")
    layout.names |= dict(zip(dims, ("j", "i"), strict=True))
    layout.picks |= dict(zip(dims, orders, strict=True))
    for name, place, found in zip(here, places, frame.places(), strict=True):
        layout.coords[name] = xr.Variable(("j", "i"), place[np.ix_(*orders)], _ATTRIBUTES[name])
        if found.name != name:
            note(found.name, "coordinate", name, found.why)


def _nowhere(array: xr.DataArray, frame: Frame, key: str, layout: Layout, note: Note) -> None:
    """A series: nothing to lay out."""
