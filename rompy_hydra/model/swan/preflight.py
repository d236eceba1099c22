"""What can be known of a run before it: Courant number, resolution of the spectrum, size, time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.period import parse_time
from .compute_part import step_of, steps

if TYPE_CHECKING:
    from .assembly import Part, Site

GRAVITY_M_S2 = 9.81
"""As in SWAN."""
MOST_CFL = 10.0
"""Above it SWAN refuses its higher-order scheme for nonstationary runs."""
_BASE_MB, _BYTES_PER_BIN = 4.0, 8
"""Resident memory of SWAN 41.45: itself, and two action densities for each point and bin of the spectrum."""
_S_PER_BIN = 4e-7
"""Time of one core of 2023 for each point, bin and iteration of a third-generation run."""
_ITERATIONS = 30
"""Of a stationary computation, as a rule; a time step takes one."""


def courant_number(site: Site) -> float:
    """Of the fastest waves of the spectrum, as SWAN takes it: group velocity in deep water times the step, over the
    smallest grid step."""
    step_s = step_of(site).total_seconds()
    speed = min(GRAVITY_M_S2 / (4 * math.pi * site.model.spectral.low_hz), math.sqrt(GRAVITY_M_S2 * _deepest_m(site)))
    return float(step_s * speed / site.geometry.spacing_m().min())


def _deepest_m(site: Site) -> float:
    deepest = -float(np.nanmin(site.geometry.bed_m))
    return max(deepest, 0.1)


def notes(site: Site) -> Iterator[str]:
    """What a user should know of size, resolution, wet points and time."""
    spectral = site.model.spectral
    yield (
        f"{spectral.steps + 1} frequencies x {spectral.directions} directions; each frequency is "
        f"{spectral.ratio:.3f} times the last"
    )
    if site.model.mode.kind == "nonstationary":
        yield f"Courant number {courant_number(site):.1f} at the lowest frequency"
    yield f"{wet_share(site, site.geometry.there):.0%} of the points are below the datum{_boundary_words(site)}"
    yield f"about {_duration(seconds(site))} on one core"


def wet_share(site: Site, points: Any) -> float:
    """Share of some points with a bed below the level of SET."""
    bed = site.geometry.bed_m[points]
    return float((bed[np.isfinite(bed)] < (site.model.constants.level or 0.0)).mean())


def _boundary_words(site: Site) -> str:
    """How much of each segment with waves is wet."""
    shares = [
        f"{wet_share(site, np.concatenate([part.nodes for part in parts])):.0%} of {name}"
        for name in site.experiment.forcing.waves or {}
        if (parts := site.geometry.stretches.get(name))
    ]
    return f"; {', '.join(shares)}, where waves come in" if shares else ""


def memory_mb(site: Site) -> float:
    """Resident memory of SWAN."""
    return _BASE_MB + len(site.geometry.points) * site.model.spectral.bins * _BYTES_PER_BIN / 1e6


def seconds(site: Site) -> float:
    """Rough time on one core."""
    mode, count = site.model.mode.kind, steps(site)
    iterations = count * _ITERATIONS
    if mode == "nonstationary":
        iterations = count + (_ITERATIONS if site.model.initial.kind == "steady" else 0)
    return len(site.geometry.points) * site.model.spectral.bins * iterations * _S_PER_BIN


def _duration(length_s: float) -> str:
    """In words, to one digit or so.

    >>> _duration(0.3), _duration(40.2), _duration(4000.0)
    ('1 s', '40 s', '1.1 h')
    """
    if length_s < 90:
        return f"{max(1.0, float(f'{length_s:.2g}')):g} s"
    return f"{length_s / 60:.2g} min" if length_s < 3600 else f"{length_s / 3600:.2g} h"


def output_mb(site: Site, whole: Part) -> float:
    """Size of fields and restart files that are written."""
    total = 0.0
    for output in whole.outputs:
        span_s = 0.0 if output.first is None else (_time(output.last) - _time(output.first)).total_seconds()
        times = 1 + round(span_s / output.interval_s) if output.interval_s else 1
        is_whole = output.location == "COMPGRID" or output.kind == "restart"
        points = len(site.geometry.points) if is_whole else 1
        each = {"block": 4 * len(output.variables) * points, "restart": 4 * site.model.spectral.bins * points}
        total += each.get(output.kind, 0) * times / 1e6
    return total


def _time(text: str | None) -> datetime:
    return parse_time(text)
