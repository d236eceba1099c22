"""The contract of a run backend: execute an argv in a workspace, and leave nothing behind."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from ..core.command_line import Variables, Word, checked_line, checked_list, split_line
from ..core.findings import Finding
from ..core.hashing import hash_file
from ..core.node import Node
from ..core.period import PositiveDuration
from ..core.sizes import Size
from ..errors import BackendError, Detached, Problem
from .job import Exit, Handle, Job, Leftover

OUTPUT_LOG = "output.log"
"""What a model printed, in its workspace."""

_STEP_S = 0.1


class Resources(Node):
    """What a run may use."""

    cpus: int = Field(1, ge=1)
    """Processor cores: threads or ranks, as the model has it."""


def _seconds_of_number(value: Any) -> Any:
    number = isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\d+(\.\d*)?", value.strip()))
    try:
        return timedelta(seconds=float(value)) if number else value
    except OverflowError:
        raise ValueError("expected seconds, or a duration such as 2h; this number is too large") from None


WallTime = Annotated[
    PositiveDuration,
    BeforeValidator(_seconds_of_number),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}], "examples": [3600, "2h"]}
    ),
]
"""A duration; a bare number is seconds."""


def _stays_inside(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("expected a folder inside the workspace, as a relative path without '..'")
    return value


FolderInWorkspace = Annotated[str, AfterValidator(_stays_inside)]
"""A folder, relative to the workspace."""
LAUNCHER = "mpiexec"
"""What a model calls the MPI launcher in a command of its own, whatever that is called where it runs."""


class RunBackend(Resources, ABC):
    """Base of the built-in backends; their fields are the keyword arguments of ``ModelRun.run``."""

    shell: bool = False
    """Run ``command`` as a shell command line, so that pipes and redirections work."""
    command: str | list[Word] | None = None
    """Replaces the model's own command: a list as it is, a string split into words or, with ``shell``, as a line."""
    mpiexec: str = ""
    """MPI launcher with its options, such as ``mpirun --bind-to core``; in front of ``command``, or of the model."""
    env_vars: Variables = Field(default_factory=dict)
    """Environment variables of the model."""
    timeout: WallTime | None = None
    """Wall-clock limit, e.g. ``2h``; a bare number is seconds. The run is ended and recorded as failed."""
    output_limit: Annotated[Size, Field(ge=1_000_000)] = "1GB"  # type: ignore[assignment]  # validated
    """Size of ``output.log`` beyond which only its beginning and the latest part are kept, in ``run.log`` too."""

    @property
    def ranks(self) -> int:
        """How many processes ``mpiexec`` starts."""
        return self.cpus

    @field_validator("command", mode="before")
    @classmethod
    def _says_whether_it_is_for_a_shell(cls, command: Any, info: ValidationInfo) -> Any:
        if command is None:
            return None
        if isinstance(command, str):
            return checked_line(command, bool(info.data.get("shell")))
        if isinstance(command, list | tuple):
            return checked_list(list(command), bool(info.data.get("shell")))
        raise ValueError("expected a command line or a list of arguments")

    @field_validator("mpiexec")
    @classmethod
    def _is_a_launcher(cls, line: str, info: ValidationInfo) -> str:
        if line and info.data.get("shell"):
            raise ValueError("a shell command line starts its launcher itself; write it into command")
        return checked_line(line, shell=False) if line else line

    def argv(self, job: Job) -> tuple[str, ...]:
        """What will be executed: ``command`` where it is given, else the model's own, by ``mpiexec`` where that is.

        >>> from pathlib import Path, PurePosixPath
        >>> from rompy_hydra.run_backend.local import LocalRunBackend
        >>> job = Job(("swan",), Path())
        >>> LocalRunBackend(command="./model case.txt").argv(job)
        ('./model', 'case.txt')
        >>> LocalRunBackend(mpiexec="srun --mpi=pmix", cpus=4).argv(job)
        ('srun', '--mpi=pmix', '-n', '4', 'swan')
        """
        if self.shell and isinstance(self.command, str):
            return ("bash", "-o", "pipefail", "-c", self.command)
        words = self._words(job)
        if not self.mpiexec or not words:
            return words
        launcher = tuple(split_line(self.mpiexec))
        if self.is_launched(job):
            return (*launcher, *words[1:])
        return (*launcher, "-n", str(self.ranks), *words)

    def _words(self, job: Job) -> tuple[str, ...]:
        if self.command is None:
            return job.argv
        return tuple(split_line(self.command) if isinstance(self.command, str) else self.command)

    def program(self, job: Job) -> str:
        """The word of `argv` that is the model itself; empty where there is nothing to execute."""
        words = self._words(job)
        return job.program if self.is_launched(job) else next(iter(words), "")

    def is_launched(self, job: Job) -> bool:
        """Whether the model's own command has a launcher in front of the model."""
        return self.command is None and bool(job.program) and job.program in job.argv[1:]

    def locate(self, job: Job) -> Path | None:
        """The file that executes the job; None where this machine does not know.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        return None

    def fingerprint(self, job: Job, last: Mapping[str, str]) -> str:
        """What changes when the program does that executes the job; empty where it cannot be told.

        Args:
            job: what is to be executed.
            last: what is recorded of the job that was executed last, the `reference` of its handle.

        Raises:
            BackendError: there is no such program.
        """
        program = self.locate(job)
        return "" if program is None else hash_file(program)

    @property
    def waits(self) -> bool:
        """Whether it sees a job to its end that outlives this process, or leaves it once it is started."""
        return True

    def notes(self, job: Job) -> list[str]:
        """What a user should know, before anything is run, of the place where it is to run."""
        return []

    def announced(self, job: Job) -> dict[str, str]:
        """What finds the job, as in `Handle.reference`: recorded before it is started, so that it is found too should
        this process die meanwhile. Nothing for a job that ends with this process.
        """
        return {}

    @abstractmethod
    def start(self, job: Job, on_line: Callable[[str], None]) -> Handle:
        """Start the job; each line of output is handed over as it comes, while the handle is read.

        Raises:
            BackendError: it could not be started.
        """

    @classmethod
    def attach(cls, reference: Mapping[str, str], workspace: Path, on_line: Callable[[str], None]) -> Handle:
        """A job that another process has started, its output handed over from the beginning.

        Raises:
            BackendError: there is no such job.
        """
        message = f"{reference.get('name', 'the job')} ended with the process that started it"
        raise BackendError(Problem("run_backend", message))

    @classmethod
    def states(cls, references: Sequence[Mapping[str, str]]) -> list[str]:
        """What has become of jobs, found out for all at once.

        Returns:
            For each ``queued``, ``running`` or ``ended``; empty for one that cannot be attached to.
        """
        return ["" for _ in references]

    @classmethod
    def health(cls) -> list[Finding]:
        """What this machine has of what the backend needs: engine, scheduler, launcher; found within a few seconds."""
        return []

    @classmethod
    def leftovers(cls) -> list[Leftover]:
        """What runs of this user have left on this machine, of those only whose driver is certainly dead.

        Raises:
            BackendError: that cannot be found out; in the words of `health`, where that has told it already.
        """
        return []

    def follow(self, handle: Handle) -> Exit:
        """See a job to its end, or end it: at its time limit, and at whatever interrupts this process.

        Raises:
            Detached: interrupted, it goes on without this process, as it was asked to.
            BaseException: what interrupted it, such as KeyboardInterrupt; nothing of the job is left.
        """
        limit_s = math.inf if self.timeout is None else self.timeout.total_seconds()
        with self.minding(handle):
            while (ended := handle.poll()) is None:
                running_s = handle.running_s
                left_s = limit_s - running_s
                if left_s <= 0:
                    handle.cancel()
                    return Exit("timed out", duration_s=max(running_s, handle.running_s), tail=handle.tail)
                handle.read(min(_STEP_S, left_s))
        return ended

    @contextmanager
    def minding(self, handle: Handle) -> Iterator[None]:
        """A block that does not lose the job, whatever interrupts it; raises as `follow`."""
        try:
            yield
        except BaseException as stop:
            self.interrupted(handle, stop)
            raise

    def interrupted(self, handle: Handle, stop: BaseException) -> None:
        """End the job: what happens when this process is stopped while it follows one, or fails.

        Raises:
            Detached: the job goes on instead.
        """
        if self.leaves_at(stop):
            raise Detached from stop
        handle.cancel()

    def leaves_at(self, stop: BaseException) -> bool:
        """Whether jobs go on, as it was asked for, when this process is stopped while it waits for them."""
        return False

    def execute(self, job: Job, on_line: Callable[[str], None]) -> Exit:
        """Run a job to its end, handing over each line of output as it comes; as `start` and `follow`."""
        with closing(self.start(job, on_line)) as handle:
            return self.follow(handle)

    def run(self, model_run: Any) -> bool:
        """Execute a model run with this backend; False for a failed model."""
        return bool(model_run.execute(self))


def check_start(argv: Sequence[str], workspace: Path, working_dir: str) -> None:
    """Nothing where there is a command, and a folder to run it in.

    Raises:
        BackendError: there is none.
    """
    if not argv:
        hint = "set run_backend.command to a program and its arguments"
        raise BackendError(Problem("run_backend.command", "there is no command to run", hint=hint))
    if not (workspace / working_dir).is_dir():
        message = f"there is no folder {workspace / working_dir}"
        raise BackendError(Problem("run_backend.working_dir", message, working_dir))
