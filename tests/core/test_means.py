"""Means around the nodes of a mesh keep the volume of what is finer than the mesh."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator
from scipy.spatial import Delaunay

from rompy_hydra.core.axis import Axis
from rompy_hydra.core.means import around_nodes
from rompy_hydra.core.mesh import counter_clockwise, signed_areas

X, Y = np.arange(-50.0, 1051.0, 10.0), np.arange(-50.0, 551.0, 10.0)


def mesh(spacing: float = 125.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.arange(0, 1001, spacing), np.arange(0, 501, spacing))
    inner = (x > 0) & (x < 1000) & (y > 0) & (y < 500)
    moved = [c + np.where(inner, rng.uniform(-0.2, 0.2, c.shape) * spacing, 0.0) for c in (x, y)]
    points = np.stack([c.ravel() for c in moved], axis=1)
    triangles = counter_clockwise(points, Delaunay(points).simplices.astype(np.int64))
    return points, triangles, signed_areas(points, triangles)


def means(values: np.ndarray, spacing: float = 125.0) -> tuple[np.ndarray, float]:
    """Values at the nodes, and the volume under the linear function between them."""
    points, triangles, areas = mesh(spacing)
    found = around_nodes(Axis(Y), Axis(X), points, triangles, areas).apply(values)
    return found, float(found[triangles].mean(axis=1) @ areas)


def test_a_constant_stays_what_it_is_to_the_last_bit():
    found, _ = means(np.full((len(Y), len(X)), -7.3))
    assert set(found.tolist()) == {-7.3}


def test_a_channel_finer_than_the_mesh_keeps_its_volume():
    # Arrange: 40 m wide and 5 m deep through a flat bed, 125 m triangles
    bed = np.where(np.abs(Y[:, None] - 260.0) < 20.0, -15.0, -10.0) + 0.0 * X

    # Act
    _, volume = means(bed)

    # Assert: samples at a tenth of the steps of the data, of the same bilinear surface
    fine = np.arange(0.5, 1000.0), np.arange(0.5, 500.0)
    surface = RegularGridInterpolator((Y, X), bed)
    expected = float(surface(np.stack(np.meshgrid(*fine)[::-1], axis=-1)).sum())
    assert volume == pytest.approx(expected, rel=2e-4)  # 13 x 13 points of each triangle: 1e-4 of the channel's share


def test_a_plane_is_kept_where_a_node_has_its_like_on_all_sides():
    x, y = np.meshgrid(X, Y)
    even = np.stack([c.ravel() for c in np.meshgrid(np.arange(0, 1001.0, 125), np.arange(0, 501.0, 125))], axis=1)
    triangles = counter_clockwise(even, _right_triangles(9, 5))

    found = around_nodes(Axis(Y), Axis(X), even, triangles, signed_areas(even, triangles)).apply(0.01 * x - 0.02 * y)

    inner = (even > 0).all(axis=1) & (even < (1000, 500)).all(axis=1)
    np.testing.assert_allclose(found[inner], (even @ (0.01, -0.02))[inner], atol=1e-12)


def _right_triangles(nx: int, ny: int) -> np.ndarray:
    at = np.arange(nx * ny).reshape(ny, nx)
    a, b, c, d = at[:-1, :-1].ravel(), at[:-1, 1:].ravel(), at[1:, 1:].ravel(), at[1:, :-1].ravel()
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def test_a_mesh_finer_than_the_data_gets_nearly_the_values_at_its_nodes():
    x, y = np.meshgrid(X, Y)
    bed = -10.0 + np.sin(x / 100.0) * np.cos(y / 100.0)
    points, _, _ = mesh(5.0)

    found, _ = means(bed, 5.0)

    there = RegularGridInterpolator((Y, X), bed)(points[:, ::-1])
    assert np.abs(found - there).max() < 0.03  # slope 0.01 over a third of 5 m at the shore, curvature inside
