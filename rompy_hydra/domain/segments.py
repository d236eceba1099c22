"""Names of the boundary segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .mesh_files import read_mesh
from .meshes import LAND, SIDES, BoxMesh, FileMesh

if TYPE_CHECKING:
    from .domain import Domain


def file_names(domain: Domain) -> dict[str, str]:
    """Segment name in the mesh file -> name in the domain, of a domain with a mesh file."""
    renamed = {str(part): name for name, parts in domain.boundaries.items() for part in parts}
    assert isinstance(domain.mesh, FileMesh)
    return {name: renamed.get(name, name) for name in read_mesh(domain.mesh.path).boundary()}


def edge_names(domain: Domain, count: int) -> list[str]:
    """The segment of each of the `count` edges of a polygon's or box's outline."""
    named = {part: name for name, parts in domain.boundaries.items() for part in parts}
    if isinstance(domain.mesh, BoxMesh):
        return [named.get(side, side) for side in SIDES]
    return [named.get(i, LAND) for i in range(count)]


def segment_names(domain: Domain) -> tuple[str, ...]:
    """Every segment once, sorted."""
    mesh = domain.mesh
    if isinstance(mesh, FileMesh):
        return tuple(sorted(set(file_names(domain).values())))
    _, outer = next(mesh.outlines("domain.mesh"))
    return tuple(sorted({*edge_names(domain, len(outer.vertices("domain.mesh"))), *mesh.holes}))
