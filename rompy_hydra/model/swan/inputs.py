"""SWAN's input grids: which points and times each field of an experiment is written for, and its values there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.axis import CIRCLE
from ...core.grid.regular import RegularGrid
from ...core.times import seconds
from ...data.blocks import BUDGET, blocks
from ...data.layout import TIME
from ...errors import DataError, Problem

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...core.period import Period
    from ...data.fields import Fields
    from .geometry import Geometry

VECTORS = ("WIND", "CURRENT")
"""Quantities with two components."""
METRES_PER_DEGREE = 111_195.0
"""Of a great circle, on a sphere of the Earth's mean radius."""
_UNEVEN = 1e-4
"""Part of a step by which a point of an even axis may be off."""
_MOST_TIMES = 200_000
"""More times than this are a step that does not fit its data."""


@dataclass(frozen=True)
class Steps:
    """Times at equal distances."""

    first: datetime
    step_s: int
    count: int

    @property
    def last(self) -> datetime:
        """The last of them."""
        return self.first + timedelta(seconds=self.step_s * (self.count - 1))

    def times(self, begin: int = 0, end: int | None = None) -> list[datetime]:
        """Those from number `begin` up to but without `end`."""
        numbers = range(begin, self.count if end is None else min(end, self.count))
        return [self.first + timedelta(seconds=self.step_s * n) for n in numbers]


@dataclass(frozen=True, eq=False)
class InputField:
    """One field for SWAN."""

    key: str
    """Config key that it comes from."""
    quantity: str
    """SWAN's keyword, e.g. WIND."""
    grid: RegularGrid | None
    """Where its points are; None for those of the computational grid."""
    size: tuple[int, ...]
    """Rows and columns, or the number of nodes."""
    components: int
    steps: Steps
    """Its times; a single one for a field that does not change."""
    resolution: float
    """What its values are rounded to at most."""
    blocks: Callable[[], Iterator[Floats]]
    """(nt, components, *size) values, block by block in time; NaN where there are none."""

    @property
    def count(self) -> int:
        """How many values it has in all."""
        return self.components * math.prod(self.size) * self.steps.count


def even_steps(node: Any, period: Period, key: str) -> Steps:
    """Times at equal distances from the start of a period to its end that include all those of a node within.

    Nothing is lost between them, as values are linear in time between those of the node.

    Raises:
        DataError: the times have no common step of a second or more, or too short a one.
    """
    corners = node.steps(period)
    step_s = math.gcd(*(round(s) for s in np.diff(seconds(corners))))
    if any(t.microsecond for t in corners) or period.seconds / max(step_s, 1) > _MOST_TIMES:
        message = f"its times and the ends of the period have no common step but {step_s} s"
        raise DataError(Problem(key, message, hint="give data at equal steps, or begin the period at one of its times"))
    return Steps(period.start, step_s, 1 + round(period.seconds / step_s))


def still(period: Period) -> Steps:
    """The start of a period alone."""
    return Steps(period.start, 0, 1)


def on_points(key: str, quantity: str, resolution: float, values: Callable[[], Floats], around: Geometry) -> InputField:
    """A field that does not change, with (n,) values at the points of the computational grid."""

    def blocks_of() -> Iterator[Floats]:
        yield np.asarray(values(), dtype=np.float64).reshape(1, 1, *around.size)

    grid = around.shape if isinstance(around.shape, RegularGrid) else None
    return InputField(key, quantity, grid, around.size, 1, Steps(datetime.min, 0, 1), resolution, blocks_of)


def uniform(
    key: str,
    quantity: str,
    resolution: float,
    at: Callable[[list[datetime]], tuple[Floats, ...]],
    steps: Steps,
    around: Geometry,
) -> InputField:
    """A field that is the same everywhere: four points around the computational grid.

    Args:
        at: (nt,) values of each component at times.
        steps: its times.
        around: what the four points surround.
    """

    def values() -> Iterator[Floats]:
        found = np.stack(at(steps.times()), axis=1)
        yield np.broadcast_to(found[:, :, None, None], (*found.shape, 2, 2))

    return InputField(key, quantity, _surrounding(around), (2, 2), _components(quantity), steps, resolution, values)


def _components(quantity: str) -> int:
    return 2 if quantity in VECTORS else 1


def _surrounding(around: Geometry) -> RegularGrid:
    west, south, east, north = around.box
    margin = 0.05 * max(east - west, north - south) or 1.0
    dx, dy = east - west + 2 * margin, north - south + 2 * margin
    return RegularGrid(west - margin, south - margin, dx, dy, 2, 2, crs=around.crs)


def gridded(
    key: str,
    quantity: str,
    resolution: float,
    part: Fields,
    opened: Callable[[], AbstractContextManager[Fields]],
    steps: Steps,
    around: Geometry,
) -> InputField:
    """A field of gridded data: on their own grid where SWAN can read that, else on points of the computational grid.

    Args:
        part: the part of the data that is needed, of which only coordinates are read.
        opened: gives it with its values at hand.
    """
    own = own_grid(part, around)
    grid = own or _coarser(part, around)
    size = around.size if grid is None else grid.shape

    def values() -> Iterator[Floats]:
        with opened() as fields:
            if own is not None and _has(fields, steps) and fields.nan != "nearest_wet":
                yield from _as_they_are(fields, steps)
            else:
                yield from _interpolated(fields, steps, grid, around)

    return InputField(key, quantity, grid, size, _components(quantity), steps, resolution, values)


