"""Meshes and curvilinear grids from files, whatever their format."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.files import existing_file, looks_like
from ..errors import DataError, Problem
from .meshes import CurvilinearMesh

if TYPE_CHECKING:
    from ..core.grid.curvilinear import CurvilinearGrid
    from ..core.grid.raw_mesh import RawMesh

KEY = "domain.mesh.path"


def read_mesh(path: Path) -> RawMesh:
    """The mesh in a file, in the coordinates of the file; read once as long as the file does not change.

    Raises:
        DataError: missing, of an unknown format, or malformed.
    """
    return _mesh(*_state(path))


def read_grid(mesh: CurvilinearMesh, crs: str) -> CurvilinearGrid:
    """The grid in a file, whose coordinates are in `crs`; read once as long as the file does not change.

    Raises:
        DataError: missing, of an unknown format, malformed, or without two-dimensional coordinates.
    """
    return _grid(*_state(mesh.path), mesh, crs)


State = tuple[Path, int, int]
"""A file as it is now: its path, time of modification and size."""


def _state(path: Path) -> State:
    found = existing_file(path, KEY)
    state = found.stat()
    return found, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=2)
def _mesh(path: Path, _modified: int, _size: int) -> RawMesh:
    from ..core.grid import anuga_files, gr3, ugrid
    from ..data.quantities import vertical_sign

    mesh: RawMesh = _read(
        path,
        "mesh",
        {
            ".gr3": gr3.read,
            ".14": gr3.read,
            ".grd": gr3.read,
            ".ll": gr3.read,
            ".nc": lambda file: ugrid.read(file, vertical_sign),
            ".tsh": anuga_files.read_tsh,
            ".msh": anuga_files.read_msh,
        },
    )
    return mesh


@lru_cache(maxsize=2)
def _grid(path: Path, _modified: int, _size: int, mesh: CurvilinearMesh, crs: str) -> CurvilinearGrid:
    from ..core.grid import curvilinear_files as files

    names = mesh.x_variable, mesh.y_variable
    if path.suffix.lower() == ".grd" and any(names):
        raise DataError(Problem("domain.mesh.x_variable", "a .grd file has no variables; leave x and y_variable out"))
    grid: CurvilinearGrid = _read(
        path,
        "grid",
        {
            ".nc": lambda file: files.read_netcdf(file, crs, names, mesh.missing),
            ".grd": lambda file: files.read_delft3d(file, crs, mesh.missing),
        },
    )
    return grid


def _read(path: Path, what: str, readers: dict[str, Callable[[Path], Any]]) -> Any:
    reader = readers.get(path.suffix.lower())
    if reader is None:
        message = f"{path.name} has an unknown ending, expected one of {', '.join(readers)}"
        raise DataError(Problem(KEY, message))
    try:
        return reader(path)
    except (ValueError, KeyError, IndexError, OSError) as error:
        fault = f"{path.name} is not a readable {path.suffix} {what} ({looks_like(path)}): {error}"
        raise DataError(Problem(KEY, fault, str(path))) from error
