"""What a run would take, found without a mesh."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...core.period import Period, format_duration
from ...domain.checks import shape_problems
from ...errors import DataError, Problem, did_you_mean
from ..base import Experiment, Plan, refuse_unused
from . import case as files
from .levels import (
    STEP,
    boundary_problems,
    highest_levels_m,
    highest_stage_m,
    level_nodes,
    place_problems,
    prescribed,
    segment_places,
    varied_segments,
)
from .notes import NO_CORIOLIS, notes
from .sizing import time_step_s

if TYPE_CHECKING:
    from ...domain import Domain
    from .model import Anuga

FORCING = ("tides", "water_level", "wind", "pressure", "river")
LACKS = {"waves": "ANUGA has no waves", "current": "ANUGA computes the currents itself", "ice": "ANUGA has no sea ice"}
"""Forcing -> why it is refused."""
_BASE_MB, _KB_PER_CELL = 145.0, 1.0
"""Resident memory of a solver process: Python with ANUGA 4.1, and what each triangle adds; fits 2e3 to 2e5 cells."""
_BYTES_PER_CELL = 3 * 4 * 1.5
"""Three single-precision values per triangle, and per node (half as many), in each output field."""
_BYTES_PER_LEVEL = 4


def plan(model: Anuga, experiment: Experiment) -> Plan:
    """Files, data, size and problems of an experiment."""
    domain, period = experiment.domain, experiment.period
    if domain is None or period is None:
        missing = [k for k in ("domain", "period") if getattr(experiment, k) is None]
        return Plan(problems=tuple(Problem(k, f"model anuga needs a {k}") for k in missing))
    problems = _problems(model, experiment, domain, period)
    inputs = (*domain.inputs(), *experiment.forcing.inputs())
    if problems:
        return Plan(inputs=inputs, notes=(NO_CORIOLIS,), problems=tuple(problems))
    cells, step_s = domain.estimate_cells(), time_step_s(domain, model.numerics.cfl, model.dry_depth_m)
    steps = math.ceil(period.seconds / step_s)
    fields = math.ceil(period.length / model.output_interval(period)) + 1
    return Plan(
        files=_files(model, experiment),
        inputs=inputs,
        cells=cells,
        steps=steps,
        memory_mb=round(_BASE_MB + cells * _KB_PER_CELL / 1e3),
        disk_mb=round((fields * cells * _BYTES_PER_CELL + _level_bytes(model, experiment, domain, period)) / 1e6, 1),
        notes=tuple(notes(model, experiment, domain, period, (cells, steps))),
    )


def _level_bytes(model: Anuga, experiment: Experiment, domain: Domain, period: Period) -> float:
    """Size of the levels that vary along their segments."""
    given = prescribed(model, experiment, segments := domain.segment_names())
    along = [
        segment_places(domain, name, level_nodes(given[name], experiment.forcing).values()) or ((), ())
        for name in varied_segments(model, experiment, segments)
    ]
    return _BYTES_PER_LEVEL * (period.length / STEP + 1) * sum(len(lon) for lon, _ in along)


def _problems(model: Anuga, experiment: Experiment, domain: Domain, period: Period) -> list[Problem]:
    found = [
        *refuse_unused("anuga", experiment, FORCING, LACKS),
        *experiment.forcing.problems(period, domain),
        *_region_problems(model, domain),
        *_interval_problems(model, period),
    ]
    try:
        segments = domain.segment_names()
    except DataError:
        return [*domain.problems(), *found]  # which name the file that cannot be read
    found += boundary_problems(model, experiment, segments)
    if not found and varied_segments(model, experiment, segments):
        if unsound := shape_problems(domain):
            return unsound
        found = place_problems(model, experiment, domain, segments)
    levels_m = {} if found else highest_levels_m(model, experiment, domain, segments, period)
    of_domain = domain.problems(None if found else highest_stage_m(model, experiment, levels_m))
    return [*of_domain, *found] or domain.dry_segments(levels_m)


def _region_problems(model: Anuga, domain: Domain) -> list[Problem]:
    known = list(getattr(domain.mesh, "regions", {}))
    return [
        Problem(
            f"model.friction.regions.{n}", "domain.mesh.regions has no region of this name", hint=did_you_mean(n, known)
        )
        for n in model.friction.regions
        if n not in known
    ]


def _interval_problems(model: Anuga, period: Period) -> list[Problem]:
    if model.output.interval is None or model.output.interval <= period.length:
        return []
    text = f"{format_duration(model.output.interval)} is longer than the period {format_duration(period.length)}"
    return [Problem("model.output.interval", text)]


def _files(model: Anuga, experiment: Experiment) -> tuple[str, ...]:
    forcing = experiment.forcing
    segments = experiment.domain.segment_names() if experiment.domain else ()
    varied = varied_segments(model, experiment, segments)
    given = prescribed(model, experiment, segments)
    levels = [name for s in given for name in files.level_files(s, s not in varied).values()]
    wind = ["wind.npy", "wind_times.npy"] if forcing.wind else []
    pressure = ["pressure.npy", "pressure_times.npy"] if forcing.pressure and not forcing.pressure.is_uniform else []
    rivers = [f"river_{n}.csv" for n in forcing.river or {}]
    mesh = [files.POINTS, files.TRIANGLES, files.EDGES, files.FRICTION]
    return tuple(sorted([files.CASE, *mesh, *levels, *wind, *pressure, *rivers]))
