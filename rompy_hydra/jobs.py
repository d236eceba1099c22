"""Jobs that outlive the process that started them: what has become of them, and what must not happen beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from .errors import BackendError, Problem, RompyHydraError
from .lock import Lock
from .plugins import plugin
from .run_backend.base import RunBackend
from .run_backend.job import Handle
from .run_backend.joint import JointRunBackend
from .run_dir import Record, RunDir, State
from .stages import RUN


def job_of_record(record: Record) -> dict[str, str]:
    """What finds the job of a run that nobody has seen the end of; empty where there is none."""
    stage = record.stage(RUN)
    return stage.job if stage.state is State.RUNNING and "name" in stage.job else {}


def job_states(records: Sequence[Record]) -> list[str]:
    """What has become of the job of each run, with one question for all of a backend.

    Returns:
        ``queued``, ``running`` or ``ended`` for a job whose end nobody has seen; empty for every other run.
    """
    jobs = [job_of_record(record) for record in records]
    found = ["" for _ in jobs]
    for name in {job["backend"] for job in jobs if job}:
        numbers = [n for n, job in enumerate(jobs) if job.get("backend") == name]
        told = _backend_class(name).states([jobs[n] for n in numbers])
        for n, state in zip(numbers, told, strict=True):
            found[n] = state
    return found


def goes_on(record: Record) -> bool:
    """Whether there is a job to see to its end, which may have come already."""
    return bool(job_states([record])[0])


def refuse_beside_job(record: Record, folder: Path, what: str) -> None:
    """Nothing where no job of an earlier call is at work in the run directory.

    Raises:
        BackendError: there is one, and `what` is to be done would disturb it.
    """
    [state] = job_states([record])
    if state:
        hint = f"rompy-hydra resume {folder} sees it to its end, rompy-hydra cancel {folder} ends it"
        name = record.stage(RUN).job["name"]
        raise BackendError(Problem("", f"{name} of this run is {state}, and {what} would disturb it", hint=hint))


def attached(record: Record, workspace: Path, on_line: Callable[[str], None]) -> Handle:
    """The job of a run.

    Raises:
        BackendError: it is gone.
    """
    job = job_of_record(record)
    return _backend_class(job["backend"]).attach(job, workspace, on_line)


def end_jobs(runs: Sequence[RunDir], message: str) -> dict[RunDir, BackendError | None]:
    """End the jobs of runs, and record why; one that has ended by itself stays on record, for what it has done.

    Returns:
        Each run whose job was to be ended, with the reason where it is not: it is gone, or does not end, or another
        process is at work in the run directory.

    Raises:
        BackendError: a scheduler does not answer.
    """
    records = {run: record for run in runs if (record := run.read()) is not None and job_of_record(record)}
    try:
        states = job_states(list(records.values()))
    except KeyboardInterrupt:  # who is in such a hurry need not know which of them have ended
        _ask_to_end([job_of_record(record) for record in records.values()])
        raise
    going_on = {run: state for run, state in zip(records, states, strict=True) if state != "ended"}
    _ask_to_end([job_of_record(records[run]) for run in going_on])
    return {run: _ended(run, message, is_known=bool(state)) for run, state in going_on.items()}


def _ask_to_end(jobs: Sequence[dict[str, str]]) -> None:
    """With one request for all, where their backend can: to wait for each then takes no longer than for one."""
    for name in {job["backend"] for job in jobs}:
        backend = _backend_class(name)
        if issubclass(backend, JointRunBackend):
            backend.ask_to_end([job for job in jobs if job["backend"] == name])


def _ended(run: RunDir, message: str, *, is_known: bool) -> BackendError | None:
    try:
        with Lock(run.lock):
            record = run.read()
            if record is not None and job_of_record(record):  # else another process has seen its end meanwhile
                if is_known:
                    with closing(attached(record, run.workspace, lambda _: None)) as handle:
                        handle.cancel()
                run.write(record.moved(RUN, State.INTERRUPTED, message=message))
    except BackendError as error:
        return error
    return None


def left(record: Record, folder: Path) -> Problem:
    """What is said of a job that goes on by itself."""
    hint = f"rompy-hydra status shows it, rompy-hydra resume {folder} sees it to its end"
    return Problem("", f"{record.stage(RUN).job['name']} is left to itself", hint=hint)


def _backend_class(name: str) -> type[RunBackend]:
    try:
        found: Any = plugin("run_backend", name).load()
    except RompyHydraError:
        return RunBackend
    return found if isinstance(found, type) and issubclass(found, RunBackend) else RunBackend
