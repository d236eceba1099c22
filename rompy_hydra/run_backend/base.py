"""The contract of a run backend: execute an argv in a workspace, and leave nothing behind."""

from __future__ import annotations

import math
import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from signal import Signals
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from ..core.node import Node
from ..core.period import PositiveDuration
from ..errors import BackendError, Problem

OUTPUT_LOG = "output.log"
"""What a model printed, in its workspace."""

_STEP_S = 0.1

Ending = Literal["exited", "signalled", "timed out", "cancelled"]


@dataclass(frozen=True)
class Job:
    """What a backend is asked to execute."""

    argv: tuple[str, ...]
    """The model's own command; empty where the backend's ``command`` is all there is."""
    workspace: Path
    """Working directory, and where the model's output belongs."""
    env: dict[str, str] = field(default_factory=dict)
    """Variables added to the environment."""
    program: str = ""
    """The word of `argv` that is the model itself, where the first one is a launcher such as ``mpiexec``."""
    hint: str = ""
    """What to do where the model's program is not found."""


@dataclass(frozen=True)
class Exit:
    """How an execution ended."""

    ending: Ending
    code: int | None = None
    """Exit code; None where it was ended by a signal, a time-out or a cancellation."""
    signal: int | None = None
    duration_s: float = 0.0
    tail: tuple[str, ...] = ()
    """The last lines of output."""
    left_behind: tuple[str, ...] = ()
    """Processes that still ran after the main one had exited, and were ended."""
    reason: str = ""
    """Why, where code and signal do not tell: ``out of memory``, ``node failure``."""
    queued_s: float = 0.0
    """Time that it waited to be started, which is no part of the duration."""
    cpu_s: float | None = None
    """Processor time of all of its processes; None where it is not known."""
    max_rss_mb: float | None = None
    """Largest memory of any one of its processes [MB]; None where it is not known."""

    def __str__(self) -> str:
        if self.reason:
            return f"{self.reason} ({self.ending})"
        if self.ending == "exited":
            wrapped = _signal_name((self.code or 0) - 128)
            return f"exit code {self.code}" + (f" ({wrapped} under a shell or launcher)" if wrapped else "")
        if self.ending == "signalled":
            return f"ended by signal {self.signal} ({_signal_name(self.signal or 0) or 'unknown'})"
        return self.ending


class Handle(ABC):
    """A job that was started, or found again by another process: its output, its end, and the means to end it."""

    @property
    @abstractmethod
    def reference(self) -> dict[str, str]:
        """What finds it again from another process, kept in the record; empty where it ends with this process.

        ``name`` of it is for people: ``job 12``, ``container 3f2a``.
        """

    @property
    @abstractmethod
    def running_s(self) -> float:
        """How long it has run; waiting in a queue is not running."""

    @property
    @abstractmethod
    def tail(self) -> tuple[str, ...]:
        """The last lines of output."""

    @abstractmethod
    def read(self, limit_s: float) -> None:
        """Hand over the output that arrives next; waits for it at most `limit_s`."""

    @abstractmethod
    def poll(self) -> Exit | None:
        """How it ended, with all of its output handed over; None while it waits or runs."""

    @abstractmethod
    def cancel(self) -> None:
        """End it, asking first; nothing of it is left on return. Nothing happens where it has ended."""

    @abstractmethod
    def close(self) -> None:
        """Give free what this process holds of it; it goes on where it can."""


def _signal_name(number: int) -> str:
    return Signals(number).name if number in {s.value for s in Signals} else ""


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


def _text_of_integer(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


WallTime = Annotated[
    PositiveDuration,
    BeforeValidator(_seconds_of_number),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}], "examples": [3600, "2h"]}
    ),
]
"""A duration; a bare number is seconds."""
Word = Annotated[str, BeforeValidator(_text_of_integer)]
"""One argument or variable; an integer is written out, any other number must be quoted so that its spelling is kept."""


