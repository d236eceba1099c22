"""Where output is, by the commands of the run.

SWAN's own files say less: netCDF keeps coordinates in single precision, half a metre in a northing of a UTM zone; that
of a FRAME has the coordinates of the computational grid instead of its own where SWAN 41.45 runs under MPI, and one row
and one column of them where the frame is turned and the grid is not; text has none, or four digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....errors import DataError
from .commands import commands_of, partitions_of
from .parts import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.mesh import Floats, Ints

COMPGRID = "COMPGRID"
_FORT14 = "fort.14"


@dataclass(frozen=True)
class Told:
    """What the commands of a run, and the files of its mesh, tell of its output."""

    places: dict[str, Place]
    """The regular grid, the nodes of triangles and the frames, by name; what the commands do not tell is left out."""
    mesh: tuple[Floats, Ints] | None
    """(n, 2) nodes and (m, 3) triangles; None where the run has no mesh that is understood."""
    partitions: int
    """Of each partitioned quantity."""


def told_by_commands(workspace: Path) -> Told:
    """Read INPUT, and the mesh that it names, once."""
    nodes = commands_of(workspace)
    mesh = _triangles(workspace, nodes)
    return Told(_places(nodes, mesh), mesh, partitions_of(nodes))


def _places(nodes: list[Any], mesh: tuple[Floats, Ints] | None) -> dict[str, Place]:
    found = {
        str(n.sname): _rows(n.xpfr, n.ypfr, n.alpfr, n.xlenfr, n.ylenfr, n.mxfr, n.myfr) for n in nodes if _is_frame(n)
    }
    for node in nodes:
        if getattr(node, "kind", "") == "regular" and node.myc:
            found[COMPGRID] = _rows(node.xpc, node.ypc, node.alpc, node.xlenc, node.ylenc, node.mxc, node.myc)
    if mesh is not None:
        found[COMPGRID] = Place("points", *mesh[0].T)
    return found


def _is_frame(node: Any) -> bool:
    return hasattr(node, "xpfr")


def _rows(x: float, y: float, turn_deg: float, length: float, width: float, columns: int, rows: int) -> Place:
    """Points of a rectangle, row by row from its origin."""
    along, across = np.arange(columns + 1) * length / columns, np.arange(rows + 1) * width / rows
    if turn_deg == 0:
        return Place("regular", _tidy(x + along), _tidy(y + across))
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    i, j = np.meshgrid(along, across)
    return Place("curvilinear", x + i * cos - j * sin, y + i * sin + j * cos)


def _tidy(axis: Floats) -> Floats:
    """Without the last digits, which are of the arithmetic and not of the grid."""
    rounded: Floats = np.round(axis, 9)
    return rounded


def _triangles(workspace: Path, commands: list[Any]) -> tuple[Floats, Ints] | None:
    kinds = {getattr(n, "kind", ""): n for n in commands}
    try:
        if "adcirc" in kinds:
            from ....core.grid import gr3

            mesh = gr3.read(workspace / _FORT14)
            return mesh.points, mesh.triangles
        if "triangle" in kinds:
            stem = str(kinds["triangle"].fname)
            nodes, cells = (_table(workspace / f"{stem}.{ending}") for ending in ("node", "ele"))
            return nodes[:, 1:3], (cells[:, 1:4] - nodes[0, 0]).astype(np.int64)
    except (OSError, DataError, ValueError, IndexError):
        return None
    return None


def _table(path: Path) -> NDArray[np.float64]:
    """The rows of a file of Triangle, below the line of their number."""
    lines = [line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [line.split() for line in lines if line.strip()]
    return np.array(rows[1 : int(rows[0][0]) + 1], dtype=np.float64)
