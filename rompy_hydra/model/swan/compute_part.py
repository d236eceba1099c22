"""COMPUTE, HOTFILE and STOP: the period, by the mode."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from .assembly import Part, Site
from .language.lockup import COMPUTE, HOTFILE, STOP
from .language.nodes import node_of
from .other_runs import restart_name, restart_output


def compute(site: Site) -> Part:
    """The computations of the period, with a restart file after each that one is wanted of."""
    part, mode = Part(), site.model.mode
    if mode.kind == "stationary":
        part.say("model.mode", node_of(COMPUTE, "stationary"))
        _say_restart(site, part, site.period.start)
    elif mode.kind == "stationary_series":
        for time in series_times(site):
            part.say("model.mode", node_of(COMPUTE, "stationary_at", time=time))
            _say_restart(site, part, time)
    else:
        if site.model.initial.kind == "steady":
            part.say("model.initial", node_of(COMPUTE, "stationary_at", time=site.period.start))
        for begin, end in pairwise(stops(site)):
            node = node_of(COMPUTE, "nonstationary", tbegc=begin, deltc=mode.step, tendc=end)
            part.say("model.mode", node)
            _say_restart(site, part, end)
    part.say("period", node_of(STOP))
    return part


def step_of(site: Site) -> timedelta:
    """Time between computations."""
    return getattr(site.model.mode, "step", None) or site.period.interval


def series_times(site: Site) -> list[datetime]:
    """Times of a series of stationary computations."""
    step = step_of(site)
    return [site.period.start + n * step for n in range(int(site.period.length / step) + 1)]


def stops(site: Site) -> list[datetime]:
    """The start, times of restart files, and the end."""
    every = site.model.output.restart.every
    inner: list[datetime] = []
    if every is not None:
        inner = [site.period.start + n * every for n in range(1, math.ceil(site.period.length / every))]
    return [site.period.start, *inner, site.period.stop]


def last_computed(site: Site) -> datetime:
    """The last time for which is computed."""
    kind = site.model.mode.kind
    return {"stationary": site.period.start, "nonstationary": site.period.stop}.get(kind) or series_times(site)[-1]


def starts(site: Site) -> list[datetime]:
    """Times at which a computation begins."""
    return series_times(site) if site.model.mode.kind == "stationary_series" else stops(site)


def steps(site: Site) -> int:
    """Number of computations, those in time counted one by one."""
    if site.model.mode.kind == "stationary":
        return 1
    if site.model.mode.kind == "stationary_series":
        return len(series_times(site))
    return math.ceil(site.period.length / step_of(site))


def _say_restart(site: Site, part: Part, time: datetime) -> None:
    restart: Any = site.model.output.restart
    if time not in set(_restart_times(site)):
        return
    layout = "unformatted" if restart.format == "unformatted" else "free"
    part.say("model.output.restart", node_of(HOTFILE, fname=restart_name(time), format=layout))
    part.outputs.append(restart_output(time, restart.format))


def _restart_times(site: Site) -> Iterator[datetime]:
    restart = site.model.output.restart
    if restart.at_end:
        yield last_computed(site)
    if restart.every is not None and site.model.mode.kind != "stationary":
        yield from stops(site)[1 : None if restart.at_end else -1]
