"""The picture of a domain before a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest

from rompy_hydra.domain import Domain
from rompy_hydra.report import domain_figure
from rompy_hydra.report.canvas import LINES
from rompy_hydra.report.domain_figure import DomainView, draw_domain
from rompy_hydra.report.domain_view import draw, view

BEACH = {
    "kind": "profile",
    "origin": {"x_m": 0, "y_m": 0},
    "direction_deg": 90,
    "distance_m": [0, 1500],
    "elevation_m": [-12, 3],
}


def rotated(**fields: Any) -> Domain:
    regular = {"kind": "regular", "x": 0, "y": 0, "size": [1500, 1000], "spacing": 100, "rotation_deg": 20}
    given = {"mesh": regular, "boundaries": {"ocean": ["west"]}, "bathymetry": BEACH}
    return Domain(**{"crs": "local", **given, "stations": {"pier": {"x_m": 600, "y_m": 600}}, **fields})


def seen(domain: Domain) -> DomainView:
    return view(domain, domain.build_mesh())


def colours(path: Path) -> set[tuple[int, ...]]:
    picture = (matplotlib.image.imread(path)[..., :3] * 255).round().astype(int)
    return {tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0).tolist()}


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def test_every_segment_has_a_colour_of_its_own(tmp_path: Path):
    draw(rotated(), tmp_path / "domain.png")
    found = colours(tmp_path / "domain.png")
    assert {rgb(colour) for colour in LINES[1:5]} <= found  # east, north, ocean and south
    assert rgb("#ff5a36") in found  # the station
    assert rgb(LINES[5]) not in found


def test_the_picture_is_the_same_when_it_is_drawn_again(tmp_path: Path):
    for name in ("a.png", "b.png"):
        draw(rotated(), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_a_metric_domain_is_seen_in_kilometres_with_the_lines_of_its_grid():
    domain = rotated()
    found = seen(domain)
    assert (found.lonlat, found.crs) == (False, "local")
    assert found.points * 1e3 == pytest.approx(domain.build_mesh().points_m)
    assert len(found.wires) == 15 * 11 + 16 * 10  # rows and columns, and no diagonals
    assert found.stations["pier"] == pytest.approx((0.6, 0.6))
    assert {name: len(lines) for name, lines in found.segments.items()} == dict.fromkeys(
        ("east", "north", "ocean", "south"), 1
    )


def test_a_domain_in_degrees_is_seen_in_degrees():
    regular = {"kind": "regular", "x": 115.6, "y": -32.7, "cells": [5, 4], "spacing": 0.01}
    flat = {"kind": "flat", "elevation_m": -5}
    stations = {"reef": {"lon": 115.62, "lat": -32.68}}
    found = seen(rotated(crs="EPSG:4326", mesh=regular, bathymetry=flat, stations=stations))
    assert found.lonlat
    assert (found.points.min(axis=0), found.points.max(axis=0)) == (
        pytest.approx([115.6, -32.7]),
        pytest.approx([115.65, -32.66]),
    )
    assert found.stations["reef"] == pytest.approx((115.62, -32.68))


def test_triangles_have_every_edge_once(gr3_mesh: Path):
    found = seen(rotated(mesh={"kind": "file", "path": gr3_mesh}, boundaries={}, stations={}))
    assert len(found.wires) == 5
    assert set(found.segments) == {"land"}


@pytest.fixture
def gr3_mesh(tmp_path: Path) -> Path:
    (tmp_path / "a.gr3").write_text("two\n2 4\n1 0 0 1\n2 9 0 1\n3 9 9 1\n4 0 9 1\n1 3 1 2 3\n2 3 1 3 4\n")
    return tmp_path / "a.gr3"


def test_the_shortest_of_many_segments_share_a_colour(tmp_path: Path):
    line = np.array([[0.2, 0.2], [0.3, 0.2]])
    many = {f"river_{i}": [line + np.array([0.0, i / 50])] for i in range(20)}
    draw_domain(tmp_path / "a.png", replace(seen(rotated()), segments=many), "rivers")
    assert {rgb(colour) for colour in LINES} <= colours(tmp_path / "a.png")


def test_lines_too_fine_for_paper_are_left_out(tmp_path: Path):
    fine = {"kind": "regular", "x": 0, "y": 0, "size": [1500, 1000], "spacing": 2}
    flat = {"kind": "flat", "elevation_m": -5}
    draw(rotated(mesh=fine, bathymetry=flat, stations={}), tmp_path / "fine.png")
    picture = matplotlib.image.imread(tmp_path / "fine.png")
    middle = picture[len(picture) // 3 : len(picture) // 2, 300:600].reshape(-1, picture.shape[2])
    assert len(np.unique(middle, axis=0)) == 1  # nothing but the bed


@pytest.mark.parametrize(
    ("low", "high", "has_zero"), [(-12.3, 4.1, True), (-90, -3, False), (2, 8, False), (-5, -5, False)]
)
def test_levels_enclose_the_bed_and_have_the_datum_where_it_is_between(low: float, high: float, has_zero: bool):
    levels = domain_figure._levels(np.array([low, high]))
    assert levels[0] <= low
    assert levels[-1] >= high
    assert (0.0 in levels[1:-1]) == has_zero
    assert (np.diff(levels) > 0).all()
