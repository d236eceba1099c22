"""Parameters of waves, read from a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from ..core.mesh import Flags, Floats
from ..core.period import Period
from ..core.times import seconds, time_text
from ..data.times import bracket, coverage_problem
from ..data.vectors import directions_at
from ..errors import DataError, Problem
from ..source.base import data_problems, with_file
from .reading import Samples, Span, apart, raise_problem, samples_of, series_problems
from .wave_parameters import STEEPEST, WaveParameters, most_m

if TYPE_CHECKING:
    from .wave_series import WaveSeries


def parameters_at(series: WaveSeries, times: Sequence[datetime], key: str) -> WaveParameters:
    """(nt,) parameters, linear in time; directions the short way round.

    Raises:
        DataError: the series does not cover the times, or holds no waves of this world.
    """
    wanted = seconds(times)
    span = float(wanted.min()), float(wanted.max())
    found = samples_of(series, span, key)
    rows = _together(found, span, key)
    axis, hs, period, direction, *width = (values[rows.known] for values in (rows.axis, *rows.values))
    is_peak = not {"tm01", "tm01_s"} & found.keys()
    period = _periods(period, hs, axis, "fp" in found, f"{key}.{list(found)[1]}")
    raise_problem(_too_steep(hs, period, axis, span, key))
    spread = width[0] if width else np.full(len(axis), series.spread_power or series.spread_deg)
    there = [np.interp(wanted, axis, values) for values in (hs, period, spread)]
    towards = directions_at(axis, direction, wanted)
    return WaveParameters(there[0], there[1], is_peak, towards, there[2], series.spread_power is not None)


class _Rows:
    """Values of all parameters at the same times."""

    def __init__(self, samples: Sequence[Samples]):
        self.axis, self.values = samples[0].axis, [s.values for s in samples]
        self.known: Flags = np.logical_and.reduce(np.isfinite(self.values))


def _together(found: dict[str, Samples], span: Span, key: str) -> _Rows:
    first, *others = found.values()
    for other in others:
        raise_problem(apart(first, other, f"{key}.source"))
    rows = _Rows([first, *others])
    raise_problem(coverage_problem(f"{key}.source", rows.axis[rows.known], *span))
    return rows


def _periods(values: Floats, hs: Floats, axis: Floats, is_frequency: bool, key: str) -> Floats:
    """(n,) periods [s]; of a calm, where it is written as 0, that of the waves before and after, or 1 s without any.

    Raises:
        DataError: waves without a period.
    """
    has = values > 0.0
    if (without := ~has & (hs > 0.0)).any():
        first = time_text(axis[int(np.argmax(without))])
        message = f"waves have no period at {int(without.sum())} of {len(hs)} times, the first is {first}"
        raise DataError(Problem(key, f"{message}: it is 0", hint="is 0 a missing value? then set source.missing to it"))
    if not has.any():
        return np.ones(len(values))
    period = 1.0 / values[has] if is_frequency else values[has]
    return np.asarray(np.interp(axis, axis[has], period))


def _too_steep(hs: Floats, period: Floats, axis: Floats, span: Span, key: str) -> Problem | None:
    part = bracket(axis, *span)
    steep = hs[part] > most_m(period[part])
    if not steep.any():
        return None
    at = int(np.argmax(steep))
    found = f"hs {hs[part][at]:.3g} m with a period of {period[part][at]:.3g} s at {time_text(axis[part][at])}"
    message = f"waves are steeper than {STEEPEST:g} of their length at {int(steep.sum())} times, the first is {found}"
    return Problem(f"{key}.source", message, hint="are height and period the right variables, in m and s?", data=True)


def wave_problems(series: WaveSeries, key: str, period: Period | None) -> list[Problem]:
    """Everything that is wrong with a series of waves as far as a period needs it."""
    found = series_problems(series, key, period)
    if found or period is None:
        return found
    try:
        parameters_at(series, [period.start, period.stop], key)
    except DataError as error:
        found = data_problems(error)
        return found if series.source is None else with_file(found, series.source)
    return []
