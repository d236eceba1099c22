"""From a command line to a checked request, or to one error with everything that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core import secrets
from ..core.composition import Composition
from ..errors import UNSET, ConfigError, Problem, did_you_mean
from .args import Args
from .complaints import HEADER, masked, register_typed_secrets
from .compose import Composed, Composer
from .environment import note_secrets
from .origins import Origin, Origins
from .resolve import Resolved, resolve
from .scalars import reading_hint, sexagesimal_problems
from .security import target_problems

if TYPE_CHECKING:
    from ..request import Request


def load(args: Args) -> Request:
    """Compose, check and build the experiment of a command line; writes nothing.

    Raises:
        ConfigError: everything that is wrong, each with its origin.
    """
    composer = Composer(args)
    composed = composer.compose(args.overrides)
    if str(composed.cfg.hydra.mode).endswith("MULTIRUN"):
        raise ConfigError(Problem("hydra.mode", "this config asks for a sweep", hint="add -m"))
    return Draft(composed, composer.groups()).request()


def origin(args: Args, key: str) -> Origin | None:
    """Where the value of a key came from, or that of the nearest key around it; None for a key of nowhere."""
    return Composer(args).compose(args.overrides).origins.find(key)


class Draft:
    """A composed config on its way to a request."""

    def __init__(self, composed: Composed, groups: Iterable[str]):
        self.composed = composed
        self.groups = tuple(groups)
        self.origins: Origins = composed.origins
        self.resolved: Resolved = resolve(composed.cfg, self.origins)
        self.secrets = note_secrets(self.resolved.tree, self.resolved.environment)
        register_typed_secrets(composed.overrides)
        secrets.register_tree(self.resolved.tree)

    @property
    def tree(self) -> dict[str, Any]:
        """The resolved experiment as plain data."""
        return self.resolved.tree

    def composition(self, replaced: Collection[str] = ()) -> Composition:
        """What the record keeps of how this was put together, but for the keys that got another value."""
        return Composition(
            overrides=tuple(masked(o) for o in self.composed.overrides),
            choices=self.composed.choices,
            origins={key: str(origin) for key, origin in self.origins.items() if not key.startswith("hydra")},
            secrets={key: text for key, text in self.secrets.items() if key not in replaced},
        )

    def request(self, **changes: Any) -> Request:
        """Build it, with some top-level keys replaced.

        Raises:
            ConfigError: everything that is wrong, each with its origin.
        """
        from ..build import build  # the classes of every node come along, which --help does not need

        problems = [*self.composed.problems, *sexagesimal_problems(self.origins), *self.resolved.problems]
        problems += [*target_problems(self.tree), *self._shown_by_name()]
        request = None
        try:
            request = build({**self.tree, **changes}, self.composition(changes))
        except ConfigError as error:
            problems += _not_yet_said(error.problems, problems, self.resolved.failed)
        if problems or request is None:
            raise ConfigError([annotated(p, self.origins, self.groups) for p in problems])
        return request

    def _shown_by_name(self) -> Iterator[Problem]:
        """What becomes the name of a directory is seen by everybody."""
        for key in ("name", "run_id", "output_dir"):
            value, written = self.tree.get(key), self.secrets.get(key, "")
            if written and isinstance(value, str) and secrets.mask(value) != value:
                message = "this would show a secret as the name of a directory"
                yield Problem(key, message, written, hint="give it a name of its own")


def annotated(problem: Problem, origins: Origins, groups: Collection[str] = ()) -> Problem:
    """The problem with its origin, what YAML made of the value, and nothing secret."""
    hints = [
        _group_hint(problem, groups) or _left_over(problem, origins) or problem.hint,
        reading_hint(origins.exactly(problem.key)),
    ]
    return replace(
        problem,
        origin=problem.origin or _origin(problem, origins),
        hint="; ".join(h for h in hints if h),
        value=_shown(problem),
    )


def _origin(problem: Problem, origins: Origins) -> str:
    """Where the key was written; of data where their place was."""
    place = [o for name in ("path", "url") if problem.file and (o := origins.exactly(f"{problem.key}.{name}"))]
    return str(place[0] if place else origins.find(problem.key) or "")


def _left_over(problem: Problem, origins: Origins) -> str:
    """An unknown key beside a kind that was chosen later belongs to the kind from before."""
    parent, here = problem.key.rpartition(".")[0], origins.exactly(problem.key)
    kinds = [o for name in ("kind", "source_type", "_target_") if (o := origins.exactly(f"{parent}.{name}"))]
    if here is None or not problem.message.startswith("there is no such key") or not kinds:
        return ""
    if kinds[0].order <= here.order:
        return ""
    drop = f"put ~{parent} before the override" if kinds[0].file is None else f"add ~{problem.key}"
    text = f"left over from {here}: mappings merge, and {kinds[0]} chose another kind"
    return f"{text}; {drop}, or write an experiment that does not build on that file"


def _group_hint(problem: Problem, groups: Collection[str]) -> str:
    """A misspelt top-level key may mean a config group as well as a field."""
    if problem.key == "experiment" and isinstance(problem.value, dict | list):
        return HEADER
    from .fields import root

    known, word = {*groups, *root()}, problem.key.partition("/")[0]
    if "." in word or word in known:
        return ""
    hint = did_you_mean(word, known)
    return hint if hint.startswith("did") else ""


def _not_yet_said(found: Iterable[Problem], said: Iterable[Problem], failed: Iterable[str]) -> list[Problem]:
    """Leaves out what follows from a problem that is known already; without its experiment everything does."""
    keys = {p.key for p in said if p.key} | set(failed)
    around = {".".join(key.split(".")[:i]) for key in failed for i in range(1, key.count(".") + 1)}
    if "experiment" in keys:
        return []
    return [p for p in found if p.key not in around and not any(f"{p.key}.".startswith(f"{k}.") for k in keys)]


def _shown(problem: Problem) -> Any:
    if isinstance(problem.value, str) and secrets.looks_secret(problem.key.rpartition(".")[2]):
        return "***"
    return problem.value if problem.value is UNSET else secrets.mask_tree(problem.value)
