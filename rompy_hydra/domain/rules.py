"""What can be wrong with a domain's config by itself, found without reading any data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..core.geo import is_lonlat
from ..core.grid.names import LAND, SIDES
from ..core.grid.regular import cells_fault
from ..errors import did_you_mean
from .bathymetry import Grid, MeshDepths, Profile
from .meshes import BathymetryMesh, BoxMesh, CurvilinearMesh, FileMesh, Made, PolygonMesh, RegularMesh
from .place import Place, Point

if TYPE_CHECKING:
    from .domain import Domain


_CIRCLE, _EASTMOST = 360, 540
"""Longitudes from 0 to 360 go on over Greenwich, as those from -180 to 180 do over the dateline: 358 .. 362."""


class Broken(NamedTuple):
    """One broken rule."""

    loc: tuple[str | int, ...]
    """Where, below ``domain``."""
    message: str
    value: Any


def check_rules(domain: Domain) -> None:
    """Nothing for a sound config.

    Raises:
        pydantic.ValidationError: with one error, at its own place, for each broken rule.
    """
    broken = [*_coordinates(domain), *_places(domain), *_segments(domain), *_combinations(domain)]
    if broken:
        raise ValidationError.from_exception_data("Domain", [_as_error(b) for b in broken])


def _as_error(broken: Broken) -> InitErrorDetails:
    error = PydanticCustomError("domain_rule", "{message}", {"message": broken.message})
    return InitErrorDetails(type=error, loc=broken.loc, input=broken.value)


def lonlat_fault(point: Point, eastmost: float = _EASTMOST) -> str:
    """What is wrong with a longitude and latitude, or nothing.

    >>> lonlat_fault((-32.6, 115.6))
    'latitude 115.6 is not in -90..90; lon and lat look swapped: longitude comes first'
    """
    lon, lat = point
    if not -90 <= lat <= 90:
        swapped = "; lon and lat look swapped: longitude comes first" if -90 <= lon <= 90 and -180 <= lat <= 360 else ""
        return f"latitude {lat:g} is not in -90..90{swapped or _metres(point)}"
    return "" if -180 <= lon <= eastmost else f"longitude {lon:g} is not in -180..{eastmost}{_metres(point)}"


def _metres(point: Point) -> str:
    looks = max(abs(c) for c in point) > _EASTMOST
    return "; these look like metres: set domain.crs to their EPSG number, or to local" if looks else ""


def degrees_fault(points: Iterable[Point], crs: str) -> str:
    """What is wrong with coordinates in a metric system that are all within the range of degrees, or nothing.

    >>> degrees_fault([(115.6, -32.6), (115.7, -32.5)], "EPSG:32750")
    'the coordinates look like degrees, the crs EPSG:32750 is in metres: set domain.crs to EPSG:4326'
    """
    if crs in ("EPSG:4326", "local") or any(abs(x) > 360 or abs(y) > 90 for x, y in points):
        return ""
    return f"the coordinates look like degrees, the crs {crs} is in metres: set domain.crs to EPSG:4326"


def _coordinates(domain: Domain) -> Iterator[Broken]:
    mesh = domain.mesh
    if isinstance(mesh, RegularMesh):
        yield from _regular(mesh, domain.crs)
    if not isinstance(mesh, Made):
        return
    _, outer = next(mesh.outlines("mesh"))
    if outer.outline and (fault := degrees_fault(outer.outline, domain.crs)):
        loc = ("mesh", "x") if isinstance(mesh, BoxMesh) else ("mesh", "outline")
        yield Broken(loc, fault, outer.outline)
    if not is_lonlat(domain.crs):
        return
    for key, line in mesh.outlines("mesh"):
        is_elsewhere = all(lon > _CIRCLE for lon, _ in line.outline)
        for i, point in enumerate(line.outline):
            if fault := lonlat_fault(point, _CIRCLE if is_elsewhere else _EASTMOST):
                is_box = key == "mesh" and isinstance(mesh, BoxMesh)
                yield Broken((*key.split("."), *(() if is_box else ("outline", i))), fault, point)
                break  # the rest of this line has the same fault


def _regular(mesh: RegularMesh, crs: str) -> Iterator[Broken]:
    broken = [*_rotation(mesh, crs), *_sizes(mesh)]
    yield from broken or _corners(mesh, crs)


def _rotation(mesh: RegularMesh, crs: str) -> Iterator[Broken]:
    if mesh.rotation_deg and is_lonlat(crs):
        message = "a grid of longitudes and latitudes cannot be rotated: give it in a metric crs, such as a UTM zone"
        yield Broken(("mesh", "rotation_deg"), message, mesh.rotation_deg)


def _sizes(mesh: RegularMesh) -> Iterator[Broken]:
    for i, axis in enumerate("xy"):
        if mesh.size and mesh.spacing and (fault := cells_fault(mesh.size[i], mesh.spacing[i], axis)):
            yield Broken(("mesh", "size", i), fault, mesh.size[i])


def _corners(mesh: RegularMesh, crs: str) -> Iterator[Broken]:
    first, *others = mesh.grid(crs).corners
    if fault := lonlat_fault(first) if is_lonlat(crs) else degrees_fault([first, *others], crs):
        yield Broken(("mesh", "x"), f"the first point of the grid: {fault}", first)
    elif is_lonlat(crs) and (beyond := next(filter(lonlat_fault, others), None)):
        message = "a corner of the grid is beyond the Earth: size and spacing are in degrees, as x and y are"
        yield Broken(("mesh", "spacing" if mesh.spacing else "size"), message, beyond)


def _places(domain: Domain) -> Iterator[Broken]:
    if domain.crs != "local":
        return
    for loc, place in _all_places(domain):
        if place.lonlat is not None:
            yield Broken(loc, "a domain with crs local has no lon and lat; give x_m and y_m", place.lonlat)


def _all_places(domain: Domain) -> Iterator[tuple[tuple[str, ...], Place]]:
    yield from ((("stations", name), place) for name, place in domain.stations.items())
    if isinstance(domain.bathymetry, Profile):
        yield ("bathymetry", "origin"), domain.bathymetry.origin
    features = getattr(domain.bathymetry, "features", {})
    yield from ((("bathymetry", "features", name), feature) for name, feature in features.items())


def _segments(domain: Domain) -> Iterator[Broken]:
    seen: dict[int | str, str] = {}
    for name, parts in domain.boundaries.items():
        for part in parts:
            if part in seen:
                yield Broken(("boundaries", name), f"{part} is already in segment {seen[part]}", part)
            elif fault := _part_fault(domain, part):
                yield Broken(("boundaries", name), fault, part)
            seen[part] = name
        if name in getattr(domain.mesh, "holes", {}):
            yield Broken(("boundaries", name), f"the shore of mesh.holes.{name} has this name already", name)


def _part_fault(domain: Domain, part: int | str) -> str:
    mesh = domain.mesh
    if isinstance(mesh, BoxMesh | RegularMesh | BathymetryMesh):
        known = did_you_mean(str(part), SIDES)
        what = "a box" if isinstance(mesh, BoxMesh) else "a grid"
        return "" if part in SIDES else f"{what} has the sides {', '.join(SIDES)}, not {part!r} ({known})"
    if isinstance(mesh, FileMesh | CurvilinearMesh):
        return "" if isinstance(part, str) else f"expected a segment name of the mesh file, got the number {part}"
    if not isinstance(part, int):
        edges = "an edge has the number of the vertex at which it begins, counted from 0"
        return f"expected the number of an edge of the outline, got {part!r}; {edges}"
    return _index_fault(mesh, part)


def _index_fault(mesh: PolygonMesh, index: int) -> str:
    count = len(mesh.vertices("mesh")) if mesh.outline else 0
    if index < 0 or (count and index >= count):
        last = f"0..{count - 1}" if count else "0 and more"
        return f"the outline has edges {last}, not {index}"
    return ""


def _combinations(domain: Domain) -> Iterator[Broken]:
    if isinstance(domain.bathymetry, MeshDepths) and not isinstance(domain.mesh, FileMesh):
        message = "kind mesh needs mesh.kind: file; no other mesh carries depths"
        yield Broken(("bathymetry", "kind"), message, "mesh")
    if isinstance(domain.mesh, BathymetryMesh) and not isinstance(domain.bathymetry, Grid):
        message = f"kind bathymetry needs bathymetry.kind: grid; kind {domain.bathymetry.kind} has no points"
        yield Broken(("mesh", "kind"), message, "bathymetry")
    if LAND in getattr(domain.mesh, "holes", {}):
        message = f"choose another name; {LAND} is what edges without a name are called"
        yield Broken(("mesh", "holes", LAND), message, LAND)
    if domain.projection and domain.crs != "EPSG:4326":
        message = f"only for a lon/lat domain; this one is computed in its own crs {domain.crs}"
        yield Broken(("projection",), message, domain.projection)
