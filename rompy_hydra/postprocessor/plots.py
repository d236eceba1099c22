"""Pictures of the output of any model that opens as CF/UGRID."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.period import UtcTime
from ..errors import PostprocessError, Problem
from .base import Postprocessor

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats
    from ..report.figures import Geometry
    from .stations import Station

LEVEL = "water_level"
_BLOCK_VALUES = 2**22
"""Values in memory at a time."""


class Plots(Postprocessor):
    """Maps of the highest and the last water level, with currents, and time series at the stations, as PNG."""

    maximum: bool = True
    """A map of the highest water level of the run."""
    last: bool = True
    """A map of the last field, with arrows of velocity."""
    series: bool = True
    """Time series at the stations of the domain."""
    times: list[UtcTime] = []
    """More maps, of the fields nearest to these times (ISO 8601, UTC)."""

    def process(self, model_run: Any, **_: Any) -> dict[str, Any]:
        """Draw what the output has.

        Raises:
            PostprocessError: the output has no water level on the faces of a mesh.
        """
        from .stations import find_stations

        with model_run.open() as data:
            picture = _Pictures(data, _geometry(data), find_stations(model_run, data), model_run.products)
            files = [str(path) for path in self._draw(picture)]
        return {"success": True, "files": files, "message": f"{len(files)} picture{'s' * (len(files) != 1)}"}

    def _draw(self, picture: _Pictures) -> Iterator[Path]:
        if self.maximum:
            yield picture.maximum()
        if self.last:
            yield picture.field("last", -1)
        for time in self.times:
            yield picture.field(f"{time:%Y%m%dT%H%M}", picture.nearest(time))
        if self.series and picture.stations:
            yield picture.series()


@dataclass(frozen=True)
class _Pictures:
    """Draws one output."""

    data: xr.Dataset
    geometry: Geometry
    stations: dict[str, Station]
    products: Path

    def maximum(self) -> Path:
        """A map of the highest water level."""
        from ..report.figures import Field

        values = _highest(self.data[LEVEL])
        field = Field(values, self._title("highest water level"), self._span(), self._level_label())
        return self._map("map_maximum.png", field)

    def field(self, name: str, index: int) -> Path:
        """A map of the water level at one time, with velocity where there is one."""
        from ..report.figures import Field

        now = self.data.isel(time=index)
        velocity = (now["u"].to_numpy(), now["v"].to_numpy()) if {"u", "v"} <= set(now) else None
        title = self._title("water level and currents" if velocity else "water level")
        field = Field(
            now[LEVEL].to_numpy(), title, _utc(now["time"].to_numpy()), self._level_label(), velocity=velocity
        )
        return self._map(f"map_{name}.png", field)

    def series(self) -> Path:
        """Water level and current speed at the stations."""
        import numpy as np

        from ..report.figures import draw_series
        from .stations import series_at

        at = series_at(self.data, self.stations)
        panels = {self._level_label(): at[LEVEL].to_numpy()}
        if {"u", "v"} <= set(at):
            panels["current speed (m/s)"] = np.hypot(at["u"].to_numpy(), at["v"].to_numpy())
        lines = {label: dict(zip(self.stations, values.T, strict=True)) for label, values in panels.items()}
        path = self.products / "series_stations.png"
        draw_series(path, self.data["time"].to_numpy(), lines, self._title("stations"), self._span())
        return path

    def nearest(self, time: Any) -> int:
        """Index of the field nearest to a time."""
        import numpy as np

        wanted = np.datetime64(time.replace(tzinfo=None), "ns")
        return int(np.argmin(np.abs(self.data["time"].to_numpy() - wanted)))

    def _map(self, name: str, field: Any) -> Path:
        from ..report.figures import draw_map

        path = self.products / name
        draw_map(path, self.geometry, field, self._places())
        return path

    def _places(self) -> dict[str, tuple[float, float]]:
        """The stations in the units of the axes."""
        if not self.geometry.lonlat:
            return {n: (s.place[0] / 1e3, s.place[1] / 1e3) for n, s in self.stations.items()}
        import numpy as np

        from ..core.axis import near

        middle = float(self.geometry.centres[:, 0].mean())
        return {n: (float(near(np.array(s.place[0]), middle)), s.place[1]) for n, s in self.stations.items()}

    def _title(self, what: str) -> str:
        return f"{self.data.attrs.get('name', '')}: {what}".removeprefix(": ")

    def _span(self) -> str:
        times = self.data["time"].to_numpy()
        return f"{_utc(times[0])} to {_utc(times[-1])}"

    def _level_label(self) -> str:
        datum = self.data.attrs.get("vertical_datum")
        return f"water level above {datum} (m)" if datum else "water level (m)"


def _utc(time: Any) -> str:
    import numpy as np

    return f"{np.datetime_as_string(time, unit='m').replace('T', ' ')} UTC"


def _highest(level: xr.DataArray) -> Floats:
    """(m,) highest value in time, NaN where there never was one; reads some times at once."""
    import numpy as np

    highest = np.full(level.sizes["face"], np.nan)
    step = max(1, _BLOCK_VALUES // level.sizes["face"])
    for first in range(0, level.sizes["time"], step):
        block = level.isel(time=slice(first, first + step)).to_numpy()
        highest = np.fmax(highest, np.fmax.reduce(block, axis=0))
    return highest


def _geometry(data: xr.Dataset) -> Geometry:
    import numpy as np

    from ..core.axis import unbroken
    from ..report.figures import Geometry
    from .stations import has_lonlat

    needed = {LEVEL, "face_nodes", "node_x", "bed_elevation"}
    if missing := sorted(needed - set(data.variables)):
        hint = "the plots postprocessor draws triangles; leave it out for this model"
        raise PostprocessError(Problem("postprocessor.plots", f"the output has no {', '.join(missing)}", hint=hint))
    lonlat = has_lonlat(data)
    x, y, scale = ("lon", "lat", 1.0) if lonlat else ("x", "y", 1e-3)
    nodes = np.column_stack([data[f"node_{axis}"].to_numpy() for axis in (x, y)]) * scale
    if lonlat:
        nodes[:, 0] = unbroken(nodes[:, 0])
    corners = nodes[data["face_nodes"].to_numpy()]
    return Geometry(corners, corners.mean(axis=1), data["bed_elevation"].to_numpy(), lonlat)
