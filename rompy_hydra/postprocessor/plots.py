"""Pictures of the output of any model that opens as CF, on triangles or on a structured grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.period import UtcTime
from ..errors import PostprocessError, Problem
from .base import Postprocessor
from .subject import DIRECTION, PEAK_PERIOD, Subject, companion, components_towards, subject_of

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats
    from .drawing_ground import Ground
    from .stations import Station

_BLOCK_VALUES = 2**22
"""Values in memory at a time."""
_NAMES = {"flow": "water level", "waves": "significant wave height"}
_ARROWS = {"flow": "currents", "waves": "mean direction"}


class Plots(Postprocessor):
    """Maps of the maximum and the last field, and time series at the stations, as PNG: water level with currents, or
    significant wave height with the mean direction."""

    maximum: bool = True
    """A map of the highest water level, or of the highest waves, of the run."""
    last: bool = True
    """A map of the last field, with arrows of velocity or of the direction of waves."""
    series: bool = True
    """Time series at the stations of the domain."""
    times: list[UtcTime] = []
    """More maps, of the fields nearest to these times (ISO 8601, UTC)."""

    def process(self, model_run: Any, **_: Any) -> dict[str, Any]:
        """Draw what the output has.

        Raises:
            PostprocessError: the output has no water level and no waves, or does not tell where they are.
        """
        from .drawing_ground import ground_of
        from .stations import find_stations

        with model_run.open() as data:
            subject = subject_of(data)
            if subject is None:
                hint = "the plots postprocessor draws water levels and wave heights; leave it out for this model"
                raise PostprocessError(Problem("postprocessor.plots", "the output has neither of the two", hint=hint))
            stations = find_stations(model_run, data)
            has_cells = subject.is_structured or subject.dims in (("face",), ("node",))
            on_a_map = has_cells and not any(s.series in subject.dims for s in stations.values())
            ground = ground_of(data, subject) if on_a_map else None
            picture = _Pictures(data, subject, ground, stations, model_run.products)
            files = [str(path) for path in self._draw(picture)]
        return {"success": True, "files": files, "message": f"{len(files)} picture{'s' * (len(files) != 1)}"}

    def _draw(self, picture: _Pictures) -> Iterator[Path]:
        if picture.ground is not None:
            if self.maximum:
                yield picture.maximum(picture.ground)
            if self.last:
                yield picture.field(picture.ground, "last", -1)
            for time in self.times:
                yield picture.field(picture.ground, f"{time:%Y%m%dT%H%M}", picture.nearest(time))
        if self.series and picture.stations:
            yield picture.series()


@dataclass(frozen=True)
class _Pictures:
    """Draws one output."""

    data: xr.Dataset
    subject: Subject
    ground: Ground | None
    """None where the output has series alone."""
    stations: dict[str, Station]
    products: Path

    def maximum(self, ground: Ground) -> Path:
        """A map of the highest value of the main field."""
        values = ground.cells(_highest(self.data[self.subject.name].transpose(self.subject.time, *self.subject.dims)))
        field = self._drawn(values, f"highest {_NAMES[self.subject.kind]}", self._span())
        return self._map(ground, "map_maximum.png", field)

    def field(self, ground: Ground, name: str, index: int) -> Path:
        """A map of the main field at one time, with velocity or direction where there is one."""
        now = self.data.isel({self.subject.time: index})
        arrows = self._arrows(ground, now)
        what = _NAMES[self.subject.kind] + (f" and {_ARROWS[self.subject.kind]}" if arrows else "")
        values = ground.cells(self._at(now, self.subject.name))
        drawn = self._drawn(values, what, _utc(now[self.subject.time].to_numpy()), **arrows)
        return self._map(ground, f"map_{name}.png", drawn)

    def _drawn(self, values: Floats, what: str, subtitle: str, **arrows: Any) -> Any:
        from ..report.figures import Field

        waves: dict[str, Any] = {"noun": "height", "from_zero": True} if self.subject.kind == "waves" else {}
        return Field(values, self._title(what), subtitle, self._label(), **waves, **arrows)

    def _at(self, now: xr.Dataset, name: str) -> Any:
        return now[name].transpose(*self.subject.dims).to_numpy()

    def _arrows(self, ground: Ground, now: xr.Dataset) -> dict[str, tuple[Floats, Floats]]:
        if self.subject.kind == "flow":
            there = {"u", "v"} <= set(now)
            return {"velocity": (ground.cells(self._at(now, "u")), ground.cells(self._at(now, "v")))} if there else {}
        name = companion(self.data, self.subject, "dir", DIRECTION)
        if name is None:
            return {}
        east, north = components_towards(self._at(now, name))
        return {"towards": (ground.cells(east), ground.cells(north))}

    def series(self) -> Path:
        """The main field and what goes with it at the stations."""
        from ..report.figures import draw_series
        from .stations import series_at

        at = series_at(self.data, self.stations)
        panels = self._flow_panels(at) if self.subject.kind == "flow" else self._wave_panels(at)
        lines = {label: dict(zip(self.stations, values.T, strict=True)) for label, values in panels.items()}
        path = self.products / "series_stations.png"
        draw_series(path, at["time"].to_numpy(), lines, self._title("stations"), self._span())
        return path

    def _flow_panels(self, at: xr.Dataset) -> dict[str, Floats]:
        import numpy as np

        panels = {self._label(): at[self.subject.name].to_numpy()}
        if {"u", "v"} <= set(at):
            panels["current speed (m/s)"] = np.hypot(at["u"].to_numpy(), at["v"].to_numpy())
        return panels

    def _wave_panels(self, at: xr.Dataset) -> dict[str, Floats]:
        own = self.subject.name.rpartition("_")[2]
        panels = {self._label(): at[own if own in at else self.subject.name].to_numpy()}
        wanted = (
            ("peak wave period (s)", ("tps", "tp", PEAK_PERIOD)),
            ("mean direction, from (°)", ("dir", DIRECTION)),
        )
        for label, words in wanted:
            names = [str(n) for w in words for n, v in at.items() if w in (n, v.attrs.get("standard_name"))]
            if names:
                panels[label] = at[names[0]].to_numpy()
        return panels

    def nearest(self, time: Any) -> int:
        """Index of the field nearest to a time."""
        import numpy as np

        wanted = np.datetime64(time.replace(tzinfo=None), "ns")
        return int(np.argmin(np.abs(self.data[self.subject.time].to_numpy() - wanted)))

    def _map(self, ground: Ground, name: str, field: Any) -> Path:
        from ..report.figures import draw_map

        path = self.products / name
        draw_map(path, ground.geometry, field, self._places(ground))
        return path

    def _places(self, ground: Ground) -> dict[str, tuple[float, float]]:
        """The stations in the units of the axes."""
        if not ground.geometry.lonlat:
            return {n: (s.place[0] / 1e3, s.place[1] / 1e3) for n, s in self.stations.items()}
        import numpy as np

        from ..core.axis import near

        middle = float(np.nanmean(ground.geometry.centres[:, 0]))
        return {n: (float(near(np.array(s.place[0]), middle)), s.place[1]) for n, s in self.stations.items()}

    def _title(self, what: str) -> str:
        return f"{self.data.attrs.get('name', '')}: {what}".removeprefix(": ")

    def _span(self) -> str:
        first, last = (_utc(t) for t in self.data[self.subject.time].to_numpy()[[0, -1]])
        return f"{first} to {last}" if first != last else first

    def _label(self) -> str:
        datum = self.data.attrs.get("vertical_datum")
        above = f" above {datum}" if datum and self.subject.kind == "flow" else ""
        return f"{_NAMES[self.subject.kind]}{above} (m)"


def _utc(time: Any) -> str:
    import numpy as np

    return f"{np.datetime_as_string(time, unit='m').replace('T', ' ')} UTC"


def _highest(field: xr.DataArray) -> Floats:
    """Highest value in time, the first dimension, NaN where there never was one; reads some times at once."""
    import numpy as np

    shape = field.shape[1:]
    highest = np.full(shape, np.nan)
    step = max(1, _BLOCK_VALUES // highest.size)
    for first in range(0, field.shape[0], step):
        block = field.isel({field.dims[0]: slice(first, first + step)}).to_numpy()
        highest = np.fmax(highest, np.fmax.reduce(block, axis=0))
    return highest
