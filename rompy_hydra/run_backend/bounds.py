"""What a process of this machine may use: cores of its own, its priority, the limits of the system."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PlainValidator, WithJsonSchema

from ..core.sizes import parse_size
from ..errors import BackendError, Problem

Limit = Literal["as", "core", "cpu", "data", "fsize", "memlock", "nofile", "nproc", "stack"]
"""Limits of the system for each process (setrlimit), named as in /etc/security/limits.conf."""
_INFINITE = -1
"""How the system writes no limit."""
_HINTS = {"nice": "below 0 needs the right to it: root, or a line for nice in /etc/security/limits.conf"}
_BECOME = str(Path(__file__).with_name("become.py"))


def _limit_value(value: Any) -> Any:
    if value == "unlimited" or (type(value) is int and value >= 0):
        return value
    if isinstance(value, str):
        return parse_size(value)
    raise ValueError("expected a whole number, a size such as 1GB, or unlimited")


LimitValue = Annotated[
    int | Literal["unlimited"],
    PlainValidator(_limit_value),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "examples": ["unlimited", "1GB"]}]}
    ),
]
"""A number of bytes, seconds or things; a size such as ``1GB``; or ``unlimited``."""


@dataclass(frozen=True)
class Bounds:
    """What a program takes on before it begins."""

    nice: int = 0
    """Added to the niceness of this process."""
    cores: tuple[int, ...] = ()
    """The only ones that it may run on; empty for those of this process."""
    limits: Mapping[Limit, int | str] = field(default_factory=dict)
    """Name of each limit of the system, and its value."""

    def start(self, argv: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program within these bounds; options are those of ``Popen``.

        Raises:
            BackendError: a bound that this machine or this user cannot have; the program did not begin.
            OSError: the program cannot be started.
        """
        if self == Bounds():
            return subprocess.Popen(argv, **options)
        read_end, write_end = os.pipe()
        with open(read_end, "rb") as told:  # noqa: PTH123  a descriptor, not a path
            try:
                process = subprocess.Popen([*self._become(write_end), *argv], pass_fds=(write_end,), **options)
            finally:
                os.close(write_end)
            failure = told.read().decode()
        if failure:
            process.wait()
            step, number = failure.split()
            raise self._refusal(step, int(number))
        return process

    def _become(self, errors: int) -> list[str]:
        limits = {name: _INFINITE if value == "unlimited" else value for name, value in self.limits.items()}
        words = [str(errors), str(self.nice), ",".join(map(str, self.cores))]
        return [sys.executable, "-I", "-S", _BECOME, *words, ",".join(f"{n}={v}" for n, v in limits.items())]

    def _refusal(self, step: str, number: int) -> Exception:
        if step == "command":
            return OSError(number, os.strerror(number))
        limits = {f"rlimits.{name}": value for name, value in self.limits.items()}
        values: dict[str, Any] = {"nice": self.nice, "pin": self.cores, **limits}
        hint = _highest(step.removeprefix("rlimits.")) if step in limits else _HINTS.get(step, "")
        message = f"the system refuses it: {os.strerror(number)}"
        return BackendError(Problem(f"run_backend.{step}", message, values[step], hint=hint))


def _highest(limit: str) -> str:
    highest = resource.getrlimit(getattr(resource, f"RLIMIT_{limit.upper()}"))[1]
    told = "unlimited" if highest == resource.RLIM_INFINITY else f"{highest:,}"
    return f"the highest that you may have is {told}; an administrator can raise it"


@contextmanager
def own_cores(count: int) -> Iterator[tuple[int, ...]]:
    """Cores that no other run has taken so, whoever started it, for as long as the block lasts.

    Each is taken by a name that only one process of a machine can have, and that goes with it (an abstract socket).

    Raises:
        BackendError: there are not as many free ones.
    """
    if sys.platform != "linux":
        raise BackendError(Problem("run_backend.pin", "processes can be bound to cores on Linux only", True))
    allowed = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        taken: list[int] = []
        for core in allowed:
            if len(taken) == count:
                break
            name = stack.enter_context(socket.socket(socket.AF_UNIX))
            try:
                name.bind(f"\0rompy_hydra.core.{core}")
            except OSError:
                continue
            taken.append(core)
        if len(taken) < count:
            message = f"{count} cores are asked for; of the {len(allowed)} here {len(taken)} are free of pinned runs"
            hint = "set run_backend.cpus to fewer, wait for the other runs, or leave pin out"
            raise BackendError(Problem("run_backend.pin", message, True, hint=hint))
        yield tuple(taken)
