"""What SWAN says in PRINT: the commands as it read them, its messages, and how each computation converged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from . import case as files
from .progress import iso_time

Severity = Literal["Message", "Warning", "Error", "Severe error", "Terminating error"]
SEVERITIES: tuple[Severity, ...] = ("Message", "Warning", "Error", "Severe error", "Terminating error")
"""SWAN's levels 0 to 4; above ``SET [maxerr]``, which is 1 unless it is set, SWAN does not compute."""

_MESSAGE = re.compile(r"\s*\*\* (Message|Warning|Error|Severe error|Terminating error|WARNING)\s*: ?(.*)")
_REFUSAL = re.compile(r"\s*\*\* (No (?:start|continuation) of computation because of error level:\s*\d+)")
_ADVICE = re.compile(r"\s*\*\* (?:To ignore this error|Heading lines)")
_TIME = re.compile(r"\s*Time of computation ->\s*(\S+)")
_VERSION = re.compile(r"\s*VERSION NUMBER\s+(\S+)")
_FIRST_ITERATION = re.compile(r"\s*iteration\s+1(?:; sweep 1)?\s*")
_ACCURACY = re.compile(r"\s*accuracy OK in\s*([\d.]+|\*+) % of wet grid points \(\s*([\d.]+) % required\)")
_NO_ACCURACY = re.compile(r"\s*not possible to compute(?: accuracy)?, first iteration")
_DETAIL = re.compile(r"\s*(?:->|File ->|Coordinates|Set of output locations|Inc\. freq\.)")
_BEFORE_COMMAND = " " * 4
_KEY = re.compile(r"\$\s*([A-Za-z_][\w.\[\]-]*)\s*")
_UNFINISHED = re.compile(r"\b(?:to|of|with|the|a|and|or|in|for|by|if|it|be|not|before)$")
_REST = re.compile(
    r"(?:an?|and|at|be|before|by|for|has|if|in|instead|is|of|or|per|read|reading|than|the|to|use|when|with|within)\b"
)


@dataclass(frozen=True)
class Message:
    """One message of SWAN, as often as it was given."""

    severity: Severity
    text: str
    """SWAN's sentence, joined where it is spread over lines."""
    detail: str = ""
    """What SWAN adds below the first of them: coordinates, a file, an item."""
    key: str = ""
    """Config key of the command, from the comment above it."""
    command: str = ""
    """The command that SWAN was at, as it repeats it; COMPUTE for what is checked at the start and while it runs."""
    time: str = ""
    """Simulated time, ISO 8601; empty before the first step and in stationary runs."""
    count: int = 1

    @property
    def level(self) -> int:
        """0 to 4."""
        return SEVERITIES.index(self.severity)


@dataclass(frozen=True)
class Computation:
    """A time step, or a stationary computation."""

    time: str = ""
    iterations: int = 0
    accuracy: float | None = None
    """Per cent of wet points that met the criterion in the last iteration; None where SWAN did not compute it."""
    required: float | None = None

    @property
    def converged(self) -> bool | None:
        """Whether enough points met the criterion; None where SWAN did not compute it."""
        return None if self.accuracy is None or self.required is None else self.accuracy >= self.required


@dataclass(frozen=True)
class Log:
    """PRINT, read."""

    version: str = ""
    messages: tuple[Message, ...] = ()
    """In order of their first appearance."""
    refusal: str = ""
    """Why SWAN did not start, or go on with, the computation."""
    last_command: str = ""
    last_key: str = ""
    """Config key of the last command."""
    computations: int = 0
    iterations: int = 0
    """Of all computations."""
    unconverged: int = 0
    """Computations that ended with the accuracy below the required one."""
    last: Computation | None = None

    def at_least(self, severity: Severity) -> tuple[Message, ...]:
        """Messages of this severity or worse."""
        return tuple(m for m in self.messages if m.level >= SEVERITIES.index(severity))


def print_files(workspace: Path) -> list[Path]:
    """PRINT, or that of each MPI rank."""
    whole = workspace / files.PRINT
    return [whole] if whole.is_file() else sorted(workspace.glob(f"{files.PRINT}-[0-9][0-9][0-9]"))


def read_log(workspace: Path) -> Log:
    """Everything said in PRINT; of the ranks of an MPI run, the first with what only the others say.

    The ranks repeat each other: a message counts as often as the rank counts it that gives it most.
    """
    logs = [parse(_lines(path)) for path in print_files(workspace)]
    if not logs:
        return Log()
    most: dict[tuple[str, str], Message] = {}
    for message in (m for log in logs for m in log.messages):
        name = (message.severity, message.text)
        count = max(message.count, most[name].count if name in most else 0)
        most[name] = replace(most.get(name, message), count=count)
    refusal = next((log.refusal for log in logs if log.refusal), "")
    return replace(logs[0], messages=tuple(most.values()), refusal=refusal)


