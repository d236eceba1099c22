"""What backends have in common that start programs which this machine has, or that share its files."""

from __future__ import annotations

import logging
import os
import shutil
from abc import ABC
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..core.command_line import split_line
from .base import LAUNCHER, FolderInWorkspace, RunBackend, check_start
from .executable import find_executable
from .job import Job
from .mpi import LAUNCHERS

log = logging.getLogger(__name__)

_KEPT = ("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER")
"""What a clean environment still has: who and where one is, and where programs are."""
RANKS = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_ALLOW_RUN_AS_ROOT": "1",
    "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}
"""Open MPI up to 4 (OMPI) and from 5 on (PRTE): ranks as asked for, also as root; others ignore it."""


@dataclass(frozen=True)
class Launch:
    """What starts a job on this machine."""

    argv: list[str]
    """With the programs among the words as files."""
    program: Path
    """The file of the model's own program, which is no launcher."""
    where: Path
    """The working directory."""
    env: dict[str, str]
    """The whole environment."""


class OnHost(RunBackend, ABC):
    """Starts programs of this machine.

    A program given as a relative path is looked for in the working directory, the workspace and the current directory;
    ``python`` is the interpreter that runs this package; ``mpiexec`` is any MPI launcher.
    """

    working_dir: FolderInWorkspace = "."
    """Where the command runs, relative to the workspace."""
    clean_env: bool = False
    """Give the model no variables of the calling environment but those that say who and where one is."""

    def locate(self, job: Job) -> Path | None:
        """The file on this machine that executes the job: the model's program, not its launcher.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        return self.launch(job).program

    def notes(self, job: Job) -> list[str]:
        """Whether the first program of the command is on the PATH of this machine."""
        name = next(iter(self.argv(job)), "")
        if not name or "/" in name or shutil.which(name, path=self.env_vars.get("PATH")) is not None:
            return []
        return [f"there is no program {name} on the PATH of this machine"]

    def launch(self, job: Job) -> Launch:
        """What starts the job.

        Raises:
            BackendError: there is nothing to start, or it is not there; says where it was looked for.
        """
        argv, where = self.argv(job), job.workspace / self.working_dir
        is_launched = bool(self.mpiexec) or self.is_launched(job)
        env = {"PYTHONUNBUFFERED": "1", **self._surroundings(), **(RANKS if is_launched else {})}
        env |= {**job.env, **self.env_vars}
        path = env.get("PATH", os.defpath)
        check_start(argv, job.workspace, self.working_dir)
        if self.shell and shutil.which("bash", path=path) is None:
            log.warning("there is no bash: sh runs the command, and a failure inside a pipe goes unnoticed")
            argv = ("sh", "-c", argv[-1])
        words, program = self._found(job, list(argv), where, path)
        return Launch(words, program, where, env)

    def _surroundings(self) -> dict[str, str]:
        return {name: os.environ[name] for name in _KEPT if name in os.environ} if self.clean_env else {**os.environ}

    def find(self, name: str, folders: Iterable[Path], search_path: str, advice: str = "") -> Path:
        """The file of a program; as `find_executable`."""
        return find_executable(name, folders, search_path, advice)

    def _found(self, job: Job, argv: list[str], where: Path, search_path: str) -> tuple[list[str], Path]:
        """The words with the programs among them as files, and the file of the model's own program."""
        folders = (where, job.workspace)
        advice = job.hint if self.command is None else ""
        word = self.program(job)
        if not self.mpiexec and not self.is_launched(job):
            program = self.find(argv[0], folders, search_path, advice)
            return [str(program), *argv[1:]], program
        launcher = self.find(_launcher(argv[0], search_path), folders, search_path)
        program = self.find(word, folders, search_path, advice)
        argv[argv.index(word, len(split_line(self.mpiexec)) or 1)] = str(program)
        return [str(launcher), *argv[1:]], program


def _launcher(name: str, search_path: str) -> str:
    """The launcher that is there, where any will do."""
    names = LAUNCHERS if name == LAUNCHER else ()
    return next((n for n in names if shutil.which(n, path=search_path)), name)
