"""What can be known of a run before it: Courant number, resolution of the spectrum, size, time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from ...core.period import parse_time
from .compute_part import step_of

if TYPE_CHECKING:
    from .assembly import Part, Site

GRAVITY_M_S2 = 9.81
"""As in SWAN."""
MOST_CFL = 10.0
"""Above it SWAN refuses its higher-order scheme for nonstationary runs."""
_BYTES_PER_BIN = 16
"""Of memory for each point and bin of the spectrum: action densities of the present and last step, and work arrays."""
_S_PER_BIN = 1.5e-7
"""Time of one core for each point, bin and iteration of a third-generation run."""
_ITERATIONS = 20
"""Of a stationary computation, as a rule."""


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
    """What a user should know of the size and the resolution."""
    spectral = site.model.spectral
    cells = int(site.geometry.there.sum())
    yield (
        f"{cells} points x {spectral.steps + 1} frequencies x {spectral.directions} directions; each frequency is "
        f"{spectral.ratio:.3f} times the last"
    )
    if site.model.mode.kind == "nonstationary":
        yield f"Courant number {courant_number(site):.1f} at the lowest frequency"


def memory_mb(site: Site) -> float:
    """Resident memory of SWAN."""
    return 30.0 + len(site.geometry.points) * site.model.spectral.bins * _BYTES_PER_BIN / 1e6


def seconds(site: Site, steps: int) -> float:
    """Rough time on one core."""
    iterations = 1 if site.model.mode.kind == "nonstationary" else _ITERATIONS
    return len(site.geometry.points) * site.model.spectral.bins * steps * iterations * _S_PER_BIN


def output_mb(site: Site, whole: Part) -> float:
    """Size of fields and spectra that are written."""
    total = 0.0
    for output in whole.outputs:
        span_s = 0.0 if output.first is None else (_time(output.last) - _time(output.first)).total_seconds()
        times = 1 + round(span_s / output.interval_s) if output.interval_s else 1
        points = len(site.geometry.points) if output.location == "COMPGRID" else 1
        each = {"block": 4 * len(output.variables) * points, "restart": 4 * site.model.spectral.bins * points}
        total += each.get(output.kind, 0) * times / 1e6
    return total


def _time(text: str | None) -> datetime:
    return parse_time(text)
