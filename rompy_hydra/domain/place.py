"""Points on the map."""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ..core.node import Node

Point: TypeAlias = tuple[float, float]
"""x and y, or longitude and latitude: always east before north, in the crs of the domain."""


class Place(Node):
    """A point, as lon and lat or as x_m and y_m."""

    lon: float | None = Field(None, ge=-180, le=360)
    """Longitude [degrees east]."""
    lat: float | None = Field(None, ge=-90, le=90)
    """Latitude [degrees north]."""
    x_m: float | None = None
    """Easting in the metric crs of the domain [m]."""
    y_m: float | None = None
    """Northing in the metric crs of the domain [m]."""

    @field_validator("lat", mode="before")
    @classmethod
    def _recognise_a_swap(cls, value: Any, info: ValidationInfo) -> Any:
        lon = info.data.get("lon")
        if isinstance(value, int | float) and abs(value) > 90 and lon is not None and abs(lon) <= 90:
            raise ValueError(f"latitude {value:g} is not in -90..90; lon and lat look swapped")
        return value

    @model_validator(mode="after")
    def _one_pair(self) -> Place:
        given = {name for name in ("lon", "lat", "x_m", "y_m") if getattr(self, name) is not None}
        if given not in ({"lon", "lat"}, {"x_m", "y_m"}):
            raise ValueError(f"expected lon and lat, or x_m and y_m; got {', '.join(sorted(given)) or 'neither'}")
        return self

    @property
    def lonlat(self) -> Point | None:
        """(lon, lat), or None when it was given in metres."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)

    @property
    def metres(self) -> Point | None:
        """(x, y) in the domain's metric crs, or None when it was given in degrees."""
        return None if self.x_m is None or self.y_m is None else (self.x_m, self.y_m)
