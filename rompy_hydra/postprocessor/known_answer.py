"""A run beside a known answer: the differences at the stations, as numbers and as a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..core.atomic import write_atomic
from ..core.period import UtcTime
from ..errors import PostprocessError, Problem
from .answers import AnyAnswer, Theory
from .base import Postprocessor
from .comparison import UNITS, Comparison, compare, metrics

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats

METRICS, PICTURE = "metrics.json", "known_answer.png"
_KEY = "postprocessor.known_answer"
_NAMES = {"tp": ("tps", "tp")}
"""What a quantity is called in output, where it is not called as here; the best first."""
_LABELS = {"hs": "significant wave height", "tp": "peak period", "dir": "direction", "setup": "set-up"}
_CURVE = 200


class KnownAnswer(Postprocessor):
    """Compares the series at the stations of the domain with a known answer: ``metrics.json`` and a picture."""

    answer: AnyAnswer
    """The answer, by its ``kind``: refraction, surf_zone, growth, friction or values."""
    stations: list[str] | None = None
    """Stations that are compared; null takes all."""
    time: UtcTime | None = None
    """The output nearest to this time is compared; null takes the last."""
    fail_beyond_tolerance: bool = True
    """Whether this stage fails where a tolerance is exceeded; else the metrics alone tell."""

    def process(self, model_run: Any, **_: Any) -> dict[str, Any]:
        """Compare and write both files.

        Raises:
            PostprocessError: the output has no such quantities at the stations.
            ConfigError, DataError: the answer says nothing about this domain.
        """
        stations = self._stations(model_run)
        theory = self.answer.theory(model_run.domain, stations)
        with model_run.open() as data:
            model, time = self._model(data, stations)
        known = theory.values(theory.at)
        found = {n: compare(n, model[n], known[n], t) for n, t in self.answer.tolerance.items()}
        settings = self.answer.model_dump(mode="json", exclude_none=True)
        report = {"answer": settings, "time": time, **metrics(stations, theory, found)}
        path, picture = model_run.products / METRICS, model_run.products / PICTURE
        write_atomic(path, json.dumps(report, indent=1, sort_keys=True, allow_nan=False) + "\n")
        self._draw(picture, model_run.name, stations, theory, found)
        passed = all(c.passed for c in found.values())
        message = "; ".join(c.text() for c in found.values())
        success = passed or not self.fail_beyond_tolerance
        return {"success": success, "pass": passed, "message": message, "files": [str(path), str(picture)]}

    def _stations(self, model_run: Any) -> list[str]:
        known = list(model_run.domain.stations) if model_run.domain is not None else []
        chosen = known if self.stations is None else self.stations
        if unknown := sorted(set(chosen) - set(known)):
            hint = f"known: {', '.join(known)}"
            raise PostprocessError(Problem(f"{_KEY}.stations", f"there is no station {unknown[0]}", hint=hint))
        if not chosen:
            hint = "name points in domain.stations"
            raise PostprocessError(Problem(_KEY, "there are no stations to compare at", hint=hint))
        return chosen

    def _model(self, data: xr.Dataset, stations: list[str]) -> tuple[dict[str, Floats], str]:
        """Quantity -> (n,) values at the stations, and their time."""
        import numpy as np

        found: dict[str, Floats] = {}
        time = ""
        names = [str(n) for n in data["station_name"].values] if "station_name" in data.variables else []
        for quantity in self.answer.tolerance:
            wanted = [f"station_{n}" for n in _NAMES.get(quantity, (quantity,))]
            name = next((n for n in wanted if n in data), None)
            if name is None or not set(stations) <= set(names):
                hint = f"write a table of {wanted[0].removeprefix('station_')} at the stations"
                raise PostprocessError(Problem(_KEY, f"the output has no {quantity} at the stations", hint=hint))
            series = self._then(data[name])
            time = f"{np.datetime_as_string(series[series.attrs['time']].values, unit='s')}Z"
            found[quantity] = np.asarray(series.values[[names.index(s) for s in stations]], dtype=np.float64)
        return found, time

    def _then(self, series: xr.DataArray) -> xr.DataArray:
        import numpy as np

        axis = str(next(d for d in series.dims if d != "station"))
        index = -1
        if self.time is not None:
            wanted = np.datetime64(self.time.replace(tzinfo=None), "ns")
            index = int(np.argmin(np.abs(series[axis].to_numpy() - wanted)))
        return series.isel({axis: index}).assign_attrs(time=axis)

    def _draw(self, path: Any, name: str, stations: list[str], theory: Theory, found: dict[Any, Comparison]) -> None:
        import numpy as np

        from ..report.figures import Curve, draw_curves

        low, high = float(np.nanmin(theory.at)), float(np.nanmax(theory.at))
        x = np.linspace(low, high, _CURVE) if theory.label and high > low else theory.at
        curve = theory.values(x)
        panels = [
            Curve(f"{_LABELS[n]} ({UNITS[n]})", x, curve[n], theory.at, c.model, c.text()) for n, c in found.items()
        ]
        title = f"{name}: model and known answer ({self.answer.kind})"
        draw_curves(path, panels, title, theory.label, [] if theory.label else stations)
