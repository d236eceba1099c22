"""The mesh of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.geo import project
from ..core.grid.names import LAND
from ..core.mesh import Floats, Mesh, counter_clockwise, tag_outer_edges
from ..errors import raise_for
from .bathymetry import MeshDepths
from .checks import shape_problems
from .extent import rings, sized_regions
from .grids import given_mesh
from .mesher import Line, triangulate
from .meshes import Made
from .segments import edge_names, renamed

if TYPE_CHECKING:
    from ..core.grid.raw_mesh import RawMesh
    from .domain import Domain


def build_mesh(domain: Domain) -> Mesh:
    """Read or make the mesh, in the metric crs of the domain."""
    raise_for(shape_problems(domain))  # Triangle does not survive an outline that folds back on itself
    return _made(domain) if isinstance(domain.mesh, Made) else _given(domain)


def _given(domain: Domain) -> Mesh:
    raw, crs, names = given_mesh(domain), domain.metric_crs(), renamed(domain)
    points = np.stack(project(raw.points[:, 0], raw.points[:, 1], domain.crs, crs), axis=1)
    found: dict[str, list[np.ndarray]] = {}
    for name, edges in raw.boundary.items():
        found.setdefault(names[name], []).append(edges)
    boundary = {name: np.concatenate(found[name]) for name in sorted(found)}
    return Mesh(points, raw.counter_clockwise, boundary, crs, _carried(domain, raw))


def _carried(domain: Domain, raw: RawMesh) -> Floats | None:
    """The depths in the file, only where they are the domain's bathymetry."""
    if raw.elevation_m is None or not isinstance(domain.bathymetry, MeshDepths):
        return None
    return raw.elevation_m + (domain.bathymetry.offset_m or 0.0)


def _made(domain: Domain) -> Mesh:
    assert isinstance(domain.mesh, Made)
    outer, holes, regions = rings(domain)
    lines = [Line(outer, edge_names(domain, len(outer)))]
    lines += [Line(hole, [name] * len(hole)) for name, hole in holes.items()]
    points, triangles, names = triangulate(lines, domain.mesh.resolution_m, sized_regions(domain, regions))
    triangles = counter_clockwise(points, triangles)
    return Mesh(points, triangles, tag_outer_edges(triangles, names, LAND), domain.metric_crs())
