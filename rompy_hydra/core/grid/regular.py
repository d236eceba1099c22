"""Regular grids: a first point, a spacing, whole numbers of points, a rotation. Light to import."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..geo import is_lonlat
from .structured import StructuredGrid

if TYPE_CHECKING:
    from ..mesh import Floats

Pair = tuple[float, float]
"""Along x and along y."""

_ROUNDING = 1e-6
"""Part of a cell by which a size may differ from a whole number of cells: 0.3 / 0.1 is 2.9999999999999996."""


@dataclass(frozen=True)
class RegularGrid(StructuredGrid):
    """Points at equal distances along two axes at right angles.

    >>> grid = RegularGrid.of_size((0, 0), size=(0.3, 0.2), spacing=(0.1, 0.1))
    >>> grid.nx, grid.ny
    (4, 3)
    >>> RegularGrid(0, 0, dx=0.1, dy=0.1, nx=3, ny=2).points[0, :, 0].tolist()
    [0.0, 0.1, 0.2]

    Raises:
        ValueError: fewer than two points along an axis, a spacing that is not positive, a rotation in degrees.
    """

    x0: float
    """x, or longitude, of the first point: the corner between the sides ``south`` and ``west``."""
    y0: float
    """y, or latitude, of the first point."""
    dx: float
    """Distance of points along the grid's own x axis, in the unit of the crs."""
    dy: float
    """Distance of points along the grid's own y axis, which is 90 degrees counter-clockwise of its x axis."""
    nx: int
    """Number of points along x."""
    ny: int
    """Number of points along y."""
    rotation_deg: float = 0.0
    """Direction of the grid's x axis, counter-clockwise from east (the x axis of the crs) [degrees]."""
    crs: str = "local"
    """``EPSG:n`` of the coordinates, or ``local``."""

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x0, self.y0, self.rotation_deg))):
            raise ValueError(f"expected finite numbers, got {self.x0}, {self.y0} and a rotation of {self.rotation_deg}")
        for name, step, count in (("x", self.dx, self.nx), ("y", self.dy, self.ny)):
            if not (math.isfinite(step) and step > 0):
                raise ValueError(f"the spacing along {name} has to be more than 0, got {step:g}")
            if not isinstance(count, int) or count < 2:
                raise ValueError(f"a grid needs 2 points or more along {name}, as a whole number, got {count}")
        if is_lonlat(self.crs) and self.rotation_deg:
            raise ValueError("a grid of longitudes and latitudes cannot be rotated: its steps are degrees; use metres")

    @classmethod
    def of_size(
        cls, first: Pair, size: Pair, spacing: Pair, rotation_deg: float = 0.0, crs: str = "local"
    ) -> RegularGrid:
        """From the lengths of the sides and the spacing.

        Raises:
            ValueError: a size is not a whole number of cells.
        """
        nx, ny = (whole_cells(size[i], spacing[i], axis) + 1 for i, axis in enumerate("xy"))
        return cls(*first, *spacing, nx, ny, rotation_deg, crs)

    @classmethod
    def of_cells(
        cls, first: Pair, size: Pair, cells: tuple[int, int], rotation_deg: float = 0.0, crs: str = "local"
    ) -> RegularGrid:
        """From the lengths of the sides and the numbers of cells, which are one less than those of points.

        Raises:
            ValueError: a size or number that is not positive.
        """
        if min(cells) < 1:
            raise ValueError(f"a grid needs 1 cell or more along x and y, got {list(cells)}")
        return cls(*first, size[0] / cells[0], size[1] / cells[1], cells[0] + 1, cells[1] + 1, rotation_deg, crs)

    @classmethod
    def of_extent(cls, x: Pair, y: Pair, spacing: Pair, crs: str = "local") -> RegularGrid:
        """From the limits west and east, south and north, and the spacing.

        Raises:
            ValueError: the limits are not a whole number of cells apart.
        """
        return cls.of_size((x[0], y[0]), (x[1] - x[0], y[1] - y[0]), spacing, crs=crs)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of points: rows (ny), columns (nx)."""
        return self.ny, self.nx

    @property
    def cells(self) -> tuple[int, int]:
        """Numbers of cells along x and y."""
        return self.nx - 1, self.ny - 1

    @property
    def size(self) -> Pair:
        """Lengths of the sides along x and y, in the unit of the crs."""
        return (self.nx - 1) * self.dx, (self.ny - 1) * self.dy

    @property
    def corners(self) -> list[Pair]:
        """The four corners, counter-clockwise from the first point."""
        (east, north), (lx, ly) = self._axes, self.size
        ends = ((0.0, 0.0), (lx, 0.0), (lx, ly), (0.0, ly))
        return [(self.x0 + a * east - b * north, self.y0 + a * north + b * east) for a, b in ends]

    @property
    def points(self) -> Floats:
        """(ny, nx, 2) x and y of the points, each computed from its whole numbers of steps."""
        import numpy as np

        east, north = self._axes
        along, across = np.arange(self.nx) * self.dx, (np.arange(self.ny) * self.dy)[:, None]
        x, y = self.x0 + along * east - across * north, self.y0 + along * north + across * east
        return np.stack(np.broadcast_arrays(x, y), axis=-1)

    @property
    def _axes(self) -> Pair:
        """Components of a unit step along x towards east and north; exact at right angles."""
        quarters = self.rotation_deg / 90.0
        if quarters.is_integer():
            return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
        angle = math.radians(self.rotation_deg)
        return math.cos(angle), math.sin(angle)


def whole_cells(size: float, spacing: float, axis: str) -> int:
    """Number of cells of a spacing in a size, whatever the rounding of decimal fractions.

    >>> whole_cells(0.3, 0.1, "x")
    3

    Raises:
        ValueError: it is not a whole number; see `cells_fault`.
    """
    if fault := cells_fault(size, spacing, axis):
        raise ValueError(fault)
    return round(size / spacing)


def cells_fault(size: float, spacing: float, axis: str) -> str:
    """Why a size is not a whole number of cells, and which sizes and spacing would do; or nothing."""
    if not (math.isfinite(spacing) and spacing > 0 and math.isfinite(size) and size > 0):
        return f"size and spacing along {axis} have to be more than 0, got {size:g} and {spacing:g}"
    exact = size / spacing
    count = max(1, round(exact))
    if abs(exact - count) <= _ROUNDING:
        return ""
    if exact < 1:
        unit = "both are in the unit of the crs, degrees or metres"
        return f"the size {size:g} along {axis} is less than one cell of {spacing:g}; {unit}"
    low, high = (f"{n * spacing:.10g}" for n in (math.floor(exact), math.floor(exact) + 1))
    found = f"the size {size:.10g} along {axis} is {exact:.8g} cells of {spacing:.10g}"
    return f"{found}, not a whole number: take size {low} or {high}, or spacing {size / count:.10g}"
