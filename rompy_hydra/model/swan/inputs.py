"""SWAN's input grids: which points and times each field of an experiment is written for, and its values there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ...core.axis import CIRCLE
from ...core.grid.regular import RegularGrid
from ...core.rotation import turned
from ...core.times import seconds
from ...errors import DataError, Problem
from .quantities import Input

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...core.period import Period
    from ...data.fields import Fields
    from .geometry import Geometry


At: TypeAlias = Callable[[list[datetime], Any, Any], tuple[Any, ...]]
UniformAt: TypeAlias = Callable[[list[datetime]], tuple[Any, ...]]
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
    quantity: Input
    grid: RegularGrid | None
    """Where its points are; None for those of the computational grid."""
    size: tuple[int, ...]
    """Rows and columns, or the number of nodes."""
    steps: Steps
    """Its times; a single one for a field that does not change."""
    blocks: Callable[[Steps], Iterator[Floats]]
    """(nt, components, *size) values at some of its steps, block by block in time; NaN where there are none."""
    is_read: bool = False
    """Whether they come from data, so that values may be missing where nobody looked yet."""

    @property
    def count(self) -> int:
        """How many values it has in all."""
        return self.quantity.components * math.prod(self.size) * self.steps.count

    def look(self) -> None:
        """Nothing where the values of data at the first time are all there.

        Raises:
            DataError: some are missing.
        """
        if self.is_read:
            next(self.blocks(replace(self.steps, count=1)))


def even_steps(nodes: Sequence[Any], period: Period, key: str, also: Sequence[datetime] = ()) -> Steps:
    """Times at equal distances from the start of a period to its end that include all those of some nodes within.

    Nothing is lost between them, as values are linear in time between those of the nodes.

    Args:
        also: other times to be included: SWAN holds a field of the future for the present one where it begins to
            compute between two of its times.

    Raises:
        DataError: the times have no common step of a second or more, or too short a one.
    """
    corners = sorted({*also, *(time for node in nodes for time in node.steps(period))})
    step_s = math.gcd(*(round(s) for s in np.diff(seconds(corners))))
    if any(t.microsecond for t in corners) or period.seconds / max(step_s, 1) > _MOST_TIMES:
        message = f"its times and the ends of the period have no common step but {step_s} s"
        raise DataError(Problem(key, message, hint="give data at equal steps, or begin the period at one of its times"))
    return Steps(period.start, step_s, 1 + round(period.seconds / step_s))


def still(period: Period) -> Steps:
    """The start of a period alone."""
    return Steps(period.start, 0, 1)


def on_points(key: str, quantity: Input, values: Callable[[], Floats], around: Geometry) -> InputField:
    """A field that does not change, with (n,) values at the points of the computational grid."""

    def blocks_of(_: Steps) -> Iterator[Floats]:
        yield np.asarray(values(), dtype=np.float64).reshape(1, 1, *around.size)

    return InputField(key, quantity, _whole_grid(around), around.size, Steps(datetime.min, 0, 1), blocks_of)


def _whole_grid(around: Geometry) -> RegularGrid | None:
    return around.shape if isinstance(around.shape, RegularGrid) else None


def uniform(key: str, quantity: Input, at: UniformAt, steps: Steps, around: Geometry) -> InputField:
    """A field that is the same everywhere: four points around the computational grid, or two of one dimension, in
    which SWAN reads a single row whatever INPGRID says.

    Args:
        at: (nt,) values of each component along SWAN's axes at times.
    """

    def values(some: Steps) -> Iterator[Floats]:
        found = np.stack(at(some.times()), axis=1)
        yield np.broadcast_to(found[:, :, None, None], (*found.shape, *size))

    size = (1, 2) if around.is_line else (2, 2)
    return InputField(key, quantity, _surrounding(around), size, steps, values)


def _surrounding(around: Geometry) -> RegularGrid:
    west, south, east, north = around.box
    margin = 0.05 * max(east - west, north - south) or 1.0
    dx, dy = east - west + 2 * margin, north - south + 2 * margin
    return RegularGrid(west - margin, south - margin, dx, dy, 2, 2, crs=around.crs)


def sampled(
    key: str,
    quantity: Input,
    opened: Callable[[], AbstractContextManager[At]],
    steps: Steps,
    around: Geometry,
    spacing: float,
    *,
    is_read: bool = False,
) -> InputField:
    """A field at points of the computational grid: all of them, or of a regular one as many as its data call for.

    Args:
        opened: gives (nt, n) values of each component, towards east and north, at times, longitudes and latitudes.
        spacing: distance of the points of the data in the unit of SWAN's coordinates; half of it is enough.
        is_read: whether the values are data, which may be missing.
    """
    grid = _coarser(around, spacing / 2)
    is_whole = grid is None or around.is_line
    size = around.size if is_whole or grid is None else grid.shape
    points = around.points if is_whole or grid is None else grid.points.reshape(-1, 2)

    def values(some: Steps) -> Iterator[Floats]:
        with opened() as at:
            for times in _blocks(some, len(points)):
                yield _sample(at, times, points, grid, around).reshape(len(times), quantity.components, *size)

    return InputField(key, quantity, grid, size, steps, values, is_read=is_read)


def _coarser(around: Geometry, spacing: float) -> RegularGrid | None:
    """The computational grid with fewer points, no further apart than the spacing; None if it is not regular."""
    grid = _whole_grid(around)
    if grid is None or around.is_line:
        return grid
    (lx, ly), (nx, ny) = grid.size, grid.cells
    cells = min(nx, max(1, math.ceil(lx / spacing))), min(ny, max(1, math.ceil(ly / spacing)))
    return RegularGrid.of_cells((grid.x0, grid.y0), (lx, ly), cells, grid.rotation_deg, grid.crs)


def _blocks(steps: Steps, points: int) -> Iterator[list[datetime]]:
    from ...data.blocks import BUDGET

    count = max(1, BUDGET // (8 * points))
    yield from (steps.times(begin, begin + count) for begin in range(0, steps.count, count))


def _sample(at: At, times: list[datetime], points: Floats, grid: RegularGrid | None, around: Geometry) -> Floats:
    """(nt, components, n); 0 where points of the grid are missing, at which SWAN does not look."""
    there = np.isfinite(points[:, 0])
    found = at(times, *around.lonlat(*points[there].T))
    if len(found) > 1:
        found = along(found[0], found[1], points[there], grid, around)
    block = np.zeros((len(times), len(found), len(points)))
    block[:, :, there] = np.stack(found, axis=1)
    return block


def along(
    east: Floats, north: Floats, points: Floats, grid: RegularGrid | None, around: Geometry
) -> tuple[Floats, Floats]:
    """Components along the axes of an input grid, as SWAN takes them, from those towards true east and north."""
    x, y = east, north
    if not around.is_spherical and around.crs != "local":
        x, y = around.domain.to_grid(east, north, *points.T)
    return turned(x, y, -grid.rotation_deg if grid is not None else 0.0)


def on_own_grid(
    key: str,
    quantity: Input,
    opened: Callable[[], AbstractContextManager[Fields]],
    steps: Steps,
    grid: RegularGrid,
) -> InputField:
    """A field of data on the grid that they are on, as they are."""

    def values(some: Steps) -> Iterator[Floats]:
        from ...data.blocks import blocks
        from ...data.layout import TIME

        with opened() as fields:
            first = int(np.searchsorted(fields.times_s, seconds([some.first])[0])) if len(fields.times_s) else 0
            part = {TIME: slice(first, first + some.count)} if len(fields.times_s) else {}
            for _, found in blocks([a.isel(part) for a in fields.arrays.values()], fields.key):
                block = np.stack([v.reshape(-1, *grid.shape) for v in found], axis=1)
                yield _filled(block, fields)

    return InputField(key, quantity, grid, grid.shape, steps, values, is_read=True)


def own_grid(part: Fields, around: Geometry, steps: Steps) -> RegularGrid | None:
    """The grid of data that SWAN can read as they are: even longitudes and latitudes for a spherical computation, the
    wanted times one after the other, nothing to fill in from other places."""
    if around.is_line or not (around.is_spherical and part.is_lonlat and {"lat", "lon"} <= set(part.first.dims)):
        return None
    lon, lat = (np.asarray(part.first.coords[n].values, dtype=np.float64) for n in ("lon", "lat"))
    if not (_is_even(lon) and _is_even(lat) and _has(part, steps)) or part.nan == "nearest_wet":
        return None
    west, _, east, _ = around.box
    turns = round(((west + east) / 2 - (lon[0] + lon[-1]) / 2) / CIRCLE)
    dx, dy = (float(a[-1] - a[0]) / (len(a) - 1) for a in (lon, lat))
    return RegularGrid(float(lon[0]) + turns * CIRCLE, float(lat[0]), dx, dy, len(lon), len(lat), crs=around.crs)


def _is_even(axis: Floats) -> bool:
    steps = np.diff(axis)
    return len(axis) > 1 and bool(np.all(np.abs(steps - steps.mean()) <= _UNEVEN * abs(steps.mean())))


def _has(part: Fields, steps: Steps) -> bool:
    """Whether the steps are times of the data, one after the other."""
    if not len(part.times_s):
        return steps.count == 1
    wanted = seconds(steps.times())
    first = int(np.searchsorted(part.times_s, wanted[0]))
    return np.array_equal(part.times_s[first : first + len(wanted)], wanted)


def typical_spacing(part: Fields, around: Geometry) -> float:
    """Distance of the points of data in the unit of SWAN's coordinates."""
    axes = [part.first.coords[d].values for d in part.first.dims if d in ("lat", "lon", "x", "y")]
    steps = [float(np.abs(np.diff(axis)).min()) for axis in axes if len(axis) > 1]
    if not steps:
        return 0.0
    factor = METRES_PER_DEGREE if part.is_lonlat and not around.is_spherical else 1.0
    factor /= METRES_PER_DEGREE if around.is_spherical and not part.is_lonlat else 1.0
    return min(steps) * factor


def _filled(block: Floats, fields: Fields) -> Floats:
    missing = ~np.isfinite(block)
    if not missing.any():
        return block
    if not isinstance(fields.nan, int | float):
        message = f"{int(missing.sum())} of {block.size} values around the domain are missing"
        hint = f"SWAN needs a value everywhere: set {fields.node}.nan to nearest_wet, or to a number"
        raise DataError(Problem(fields.key, message, hint=hint, data=True))
    return np.where(missing, fields.nan, block)
