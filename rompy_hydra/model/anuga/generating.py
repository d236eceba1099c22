"""Writing a case folder from an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.period import Period, format_time
from ...errors import ConfigError, DataError, Problem
from . import case as files
from .case import Case
from .config import Boundary, LevelSeries, Tide
from .level_writing import SegmentLevel
from .levels import conditions, edge_middles, is_uniform, level_nodes

if TYPE_CHECKING:
    from ...core.mesh import Floats, Mesh
    from ...domain import Domain
    from ..base import Experiment
    from .model import Anuga

GRAVITY_M_S2 = 9.8
"""As in ANUGA."""
_BLOCK = 24
"""Times of a gridded field that are in memory at once."""


def generate(model: Anuga, workspace: Path, experiment: Experiment) -> None:
    """Write every file of the case; `case.json` last.

    Raises:
        ConfigError: no domain or no period.
        DataError: the data are not what the experiment needs.
    """
    domain, period = needs(experiment)
    files.remove_results(workspace)
    mesh = domain.build_mesh()
    origin_m = np.floor(mesh.points_m.min(axis=0))
    _write_mesh(workspace, mesh, domain, origin_m)
    np.save(workspace / files.FRICTION, _friction(model, mesh, domain))
    writer = _Forcing(model, workspace, experiment, mesh)
    boundaries, initial_stage_m = writer.boundaries()
    Case(
        name=experiment.name,
        start=format_time(period.start),
        duration_s=period.seconds,
        output_interval_s=model.output_interval(period).total_seconds(),
        crs=mesh.crs,
        origin_m=(float(origin_m[0]), float(origin_m[1])),
        vertical_datum=domain.vertical_datum,
        initial_stage_m=initial_stage_m,
        dry_depth_m=model.dry_depth_m,
        water_density_kg_m3=model.water_density_kg_m3,
        flow_algorithm=model.numerics.flow_algorithm,
        cfl=model.numerics.cfl,
        segments=tuple(sorted(mesh.boundary)),
        boundaries=boundaries,
        wind=writer.wind(),
        pressure=writer.pressure(),
        rivers=writer.rivers(),
    ).write(workspace)


def needs(experiment: Experiment) -> tuple[Domain, Period]:
    """Domain and period of the experiment.

    Raises:
        ConfigError: one of them is missing.
    """
    missing = [k for k in ("domain", "period") if getattr(experiment, k) is None]
    if missing or experiment.domain is None or experiment.period is None:
        raise ConfigError(Problem(k, f"model anuga needs a {k}") for k in missing)
    return experiment.domain, experiment.period


def _write_mesh(workspace: Path, mesh: Mesh, domain: Domain, origin_m: Floats) -> None:
    np.save(workspace / files.POINTS, np.column_stack([mesh.points_m - origin_m, domain.bed_m(mesh)]))
    np.save(workspace / files.TRIANGLES, mesh.triangles)
    edges = [
        np.column_stack([mesh.boundary[name], np.full(len(mesh.boundary[name]), number)])
        for number, name in enumerate(sorted(mesh.boundary))
    ]
    np.save(workspace / files.EDGES, np.concatenate(edges))


def _friction(model: Anuga, mesh: Mesh, domain: Domain) -> Floats:
    """(m,) Manning coefficients."""
    friction = np.full(len(mesh.triangles), model.friction.coefficient)
    x_m, y_m = mesh.centroids_m.T
    for region, coefficient in model.friction.regions.items():
        friction[domain.inside(x_m, y_m, region).astype(bool)] = coefficient
    return friction


class _Forcing:
    """Writes the forcing of one case and tells what ``case.json`` has to say about it."""

    def __init__(self, model: Anuga, workspace: Path, experiment: Experiment, mesh: Mesh):
        self.model, self.workspace, self.forcing, self.mesh = model, workspace, experiment.forcing, mesh
        self.experiment = experiment
        self.domain, self.period = needs(experiment)

    def boundaries(self) -> tuple[dict[str, dict[str, Any]], float]:
        """The condition on each segment, and the water level to start from."""
        found: dict[str, dict[str, Any]] = {}
        first_m: list[float] = []
        for name, condition in self._conditions().items():
            found[name] = {"kind": condition.kind}
            if isinstance(condition, Tide | LevelSeries):
                with self._level(name, condition) as level:
                    first_m.append(level.first_m())
                    written = level.write(self.workspace, name)
                found[name] = {"kind": "level", "radiation": condition.radiation, **written}
        given = self.model.initial_stage_m
        return found, float(np.mean(first_m or [0.0])) if given is None else given

    def _conditions(self) -> dict[str, Boundary]:
        return conditions(self.model, self.experiment, tuple(sorted(self.mesh.boundary)))

    @contextmanager
    def _level(self, segment: str, condition: Tide | LevelSeries) -> Iterator[SegmentLevel]:
        nodes = list(level_nodes(condition, self.forcing).values())
        places = None if is_uniform(nodes) else self.domain.lonlat(*edge_middles(self.mesh, segment).T)
        added = partial(self._inverse_barometer, segment) if condition.inverse_barometer else None
        corners = sorted({self.period.stop}.union(*(node.steps(self.period) for node in nodes)))
        with ExitStack() as opened:
            levels = [opened.enter_context(node.prepared(self.period, self.domain)) for node in nodes]
            yield SegmentLevel(levels, corners, self.period, places, added)

    def _inverse_barometer(self, segment: str, times: Sequence[datetime]) -> Floats:
        """(nt,) level [m] in balance with the mean air pressure along the segment."""
        nodes = np.unique(self.mesh.edge_nodes(segment))
        pressure = self.forcing.pressure
        assert pressure is not None  # the plan has asked for it
        with pressure.prepared(self.period, self.domain) as ready:
            pressure_pa = self._values(ready, times, self.mesh.points_m[nodes], is_uniform=pressure.is_uniform)
        anomaly_pa = pressure_pa.reshape(len(times), -1).mean(axis=1) - self.model.reference_pressure_pa
        return np.asarray(-anomaly_pa / (self.model.water_density_kg_m3 * GRAVITY_M_S2))

    def wind(self) -> dict[str, Any] | None:
        """Write (t, 2, 1) components of a uniform wind, or (t, 2, m) at the triangles."""
        node, drag = self.forcing.wind, self.model.wind_drag
        if node is None:
            return None
        times = node.steps(self.period)
        cells = 1 if node.is_uniform else len(self.mesh.triangles)
        self._write_field("wind", node, times, self.mesh.centroids_m, (2, cells))
        return {**_field_files("wind"), "law": drag.law, "coefficient": drag.coefficient, "limit": drag.limit}

    def pressure(self) -> dict[str, Any] | None:
        """Write (t, n) deviations at the nodes; a uniform pressure pushes nothing."""
        node = self.forcing.pressure
        if node is None or node.is_uniform:
            return None
        self._write_field("pressure", node, node.steps(self.period), self.mesh.points_m, (len(self.mesh.points_m),))
        return _field_files("pressure")

    def _write_field(self, name: str, node: Any, times: list[datetime], at_m: Floats, shape: tuple[int, ...]) -> None:
        """Write in blocks of times, so that memory does not grow with the length of the run."""
        names = _field_files(name)
        np.save(self.workspace / names["times"], self._seconds(times))
        dtype = np.dtype("<f8" if name == "pressure" else "<f4")  # a gradient is a small difference of large numbers
        offset = self.model.reference_pressure_pa if name == "pressure" else 0.0
        with (
            (self.workspace / names["values"]).open("wb") as out,
            node.prepared(self.period, self.domain) as ready,
        ):
            header = {"descr": dtype.str, "fortran_order": False, "shape": (len(times), *shape)}
            np.lib.format.write_array_header_1_0(out, header)
            for first in range(0, len(times), _BLOCK):
                block = times[first : first + _BLOCK]
                values = self._values(ready, block, at_m, is_uniform=node.is_uniform) - offset
                if not np.isfinite(values).all():
                    hint = f"ANUGA needs a value everywhere: set forcing.{name}.nan to nearest_wet or a number"
                    raise DataError(Problem(f"forcing.{name}", "values are missing over the domain", hint=hint))
                out.write(np.ascontiguousarray(values.reshape(len(block), *shape), dtype).data)

    def _values(self, ready: Any, times: Sequence[datetime], at_m: Floats, *, is_uniform: bool) -> Floats:
        """(nt, ...) values at places in the metric crs; the two components of a wind are along x and y."""
        places = () if is_uniform else self.domain.lonlat(at_m[:, 0], at_m[:, 1])
        values = ready.at(times, *places)
        if not isinstance(values, tuple):
            return np.asarray(values)
        turned_at = at_m.mean(axis=0, keepdims=True) if is_uniform else at_m
        return np.stack(self.domain.to_grid(*values, *turned_at.T), axis=1)

    def rivers(self) -> tuple[dict[str, Any], ...]:
        """Write the discharge of each river and find the triangles that it enters."""
        return tuple(self._river(name, river) for name, river in sorted((self.forcing.river or {}).items()))

    def _river(self, name: str, river: Any) -> dict[str, Any]:
        times, file = river.steps(self.period), f"river_{name}.csv"
        files.write_series(self.workspace / file, "discharge_m3_s", self._seconds(times), river.at(times))
        distance_m = np.hypot(*(self.mesh.centroids_m - self.domain.locate(river.location)).T)
        inside = np.flatnonzero(distance_m <= max(river.radius_m, distance_m.min()))
        return {"name": name, "series": file, "triangles": inside.tolist()}

    def _seconds(self, times: Sequence[datetime]) -> Floats:
        return np.array([(t - self.period.start).total_seconds() for t in times])


def _field_files(name: str) -> dict[str, str]:
    return {"times": f"{name}_times.npy", "values": f"{name}.npy"}
