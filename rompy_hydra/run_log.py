"""The log of a run: ``run.log`` for people, ``events.jsonl`` for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from .core import secrets
from .run_dir import RunDir

PACKAGE = logging.getLogger("rompy_hydra")
OUTPUT = logging.getLogger("rompy_hydra.output")
"""Carries every line that a model prints, with its `progress` where the line tells one.

Lines that are `left_out` are shown, but kept in no log: there are too many of them.
"""


TOLD_LATER = {"told_later": True}
"""Marks a log record whose text also reaches the user as an error."""


class _Human(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        source = "model | " if record.name == OUTPUT.name else ""
        level = "" if record.levelno <= logging.INFO else f"{record.levelname}: "
        return secrets.mask(f"{_time(record)} {level}{source}{record.getMessage()}")


class _JsonLines(logging.Formatter):
    def __init__(self, run_id: str, stage: StageName):
        super().__init__()
        self._run_id, self._stage = run_id, stage

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "time": _time(record),
            "run_id": self._run_id,
            "stage": self._stage.name,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        progress = getattr(record, "progress", None)
        if progress is not None:
            event["progress"] = vars(progress)
        return json.dumps(secrets.mask_tree(event))


class _RunFile(logging.FileHandler):
    """A log file of a run; what cannot be written stops the run instead of being lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        raise


class StageName:
    """The stage at work now, shared between the one who moves it and the log."""

    name = ""


_run_here: ContextVar[str | None] = ContextVar("run_here", default=None)
"""The run that this thread works on, so that two runs of one process keep their logs apart."""


@contextmanager
def run_log(directory: RunDir, run_id: str, stage: StageName) -> Iterator[None]:
    """Append what the package logs to the run's own files while the block runs."""
    human = _RunFile(directory.log, encoding="utf-8")
    human.setFormatter(_Human())
    human.addFilter(lambda record: not getattr(record, "left_out", False))
    lines = _RunFile(directory.events, encoding="utf-8")
    lines.setFormatter(_JsonLines(run_id, stage))
    lines.addFilter(lambda record: record.name != OUTPUT.name or getattr(record, "progress", None) is not None)
    with ExitStack() as stack:
        for handler in (human, lines):
            handler.addFilter(lambda _: _run_here.get() in (None, str(directory.path)))
            PACKAGE.addHandler(handler)
            stack.callback(handler.close)  # it fails on a full disk, too
            stack.callback(PACKAGE.removeHandler, handler)
        stack.callback(_run_here.reset, _run_here.set(str(directory.path)))
        stack.enter_context(_TALKING)
        yield


class _Talking:
    """The package logs from INFO on while any run of this process, in whatever thread, keeps a log."""

    def __init__(self) -> None:
        self._lock, self._runs, self._level = Lock(), 0, logging.NOTSET

    def __enter__(self) -> None:
        with self._lock:
            if not self._runs:
                self._level = PACKAGE.level
                PACKAGE.setLevel(min(PACKAGE.getEffectiveLevel(), logging.INFO))
            self._runs += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._runs -= 1
            if not self._runs:
                PACKAGE.setLevel(self._level)


_TALKING = _Talking()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
