"""What executes SWAN: its program, threads or MPI ranks, and surroundings in which it says why it ended."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ...core.asking import NoAnswerError, answer
from ...core.findings import Finding
from ...run_backend.base import LAUNCHER, Resources
from ..base import Command
from . import case as files
from .print_file import read_log

Launcher = Literal["threads", "mpi"]
"""How a run is spread over cpus: threads of a build with OpenMP, or ranks of a build with MPI."""
VARIABLE = "ROMPY_SWAN"
"""Environment variable with the path or name of the executable."""
NAMES = ("swan.exe", "swan")
"""Names under which SWAN is installed."""
HINT = f"say where SWAN is: model.executable=PATH, or export {VARIABLE}=PATH, or put {NAMES[0]} on PATH"

_EVERYWHERE = {
    "GFORTRAN_UNBUFFERED_PRECONNECTED": "1",
    "GFORTRAN_FORMATTED_BUFFER_SIZE": "1",
}
"""Lines appear on standard output, in PRINT and in Errfile as they are written. With buffers SWAN takes its reasons
into the grave: after a segmentation fault Errfile is empty and PRINT lacks its last 8 kB, after MPI_ABORT both are
empty. Text of 80 MB takes half a second longer; records of unformatted files are as fast as before."""
_THREADS = {"OMP_WAIT_POLICY": "passive"}
"""Idle threads sleep instead of taking the time of others."""
_RANKS = {"OMP_NUM_THREADS": "1"}


def command(executable: str | None, launcher: Launcher, resources: Resources, version: str) -> Command:
    """The command of a run in its workspace; a name of a program, unless a path was given.

    Args:
        executable: path or name as configured; None takes ``$ROMPY_SWAN``, else what is installed.
        launcher: whether `resources.cpus` are threads or MPI ranks.
        resources: what the run may use.
        version: version of SWAN that the commands are written for, e.g. ``41.45``.
    """
    swan = program(executable)
    told = f"SWAN {version}" if version else ""
    if launcher == "mpi":
        argv = (LAUNCHER, "-n", str(resources.cpus), swan)
        return Command(argv, {**_EVERYWHERE, **_RANKS}, told, program=swan, hint=HINT)
    env = {**_EVERYWHERE, **_THREADS, "OMP_NUM_THREADS": str(resources.cpus)}
    return Command((swan,), env, told, program=swan, hint=HINT)


def program(executable: str | None) -> str:
    """The executable as configured, else ``$ROMPY_SWAN``, else the first of its usual names that is on PATH."""
    given = executable or os.environ.get(VARIABLE, "").strip()
    return given or next((name for name in NAMES if shutil.which(name)), NAMES[0])


def found() -> Finding:
    """The program that is taken where none is configured, and the version that it says it is."""
    name = program(None)
    path = shutil.which(name)
    if path is None:
        given = f"${VARIABLE} is {name}: " if os.environ.get(VARIABLE, "").strip() else ""
        return Finding("SWAN", "fails" if given else "absent", f"{given}there is no such program", HINT)
    try:
        version = _version(Path(path).absolute())
    except NoAnswerError as error:
        return Finding("SWAN", "fails", f"{path} {error}", HINT)
    return Finding("SWAN", "works", f"{version}, {path}")


def _version(swan: Path) -> str:
    """SWAN names it where it repeats its commands; the only one that it is given ends it."""
    with TemporaryDirectory() as folder:
        (Path(folder) / files.INPUT).write_text("STOP\n", encoding="ascii")
        answer([str(swan)], where=Path(folder), env={**_EVERYWHERE, **_RANKS})
        version = read_log(Path(folder)).version
    if not version:
        raise NoAnswerError("writes no PRINT with a version, as SWAN does")
    return version


def evidence(workspace: Path) -> tuple[str, ...]:
    """What SWAN leaves and does not remove itself when it starts again, as glob patterns.

    An old Errfile stays and speaks of an error that is gone; netCDF output is appended to, or refused.
    """
    names = [f"{files.PRINT}*", f"{files.ERRFILE}*", files.NORM_END, "swaninit"]
    if (workspace / files.CASE).is_file():
        outputs = [output.path for output in files.read_case(workspace).outputs]
        names += [name for path in outputs for name in (path, f"{path}-[0-9][0-9][0-9]")]
    return tuple(names)