def parse(lines: Iterable[str]) -> Log:
    """Read the lines of one PRINT."""
    reader = _Reader()
    for line in lines:
        reader.take(line)
    return reader.log()


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            yield line.rstrip("\n")


class _Reader:
    """Takes line after line; one of four blanks precedes each command that SWAN repeats."""

    def __init__(self) -> None:
        self._version = self._refusal = self._time = self._piece = ""
        self._messages: list[Message] = []
        self._key = self._next_key = self._command = ""
        self._expects_command = self._continues = False
        self._after_message = False
        self._computation: Computation | None = None
        self._count = self._iterations = self._unconverged = 0

    def take(self, line: str) -> None:
        """Read one line."""
        after_message, self._after_message = self._after_message, False
        if match := _MESSAGE.fullmatch(line):
            self._message(match, after_message)
        elif match := _REFUSAL.match(line):
            self._refusal = match[1]
        elif after_message and _DETAIL.match(line):
            self._messages[-1] = replace(self._messages[-1], detail=" ".join(line.split()))
        elif line == _BEFORE_COMMAND:
            self._expects_command = True
        elif not _ADVICE.match(line):
            self._command_or_computation(line)

    def log(self) -> Log:
        """What was read."""
        self._end_computation()
        merged: dict[tuple[str, str], Message] = {}
        for message in self._messages:
            name = (message.severity, message.text)
            earlier = merged.get(name)
            merged[name] = message if earlier is None else replace(earlier, count=earlier.count + 1)
        return Log(
            version=self._version,
            messages=tuple(merged.values()),
            refusal=self._refusal,
            last_command=self._command,
            last_key=self._key,
            computations=self._count,
            iterations=self._iterations,
            unconverged=self._unconverged,
            last=self._computation,
        )

    def _message(self, match: re.Match[str], after_message: bool) -> None:
        severity: Severity = "Warning" if match[1] == "WARNING" else match[1]  # type: ignore[assignment]
        text = match[2].strip(" *")
        self._after_message = True
        earlier = self._messages[-1] if after_message else None
        goes_on = earlier is not None and earlier.severity == severity and _goes_on(self._piece, text)
        self._piece = text
        if earlier is not None and goes_on:
            self._messages[-1] = replace(earlier, text=f"{earlier.text} {text}")
        else:
            self._messages.append(Message(severity, text, "", self._key, self._command, self._time))

    def _command_or_computation(self, line: str) -> None:
        begins, self._expects_command = self._expects_command, False
        if self._take_computation(line):
            return
        text = line.strip()
        if begins and (match := _KEY.fullmatch(text)):
            self._next_key = match[1]
        elif begins and not text.startswith("$"):
            self._command, self._key, self._next_key = text, self._next_key, ""
            self._continues = text.endswith(("&", "_"))
        elif self._continues:
            self._command = f"{self._command[:-1].rstrip()} {text}"
            self._continues = text.endswith(("&", "_"))

    def _take_computation(self, line: str) -> bool:
        if match := _TIME.match(line):
            self._time = iso_time(match[1])
            self._begin_computation()
        elif _FIRST_ITERATION.fullmatch(line):
            self._begin_computation()
        elif match := _ACCURACY.match(line):
            accuracy = float(match[1]) if "*" not in match[1] else None
            self._iterated(accuracy, float(match[2]))
        elif _NO_ACCURACY.match(line):
            self._iterated(None, None)
        elif match := _VERSION.match(line):
            self._version = match[1]
        else:
            return False
        return True

    def _begin_computation(self) -> None:
        self._end_computation()
        self._computation = Computation(self._time)
        self._count += 1

    def _iterated(self, accuracy: float | None, required: float | None) -> None:
        self._iterations += 1
        now = self._computation or Computation(self._time)
        self._computation = Computation(now.time, now.iterations + 1, accuracy, required)

    def _end_computation(self) -> None:
        if self._computation is not None and self._computation.converged is False:
            self._unconverged += 1


def _goes_on(piece: str, following: str) -> bool:
    """Whether a message is the rest of the one before it: SWAN gives long ones as several."""
    return following != piece and bool(_REST.match(following) or _UNFINISHED.search(piece))
