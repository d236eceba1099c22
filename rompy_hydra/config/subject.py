"""What a user wants to look at: a source or the domain of an experiment, an option of the group source, or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..build import Builder
from ..core.files import looks_like, user_path
from ..domain import Domain
from ..errors import ConfigError, Problem
from ..source.base import Source
from ..source.cyclone.atcf import is_b_deck
from ..source.remote import is_remote
from .args import parse
from .compose import Composer
from .fields import root
from .loading import Draft, annotated
from .origins import split

_HERE = "looked_at"
"""Where the node is composed that is not part of an experiment."""
_MESHES = (".gr3", ".14", ".ll", ".tsh", ".msh")


@dataclass(frozen=True)
class Subject:
    """A source or a domain, and what it is called."""

    node: Source | Domain
    title: str
    key: str
    """Config key, for messages."""


def find_subject(what: str, words: Sequence[str]) -> Subject:
    """The source or the domain that a key, an option of the group ``source``, or a path means.

    Args:
        what: ``forcing.wind`` or ``domain`` of the composed experiment, ``era5`` for ``conf/source/era5.yaml``, or a
            file or address.
        words: overrides of the experiment, else keys of the source: ``time_zone=Australia/Perth``.

    Raises:
        ConfigError: there is nothing to look at there, or its config is wrong.
    """
    if split(what)[:1] and split(what)[0] in root() and not user_path(Path(what)).exists():
        return _of_experiment(what, words)
    args = parse([f"++{_HERE}.{w.lstrip('+')}" if "=" in w and not w.startswith("-") else w for w in words])
    composer = Composer(args)
    is_option = what in composer.options("source")
    chosen = [f"+source@{_HERE}={what}"] if is_option else []
    draft = Draft(composer.compose([*chosen, *args.overrides]), composer.groups())
    given = dict(draft.tree.get(_HERE) or {})
    title = what if is_option else what.rstrip("/").rpartition("/")[2]
    if not is_option and title.endswith(_MESHES):
        node = {"mesh": {"kind": "file", "path": what}, "bathymetry": {"kind": "mesh"}, **given}
        return Subject(_built(node, draft, "domain", _HERE), title, "domain")
    node = given if is_option else {"source_type": _kind_of(what), "path": what, **given}
    return Subject(_built(node, draft, "source", _HERE), title, "source")


def _of_experiment(key: str, words: Sequence[str]) -> Subject:
    args = parse(words)
    composer = Composer(args)
    draft = Draft(composer.compose(args.overrides), composer.groups())
    node: Any = draft.tree
    for step in split(key):
        node = node.get(step) if isinstance(node, Mapping) else None
    if key == "domain" and isinstance(node, Mapping):
        return Subject(_built(dict(node), draft, key, key), key, key)
    inner = key
    if isinstance(node, Mapping) and "source_type" not in node and isinstance(node.get("source"), Mapping):
        node, inner = node["source"], f"{key}.source"
    if not isinstance(node, Mapping) or "source_type" not in node:
        hint = "name a node with a source, such as forcing.wind, or domain, or give a file"
        raise ConfigError(Problem(key, "there are no data here to look at", hint=hint))
    return Subject(_built(dict(node), draft, inner, inner), key, inner)


def _built(node: dict[str, Any], draft: Draft, path: str, written_in: str) -> Any:
    """The source or domain at a config path; `written_in` is where it was composed."""
    builder = Builder()
    where = tuple(split(path))
    if path == "domain":
        found = builder.node(Domain, builder.inside(node, where), where)
    else:
        found = builder.inside({where[-1]: node}, where[:-1])[where[-1]]
    problems = [*draft.composed.problems, *(p for p in draft.resolved.problems if p.key.startswith(written_in))]
    problems += [annotated(p, draft.origins) for p in builder.problems]
    if problems:
        raise ConfigError(problems)
    return found


def _kind_of(path: str) -> str:
    """The kind of source for a path: by its first line for a text, else files of gridded data."""
    if is_remote(path):
        return "csv" if path.partition("?")[0].endswith(".csv") else "file"
    there = user_path(Path(path))
    if not there.is_file() or not looks_like(there).startswith("text"):
        return "file"
    with there.open(encoding="utf-8", errors="replace") as lines:
        return "cyclone" if is_b_deck(lines.readline()) else "csv"
