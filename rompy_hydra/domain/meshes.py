"""Config of a mesh: a polygon or a box to fill with triangles, or a mesh file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StrictInt, StrictStr, Tag, model_validator

from ..core.kinds import BY_KIND
from ..core.node import Node
from .place import Point

LAND = "land"
"""Segment of every polygon edge that has no other name."""

SIDES = ("south", "east", "north", "west")
"""Sides of a box, in the order of its edges from the south-west corner, counter-clockwise."""


def _at_least_one(value: Any) -> Any:
    if value in ([], ()):
        raise ValueError("this segment is empty: give at least one edge, side or name, or leave the segment out")
    return [value] if isinstance(value, int | str) else value


Parts = Annotated[
    list[StrictInt | StrictStr],
    Field(min_length=1),
    BeforeValidator(_at_least_one),
]
"""What a segment is made of: vertex indices of a polygon, sides of a box, or names in a mesh file."""

Segments: TypeAlias = dict[str, Parts]


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
        if isinstance(data, dict) and (given := {"lon", "lat", "x_m", "y_m"} & set(data)):
            units = "in the units of domain.crs, also for degrees"
            raise ValueError(f"the limits of a box are called x and y, {units}; got {', '.join(sorted(given))}")
        return data

    @model_validator(mode="after")
    def _increasing(self) -> BoxMesh:
        for name, (low, high) in (("x", self.x), ("y", self.y)):
            if low >= high:
                raise ValueError(f"{name}: expected the lower limit first, got [{low}, {high}]")
        return self

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
    """A SCHISM/ADCIRC ``.gr3`` or ``.14``, a UGRID netCDF ``.nc``, or an ANUGA ``.tsh`` or ``.msh`` in text form."""


MeshConfig = Annotated[
    Annotated[PolygonMesh, Tag("polygon")] | Annotated[BoxMesh, Tag("box")] | Annotated[FileMesh, Tag("file")], BY_KIND
]
