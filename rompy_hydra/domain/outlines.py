"""Closed lines: read from files, and where they cross themselves. Plain Python, light to import."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from ..core.files import existing_file
from ..errors import DataError, Problem
from .estimate import encloses, signed_area
from .place import Point

COLUMNS = (("lon", "lat"), ("longitude", "latitude"), ("x", "y"), ("x_m", "y_m"))
"""Pairs of column names that a CSV outline may have."""


def open_ring(points: Sequence[Point]) -> list[Point]:
    """The vertices without a last one that repeats the first."""
    return list(points[:-1] if len(points) > 1 and points[0] == points[-1] else points)


def crossing(points: Sequence[Point]) -> tuple[int, int] | None:
    """Two edges (by their first vertex) that cross or touch without being neighbours; None for a simple line."""
    edges = list(zip(points, [*points[1:], points[0]], strict=True))
    cells: dict[tuple[int, int], list[int]] = {}
    for i, touched in enumerate(_cells(edges)):
        for cell in touched:
            others = cells.setdefault(cell, [])
            for j in others:
                if i - j not in (1, len(edges) - 1) and _meet(*edges[i], *edges[j]):
                    return j, i
            others.append(i)
    return None


def overlap(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether the areas inside two closed lines have a part in common."""
    for k in (0, 1):
        if max(p[k] for p in one) <= min(p[k] for p in other) or max(p[k] for p in other) <= min(p[k] for p in one):
            return False
    if any(encloses(one, *p) for p in other) or any(encloses(other, *p) for p in one):
        return True
    edges = [list(zip(line, [*line[1:], line[0]], strict=True)) for line in (one, other)]
    return any(_meet(*a, *b) for a, b in product(*edges))


def _cells(edges: list[tuple[Point, Point]]) -> Iterator[Iterator[tuple[int, int]]]:
    """For each edge the cells of a grid, about as many as edges, that the box around it touches."""
    count = max(1, math.isqrt(len(edges)))
    low = [min(a[k] for a, _ in edges) for k in (0, 1)]
    step = [(max(a[k] for a, _ in edges) - low[k]) / count or 1.0 for k in (0, 1)]
    for a, b in edges:
        (west, east), (south, north) = (sorted(int((p[k] - low[k]) / step[k]) for p in (a, b)) for k in (0, 1))
        yield product(range(west, east + 1), range(south, north + 1))


def has_area(points: Sequence[Point]) -> bool:
    """Whether a line encloses more than a hair: 4 pi area / perimeter**2, which is 1 for a circle, is over 1e-6."""
    perimeter = sum(math.dist(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True))
    return 4.0 * math.pi * abs(signed_area(points)) > 1e-6 * perimeter**2


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    touching = zip(sides, ((a, b, c), (a, b, d), (c, d, a), (c, d, b)), strict=True)
    return any(side == 0 and _between(*points) for side, points in touching)


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    return all(min(a[i], b[i]) <= c[i] <= max(a[i], b[i]) for i in (0, 1))


def read_outline(path: Path, key: str) -> list[Point]:
    """The vertices in a CSV or GeoJSON file, without a repeated last one; `key` is the config key of the path.

    Raises:
        DataError: the file is missing, is neither of the two, or holds fewer than 3 vertices.
    """
    found = existing_file(path, key)
    try:
        is_json = found.suffix.lower() in (".json", ".geojson")
        points = open_ring(list(_from_geojson(found) if is_json else _from_csv(found)))
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise DataError(Problem(key, f"{path} is not an outline: {error}", hint=_FORMATS)) from error
    if len(set(points)) < 3:
        raise DataError(
            Problem(key, f"{path} has {len(set(points))} different vertices, an outline needs 3", hint=_FORMATS)
        )
    return points


_FORMATS = "a CSV with the columns lon,lat or x,y, or a GeoJSON with a polygon"


def _from_csv(path: Path) -> Iterator[Point]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = [(n, row) for n, row in enumerate(csv.reader(lines), start=1) if row and not row[0].startswith("#")]
    if not rows:
        raise ValueError("it is empty")
    names = [cell.strip().lower() for cell in rows[0][1]]
    pair = next(((names.index(x), names.index(y)) for x, y in COLUMNS if x in names and y in names), None)
    for number, row in rows[1:] if pair else rows:
        i, j = pair or (0, 1)
        try:
            yield float(row[i]), float(row[j])
        except (ValueError, IndexError):
            raise ValueError(f"line {number} has no two numbers: {','.join(row)!r}") from None


def _from_geojson(path: Path) -> Iterator[Point]:
    ring = _first_ring(json.loads(path.read_text(encoding="utf-8")))
    if ring is None:
        raise ValueError("it holds no polygon")
    yield from ((float(x), float(y)) for x, y, *_ in ring)


def _first_ring(node: Any) -> list[list[float]] | None:
    kind = node["type"]
    if kind == "Polygon":
        return list(node["coordinates"][0])
    if kind == "MultiPolygon":
        return list(node["coordinates"][0][0])
    parts = node.get("features") or node.get("geometries") or [node.get("geometry")]
    return next((ring for part in parts if part and (ring := _first_ring(part))), None)
