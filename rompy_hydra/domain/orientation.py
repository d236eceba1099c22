"""Directions on the grid: true north is up only on the central meridian of a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.geo import LOCAL, convergence_deg
from ..core.mesh import Floats
from ..core.rotation import turned

if TYPE_CHECKING:
    from .domain import Domain


def grid_convergence_deg(domain: Domain, x_m: Floats, y_m: Floats) -> Floats:
    """(n,) direction of grid north clockwise from true north [degrees]; 0 for a ``local`` domain."""
    if domain.metric_crs() == LOCAL:
        return np.zeros(np.shape(x_m))
    return convergence_deg(*domain.lonlat(x_m, y_m), domain.metric_crs())


def to_grid(domain: Domain, u_east: Floats, v_north: Floats, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Components along x and y from those towards true east and north: turned to the left by the convergence."""
    return turned(u_east, v_north, grid_convergence_deg(domain, x_m, y_m))
