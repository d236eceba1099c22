"""Config of a mesh: a polygon or a box to fill with triangles, a structured grid, or a mesh file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    StrictInt,
    StrictStr,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ..core.grid.regular import RegularGrid
from ..core.kinds import BY_KIND
from ..core.node import Node
from .place import Point


def _at_least_one(value: Any) -> Any:
    if value in ([], ()):
        raise ValueError("this segment is empty: give at least one edge, side or name, or leave the segment out")
    return [value] if isinstance(value, int | str) else value


Parts = Annotated[
    list[StrictInt | StrictStr],
    Field(min_length=1),
    BeforeValidator(_at_least_one),
]
"""What a segment is made of: vertex indices of a polygon, sides of a box or grid, or names in a mesh file."""

Segments: TypeAlias = dict[str, Parts]


def _called_x_and_y(data: Any, what: str) -> Any:
    if isinstance(data, dict) and (given := {"lon", "lat", "x_m", "y_m"} & set(data)):
        units = "in the units of domain.crs, also for degrees"
        raise ValueError(f"{what} called x and y, {units}; got {', '.join(sorted(given))}")
    return data


class Outline(Node):
    """A closed line; the last vertex joins the first one."""

    outline: list[Point] = []
    """Vertices [x, y] or [lon, lat] in the crs of the domain, in either sense; give this or ``outline_file``."""
    outline_file: Path | None = None
    """Vertices from a file: two columns of a CSV (lon,lat or x,y), or the first polygon of a GeoJSON."""

    @model_validator(mode="after")
    def _one_outline(self) -> Outline:
        if bool(self.outline) == (self.outline_file is not None):
            raise ValueError("give either outline (a list of [x, y]) or outline_file")
        if self.outline and len(set(self.outline)) < 3:
            raise ValueError(f"an outline needs at least 3 different vertices, got {len(set(self.outline))}")
        return self

    def vertices(self, key: str) -> list[Point]:
        """The vertices as they were given, without a repeated last one.

        Raises:
            DataError: the file is missing or malformed; `key` is where this node is.
        """
        from .outlines import open_ring, read_outline

        if self.outline_file is None:
            return open_ring(self.outline)
        return read_outline(self.outline_file, f"{key}.outline_file")


class Region(Outline):
    """A part of the domain with its own resolution; it may reach over the edge of the domain."""

    resolution_m: float = Field(gt=0)
    """Typical length of a triangle's edge inside [m]; where regions overlap the finest counts."""


class PolygonMesh(Outline):
    """Triangles that fill a polygon."""

    kind: Literal["polygon"] = "polygon"
    resolution_m: float = Field(gt=0)
    """Typical length L of a triangle's edge [m]; the mean area of a triangle is close to sqrt(3)/4 L**2."""
    regions: dict[str, Region] = {}
    """Parts with their own resolution."""
    holes: dict[str, Outline] = {}
    """Islands left out of the mesh; the shore of each is a segment of that name."""

    def outlines(self, key: str) -> Iterator[tuple[str, Outline]]:
        """Every closed line with the key of its node, the outer one first."""
        yield key, self
        yield from ((f"{key}.holes.{name}", hole) for name, hole in self.holes.items())
        yield from ((f"{key}.regions.{name}", region) for name, region in self.regions.items())


class BoxMesh(Node):
    """Triangles that fill a rectangle along the axes of the domain's crs."""

    kind: Literal["box"] = "box"
    x: tuple[float, float]
    """West and east limit: metres, or degrees east for a lon/lat crs."""
    y: tuple[float, float]
    """South and north limit: metres, or degrees north for a lon/lat crs."""
    resolution_m: float = Field(gt=0)
    """Typical length L of a triangle's edge [m]; the mean area of a triangle is close to sqrt(3)/4 L**2."""
    regions: dict[str, Region] = {}
    """Parts with their own resolution."""
    holes: dict[str, Outline] = {}
    """Islands left out of the mesh; the shore of each is a segment of that name."""

    @model_validator(mode="before")
    @classmethod
    def _limits_are_x_and_y(cls, data: Any) -> Any:
        return _called_x_and_y(data, "the limits of a box are")

    @field_validator("x", "y")
    @classmethod
    def _increasing(cls, limits: tuple[float, float], info: ValidationInfo) -> tuple[float, float]:
        low, high = limits
        if low >= high:
            on = (
                f"; over the dateline: [{low:g}, {high + 360:g}]" if info.field_name == "x" and low - high > 180 else ""
            )
            raise ValueError(f"expected the lower limit first{on}")
        return limits

    def outlines(self, key: str) -> Iterator[tuple[str, Outline]]:
        """Every closed line with the key of its node, the outer one first."""
        yield key, self.as_outline()
        yield from ((f"{key}.holes.{name}", hole) for name, hole in self.holes.items())
        yield from ((f"{key}.regions.{name}", region) for name, region in self.regions.items())

    def as_outline(self) -> Outline:
        """The four corners from south-west, counter-clockwise."""
        (west, east), (south, north) = self.x, self.y
        return Outline(outline=[(west, south), (east, south), (east, north), (west, north)])


