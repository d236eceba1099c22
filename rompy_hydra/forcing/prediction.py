"""The water level of a tide, from its constituents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ..core.mesh import Complexes, Floats
from ..core.period import Period
from .constituents import SPEEDS_DEG_PER_HOUR
from .equilibrium import Corrections, arguments

if TYPE_CHECKING:
    from .tides import TideNode, Tides

_SAMPLES = 9
"""Times within a period at which nodal factors are looked at; they change by a few per cent in a year."""


def tide_at(tides: Tides, times: Sequence[datetime], start: datetime) -> Floats:
    """(nt,) mean + ramp(t) (tide + surge) [m] of constituents that are the same everywhere."""
    lags = lag_vectors(tides)
    wave = harmonic_sum(tides, lags, times, tides.corrections) if tides.is_greenwich else _from_time(tides, lags, times)
    return completed(tides, wave, times, start) + tides.mean_m


def lag_vectors(tides: Tides) -> dict[str, Complexes]:
    """Name -> () complex amplitude A exp(-i phase) [m], sorted."""
    return {
        name: np.asarray(part.amplitude_m * np.exp(-1j * np.radians(part.phase_deg)))
        for name, part in sorted(tides.parts().items())
    }


def _from_time(tides: Tides, lags: Mapping[str, Complexes], times: Sequence[datetime]) -> Floats:
    """(nt,) sum A cos(speed (t - phase_reference) - phase)."""
    assert isinstance(tides.phase_reference, datetime)  # else they are Greenwich phases
    hours = np.array([(t - tides.phase_reference) / timedelta(hours=1) for t in times], dtype=np.float64)
    turned = np.radians(np.outer(hours, [SPEEDS_DEG_PER_HOUR[name] for name in lags]))
    return _summed(np.cos(turned), np.sin(turned), lags)


def harmonic_sum(
    tides: TideNode, lags: Mapping[str, Complexes], times: Sequence[datetime], corrections: Corrections
) -> Floats:
    """(nt,) or (nt, n) sum f A cos(V0 + u - g), of complex amplitudes A exp(-i g) with g the Greenwich phase lag.

    Raises:
        ConfigError: pyTMD is not installed, or does not know a constituent.
    """
    found = arguments(times, list(lags), corrections, tides.where)
    is_nodal = tides.nodal_corrections != "none"
    turned = np.radians(found.v0_deg + (found.u_deg if is_nodal else 0.0))
    f = found.f if is_nodal else 1.0
    return _summed(f * np.cos(turned), f * np.sin(turned), lags)


def _summed(cosines: Floats, sines: Floats, lags: Mapping[str, Complexes]) -> Floats:
    """Real part of sum exp(i turned) A exp(-i g)."""
    vectors = np.stack(list(lags.values()))
    level: Floats = cosines @ vectors.real - sines @ vectors.imag
    return level


def completed(tides: TideNode, wave: Floats, times: Sequence[datetime], start: datetime) -> Floats:
    """(nt, ...) ramp(t) (tide + surge); the ramp is (1 - cos(pi s)) / 2 with s from 0 at `start` to 1 at its end."""
    shape = (len(times),) + (1,) * (wave.ndim - 1)
    if tides.surge is not None:
        wave = wave + tides.surge.at(times).reshape(shape)
    if tides.ramp is None:
        return wave
    share = np.clip([(t - start) / tides.ramp for t in times], 0.0, 1.0)
    return np.asarray(wave * (0.5 * (1.0 - np.cos(np.pi * share))).reshape(shape))


def highest_uniform_m(tides: Tides, period: Period) -> float:
    """All constituents at their top together [m]."""
    lags = lag_vectors(tides)
    if tides.is_greenwich:
        return float(highest_sum_m(tides, lags, period, tides.corrections))
    return float(sum(abs(vector) for vector in lags.values()))


def highest_sum_m(tides: TideNode, lags: Mapping[str, Complexes], period: Period, corrections: Corrections) -> Floats:
    """() or (n,) all constituents at their top together [m], each with its greatest nodal factor in a period."""
    if tides.nodal_corrections == "none":
        return np.asarray(sum(np.abs(vector) for vector in lags.values()))
    times = [period.start + i / (_SAMPLES - 1) * period.length for i in range(_SAMPLES)]
    factors = arguments(times, list(lags), corrections, tides.where).f.max(axis=0)
    return np.asarray(sum(f * np.abs(vector) for f, vector in zip(factors, lags.values(), strict=True)))


def correction_words(tides: Tides) -> str:
    """Whose corrections a tide with Greenwich phases takes."""
    if tides.nodal_corrections == "none":
        return "Greenwich phases, without nodal corrections"
    return f"Greenwich phases, nodal corrections of {tides.corrections.upper()}"
