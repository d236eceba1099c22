"""What a run looks like while it runs: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import TextIOBase
from typing import TYPE_CHECKING, Any, TextIO, cast

from ..core import secrets
from ..core.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PACKAGE = logging.getLogger("rompy_hydra")
OUTPUT = "rompy_hydra.output"
_PLAIN_PARTS = 10
"""Without a terminal, progress is told after each such part of the run."""
_PLAIN_EVERY_S = 30.0


class Screen(TextIOBase):
    """A stream to show things on, perhaps none; after its first failure it shows nothing, for a run goes on without."""

    def __init__(self, stream: TextIO | None):
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a class attribute there
        """The stream's own."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether somebody may be watching."""
        return bool(self._tried(lambda stream: stream.isatty()))

    def write(self, text: str) -> int:
        """Show it, if that is possible."""
        self._tried(lambda stream: stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Show it now."""
        self._tried(lambda stream: stream.flush())

    def _tried(self, action: Callable[[TextIO], Any]) -> Any:
        if self._stream is None:
            return None
        try:
            return action(self._stream)
        except (OSError, ValueError):  # a full disk, a lost terminal; a closed stream
            _send_to_nowhere(self._stream)
            self._stream = None
            return None


def _send_to_nowhere(stream: TextIO) -> None:
    """Let what it still holds be written without an error when Python ends."""
    with suppress(OSError, ValueError):  # it has no file of the system
        target = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target)
        os.close(nowhere)


class PlainHandler(logging.Handler):
    """Plain lines; of a model's own output only its progress, at every tenth or half a minute."""

    def __init__(self, screen: Screen, *, verbose: bool):
        super().__init__(logging.INFO)
        self._screen, self._verbose = screen, verbose
        self._told, self._told_at = 0, time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record's line, if it is worth one."""
        line = self._line(record)
        if line:
            self._screen.write(f"{printable(secrets.mask(line))}\n")
            self._screen.flush()

    def _line(self, record: logging.LogRecord) -> str:
        if record.name != OUTPUT:
            self._told, self._told_at = 0, time.monotonic()
            message = _message(record)
            return message if record.levelno <= logging.INFO else f"{record.levelname}: {message}"
        if self._verbose:
            return f"  | {record.getMessage()}"
        progress = getattr(record, "progress", None)
        return self._progress_line(progress) if progress is not None else ""

    def _progress_line(self, progress: Any) -> str:
        part = 0 if progress.fraction is None else int(progress.fraction * _PLAIN_PARTS + 1e-9)
        if part <= self._told and time.monotonic() < self._told_at + _PLAIN_EVERY_S:
            return ""
        self._told, self._told_at = part, time.monotonic()
        percent = "" if progress.fraction is None else f"{100 * progress.fraction:3.0f} %"
        return f"  {percent:5s}  {progress.time} {progress.text}".rstrip()


class LiveHandler(logging.Handler):
    """A progress bar with simulated time, speed and time left, below the lines of the log."""

    def __init__(self, bar: Bar, *, verbose: bool):
        super().__init__(logging.INFO)
        self._bar, self._verbose = bar, verbose
        self._task: TaskID | None = None
        self._speed = Speed()

    def emit(self, record: logging.LogRecord) -> None:
        """Move the bar, or print the record's line above it."""
        progress = getattr(record, "progress", None)
        if progress is not None:
            self._move(progress)
        if record.name == OUTPUT and not self._verbose:
            return
        if record.name != OUTPUT:
            self._end_task()
        self._bar.console.print(_styled(record), highlight=False, markup=True)

    def _move(self, progress: Any) -> None:
        if self._task is None:
            self._task = self._bar.add_task("run", total=None, told="")
            self._speed = Speed()
        told = f"{progress.time} {progress.text} {self._speed.told(progress.time)}".strip()
        self._bar.update(self._task, told=told)
        if progress.fraction is not None:
            self._bar.update(self._task, total=1.0, completed=progress.fraction)

    def _end_task(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


class Speed:
    """How much faster than real time a model computes, from the simulated times that it tells."""

    def __init__(self) -> None:
        self._begun: tuple[datetime, float] | None = None

    def told(self, simulated: str) -> str:
        """In words, e.g. ``3,600 x real time``; empty until it can be told."""
        try:
            time_now = datetime.fromisoformat(simulated)
        except ValueError:
            return ""
        if self._begun is None:
            self._begun = time_now, time.monotonic()
        begun, wall = self._begun
        elapsed_s = time.monotonic() - wall
        return f"{(time_now - begun).total_seconds() / elapsed_s:,.0f} x real time" if elapsed_s > 1 else ""


def _message(record: logging.LogRecord) -> str:
    """The record's text; only its beginning where the whole is told as an error anyway."""
    text = record.getMessage()
    return text.partition(":")[0] if getattr(record, "told_later", False) else text


def _styled(record: logging.LogRecord) -> str:
    from rich.markup import escape

    text = escape(printable(secrets.mask(_message(record))))
    if record.name == OUTPUT:
        return f"[dim]  | {text}[/dim]"
    if record.levelno >= logging.ERROR:
        return f"[bold red]{text}[/bold red]"
    return f"[yellow]{text}[/yellow]" if record.levelno >= logging.WARNING else text


@contextmanager
def display(*, verbose: bool = False, quiet: bool = False) -> Iterator[None]:
    """Show what the package logs, on stderr, while the block runs."""
    level = PACKAGE.level
    PACKAGE.setLevel(logging.INFO)
    with _handler(verbose, quiet) as handler:
        PACKAGE.addHandler(handler)
        try:
            yield
        finally:
            PACKAGE.removeHandler(handler)
            PACKAGE.setLevel(level)


@contextmanager
def _handler(verbose: bool, quiet: bool) -> Iterator[logging.Handler]:
    screen = Screen(None if quiet else sys.stderr)
    if screen.isatty():
        with _bar(screen) as bar:
            yield LiveHandler(bar, verbose=verbose)
    else:
        yield PlainHandler(screen, verbose=verbose)


def _bar(screen: Screen) -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(file=cast(TextIO, screen)), transient=True)
