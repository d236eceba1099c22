"""What is wrong with a domain, and what is worth knowing, found by looking at its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..core.geo import LON_LAT, metric_fault
from ..core.grid.regular import RegularGrid
from ..data.coverage import box_words
from ..errors import ConfigError, DataError, Problem, did_you_mean
from ..source.base import data_problems
from .bathymetry import Grid, MeshDepths
from .dry import dry_bed, lowest_m
from .estimate import is_inside, metric_lines
from .grids import given_mesh, grid
from .meshes import BathymetryMesh, CurvilinearMesh, FileMesh, Made, PolygonMesh, RegularMesh
from .outlines import crossing, has_area, overlap
from .place import Place
from .rules import degrees_fault, lonlat_fault

if TYPE_CHECKING:
    from .domain import Domain

MOST_CELLS = 20_000_000
"""More triangles than any machine that this is meant for can compute; a resolution in the wrong unit makes more."""

Check = Callable[["Domain"], Iterator[Problem]]


def problems(domain: Domain, highest_level_m: float | None = None) -> list[Problem]:
    """Everything that is wrong; what needs a sound outline is looked at only where there is one."""
    bed = partial(_bed, highest_level_m=highest_level_m)
    return shape_problems(domain) or [p for check in (bed, _stations) for p in _collect(check, domain)]


def shape_problems(domain: Domain) -> list[Problem]:
    """Everything that stands in the way of a mesh."""
    lines = [p for check in (_systems, _lines, _given) for p in _collect(check, domain)]
    return lines or [p for check in (_holes, _regions, _size) for p in _collect(check, domain)]


def _collect(check: Check, domain: Domain) -> list[Problem]:
    found: list[Problem] = []
    try:
        found.extend(check(domain))
    except DataError as error:
        found.extend(data_problems(error))
    except ConfigError as error:
        found.extend(error.problems)
    return found


def _systems(domain: Domain) -> Iterator[Problem]:
    for key, crs in (("crs", domain.crs), ("projection", domain.projection)):
        if crs and (crs != LON_LAT or key == "projection") and (fault := metric_fault(crs)):
            yield Problem(
                f"domain.{key}", fault, crs, hint="give EPSG:4326, a metric EPSG:n such as a UTM zone, or local"
            )


def _lines(domain: Domain) -> Iterator[Problem]:
    if not isinstance(domain.mesh, Made):
        return
    for key, line in domain.mesh.outlines("domain.mesh"):
        points = line.vertices(key)
        if line.outline_file and (fault := degrees_fault(points, domain.crs)):
            yield Problem(f"{key}.outline_file", fault, data=True)
            return
        name = "outline_file" if line.outline_file else "outline"
        if domain.crs == LON_LAT and (fault := next(filter(None, map(lonlat_fault, points)), "")):
            yield Problem(f"{key}.{name}", fault)
        if len(set(points)) != len(points):
            twice = next(p for i, p in enumerate(points) if p in points[:i])
            yield Problem(f"{key}.{name}", "the outline passes twice through the same vertex", list(twice))
        elif pair := crossing(points):
            message = f"the outline crosses itself: edges {pair[0]} and {pair[1]} (counted from 0) meet"
            yield Problem(f"{key}.{name}", message, hint="list the vertices in order around the area")
        elif not has_area(points):
            yield Problem(f"{key}.{name}", "the outline encloses no area")
    if isinstance(domain.mesh, PolygonMesh) and domain.mesh.outline_file:
        yield from _indices(domain, len(domain.mesh.vertices("domain.mesh")))


def _indices(domain: Domain, count: int) -> Iterator[Problem]:
    for name, parts in domain.boundaries.items():
        for part in parts:
            if isinstance(part, int) and part >= count:
                yield Problem(f"domain.boundaries.{name}", f"the outline has edges 0..{count - 1}", part)


def _given(domain: Domain) -> Iterator[Problem]:
    """What is wrong with a mesh or grid that comes from a file: the rules of the config know all of the others."""
    if isinstance(domain.mesh, Made | RegularMesh):
        return
    if not isinstance(domain.mesh, BathymetryMesh):
        known = given_mesh(domain).boundary
        for name, parts in domain.boundaries.items():
            for part in parts:
                if part not in known:
                    message = "the mesh file has no boundary segment of this name"
                    yield Problem(f"domain.boundaries.{name}", message, part, hint=did_you_mean(str(part), known))
    yield from _file_coordinates(domain)


def _file_coordinates(domain: Domain) -> Iterator[Problem]:
    from .extent import coordinates

    points = coordinates(domain)
    corners = [(float(x), float(y)) for x, y in (points.min(axis=0), points.max(axis=0))]
    faults = map(lonlat_fault, corners) if domain.crs == LON_LAT else [degrees_fault(corners, domain.crs)]
    if fault := next(filter(None, faults), ""):
        is_bed = isinstance(domain.mesh, BathymetryMesh)
        key, what = ("domain.bathymetry.source", "bathymetry") if is_bed else ("domain.mesh.path", "mesh file")
        yield Problem(key, f"in the {what}, {fault}", data=True)


def _holes(domain: Domain) -> Iterator[Problem]:
    if not isinstance(domain.mesh, Made) or not domain.mesh.holes:
        return
    from ..core import polygon
    from .extent import rings

    outer, holes, _ = rings(domain)
    for name, hole in holes.items():
        shore = polygon.densified(hole, domain.mesh.resolution_m / 4)
        others = [outer, *(h for n, h in holes.items() if n != name)]
        if not polygon.inside(shore, polygon.ring_edges(others[0])).all():
            message = "this island is not inside of the outline"
        elif any(polygon.inside(shore, polygon.ring_edges(other)).any() for other in others[1:]):
            message = "this island overlaps another one"
        else:
            continue
        yield Problem(f"domain.mesh.holes.{name}", message, hint="move it, or make it part of the outline")


def _regions(domain: Domain) -> Iterator[Problem]:
    if not isinstance(domain.mesh, Made) or not domain.mesh.regions:
        return
    lines = metric_lines(domain)
    for name in domain.mesh.regions:
        if not overlap(lines[""], lines[f".regions.{name}"]):
            message = f"this region is outside of the domain, which covers {_box(domain)}"
            hint = "move it so that it shares an area with the domain, or take it out"
            yield Problem(f"domain.mesh.regions.{name}", message, hint=hint)


def _size(domain: Domain) -> Iterator[Problem]:
    mesh = domain.mesh
    if isinstance(mesh, FileMesh | CurvilinearMesh) or (count := domain.estimate_cells()) <= MOST_CELLS:
        return
    coarser = (count / 1e6) ** 0.5
    if isinstance(mesh, Made):
        message = f"this resolution makes about {count:.1e} triangles, more than {MOST_CELLS:.0e}"
        hint = f"it is in metres; {mesh.resolution_m * coarser:.2g} would make about a million"
        yield Problem("domain.mesh.resolution_m", message, mesh.resolution_m, hint=hint)
        return
    found = grid(domain)
    steps = [float(f"{step * coarser:.2g}") for step in (found.dx, found.dy)] if isinstance(found, RegularGrid) else ""
    hint = f"give a wider spacing, in the unit of domain.crs{steps and f'; {steps} would make about a million'}"
    message = f"this grid has {count:.1e} triangles, more than {MOST_CELLS:.0e}"
    yield Problem("domain.mesh.spacing", message, mesh.spacing, hint=hint)


def _bed(domain: Domain, highest_level_m: float | None) -> Iterator[Problem]:
    bed = domain.bathymetry
    if isinstance(bed, Grid):
        yield from _grid(domain, bed, highest_level_m or 0.0)
    elif isinstance(bed, MeshDepths):
        yield from _mesh_depths(domain, bed, highest_level_m or 0.0)
    elif highest_level_m is not None:
        yield from dry_bed(domain, lowest_m(bed), highest_level_m)


def _grid(domain: Domain, bed: Grid, highest_level_m: float) -> Iterator[Problem]:
    from .extent import sample_points
    from .grid_elevation import gridded_elevation, open_grid, own_datum

    with open_grid(domain, bed) as grid:
        yield from datum_problems("domain.bathymetry", own_datum(bed, grid), bed.offset_m, domain)
    bed_m = gridded_elevation(domain, bed, *sample_points(domain).T)
    yield from dry_bed(domain, float(bed_m.min()), highest_level_m)


def _mesh_depths(domain: Domain, bed: MeshDepths, highest_level_m: float) -> Iterator[Problem]:
    from .mesh_files import read_mesh

    yield from datum_problems("domain.bathymetry", bed.vertical_datum, bed.offset_m, domain)
    assert isinstance(domain.mesh, FileMesh)  # a rule of the config
    carried = read_mesh(domain.mesh.path).elevation_m
    if carried is None:
        yield Problem("domain.bathymetry.kind", "the mesh file carries no depths", "mesh", hint="use grid or flat")
        return
    bed_m = carried + (bed.offset_m or 0.0)
    yield from dry_bed(domain, float(bed_m.min()), highest_level_m)


def datum_problems(key: str, own: str, offset_m: float | None, domain: Domain) -> Iterator[Problem]:
    """Data that refer to another vertical datum than the domain, without an offset that says how far apart they are."""
    if own and offset_m is None and own.casefold() != domain.vertical_datum.casefold():
        message = f"these data refer to {own}, the domain to {domain.vertical_datum}"
        hint = f"give {key}.offset_m, the height of {own} over {domain.vertical_datum} [m] (0 if they are the same)"
        yield Problem(f"{key}.vertical_datum", message, own, hint=hint, data=True)


def _stations(domain: Domain) -> Iterator[Problem]:
    for name, place in domain.stations.items():
        yield from place_problems(f"domain.stations.{name}", place, domain)


def place_problems(key: str, place: Place, domain: Domain) -> list[Problem]:
    """A place that is not in the domain."""
    if _is_inside(domain, *domain.locate(place)):
        return []
    given = place.lonlat or place.metres
    hint = "lon and lat look swapped" if _is_swapped(domain, place) else "move it inside"
    return [Problem(key, f"this place is outside of the domain, which covers {_box(domain)}", given, hint=hint)]


def _is_swapped(domain: Domain, place: Place) -> bool:
    """Whether a place outside of the domain would be inside with its lon and lat exchanged."""
    if place.lon is None or place.lat is None or abs(place.lon) > 90:
        return False
    return _is_inside(domain, *domain.locate(Place(lon=place.lat, lat=place.lon)))


def _is_inside(domain: Domain, x_m: float, y_m: float) -> bool:
    if isinstance(domain.mesh, Made):
        return is_inside(domain, x_m, y_m)
    import numpy as np

    return bool(domain.inside(np.array([x_m]), np.array([y_m]))[0])


def _box(domain: Domain) -> str:
    from .extent import coordinates

    x, y = coordinates(domain).T.tolist()
    return box_words(domain.crs == LON_LAT, (min(x), max(x)), (min(y), max(y)))


def notes(domain: Domain) -> list[str]:
    """A distorted projection, the range of a measured bed, a sign that looks wrong."""
    return [*_distortion(domain), *_bed_range(domain)]


def _distortion(domain: Domain) -> Iterator[str]:
    if domain.crs != LON_LAT or domain.projection:
        return
    import numpy as np

    from .extent import coordinates

    points = coordinates(domain)
    half_width = np.radians(np.ptp(points[:, 0])) / 2 * np.cos(np.radians(np.abs(points[:, 1]).min()))
    if (error := float(half_width**2 / 2)) > 0.002:  # scale of a transverse Mercator projection, Snyder (1987), eq. 8-9
        wide = f"the domain is wide for the UTM zone {domain.metric_crs()}"
        yield f"{wide}: lengths near its edge are about {error:.1%} too long; domain.projection chooses another system"


def _bed_range(domain: Domain) -> Iterator[str]:
    if not domain.is_measured:
        return
    import numpy as np

    from .extent import sample_points

    try:
        bed = domain.elevation_at(*sample_points(domain).T)
    except DataError:
        return  # `problems` says why
    wet = float(np.mean(bed < 0))
    yield f"bed from {bed.min():.1f} to {bed.max():.1f} m over {domain.vertical_datum}, {wet:.0%} of it below"
    if wet < 0.1:
        yield "nearly all of the domain is land: is domain.bathymetry.sign right?"
