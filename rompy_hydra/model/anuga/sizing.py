"""Depth and resolution of a domain, for the estimate of its time step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...domain.bathymetry import Flat, Profile
from ...domain.meshes import FileMesh

if TYPE_CHECKING:
    from ...domain import Domain


def finest_m(domain: Domain) -> float | None:
    """Smallest resolution that is asked for [m]; None for a mesh file."""
    mesh = domain.mesh
    if isinstance(mesh, FileMesh):
        return None
    return min([mesh.resolution_m, *(region.resolution_m for region in mesh.regions.values())])


def deepest_m(domain: Domain) -> float | None:
    """Depth of the deepest bed under the datum [m]; None where only the data know."""
    bed = domain.bathymetry
    if not isinstance(bed, Flat | Profile):
        return None
    lowest_m = bed.elevation_m if isinstance(bed, Flat) else min(bed.elevation_m)
    return -(lowest_m + sum(min(f.height_m, 0.0) for f in bed.features.values()))
