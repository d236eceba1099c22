"""What is wrong with an experiment for SWAN, found without its output: each would fail there, or be silently wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from ...core.grid.regular import RegularGrid
from ...core.mesh import Mesh
from ...core.period import format_duration
from ...domain.meshes import Structured
from ...errors import DataError, Problem
from ...forcing.spectra import SpectraWaves
from ...forcing.wave_parameters import PointWaves, WaveParameters
from ...forcing.wave_series import WaveSeries
from .assembly import Site
from .boundary_checks import boundary, extra_wind, waves_come_in
from .compute_part import step_of, stops
from .config import Hotstart
from .grid_part import cgrid
from .language.grids import CGRID
from .language.reading import read
from .language.render import folded, words_of
from .language.versions import version_faults
from .other_runs import grid_of_restart
from .output_checks import outputs

MOST_COMPUTATIONS = 300
"""COMPUTE commands that SWAN takes in one file."""
_QUADS_SECTOR_DEG = 30.0
"""A narrower sector with quadruplet interactions is refused by SWAN."""

Check = Callable[[Site], Iterator[Problem]]


def checks(site: Site) -> list[Problem]:
    """Every problem."""
    every: tuple[Check, ...] = (_version, _grid, _growth, _spectrum, _times, outputs, boundary, _restart, _files)
    found = {(p.key, p.message): p for check in every for p in check(site)}  # two outputs may share an interval
    return list(found.values())


def _version(site: Site) -> Iterator[Problem]:
    """Commands and options that the version does not know."""
    hint = "set model.version to that of your SWAN, or leave it out"
    for section in ("physics", "numerics"):
        config = getattr(site.model, section)
        nodes = {f"model.{section}.{n}": getattr(config, n) for n in type(config).model_fields}
        nodes |= {f"model.physics.obstacles.{n}": o for n, o in nodes.pop("model.physics.obstacles", {}).items()}
        for key, node in nodes.items():
            if node is None or isinstance(node, list):
                continue
            for path, why in version_faults(node, site.model.version):
                yield Problem(f"{key}.{path}".rstrip("."), why, hint=hint)


def _grid(site: Site) -> Iterator[Problem]:
    grid, geometry = site.model.grid, site.geometry
    if grid.is_line and not isinstance(geometry.shape, RegularGrid):
        bent = grid.coordinates == "metric" and isinstance(site.domain.mesh, Structured)
        hint = "give the domain in a metric crs, or take model.grid.coordinates=domain" if bent else ""
        yield Problem(
            "model.grid.kind",
            "one dimension needs a regular grid",
            grid.kind,
            hint=hint or "domain.mesh.kind: regular",
        )
    if grid.repeating and (isinstance(geometry.shape, Mesh) or site.domain.mesh.kind == "curvilinear"):
        yield Problem("model.grid.repeating", "only a regular grid can repeat", hint="domain.mesh.kind: regular")
    if geometry.is_spherical:
        for name in ("setup", "diffraction"):
            if getattr(site.model.physics, name) is not None:
                hint = "model/swan/grid=metric computes in the metric system of the domain"
                yield Problem(
                    f"model.physics.{name}", "SWAN has it in metres only, and computes in degrees here", hint=hint
                )
    if site.model.physics.surfbeat is not None and site.model.mode.kind != "stationary":
        yield Problem(
            "model.physics.surfbeat", "SWAN has it in stationary mode only", hint="model/swan/mode=stationary"
        )


def _growth(site: Site) -> Iterator[Problem]:
    """Third generation without wind: SWAN refuses quadruplets then."""
    physics, wind = site.model.physics, site.experiment.forcing.wind
    if wind is None and extra_wind(site):
        return
    laws = ("gen1", "gen2", "gen4")
    if physics.generation is None:
        if wind is not None:
            message = "there is a wind, and no growth of waves by it"
            yield Problem("model.physics.generation", message, hint="model/swan/physics=komen, or forcing.wind=null")
        return
    if wind is None and physics.generation.law not in laws and "quadrupl" not in physics.off:
        message = f"law {physics.generation.law} needs a wind: SWAN refuses its quadruplet interactions without one"
        hint = "give forcing.wind, or choose model/swan/physics=propagation_only, or =swell for swell that decays"
        yield Problem("model.physics.generation", message, hint=hint)
    yield from _no_seed(site)


def _no_seed(site: Site) -> Iterator[Problem]:
    """The exponential growth of the third generation, which begins with nothing."""
    generation, model = site.model.physics.generation, site.model
    is_from_nothing = model.initial.kind == "zero" and model.mode.kind == "nonstationary"
    has_none = is_from_nothing and site.experiment.forcing.wind is not None and not waves_come_in(site)
    if has_none and getattr(generation, "agrow", generation) is None:
        message = f"no waves grow from none: law {generation.law} multiplies those that are there"
        hint = "set model.physics.generation.agrow={} for linear growth, or model/swan/initial=steady"
        yield Problem("model.initial.kind", message, model.initial.kind, hint=hint)


def _spectrum(site: Site) -> Iterator[Problem]:
    spectral = site.model.spectral
    if spectral.sector_deg is not None:
        width = (spectral.sector_deg[1] - spectral.sector_deg[0]) % 360
        if width == 0:
            yield Problem("model.spectral.sector_deg", "the sector has no width", list(spectral.sector_deg))
        elif width < _QUADS_SECTOR_DEG and _has_quadruplets(site):
            message = f"a sector of {width:g} degrees is too narrow for quadruplet interactions"
            yield Problem("model.spectral.sector_deg", message, hint=f"take {_QUADS_SECTOR_DEG:g} degrees or more")
    for name, node in (site.experiment.forcing.waves or {}).items():
        for parameters in _parameters(site, f"forcing.waves.{name}", node):
            yield from _too_narrow(site, f"forcing.waves.{name}", parameters)
            yield from _out_of_range(site, f"forcing.waves.{name}", parameters)


def _has_quadruplets(site: Site) -> bool:
    generation = site.model.physics.generation
    return generation is not None and "quadrupl" not in site.model.physics.off


def _direction_step_deg(site: Site) -> float:
    spectral = site.model.spectral
    width = 360.0 if spectral.sector_deg is None else (spectral.sector_deg[1] - spectral.sector_deg[0]) % 360
    return float(width / spectral.directions)


def _parameters(site: Site, key: str, node: Any) -> Iterator[WaveParameters]:
    """Parameters of waves that are given by them, at all of their times in the period; of points each."""
    if isinstance(node, PointWaves):
        yield from node.parameters_at([site.period.start])
    elif isinstance(node, WaveSeries):
        with suppress(DataError):  # which the problems of the forcing tell
            yield node.parameters_at(node.steps(site.period), key)
    elif not isinstance(node, SpectraWaves):
        yield node.parameters_at([site.period.start])


def _too_narrow(site: Site, key: str, waves: WaveParameters) -> Iterator[Problem]:
    """A distribution over directions that falls between them; of cos**m the width is about 1/sqrt(m)."""
    spread = float((np.degrees(1 / np.sqrt(waves.spread)) if waves.is_power else waves.spread).min())
    step = _direction_step_deg(site)
    if spread < step:
        message = f"a spread of {spread:.3g} degrees is less than the step of {step:.3g} degrees between directions"
        count = int(np.ceil(360.0 / max(spread, 0.1))) if site.model.spectral.sector_deg is None else None
        hint = f"set model.spectral.directions to {count} or more" if count else "set more model.spectral.directions"
        yield Problem(key, message, hint=hint)


def _out_of_range(site: Site, key: str, waves: WaveParameters) -> Iterator[Problem]:
    """A peak outside of the frequencies, or so near their ends that its spectrum is cut off."""
    spectral = site.model.spectral
    there = waves.period_s[waves.hs_m > 0]
    for period in dict.fromkeys((float(there.max()), float(there.min())) if len(there) else ()):
        peak = 1.0 / period
        if spectral.low_hz / 0.9 <= peak <= spectral.high_hz / 1.5:
            continue
        limits = f"{spectral.low_hz:g} .. {spectral.high_hz:g} Hz"
        message = f"a period of {period:g} s is {peak:.3g} Hz, and the spectrum has {limits}"
        hint = f"set model.spectral.low_hz to {0.7 * peak:.2g} or less, high_hz to {3 * peak:.2g} or more"
        yield Problem(key, message, hint=hint)


def _times(site: Site) -> Iterator[Problem]:
    mode, period = site.model.mode, site.period
    if mode.kind == "stationary":
        if site.model.output.restart.every is not None:
            message = "a stationary run has one time; at_end writes its state"
            yield Problem("model.output.restart.every", message, hint="model.output.restart.at_end=true")
        return
    step = step_of(site)
    key = "model.mode.step" if mode.step is not None else "period.interval"
    if step.total_seconds() % 1:
        yield Problem(key, "SWAN counts whole seconds", format_duration(step))
    if mode.kind == "nonstationary" and period.length % step:
        message = (
            f"the period of {format_duration(period.length)} is not a whole number of steps of {format_duration(step)}"
        )
        yield Problem(key, message, hint="change the step or the end of the period")
    count = len(stops(site)) - 1 if mode.kind == "nonstationary" else int(period.length / step) + 1
    if count > MOST_COMPUTATIONS:
        what = "restart files" if mode.kind == "nonstationary" else "stationary computations"
        message = f"{count} {what} are more than the {MOST_COMPUTATIONS} computations that SWAN takes in one run"
        yield Problem("model.output.restart.every" if mode.kind == "nonstationary" else key, message)
    if mode.kind == "nonstationary" and mode.spin_up is not None and mode.spin_up >= period.length:
        yield Problem(
            "model.mode.spin_up", "it is as long as the period: nothing would be written", format_duration(mode.spin_up)
        )
    every = site.model.output.restart.every
    if every is not None and every % step:
        yield Problem("model.output.restart.every", f"is not a whole number of steps of {format_duration(step)}")


def _restart(site: Site) -> Iterator[Problem]:
    """A state on another grid or of another spectrum, at which SWAN crashes."""
    if not isinstance(site.model.initial, Hotstart):
        return
    with suppress(DataError):  # which is told when the files are looked for
        if (there := grid_of_restart(site.experiment, site.model.initial)) is None:
            return
        [here] = read("\n".join(folded(words_of(cgrid(site)))), [CGRID])
        assert here.node is not None
        found, own = words_of(there), words_of(here.node)
        if found != own:
            differ = [" ".join(w for w in a if w not in b) for a, b in ((found, own), (own, found))]
            message = f"its grid or spectrum is another one: {differ[0]} there, {differ[1]} here"
            hint = "take the same domain.mesh and model.spectral"
            yield Problem("model.initial.from_run", message, hint=hint)


def _files(site: Site) -> Iterator[Problem]:
    for name, path in site.model.files.items():
        if not path.expanduser().is_file():
            yield Problem(f"model.files.{name}", "there is no such file", str(path), data=True)
