"""Jobs that outlive the process that started them: what has become of them, and what must not happen beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from .errors import BackendError, Problem, RompyHydraError
from .lock import Lock
from .plugins import plugin
from .run_backend.base import Handle, RunBackend
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


def ask_to_end(records: Sequence[Record]) -> None:
    """Ask for the end of jobs, of all at once where their backend can: to wait for each then takes no longer than one.

    Raises:
        BackendError: a scheduler does not answer.
    """
    jobs = [job for record in records if (job := job_of_record(record))]
    for name in {job["backend"] for job in jobs}:
        backend = _backend_class(name)
        if issubclass(backend, JointRunBackend):
            backend.ask_to_end([job for job in jobs if job["backend"] == name])


def end_job(run: RunDir, message: str) -> None:
    """End the job of a run, and record why; nothing happens where another process has seen its end meanwhile.

    Raises:
        BackendError: it is gone, or does not end, or another process is at work in the run directory.
    """
    with Lock(run.lock), ExitStack() as stack:
        record = run.read()
        if record is None or not job_of_record(record):
            return
        stack.enter_context(closing(attached(record, run.workspace, lambda _: None))).cancel()
        run.write(record.moved(RUN, State.INTERRUPTED, message=message))


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
