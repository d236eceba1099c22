"""Structured grids of a domain, and meshes that are given and not made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from ..core.files import user_path
from ..errors import ConfigError, DataError, Problem
from .bathymetry import Grid
from .mesh_files import read_grid, read_mesh
from .meshes import BathymetryMesh, CurvilinearMesh, FileMesh, RegularMesh

if TYPE_CHECKING:
    from ..core.grid.curvilinear import CurvilinearGrid
    from ..core.grid.raw_mesh import RawMesh
    from ..core.grid.regular import RegularGrid
    from ..core.mesh import Floats
    from .domain import Domain

KEY = "domain.mesh"


def given_mesh(domain: Domain) -> RawMesh:
    """The triangles of a mesh file or a grid, in the crs of the domain.

    Raises:
        ConfigError: the triangles have to be made.
        DataError: a file is missing or malformed.
    """
    return read_mesh(domain.mesh.path) if isinstance(domain.mesh, FileMesh) else grid(domain).raw_mesh()


def grid(domain: Domain) -> RegularGrid | CurvilinearGrid:
    """The structured grid; see `Domain.grid`."""
    mesh = domain.mesh
    if isinstance(mesh, RegularMesh):
        return mesh.grid(domain.crs)
    if isinstance(mesh, CurvilinearMesh):
        return read_grid(mesh, domain.crs)
    if isinstance(mesh, BathymetryMesh):
        return _of_bathymetry(_Asked.of(domain))
    hint = "set it to regular, curvilinear or bathymetry; or take a model that computes on triangles"
    raise ConfigError(
        Problem(f"{KEY}.kind", "a structured grid is needed, with rows and columns", mesh.kind, hint=hint)
    )


def count_triangles(domain: Domain) -> int:
    """Number of triangles of a mesh that is given; those of a regular grid are not made for it."""
    if not isinstance(domain.mesh, FileMesh):
        from ..core.grid.regular import RegularGrid

        if isinstance(found := grid(domain), RegularGrid):
            return 2 * found.cells[0] * found.cells[1]
    return len(given_mesh(domain).triangles)


@dataclass(frozen=True)
class _Asked:
    """The grid of a bathymetry is found once as long as neither the config nor the files change."""

    state: tuple[object, ...]
    domain: Domain = field(compare=False)

    @classmethod
    def of(cls, domain: Domain) -> _Asked:
        """With all that the grid depends on: a node of config never changes, and lives as long as its grid is kept."""
        assert isinstance(domain.bathymetry, Grid)  # a rule of the config
        inputs = domain.bathymetry.source.inputs(KEY)
        paths = [user_path(one.path) for one in inputs if one.path is not None]
        states = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.is_file()]
        return cls((domain.crs, domain.mesh, id(domain.bathymetry), *states), domain)


@lru_cache(maxsize=2)
def _of_bathymetry(asked: _Asked) -> RegularGrid | CurvilinearGrid:
    from ..core.grid.axes import spanned

    domain = asked.domain
    x, y, crs = _points(domain)
    if crs != domain.crs:
        message = f"the bathymetry is in {crs}, the domain in {domain.crs}: its grid is no grid there"
        raise ConfigError(Problem(f"{KEY}.kind", message, domain.mesh.kind, hint=f"set domain.crs to {crs}"))
    assert isinstance(domain.mesh, BathymetryMesh)  # nothing else asks
    try:
        return spanned(x, y, domain.mesh.spacing, crs)
    except ValueError as error:
        raise ConfigError(Problem(f"{KEY}.spacing", str(error), domain.mesh.spacing)) from error


def _points(domain: Domain) -> tuple[Floats, Floats, str]:
    """Coordinates of the columns and rows of the bathymetry, or of all of its points, and their system."""
    import numpy as np

    from .grid_elevation import open_grid

    assert isinstance(domain.bathymetry, Grid)  # a rule of the config
    with open_grid(domain, domain.bathymetry) as opened:
        array = opened.fields.first
        if array.ndim != 2:
            what = "the same everywhere" if array.ndim == 0 else "given at separate points"
            raise DataError(Problem(f"{KEY}.kind", f"{opened.name} is {what}: it has no grid", domain.mesh.kind))
        names = ("lon", "lat") if opened.fields.is_lonlat else ("x", "y")
        x, y = (np.asarray(array.coords[name].values, dtype=np.float64) for name in names)
        return x, y, opened.fields.crs
