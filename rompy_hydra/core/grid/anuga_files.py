"""ANUGA's mesh files: ``.tsh`` in text, ``.msh`` in netCDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .raw_mesh import EdgeNames, RawMesh

EXTERIOR = "exterior"
"""What ANUGA calls outer edges without a tag."""


def read_tsh(path: Path) -> RawMesh:
    """The triangulation with the tags of its segments; coordinates include the offset of the geo reference.

    Raises:
        ValueError: a block is not as expected, or the mesh is not sound.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    vertices, at = _block(lines, 0, "vertices")
    end = at + 1 + max(0, len(vertices[0]) - 3 if vertices else 0)  # a heading, then a title for each attribute
    titles = [line.strip() for line in lines[at + 1 : end]]
    triangles, at = _block(lines, end, "triangles")
    segments, at = _block(lines, at, "segments")
    points = np.array([row[1:3] for row in vertices], dtype=np.float64) + _offset(lines[at:])
    names = {_edge(row[1], row[2]): row[3] for row in segments if len(row) > 3}
    corners = np.array([row[1:4] for row in triangles], dtype=np.int64)
    return RawMesh(points, corners, names, EXTERIOR, _elevation(vertices, titles)).checked()


def _block(lines: list[str], start: int, what: str) -> tuple[list[list[str]], int]:
    words = lines[start].split()
    if not words or not words[0].isdigit():
        raise ValueError(f"line {start + 1}: expected the number of {what}, got {lines[start]!r}")
    end = start + 1 + int(words[0])
    if end > len(lines):
        raise ValueError(f"it ends after line {len(lines)}, expected {words[0]} {what}")
    return [line.split() for line in lines[start + 1 : end]], end


def _edge(a: Any, b: Any) -> tuple[int, int]:
    return min(int(a), int(b)), max(int(a), int(b))


def _offset(rest: list[str]) -> tuple[float, float]:
    at = next((i for i, line in enumerate(rest) if line.lower().startswith("#geo")), None)
    return (0.0, 0.0) if at is None else (float(rest[at + 2]), float(rest[at + 3]))


def _elevation(vertices: list[list[str]], titles: list[str]) -> Any:
    if "elevation" not in titles:
        return None
    column = 3 + titles.index("elevation")
    return np.array([row[column] for row in vertices], dtype=np.float64)


def read_msh(path: Path) -> RawMesh:
    """The same from the netCDF form.

    Raises:
        OSError: it is not netCDF; a Gmsh mesh has the same ending.
        KeyError, ValueError: a variable is missing or malformed, or the mesh is not sound.
    """
    import netCDF4

    with netCDF4.Dataset(path) as data:
        offset = float(getattr(data, "xllcorner", 0.0)), float(getattr(data, "yllcorner", 0.0))
        points = np.asarray(_get(data, "vertices"), dtype=np.float64) + offset
        triangles = np.asarray(_get(data, "triangles"), dtype=np.int64)
        tags = netCDF4.chartostring(_get(data, "segment_tags"))
        names: EdgeNames = {
            _edge(a, b): str(tag).strip() for (a, b), tag in zip(_get(data, "segments"), tags, strict=True)
        }
    return RawMesh(points, triangles, names, EXTERIOR).checked()


def _get(data: Any, name: str) -> Any:
    if name not in data.variables:
        raise ValueError(f"it has no variable {name}, but {', '.join(data.variables)}")
    return np.ma.getdata(data[name][:])
