"""MODE, COMPUTE and HOTFILE: the period and the mode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ....core.period import format_time
from ....errors import ConfigError, Problem

if TYPE_CHECKING:
    from .state import Entry, State

_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SOME_LENGTH = timedelta(hours=1)


def times(state: State) -> None:
    """The period and the mode.

    Raises:
        ConfigError: nothing is computed, or at times that no mode has.
    """
    mode = state.last("mode")
    if mode is not None and mode.node.dimensions == "one":
        state.set("model.grid.kind", "line")
    computed = list(state.named("compute"))
    if not computed:
        hint = "is it a command file, or part of one that another includes?"
        raise ConfigError(Problem("", f"{state.path.name}: there is no COMPUTE that can be read", hint=hint))
    kinds = {e.node.kind for e in computed}
    if kinds == {"stationary"}:
        _stationary(state, computed)
    elif kinds == {"stationary_at"}:
        _series(state, computed)
    else:
        _nonstationary(state, computed)
    state.express(*state.named("mode"), *computed)


def _stationary(state: State, computed: list[Entry]) -> None:
    _period(state, _SOME_TIME, _SOME_LENGTH, _SOME_LENGTH)
    state.set("model.mode", {"kind": "stationary"})
    state.notes.append("the period is of no consequence for a stationary run")
    if len(computed) > 1:
        state.notes.append(f"{computed[1].where}: of {len(computed)} computations only one is made")


def _series(state: State, computed: list[Entry]) -> None:
    found = [e.node.time for e in computed]
    steps = {b - a for a, b in pairwise(found)}
    if len(steps) > 1:
        message = f"{computed[0].where}: stationary computations at uneven times are not imported"
        raise ConfigError(Problem("", message, hint="import a file with one of them, and run the others as a sweep"))
    step = steps.pop() if steps else _SOME_LENGTH
    _period(state, found[0], max(found[-1] - found[0], step), step)
    state.set("model.mode", {"kind": "stationary_series", "step": duration(step if len(found) > 1 else 2 * step)})


def _nonstationary(state: State, computed: list[Entry]) -> None:
    begins_steady = computed[0].node.kind == "stationary_at"
    moving = computed[1:] if begins_steady else computed
    if any(e.node.kind != "nonstationary" for e in moving):
        raise ConfigError(Problem("", f"{moving[0].where}: stationary computations between others are not imported"))
    begin = moving[0].node.tbegc or (computed[0].node.time if begins_steady else None)
    if begin is None:
        raise ConfigError(Problem("", f"{moving[0].where}: the first COMPUTE has no first time"))
    stop, step = moving[-1].node.tendc, moving[0].node.deltc
    for before, after in pairwise(moving):
        if after.node.tbegc not in (None, before.node.tendc) or after.node.deltc != step:
            raise ConfigError(Problem("", f"{after.where}: computations with gaps or other steps are not imported"))
    _period(state, begin, stop - begin, step)
    state.set("model.mode", {"kind": "nonstationary", "step": duration(step)})
    state.begins_steady = begins_steady
    _restarts(state, moving)


def _restarts(state: State, moving: list[Entry]) -> None:
    """HOTFILE behind the last computation; those behind others at even times."""
    order = {id(e): n for n, e in enumerate(state.entries)}
    for entry in list(state.named("hotfile")):
        is_last = order[id(entry)] > order[id(moving[-1])]
        if is_last:
            text = "unformatted" if entry.node.format == "unformatted" else "text"
            state.set("model.output.restart", {"at_end": True, "format": text})
            state.notes.append(f"{entry.where}: the restart file gets a name by its time")
        else:
            state.notes.append(f"{entry.where}: no restart file is written there; see model.output.restart.every")
        state.express(entry)


def _period(state: State, start: datetime, length: timedelta, interval: timedelta) -> None:
    period: dict[str, Any] = {"start": format_time(start), "end": format_time(start + length)}
    state.set("period", {**period, "interval": duration(interval)})
    state.start, state.stop = start, start + length


def duration(length: timedelta) -> str:
    """A length of time in the largest unit of which it is a whole number."""
    seconds = length.total_seconds()
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds % unit == 0:
            return f"{seconds / unit:g}{name}"
    return f"{seconds:g}s"
