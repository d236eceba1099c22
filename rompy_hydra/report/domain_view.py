"""The picture of a domain: what the figure needs of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.axis import near
from ..core.geo import is_lonlat, project
from ..core.mesh import Floats, Ints, Mesh
from ..domain.extent import centre
from ..domain.meshes import Structured
from .tables import aligned

if TYPE_CHECKING:
    from ..core.grid.structured import StructuredGrid
    from ..domain import Domain
    from .domain_figure import DomainView


def draw(domain: Domain, path: Path, title: str = "domain") -> None:
    """Draw a domain before a run: bed, mesh or grid, boundary segments and stations, in its own crs; save as PNG.

    Raises:
        ConfigError, DataError: the domain has problems; `Domain.problems` tells them all.
    """
    from .domain_figure import draw_domain

    mesh = domain.build_mesh()
    draw_domain(path, view(domain, mesh), title, _size(domain, mesh))


def domain_text(domain: Domain) -> str:
    """Mesh, bed, segments of the boundary and stations of a domain, in words.

    Raises:
        ConfigError, DataError: the domain has problems.
    """
    mesh = domain.build_mesh()
    bed_m = domain.bed_m(mesh)
    under = float(mesh.areas_m2 @ (bed_m[mesh.triangles].mean(axis=1) < 0)) / float(mesh.areas_m2.sum())
    places = domain.station_points()
    rows = [[name, f"{km:.6g} km"] for name, km in _lengths_km(mesh).items()]
    lines = [
        f"domain: {_size(domain, mesh)}, in {domain.crs}, computed in {mesh.crs}",
        f"  area  {mesh.areas_m2.sum() / 1e6:.6g} km2, {under:.0%} of it with a bed under {domain.vertical_datum}",
        f"  bed   {bed_m.min():.6g} .. {bed_m.max():.6g} m over {domain.vertical_datum}",
        "segments of the boundary",
        *aligned(rows),
    ]
    if places:
        station_bed_m = domain.elevation_at(*np.array(list(places.values())).T)
        found = zip(places, station_bed_m, strict=True)
        lines += ["stations", *aligned([[name, f"bed at {z:.6g} m"] for name, z in found])]
    return "\n".join(lines)


def _lengths_km(mesh: Mesh) -> dict[str, float]:
    ends = {name: mesh.points_m[mesh.edge_nodes(name)] for name in mesh.boundary}
    return {name: float(np.linalg.norm(e[:, 1] - e[:, 0], axis=1).sum()) / 1e3 for name, e in ends.items()}


def _size(domain: Domain, mesh: Mesh) -> str:
    if isinstance(domain.mesh, Structured):
        return "grid of {} rows and {} columns of points".format(*domain.grid().shape)
    return f"{len(mesh.points_m)} nodes, {len(mesh.triangles)} triangles"


def view(domain: Domain, mesh: Mesh) -> DomainView:
    """A domain and its mesh in the units of the axes."""
    from .domain_figure import DomainView

    lonlat = is_lonlat(domain.crs)
    middle, _ = centre(domain)

    def on_axes(points_m: Floats) -> Floats:
        if not lonlat:
            return points_m / 1e3
        lon, lat = project(points_m[..., 0], points_m[..., 1], mesh.crs, domain.crs)
        return np.stack([near(lon, middle), lat], axis=-1)

    wires = on_axes(mesh.points_m[_edges(mesh)])
    if isinstance(domain.mesh, Structured):
        wires = _grid_lines(domain.grid()) / (1.0 if lonlat else 1e3)
    places = {name: on_axes(np.array(place)) for name, place in domain.station_points().items()}
    return DomainView(
        points=on_axes(mesh.points_m),
        triangles=mesh.triangles,
        bed_m=domain.bed_m(mesh),
        wires=wires,
        segments={name: [on_axes(line) for line in mesh.perimeter(segment=name)] for name in mesh.boundary},
        stations={name: (float(x), float(y)) for name, (x, y) in places.items()},
        lonlat=lonlat,
        crs=domain.crs,
        vertical_datum=domain.vertical_datum,
    )


def _edges(mesh: Mesh) -> Ints:
    """(k, 2) ends of every edge, once."""
    pairs = np.sort(mesh.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    unique: Ints = np.unique(pairs, axis=0)
    return unique


def _grid_lines(grid: StructuredGrid) -> Floats:
    """(k, 2, 2) ends of the pieces of rows and columns that are there."""
    points = grid.points
    rows = np.stack([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 2, 2)
    columns = np.stack([points[:-1], points[1:]], axis=2).reshape(-1, 2, 2)
    lines = np.concatenate([rows, columns])
    there: Floats = lines[np.isfinite(lines).all(axis=(1, 2))]
    return there
