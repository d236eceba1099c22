"""The fields of ``run_backend=slurm``, and what becomes of them."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ...core.command_line import Word
from ...core.findings import Finding
from ...errors import BackendError, Detached, Problem
from ..base import WallTime
from ..job import Exit, Handle, Job
from ..joint import JointRunBackend
from ..mpi import LAUNCHERS
from ..on_host import Launch, OnHost
from . import commands
from .array import give_up, submit_arrays, withdraw
from .container import RUNTIME, image_file, runtime_words
from .files import JobFiles
from .handle import NotEndedError, Reference, SlurmHandle
from .health import foreseen, health
from .script import Script, ShellLines
from .values import (
    AtOnce,
    JobTime,
    Memory,
    OneLine,
    OneWord,
    as_words,
    check_directive,
    job_name,
    literal,
    naming,
    slurm_time,
)

log = logging.getLogger(__name__)


class SlurmRunBackend(OnHost, JointRunBackend):
    """Runs the model as a batch job of a Slurm cluster, from a host where its commands are; the disk is shared."""

    partition: OneWord = ""
    """Partition to run in; the cluster's default where there is none."""
    account: OneWord = ""
    """Account that is charged."""
    qos: OneWord = ""
    """Quality of service."""
    reservation: OneWord = ""
    """Reservation to run in."""
    nodes: int | None = Field(None, ge=1)
    """Number of nodes; as many as the tasks need where there is none."""
    ntasks: int | None = Field(None, ge=1)
    """MPI ranks; with ``cpus_per_task`` its product is ``cpus``."""
    cpus_per_task: int | None = Field(None, ge=1)
    """Processor cores of each rank, or of the one process that has threads."""
    mem: Memory = ""
    """Memory of each node, ``16G``; 0 is all of it."""
    time: JobTime | None = None
    """Time limit of the job, in whole minutes; ``timeout`` where there is none."""
    modules: list[OneLine] = Field(default_factory=list)
    """Environment modules to load, in order; one that fails ends the job."""
    prologue: list[OneLine] = Field(default_factory=list)
    """Shell lines before the command, as they are; one that fails ends the job."""
    epilogue: list[OneLine] = Field(default_factory=list)
    """Shell lines after the command, whether or not it succeeded; one that fails is a failure of the run."""
    mail_user: OneWord = ""
    """Where Slurm sends mail."""
    mail_type: OneWord = ""
    """When it does: ``END,FAIL``."""
    requeue: bool = False
    """Let Slurm start the job again, from the beginning, after a preemption or the failure of a node."""
    directives: list[OneLine] = Field(default_factory=list)
    """Further options of sbatch, as they would stand in a script: ``--constraint=haswell``."""
    container: str = ""
    """Image to run the command in, by Apptainer: file, ``docker://...``, or a name as ``run_backend=docker`` takes."""
    container_options: list[Word] = Field(default_factory=list)
    """Options of ``apptainer exec``, such as ``--nv``."""
    array: AtOnce = False
    """Submit the members of a sweep as one job array; a number is how many of them run at the same time at most."""
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

    @field_validator("directives")
    @classmethod
    def _are_options(cls, options: list[str]) -> list[str]:
        for option in options:
            check_directive(option, cls.model_fields)
        return options

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
        first = PurePath(next(iter(self._words(job)), "")).name
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

    def find(self, name: str, folders: Iterable[Path], search_path: str, advice: str = "") -> Path:
        """The file of a program; its bare name where modules or a prologue may bring it."""
        is_bare = "/" not in name and name != "python"
        if is_bare and (self.modules or self.prologue) and shutil.which(name, path=search_path) is None:
            return Path(name)
        return super().find(name, folders, search_path, advice)

    def locate(self, job: Job) -> Path | None:
        """The file that executes the job: its program, or its image; None where it is known to the node alone.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        program = self.launch(job).program
        if self.container:
            return image_file(self.container)
        return program if program.is_absolute() else None

    @property
    def waits(self) -> bool:
        """As ``wait`` says."""
        return self.wait

    def notes(self, job: Job) -> list[str]:
        """Whether the program is here, where nothing brings it to the node, and what Slurm would do with the job."""
        here = [] if self.modules or self.prologue or self.container else super().notes(job)
        return [*here, foreseen(self.options(job))]

    def announced(self, job: Job) -> dict[str, str]:
        """The job by its name, which is known before Slurm gives it an id."""
        return self._reference(job).recorded()

    def _reference(self, job: Job) -> Reference:
        folder = os.path.relpath(_folder(job), job.workspace)
        alone = f"{job_name(job.workspace.absolute().parent.name)}.{job.key}"
        if job.together is None:
            return Reference(alone, str(os.getuid()), folder)
        array = job_name(job.together.name)
        return Reference(f"{array}_{job.together.number}", str(os.getuid()), folder, array)

    def start(self, job: Job, on_line: Callable[[str], None]) -> SlurmHandle:
        """Submit the job.

        Raises:
            BackendError: it could not be submitted; names the key that Slurm refuses.
        """
        reference, files, script = self._reference(job), self.files(job), self.script(job)
        if self.array:
            log.info("this is a job of its own: run_backend.array is for a sweep (-m), which submits what it begins")
        script.write(files)
        try:
            job_id = commands.submit(
                [*as_words(script.options), files.script.name], reference.job_name, files.folder, script.env
            )
            log.info("submitted as Slurm job %s, %s", job_id, reference.job_name)
            return SlurmHandle(replace(reference, id=job_id), job.workspace, on_line)
        except BaseException as stop:
            files.give_up()
            if not isinstance(stop, BackendError):
                give_up([reference])
            raise

    @property
    def joins(self) -> bool:
        """As ``array`` says."""
        return bool(self.array)

    @property
    def look_interval_s(self) -> float:
        """``poll_interval``."""
        return self.poll_interval.total_seconds()

    def check(self, job: Job) -> None:
        """Nothing where a script can be written.

        Raises:
            BackendError: there is no such program, or several ranks and nothing that starts them.
        """
        self.script(job)

    @classmethod
    def start_together(cls, jobs: Sequence[tuple[Self, Job]]) -> list[dict[str, str] | BackendError]:
        """Submit jobs as one array, or as several where they ask for different things."""
        return submit_arrays(jobs)

    @classmethod
    def ask_to_end(cls, references: Sequence[Mapping[str, str]]) -> None:
        """Have Slurm end jobs.

        Raises:
            BackendError: the scheduler does not answer.
        """
        withdraw([Reference.of(reference) for reference in references])

    def script(self, job: Job) -> Script:
        """The batch script of a job."""
        name, lines = self._reference(job).job_name, ShellLines(self.modules, self.prologue, self.epilogue)
        options = [*naming(name, literal(self.files(job).slurm_log)), *self.options(job)]
        return Script(name, options, self.launch(job), lines, self.requeue)

    @staticmethod
    def files(job: Job) -> JobFiles:
        """Where what belongs to a job is."""
        return JobFiles(_folder(job).absolute())

    def launch(self, job: Job) -> Launch:
        """What starts the job on its node; srun is told how many cores a rank has, which it does not inherit."""
        launch, cores = self._contained(job) if self.container else super().launch(job), self.layout(job)[1]
        return replace(launch, env={"SRUN_CPUS_PER_TASK": str(cores), **launch.env}) if cores > 1 else launch

    def _contained(self, job: Job) -> Launch:
        """With the container between the launcher and the program, which is looked for in there."""
        words, where = self.argv(job), job.workspace / self.working_dir
        at = words.index(job.program, 1) if self.is_launched(job) else len(words) - len(self._words(job))
        self._check_runtime(job)
        inside = runtime_words(self.container, job.workspace, where, self.container_options)
        plain = self.model_copy(update={"container": "", "command": None, "mpiexec": ""})
        return plain.launch(replace(job, argv=(*words[:at], *inside, *words[at:]), program=RUNTIME))

    def _check_runtime(self, job: Job) -> None:
        path = {**os.environ, **job.env, **self.env_vars}.get("PATH", os.defpath)
        if not self.modules and not self.prologue and shutil.which(RUNTIME, path=path) is None:
            hint = "load its module by run_backend.modules, or leave container out"
            message = f"there is no {RUNTIME} on PATH to run it with"
            raise BackendError(Problem("run_backend.container", message, self.container, hint=hint))

    def options(self, job: Job) -> list[str]:
        """The options of sbatch that say what a job needs."""
        ranks, cores = self.layout(job)
        limit = self.time or self.timeout
        named = {
            "ntasks": ranks,
            "cpus-per-task": cores,
            "nodes": self.nodes,
            "time": None if limit is None else slurm_time(limit),
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
            known = replace(known, id=found.id)
        return SlurmHandle(known, workspace, on_line, is_new=False)

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
            Detached: it goes on without this process.
        """
        assert isinstance(handle, SlurmHandle)
        handle.poll_interval_s = self.look_interval_s
        ended = super().follow(handle)
        handle.settle()
        return ended

    def leaves_at(self, stop: BaseException) -> bool:
        """At Ctrl-C and SIGTERM, as ``on_interrupt`` has it."""
        return isinstance(stop, KeyboardInterrupt) and self.on_interrupt == "detach"

    def interrupted(self, handle: Handle, stop: BaseException) -> None:
        """End the job, or leave it, as ``on_interrupt`` has it.

        Raises:
            Detached: it goes on.
        """
        try:
            super().interrupted(handle, stop)
        except NotEndedError as error:
            log.error("%s", error)  # noqa: TRY400  the user is told what, not where in the code
            raise Detached from stop


def _folder(job: Job) -> Path:
    return job.folder or job.workspace / ".job"
