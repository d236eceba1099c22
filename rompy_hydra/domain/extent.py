"""Where a domain is: its lines in metres, its centre, what is inside, how fine it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core import polygon
from ..core.axis import CIRCLE, near, unbroken, wrap
from ..core.geo import LON_LAT, is_lonlat, project
from ..core.grid.regular import RegularGrid
from ..core.mesh import Flags, Floats
from ..errors import ConfigError, Problem, did_you_mean
from .grids import given_mesh, grid
from .meshes import BoxMesh, Made, Outline, RegularMesh, Structured
from .segments import edge_names

if TYPE_CHECKING:
    from .domain import Domain

KEY = "domain.mesh"
_BETWEEN = 400
"""Points between the vertices of an outline that show how its edges are bent."""


def coordinates(domain: Domain) -> Floats:
    """(n, 2) vertices of the outline, corners of a regular grid or nodes of another mesh, in the crs of the domain.

    Longitudes are in -180..180, and go on beyond it for a domain at the dateline.
    """
    points = _coordinates(domain)
    if not is_lonlat(domain.crs):
        return points
    lon, lat = points.T
    if isinstance(domain.mesh, BoxMesh | RegularMesh):  # says itself which way round it goes
        return np.stack([lon + (wrap(lon.min()) - lon.min()), lat], axis=1)
    return np.stack([unbroken(lon), lat], axis=1)


def _coordinates(domain: Domain) -> Floats:
    if isinstance(domain.mesh, Structured) and isinstance(found := grid(domain), RegularGrid):
        return np.array(found.corners)
    if not isinstance(domain.mesh, Made):
        return given_mesh(domain).points
    _, outer = next(domain.mesh.outlines(KEY))
    return np.array(outer.vertices(KEY), dtype=np.float64)


def centre(domain: Domain) -> tuple[float, float]:
    """The middle of the domain's bounding box, in its own crs."""
    points = coordinates(domain)
    x, y = (points.min(axis=0) + points.max(axis=0)) / 2
    return float(x), float(y)


def ring(domain: Domain, line: Outline, key: str) -> Floats:
    """(k, 2) vertices of a line in the metric crs."""
    points = np.array(line.vertices(key), dtype=np.float64)
    return np.stack(project(points[:, 0], points[:, 1], domain.crs, domain.metric_crs()), axis=1)


def rings(domain: Domain) -> tuple[Floats, dict[str, Floats], dict[str, Floats]]:
    """The outline, the holes by name and the regions by name, in the metric crs; of a mesh to be made."""
    mesh = domain.mesh
    if not isinstance(mesh, Made):
        raise TypeError("a mesh that is given has no outline")
    (key, outer), *_ = mesh.outlines(KEY)
    holes = {n: ring(domain, hole, f"{KEY}.holes.{n}") for n, hole in mesh.holes.items()}
    regions = {n: ring(domain, region, f"{KEY}.regions.{n}") for n, region in mesh.regions.items()}
    return ring(domain, outer, key), holes, regions


def segment_points(domain: Domain) -> dict[str, Floats]:
    """Segment -> (n, 2) points along it in the metric crs: nodes of the mesh, or as dense as those to be made."""
    if not isinstance(domain.mesh, Made):
        mesh = domain.build_mesh()
        return {name: mesh.points_m[np.unique(mesh.edge_nodes(name))] for name in mesh.boundary}
    outer, holes, _ = rings(domain)
    spacing = max(domain.mesh.resolution_m, float(np.ptp(outer, axis=0).max()) / 2_000)
    found: dict[str, list[Floats]] = {}
    for name, (begin, end) in zip(edge_names(domain, len(outer)), polygon.ring_edges(outer), strict=True):
        share = np.linspace(0.0, 1.0, 1 + max(1, int(np.ceil(np.hypot(*(end - begin)) / spacing))))[:, None]
        found.setdefault(name, []).append(begin + share * (end - begin))
    lines = {name: polygon.densified(hole, spacing) for name, hole in holes.items()}
    return {**{name: np.concatenate(parts) for name, parts in found.items()}, **lines}


def shore(domain: Domain) -> Floats:
    """(k, 2, 2) all outer edges in the metric crs, islands included."""
    if isinstance(domain.mesh, Made):
        outer, holes, _ = rings(domain)
        return np.concatenate([polygon.ring_edges(line) for line in (outer, *holes.values())])
    mesh = given_mesh(domain)
    ends = mesh.points[np.concatenate(list(mesh.edges().values()))]
    return np.stack(project(ends[..., 0], ends[..., 1], domain.crs, domain.metric_crs()), axis=-1)


