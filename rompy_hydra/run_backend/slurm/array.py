"""Jobs that are submitted together: one job array of all that ask for the same."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ...errors import BackendError
from ..base import Job
from . import commands
from .files import JobFiles
from .handle import Reference
from .script import Script
from .values import as_words, job_name, literal, naming

if TYPE_CHECKING:
    from .backend import SlurmRunBackend

log = logging.getLogger(__name__)

_SCRIPT = """#!/bin/bash
{directives}
# Written by rompy-hydra. Each task runs the script of one member of the sweep: the link of its number leads there.
exec /bin/bash {folder}/"$SLURM_ARRAY_TASK_ID"/{script}
"""
_Told = dict[str, str] | BackendError


@dataclass(frozen=True)
class _Task:
    """A job as a task of an array."""

    number: int
    array: str
    """Name of the array."""
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
            job_name(whole.name),
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
        For each its reference, or why Slurm refuses the array that it is in.
    """
    tasks = [_Task.of(backend, job) for backend, job in jobs]
    told: dict[str, _Told] = {}
    try:
        for array in _alike(tasks):
            told |= _submitted(array)
    except BaseException:
        for task in tasks:
            task.files.give_up()
        give_up([task.reference for task in tasks], {task.array for task in tasks})
        raise
    return [told[task.reference.job_name] for task in tasks]


def withdraw(references: Sequence[Reference]) -> None:
    """Have Slurm end jobs, also those of which only the name is known; nothing happens to those that have ended.

    Raises:
        BackendError: the scheduler does not answer.
    """
    jobs = commands.listed({one.user for one in references}) if references else {}
    found = [jobs[one.job_name] for one in references if one.job_name in jobs]
    if ids := [job.id for job in found if not job.has_ended]:
        commands.cancel(*ids)


def give_up(references: Sequence[Reference], names: Iterable[str]) -> None:
    """A submission that was cut short may have got through; where it still does, its scripts find that it is late.

    Args:
        references: to its jobs.
        names: by which Slurm knows them.
    """
    try:
        withdraw(references)
    except BaseException as error:
        for name in names:
            commands.cancel_unseen(name, references[0].user)
        if not isinstance(error, BackendError):
            raise
        log.warning("%s; should they be in the queue: scancel --name=%s", error, ",".join(names))


def _alike(tasks: Sequence[_Task]) -> list[list[_Task]]:
    arrays: dict[tuple[object, ...], list[_Task]] = {}
    for task in tasks:
        arrays.setdefault((task.at_once, *task.needs, *sorted(task.script.env.items())), []).append(task)
    return list(arrays.values())


def _submitted(tasks: Sequence[_Task]) -> dict[str, _Told]:
    try:
        array_id = _submit(tasks)
    except BackendError as error:
        for task in tasks:
            task.files.give_up()
        return {task.reference.job_name: error for task in tasks}
    log.info("submitted %d jobs as Slurm job array %s", len(tasks), array_id)
    return {task.reference.job_name: task.started(array_id) for task in tasks}


def _submit(tasks: Sequence[_Task]) -> str:
    first = tasks[0]
    first.folder.mkdir(parents=True, exist_ok=True)
    for task in tasks:
        task.write()
    log_file = f"{literal(first.folder)}/%a/{first.files.slurm_log.name}"
    numbers = _ranges([task.number for task in tasks])
    options = [f"--array={numbers}{first.at_once}", *naming(first.array, log_file), *first.needs]
    directives = "\n".join(f"#SBATCH {option}" for option in options)
    folder, script = shlex.quote(str(first.folder)), first.folder / f"array-{first.number}.sh"
    text = _SCRIPT.format(directives=directives, folder=folder, script=first.files.script.name)
    script.write_text(text, encoding="utf-8")
    return commands.submit([*as_words(options), script.name], first.reference.job_name, first.folder, first.script.env)


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
