"""The part of a lazy variable that a period and a place need: bracketed, padded, over the dateline where need be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from ..core.axis import CIRCLE, Axis, gaps_at, near, straightened, wrap
from ..core.lazy import as_array, rearranged
from ..core.times import seconds_of
from ..core.units import Conversion
from ..errors import Problem
from .coverage import box_words
from .layout import TIME, name_of
from .policies import Gaps
from .times import bracket, coverage_problem, gap_problem

if TYPE_CHECKING:
    from ..core.mesh import Flags, Floats, Ints

PAD = 1
"""Steps and cells kept on each side of what interpolation needs, for models that look beyond their own edge."""
REACH = 25
"""Cells on each side in which a value for a missing one is looked for, where the nearest one is to be taken."""


@dataclass(frozen=True)
class Box:
    """Limits of places, in the coordinates of the data."""

    west: float
    """Longitude or x."""
    east: float
    """Not less than `west`: 181 where the box reaches over the dateline to -179."""
    south: float
    north: float

    @classmethod
    def around(cls, x: Floats, y: Floats, *, is_lonlat: bool) -> Box:
        """The limits of places; longitudes without a break, at the dateline from 179 to 181."""
        west = float(x.min())
        turn = float(wrap(np.array([west]))[0]) - west if is_lonlat else 0.0
        return cls(west + turn, float(x.max()) + turn, float(y.min()), float(y.max()))

    def words(self, lonlat: bool) -> str:
        """The limits for people."""
        return box_words(lonlat, (self.west, self.east), (self.south, self.north))


@dataclass(frozen=True)
class Need:
    """What is needed of a variable; None for all of it."""

    span_s: tuple[float, float] | None = None
    """First and last time [s since 1970]."""
    box: Box | None = None
    pad: int = PAD
    """Steps and cells more on each side."""
    reach: int = 0
    """Cells on each side, where that is more."""


def times_of_array(array: xr.DataArray) -> Floats:
    """(n,) times of a variable [s since 1970]."""
    return seconds_of(array.coords[TIME].values)


def axes_of(array: xr.DataArray) -> tuple[Axis, Axis] | None:
    """The axes y and x of a variable on a rectangular grid; None for another grid."""
    for y, x in (("lat", "lon"), ("y", "x")):
        if y in array.dims and x in array.dims:
            return Axis(array.coords[y].values), Axis(array.coords[x].values, is_circle=x == "lon")
    return None


def is_lonlat(array: xr.DataArray) -> bool:
    """Whether the places of a variable are longitudes and latitudes."""
    return "lon" in array.coords


def problems(array: xr.DataArray, need: Need, key: str, gaps: Gaps, node: str, wider: str = "") -> Iterator[Problem]:
    """What is missing of a variable for what is needed: times, a part of the area, times in between.

    Args:
        array: a variable as `Understood` gives it.
        need: what is needed.
        key: config key of the source.
        gaps: what to do where times are missing in between.
        node: config key of the node that has ``gaps``.
        wider: what to change for data of a larger area, where the user can.
    """
    if need.span_s is not None and TIME in array.dims:
        axis_s = times_of_array(array)
        problem = coverage_problem(key, axis_s, *need.span_s) or gap_problem(key, axis_s, need.span_s, gaps, node)
        if problem is not None:
            yield problem
    if need.box is not None and (axes := axes_of(array)):
        yield from _place_problems(array, axes, need.box, key, wider or "give data that cover the domain")


def _place_problems(array: xr.DataArray, axes: tuple[Axis, Axis], box: Box, key: str, wider: str) -> Iterator[Problem]:
    y, x = axes
    names = [str(d) for d in array.dims[-2:]]
    faults = [
        f"coordinate {n} of {name_of(array)} {f}" for n, axis in zip(names, axes, strict=True) if (f := axis.fault())
    ]
    yield from (Problem(key, fault, data=True) for fault in faults)
    if faults:
        return
    if x.spans(box.west, box.east) and y.spans(box.south, box.north):
        for name, axis, ends in zip(names, axes, ((box.south, box.north), (box.west, box.east)), strict=True):
            yield from _gap_problems(array, name, axis, ends, key)
        return
    covered = box_words(is_lonlat(array), x.limits, y.limits)
    message = f"{name_of(array)} covers {covered}, the domain needs {box.words(is_lonlat(array))}"
    if not _overlap(axes, box):
        message += "; they have no place in common"
    yield Problem(key, message, hint=f"{wider}, or make the domain smaller", data=True)


def _gap_problems(array: xr.DataArray, name: str, axis: Axis, ends: tuple[float, float], key: str) -> Iterator[Problem]:
    """Steps of an axis, among those that a box needs, which are much longer than those beside them."""
    _, needed = axis.window(*ends)
    around = axis.window(*ends, 2)[1]
    for after, usual in zip(*gaps_at(around), strict=True):
        low, high = around[after], around[after + 1]
        if needed[0] <= low and high <= needed[-1]:
            message = f"coordinate {name} of {name_of(array)} goes from {low:g} to {high:g} within the domain"
            told = f"{message}, a step of {high - low:g} beside steps of {usual:g}"
            yield Problem(key, told, hint="give data without the gap, interpolated where that is meant", data=True)


def _overlap(axes: tuple[Axis, Axis], box: Box) -> bool:
    y, x = axes
    west = float(x.aligned(np.array([box.west]))[0])
    shared_x = west <= x.limits[1] and west + (box.east - box.west) >= x.limits[0]
    return shared_x and box.south <= y.limits[1] and box.north >= y.limits[0]


def cut(array: xr.DataArray, need: Need) -> xr.DataArray:
    """The part of a variable that is needed, lazily; of one that has not all of it, what there is.

    Longitudes are those of the needed box: around 180 for one at the dateline.
    """
    picks: dict[str, Ints] = {}
    coords = {str(n): c for n, c in array.coords.variables.items()}
    if need.span_s is not None and TIME in array.dims:
        part = bracket(times_of_array(array), *need.span_s, pad=need.pad)
        picks[TIME] = np.arange(part.start, part.stop)
        coords[TIME] = coords[TIME][part]
    if need.box is not None:
        for dim, (positions, values) in _window(array, need.box, max(need.pad, need.reach)).items():
            picks[dim] = positions
            coords |= {n: c for n, c in values.items() if n in coords}
    return _picked(array, picks, coords) if picks else array


def at_times(array: xr.DataArray, positions: Ints) -> xr.DataArray:
    """Only these of the times of a variable, lazily."""
    coords = {str(n): c[positions] if n == TIME else c for n, c in array.coords.variables.items()}
    return _picked(array, {TIME: positions}, coords)


def _picked(array: xr.DataArray, picks: dict[str, Ints], coords: dict[str, xr.Variable]) -> xr.DataArray:
    variable = rearranged(array.variable, [str(d) for d in array.dims], picks, Conversion())
    return as_array(variable, coords, str(array.name))


def _window(array: xr.DataArray, box: Box, pad: int) -> dict[str, tuple[Ints, dict[str, xr.Variable]]]:
    """Dimension -> positions that are needed, and the coordinates there."""
    axes = axes_of(array)
    if axes is None or not all(len(axis.values) for axis in axes):
        return _window_of_curves(array, box, pad) if "j" in array.dims else {}
    found = {}
    limits = (box.south, box.north), (box.west, box.east)
    for dim, axis, (low, high) in zip(map(str, array.dims[-2:]), axes, limits, strict=True):
        positions, values = axis.window(low, high, pad)
        found[dim] = positions, {dim: xr.Variable(dim, straightened(values), array.coords[dim].attrs)}
    return found


def _window_of_curves(array: xr.DataArray, box: Box, pad: int) -> dict[str, tuple[Ints, dict[str, xr.Variable]]]:
    """Rows and columns of a curvilinear grid around the cells that meet the box."""
    names = ("lon", "lat") if is_lonlat(array) else ("x", "y")
    x, y = (np.asarray(array.coords[n].values) for n in names)
    middle = (box.west + box.east) / 2
    x = near(x, middle) if is_lonlat(array) else x
    cells = _meeting(x, y, box, CIRCLE / 2 if is_lonlat(array) else np.inf)
    if not cells.any():
        distance = np.maximum(np.abs(x - middle), np.abs(y - (box.south + box.north) / 2))
        cells = distance == np.nanmin(distance)
    found = {}
    windows = []
    for axis, dim in enumerate(("j", "i")):
        used = np.flatnonzero(cells.any(axis=1 - axis))
        low, high = max(0, used[0] - pad), min(x.shape[axis], used[-1] + 2 + pad)
        windows.append(slice(low, high))
        found[dim] = np.arange(low, high)
    values = {
        n: xr.Variable(("j", "i"), c[tuple(windows)], array.coords[n].attrs) for n, c in zip(names, (x, y), strict=True)
    }
    return {dim: (positions, values) for dim, positions in found.items()}


def _meeting(x: Floats, y: Floats, box: Box, widest: float) -> Flags:
    """(ny - 1, nx - 1) cells between four points whose limits meet a box; none that is wider, which is at the seam."""
    (west, east), (south, north) = (_limits(np.asarray(c)) for c in (x, y))
    across = (west <= box.east) & (east >= box.west) & (east - west <= widest)
    found: Flags = across & (south <= box.north) & (north >= box.south)
    return found


def _limits(values: Floats) -> tuple[Floats, Floats]:
    corners = [values[:-1, :-1], values[:-1, 1:], values[1:, :-1], values[1:, 1:]]
    return np.minimum.reduce(corners), np.maximum.reduce(corners)
