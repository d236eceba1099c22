"""Whether this machine can submit jobs to a cluster, and what that has."""

from __future__ import annotations

import shutil

from ...core.asking import NoAnswerError, answer
from ...core.findings import Finding
from .commands import told
from .container import RUNTIME
from .values import as_words


def health() -> list[Finding]:
    """Slurm with its partitions, its accounting, and Apptainer."""
    return [*_slurm(), _apptainer()]


def foreseen(options: list[str]) -> str:
    """What Slurm says of a job with these options of a batch script: when and where it is to start, or why not."""
    if shutil.which("sbatch") is None:
        return "there is no sbatch on PATH, so no Slurm here"
    try:
        said = answer(["sbatch", "--test-only", *as_words(options), "--wrap=:"]).strip()
    except NoAnswerError as error:
        return f"WARNING: Slurm: {told(str(error))}"
    return f"Slurm: {said.rpartition('sbatch: ')[2]}"


def _slurm() -> list[Finding]:
    if shutil.which("sbatch") is None:
        return [
            Finding("Slurm", "absent", "sbatch is not on PATH", "run_backend=slurm needs a login node of a cluster")
        ]
    try:
        version = answer(["sbatch", "--version"]).strip()
        partitions = answer(["sinfo", "--noheader", "--format=%R %D %a"])
    except NoAnswerError as error:
        return [Finding("Slurm", "fails", told(str(error)), "scontrol ping tells whether the scheduler is there")]
    return [Finding("Slurm", "works", f"{version}, partitions: {_listed(partitions)}"), _accounting()]


def _listed(partitions: str) -> str:
    """Partitions with the numbers of their nodes, as sinfo lists them.

    >>> _listed("debug 2 up\\nlong 1 down\\n")
    'debug (nodes: 2), long (nodes: 1, down)'
    """
    rows = [line.split() for line in partitions.splitlines() if line.strip()]
    return ", ".join(f"{name} (nodes: {nodes}{'' if state == 'up' else f', {state}'})" for name, nodes, state in rows)


def _accounting() -> Finding:
    try:
        answer(["sacct", "--noheader", "--parsable2", "--format=JobIDRaw", "--starttime=now"])
    except NoAnswerError as error:
        hint = "how a job ended is then told by the scheduler while it knows, and by files of the job"
        return Finding("Slurm accounting", "absent", told(str(error)), hint)
    return Finding("Slurm accounting", "works", "sacct answers")


def _apptainer() -> Finding:
    path = shutil.which(RUNTIME)
    if path is None:
        return Finding("Apptainer", "absent", f"{RUNTIME} is not on PATH", "only run_backend.container needs it")
    try:
        return Finding("Apptainer", "works", f"{answer([path, '--version']).split()[-1]}, {path}")
    except NoAnswerError as error:
        return Finding("Apptainer", "fails", f"{path} {error}")
