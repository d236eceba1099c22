"""Values from the environment: they stay interpolations in what is written, and the secret ones are shown nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.grammar.gen.OmegaConfGrammarParser import OmegaConfGrammarParser as Grammar
from omegaconf.grammar_parser import parse

from ..core import secrets
from ..core.yaml_text import literal

_VARIABLE = re.compile(r"\$\{\s*oc\.env\s*:\s*[\"']?([A-Za-z_]\w*)")
_REFERENCE = re.compile(r"\$\{\s*(\.*)([^\s:${}.][^\s:${}]*)\s*\}")


def from_environment(raw: str, parent: DictConfig | ListConfig) -> str | None:
    """The text of a value inside `parent` with its references to other keys replaced; None without ``oc.env`` in it.

    What is taken from the environment, directly or through another key, stays an interpolation.
    """
    pieces = [_expanded(piece, parent) for piece in _pieces(raw)]
    return "".join(pieces) if any(_VARIABLE.search(p) or "oc.env:" in p for p in pieces) else None


def is_reference(raw: str) -> bool:
    """Whether the whole value is that of another key."""
    return _REFERENCE.fullmatch(raw) is not None


def note_secrets(tree: Mapping[str, Any], written: Mapping[str, str]) -> dict[str, str]:
    """Register every secret among the values that come from the environment.

    Args:
        tree: the resolved experiment.
        written: key path -> text with ``oc.env`` interpolations.

    Returns:
        Key path -> text with its interpolation in place, also where a secret got in another way.
    """
    placeholders: dict[str, str] = {}
    for key, raw in written.items():
        for name in _VARIABLE.findall(raw):
            if secrets.looks_secret(name) or secrets.looks_secret(key.rpartition(".")[2]):
                placeholders[os.environ.get(name, "")] = f"${{oc.env:{name}}}"
    placeholders.pop("", None)
    for value, placeholder in placeholders.items():
        secrets.register(value, placeholder)
    return {**dict(_stand_ins(tree, placeholders)), **written}


def _pieces(raw: str) -> Iterator[str]:
    """Interpolations, and the text between them, in order."""
    end = 0
    for node in parse(raw).getChild(0).getChildren():
        if isinstance(node, Grammar.InterpolationContext):
            yield raw[end : node.start.start]
            end = node.stop.stop + 1
            yield raw[node.start.start : end]
    yield raw[end:]


def _expanded(piece: str, parent: Any) -> str:
    reference = _REFERENCE.fullmatch(piece)
    if reference is None:
        return piece
    base = parent
    for _ in range(len(reference[1]) - 1):
        base = base._get_parent()
    steps = [step for step in re.split(r"[.\[\]]+", reference[2]) if step]
    base = base if reference[1] else parent._get_root()
    *around, last = steps
    holder = OmegaConf.select(base, ".".join(around)) if around else base
    key = int(last) if isinstance(holder, ListConfig) else last
    if OmegaConf.is_interpolation(holder, key):
        inner = from_environment(as_written(holder, key), holder)
        if inner is not None:
            return inner
    return literal(str(holder[key]))


def as_written(parent: Any, key: Any) -> str:
    """The text of an interpolation."""
    return str(OmegaConf.to_container(parent, resolve=False)[key])  # type: ignore[index]


def _stand_ins(node: Any, placeholders: dict[str, str], path: str = "") -> Iterator[tuple[str, str]]:
    items = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        inner = f"{path}.{key}" if path else str(key)
        if isinstance(value, str) and any(v in value for v in placeholders):
            text = literal(value)
            for secret, placeholder in placeholders.items():
                text = text.replace(literal(secret), placeholder)
            yield inner, text
        else:
            yield from _stand_ins(value, placeholders, inner)
