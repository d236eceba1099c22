"""Meshes from files, whatever their format."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.files import existing_file, looks_like
from ..errors import DataError, Problem

if TYPE_CHECKING:
    from .raw_mesh import RawMesh

KEY = "domain.mesh.path"


def read_mesh(path: Path) -> RawMesh:
    """The mesh in a file, in the coordinates of the file; read once as long as the file does not change.

    Raises:
        DataError: missing, of an unknown format, or malformed.
    """
    found = existing_file(path, KEY)
    state = found.stat()
    return _read(found, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, _modified: int, _size: int) -> RawMesh:
    from . import anuga_files, gr3, ugrid

    readers = {
        ".gr3": gr3.read,
        ".14": gr3.read,
        ".ll": gr3.read,
        ".nc": ugrid.read,
        ".tsh": anuga_files.read_tsh,
        ".msh": anuga_files.read_msh,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        message = f"{path.name} has an unknown ending, expected one of {', '.join(readers)}"
        raise DataError(Problem(KEY, message))
    try:
        mesh = reader(path)
        mesh.check()
    except (ValueError, KeyError, IndexError, OSError) as error:
        fault = f"{path.name} is not a readable {path.suffix} mesh ({looks_like(path)}): {error}"
        raise DataError(Problem(KEY, fault, str(path))) from error
    return mesh
