"""Values as Slurm takes them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Container, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from ...core.period import PositiveDuration
from ...errors import BackendError, Problem

_NOT_FOR_DIRECTIVES = {
    "job-name": "it is made of the name of the run, and finds the job again",
    "output": "it is read from where it is, and kept in the run directory",
    "error": "it goes where the output goes",
    "chdir": "set run_backend.working_dir",
    "export": "set run_backend.clean_env and env_vars",
    "wrap": "set run_backend.command",
    "no-requeue": "set run_backend.requeue",
    "parsable": "the answer of sbatch is read here",
    "clusters": "jobs of another cluster cannot be followed from here",
    "test-only": "rompy-hydra plan shows what would be done",
}
"""Options of sbatch that would be in the way, and what to do instead."""


def _one_word(text: str) -> str:
    if re.search(r"[\s'\"\\#]", text):
        raise ValueError("expected one word without quotes")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\0" in text:
        raise ValueError("expected one line per item of the list")
    return text


def _memory(value: Any) -> Any:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not re.fullmatch(r"(\d+[KMGTkmgt]|0)?", text):
        raise ValueError("expected memory with its unit as Slurm has it, such as 16G or 800M, or 0 for all of a node")
    return text


def _limit(value: Any) -> Any:
    """Refuses what is minutes to Slurm and seconds elsewhere, and clock times, which YAML may turn into numbers."""
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"[\d:.-]+", value)):
        raise ValueError("expected a time with its unit: 90min, 2h for Slurm's 02:00:00, P1DT12H for its 1-12:00:00")
    return value


def _at_once(value: Any) -> bool | int:
    if isinstance(value, bool) or value in ("true", "false"):
        return value in (True, "true")
    if re.fullmatch("[1-9][0-9]*", str(value)):
        return int(value)
    raise ValueError("expected true, false, or how many may run at the same time, from 1")


AtOnce = Annotated[bool | int, BeforeValidator(_at_once)]
"""Whether, or how many at the same time at most."""
OneWord = Annotated[str, AfterValidator(_one_word)]
"""A name, which becomes part of an option as it is."""
OneLine = Annotated[str, AfterValidator(_one_line)]
"""A line of a script."""
Memory = Annotated[str, BeforeValidator(_memory)]
"""``16G``; without a unit, which would be megabytes, only 0."""
JobTime = Annotated[PositiveDuration, BeforeValidator(_limit)]
"""A duration with its unit."""


def check_directive(option: str, fields: Container[str]) -> None:
    """Nothing for an option of sbatch that may stand in a script beside those of the `fields`.

    Raises:
        ValueError: it may not; says what to do instead.
    """
    name = option.removeprefix("--").partition("=")[0]
    if not re.fullmatch(r"--[a-z][a-z-]*", option.partition("=")[0]) or len(_words(option)) != 1:
        raise ValueError(f"{option!r} is no long option of sbatch such as --constraint=haswell")
    own = name.replace("-", "_")
    instead = f"set run_backend.{own}" if own in fields else _NOT_FOR_DIRECTIVES.get(name)
    if instead:
        raise ValueError(f"{option!r} is not for here: {instead}")


def job_name(text: str) -> str:
    """A name that no shell, and no command of Slurm, takes for more than one word.

    >>> job_name("0-coefficient=0.02,law=a b")
    '0-coefficient=0.02_law=a_b'
    """
    return re.sub(r"[^A-Za-z0-9._=+-]+", "_", text)


def naming(name: str, log: str) -> list[str]:
    """The options of sbatch that say how a job is called, and in which file Slurm writes what it has to say of it."""
    return [f"--job-name={name}", f"--output={shlex.quote(log)}", "--open-mode=append"]


def literal(path: Path) -> str:
    """A path where ``%a`` would be the number of a task.

    Raises:
        BackendError: Slurm does not take it.

    >>> literal(Path("/runs/50%a"))
    '/runs/50%%a'
    """
    if "\\" in str(path):
        problem = Problem("output_dir", "Slurm takes no path with a backslash", path, hint="give another output_dir")
        raise BackendError(problem)
    return str(path).replace("%", "%%")


def as_words(options: Iterable[str]) -> list[str]:
    """Options as they stand in a script, as words of a command line: there they come before what SBATCH_* says.

    >>> as_words(["--job-name='a b'", "--requeue"])
    ['--job-name=a b', '--requeue']
    """
    return [word for option in options for word in shlex.split(option)]


def _words(option: str) -> list[str]:
    try:
        return shlex.split(option)
    except ValueError:  # a quote without an end
        return []


def slurm_time(limit: timedelta) -> str:
    """As ``days-hours:minutes:seconds``.

    >>> slurm_time(timedelta(hours=26, seconds=90.5))
    '1-02:01:31'
    """
    seconds = -int(-limit.total_seconds() // 1)
    return f"{seconds // 86400}-{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
