"""Insides and areas in plain Python, so that checking an idealised domain loads no numpy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..core.geo import project_point
from .meshes import Made
from .place import Point

if TYPE_CHECKING:
    from .domain import Domain

KEY = "domain.mesh"
EQUILATERAL = math.sqrt(3.0) / 4.0
"""Area of an equilateral triangle with edges of length one."""

_MOST_SAMPLES = 2_500
_MOST_TESTS = 400_000


def metric_lines(domain: Domain) -> dict[str, list[Point]]:
    """Key below ``domain.mesh`` -> vertices in the metric crs: the outline ("") first, then holes and regions."""
    assert isinstance(domain.mesh, Made)
    crs = domain.metric_crs()
    return {
        key.removeprefix(KEY): [project_point(p, domain.crs, crs) for p in line.vertices(key)]
        for key, line in domain.mesh.outlines(KEY)
    }


def encloses(line: Sequence[Point], x: float, y: float) -> bool:
    """Whether a point is inside of a closed line, by the even-odd rule."""
    found = False
    for (x0, y0), (x1, y1) in pairwise([*line, line[0]]):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            found = not found
    return found


def is_inside(domain: Domain, x: float, y: float) -> bool:
    """Whether a point in the metric crs is in a domain whose mesh is made: in its outline and on no island."""
    outer, *others = metric_lines(domain).items()
    islands = [line for key, line in others if key.startswith(".holes.")]
    return encloses(outer[1], x, y) and not any(encloses(line, x, y) for line in islands)


def estimate_cells(domain: Domain) -> int:
    """Number of triangles of a mesh that is made: its area over the mean area of the triangles."""
    assert isinstance(domain.mesh, Made)
    mesh, lines = domain.mesh, metric_lines(domain)
    outer = lines[""]
    holes = [line for key, line in lines.items() if key.startswith(".holes.")]
    regions = [(lines[f".regions.{name}"], region.resolution_m) for name, region in mesh.regions.items()]
    area = abs(signed_area(outer)) - sum(abs(signed_area(hole)) for hole in holes)
    edges = sum(map(len, lines.values()))
    lattice = _lattice(outer, min(_MOST_SAMPLES, max(200, _MOST_TESTS // edges))) if regions else iter(())
    per_m2 = [
        _density([length for line, length in regions if encloses(line, x, y)] or [mesh.resolution_m])
        for x, y in lattice
        if encloses(outer, x, y) and not any(encloses(hole, x, y) for hole in holes)
    ] or [_density([mesh.resolution_m])]
    return max(2, round(area * sum(per_m2) / len(per_m2)))


def _density(lengths_m: list[float]) -> float:
    return 1.0 / (EQUILATERAL * min(lengths_m) ** 2)


def signed_area(line: Sequence[Point]) -> float:
    """Area in the square of the coordinates' unit; negative for a clockwise line."""
    x0, y0 = line[0]
    sides = pairwise([*line, line[0]])
    return 0.5 * sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in sides)


def _lattice(line: Sequence[Point], count: int) -> Iterator[Point]:
    """About `count` points evenly over the box around a line."""
    (west, south), (east, north) = ((f(p[0] for p in line), f(p[1] for p in line)) for f in (min, max))
    step = math.sqrt((east - west) * (north - south) / count)
    for j in range(math.ceil((north - south) / step)):
        yield from ((west + (i + 0.5) * step, south + (j + 0.5) * step) for i in range(math.ceil((east - west) / step)))
