"""Boundary conditions of the solver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anuga
import numpy as np
from anuga.abstract_2d_finite_volumes.generic_boundary_conditions import Boundary

from .case import Case, read_series


class WaterLevel(Boundary):  # type: ignore[misc]
    """Prescribed level of the still water outside one segment; flow across it is free, flow along it is zero.

    ANUGA's Transmissive_n_momentum_zero_t_momentum_set_stage_boundary holds the level at the edge whatever flows there.
    Water that enters fast then brings energy from nowhere, and on a domain that is open on several sides a jet through
    the boundary grows without bound. Here water that enters has come from rest: the level at the edge is lower by
    u**2 / 2 g (Bernoulli), at most to critical flow. Where less water stands outside than inside, it carries the
    velocity of the inside, not its momentum, which would push the flow of deep water through a film; where the level
    lies below the bed nothing stands outside.

    `radiation` is the share of Flather's condition, eta = level + radiation sqrt(h / g) u (outward u). It damps
    circulations that enter and leave through the boundary, and holds up a steady flow: 0.05 raises the level by 5 mm
    for 0.1 m/s in 10 m, which halves the flow that a wind drives through a channel between two open ends.
    """

    def __init__(self, level_m: Callable[[float], float], radiation: float = 0.0):
        super().__init__()
        self.level_m = level_m
        self.radiation = radiation
        self._places: _Places | None = None

    def evaluate_segment(self, domain: Any, segment_edges: Any) -> None:
        """Fill the boundary values of these edges."""
        places = self._places = self._places or _Places(domain, segment_edges)
        bed_m = domain.quantities["elevation"].edge_values[places.at]
        stage, xmom, ymom = (domain.quantities[name] for name in ("stage", "xmomentum", "ymomentum"))
        still_m = np.maximum(self.level_m(domain.relative_time) - bed_m, 0.0)
        inside_m = np.maximum(stage.edge_values[places.at] - bed_m, 1e-12)
        outward = (places.east * xmom.edge_values[places.at] + places.north * ymom.edge_values[places.at]) / inside_m
        head_m = np.minimum(np.minimum(outward, 0.0) ** 2 / (2 * domain.g), still_m / 3)
        radiated_m = self.radiation * np.sqrt(still_m / domain.g) * outward
        outside_m = np.maximum(still_m - head_m + radiated_m, 0.0)
        across = outward * np.minimum(outside_m, inside_m)
        stage.boundary_values[segment_edges] = bed_m + outside_m
        xmom.boundary_values[segment_edges] = across * places.east
        ymom.boundary_values[segment_edges] = across * places.north


class _Places:
    """Where the edges of a segment are, and what way they face."""

    def __init__(self, domain: Any, segment_edges: Any):
        cells, edges = domain.boundary_cells[segment_edges], domain.boundary_edges[segment_edges]
        self.at = (cells, edges)
        self.east, self.north = domain.normals[cells, 2 * edges], domain.normals[cells, 2 * edges + 1]


def boundary(domain: Any, condition: dict[str, Any], workspace: Path) -> Any:
    """The ANUGA boundary object of one segment."""
    if condition["kind"] == "reflective":
        return anuga.Reflective_boundary(domain)
    if condition["kind"] == "transmissive":
        return anuga.Transmissive_boundary(domain)
    times_s, level_m = read_series(workspace / condition["series"])
    return WaterLevel(lambda time_s: float(np.interp(time_s, times_s, level_m)), condition["radiation"])


def set_boundaries(domain: Any, case: Case, workspace: Path) -> None:
    """Bind every segment that the mesh has to its condition."""
    present = set(domain.get_boundary_tags())
    domain.set_boundary({s: boundary(domain, case.boundaries[s], workspace) for s in case.segments if s in present})
