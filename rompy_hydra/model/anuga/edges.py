"""Boundary conditions of the solver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anuga
import numpy as np
from anuga.abstract_2d_finite_volumes.generic_boundary_conditions import Boundary

from .case import EDGES, Case, finite_array, load_array, read_series
from .operators import Series

if TYPE_CHECKING:
    from ...core.mesh import Floats


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

    The level is one number, or one for each of the (k, 2) edges (triangle, edge) of the segment.
    """

    def __init__(self, level_m: Callable[[float], Floats], radiation: float = 0.0, edges: Any = None):
        super().__init__()
        self.level_m = level_m
        self.radiation = radiation
        self.edges = edges
        self._places: _Places | None = None

    def evaluate_segment(self, domain: Any, segment_edges: Any) -> None:
        """Fill the boundary values of these edges."""
        places = self._places = self._places or _Places(domain, segment_edges, self.edges)
        bed_m = domain.quantities["elevation"].edge_values[places.at]
        stage, xmom, ymom = (domain.quantities[name] for name in ("stage", "xmomentum", "ymomentum"))
        still_m = np.maximum(self.level_m(domain.relative_time)[places.columns] - bed_m, 0.0)
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
    """Where the edges of a segment are, what way they face, and which of the given levels is theirs."""

    def __init__(self, domain: Any, segment_edges: Any, order: Any):
        cells, edges = domain.boundary_cells[segment_edges], domain.boundary_edges[segment_edges]
        self.at = (cells, edges)
        self.east, self.north = domain.normals[cells, 2 * edges], domain.normals[cells, 2 * edges + 1]
        column = {} if order is None else {(int(t), int(e)): i for i, (t, e) in enumerate(order)}
        pairs = zip(cells.tolist(), edges.tolist(), strict=True)
        self.columns = ... if order is None else np.array([column[pair] for pair in pairs], dtype=int)


def boundary(domain: Any, condition: dict[str, Any], workspace: Path, edges: Any) -> Any:
    """The ANUGA boundary object of one segment; `edges` are its (k, 2) pairs of triangle and edge."""
    if condition["kind"] == "reflective":
        return anuga.Reflective_boundary(domain)
    if condition["kind"] == "transmissive":
        return anuga.Transmissive_boundary(domain)
    if "series" in condition:
        return WaterLevel(Series(*read_series(workspace / condition["series"])).at, condition["radiation"])
    values = finite_array(workspace, condition["values"])
    return WaterLevel(Series(load_array(workspace, condition["times"]), values).at, condition["radiation"], edges)


def set_boundaries(domain: Any, case: Case, workspace: Path) -> None:
    """Bind every segment that the mesh has to its condition."""
    present = set(domain.get_boundary_tags())
    edges = load_array(workspace, EDGES)
    domain.set_boundary(
        {
            segment: boundary(domain, case.boundaries[segment], workspace, edges[edges[:, 2] == number, :2])
            for number, segment in enumerate(case.segments)
            if segment in present
        }
    )
