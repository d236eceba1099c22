"""What the command line says of itself: results as JSON, and what went wrong; secrets are in neither."""

from __future__ import annotations

import errno
import json
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any

from ..core import secrets
from ..errors import BackendError, Detached, Problem, RompyHydraError, Submitted, Terminated

INTERRUPTED = 130


def tell(error: BaseException, *, as_json: bool) -> int:
    """Say what went wrong, as text or as JSON; returns the exit code."""
    name, code, problems = _told(error)
    if as_json:
        kind = "submitted" if isinstance(error, Submitted) else "error"
        print_json({kind: name, "exit_code": code, "problems": [p.as_dict() for p in problems]})
    else:
        heading = f"{len(problems)} problems\n" if len(problems) > 1 else ""
        say(heading + "\n".join(map(str, problems)))
    return code


def _told(error: BaseException) -> tuple[str, int, tuple[Problem, ...]]:
    if isinstance(error, RompyHydraError):
        return type(error).__name__, error.exit_code, error.problems
    if isinstance(error, KeyboardInterrupt):
        stop = error.__cause__ if isinstance(error, Detached) else error
        told, code = ("terminated", stop.exit_code) if isinstance(stop, Terminated) else ("interrupted", INTERRUPTED)
        return told.capitalize(), code, (Problem("", told),)
    file = f": {error.filename}" if isinstance(error, OSError) and error.filename else ""
    hint = "make room on the disk, then run it again: it goes on from there" if _is_full(error) else ""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return BackendError.__name__, BackendError.exit_code, (Problem("", f"{reason}{file}", hint=hint),)


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def say(text: str) -> None:
    """One line, or several, for people."""
    with suppress(OSError):  # nobody can be told
        print(f"rompy-hydra: {secrets.mask(text)}", file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """Plain data, dataclasses and paths; NaN, which JSON has not, becomes null."""
    plain = json.loads(json.dumps(data, default=_plain), parse_constant=lambda _: None)
    print(json.dumps(secrets.mask_tree(plain), indent=2))


def _plain(value: Any) -> Any:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


def show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python's own traceback without secrets, for ``sys.excepthook``."""
    print(secrets.mask("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)
