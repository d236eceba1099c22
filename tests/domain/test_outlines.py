"""Closed lines: files, and lines that cross themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.domain.outlines import crossing, read_outline
from rompy_hydra.errors import DataError

TRIANGLE = [(0.0, 0.0), (2.0, 0.0), (1.0, 1.0)]


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("header", ["", "lon,lat\n", "x,y\n", "name,x_m,y_m\n", "# a comment\nlongitude,latitude\n"])
@pytest.mark.parametrize("closed", [False, True])
def test_a_csv_outline_is_read_with_and_without_a_header(tmp_path: Path, header: str, closed: bool):
    rows = [*TRIANGLE, TRIANGLE[0]] if closed else TRIANGLE
    before = "p," if header.startswith("name") else ""
    text = header + "".join(f"{before}{x},{y}\n" for x, y in rows)
    assert read_outline(write(tmp_path, "a.csv", text), "k") == TRIANGLE


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon", "Feature", "FeatureCollection"])
def test_a_geojson_outline_is_read_however_it_is_wrapped(tmp_path: Path, kind: str):
    ring = [[x, y, 7.0] for x, y in [*TRIANGLE, TRIANGLE[0]]]
    node: dict = {"type": "Polygon", "coordinates": [ring]}
    if kind == "MultiPolygon":
        node = {"type": kind, "coordinates": [[ring]]}
    if kind.startswith("Feature"):
        node = {"type": "Feature", "properties": {}, "geometry": node}
    if kind == "FeatureCollection":
        point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}
        node = {"type": kind, "features": [point, node]}
    assert read_outline(write(tmp_path, "a.geojson", json.dumps(node)), "k") == TRIANGLE


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "lon,lat\n1,2\n3\n4,5\n", "line 3 has no two numbers"),
        ("a.csv", "lon,lat\n1,2\n3,4\n", "2 different vertices"),
        ("a.csv", "", "it is empty"),
        ("a.json", "{", "is not an outline"),
        ("a.json", '{"type": "Point", "coordinates": [1, 2]}', "it holds no polygon"),
        ("a.json", "[1, 2]", "is not an outline"),
    ],
)
def test_a_file_that_is_no_outline_is_refused(tmp_path: Path, name: str, text: str, message: str):
    with pytest.raises(DataError, match=message):
        read_outline(write(tmp_path, name, text), "domain.mesh.outline_file")


def test_known_lines_that_cross_or_touch():
    assert crossing(TRIANGLE) is None
    assert crossing([(0, 0), (1, 1), (1, 0), (0, 1)]) == (0, 2)  # a bow tie
    assert crossing([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]) is not None  # touches its own edge
    assert crossing([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]) is None  # concave, but simple


@given(st.lists(st.floats(0.0, 6.28), min_size=3, max_size=25, unique=True), st.data())
def test_a_star_never_crosses_itself_and_an_exchange_of_two_far_vertices_makes_it(angles: list[float], data):
    bearings = sorted(angles)
    if (
        min(np.diff([*bearings, bearings[0] + 2 * np.pi])) < 1e-3
        or max(np.diff(bearings, append=bearings[0] + 6.2832)) > 3
    ):
        return  # too thin, or the middle is outside
    radii = data.draw(st.lists(st.floats(0.5, 2.0), min_size=len(angles), max_size=len(angles)))
    star = [(r * float(np.cos(a)), r * float(np.sin(a))) for r, a in zip(radii, bearings, strict=True)]
    assert crossing(star) is None
    if len(star) > 3:
        circle = [(float(np.cos(a)), float(np.sin(a))) for a in bearings]
        circle[0], circle[1] = circle[1], circle[0]
        assert crossing(circle) is not None
