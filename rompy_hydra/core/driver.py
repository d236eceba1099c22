"""The process that drives a run, told apart from every other, and known to be dead only where that is certain."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import psutil

_SAME_S = 0.5
"""Start times of one process differ by less; no number is given anew as quickly."""


@dataclass(frozen=True)
class Driver:
    """A process of some machine."""

    host: str
    pid: int
    started: float
    """When, seconds since the start of the machine: a clock that is set changes nothing about it."""
    boot: str
    """Which start of the machine."""
    pids: str
    """Where its number means this process; a container has numbers of its own."""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    @classmethod
    def here(cls) -> Driver:
        """This process."""
        return cls(socket.gethostname(), os.getpid(), _started(os.getpid()), _boot(), _pids())

    @classmethod
    def parse(cls, text: str) -> Driver:
        """What `text` gave, such as that of a label.

        Raises:
            ValueError: it is something else.
        """
        found: dict[str, str] = dict(parse_qsl(text, keep_blank_values=True))
        try:
            started = float(found["started"])
            return cls(found["host"], int(found["pid"]), started, found["boot"], found["pids"])
        except KeyError as error:
            raise ValueError(f"expected a driver, got {text!r}") from error

    @property
    def text(self) -> str:
        """In one word, for a label or a variable: ``host=wave1&pid=812&...``."""
        return urlencode(asdict(self))

    @property
    def is_here(self) -> bool:
        """Whether it runs, or ran, on this machine and, with a container, in this one."""
        return (self.host, self.pids) == (socket.gethostname(), _pids())

    @property
    def gone(self) -> bool:
        """True where it certainly has ended; False where it lives or cannot be told, as from another container."""
        if not self.is_here:
            return False
        try:
            return self.boot != _boot() or abs(_started(self.pid) - self.started) > _SAME_S or _is_zombie(self.pid)
        except psutil.NoSuchProcess:
            return True


def _started(pid: int) -> float:
    boot = psutil.boot_time()  # before the process is asked for: psutil adds this very value to what the system tells
    return psutil.Process(pid).create_time() - boot


def _is_zombie(pid: int) -> bool:
    """Ended, while its parent has not asked how; in a container without init nobody ever does."""
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _pids() -> str:
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""
