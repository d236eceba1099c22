"""The domain node: where the sea is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from ..core.inputs import Input
from ..core.node import Node
from ..errors import Problem
from .bathymetry import Bathymetry, Grid, MeshDepths
from .meshes import Made, MeshConfig, Segments
from .place import Place, Point
from .rules import check_rules

if TYPE_CHECKING:
    from ..core.grid.curvilinear import CurvilinearGrid
    from ..core.grid.regular import RegularGrid
    from ..core.mesh import Flags, Floats, Mesh

LON_LAT = "EPSG:4326"


def _with_its_authority(value: Any) -> Any:
    if re.fullmatch(r"\d{4,6}", str(value)):
        raise ValueError(f"write EPSG:{value}")
    return value


class Domain(Node):
    """Where the sea is: its mesh, bed, named boundary segments and stations; the same for every model."""

    crs: Annotated[str, BeforeValidator(_with_its_authority)] = Field(LON_LAT, pattern=r"^(EPSG:\d+|local)$")
    """Reference system of the coordinates in this node: ``EPSG:4326`` (lon/lat), the ``EPSG:n`` of a metric system,
    or ``local`` (plain metres that are nowhere on Earth)."""
    projection: Annotated[str | None, BeforeValidator(_with_its_authority)] = Field(None, pattern=r"^EPSG:\d+$")
    """Metric system in which a lon/lat domain is computed; None takes the UTM zone of its centre."""
    vertical_datum: str = Field("MSL", min_length=1)
    """What elevations and water levels refer to, e.g. MSL, AHD, LAT; recorded, and compared with what the data say."""
    mesh: MeshConfig
    """Triangles to make, a structured grid, or a mesh file."""
    boundaries: Segments = {}
    """Named boundary segments. Polygon: indices of the vertices at which its edges begin (``ocean: [0, 1]``); edges
    without a name are ``land``. Box and grids: sides (west, east, south, north). Mesh file: its own names (``ocean:
    [open_1]``). Sides and file segments that are not mentioned keep their own names."""
    bathymetry: Bathymetry
    """Elevation of the bed."""
    stations: dict[str, Place] = {}
    """Named points at which time series are wanted."""

    @model_validator(mode="after")
    def _check_coordinates_and_names(self) -> Domain:
        check_rules(self)
        return self

    def metric_crs(self) -> str:
        """``EPSG:n`` of the metric system in which x_m and y_m are, or ``local``; UTM zone for a lon/lat domain.

        Raises:
            DataError: the outline is in a file that cannot be read.
        """
        if self.crs != LON_LAT or self.projection:
            return self.projection or self.crs
        from ..core.geo import utm_zone
        from .extent import centre

        return utm_zone(*centre(self))

    def build_mesh(self) -> Mesh:
        """The mesh in the metric crs, every outer edge in exactly one named segment; identical when repeated.

        The cells of a structured grid are cut in two.

        Raises:
            DataError: a file is missing or malformed.
            ConfigError: an outline crosses itself, a segment does not exist, the mesh generator is not installed.
        """
        from .building import build_mesh

        return build_mesh(self)

    def grid(self) -> RegularGrid | CurvilinearGrid:
        """The structured grid in the crs of the domain, of the mesh kinds regular, curvilinear and bathymetry.

        Raises:
            ConfigError: the mesh is of another kind; the bathymetry whose grid it is has another crs.
            DataError: a file is missing or malformed.
        """
        from .grids import grid

        return grid(self)

    def elevation_at(self, x_m: Floats, y_m: Floats) -> Floats:
        """(n,) bed elevation at points in the metric crs: metres over the vertical datum, positive up.

        Raises:
            DataError: points outside of the data, or where there are none.
        """
        from .elevation import elevation_at

        return elevation_at(self, x_m, y_m)

    def bed_m(self, mesh: Mesh) -> Floats:
        """(n,) bed elevation at the nodes of its mesh: metres over the vertical datum, positive up.

        Raises:
            DataError: nodes outside of the data, or where there are none.
        """
        from .elevation import bed_m

        return bed_m(self, mesh)

    def station_points(self) -> dict[str, Point]:
        """Name -> (x, y) of every station in the metric crs."""
        return {name: self.locate(place) for name, place in self.stations.items()}

    def locate(self, place: Place) -> Point:
        """(x, y) of a place in the metric crs."""
        from ..core.geo import project_point

        if place.lonlat is not None:
            return project_point(place.lonlat, LON_LAT, self.metric_crs())
        assert place.metres is not None  # a place has one of the two
        return place.metres

    def lonlat(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """(n,) longitudes and latitudes of points in the metric crs.

        Raises:
            ConfigError: a ``local`` domain is nowhere on Earth.
        """
        from ..core.geo import project

        return project(x_m, y_m, self.metric_crs(), LON_LAT)

    def grid_convergence_deg(self, x_m: Floats, y_m: Floats) -> Floats:
        """(n,) direction of grid north (y) clockwise from true north, at points in the metric crs [degrees].

        Positive east of the central meridian in the north and west of it in the south; 0 for a ``local`` domain.
        """
        from .orientation import grid_convergence_deg

        return grid_convergence_deg(self, x_m, y_m)

    def to_grid(self, u_east: Floats, v_north: Floats, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Components of a vector along x and y, from those towards true east and north at points in the metric crs.

        Args:
            u_east, v_north: (..., n); or any shape where there is a single point.
            x_m, y_m: (n,).
        """
        from .orientation import to_grid

        return to_grid(self, u_east, v_north, x_m, y_m)

    def inside(self, x_m: Floats, y_m: Floats, region: str | None = None) -> Flags:
        """(n,) of booleans: which points in the metric crs are in the domain, or in one region of its mesh."""
        from .extent import inside

        return inside(self, x_m, y_m, region)

    def segment_names(self) -> tuple[str, ...]:
        """Names of the boundary segments that the mesh will have.

        Raises:
            DataError: a mesh file is missing or malformed.
        """
        from .segments import segment_names

        return segment_names(self)

    def unnamed_sides(self) -> list[str]:
        """Sides of a box or grid that ``boundaries`` does not mention: closed, as the unnamed edges of a polygon.

        Raises:
            DataError: a grid file is missing or malformed.
        """
        from .segments import unnamed_sides

        return unnamed_sides(self)

    def estimate_cells(self) -> int:
        """Number of triangles, without making them; within about a quarter, exact for a mesh file or a grid.

        Raises:
            DataError: a file is missing or malformed.
        """
        if isinstance(self.mesh, Made):
            from .estimate import estimate_cells

            return estimate_cells(self)
        from .grids import count_triangles

        return count_triangles(self)

    def inputs(self) -> list[Input]:
        """The user's files behind mesh and bathymetry, with what they cover where they can be read."""
        from .files import inputs

        return inputs(self)

    def problems(self, highest_level_m: float | None = None) -> list[Problem]:
        """What is wrong with outlines, files, datum, coverage and stations; reads what it needs and writes nothing.

        Args:
            highest_level_m: the highest water level that a run can see over the vertical datum [m]; a bed wholly above
                it is refused. None, where that is not known, refuses a measured bed wholly above the datum.
        """
        from .checks import problems

        return problems(self, highest_level_m)

    def dry_segments(self, highest_level_m: Mapping[str, float]) -> list[Problem]:
        """Boundary segments on land, of a domain without other problems.

        Args:
            highest_level_m: segment -> the highest water level that it is given over the vertical datum [m].
        """
        from .dry import dry_segments

        return list(dry_segments(self, highest_level_m))

    def notes(self) -> list[str]:
        """What a user should know about this domain although it is not wrong."""
        from .checks import notes

        return notes(self)

    @property
    def is_measured(self) -> bool:
        """Whether the bed comes from data."""
        return isinstance(self.bathymetry, Grid | MeshDepths)