def inside(domain: Domain, x_m: Floats, y_m: Floats, region: str | None = None) -> Flags:
    """(n,) which points are in the domain, or in one region of its mesh.

    Raises:
        ConfigError: there is no such region.
    """
    points = np.stack([np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)], axis=1)
    if region is None:
        return polygon.inside(points, shore(domain))
    regions = getattr(domain.mesh, "regions", {})
    if region not in regions:
        hint = (
            did_you_mean(region, regions) or "only a polygon or box mesh has regions; name them in domain.mesh.regions"
        )
        raise ConfigError(Problem(f"{KEY}.regions", f"the mesh has no region {region}", region, hint=hint))
    return polygon.inside(points, polygon.ring_edges(ring(domain, regions[region], f"{KEY}.regions.{region}")))


def edge_length_m(points: Floats, base_m: float, regions: list[tuple[Floats, float]]) -> Floats:
    """(n,) wanted length of edges: that of the finest region a point is in, else the base."""
    length = np.full(len(points), np.inf)
    for line, resolution_m in regions:
        within = polygon.inside(points, polygon.ring_edges(line))
        length[within] = np.minimum(length[within], resolution_m)
    return np.where(np.isinf(length), base_m, length)


def sized_regions(domain: Domain, lines: dict[str, Floats]) -> list[tuple[Floats, float]]:
    """The regions' lines with their resolutions."""
    regions = getattr(domain.mesh, "regions", {})
    return [(line, regions[name].resolution_m) for name, line in lines.items()]


def interior_points(domain: Domain, count: int) -> Floats:
    """About `count` (n, 2) points evenly inside the domain, in the metric crs; at least its first vertex."""
    edges = shore(domain)
    low, high = edges.reshape(-1, 2).min(axis=0), edges.reshape(-1, 2).max(axis=0)
    step = np.sqrt(float(np.prod(high - low)) / count)
    x, y = (low[i] + step * (0.5 + np.arange(int(np.ceil((high[i] - low[i]) / step)))) for i in (0, 1))
    lattice = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    within = lattice[polygon.inside(lattice, edges)]
    return within if len(within) else edges[:1, 0]


def sample_points(domain: Domain) -> Floats:
    """(n, 2) nodes of the mesh; of one to be made points all along the shore and evenly inside, as dense as its nodes
    but at most some ten thousands."""
    if not isinstance(domain.mesh, Made):
        points = given_mesh(domain).points
        return np.stack(project(points[:, 0], points[:, 1], domain.crs, domain.metric_crs()), axis=1)
    edges = shore(domain)
    spacing = max(domain.mesh.resolution_m / 2, float(np.abs(edges[:, 1] - edges[:, 0]).sum()) / 20_000)
    outer, holes, _ = rings(domain)
    lines = [polygon.densified(line, spacing) for line in (outer, *holes.values())]
    return np.concatenate([*lines, interior_points(domain, min(20_000, 2 * domain.estimate_cells()))])


def rim(domain: Domain) -> tuple[Floats, Floats] | None:
    """Longitudes, without a break, and latitudes of points all around the domain; None for a ``local`` one.

    Its edges are straight in the metric crs and therefore bent lines of longitude and latitude. A pole within counts as
    a whole parallel.
    """
    if domain.crs == "local":
        return None
    if is_lonlat(domain.crs) and not isinstance(domain.mesh, Made):
        points = coordinates(domain)
        return points[:, 0], points[:, 1]
    edges = shore(domain)
    x_m, y_m = _along(edges).T
    lon, lat = project(x_m, y_m, domain.metric_crs(), LON_LAT)
    lon, lat = unbroken(lon[np.isfinite(lon)]), lat[np.isfinite(lat)]
    if is_lonlat(domain.crs):
        corners = coordinates(domain)
        middle = (corners[:, 0].min() + corners[:, 0].max()) / 2
        lon, lat = np.append(near(lon, middle), corners[:, 0]), np.append(lat, corners[:, 1])
    for pole in (-90.0, 90.0):
        there = np.stack(project(np.zeros(1), np.array([pole]), LON_LAT, domain.metric_crs()), axis=1)
        if polygon.inside(there, edges)[0]:
            lon, lat = np.append(lon, [lon.min(), lon.min() + CIRCLE]), np.append(lat, [pole, pole])
    return lon, lat


def _along(edges: Floats) -> Floats:
    """(n, 2) ends of edges, and points between them where there are few of them."""
    share = np.linspace(0.0, 1.0, 2 + _BETWEEN // len(edges))[:, None]
    return np.concatenate([begin + share * (end - begin) for begin, end in edges])
