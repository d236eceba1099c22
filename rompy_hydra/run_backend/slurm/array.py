"""Jobs that are submitted together: one job array of all that ask for the same."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ...errors import BackendError, Problem
from ..job import Job
from . import commands
from .files import JobFiles
from .handle import Reference
from .script import Script, rendered
from .values import as_words, literal, naming

if TYPE_CHECKING:
    from .backend import SlurmRunBackend

log = logging.getLogger(__name__)

_Told = dict[str, str] | BackendError


@dataclass(frozen=True)
class _Task:
    """A job as a task of an array."""

    number: int
    folder: Path
    """That of the array."""
    files: JobFiles
    script: Script
    reference: Reference
    at_once: str
    """How many of the array may run at the same time, as ``--array`` has it."""
    needs: tuple[str, ...]
    """The options of sbatch that say what it needs."""

    @classmethod
    def of(cls, backend: SlurmRunBackend, job: Job) -> Self:
        whole = job.together
        assert whole is not None
        return cls(
            whole.number,
            whole.folder,
            backend.files(job),
            backend.script(job),
            Reference.of(backend.announced(job)),
            at_once="" if backend.array is True else f"%{backend.array}",
            needs=tuple(backend.options(job)),
        )

    def write(self) -> None:
        """Write what it runs, and the link by which its array finds that: one in place may be needed by another."""
        self.script.write(self.files)
        self.folder.mkdir(parents=True, exist_ok=True)
        link = self.folder / str(self.number)
        if not link.is_symlink() or link.readlink() != self.files.folder:
            link.unlink(missing_ok=True)
            link.symlink_to(self.files.folder)

    def started(self, array_id: str) -> dict[str, str]:
        """What is recorded of it."""
        return Reference.of({**self.reference.recorded(), "id": f"{array_id}_{self.number}"}).recorded()


def submit_arrays(jobs: Sequence[tuple[SlurmRunBackend, Job]]) -> list[_Told]:
    """Write the scripts of jobs and submit them, those that ask sbatch for the same as one array.

    Returns:
        For each its reference, or why it could not be started.
    """
    tasks = [_Task.of(backend, job) for backend, job in jobs]
    told: dict[int, _Told] = {}
    try:
        for array in _alike(tasks):
            silent = next((one for one in told.values() if isinstance(one, commands.NoAnswerError)), None)
            told |= dict.fromkeys([task.number for task in array], silent) if silent else _started(array)
    except BaseException:
        for task in tasks:
            task.files.give_up()
        give_up([task.reference for task in tasks])
        raise
    for task in tasks:
        if isinstance(told[task.number], BackendError):
            task.files.give_up()
    return [told[task.number] for task in tasks]


def give_up(references: Sequence[Reference]) -> None:
    """A submission that was cut short may have got through; where it still does, its scripts find that it is late."""
    try:
        withdraw(references)
    except BackendError as error:
        sought = sorted({" ".join(one.selection) for one in references})
        log.warning("%s; should they be in the queue: scancel %s", error, ", scancel ".join(sought))


def withdraw(references: Sequence[Reference]) -> None:
    """Have Slurm end jobs, also those of which only the name is known; nothing happens to those that have ended.

    Interrupted, it asks without waiting for an answer.

    Raises:
        BackendError: the scheduler does not answer.
    """
    if not references:
        return
    try:
        jobs = commands.listed({one.user for one in references})
        found = [jobs[one.job_name] for one in references if one.job_name in jobs]
        if ids := [job.id for job in found if not job.has_ended]:
            commands.cancel(*ids)
    except BaseException as stop:
        if not isinstance(stop, BackendError):
            commands.cancel_unseen({one.selection for one in references})
        raise


def _alike(tasks: Sequence[_Task]) -> list[list[_Task]]:
    arrays: dict[tuple[object, ...], list[_Task]] = {}
    for task in tasks:
        arrays.setdefault((task.at_once, *task.needs, *sorted(task.script.env.items())), []).append(task)
    return list(arrays.values())


def _started(tasks: Sequence[_Task]) -> dict[int, _Told]:
    """Those that can be written, as one array."""
    told: dict[int, _Told] = {}
    for task in tasks:
        try:
            task.write()
        except OSError as error:
            told[task.number] = BackendError(Problem("run_backend", f"its job cannot be written: {error}"))
    ready = [task for task in tasks if task.number not in told]
    if not ready:
        return told
    try:
        array_id = _submit(ready)
    except BackendError as error:
        return told | dict.fromkeys([task.number for task in ready], error)
    log.info("submitted %d jobs as Slurm job array %s", len(ready), array_id)
    return told | {task.number: task.started(array_id) for task in ready}


def _submit(tasks: Sequence[_Task]) -> str:
    """Submit an array; what its tasks share is in each of them."""
    one = tasks[0]
    log_file = f"{literal(one.folder)}/%a/{one.files.slurm_log.name}"
    numbers = _ranges([task.number for task in tasks])
    options = [f"--array={numbers}{one.at_once}", *naming(one.reference.array, log_file), *one.needs]
    script = one.folder / f"array-{one.number}.sh"
    text = rendered("array.sh.j2", options=options, folder=str(one.folder), script=one.files.script.name)
    script.write_text(text, encoding="utf-8")
    return commands.submit([*as_words(options), script.name], one.reference.job_name, one.folder, one.script.env)


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as ``--array`` has them.

    >>> _ranges([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
