"""Config of the bed elevation: an idealised shape, gridded data, or what a mesh file carries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag, model_validator

from ..core.kinds import BY_KIND
from ..core.node import Node
from ..source.base import AnySource
from .place import Place


class Feature(Place):
    """A hill (or with a negative height a hollow) added to the bed, gaussian across: h exp(-(d / radius)**2).

    d is the distance to the centre, or with a length to the line of that length through the centre: a headland, a
    bar, a channel.
    """

    height_m: float
    """Height over the bed at the centre [m]; negative digs."""
    radius_m: float = Field(gt=0)
    """Distance at which the height has fallen to 1/e [m]."""
    length_m: float = Field(0.0, ge=0)
    """Length of the ridge or channel [m]."""
    direction_deg: float = Field(0.0, ge=-360, le=360)
    """Direction along the ridge, clockwise from north [degrees]."""


class _Analytic(Node):
    features: dict[str, Feature] = {}
    """Hills and hollows added to the bed, by name."""


class Flat(_Analytic):
    """The same elevation everywhere."""

    kind: Literal["flat"] = "flat"
    elevation_m: float
    """Bed elevation, positive up, over the domain's vertical datum [m]: negative under water."""


class Profile(_Analytic):
    """A cross-section that repeats along the shore: a beach, a shelf, a canyon."""

    kind: Literal["profile"] = "profile"
    origin: Place
    """Where the distance is zero."""
    direction_deg: float = Field(ge=-360, le=360)
    """Direction in which the distance grows, clockwise from (grid) north [degrees]."""
    distance_m: list[float] = Field(min_length=2)
    """Distances from the origin, increasing [m]."""
    elevation_m: list[float]
    """Bed elevation at each distance, positive up [m]; linear between, constant beyond the ends."""

    @model_validator(mode="after")
    def _one_elevation_per_distance(self) -> Profile:
        if len(self.distance_m) != len(self.elevation_m):
            found = f"{len(self.distance_m)} distances and {len(self.elevation_m)} elevations"
            raise ValueError(f"expected one elevation_m per distance_m, got {found}")
        if any(b <= a for a, b in zip(self.distance_m, self.distance_m[1:], strict=False)):
            raise ValueError(f"distance_m has to increase, got {self.distance_m}")
        return self


class _Measured(Node):
    vertical_datum: str = ""
    """Datum of the data where it is known, e.g. ``LAT``; empty takes what the data say, else that of the domain."""
    offset_m: float | None = None
    """Added to the elevation, to bring the data to the domain's datum [m]; needed when the two differ."""


class Grid(_Measured):
    """Gridded data."""

    kind: Literal["grid"] = "grid"
    source: AnySource
    """Where the data come from."""
    variable: str | None = None
    """Name of the variable; None takes the only two-dimensional one."""
    sign: Literal["elevation", "depth"] | None = None
    """``elevation`` (positive up, negative under water) or ``depth`` (positive down); None reads it from the data."""
    units: str | None = None
    """Units of the variable, whatever the data say; None takes what they say, else metres."""
    crs: str | None = Field(None, pattern=r"^(EPSG:\d+|local)$")
    """``EPSG:n`` of the data's coordinates; None takes lon/lat where the data say so, else the crs of the domain."""
    method: Literal["bilinear", "mean"] = "bilinear"
    """What a node of the mesh gets: the value there, ``bilinear`` between the points of the data, or the ``mean``
    around it, which keeps the volume of channels and reefs that are finer than the mesh."""
    nan: Literal["error", "nearest_wet"] | float = "error"
    """What to do at mesh points without data: refuse (``error``), take the nearest point that has data
    (``nearest_wet``), or take a number: an elevation [m]."""


class MeshDepths(_Measured):
    """The depths in the mesh file itself; a ``.gr3`` has them positive down."""

    kind: Literal["mesh"] = "mesh"


Bathymetry = Annotated[
    Annotated[Flat, Tag("flat")]
    | Annotated[Profile, Tag("profile")]
    | Annotated[Grid, Tag("grid")]
    | Annotated[MeshDepths, Tag("mesh")],
    BY_KIND,
]
