"""The elevation of the bed from gridded data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.geo import LON_LAT, is_lonlat, project
from ..core.interpolate import Bracket, bilinear
from ..core.mesh import Floats
from ..errors import DataError, Problem
from ..source.base import opened
from ..source.conventions import (
    DEPTH_NAMES,
    ELEVATION_NAMES,
    Like,
    Sign,
    factor,
    find_variable,
    says_lonlat,
    vertical_sign,
)
from ..source.grids import GridReader, grid_reader

if TYPE_CHECKING:
    from .bathymetry import Grid
    from .domain import Domain

KEY = "domain.bathymetry"
_REACH = 25  # grid points around the domain in which a value for a missing one is looked for


@dataclass(frozen=True, eq=False)
class OpenGrid:
    """A bathymetry with its file open."""

    reader: GridReader
    crs: str
    attributes: dict[str, Any]
    """Those of the variable, over those of the whole file."""
    own_attributes: dict[str, Any]

    @property
    def name(self) -> str:
        """The variable."""
        return str(self.reader.array.name)


@contextmanager
def open_grid(domain: Domain, bed: Grid) -> Iterator[OpenGrid]:
    """The variable and its axes; values are read only where they are asked for.

    Raises:
        DataError: the file, its variable or its axes are not usable.
    """
    with opened(bed.source, f"{KEY}.source") as data:
        flat = data[[n for n in data.data_vars if data[n].ndim >= 2]]
        name = find_variable(flat, bed.variable, f"{KEY}.variable", Like((*DEPTH_NAMES, *ELEVATION_NAMES)))
        crs = bed.crs or (LON_LAT if says_lonlat(data[name]) else domain.crs)
        reader = grid_reader(data[name], is_lonlat(crs), f"{KEY}.source")
        yield OpenGrid(reader, crs, {**data.attrs, **data[name].attrs}, data[name].attrs)


def grid_coverage(domain: Domain, bed: Grid) -> str:
    """Variable, limits and size of the grid, in words.

    Raises:
        DataError: the file, its variable or its axes are not usable.
    """
    with open_grid(domain, bed) as grid:
        return f"{grid.name}: {grid.reader.extent}"


def gridded_elevation(domain: Domain, bed: Grid, x_m: Floats, y_m: Floats) -> Floats:
    """(n,) metres over the domain's vertical datum, positive up.

    Raises:
        DataError: points outside of the data or where there are none, an unknown sign.
    """
    with open_grid(domain, bed) as grid:
        x, y = project(x_m, y_m, domain.metric_crs(), grid.crs)
        if problem := grid.reader.coverage_problem(x, y):
            raise DataError(problem)
        values = _values(domain, bed, grid, (x, y), (x_m, y_m))
        sign = 1.0 if sign_of(bed, grid, values) == "elevation" else -1.0
        scale = factor(str(grid.own_attributes.get("units", "")), "m", KEY)
    return sign * scale * values + (bed.offset_m or 0.0)


def _values(
    domain: Domain, bed: Grid, grid: OpenGrid, there: tuple[Floats, Floats], here: tuple[Floats, Floats]
) -> Floats:
    field, rows, columns = grid.reader.window(*there, pad=_REACH if bed.nan == "nearest_wet" else 0)
    values = bilinear(field, rows, columns)
    missing = np.isnan(values)
    if missing.any() and bed.nan == "nearest_wet" and np.isfinite(field).any():
        values[missing] = _nearest(field, rows, columns, missing)
        missing = np.isnan(values)
    if missing.any():
        raise DataError(_missing_problem(domain, grid.name, missing, here))
    return values


def _nearest(field: Floats, rows: Bracket, columns: Bracket, missing: Any) -> Floats:
    j, i = np.nonzero(np.isfinite(field))
    known = field[j, i]
    at_j, at_i = ((b.low + b.weight * (b.high - b.low))[missing] for b in (rows, columns))
    return np.array([known[np.argmin((j - y) ** 2 + (i - x) ** 2)] for y, x in zip(at_j, at_i, strict=True)])


def _missing_problem(domain: Domain, name: str, missing: Any, here: tuple[Floats, Floats]) -> Problem:
    from .elevation import map_text

    where = map_text(domain, here[0][missing], here[1][missing])
    message = f"{name} is NaN at {int(missing.sum())} of {len(missing)} points of the domain, {where}"
    hint = "move the outline off them, or set domain.bathymetry.nan: nearest_wet"
    return Problem(f"{KEY}.source", message, hint=hint)


def sign_of(bed: Grid, grid: OpenGrid, values: Floats) -> Sign:
    """Elevation or depth, as the config and the data say.

    Raises:
        DataError: neither says, or they contradict each other.
    """
    said = vertical_sign(grid.own_attributes)
    if said_sign(bed, grid) is None:
        hint = "say bathymetry.sign: elevation (negative under water) or depth (positive under water)"
        message = f"nothing tells whether {grid.name} is an elevation or a depth{_mostly(values)}"
        raise DataError(Problem(f"{KEY}.sign", message, hint=hint))
    if said and bed.sign and said != bed.sign:
        words = {k: v for k, v in grid.own_attributes.items() if k in ("positive", "standard_name")}
        message = f"the config says {bed.sign}, the attributes of {grid.name} say {said} ({words})"
        hint = "set domain.bathymetry.sign to null to follow the data, or correct the data"
        raise DataError(Problem(f"{KEY}.sign", message, bed.sign, hint=hint))
    return said_sign(bed, grid) or "elevation"


def said_sign(bed: Grid, grid: OpenGrid) -> Sign | None:
    """Elevation or depth, as the config or else the data say; None if neither does."""
    return bed.sign or vertical_sign(grid.own_attributes)


def _mostly(values: Floats) -> str:
    share = float(np.mean(values < 0))
    if share >= 0.5:
        return f"; {share:.0%} of its values here are negative, so an elevation is likely"
    return f"; {1 - share:.0%} of its values here are positive, so a depth is likely where this is sea"


def own_datum(bed: Grid, grid: OpenGrid) -> str:
    """What the elevations refer to, as the config or else the data say; empty if neither does."""
    return bed.vertical_datum or str(grid.attributes.get("vertical_datum", "") or grid.attributes.get("geoid_name", ""))
