"""The verbs for runs that were started before: ``resume``, ``cancel`` and ``logs``."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from . import config
from .core import secrets
from .errors import BackendError, ConfigError, Detached, Problem
from .jobs import attached, end_jobs, goes_on, job_of_record
from .lock import Holder, read_holder
from .members import MemberResult, carried_out, exit_code_of
from .run_backend.base import OUTPUT_LOG
from .run_backend.job import Handle
from .run_dir import RunDir, State, find_runs

if TYPE_CHECKING:
    from .request import Request

_STEP_S = 0.2
_LAST_BYTES = 16_384
_LONGEST_END_S = 60.0
"""How long a process may take to end all that it has started."""


def unfinished(words: Sequence[str]) -> list[Request]:
    """The experiments in these run directories, or in those below them, that are not done.

    Raises:
        ConfigError: there is no run.
    """
    if not words:
        raise ConfigError(Problem("", "resume needs a run directory", hint="rompy-hydra resume outputs/RUN_ID"))
    runs = [run for word in words for run in find_runs(Path(word)) or [_run(word)]]
    requests = [_request(run) for run in runs if (record := run.read()) is None or record.state is not State.DONE]
    for request in requests:
        request.model_run.see_to_the_end()
    return requests


def resume(requests: Sequence[Request]) -> list[MemberResult]:
    """Carry experiments out one after the other; one that fails does not stop the others."""
    return [_resumed(request) for request in requests]


def _resumed(request: Request) -> MemberResult:
    run = request.model_run
    result = carried_out(run.name_of_run, request)
    config.SweepRecord(run.output_dir).ended(run.name_of_run, result.exit_code)
    return result


@contextmanager
def known_to_sweep(request: Request) -> Iterator[None]:
    """Let the sweep that a run is a member of, where it is one of any, know how the block has ended it."""
    run = request.model_run
    record = config.SweepRecord(run.output_dir)
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Detached):
            record.ended(run.name_of_run, exit_code_of(error))
        raise
    record.ended(run.name_of_run, 0)


def cancel(words: Sequence[str]) -> list[str]:
    """End what is at work in a run directory or below one: processes that drive runs, jobs that go on without one.

    Raises:
        ConfigError: there is no such run.
        BackendError: it is driven by a process of another machine, or by one that does not end.
    """
    word = _one(words, "cancel")
    whole = RunDir(Path(word).absolute())
    holder = read_holder(whole.lock)
    said = [] if holder is None or holder.gone else [_end(whole, holder)]
    runs = find_runs(whole.path) or [_run(word)]
    drivers = {run: holder for run in runs if (holder := read_holder(run.lock)) is not None and not holder.gone}
    said += [_end(run, holder) for run, holder in drivers.items()]
    said += _cancelled(runs)
    return said or [f"nothing is at work in {word}"]


def _cancelled(runs: Sequence[RunDir]) -> Iterator[str]:
    """End what goes on without a driver, perhaps because that has left it."""
    jobs = {run: job["name"] for run in runs if (record := run.read()) is not None and (job := job_of_record(record))}
    ended = end_jobs(list(jobs), "cancelled")
    for run, name in jobs.items():
        if error := ended.get(run):
            raise error
        told = "is cancelled" if run in ended else f"has ended; rompy-hydra resume {run.path} sees what it has done"
        yield f"{name} of {run.path.name} {told}"


def logs(words: Sequence[str], show: Callable[[str], None]) -> None:
    """Show what a model has printed; with ``-f`` also what it is going to, until it ends.

    Raises:
        ConfigError: there is no such run, or it has not begun.
    """
    follow = bool({"-f", "--follow"} & set(words))
    run = _run(_one([w for w in words if w not in ("-f", "--follow")], "logs"))
    record = run.read()
    if record is not None and not _is_driven(run) and goes_on(record):
        with suppress(ConfigError):  # secrets are known by the experiment; one that this terminal has not cannot be
            _request(run)
        with closing(attached(record, run.workspace, lambda line: show(secrets.mask(line)))) as handle:
            _show_job(handle, follow)
        return
    _show_file(run, follow, show)


def _show_job(handle: Handle, follow: bool) -> None:
    while handle.poll() is None and follow:
        handle.read(_STEP_S)
    handle.read(0)


def _show_file(run: RunDir, follow: bool, show: Callable[[str], None]) -> None:
    path = run.workspace / OUTPUT_LOG
    if not path.is_file():
        raise ConfigError(Problem("", f"the model of {run.path} has printed nothing yet", hint="rompy-hydra status"))
    file: TextIO = path.open(encoding="utf-8", errors="replace")
    try:
        while True:
            is_driven = follow and _is_driven(run)  # before the rest is read, so that nothing of it is missed
            for line in file:
                show(line.rstrip("\n"))
            if path.exists() and not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                file.close()
                file = _latest_part(path)
                show(f"... {OUTPUT_LOG} was written anew; its last lines:")
            elif is_driven:
                time.sleep(_STEP_S)
            else:
                return
    finally:
        file.close()


def _latest_part(path: Path) -> TextIO:
    file = path.open(encoding="utf-8", errors="replace")
    if (begin := path.stat().st_size - _LAST_BYTES) > 0:
        file.seek(begin)
        file.readline()
    return file


def _is_driven(run: RunDir) -> bool:
    holder = read_holder(run.lock)
    return holder is not None and not holder.gone


def _end(run: RunDir, holder: Holder) -> str:
    if not holder.is_here:
        message = f"{run.path} is driven by {holder}"
        raise BackendError(Problem("", message, hint=f"cancel it on {holder.host}"))
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(holder.pid, signal.SIGTERM)
    deadline = time.monotonic() + _LONGEST_END_S
    while read_holder(run.lock) == holder and not holder.gone:
        if time.monotonic() > deadline:
            raise BackendError(Problem("", f"{holder} did not end within {_LONGEST_END_S:.0f} s"))
        time.sleep(_STEP_S)
    return f"{holder}, which drove it, has ended it"


def _one(words: Sequence[str], verb: str) -> str:
    if len(words) != 1:
        raise ConfigError(Problem("", f"{verb} needs one run directory", hint=f"rompy-hydra {verb} outputs/RUN_ID"))
    return words[0]


def _run(word: str) -> RunDir:
    run = RunDir(Path(word).absolute())
    if not run.config.is_file():
        raise ConfigError(Problem("", f"{word} is not a run directory", hint="rompy-hydra status lists them"))
    return run


def _request(run: RunDir) -> Request:
    """The experiment of a run directory, wherever that is now."""
    place = [f"output_dir={_quoted(str(run.path.parent))}", f"run_id={_quoted(run.path.name)}"]
    return config.load(config.parse(["--config-path", str(run.path), "--config-name", run.config.stem, *place]))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"
