"""What another program of this machine answers to a short question."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

LIMIT_S = 5.0


class NoAnswerError(Exception):
    """It cannot be started, fails, or does not answer in time; says which."""


def answer(
    argv: Sequence[str], *, limit_s: float = LIMIT_S, where: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What a program prints; nothing that it started is left.

    Args:
        argv: program and arguments.
        limit_s: how long it may take.
        where: its working directory.
        env: variables added to the environment.

    Raises:
        NoAnswerError: it has not answered.
    """
    try:
        process = subprocess.Popen(
            argv,
            cwd=where,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise NoAnswerError(f"cannot be started: {error.strerror or error}") from error
    with process:
        try:
            text, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise NoAnswerError(f"does not answer within {limit_s:.0f} s") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        said = text.strip().splitlines()
        raise NoAnswerError(said[-1] if said else f"ends with exit code {process.returncode} and no word")
    return text
