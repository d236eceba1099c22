"""What can go wrong, once: each class carries the exit code of the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any


class _Unset:
    def __repr__(self) -> str:
        return "nothing"


UNSET: Any = _Unset()
"""Stands for "no value was given" where None would be a value."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an experiment: what, where, expected against got, and what to do."""

    key: str
    """Dotted key path, e.g. ``model.friction.coefficient``."""
    message: str
    """What was expected and what was found, as one sentence without a full stop."""
    value: Any = UNSET
    """The offending value; UNSET where there is none (a missing key)."""
    origin: str = ""
    """Where the value came from: ``file:line`` or the command-line override."""
    hint: str = ""
    """What to do next."""
    data: bool = False
    """The data are at fault, not the configuration."""
    file: str = ""
    """The file or address of the data."""

    def __str__(self) -> str:
        lines = [f"{self.key}: {self.message}" if self.key else self.message]
        if self.value is not UNSET:
            lines.append(f"    got:  {_shorten(self.value)}")
        if self.file and self.file.rpartition("/")[2] not in lines[0]:
            lines.append(f"    file: {self.file}")
        if self.origin:
            lines.append(f"    from: {self.origin}")
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)

    def at(self, origin: str) -> Problem:
        """The same problem with its origin filled in."""
        return replace(self, origin=origin)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        value = {} if self.value is UNSET else {"value": self.value}
        file = {"file": self.file} if self.file else {}
        return {"key": self.key, "message": self.message, "origin": self.origin, "hint": self.hint, **value, **file}


class RompyHydraError(Exception):
    """Base of every error of this package that a user can do something about."""

    exit_code = 1

    def __init__(self, problems: str | Problem | Iterable[Problem]):
        if isinstance(problems, str):
            problems = Problem("", problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems)


class ConfigError(RompyHydraError):
    """The configuration is wrong."""

    exit_code = 2


class DataError(RompyHydraError):
    """The configuration is right, the data are not."""

    exit_code = 3


class ModelError(RompyHydraError):
    """The model's own evidence says that it failed."""

    exit_code = 4


class BackendError(RompyHydraError):
    """The run could not be executed: command not found, time-out, engine or scheduler."""

    exit_code = 5


class PostprocessError(RompyHydraError):
    """A postprocessor raised, or returned ``success: False``."""

    exit_code = 6


class SweepError(RompyHydraError):
    """Members of a sweep failed."""

    exit_code = 1


class Submitted(RompyHydraError):  # noqa: N818  nothing is wrong
    """Nothing is wrong: the run goes on without this process, as it was asked to."""

    exit_code = 0


class HeldBack(Submitted):
    """Nothing is wrong: the job is ready, and waits to be started together with the others of its sweep."""


class Detached(KeyboardInterrupt):
    """Ctrl-C left the job to go on without this process, as it was asked to."""


class Terminated(KeyboardInterrupt):
    """SIGTERM; handled like Ctrl-C, with its own exit code."""

    exit_code = 143


def raise_for(problems: Iterable[Problem]) -> None:
    """Raise a ConfigError, or a DataError when only data are at fault; nothing for no problems."""
    found = tuple(problems)
    if found:
        raise DataError(found) if all(p.data for p in found) else ConfigError(found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest known one, else the list of them.

    >>> did_you_mean("frction", ["friction", "output"])
    "did you mean 'friction'?"
    >>> did_you_mean("zzz", ["friction", "output"])
    'known: friction, output'
    """
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known: {', '.join(names)}" if names else ""


def _shorten(value: Any, limit: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 4]} ..."
