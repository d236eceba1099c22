"""The time step that a domain allows, estimated without making a mesh."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...domain.bathymetry import Flat, Profile
from ...domain.dry import lowest_m
from ...domain.meshes import Made

if TYPE_CHECKING:
    from ...domain import Domain

GRAVITY_M_S2 = 9.8
_SHAPE = 0.17
"""Distance from centroid to edge over the resolution, in the worst triangle of a generated mesh; sqrt(3)/6 is ideal."""


def time_step_s(domain: Domain, cfl: float, least_depth_m: float) -> float:
    """Longest stable step [s], dt = cfl r / sqrt(g h) with r from centroid to edge, h the depth under the datum.

    Exact for a mesh file or a grid; else as if the finest triangles lay in the deepest water.
    """
    if not isinstance(domain.mesh, Made):
        return cfl * _shortest_crossing_s(domain, least_depth_m)
    depth_m = max(_deepest_m(domain), least_depth_m)
    return cfl * _SHAPE * _finest_m(domain.mesh) / math.sqrt(GRAVITY_M_S2 * depth_m)


def _finest_m(mesh: Made) -> float:
    return min([mesh.resolution_m, *(region.resolution_m for region in mesh.regions.values())])


def _deepest_m(domain: Domain) -> float:
    if isinstance(domain.bathymetry, Flat | Profile):
        return -lowest_m(domain.bathymetry)
    from ...domain.extent import sample_points

    return -float(domain.elevation_at(*sample_points(domain).T).min())


def _shortest_crossing_s(domain: Domain, least_depth_m: float) -> float:
    import numpy as np

    mesh = domain.build_mesh()
    corners = mesh.points_m[mesh.triangles]
    sides_m = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    radius_m = 2 * mesh.areas_m2 / sides_m.sum(axis=1)
    depth_m = -domain.bed_m(mesh)[mesh.triangles].min(axis=1)
    return float((radius_m / np.sqrt(GRAVITY_M_S2 * np.maximum(depth_m, least_depth_m))).min())
