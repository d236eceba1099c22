"""Coordinates of curvilinear grids and triangular meshes.

SWAN reads coordinates of grids and meshes in single precision, seven digits in all, and only then subtracts those of
the first point. A longitude of 115 is therefore known to 4e-6 degrees (0.4 m), a northing of 6.5e6 m to 0.25 m; the
shape of cells suffers that are not much larger than that. Coordinates of a local system, or less a constant that every
command takes off, lose nothing. Points of output, and the corners of regular grids, are read in double precision and
lose nothing before the subtraction.

Of the ways to give a mesh, Triangle's files are the ones where each vertex carries the number of its boundary segment,
and where depths come from READINP BOTTOM as on every other grid; SWAN takes the depths of a ``fort.14`` from that file
alone, and its name is fixed. ``BOUNDSPEC SIDE k`` takes the vertices with number k, counter-clockwise along the outer
boundary. A vertex has one number: where two segments meet it belongs to one of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ....core.mesh import Floats, Ints
from .decimal import Decimal
from .fields import Encoding, write_fields
from .files import created, finite

_FEWEST, _MOST = 4, 10
"""Triangles around a vertex inside a mesh, as SWAN allows them."""


def decimals(is_lonlat: bool) -> int:
    """Decimals of coordinates: 1e-7 degrees, or millimetres."""
    return 7 if is_lonlat else 3


def write_curvilinear(path: Path, x: Floats, y: Floats, *, is_lonlat: bool, exception: float | None = None) -> None:
    """Write (my, mx) coordinates for READGRID COORDINATES: all x, then all y; the same bytes when repeated.

    Args:
        path: the file.
        x: x [m] or longitude; NaN where the grid has no point.
        y: y [m] or latitude; NaN at the same places.
        is_lonlat: whether coordinates are in degrees.
        exception: stands for points that are not there, for both x and y; CGRID CURVILINEAR says the same.

    Raises:
        ValueError: x and y are not there at the same places, a point is missing without an exception value, or a
            coordinate equals it.
    """
    if (np.isnan(x) != np.isnan(y)).any():
        raise ValueError("x and y are not missing at the same points")
    encoding = coordinate_encoding(x, y, is_lonlat=is_lonlat, exception=exception)
    write_fields(path, [np.stack([x, y])[None]], encoding, exception)


def coordinate_encoding(x: Floats, y: Floats, *, is_lonlat: bool, exception: float | None = None) -> Encoding:
    """How `write_curvilinear` writes these coordinates."""
    known = [c for axis in (x, y) if np.isfinite(axis).any() for c in (np.nanmin(axis), np.nanmax(axis))]
    known += [] if exception is None else [np.float64(exception)]
    return Encoding(Decimal(decimals(is_lonlat), min(known, default=0.0), max(known, default=0.0)))


def write_triangle(stem: Path, points: Floats, triangles: Ints, markers: Ints, *, is_lonlat: bool) -> None:
    """Write ``<stem>.node`` and ``<stem>.ele`` for READGRID UNSTRUCTURED TRIANGLE; the same bytes when repeated.

    Args:
        stem: the files without their endings.
        points: (n, 2) vertices.
        triangles: (m, 3) indices of vertices from 0, in either sense; SWAN gets them counter-clockwise, as it must.
        markers: (n,) number of the boundary segment of each vertex, from 1; 0 inside the mesh.
        is_lonlat: whether vertices are in degrees.

    Raises:
        ValueError: a vertex is not finite, a triangle has no area, or a vertex has so few or so many triangles that
            SWAN refuses the mesh.
    """
    finite(points, "vertex")
    triangles = _counter_clockwise(points, triangles)
    _refuse_valence(len(points), triangles, markers)
    places = enumerate(zip(_coordinates(points, is_lonlat), markers.tolist(), strict=True), 1)
    nodes = [f"{len(points)} 2 0 1", *(f"{i} {place} {marker}" for i, (place, marker) in places)]
    cells = [f"{len(triangles)} 3 0", *(f"{i} {a} {b} {c}" for i, (a, b, c) in enumerate((triangles + 1).tolist(), 1))]
    _write_lines(stem.with_name(f"{stem.name}.node"), nodes)
    _write_lines(stem.with_name(f"{stem.name}.ele"), cells)


def _coordinates(points: Floats, is_lonlat: bool) -> list[str]:
    digits = decimals(is_lonlat)
    return [f"{x:.{digits}f} {y:.{digits}f}" for x, y in points.tolist()]


def _write_lines(path: Path, lines: list[str]) -> None:
    with created(path) as file:
        file.write("\n".join([*lines, ""]).encode("ascii"))


def _counter_clockwise(points: Floats, triangles: Ints) -> Ints:
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    if (doubled == 0).any():
        raise ValueError(f"{np.count_nonzero(doubled == 0)} triangles have no area")
    return np.where((doubled < 0)[:, None], triangles[:, ::-1], triangles)


def _refuse_valence(count: int, triangles: Ints, markers: Ints) -> None:
    around = np.bincount(triangles.reshape(-1), minlength=count)
    bad = np.flatnonzero((around > _MOST) | ((around < _FEWEST) & (markers == 0)))
    if bad.size:
        raise ValueError(
            f"{bad.size} vertices have more than {_MOST} triangles, or inside the mesh fewer than {_FEWEST}; "
            f"the first is vertex {bad[0]} with {around[bad[0]]}"
        )
