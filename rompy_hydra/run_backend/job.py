"""A job that a backend is asked to execute, how it ended, and what there is to follow and to end it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import Literal
from uuid import uuid4

Ending = Literal["exited", "signalled", "timed out", "cancelled"]


@dataclass(frozen=True)
class Together:
    """The place of a job among those that are started together, such as the members of a sweep."""

    name: str
    """Of all of them; nothing else has it."""
    number: int
    """Of this one among them."""
    folder: Path
    """Where a backend keeps what belongs to all of them."""


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
    folder: Path | None = None
    """Where a backend keeps what belongs to the execution and not to the model, such as a batch script."""
    key: str = field(default_factory=lambda: uuid4().hex[:8])
    """Tells this execution from every other, also of the same command."""
    together: Together | None = None
    """Its place among those that it is started with; None for a job that is started alone."""


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

    @property
    def use(self) -> str:
        """What it took, as far as that is known.

        >>> Exit("exited", 0, duration_s=12.34, cpu_s=11.9, max_rss_mb=812.4).use
        '12.3 s, 11.9 s of processor time, 812 MB'
        """
        waited = f" and {self.queued_s:.1f} s in the queue" if self.queued_s else ""
        cpu = "" if self.cpu_s is None else f", {self.cpu_s:.1f} s of processor time"
        memory = "" if self.max_rss_mb is None else f", {self.max_rss_mb:,.0f} MB"
        return f"{self.duration_s:.1f} s{waited}{cpu}{memory}"


@dataclass(frozen=True)
class Leftover:
    """What a run has left behind whose driver is certainly dead, such as a container."""

    name: str
    """What it is: ``process 812 (swan.exe)``."""
    told: str
    """Whose it was, and how that is known to be over."""
    remove: Callable[[], None]
    """End it and free what it holds; nothing happens where it is gone. BackendError where that cannot be done."""


class Handle(ABC):
    """A job that was started, or found again by another process: its output, its end, and the means to end it."""

    @property
    @abstractmethod
    def reference(self) -> dict[str, str]:
        """What is recorded of it, such as the image of a container.

        With a ``name`` for people, ``job 12``, where it outlives this process and can be found again by what is here.
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
