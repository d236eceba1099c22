"""What a run would take, and what stands in its way; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...core.inputs import Input
from ...domain.checks import shape_problems
from ...errors import ConfigError, DataError, Problem
from ...source.base import data_problems
from ..base import Experiment, Plan, refuse_unused
from . import case as files
from . import compute_part, preflight
from .assembly import InputFile, Part, Site, assemble
from .boundary_checks import highest_level_m
from .checks import checks
from .generating import site_of
from .other_runs import inputs as inputs_of_runs

if TYPE_CHECKING:
    from .model import Swan

FORCING = ("tides", "water_level", "wind", "current", "ice", "waves")
_WHY = {
    "pressure": "SWAN has no air pressure; the level that it makes belongs into forcing.water_level",
    "river": "SWAN has no rivers; their currents belong into forcing.current",
}


def plan(model: Swan, experiment: Experiment) -> Plan:
    """Files, data, size and problems of an experiment."""
    domain, period = experiment.domain, experiment.period
    if domain is None or period is None:
        missing = [k for k in ("domain", "period") if getattr(experiment, k) is None]
        return Plan(problems=tuple(Problem(k, f"model swan needs a {k}") for k in missing))
    found = [*refuse_unused("swan", experiment, FORCING, _WHY), *experiment.forcing.problems(period, domain)]
    inputs = (*domain.inputs(), *experiment.forcing.inputs(), *_own_inputs(model))
    if unsound := shape_problems(domain):
        return Plan(inputs=inputs, problems=(*unsound, *found))
    try:
        site = site_of(model, experiment)
        found += [*domain.problems(highest_level_m(site)), *checks(site)]
        if found:
            return Plan(inputs=inputs, problems=tuple(found))
        whole = assemble(site)
        found += [*same_names(whole), *(problem for file in whole.files for problem in _seen(file))]
        return Plan(inputs=inputs, problems=tuple(found)) if found else _plan(site, whole, inputs)
    except DataError as error:
        return Plan(inputs=inputs, problems=(*found, *data_problems(error)))
    except ConfigError as error:
        return Plan(inputs=inputs, problems=(*found, *error.problems))


def same_names(whole: Part) -> Iterator[Problem]:
    """Files that would overwrite each other."""
    taken = {files.INPUT.lower(): "SWAN's command file", files.CASE: "the description of the case"}
    taken |= {files.PRINT.lower(): "SWAN's log"}
    written = [(o.path, "an output") for o in whole.outputs]
    for name, key in [*((f.name, f.key) for f in whole.files), *written]:
        if (other := taken.setdefault(name.lower(), key)) is not key:
            hint = "call one of them otherwise"
            yield Problem(key if "." in key else "model.output", f"{name} is also the file of {other}", name, hint=hint)


def _seen(file: InputFile) -> list[Problem]:
    try:
        file.look()
    except DataError as error:
        return data_problems(error)
    return []


def _plan(site: Site, whole: Part, inputs: tuple[Input, ...]) -> Plan:
    steps = compute_part.steps(site)
    of_runs = inputs_of_runs(site.experiment, site.model.boundary, site.model.initial, site.period.start)
    return Plan(
        files=tuple(sorted([*(f.name for f in whole.files), files.CASE, files.INPUT])),
        inputs=(*inputs, *(Input(key, path) for key, path in of_runs)),
        cells=int(site.geometry.there.sum()),
        steps=steps,
        memory_mb=round(preflight.memory_mb(site)),
        disk_mb=round(sum(f.megabytes for f in whole.files) + preflight.output_mb(site, whole), 1),
        notes=(*preflight.notes(site), *whole.notes),
    )


def _own_inputs(model: Swan) -> Iterator[Input]:
    for name in type(model.fields).model_fields:
        if (node := getattr(model.fields, name)) is not None:
            yield from node.inputs(f"model.fields.{name}")
    for name, path in model.files.items():
        if path.expanduser().is_file():
            yield Input(f"model.files.{name}", path.expanduser())
