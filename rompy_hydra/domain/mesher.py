"""Triangles that fill a polygon, by Shewchuk's Triangle through meshpy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from ..core import polygon
from ..core.grid.raw_mesh import EdgeNames
from ..core.mesh import Floats, Ints, signed_areas
from ..errors import ConfigError, DataError, Problem
from .estimate import EQUILATERAL
from .extent import edge_length_m

MIN_ANGLE_DEG = 28.0
"""Smallest angle of a triangle; Triangle ends for certain up to about 33 degrees."""

LARGEST_OVER_MEAN = 1.5
"""Triangle takes a largest area. With this many times sqrt(3)/4 L**2 the mean area comes out within 5 % of
sqrt(3)/4 L**2, and the mean edge within 3 % of L (measured from 60 to 100,000 triangles)."""

_FIRST_MARKER = 2  # 0 and 1 mean something to Triangle
_MOST_PASSES = 12

Regions = list[tuple[Floats, float]]


@dataclass(frozen=True, eq=False)
class Line:
    """A closed line with the segment name of each of its edges."""

    points: Floats
    names: list[str]


def triangulate(lines: list[Line], resolution_m: float, regions: Regions) -> tuple[Floats, Ints, EdgeNames]:
    """Points, triangles and names of edges of a mesh between the first line and the other ones, which are holes.

    Raises:
        ConfigError: meshpy is not installed.
        DataError: Triangle cannot fill these lines.
    """
    triangle = _load_triangle()
    coarsest = max([resolution_m, *(length for _, length in regions)])
    try:
        mesh = triangle.build(
            _input(triangle, lines, resolution_m, regions), max_volume=_largest(coarsest), min_angle=MIN_ANGLE_DEG
        )
        for _ in range(_MOST_PASSES):
            wanted = _largest(edge_length_m(_centroids(mesh), resolution_m, regions))
            if not np.any(_areas(mesh) > wanted * 1.0001):
                break
            mesh = _refined(triangle, mesh, wanted)
    except RuntimeError as error:
        raise DataError(Problem("domain.mesh", f"the mesh generator cannot fill this outline: {error}")) from error
    return _result(mesh, [name for line in lines for name in line.names])


def _load_triangle() -> Any:
    try:
        return import_module("meshpy.triangle")
    except ImportError as error:
        hint = 'pip install "rompy-hydra[anuga]", or give a mesh file: domain.mesh.kind=file'
        raise ConfigError(Problem("domain.mesh", "making a mesh needs the package meshpy", hint=hint)) from error


def _largest(length_m: Any) -> Any:
    return LARGEST_OVER_MEAN * EQUILATERAL * length_m**2


def _input(triangle: Any, lines: list[Line], resolution_m: float, regions: Regions) -> Any:
    info = triangle.MeshInfo()
    points, facets, start = [], [], 0
    for line in lines:
        count = len(line.points)
        facets += [(start + i, start + (i + 1) % count) for i in range(count)]
        points += line.points.tolist()
        start += count
    shore = np.concatenate([polygon.ring_edges(line.points) for line in lines])
    points += _region_points(shore, resolution_m, regions).tolist()
    info.set_points(points)
    info.set_facets(facets, list(range(_FIRST_MARKER, _FIRST_MARKER + len(facets))))
    if len(lines) > 1:
        info.set_holes([_point_within(triangle, line.points) for line in lines[1:]])
    return info


def _region_points(shore: Floats, resolution_m: float, regions: Regions) -> Floats:
    """Points along the edge of finer regions, so that a region smaller than a coarse triangle is not missed."""
    kept = [np.empty((0, 2))]
    for line, length_m in regions:
        if length_m < resolution_m:
            points = polygon.densified(line, length_m)
            points = points[polygon.inside(points, shore)]
            kept.append(points[polygon.distance(points, shore) > length_m / 2] if len(points) else points)
    return np.unique(np.concatenate(kept), axis=0)


def _point_within(triangle: Any, ring: Floats) -> tuple[float, float]:
    """The middle of the largest triangle of a closed line."""
    info = triangle.MeshInfo()
    info.set_points(ring.tolist())
    info.set_facets([(i, (i + 1) % len(ring)) for i in range(len(ring))])
    mesh = triangle.build(info, quality_meshing=False)
    x, y = _centroids(mesh)[int(np.argmax(_areas(mesh)))]
    return float(x), float(y)


def _refined(triangle: Any, mesh: Any, largest: Floats) -> Any:
    mesh.element_volumes.setup()
    for i, area in enumerate(largest.tolist()):
        mesh.element_volumes[i] = area
    return triangle.refine(mesh, min_angle=MIN_ANGLE_DEG)


def _points(mesh: Any) -> Floats:
    return np.array(list(mesh.points), dtype=np.float64)


def _triangles(mesh: Any) -> Ints:
    return np.array(list(mesh.elements), dtype=np.int64)


def _centroids(mesh: Any) -> Floats:
    centres: Floats = _points(mesh)[_triangles(mesh)].mean(axis=1)
    return centres


def _areas(mesh: Any) -> Floats:
    return np.abs(signed_areas(_points(mesh), _triangles(mesh)))


def _result(mesh: Any, names: list[str]) -> tuple[Floats, Ints, EdgeNames]:
    edges: EdgeNames = {}
    for (a, b), marker in zip(list(mesh.facets), list(mesh.facet_markers), strict=True):
        if marker >= _FIRST_MARKER:
            edges[min(a, b), max(a, b)] = names[marker - _FIRST_MARKER]
    return _points(mesh), _triangles(mesh), edges
