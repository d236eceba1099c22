"""What can be wrong with a domain's config by itself, found without reading any data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import did_you_mean
from .bathymetry import MeshDepths, Profile
from .meshes import LAND, SIDES, BoxMesh, FileMesh, PolygonMesh
from .place import Place, Point

if TYPE_CHECKING:
    from .domain import Domain


def broken_rules(domain: Domain) -> list[str]:
    """One sentence for each broken rule."""
    return [*_coordinates(domain), *_places(domain), *_segments(domain), *_combinations(domain)]


def lonlat_fault(point: Point) -> str:
    """What is wrong with a longitude and latitude, or nothing.

    >>> lonlat_fault((-32.6, 115.6))
    'latitude 115.6 is not in -90..90; lon and lat look swapped: longitude comes first'
    """
    lon, lat = point
    if not -90 <= lat <= 90:
        swapped = "; lon and lat look swapped: longitude comes first" if -90 <= lon <= 90 and -180 <= lat <= 360 else ""
        return f"latitude {lat:g} is not in -90..90{swapped or _metres(point)}"
    return "" if -180 <= lon <= 360 else f"longitude {lon:g} is not in -180..360{_metres(point)}"


def _metres(point: Point) -> str:
    looks = max(abs(c) for c in point) > 360
    return "; these look like metres: set domain.crs to their EPSG number, or to local" if looks else ""


def _coordinates(domain: Domain) -> Iterator[str]:
    if domain.crs != "EPSG:4326" or isinstance(domain.mesh, FileMesh):
        return
    for key, line in domain.mesh.outlines("mesh"):
        for i, point in enumerate(line.outline):
            if fault := lonlat_fault(point):
                part = "x and y" if key == "mesh" and isinstance(domain.mesh, BoxMesh) else f"outline[{i}]"
                yield f"{key}.{part}: {fault}"
                break  # the rest of this line has the same fault


def _places(domain: Domain) -> Iterator[str]:
    if domain.crs != "local":
        return
    for key, place in all_places(domain):
        if place.lonlat is not None:
            yield f"{key}: a domain with crs local has no lon and lat; give x_m and y_m"


def all_places(domain: Domain) -> Iterator[tuple[str, Place]]:
    """Every point of the config with its key below ``domain``."""
    yield from ((f"stations.{name}", place) for name, place in domain.stations.items())
    if isinstance(domain.bathymetry, Profile):
        yield "bathymetry.origin", domain.bathymetry.origin
    features = getattr(domain.bathymetry, "features", {})
    yield from ((f"bathymetry.features.{name}", feature) for name, feature in features.items())


def _segments(domain: Domain) -> Iterator[str]:
    seen: dict[int | str, str] = {}
    for name, parts in domain.boundaries.items():
        for part in parts:
            if part in seen:
                yield f"boundaries.{name}: {part} is already in segment {seen[part]}"
            elif fault := _part_fault(domain, part):
                yield f"boundaries.{name}: {fault}"
            seen[part] = name
        if name in getattr(domain.mesh, "holes", {}):
            yield f"boundaries.{name}: the shore of mesh.holes.{name} has this name already"


def _part_fault(domain: Domain, part: int | str) -> str:
    mesh = domain.mesh
    if isinstance(mesh, BoxMesh):
        known = did_you_mean(str(part), SIDES)
        return "" if part in SIDES else f"a box has the sides {', '.join(SIDES)}, not {part!r} ({known})"
    if isinstance(mesh, FileMesh):
        return "" if isinstance(part, str) else f"expected a segment name of the mesh file, got the number {part}"
    if not isinstance(part, int):
        return f"expected the index of the vertex at which an edge begins, got {part!r}"
    return _index_fault(mesh, part)


def _index_fault(mesh: PolygonMesh, index: int) -> str:
    count = len(mesh.vertices("mesh")) if mesh.outline else 0
    if index < 0 or (count and index >= count):
        last = f"0..{count - 1}" if count else "0 and more"
        return f"the outline has edges {last}, not {index}"
    return ""


def _combinations(domain: Domain) -> Iterator[str]:
    if isinstance(domain.bathymetry, MeshDepths) and not isinstance(domain.mesh, FileMesh):
        yield f"bathymetry.kind: mesh needs mesh.kind: file, got {domain.mesh.kind}; a made mesh carries no depths"
    if LAND in getattr(domain.mesh, "holes", {}):
        yield f"mesh.holes.{LAND}: choose another name; {LAND} is what edges without a name are called"
    if domain.projection and domain.crs != "EPSG:4326":
        yield f"projection: only for a lon/lat domain; this one is computed in its own crs {domain.crs}"
