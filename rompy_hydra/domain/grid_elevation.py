"""The elevation of the bed from gridded data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.axis import unbroken
from ..core.geo import LON_LAT, is_lonlat, project
from ..core.grid.regular import RegularGrid
from ..core.means import around_nodes
from ..core.mesh import Floats, Mesh
from ..core.weights import Weights, conservative
from ..data.axes import LIKE_TIME, need_places
from ..data.crs import own_crs
from ..data.cut import Box, Need, axes_of
from ..data.fields import Fields
from ..data.quantities import ELEVATION, Sign, vertical_sign
from ..data.understand import Change, Understood
from ..errors import DataError, Problem, raise_for
from ..source.base import opened
from .meshes import Structured

if TYPE_CHECKING:
    from .bathymetry import Grid
    from .domain import Domain

KEY = "domain.bathymetry"
_SAMPLE = 250_000
"""Values that are looked at to tell which sign they mostly have."""


@dataclass(frozen=True, eq=False)
class OpenGrid:
    """A bathymetry with its source open."""

    fields: Fields
    """The variable as an elevation, positive up."""
    name: str
    """What the data call it."""
    own: dict[str, Any]
    """Attributes of the variable."""
    given: Sign | None
    """What the config says that it is."""
    attributes: dict[str, Any]
    """Those of the variable, over those of the whole file."""
    changes: tuple[Change, ...]

    @property
    def sign(self) -> Sign | None:
        """Elevation or depth, as the config or else the data say; None if neither does."""
        return self.given or vertical_sign(self.own)


@contextmanager
def open_grid(domain: Domain, bed: Grid) -> Iterator[OpenGrid]:
    """The variable and its axes; values are read only where they are asked for.

    Raises:
        DataError: the file, its variable or its axes are not usable.
    """
    key = f"{KEY}.source"
    with opened(bed.source, key) as data:
        flat = _still(data[[n for n in data.data_vars if data[n].ndim >= 2 or data[n].ndim == 0]])
        coordinates, doubted = bed.source.named_coordinates, bed.source.doubted_numbers
        understood = Understood(flat, key, KEY, coordinates, doubted, bed.crs)
        name, _ = understood.variable(ELEVATION, bed.variable, f"{KEY}.variable")
        crs = bed.crs or (LON_LAT if understood.frame(name).is_lonlat else own_crs(data, name) or domain.crs)
        own = data[name].attrs
        sign = bed.sign or vertical_sign(own)
        array = understood.field(
            ELEVATION, name, f"{KEY}.variable", bed.units, is_lonlat(crs), -1.0 if sign == "depth" else 1.0
        )
        if array.ndim or understood.data[name].coords:
            need_places(understood.frame(name, is_lonlat(crs)), understood.data[name], key)
        _check_flat(array, name, key)
        fields = Fields({name: array}, key, KEY, "error", bed.nan, crs)
        yield OpenGrid(fields, name, own, bed.sign, {**data.attrs, **own}, tuple(understood.changes))


def _still(data: xr.Dataset) -> xr.Dataset:
    """The data without their time, where there is only one."""
    single = {d: 0 for d, n in data.sizes.items() if n == 1 and str(d).lower() in LIKE_TIME}
    data = data.isel(single)
    return data.drop_vars([n for n, c in data.coords.items() if c.ndim == 0 and str(n).lower() in LIKE_TIME])


def _check_flat(array: xr.DataArray, name: str, key: str) -> None:
    *spare, y, x = map(str, array.dims) if array.ndim > 1 else ("", "")
    if any(spare):
        message = f"{name} has the dimensions {', '.join([*spare, y, x])}; expected {y}, {x}"
        hint = "give one field: a bed that changes in time is not understood"
        raise DataError(Problem(key, message, hint=hint))


def grid_coverage(domain: Domain, bed: Grid) -> str:
    """Variable, limits and size of the grid, in words.

    Raises:
        DataError: the file, its variable or its axes are not usable.
    """
    with open_grid(domain, bed) as grid:
        return grid.fields.words


def grid_changes(domain: Domain, bed: Grid) -> list[Change]:
    """What is said in another way here than in the data.

    Raises:
        DataError: the file, its variable or its axes are not usable.
    """
    with open_grid(domain, bed) as grid:
        return list(grid.changes)


def gridded_elevation(domain: Domain, bed: Grid, x_m: Floats, y_m: Floats) -> Floats:
    """(n,) metres over the domain's vertical datum, positive up, at points in its metric crs.

    Raises:
        DataError: points outside of the data or where there are none, an unknown sign.
    """
    with _around(domain, bed, x_m, y_m) as (fields, x, y):
        [values] = fields.on(x, y).still().values()
    return values + (bed.offset_m or 0.0)


def mean_elevation(domain: Domain, bed: Grid, mesh: Mesh) -> Floats:
    """(n,) means around the nodes of a mesh: metres over the domain's vertical datum, positive up.

    Raises:
        DataError: as `gridded_elevation`; data that are not on a rectangular grid.
    """
    with _around(domain, bed, *mesh.points_m.T) as (fields, x, y):
        weights = _mean_weights(domain, fields, mesh, x, y)
        [values] = fields.on(x, y, weights).still().values()
    return values + (bed.offset_m or 0.0)


def _mean_weights(domain: Domain, fields: Fields, mesh: Mesh, x: Floats, y: Floats) -> Weights:
    """Over the cells of a regular grid along the axes of the data, else around the nodes of triangles."""
    axes = axes_of(fields.first)
    if axes is None:
        message = "a mean needs data on a rectangular grid; these have two-dimensional coordinates"
        raise DataError(Problem(f"{KEY}.method", message, "mean", hint="take bilinear"))
    grid = domain.grid() if isinstance(domain.mesh, Structured) and domain.crs == fields.crs else None
    if isinstance(grid, RegularGrid) and grid.rotation_deg == 0.0:
        columns, rows = x.reshape(grid.shape)[0], y.reshape(grid.shape)[:, 0]
        return conservative(*axes, _half_way(columns), _half_way(rows), is_lonlat=fields.is_lonlat)
    return around_nodes(*axes, np.stack([x, y], axis=1), mesh.triangles, mesh.areas_m2)


def _half_way(values: Floats) -> Floats:
    """Edges of the cells around points; those of the first and last point end there."""
    return np.concatenate([values[:1], (values[:-1] + values[1:]) / 2, values[-1:]])


@contextmanager
def _around(domain: Domain, bed: Grid, x_m: Floats, y_m: Floats) -> Iterator[tuple[Fields, Floats, Floats]]:
    """The data around points, and the points in their coordinates."""
    with open_grid(domain, bed) as grid:
        x, y = project(x_m, y_m, domain.metric_crs(), grid.fields.crs)
        x = unbroken(x) if grid.fields.is_lonlat else x
        need = Need(None, Box.around(x, y, is_lonlat=grid.fields.is_lonlat), reach=grid.fields.reach)
        raise_for(grid.fields.problems(need))
        part = grid.fields.cut(need)
        check_sign(bed, grid, part)
        yield part, x, y


def check_sign(bed: Grid, grid: OpenGrid, part: Fields) -> None:
    """Nothing where the config or the data tell elevations from depths.

    Raises:
        DataError: neither tells, or they contradict each other.
    """
    said = vertical_sign(grid.own)
    if grid.sign is None:
        hint = "say bathymetry.sign: elevation (negative under water) or depth (positive under water)"
        message = f"nothing tells whether {grid.name} is an elevation or a depth{_mostly(part)}"
        raise DataError(Problem(f"{KEY}.sign", message, hint=hint))
    if said and bed.sign and said != bed.sign:
        words = {k: v for k, v in grid.own.items() if k in ("positive", "standard_name")}
        message = f"the config says {bed.sign}, the attributes of {grid.name} say {said} ({words})"
        hint = "set domain.bathymetry.sign to null to follow the data, or correct the data"
        raise DataError(Problem(f"{KEY}.sign", message, bed.sign, hint=hint))


def _mostly(part: Fields) -> str:
    values = np.asarray(part.first[:: max(1, part.first.size // _SAMPLE)].values)
    share = float(np.mean(values[np.isfinite(values)] < 0)) if np.isfinite(values).any() else 0.0
    if share >= 0.5:
        return f"; {share:.0%} of its values here are negative, so an elevation is likely"
    return f"; {1 - share:.0%} of its values here are positive, so a depth is likely where this is sea"


def own_datum(bed: Grid, grid: OpenGrid) -> str:
    """What the elevations refer to, as the config or else the data say; empty if neither does."""
    said = grid.attributes.get("vertical_datum", "") or grid.attributes.get("geoid_name", "")
    return bed.vertical_datum or str(said) or _datum_in_words(grid.own)


_IN_STANDARD_NAME = {"reference_ellipsoid": "the ellipsoid", "mean_sea_level": "MSL"}
_IN_LONG_NAME = re.compile(
    r"\b(?:relative|referred|referenced|reduced|above|below|to|datum)\W+(?:the )?"
    r"(LAT|HAT|MSL|MLLW|MLWS|MHWS|AHD|NAVD88|NAP|lowest astronomical tide|ellipsoid)\b",
)


def _datum_in_words(attributes: Mapping[str, Any]) -> str:
    """What the standard name or the long name of a variable says that it refers to; empty where they say nothing."""
    standard = str(attributes.get("standard_name", ""))
    named = next((datum for end, datum in _IN_STANDARD_NAME.items() if standard.endswith(end)), "")
    found = _IN_LONG_NAME.search(str(attributes.get("long_name", "")))
    return named or (found[1] if found else "")
