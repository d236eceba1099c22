"""The elevation of the bed at points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.mesh import Floats, Mesh
from ..core.weights import barycentric
from ..errors import DataError, Problem
from .bathymetry import Feature, Flat, Grid, MeshDepths, Profile

if TYPE_CHECKING:
    from .domain import Domain


def elevation_at(domain: Domain, x_m: Floats, y_m: Floats) -> Floats:
    """(n,) metres over the domain's vertical datum, positive up, at points in its metric crs.

    Raises:
        DataError: points outside of the data, or where there are none.
    """
    bed = domain.bathymetry
    x, y = (np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in (x_m, y_m))
    if isinstance(bed, Grid):
        from .grid_elevation import gridded_elevation

        return gridded_elevation(domain, bed, x, y)
    if isinstance(bed, MeshDepths):
        return _in_mesh(domain.build_mesh(), x, y)
    base = np.full(len(x), bed.elevation_m) if isinstance(bed, Flat) else _along_profile(domain, bed, x, y)
    return base + sum((_feature(domain, feature, x, y) for feature in bed.features.values()), np.zeros(len(x)))


def bed_m(domain: Domain, mesh: Mesh) -> Floats:
    """(n,) metres over the domain's vertical datum, positive up, at the nodes of its mesh.

    Raises:
        DataError: nodes outside of the data, or where there are none.
    """
    bed = domain.bathymetry
    if mesh.elevation_m is not None:
        return mesh.elevation_m
    if isinstance(bed, Grid) and bed.method == "mean":
        from .grid_elevation import mean_elevation

        return mean_elevation(domain, bed, mesh)
    return elevation_at(domain, *mesh.points_m.T)


def _unit(direction_deg: float) -> tuple[float, float]:
    angle = np.radians(direction_deg)
    return float(np.sin(angle)), float(np.cos(angle))


def _along_profile(domain: Domain, bed: Profile, x: Floats, y: Floats) -> Floats:
    (x0, y0), (east, north) = domain.locate(bed.origin), _unit(bed.direction_deg)
    along = (x - x0) * east + (y - y0) * north
    return np.interp(along, bed.distance_m, bed.elevation_m)


def _feature(domain: Domain, feature: Feature, x: Floats, y: Floats) -> Floats:
    (x0, y0), (east, north) = domain.locate(feature), _unit(feature.direction_deg)
    along = (x - x0) * east + (y - y0) * north
    across = (x - x0) * north - (y - y0) * east
    beyond = np.maximum(np.abs(along) - feature.length_m / 2, 0.0)
    height: Floats = feature.height_m * np.exp(-(beyond**2 + across**2) / feature.radius_m**2)
    return height


def _in_mesh(mesh: Mesh, x: Floats, y: Floats) -> Floats:
    if mesh.elevation_m is None:
        raise DataError(Problem("domain.bathymetry", "the mesh file carries no depths", hint="give another bathymetry"))
    if len(x) == len(mesh.points_m) and np.array_equal(np.stack([x, y], axis=1), mesh.points_m):
        return mesh.elevation_m
    weights, outside = barycentric(mesh.points_m, mesh.triangles, x, y)
    if outside.any():
        i = int(np.argmax(outside))
        message = f"{int(outside.sum())} points are outside of the mesh, the first at {x[i]:.1f}, {y[i]:.1f}"
        raise DataError(Problem("domain.bathymetry", message))
    return weights.apply(mesh.elevation_m)
