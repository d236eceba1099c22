"""Means of a grid around the nodes of a mesh, which keep the volume of what is finer than the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .axis import Axis
from .mesh import Floats, Ints
from .weights import Weights, bilinear

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_FINEST = 64
"""Parts of a triangle's side at most; what is finer still is sampled well enough."""
_AT_ONCE = 2**20
"""Points in a block, which bounds the memory."""


def around_nodes(rows: Axis, columns: Axis, points: Floats, triangles: Ints, areas: Floats) -> Weights:
    """Weights that give each node of a mesh the mean of a grid around it.

    Z_i = integral(phi_i z) / integral(phi_i), phi_i the linear function that is 1 at node i and 0 at the others: the
    projection onto the mesh with a lumped mass matrix. The volume under the piecewise linear Z is that under z, which
    is taken as bilinear between the points of the grid; of each triangle as many points are taken as its longest side
    has steps of the grid, squared.

    Args:
        rows, columns: the grid.
        points: (n, 2) nodes in the coordinates of the grid.
        triangles: (m, 3).
        areas: (m,) in any unit.
    """
    from scipy.sparse import csr_array

    steps = np.array([np.median(np.diff(axis.values)) for axis in (columns, rows)])
    parts = np.clip(np.ceil(np.ptp(points[triangles], axis=1) / steps).max(axis=1), 2, _FINEST).astype(int)
    total = csr_array((len(points), len(rows.values) * len(columns.values)))
    for count in np.unique(parts):
        chosen = np.flatnonzero(parts == count)
        for some in np.array_split(chosen, -(-len(chosen) * count**2 // _AT_ONCE)):
            total = total + _part(rows, columns, points, triangles[some], areas[some], count)
    total.data /= np.repeat(np.asarray(total.sum(axis=1)).ravel(), np.diff(total.indptr))
    return Weights(total, (len(rows.values), len(columns.values)))


def _part(rows: Axis, columns: Axis, points: Floats, triangles: Ints, areas: Floats, count: int) -> csr_array:
    """(nodes, points of the grid) integrals over some triangles, each cut in `count` squared equal ones."""
    from scipy.sparse import csr_array

    shares = _centres(count)
    x, y = np.moveaxis(np.einsum("qc,mcd->mqd", shares, points[triangles]), -1, 0).reshape(2, -1)
    nodes = np.repeat(triangles, len(shares), axis=0)
    weights = (areas[:, None, None] * shares).reshape(-1, 3) / len(shares)
    samples = np.repeat(np.arange(len(nodes)), 3)
    lumped = csr_array((weights.ravel(), (nodes.ravel(), samples)), shape=(len(points), len(nodes)))
    return lumped @ bilinear(rows, columns, x, y).matrix


def _centres(count: int) -> Floats:
    """(count**2, 3) barycentric coordinates of the centres of the equal triangles that a triangle is cut in."""
    i, j = (c.ravel() for c in np.meshgrid(np.arange(count), np.arange(count)))
    upright, turned = i + j < count, i + j < count - 1
    a = np.concatenate([i[upright] + 1 / 3, i[turned] + 2 / 3]) / count
    b = np.concatenate([j[upright] + 1 / 3, j[turned] + 2 / 3]) / count
    return np.stack([a, b, 1.0 - a - b], axis=1)
