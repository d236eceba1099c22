"""Triangles and their outer edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_hydra.core import polygon
from rompy_hydra.core.mesh import Mesh, counter_clockwise, edge_nodes, outer_edges, tag_outer_edges

SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]])
TWO = np.array([[0, 1, 2], [0, 2, 3]])


def test_edge_i_is_opposite_to_vertex_i():
    assert edge_nodes(np.array([[7, 8, 9]]), np.array([[0, 0], [0, 1], [0, 2]])).tolist() == [[8, 9], [9, 7], [7, 8]]


def test_a_square_of_two_triangles_has_four_outer_edges():
    pairs = {tuple(sorted(pair)) for pair in edge_nodes(TWO, outer_edges(TWO)).tolist()}
    assert pairs == {(0, 1), (1, 2), (2, 3), (0, 3)}


def test_every_outer_edge_is_in_exactly_one_segment():
    tagged = tag_outer_edges(TWO, {(0, 1): "ocean", (0, 2): "inner edges are ignored"}, "land")
    assert {name: len(edges) for name, edges in tagged.items()} == {"land": 3, "ocean": 1}


def test_an_edge_of_three_triangles_is_refused():
    with pytest.raises(ValueError, match="edge between nodes 1 and 3 belongs to more than two"):
        outer_edges(np.array([[0, 1, 2], [0, 2, 3], [0, 2, 4]]))


def test_clockwise_triangles_are_turned_round():
    turned = counter_clockwise(SQUARE, np.array([[0, 2, 1], [0, 2, 3]]))
    mesh = Mesh(SQUARE, turned, {})
    assert mesh.areas_m2.tolist() == [1.0, 1.0]
    assert mesh.centroids_m.mean(axis=0).tolist() == [1.0, 0.5]


def test_a_triangle_without_area_is_refused():
    with pytest.raises(ValueError, match="triangle 2 has no area"):
        counter_clockwise(SQUARE, np.array([[0, 1, 2], [0, 1, 1]]))


def test_the_domain_is_on_the_left_of_its_edges():
    mesh = Mesh(SQUARE, TWO, {"all": outer_edges(TWO)})
    begin, end = (mesh.points_m[mesh.edge_nodes("all")[:, i]] for i in (0, 1))
    assert np.sum(begin[:, 0] * end[:, 1] - end[:, 0] * begin[:, 1]) / 2 == 2.0  # Green's theorem: the area, positive


angles = st.lists(st.floats(0.0, 6.283), min_size=4, max_size=30, unique=True)


@given(angles, st.floats(-1.4, 1.4), st.floats(-1.4, 1.4))
def test_inside_agrees_with_the_sides_of_a_convex_polygon(bearings: list[float], x: float, y: float):
    ring = np.array([[np.cos(a), np.sin(a)] for a in sorted(bearings)])
    edges = polygon.ring_edges(ring)
    along = edges[:, 1] - edges[:, 0]
    side = along[:, 0] * (y - edges[:, 0, 1]) - along[:, 1] * (x - edges[:, 0, 0])
    if np.abs(side).min() > 1e-9:  # a point on an edge may be taken either way
        assert polygon.inside(np.array([[x, y]]), edges)[0] == bool((side > 0).all())


def test_a_hole_is_not_inside():
    hole = SQUARE * 0.2 + [0.5, 0.3]
    edges = np.concatenate([polygon.ring_edges(SQUARE), polygon.ring_edges(hole)])
    assert polygon.inside(np.array([[0.6, 0.4], [1.5, 0.5], [3.0, 0.5]]), edges).tolist() == [False, True, False]


def test_distance_and_area_of_known_shapes():
    edges = polygon.ring_edges(SQUARE)
    assert polygon.distance(np.array([[1.0, 0.4], [3.0, 2.0]]), edges).tolist() == pytest.approx([0.4, np.sqrt(2.0)])
    assert polygon.area(SQUARE) == polygon.area(SQUARE[::-1]) == 2.0


def test_points_between_vertices_are_no_further_apart_than_asked():
    dense = polygon.densified(SQUARE, 0.3)
    gaps = np.hypot(*(np.roll(dense, -1, axis=0) - dense).T)
    assert gaps.max() <= 0.3
    assert gaps.sum() == pytest.approx(6.0)


@pytest.mark.parametrize("least", [0.0, 5e-324, 2e-309, 1e-300])
def test_an_edge_that_rises_by_next_to_nothing_encloses_what_is_above_it(least: float):
    """An edge along the equator, as a projection gives it."""
    corners = np.array([[1.7e5, least], [2.0e5, 0.0], [2.0e5, 9.0e3], [1.7e5, 9.0e3]])
    points = np.array([[1.8e5, 4.0e3], [1.8e5, -1.0e7], [5.0e5, 4.0e3]])
    assert polygon.inside(points, polygon.ring_edges(corners)).tolist() == [True, False, False]
