"""Writing a workspace from an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.period import format_time
from ...errors import ConfigError, DataError, Problem
from . import case as files
from .assembly import InputFile, Part, Site, assemble
from .case import Case
from .geometry import geometry
from .language.render import text_of
from .output_part import stations

if TYPE_CHECKING:
    from ..base import Experiment
    from .model import Swan


def generate(model: Swan, workspace: Path, experiment: Experiment) -> None:
    """Write every file; the command file last.

    Raises:
        ConfigError: no domain or no period.
        DataError: the data are not what the experiment needs.
    """
    site = site_of(model, experiment)
    whole = assemble(site)
    for file in whole.files:
        target = workspace / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(file, target)
    case_of(site, whole).write(workspace)
    (workspace / files.INPUT).write_text(text_of(whole.statements), encoding="ascii", newline="\n")


def _write(file: InputFile, target: Path) -> None:
    try:
        file.write(target)
    except ValueError as error:  # of what no plan has seen: a value late in the data, a mesh that SWAN refuses
        raise DataError(Problem(file.key, f"{file.name} cannot be written: {error}", data=True)) from error


def site_of(model: Swan, experiment: Experiment) -> Site:
    """The experiment with its computational grid.

    Raises:
        ConfigError: a domain or a period is missing.
        DataError: a file of the mesh is missing or malformed.
    """
    missing = [k for k in ("domain", "period") if getattr(experiment, k) is None]
    if missing or experiment.domain is None or experiment.period is None:
        raise ConfigError(Problem(k, f"model swan needs a {k}") for k in missing)
    domain = experiment.domain
    return Site(model, experiment, domain, experiment.period, geometry(domain, model.grid))


def case_of(site: Site, whole: Part) -> Case:
    """What readers and judges need to know."""
    return Case(
        name=site.experiment.name,
        version=site.model.version,
        crs=site.geometry.crs,
        is_spherical=site.geometry.is_spherical,
        vertical_datum=site.domain.vertical_datum,
        start=format_time(site.period.start),
        stop=format_time(site.period.stop),
        is_stationary=site.model.mode.kind == "stationary",
        outputs=tuple(whole.outputs),
        stations=tuple(stations(site)),
    )