def own_grid(part: Fields, around: Geometry) -> RegularGrid | None:
    """The grid of data on even longitudes and latitudes, for a spherical computation; else None."""
    if not (around.is_spherical and part.is_lonlat and {"lat", "lon"} <= set(part.first.dims)):
        return None
    lon, lat = (np.asarray(part.first.coords[n].values, dtype=np.float64) for n in ("lon", "lat"))
    if not (_is_even(lon) and _is_even(lat)):
        return None
    west, _, east, _ = around.box
    turns = round(((west + east) / 2 - (lon[0] + lon[-1]) / 2) / CIRCLE)
    dx, dy = (float(a[-1] - a[0]) / (len(a) - 1) for a in (lon, lat))
    return RegularGrid(float(lon[0]) + turns * CIRCLE, float(lat[0]), dx, dy, len(lon), len(lat), crs=around.crs)


def _is_even(axis: Floats) -> bool:
    steps = np.diff(axis)
    return len(axis) > 1 and bool(np.all(np.abs(steps - steps.mean()) <= _UNEVEN * abs(steps.mean())))


def _coarser(part: Fields, around: Geometry) -> RegularGrid | None:
    """The computational grid with at most twice as many points as the data have; None if it is not regular."""
    grid = around.shape
    if not isinstance(grid, RegularGrid):
        return None
    step = _typical_step(part, around)
    (lx, ly), (nx, ny) = grid.size, grid.cells
    cells = min(nx, max(1, math.ceil(2 * lx / step))), min(ny, max(1, math.ceil(2 * ly / step)))
    return RegularGrid.of_cells((grid.x0, grid.y0), (lx, ly), cells, grid.rotation_deg, grid.crs)


def _typical_step(part: Fields, around: Geometry) -> float:
    """Distance of the points of data in the unit of SWAN's coordinates."""
    axes = [d for d in part.first.dims if d != TIME]
    steps = [float(np.abs(np.diff(part.first.coords[d].values)).min()) for d in axes if part.first.sizes[d] > 1]
    if not steps:
        return math.inf
    degrees = part.is_lonlat and not around.is_spherical
    return min(steps) * (METRES_PER_DEGREE if degrees else 1.0)


def _has(fields: Fields, steps: Steps) -> bool:
    """Whether the steps are times of the data, one after the other."""
    wanted = seconds(steps.times())
    first = int(np.searchsorted(fields.times_s, wanted[0])) if len(fields.times_s) else 0
    return np.array_equal(fields.times_s[first : first + len(wanted)], wanted)


def _as_they_are(fields: Fields, steps: Steps) -> Iterator[Floats]:
    span = slice(int(np.searchsorted(fields.times_s, seconds([steps.first])[0])), None)
    arrays = [a.isel({TIME: slice(span.start, span.start + steps.count)}) for a in fields.arrays.values()]
    for _, values in blocks(arrays, fields.key):
        block = np.stack(values, axis=1)
        missing = ~np.isfinite(block)
        if missing.any():
            block = _filled(block, missing, fields)
        yield block


def _filled(block: Floats, missing: Any, fields: Fields) -> Floats:
    if fields.nan == "keep":
        return block
    if fields.nan == "error":
        raise DataError(_missing_problem(fields, int(missing.sum()), block.size))
    assert isinstance(fields.nan, int | float)  # the policy that is left
    return np.where(missing, fields.nan, block)


def _missing_problem(fields: Fields, count: int, total: int) -> Problem:
    message = f"{count} of {total} values around the domain are missing"
    hint = f"set {fields.node}.nan to nearest_wet, or to a number"
    return Problem(fields.key, message, hint=hint, data=True)


def _interpolated(fields: Fields, steps: Steps, grid: RegularGrid | None, around: Geometry) -> Iterator[Floats]:
    points = around.points if grid is None else grid.points.reshape(-1, 2)
    there = np.isfinite(points[:, 0])
    size = around.size if grid is None else grid.shape
    at = fields.on(*fields.places(*around.lonlat(*points[there].T)))
    step = max(1, BUDGET // (8 * len(points)))
    for begin in range(0, steps.count, step):
        found = list(at.at(steps.times(begin, begin + step)).values())
        if len(found) > 1:
            found = list(_along(found[0], found[1], points[there], grid, around))
        block = np.full((len(found[0]), len(found), len(points)), np.nan)
        block[:, :, there] = np.stack(found, axis=1)
        yield block.reshape(*block.shape[:2], *size)


def _along(
    east: Floats, north: Floats, points: Floats, grid: RegularGrid | None, around: Geometry
) -> tuple[Floats, Floats]:
    """Components along the axes of an input grid, as SWAN takes them, from those towards true east and north."""
    x, y = east, north
    if not around.is_spherical and around.crs != "local":
        x, y = around.domain.to_grid(east, north, *points.T)
    angle = math.radians(grid.rotation_deg if grid is not None else 0.0)
    return x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