class FileMesh(Node):
    """A mesh made elsewhere."""

    kind: Literal["file"] = "file"
    path: Path
    """A SCHISM/ADCIRC ``.gr3``, ``.14`` or ``.grd``, a UGRID netCDF ``.nc``, or an ANUGA ``.tsh`` or ``.msh`` in text
    form."""


Positive = Annotated[float, Field(gt=0)]


def _for_both_axes(value: Any) -> Any:
    if isinstance(value, list | tuple) and len(value) == 2:
        return value
    if not isinstance(value, int | float):
        raise ValueError("expected one number for both axes, or [along x, along y]")  # noqa: TRY004  pydantic's
    if not value > 0:
        raise ValueError("expected greater than 0")
    return value, value


Lengths = Annotated[
    tuple[Positive, Positive],
    BeforeValidator(_for_both_axes, json_schema_input_type=Positive | tuple[Positive, Positive]),
]
"""Along x and y of a grid; one number stands for both."""


class RegularMesh(Node):
    """A regular grid, perhaps rotated; its cells are cut in two triangles for models that need them.

    Two of ``size``, ``cells`` and ``spacing`` decide. Its sides are called as those of a box, in its own frame: from
    the first point the ``south`` leads along its x axis, the ``west`` along its y axis.
    """

    kind: Literal["regular"] = "regular"
    x: float
    """First point of the grid, between its south and its west: metres, or degrees east for a lon/lat crs."""
    y: float
    """First point of the grid: metres, or degrees north for a lon/lat crs."""
    size: Lengths | None = None
    """Lengths of the sides [along x, along y] of the grid in the unit of the crs, metres or degrees: whole numbers of
    cells."""
    cells: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = None
    """Numbers of cells [along x, along y]; there is one more point than cells."""
    spacing: Lengths | None = None
    """Distance of the points in the unit of the crs, metres or degrees; [dx, dy] where the two differ."""
    rotation_deg: float = Field(0.0, ge=-360, le=360)
    """Direction of the grid's x axis, counter-clockwise from east (the x axis of the crs); metric systems only."""

    @model_validator(mode="before")
    @classmethod
    def _first_point_is_x_and_y(cls, data: Any) -> Any:
        return _called_x_and_y(data, "the coordinates of the first point are")

    @model_validator(mode="after")
    def _two_of_three(self) -> RegularMesh:
        given = [name for name in ("size", "cells", "spacing") if getattr(self, name) is not None]
        if len(given) != 2:
            raise ValueError(f"give two of size, cells and spacing, got {', '.join(given) or 'none'}")
        return self

    def grid(self, crs: str) -> RegularGrid:
        """The points.

        Raises:
            ValueError: a size that is not a whole number of cells, a rotation in degrees.
        """
        first = (self.x, self.y)
        if self.size is None:
            assert self.cells is not None  # two of three are given
            assert self.spacing is not None
            nx, ny = (n + 1 for n in self.cells)
            return RegularGrid(*first, *self.spacing, nx, ny, self.rotation_deg, crs)
        if self.cells is None:
            assert self.spacing is not None
            return RegularGrid.of_size(first, self.size, self.spacing, self.rotation_deg, crs)
        return RegularGrid.of_cells(first, self.size, self.cells, self.rotation_deg, crs)


class CurvilinearMesh(Node):
    """A curvilinear grid from a file; its cells are cut in two triangles for models that need them.

    Rows and columns are put in the order in which columns lead east and rows north, on the whole; the sides are called
    south, east, north and west by that. Where cells are missing the boundary is ``land_1``, ``land_2``, ... along the
    outer line, and ``island_1``, ... around holes.
    """

    kind: Literal["curvilinear"] = "curvilinear"
    path: Path
    """A netCDF file with two-dimensional coordinates, or a Delft3D ``.grd``."""
    x_variable: str | None = None
    """Variable with longitudes or x; None finds it by CF standard name, units, or usual names."""
    y_variable: str | None = None
    """Variable with latitudes or y."""
    missing: float | None = None
    """Both coordinates of a point that is missing, beside NaN and the fill value of the file, e.g. -999."""


class BathymetryMesh(Node):
    """The grid that the points of the gridded bathymetry span; cells, triangles and sides as of a regular grid."""

    kind: Literal["bathymetry"] = "bathymetry"
    spacing: Lengths | None = None
    """Distance of the points in the unit of the crs, [dx, dy] where the two differ, as far as it goes into the extent
    of the bathymetry; None takes every point of the bathymetry."""


Made: TypeAlias = PolygonMesh | BoxMesh
"""Triangles are made to fill these."""
Structured: TypeAlias = RegularMesh | CurvilinearMesh | BathymetryMesh
"""These are grids with rows and columns."""
Sided: TypeAlias = BoxMesh | Structured
"""These have the sides south, east, north and west; a side that no segment names is closed."""

MeshConfig = Annotated[
    Annotated[PolygonMesh, Tag("polygon")]
    | Annotated[BoxMesh, Tag("box")]
    | Annotated[RegularMesh, Tag("regular")]
    | Annotated[CurvilinearMesh, Tag("curvilinear")]
    | Annotated[BathymetryMesh, Tag("bathymetry")]
    | Annotated[FileMesh, Tag("file")],
    BY_KIND,
]