class RunBackend(Resources, ABC):
    """Base of the built-in backends; their fields are the keyword arguments of ``ModelRun.run``."""

    shell: bool = False
    """Run ``command`` as a shell command line, so that pipes and redirections work."""
    command: str | list[Word] | None = None
    """Replaces the model's own command: a list as it is, a string split into words or, with ``shell``, as a line."""
    env_vars: dict[str, Word] = Field(default_factory=dict)
    """Environment variables of the model."""
    timeout: WallTime | None = None
    """Wall-clock limit, e.g. ``2h``; a bare number is seconds. The run is ended and recorded as failed."""

    @field_validator("command", mode="before")
    @classmethod
    def _says_whether_it_is_for_a_shell(cls, command: Any, info: ValidationInfo) -> Any:
        if command is None:
            return None
        if isinstance(command, str):
            return _checked_line(command, bool(info.data.get("shell")))
        if isinstance(command, list | tuple):
            return _checked_list(list(command), bool(info.data.get("shell")))
        raise ValueError("expected a command line or a list of arguments")

    def argv(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """What will be executed: ``command`` where it is given, else `own`, the model's command.

        >>> from rompy_hydra.run_backend.local import LocalRunBackend
        >>> LocalRunBackend(command="./model case.txt").argv(("swan",))
        ('./model', 'case.txt')
        >>> LocalRunBackend().argv(("swan",))
        ('swan',)
        """
        if self.command is None:
            return own
        if isinstance(self.command, list):
            return tuple(self.command)
        if self.shell:
            return ("bash", "-o", "pipefail", "-c", self.command)
        return tuple(split_line(self.command))

    def locate(self, job: Job) -> Path | None:
        """The file that executes the job; None where this machine does not know.

        Raises:
            BackendError: there is none, or it is not executable.
        """
        return None

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

    def follow(self, handle: Handle) -> Exit:
        """See a job to its end, or end it: at its time limit, and at whatever interrupts this process.

        Raises:
            Submitted: it goes on without this process, as it was asked to.
            BaseException: what interrupted it, such as KeyboardInterrupt; nothing of the job is left.
        """
        limit_s = math.inf if self.timeout is None else self.timeout.total_seconds()
        try:
            while (ended := handle.poll()) is None:
                left_s = limit_s - handle.running_s
                if left_s <= 0:
                    handle.cancel()
                    return Exit("timed out", duration_s=handle.running_s, tail=handle.tail)
                handle.read(min(_STEP_S, left_s))
        except BaseException:
            handle.cancel()
            raise
        return ended

    def execute(self, job: Job, on_line: Callable[[str], None]) -> Exit:
        """Run a job to its end, handing over each line of output as it comes; as `start` and `follow`."""
        with closing(self.start(job, on_line)) as handle:
            return self.follow(handle)

    def run(self, model_run: Any) -> bool:
        """Execute a model run with this backend; False for a failed model."""
        return bool(model_run.execute(self))


def split_line(line: str) -> list[str]:
    """The words of a command line, quotes as in a shell.

    Raises:
        ValueError: a quote is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise ValueError(f"cannot be split into words: {error}") from None


_QUOTED = re.compile(r"""'[^']*'|\\.|"(?:[^"\\]|\\.)*["]""", re.DOTALL)


def shell_characters(line: str) -> str:
    """The characters of a command line that only a shell understands, each once.

    >>> shell_characters("swan | tee log > $OUT")
    '$>|'
    >>> shell_characters("awk '{print $1}' a.txt")
    ''
    """

    def expanded(match: re.Match[str]) -> str:
        text = match.group()
        return "".join(re.findall(r"(?<!\\)[$`]", text)) if text.startswith('"') else ""

    return "".join(sorted(set(_QUOTED.sub(expanded, line)) & set("|&;<>$`*?\n")))


def _checked_line(line: str, shell: bool) -> str:
    if not line.strip():
        raise ValueError("expected a program and its arguments, found nothing; null takes the model's own command")
    special = shell_characters(line)
    if special and not shell:
        raise ValueError(
            f"{special!r} means something to a shell only; set shell: true to run it in one, or give a list of words"
        )
    if not shell:
        _check_program(split_line(line))
    return line


def _checked_list(words: list[Any], shell: bool) -> list[str]:
    if shell:
        raise ValueError("a list is executed without a shell; give one string, or set shell: false")
    texts = [_text_of_integer(word) for word in words]
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"argument {number} is {words[number]!r}, expected text; put it in quotes")  # noqa: TRY004
    _check_program(texts)
    return texts


def _check_program(argv: list[str]) -> None:
    if not argv or not argv[0].strip():
        raise ValueError("expected a program and its arguments, found nothing; null takes the model's own command")
    name, equals, _ = argv[0].partition("=")
    if equals and name.isidentifier():
        raise ValueError(f"'{argv[0]}' is no program; set env_vars: {{{name}: ...}} instead of writing it in front")
