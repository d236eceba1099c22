"""What one key of an experiment means, and where its value comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, TypeAdapter

from ..core import secrets
from ..errors import UNSET, did_you_mean
from .args import Args
from .compose import Composer
from .fields import Field, inside, plugins_doc, root, step, units, unknown_key
from .loading import Draft
from .origins import split


@dataclass(frozen=True)
class Explanation:
    """One key: its value and origin in this config, and what the schema says of it."""

    key: str
    value: Any
    """As plain data; UNSET where it has to be given and is not."""
    type: str
    """What may stand here, in words."""
    units: str
    """Empty for a number without dimension and for everything else."""
    doc: str
    origin: str
    """``file:line``, the override, or ``default`` for a key that no file sets."""
    default: Any = UNSET
    """As plain data; UNSET where there is none."""
    keys: dict[str, str] = field(default_factory=dict)
    """What may stand inside, each with the first line of its documentation."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for ``--json``; what is unset is left out."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) is not UNSET}

    def __str__(self) -> str:
        value = "(not set)" if self.value is UNSET else _text(self.value)
        has_default = self.default is not UNSET and self.origin != "default"
        lines = [f"{self.key} = {value}", f"    from:    {self.origin}", f"    type:    {self.type}"]
        lines += [f"    units:   {self.units}"] if self.units else []
        lines += [f"    default: {_text(self.default)}"] if has_default else []
        lines += [f"    {line}" for line in self.doc.splitlines()]
        lines += [f"      {name}: {doc}" if doc else f"      {name}" for name, doc in self.keys.items()]
        return "\n".join(lines)


def explain(args: Args, key: str) -> Explanation:
    """Explain a leaf, a subtree or an element of a list of the composed experiment, set or not.

    Raises:
        ConfigError: the config cannot be composed, or there is no such key; the hint has the nearest one.
    """
    composer = Composer(args)
    draft = Draft(composer.compose(args.overrides), composer.groups())
    found, value = _find(key, draft.tree)
    failed = key in draft.resolved.failed
    origin = draft.origins.find(key) if failed or value is not UNSET else None
    default = _plain(found.default)
    return Explanation(
        key=key,
        value=draft.resolved.written.get(key, UNSET) if failed else _shown(key, default if value is UNSET else value),
        type=found.type_text(),
        units=units(key),
        doc=found.doc,
        origin=str(origin) if origin else ("not set" if default is UNSET else "default"),
        default=default,
        keys={name: f.doc.partition("\n\n")[0].replace("\n", " ") for name, f in inside(found, value).items()},
    )


def _find(key: str, tree: Mapping[str, Any]) -> tuple[Field, Any]:
    """The field of a key, and its value or UNSET."""
    steps = split(key)
    here, value = root(), _child(tree, steps[0]) if steps else UNSET
    if not steps or steps[0] not in here:
        raise unknown_key(key, did_you_mean(key.partition(".")[0], here))
    found = here[steps[0]]
    if steps[0] in ("run_backend", "pipeline", "model"):
        found = Field(found.annotation, plugins_doc(steps[0], value) or found.doc, found.default)
    for done, name in enumerate(steps[1:], start=1):
        if name == "_target_":
            return Field(str, "The class of the plugin that was chosen."), _child(value, name)
        below = step(found, name, value if value is not UNSET else _plain(found.default))
        if below is None:
            known = inside(found, value)
            raise unknown_key(key, _nearest(".".join(steps[:done]), name, known))
        found, value = below, _child(value, name)
    return found, value


def _nearest(parent: str, name: str, known: Mapping[str, Field]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{parent}.{near[0]}'?"
    return f"known in {parent}: {', '.join(known)}" if known else f"{parent} is a single value"


def _child(node: Any, name: str) -> Any:
    if isinstance(node, Mapping):
        return next((v for k, v in node.items() if str(k) == name), UNSET)
    if isinstance(node, list) and name.isdigit() and int(name) < len(node):
        return node[int(name)]
    return UNSET


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, str) and secrets.mask(value) == value and secrets.looks_secret(key.rpartition(".")[2]):
        return "***"
    return secrets.mask_tree(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    if value is UNSET:
        return UNSET
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", serialize_as_any=True)
    return TypeAdapter(Any).dump_python(value, mode="json")
