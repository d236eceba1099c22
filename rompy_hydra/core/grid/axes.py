"""The grid that the points of gridded data span."""

from __future__ import annotations

import numpy as np

from ..mesh import Floats
from .curvilinear import CurvilinearGrid, turned_to_east
from .regular import Pair, RegularGrid

_UNEVEN = 1e-3
"""Part of a step by which a point of an even axis may be off; more than the rounding of written coordinates."""
_SINGLE = float(np.finfo(np.float32).eps)


def spanned(x: Floats, y: Floats, spacing: Pair | None, crs: str) -> RegularGrid | CurvilinearGrid:
    """The grid of all points of two axes, in either direction; curvilinear where their steps differ.

    With a spacing a regular one from the lowest x and y as far as whole cells go. Of (ny, nx) coordinates of points the
    curvilinear grid, with columns that lead east and rows north.

    Raises:
        ValueError: the spacing is larger than the extent, or the points have no axes to measure it along; the grid is
            not sound.
    """
    if x.ndim == 2:
        if spacing is not None:
            raise ValueError("the points of a curvilinear bathymetry have no other spacing; leave it out")
        return CurvilinearGrid(*turned_to_east(x, y), crs)
    x, y = np.sort(x), np.sort(y)
    if spacing is not None:
        nx, ny = (_cells(axis, step, name) + 1 for axis, step, name in ((x, spacing[0], "x"), (y, spacing[1], "y")))
        return RegularGrid(float(x[0]), float(y[0]), *spacing, nx, ny, crs=crs)
    if _is_even(x) and _is_even(y):
        dx, dy = (float(axis[-1] - axis[0]) / (len(axis) - 1) for axis in (x, y))
        return RegularGrid(float(x[0]), float(y[0]), dx, dy, len(x), len(y), crs=crs)
    return CurvilinearGrid(*np.meshgrid(x, y), crs)


def _cells(axis: Floats, step: float, name: str) -> int:
    extent = float(axis[-1] - axis[0])
    count = int(extent / step * (1 + 1e-9))
    if count < 1:
        raise ValueError(f"a spacing of {step:g} along {name} is more than the extent {extent:g} of the data")
    return count


def _is_even(axis: Floats) -> bool:
    """Whether all points are where equal steps put them, as far as written digits or single precision tell."""
    off = np.abs(axis - np.linspace(axis[0], axis[-1], len(axis))).max()
    is_single = bool((axis == axis.astype(np.float32)).all())
    rounding = _SINGLE * float(np.abs(axis).max()) if is_single else 0.0
    return bool(off <= _UNEVEN * (axis[-1] - axis[0]) / (len(axis) - 1) + rounding)
