"""The user's files behind a domain, and what they cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..core.files import user_path
from ..core.geo import is_lonlat
from ..core.inputs import Input
from ..data.coverage import box_words, covering
from .bathymetry import Grid
from .meshes import CurvilinearMesh, FileMesh, Made, Outline
from .place import Point

if TYPE_CHECKING:
    from .domain import Domain


def inputs(domain: Domain) -> list[Input]:
    """Mesh file or outlines, and bathymetry; without coverage where a file cannot be read."""
    return [*_mesh(domain), *_bathymetry(domain)]


def _mesh(domain: Domain) -> Iterator[Input]:
    mesh = domain.mesh
    if isinstance(mesh, FileMesh | CurvilinearMesh):
        yield from covering([Input("domain.mesh.path", user_path(mesh.path))], lambda: _mesh_words(domain))
    if not isinstance(mesh, Made):
        return
    for key, line in mesh.outlines("domain.mesh"):
        if line.outline_file is not None:
            found = Input(f"{key}.outline_file", user_path(line.outline_file))
            yield from covering([found], partial(_outline_words, domain, line, key))


def _bathymetry(domain: Domain) -> list[Input]:
    bed = domain.bathymetry
    if not isinstance(bed, Grid):
        return []
    from .grid_elevation import grid_coverage

    return covering(bed.source.inputs("domain.bathymetry.source"), lambda: grid_coverage(domain, bed))


def _mesh_words(domain: Domain) -> str:
    from .grids import given_mesh, grid

    mesh = given_mesh(domain)
    what = f"{len(mesh.points)} nodes, {len(mesh.triangles)} triangles"
    if isinstance(domain.mesh, CurvilinearMesh):
        what = "{} x {} points, {} cells".format(*grid(domain).shape, len(mesh.triangles) // 2)
    return f"{what}, {_box(domain, mesh.points.tolist())}"


def _outline_words(domain: Domain, line: Outline, key: str) -> str:
    vertices = line.vertices(key)
    return f"{len(vertices)} vertices, {_box(domain, vertices)}"


def _box(domain: Domain, points: Sequence[Point]) -> str:
    x, y = zip(*points, strict=True)
    return box_words(is_lonlat(domain.crs), (min(x), max(x)), (min(y), max(y)))
