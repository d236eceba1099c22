"""How what is known at scattered sites is made into what is at places along a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from ..core.axis import near
from ..core.weights import EARTH_RADIUS_M, Weights, on_sphere
from ..errors import DataError, Problem

if TYPE_CHECKING:
    from ..core.mesh import Floats, Ints

Method: TypeAlias = Literal["nearest", "idw", "linear"]
_MOST = 4
"""Sites around a place that count."""
_SAME_M = 1.0
"""A site that is nearer is at the place."""


def site_weights(
    sites: tuple[Floats, Floats], places: tuple[Floats, Floats], method: Method, reach_m: float
) -> tuple[Weights, Floats]:
    """Weights of (ns,) sites at each of (np,) places, and the (np,) distance to the nearest site [m].

    ``nearest`` takes the nearest site; ``idw`` the four nearest within reach by their inverse distances, or the
    one at the place; ``linear`` the two beside it of the sites that are nearest to any place, in order along the line
    of the places; before the first and after the last of them these.

    Args:
        sites, places: longitudes and latitudes; places in their order along the line.
        method: which of the three.
        reach_m: beyond it only the nearest counts.
    """
    distances, numbers = _nearest(sites, places)
    if method == "nearest" or len(sites[0]) == 1:
        return _weights(numbers[:, :1], np.ones((len(numbers), 1)), len(sites[0])), distances[:, 0]
    if method == "idw":
        is_nearest = np.arange(distances.shape[1]) == 0
        counts = is_nearest | ((distances[:, :1] >= _SAME_M) & (distances <= reach_m))
        inverse = counts / np.maximum(distances, _SAME_M)
        return _weights(numbers, inverse / inverse.sum(axis=1, keepdims=True), len(sites[0])), distances[:, 0]
    numbers, shares = _along(sites, places, np.unique(numbers[:, 0]))
    return _weights(numbers, shares, len(sites[0])), distances[:, 0]


def _nearest(sites: tuple[Floats, Floats], places: tuple[Floats, Floats]) -> tuple[Floats, Ints]:
    """(np, k) distances [m] to the nearest sites, over the ground of a sphere, and which they are."""
    from scipy.spatial import cKDTree

    count = min(_MOST, len(sites[0]))
    chords, numbers = cKDTree(on_sphere(*sites)).query(on_sphere(*places), k=np.arange(1, count + 1))
    return 2.0 * EARTH_RADIUS_M * np.arcsin(np.clip(chords / 2.0, 0.0, 1.0)), np.asarray(numbers)


def _weights(numbers: Ints, shares: Floats, count: int) -> Weights:
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(len(numbers)), numbers.shape[1])
    used = shares.ravel() != 0.0
    where = rows[used], numbers.ravel()[used]
    return Weights(csr_array((shares.ravel()[used], where), shape=(len(numbers), count)), (count,))


def _along(sites: tuple[Floats, Floats], places: tuple[Floats, Floats], chosen: Ints) -> tuple[Ints, Floats]:
    """(np, 2) sites beside each place along the line of the places, and their shares."""
    line, points = _in_plane(places, places), _in_plane((sites[0][chosen], sites[1][chosen]), places)
    lengths = np.hypot(*np.diff(line, axis=0).T)
    at_places = np.concatenate([[0.0], np.cumsum(lengths)])
    at_sites = _distances(points, line, at_places)
    order = np.argsort(at_sites, kind="stable")
    order = order[np.concatenate([[True], np.diff(at_sites[order]) > _SAME_M])]
    share = np.interp(at_places, at_sites[order], np.arange(len(order), dtype=np.float64))
    low = np.minimum(share.astype(int), max(len(order) - 2, 0))
    pair = np.stack([low, np.minimum(low + 1, len(order) - 1)], axis=1)
    return chosen[order[pair]], np.stack([1.0 - (share - low), share - low], axis=1)


def _in_plane(points: tuple[Floats, Floats], places: tuple[Floats, Floats]) -> Floats:
    """(n, 2) points in metres east and north of the first place, on a plane that is true at the mean latitude."""
    east = near(points[0], float(places[0][0])) - places[0][0]
    scale = np.radians(1.0) * EARTH_RADIUS_M
    across = np.cos(np.radians(places[1].mean()))
    found: Floats = np.stack([east * across, points[1] - places[1][0]], axis=1) * scale
    return found


def _distances(points: Floats, line: Floats, at_m: Floats) -> Floats:
    """(n,) distance along a line of what is nearest on it to each point."""
    if len(line) == 1:
        return np.zeros(len(points))
    begin, step = line[:-1], np.diff(line, axis=0)
    squared = np.maximum((step**2).sum(axis=1), 1e-9)
    found = np.empty(len(points))
    for i, point in enumerate(points):
        share = np.clip(((point - begin) * step).sum(axis=1) / squared, 0.0, 1.0)
        off = np.hypot(*(begin + share[:, None] * step - point).T)
        best = int(np.argmin(off))
        found[i] = at_m[best] + share[best] * np.sqrt(squared[best])
    return found


def check_near(
    distances_m: Floats,
    sites: tuple[Floats, Floats],
    places: tuple[Floats, Floats],
    tolerance: tuple[float, str],
    key: str,
) -> None:
    """Nothing where each place has a site within a tolerance.

    Args:
        distances_m: (np,) to the nearest site.
        sites, places: longitudes and latitudes.
        tolerance: the distance [m], and how the user says it.
        key: config key of the node.

    Raises:
        DataError: names the place that is furthest from all sites, and how far.
    """
    worst = int(np.argmax(distances_m))
    if distances_m[worst] <= tolerance[0]:
        return
    place = f"{places[0][worst]:.4f}, {places[1][worst]:.4f}"
    area = f"lon {sites[0].min():.3f} .. {sites[0].max():.3f}, lat {sites[1].min():.3f} .. {sites[1].max():.3f}"
    message = f"the nearest of {len(sites[0])} sites ({area}) is {distances_m[worst] / 1e3:.4g} km from {place}"
    hint = f"give spectra that are nearer, or accept it: {key}.tolerance_km: {np.ceil(distances_m[worst] / 1e3):.0f}"
    raise DataError(Problem(f"{key}.source", f"{message}, more than {tolerance[1]}", hint=hint, data=True))
