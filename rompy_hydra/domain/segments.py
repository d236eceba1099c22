"""Names of the boundary segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.grid.names import LAND, SIDES
from .grids import given_mesh
from .meshes import BathymetryMesh, BoxMesh, Made, RegularMesh, Sided

if TYPE_CHECKING:
    from .domain import Domain


def renamed(domain: Domain) -> dict[str, str]:
    """Segment name in the mesh file or grid -> name in the domain, of a mesh that is given."""
    named = {str(part): name for name, parts in domain.boundaries.items() for part in parts}
    is_whole = isinstance(domain.mesh, RegularMesh | BathymetryMesh)
    return {name: named.get(name, name) for name in (SIDES if is_whole else given_mesh(domain).boundary)}


def edge_names(domain: Domain, count: int) -> list[str]:
    """The segment of each of the `count` edges of a polygon's or box's outline."""
    named = {part: name for name, parts in domain.boundaries.items() for part in parts}
    if isinstance(domain.mesh, BoxMesh):
        return [named.get(side, side) for side in SIDES]
    return [named.get(i, LAND) for i in range(count)]


def segment_names(domain: Domain) -> tuple[str, ...]:
    """Every segment once, sorted."""
    mesh = domain.mesh
    if not isinstance(mesh, Made):
        return tuple(sorted(set(renamed(domain).values())))
    _, outer = next(mesh.outlines("domain.mesh"))
    return tuple(sorted({*edge_names(domain, len(outer.vertices("domain.mesh"))), *mesh.holes}))


def unnamed_sides(domain: Domain) -> list[str]:
    """Sides of a box or grid that ``boundaries`` does not mention: closed, as the unnamed edges of a polygon."""
    if not isinstance(domain.mesh, Sided):
        return []
    segments = segment_names(domain)
    return [side for side in SIDES if side in segments and side not in domain.boundaries]
