"""Boundary conditions of the solver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anuga
import numpy as np

from .case import Case, read_series


class WaterLevel(anuga.Transmissive_n_momentum_zero_t_momentum_set_stage_boundary):  # type: ignore[misc]
    """Prescribed water level; flow across the edge leaves and enters freely, flow along it is zero.

    Where less water stands outside than inside, it carries the velocity of the inside, not its momentum: a falling
    level would otherwise push the momentum of deep water through a film. Where the level lies below the bed of an
    edge nothing stands outside.
    """

    def evaluate_segment(self, domain: Any, segment_edges: Any) -> None:
        """Fill the boundary values of these edges."""
        super().evaluate_segment(domain, segment_edges)
        at = (domain.boundary_cells[segment_edges], domain.boundary_edges[segment_edges])
        bed_m = domain.quantities["elevation"].edge_values[at]
        inside_m = np.maximum(domain.quantities["stage"].edge_values[at] - bed_m, 0.0)
        stage = domain.quantities["stage"].boundary_values
        stage[segment_edges] = np.maximum(stage[segment_edges], bed_m)
        outside_m = stage[segment_edges] - bed_m
        share = np.where(outside_m < inside_m, outside_m / np.where(inside_m > 0, inside_m, 1.0), 1.0)
        for momentum in ("xmomentum", "ymomentum"):
            domain.quantities[momentum].boundary_values[segment_edges] *= share


def boundary(domain: Any, condition: dict[str, Any], workspace: Path) -> Any:
    """The ANUGA boundary object of one segment."""
    if condition["kind"] == "reflective":
        return anuga.Reflective_boundary(domain)
    if condition["kind"] == "transmissive":
        return anuga.Transmissive_boundary(domain)
    times_s, level_m = read_series(workspace / condition["series"])
    return WaterLevel(domain, lambda time: np.interp(time - domain.starttime, times_s, level_m))


def set_boundaries(domain: Any, case: Case, workspace: Path) -> None:
    """Bind every segment that the mesh has to its condition."""
    present = set(domain.get_boundary_tags())
    domain.set_boundary({s: boundary(domain, case.boundaries[s], workspace) for s in case.segments if s in present})
