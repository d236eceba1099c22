"""Files that other runs of SWAN left: boundaries of a finer grid, states to go on from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.period import format_time, parse_time
from ...errors import DataError, Problem, did_you_mean
from .case import Case, OutputFile, read_case
from .language.grids import CGRID
from .reading.commands import commands_of

if TYPE_CHECKING:
    from ...core.period import Period
    from ..base import Experiment
    from .config import Hotstart, Nest
    from .language.nodes import CommandNode


@dataclass(frozen=True)
class Found:
    """A file of another run, or of the user."""

    path: Path
    is_unformatted: bool = False
    ranks: int = 0
    """Number of files that it is in pieces, ``path-001`` and so on, one of each MPI rank; 0 for a whole file."""

    @property
    def paths(self) -> dict[str, Path]:
        """What follows its name -> the file."""
        return {end: self.path.with_name(self.path.name + end) for end in self.ends}

    @property
    def ends(self) -> list[str]:
        """What follows its name in each file."""
        return [f"-{rank:03d}" for rank in range(1, self.ranks + 1)] or [""]


def nest_file(experiment: Experiment, nest: Nest, *, stationary: bool = False) -> Found:
    """The nest file of a run, or the one that is given.

    Args:
        experiment: what takes it.
        nest: which one.
        stationary: whether it is for SWAN in stationary mode.

    Raises:
        DataError: there is none; says what to do.
    """
    if nest.file is not None:
        return Found(_existing(nest.file, "model.boundary.file"))
    key = "model.boundary.from_run"
    case, workspace = _finished(experiment, str(nest.from_run), key)
    known = {o.location: o for o in case.outputs if o.kind == "nest"}
    if not known:
        hint = f"write one there: model.output.nests, and run {nest.from_run} again"
        raise DataError(Problem(key, f"run {nest.from_run} writes no nest", nest.from_run, hint=hint, data=True))
    if nest.nest is None and len(known) > 1:
        message = f"run {nest.from_run} writes the nests {', '.join(known)}"
        raise DataError(Problem("model.boundary.nest", message, hint="name one of them"))
    if nest.nest is not None and nest.nest not in known:
        message = f"run {nest.from_run} writes no nest of this name"
        raise DataError(Problem("model.boundary.nest", message, nest.nest, hint=did_you_mean(nest.nest, known)))
    chosen = known[nest.nest] if nest.nest else next(iter(known.values()))
    _check_times(chosen, experiment.period, key, stationary)
    return Found(_existing(workspace / chosen.path, key))


def _check_times(nest: OutputFile, period: Period | None, key: str, stationary: bool) -> None:
    """Nothing where a nest has spectra for a period: SWAN holds the last one of those that end early."""
    if nest.first is None or nest.last is None or period is None:
        return
    if stationary:
        message = "the nest has spectra in time, which SWAN does not take in stationary mode"
        hint = "model/swan/mode=stationary_series or nonstationary"
        raise DataError(Problem(key, message, hint=hint))
    if parse_time(nest.first) > period.start or parse_time(nest.last) < period.stop:
        needed = f"{format_time(period.start)} .. {format_time(period.stop)}"
        message = f"the nest covers {nest.first} .. {nest.last}, the run needs {needed}"
        raise DataError(Problem(key, message, hint="let the other run cover it, or shorten this period"))


def hotstart_file(experiment: Experiment, initial: Hotstart, start: datetime) -> Found:
    """The restart file of a run at a time, or the one that is given.

    Raises:
        DataError: there is none; says which times there are.
    """
    if initial.file is not None:
        return Found(_existing(initial.file, "model.initial.file"), initial.format == "unformatted")
    key = "model.initial.from_run"
    case, workspace = _finished(experiment, str(initial.from_run), key)
    restarts = [o for o in case.outputs if o.kind == "restart"]
    for one in restarts:
        if one.last is not None and parse_time(one.last) == start:
            return _restart(workspace / one.path, key, one.format == "unformatted")
    times = ", ".join(str(o.last) for o in restarts) or "none"
    message = f"run {initial.from_run} has no restart file of {format_time(start)}; it has {times}"
    raise DataError(Problem(key, message, hint="set model.output.restart there, or begin the period at one of them"))


def grid_of_restart(experiment: Experiment, initial: Hotstart) -> CommandNode | None:
    """CGRID of the run whose restart file is taken; None of a file, and of a run whose command file is not understood.

    Raises:
        DataError: there is no such run.
    """
    if initial.from_run is None:
        return None
    _, workspace = _finished(experiment, initial.from_run, "model.initial.from_run")
    return next((n for n in commands_of(workspace) if n.command is CGRID), None)


def _restart(path: Path, key: str, is_unformatted: bool) -> Found:
    if path.is_file():
        return Found(path, is_unformatted)
    pieces = sorted(path.parent.glob(f"{path.name}-[0-9][0-9][0-9]"))
    found = Found(path, is_unformatted, len(pieces))
    if not pieces or list(found.paths.values()) != pieces:
        raise DataError(Problem(key, "there is no such file", str(path), data=True))
    return found


def inputs(experiment: Experiment, nest: Nest, initial: object, start: datetime) -> Iterator[tuple[str, Path]]:
    """Config key and path of each file of another run that this one takes."""
    if nest.from_run is not None or nest.file is not None:
        yield "model.boundary", nest_file(experiment, nest).path
    if getattr(initial, "kind", "") == "hotstart":
        found = hotstart_file(experiment, initial, start)  # type: ignore[arg-type]  # by its kind
        yield from (("model.initial", path) for path in found.paths.values())


def _finished(experiment: Experiment, run: str, key: str) -> tuple[Case, Path]:
    """What a finished run of SWAN wrote, and its workspace."""
    try:
        workspace = experiment.workspace_of(run)
        return read_case(workspace), workspace
    except LookupError as error:
        raise DataError(Problem(key, str(error.args[0]), run, hint=f"run {run} to its end first", data=True)) from None
    except FileNotFoundError:
        raise DataError(Problem(key, f"run {run} is none of SWAN", run, data=True)) from None


def _existing(path: Path, key: str) -> Path:
    found = path.expanduser()
    if not found.is_file():
        raise DataError(Problem(key, "there is no such file", str(path), data=True))
    return found


def restart_name(time: datetime) -> str:
    """File name of the state at a time."""
    return f"restart_{time:%Y%m%dT%H%M%S}.hot"


def restart_output(time: datetime, form: str) -> OutputFile:
    """What a run leaves of it."""
    told = format_time(time)
    return OutputFile(restart_name(time), "restart", "", form, (), told, told)  # type: ignore[arg-type]
