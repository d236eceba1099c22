"""The computational grid of SWAN: that of the domain, in the coordinates in which SWAN computes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...core.geo import LON_LAT, convergence_deg, distances_m, is_lonlat, project
from ...core.grid.boundary import runs
from ...core.grid.cells import boundary_edges
from ...core.grid.curvilinear import CurvilinearGrid
from ...core.grid.names import ISLAND, LAND
from ...core.grid.regular import RegularGrid
from ...core.mesh import Mesh
from ...domain.meshes import Structured
from ...domain.segments import renamed

if TYPE_CHECKING:
    from ...core.mesh import Flags, Floats, Ints
    from ...domain import Domain
    from .config import GridConfig


@dataclass(frozen=True, eq=False)
class Stretch:
    """A connected part of a boundary segment, counter-clockwise around the water."""

    name: str
    nodes: Ints
    """(n,) numbers of its points."""
    along: Floats
    """(n,) distance from its first point, in the unit of SWAN's coordinates."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Points of the computational grid, numbered row by row from the first one, or as in the mesh."""

    domain: Domain
    shape: RegularGrid | CurvilinearGrid | Mesh
    is_line: bool = False
    """Whether only the first row is computed, in one dimension."""

    @property
    def crs(self) -> str:
        """Of SWAN's coordinates."""
        return self.shape.crs

    @property
    def is_spherical(self) -> bool:
        """Whether SWAN's coordinates are longitudes and latitudes."""
        return is_lonlat(self.crs)

    @property
    def size(self) -> tuple[int, ...]:
        """Rows and columns of points, or the number of nodes."""
        if isinstance(self.shape, Mesh):
            return (len(self.shape.points_m),)
        ny, nx = self.shape.shape
        return (1, nx) if self.is_line else (ny, nx)

    @cached_property
    def points(self) -> Floats:
        """(n, 2) coordinates; NaN where points of a curvilinear grid are missing."""
        if isinstance(self.shape, Mesh):
            return self.shape.points_m
        found: Floats = self.shape.points[: self.size[0]].reshape(-1, 2)
        return found

    @cached_property
    def there(self) -> Flags:
        """(n,) which points exist."""
        found: Flags = np.isfinite(self.points[:, 0])
        return found

    @cached_property
    def metric(self) -> Floats:
        """(n, 2) the same points in the metric crs of the domain; NaN where they are missing."""
        there = self.points[self.there]
        found = np.full(self.points.shape, np.nan)
        found[self.there] = np.stack(project(there[:, 0], there[:, 1], self.crs, self.domain.metric_crs()), axis=1)
        return found

    @cached_property
    def bed_m(self) -> Floats:
        """(n,) bed elevation over the vertical datum, positive up; NaN where points are missing.

        Raises:
            DataError: points outside of the bathymetry, or where it has no value.
        """
        if isinstance(self.shape, Mesh):
            return self.domain.bed_m(self.shape)
        found = np.full(len(self.points), np.nan)
        found[self.there] = self.domain.elevation_at(*self.metric[self.there].T)
        return found

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north limit of the points in SWAN's coordinates."""
        (west, south), (east, north) = np.nanmin(self.points, axis=0), np.nanmax(self.points, axis=0)
        return float(west), float(south), float(east), float(north)

    @cached_property
    def stretches(self) -> dict[str, list[Stretch]]:
        """Segment of the domain -> its connected parts."""
        found: dict[str, list[Stretch]] = {}
        for name, nodes in self._runs():
            line = self.points[nodes]
            steps = np.hypot(*np.diff(line, axis=0).T)
            found.setdefault(name, []).append(Stretch(name, nodes, np.append(0.0, np.cumsum(steps))))
        return found

    @property
    def numbered(self) -> list[tuple[int, Stretch]]:
        """Every stretch with its number from 1, closed shores first, so that a corner belongs to open water."""
        parts = [part for name in sorted(self.stretches, key=_openness) for part in self.stretches[name]]
        return list(enumerate(parts, start=1))

    @property
    def markers(self) -> Ints:
        """(n,) number of the stretch of each point; 0 inside."""
        found = np.zeros(len(self.points), dtype=np.int64)
        for number, part in self.numbered:
            found[part.nodes] = number
        return found

    def _runs(self) -> Iterator[tuple[str, Ints]]:
        if self.is_line:
            sides = renamed(self.domain)
            yield sides.get("west", "west"), np.array([0])
            yield sides.get("east", "east"), np.array([self.size[1] - 1])
            return
        yield from ((run.name, run.nodes) for run in runs(self.points, self._edges()))

    def _edges(self) -> dict[str, Ints]:
        """Segment -> (k, 2) numbers of the points of its edges."""
        if isinstance(self.shape, Mesh):
            return {name: self.shape.edge_nodes(name) for name in self.shape.boundary}
        numbers, names = _full_numbers(self.shape), renamed(self.domain)
        found: dict[str, list[Ints]] = {}
        for side, own in boundary_edges(self.shape).items():
            found.setdefault(names.get(side, side), []).append(numbers[own])
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def lonlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitudes and latitudes of points in SWAN's coordinates.

        Raises:
            ConfigError: a ``local`` domain is nowhere on Earth.
        """
        return project(x, y, self.crs, LON_LAT)

    def north_deg(self) -> float:
        """Direction of true north at the centre, counter-clockwise from SWAN's x axis [degrees]: its ``nor``."""
        if self.crs == "local" or self.is_spherical:
            return 90.0
        west, south, east, north = self.box
        lon, lat = self.lonlat(np.array([(west + east) / 2]), np.array([(south + north) / 2]))
        return 90.0 + round(float(convergence_deg(lon, lat, self.crs)[0]), 4)

    def spacing_m(self) -> Floats:
        """(k,) lengths of the grid's steps, or of the edges of the mesh [m]; a sample of at most some thousands."""
        if isinstance(self.shape, Mesh):
            a, b = self.points[self.shape.triangles[:, [0, 1]]].swapaxes(0, 1)
            return _some(distances_m(a, b, self.crs))
        grid = self.points.reshape(*self.size, 2)
        pairs = [(grid[:, :-1], grid[:, 1:]), (grid[:-1], grid[1:])]
        found = [_some(distances_m(*_whole(a.reshape(-1, 2), b.reshape(-1, 2)), self.crs)) for a, b in pairs if a.size]
        return np.concatenate(found)


