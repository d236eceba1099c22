"""The fields of ``run_backend=slurm``, and what becomes of them."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ...core.command_line import Word
from ...core.findings import Finding
from ...errors import BackendError, Detached, Problem, Submitted
from ..base import Exit, Handle, Job, WallTime
from ..mpi import LAUNCHERS
from ..on_host import Launch, OnHost
from . import commands
from .container import RUNTIME, runtime_words
from .files import JobFiles
from .handle import NotEndedError, Reference, SlurmHandle
from .health import health
from .script import Lines, Script

log = logging.getLogger(__name__)

_NOT_FOR_DIRECTIVES = {
    "job-name": "it is made of the name of the run, and finds the job again",
    "output": "it is read from where it is, and kept in the run directory",
    "error": "it goes where the output goes",
    "chdir": "set run_backend.working_dir",
    "export": "set run_backend.clean_env and env_vars",
    "array": "one run is one job; a sweep (-m) submits one for each member",
    "wrap": "set run_backend.command",
    "no-requeue": "set run_backend.requeue",
    "parsable": "the answer of sbatch is read here",
    "clusters": "jobs of another cluster cannot be followed from here",
    "test-only": "rompy-hydra plan shows what would be done",
}
"""Options of sbatch that would be in the way, and what to do instead."""


class SlurmRunBackend(OnHost):
    """Runs the model as a batch job of a Slurm cluster, from a host where its commands are; the disk is shared."""

    partition: str = ""
    """Partition to run in; the cluster's default where there is none."""
    account: str = ""
    """Account that is charged."""
    qos: str = ""
    """Quality of service."""
    reservation: str = ""
    """Reservation to run in."""
    nodes: int | None = Field(None, ge=1)
    """Number of nodes; as many as the tasks need where there is none."""
    ntasks: int | None = Field(None, ge=1)
    """MPI ranks; with ``cpus_per_task`` its product is ``cpus``."""
    cpus_per_task: int | None = Field(None, ge=1)
    """Processor cores of each rank, or of the one process that has threads."""
    mem: str = ""
    """Memory of each node, ``16G``; 0 is all of it."""
    time: WallTime | None = None
    """Time limit of the job, in whole minutes; ``timeout`` where there is none."""
    modules: list[str] = Field(default_factory=list)
    """Environment modules to load, in order; one that fails ends the job."""
    prologue: list[str] = Field(default_factory=list)
    """Shell lines before the command, as they are; one that fails ends the job."""
    epilogue: list[str] = Field(default_factory=list)
    """Shell lines after the command, whether or not it succeeded; one that fails is a failure of the run."""
    mail_user: str = ""
    """Where Slurm sends mail."""
    mail_type: str = ""
    """When it does: ``END,FAIL``."""
    requeue: bool = False
    """Let Slurm start the job again, from the beginning, after a preemption or the failure of a node."""
    directives: list[str] = Field(default_factory=list)
    """Further options of sbatch, as they would stand in a script: ``--constraint=haswell``."""
    container: str = ""
    """Image to run the command in, by Apptainer: file, ``docker://...``, or a name as ``run_backend=docker`` takes."""
    container_options: list[Word] = Field(default_factory=list)
    """Options of ``apptainer exec``, such as ``--nv``."""
    wait: bool = True
    """See the job to its end; else submit it and exit, for ``rompy-hydra resume`` to see to it later."""
    on_interrupt: Literal["cancel", "detach"] = "cancel"
    """What Ctrl-C and SIGTERM do to the job: end it, or leave it to go on."""
    poll_interval: WallTime = timedelta(seconds=10)
    """How often the scheduler is asked, once for all jobs of a process; output and a good end are seen sooner."""

    @model_validator(mode="before")
    @classmethod
    def _cpus_of_tasks(cls, data: Any) -> Any:
        """Ranks times threads, where ``cpus`` is left at one."""
        if not isinstance(data, Mapping) or data.get("cpus", 1) not in (1, None):
            return data
        counts = [data.get(name) or 1 for name in ("ntasks", "cpus_per_task")]
        whole = all(isinstance(count, int) for count in counts)
        return {**data, "cpus": counts[0] * counts[1]} if whole else data

    @field_validator("partition", "account", "qos", "reservation", "mem", "mail_user", "mail_type")
    @classmethod
    def _is_one_word(cls, value: str) -> str:
        if re.search(r"[\s'\"\\#]", value):
            raise ValueError("expected one word without quotes")
        return value

    @field_validator("mem", mode="before")
    @classmethod
    def _is_memory(cls, value: Any) -> Any:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and not re.fullmatch(r"(\d+[KMGTkmgt]?)?", text):
            raise ValueError("expected memory as Slurm has it, such as 16G or 800M")
        return text

    @field_validator("modules", "prologue", "epilogue", "directives")
    @classmethod
    def _are_lines(cls, lines: list[str]) -> list[str]:
        if any("\n" in line or "\0" in line for line in lines):
            raise ValueError("expected one line per item of the list")
        return lines

    @field_validator("directives")
    @classmethod
    def _are_options(cls, options: list[str]) -> list[str]:
        for option in options:
            name = option.removeprefix("--").partition("=")[0].split()
            if not re.match(r"--[a-z]", option) or len(name) != 1:
                raise ValueError(f"{option!r} is no long option of sbatch such as --constraint=haswell")
            own = name[0].replace("-", "_")
            instead = f"set run_backend.{own}" if own in cls.model_fields else _NOT_FOR_DIRECTIVES.get(name[0])
            if instead:
                raise ValueError(f"{option!r} is not for here: {instead}")
        return options

    @field_validator("env_vars")
    @classmethod
    def _are_variables_of_a_shell(cls, variables: dict[str, str]) -> dict[str, str]:
        if wrong := [name for name in variables if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)]:
            raise ValueError(f"{wrong[0]!r} is no name of a variable that a shell can set")
        return variables

    @model_validator(mode="after")
    def _agree(self) -> Self:
        self._check_counts()
        if self.time is not None and self.timeout is not None and self.time < self.timeout:
            raise ValueError("time: Slurm would end the job before its timeout; leave one of them out")
        if self.container and self.shell:
            raise ValueError("container: a shell line starts its container itself; set shell: false, or leave it out")
        return self

    def _check_counts(self) -> None:
        ranks, threads = self.ntasks or 1, self.cpus_per_task or 1
        if self.cpus % (ranks * threads) or (self.ntasks and self.cpus_per_task and self.cpus != ranks * threads):
            raise ValueError(f"cpus: {self.cpus} is not ntasks x cpus_per_task, {ranks} x {threads}; leave cpus out")

    def layout(self, job: Job) -> tuple[int, int]:
        """Ranks, and cores of each: ``cpus`` are ranks where a launcher starts the model, else threads.

        Raises:
            BackendError: several ranks, and nothing that starts them.
        """
        parallel = self._is_parallel(job)
        if self.ntasks is None and self.cpus_per_task is None:
            return (self.cpus, 1) if parallel else (1, self.cpus)
        ranks = self.ntasks or self.cpus // (self.cpus_per_task or 1)
        if ranks > 1 and not parallel:
            hint = "set run_backend.mpiexec=srun for a model with MPI, or cpus_per_task for one with threads"
            raise BackendError(Problem("run_backend.ntasks", f"nothing starts {ranks} ranks", ranks, hint=hint))
        if self.is_launched(job) and ranks != self.cpus:
            hint = "leave cpus_per_task out, and take memory by run_backend.directives=[--mem-per-cpu=4G]"
            message = f"the model starts {self.cpus} ranks itself, one on each of its cpus"
            raise BackendError(Problem("run_backend.cpus_per_task", message, self.cpus_per_task, hint=hint))
        return ranks, self.cpus // ranks

    def _is_parallel(self, job: Job) -> bool:
        first = PurePath(next(iter(super()._words(job)), "")).name
        return bool(self.mpiexec) or self.shell or self.is_launched(job) or first in LAUNCHERS

    @property
    def ranks(self) -> int:
        """How many processes ``mpiexec`` starts."""
        return self.ntasks or self.cpus // (self.cpus_per_task or 1)

    def argv(self, job: Job) -> tuple[str, ...]:
        """What the job executes.

        Raises:
            BackendError: several ranks, and nothing that starts them.
        """
        self.layout(job)
        return super().argv(job)

    def _words(self, job: Job) -> tuple[str, ...]:
        words = super()._words(job)
        if not self.container or not words:
            return words
        at = words.index(job.program, 1) if self.is_launched(job) else 0
        where = job.workspace / self.working_dir
        inside = runtime_words(self.container, job.workspace, where, self.container_options)
        return (*words[:at], *inside, *words[at:])

    def program(self, job: Job) -> str:
        """The word of `argv` that is the model itself, or what runs its container."""
        return RUNTIME if self.container else super().program(job)

    def find(self, name: str, folders: Iterable[Path], search_path: str, advice: str = "") -> Path:
        """The file of a program; its bare name where modules or a prologue may bring it."""
        is_bare = "/" not in name and name != "python"
        if is_bare and (self.modules or self.prologue) and shutil.which(name, path=search_path) is None:
            return Path(name)
        return super().find(name, folders, search_path, advice)

    def locate(self, job: Job) -> Path | None:
        """The file that executes the job; None where it is known to the node alone.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        program = super().locate(job)
        return program if program is not None and program.is_absolute() else None

    def announced(self, job: Job) -> dict[str, str]:
        """The job by its name, which is known before Slurm gives it an id."""
        return self._reference(job).recorded()

    def _reference(self, job: Job) -> Reference:
        named = re.sub(r"[^A-Za-z0-9._=+-]+", "_", job.workspace.absolute().parent.name)
        folder = os.path.relpath(_folder(job), job.workspace)
        return Reference(f"{named}.{job.key}", str(os.getuid()), folder)

    def start(self, job: Job, on_line: Callable[[str], None]) -> SlurmHandle:
        """Submit the job.

        Raises:
            BackendError: it could not be submitted; names the key that Slurm refuses.
        """
        reference, files, launch = self._reference(job), JobFiles(_folder(job).absolute()), self.launch(job)
        options = self.options(job, reference.job_name, files)
        lines = Lines(self.modules, self.prologue, self.epilogue)
        env = Script(reference.job_name, options, launch, lines, self.requeue).write(files)
        try:
            job_id = commands.submit([files.script.name], reference.job_name, files.folder, env)
        except BaseException:
            files.clear()
            _withdraw(reference)
            raise
        log.info("submitted as Slurm job %s, %s", job_id, reference.job_name)
        found = Reference(reference.job_name, reference.user, reference.folder, job_id)
        return SlurmHandle(found, job.workspace, on_line)

    def launch(self, job: Job) -> Launch:
        """What starts the job on its node; srun is told how many cores a rank has, which it does not inherit."""
        launch, cores = super().launch(job), self.layout(job)[1]
        return replace(launch, env={"SRUN_CPUS_PER_TASK": str(cores), **launch.env}) if cores > 1 else launch

    def options(self, job: Job, name: str, files: JobFiles) -> list[str]:
        """The options of sbatch, as they stand in the script."""
        ranks, cores = self.layout(job)
        limit = self.time or self.timeout
        named = {
            "job-name": name,
            "output": files.output.name,
            "open-mode": "append",
            "ntasks": ranks,
            "cpus-per-task": cores,
            "nodes": self.nodes,
            "time": None if limit is None else _slurm_time(limit),
            **{key: getattr(self, key) for key in ("partition", "account", "qos", "reservation", "mem")},
            "mail-user": self.mail_user,
            "mail-type": self.mail_type,
        }
        given = [f"--{option}={value}" for option, value in named.items() if value not in (None, "")]
        return [*given, "--requeue" if self.requeue else "--no-requeue", *self.directives]

    @classmethod
    def attach(cls, reference: Mapping[str, str], workspace: Path, on_line: Callable[[str], None]) -> SlurmHandle:
        """A job that another process has submitted, its output handed over from the beginning.

        Raises:
            BackendError: its folder is gone.
        """
        known = Reference.of(reference)
        if not (workspace / known.folder).is_dir():
            message = f"{known.name} has no folder any more: {workspace / known.folder}"
            raise BackendError(Problem("run_backend", message, hint="run it again with rerun=run"))
        if not known.id and (found := commands.find(known.job_name, known.user)):
            known = Reference(known.job_name, known.user, known.folder, found.id)
        return SlurmHandle(known, workspace, on_line, attached=True)

    @classmethod
    def states(cls, references: Sequence[Mapping[str, str]]) -> list[str]:
        """What has become of jobs, with one question for all.

        Raises:
            BackendError: the scheduler does not answer.
        """
        known = [Reference.of(reference) for reference in references]
        jobs = commands.listed({one.user for one in known}) if known else {}
        return [jobs[one.job_name].word if one.job_name in jobs else "ended" if one.id else "" for one in known]

    @classmethod
    def health(cls) -> list[Finding]:
        """The scheduler, its accounting, and what runs containers there."""
        return health()

    def follow(self, handle: Handle) -> Exit:
        """See a job to its end, or leave it where that is asked for.

        Raises:
            Submitted: ``wait`` is false.
            Detached: it goes on without this process.
        """
        assert isinstance(handle, SlurmHandle)
        if not self.wait and not handle.attached:
            message = f"{handle.job.name} is submitted"
            raise Submitted(Problem("", message, hint="rompy-hydra status tells of it, rompy-hydra resume sees to it"))
        handle.poll_interval_s = self.poll_interval.total_seconds()
        try:
            return super().follow(handle)
        except NotEndedError as error:
            log.error("%s", error)  # noqa: TRY400  the user is told what, not where in the code
            raise Detached from error

    def interrupted(self, handle: Handle, stop: BaseException) -> None:
        """End the job, or leave it, as ``on_interrupt`` has it.

        Raises:
            Detached: it goes on.
        """
        if isinstance(stop, KeyboardInterrupt) and self.on_interrupt == "detach":
            raise Detached from stop
        super().interrupted(handle, stop)


def _folder(job: Job) -> Path:
    return job.folder or job.workspace / ".job"


def _withdraw(reference: Reference) -> None:
    """A submission that was cut short may have got through."""
    try:
        if found := commands.find(reference.job_name, reference.user):
            commands.cancel(found.id)
    except BackendError as error:
        log.debug("nothing could be withdrawn: %s", error)


def _slurm_time(limit: timedelta) -> str:
    """As ``days-hours:minutes:seconds``.

    >>> _slurm_time(timedelta(hours=26, seconds=90.5))
    '1-02:01:31'
    """
    seconds = -int(-limit.total_seconds() // 1)
    return f"{seconds // 86400}-{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
