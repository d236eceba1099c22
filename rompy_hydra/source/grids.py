"""Values at places from gridded data: only the part that is needed is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.interpolate import Axis, Bracket, bilinear
from ..core.mesh import Floats
from ..errors import DataError, Problem
from .conventions import find_axis
from .coverage import box_words

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class GridReader:
    """One variable on a rectangular grid."""

    array: xr.DataArray
    """Dimensions y and x, or time, y and x, in any order."""
    x: Axis
    y: Axis
    x_dim: str
    y_dim: str
    key: str
    """Config key that an error names."""

    @property
    def box(self) -> str:
        """The limits, in words."""
        return box_text(self.x.limits, self.y.limits)

    @property
    def extent(self) -> str:
        """The limits and the number of points, in words."""
        size = f"{len(self.y.values)} x {len(self.x.values)} points"
        return f"{box_words(self.x.period > 0, self.x.limits, self.y.limits)}, {size}"

    def covers(self, x: Floats, y: Floats) -> bool:
        """Whether every place is within the grid."""
        return self.x.covers(x) and self.y.covers(y)

    def coverage_problem(self, x: Floats, y: Floats) -> Problem | None:
        """Both ranges, where places are beyond the grid."""
        if self.covers(x, y):
            return None
        needed = box_text((float(x.min()), float(x.max())), (float(y.min()), float(y.max())))
        hint = "give data that cover the domain, or make the domain smaller"
        return Problem(
            self.key, f"{self.array.name} covers {self.box}, the domain needs {needed}", hint=hint, data=True
        )

    def window(self, x: Floats, y: Floats, pad: int = 0) -> tuple[Floats, Bracket, Bracket]:
        """The part of the values around places, with `pad` more points on each side, and where in it the places are.

        The values are (ny, nx), or (nt, ny, nx).
        """
        rows, columns = self.y.bracket(y), self.x.bracket(x)
        cut = {self.y_dim: _wider(rows.window, pad), self.x_dim: _wider(columns.window, pad)}
        order = [d for d in self.array.dims if d not in cut]
        values = np.asarray(self.array.isel(cut).transpose(*order, self.y_dim, self.x_dim).values, dtype=np.float64)
        return values, rows.shifted(cut[self.y_dim].start), columns.shifted(cut[self.x_dim].start)

    def at(self, x: Floats, y: Floats) -> Floats:
        """(n,) or (nt, n) values at places, bilinear; NaN where data are missing."""
        values, rows, columns = self.window(x, y)
        return bilinear(values, rows, columns)


def _wider(cut: slice, pad: int) -> slice:
    return slice(max(0, cut.start - pad), cut.stop + pad)


def box_text(x: tuple[float, float], y: tuple[float, float]) -> str:
    """Two ranges in words."""
    return f"x {x[0]:.10g} .. {x[1]:.10g}, y {y[0]:.10g} .. {y[1]:.10g}"


def grid_reader(array: xr.DataArray, lonlat: bool, key: str, others: tuple[str, ...] = ()) -> GridReader:
    """A reader for a variable whose dimensions are its two horizontal ones and `others`; those of size 1 are dropped.

    Raises:
        DataError: no usable axes, or other dimensions.
    """
    names = [find_axis(array, axis, key) for axis in (("lon", "lat") if lonlat else ("x", "y"))]
    dims = [str(array.coords[name].dims[0]) for name in names]
    spare = [d for d in array.dims if d not in dims and d not in others]
    if any(array.sizes[d] > 1 for d in spare):
        message = f"{array.name} has the dimensions {', '.join(map(str, array.dims))}"
        raise DataError(Problem(key, f"{message}; expected {', '.join((*others, *reversed(dims)))}"))
    x, y = (
        Axis(np.asarray(array.coords[n].values, dtype=np.float64), 360.0 if lonlat and i == 0 else 0.0)
        for i, n in enumerate(names)
    )
    for name, axis in zip(names, (x, y), strict=True):
        if fault := axis.fault():
            raise DataError(Problem(key, f"coordinate {name} of {array.name} {fault}"))
    return GridReader(array.isel(dict.fromkeys(spare, 0)), x, y, dims[0], dims[1], key)
