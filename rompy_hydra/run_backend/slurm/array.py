"""Jobs that are submitted together: one job array of all that ask for the same."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BackendError
from ..base import Job, Together
from . import commands
from .handle import Reference
from .values import job_name, literal, naming

if TYPE_CHECKING:
    from .backend import SlurmRunBackend

    Member = tuple[SlurmRunBackend, Job]

log = logging.getLogger(__name__)

_SCRIPT = """#!/bin/bash
{directives}
# Written by rompy-hydra. Each task runs the script of one member of the sweep: the link of its number leads there.
exec /bin/bash {folder}/"$SLURM_ARRAY_TASK_ID"/{script}
"""


def submit_arrays(members: Sequence[Member]) -> list[dict[str, str] | BackendError]:
    """Submit jobs whose scripts are written, those that ask sbatch for the same as one array.

    Returns:
        For each its reference, or why Slurm refuses the array that it is in.
    """
    told: dict[int, dict[str, str] | BackendError] = {}
    try:
        for numbers in _alike(members):
            told |= zip(numbers, _submitted([members[n] for n in numbers]), strict=True)
    except BaseException:
        withdraw([_reference(*member) for member in members])
        raise
    return [told[n] for n in range(len(members))]


def withdraw(references: Sequence[Reference]) -> None:
    """Have Slurm end jobs, also those of which only the name is known; nothing happens to those that have ended.

    Raises:
        BackendError: the scheduler does not answer.
    """
    jobs = commands.listed({one.user for one in references}) if references else {}
    found = [jobs[one.job_name] for one in references if one.job_name in jobs]
    if ids := [job.id for job in found if not job.has_ended]:
        commands.cancel(*ids)


def _alike(members: Sequence[Member]) -> list[list[int]]:
    """Their numbers, by what they ask sbatch for."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, (backend, job) in enumerate(members):
        env = sorted(backend.script(job).env.items())
        groups.setdefault((str(backend.array), *backend.options(job), *env), []).append(number)
    return list(groups.values())


def _submitted(members: Sequence[Member]) -> Sequence[dict[str, str] | BackendError]:
    try:
        array_id = _submit(members)
    except BackendError as error:
        for backend, job in members:
            backend.files(job).clear()
        return [error] * len(members)
    log.info("submitted %d jobs as Slurm job array %s", len(members), array_id)
    return [_reference(*member, array_id).recorded() for member in members]


def _submit(members: Sequence[Member]) -> str:
    backend, job = members[0]
    first, files = _place(job), backend.files(job)
    tasks, most = _ranges([_place(job).number for _, job in members]), backend.array
    log_file = f"{literal(first.folder)}/%a/{files.slurm_log.name}"
    at_once = "" if most is True else f"%{most}"
    options = [f"--array={tasks}{at_once}", *naming(job_name(first.name), log_file), *backend.options(job)]
    first.folder.mkdir(parents=True, exist_ok=True)
    for its_backend, its_job in members:
        _link(first.folder / str(_place(its_job).number), its_backend.files(its_job).folder)
    script = first.folder / f"array-{first.number}.sh"
    directives = "\n".join(f"#SBATCH {option}" for option in options)
    folder = shlex.quote(str(first.folder))
    script.write_text(_SCRIPT.format(directives=directives, folder=folder, script=files.script.name), encoding="utf-8")
    return commands.submit([script.name], _reference(backend, job).job_name, first.folder, backend.script(job).env)


def _reference(backend: SlurmRunBackend, job: Job, array_id: str = "") -> Reference:
    announced = backend.announced(job)
    return Reference.of({**announced, "id": f"{array_id}_{_place(job).number}"} if array_id else announced)


def _place(job: Job) -> Together:
    assert job.together is not None
    return job.together


def _link(link: Path, folder: Path) -> None:
    """A link that stays in place where it is right: tasks of an earlier array may need it."""
    if link.is_symlink() and link.readlink() == folder:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(folder)


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