def _openness(name: str) -> tuple[bool, str]:
    return not name.startswith((LAND, ISLAND)), name


def _whole(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(a[:, 0]) & np.isfinite(b[:, 0])
    step = max(1, int(known.sum()) // 5_000)
    return a[known][::step], b[known][::step]


def _some(values: Floats) -> Floats:
    return values[:: max(1, len(values) // 5_000)]


def _full_numbers(grid: RegularGrid | CurvilinearGrid) -> Ints:
    """Number in the whole grid of each point that the triangles of its mesh use."""
    from ...core.grid.cells import point_numbers, whole_cells

    used = point_numbers(whole_cells(grid)).ravel() >= 0
    found: Ints = np.flatnonzero(used)
    return found


def geometry(domain: Domain, config: GridConfig) -> Geometry:
    """The computational grid of a domain.

    Raises:
        ConfigError, DataError: as the mesh of the domain.
    """
    if not isinstance(domain.mesh, Structured):
        return Geometry(domain, domain.build_mesh())
    grid = domain.grid()
    if config.coordinates == "metric" and is_lonlat(grid.crs):
        crs = domain.metric_crs()
        x, y = np.moveaxis(grid.points, -1, 0)
        there = np.isfinite(x)
        east, north = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        east[there], north[there] = project(x[there], y[there], grid.crs, crs)
        return Geometry(domain, CurvilinearGrid(east, north, crs), config.kind == "line")
    return Geometry(domain, grid, config.kind == "line")
