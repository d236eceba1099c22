"""The contract of a run backend: execute an argv in a workspace, and leave nothing behind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from ..core.node import Node
from ..core.period import PositiveDuration

Ending = Literal["exited", "signalled", "timed out", "cancelled"]


@dataclass(frozen=True)
class Job:
    """What a backend is asked to execute."""

    argv: tuple[str, ...]
    workspace: Path
    """Working directory, and where the model's output belongs."""
    env: dict[str, str] = field(default_factory=dict)
    """Variables added to the environment."""


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

    def __str__(self) -> str:
        if self.ending == "exited":
            return f"exit code {self.code}"
        return f"ended by signal {self.signal}" if self.ending == "signalled" else self.ending


class Resources(Node):
    """What a run may use."""

    cpus: int = Field(1, ge=1)
    """Processor cores: threads or ranks, as the model has it."""


class RunBackend(Resources, ABC):
    """Base of the built-in backends; their fields are the keyword arguments of ``ModelRun.run``."""

    command: str | list[str] | None = None
    """Replaces the model's own command: a list is an argv; a string is split into one, or is a shell line with ``shell``."""
    shell: bool = False
    """Run ``command`` as a shell command line, so that pipes and redirections work."""
    env_vars: dict[str, str] = {}
    """Environment variables of the model."""
    timeout: PositiveDuration | None = None
    """Wall-clock limit, e.g. ``2h``; a bare number is seconds. The run is ended and recorded as failed."""

    @abstractmethod
    def execute(self, job: Job, on_line: Callable[[str], None]) -> Exit:
        """Run the job to its end, handing over each line of output as it comes.

        Raises:
            BackendError: it could not be started.
            KeyboardInterrupt: it was cancelled; every process of it is gone.
        """

    def run(self, model_run: Any, **kwargs: Any) -> bool:
        """Execute a model run with this backend; False for a failed model."""
        return bool(model_run.execute(self))
