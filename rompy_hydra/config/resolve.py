"""From a composed config to plain data, with every interpolation that fails as a problem of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import (
    InterpolationKeyError,
    InterpolationToMissingValueError,
    OmegaConfBaseException,
    UnsupportedInterpolationType,
)

from ..core import secrets
from ..errors import UNSET, Problem
from .origins import Origin, Origins

_ENVIRONMENT = re.compile(r"\$\{oc\.env:\s*([A-Za-z_]\w*)")
_FAILED: Any = object()


@dataclass
class Resolved:
    """Plain data, what could not be resolved, and the text of every interpolation."""

    tree: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """Key path -> the interpolation as it is written."""
    failed: set[str] = field(default_factory=set)
    """Key paths that are left out of the tree."""


def resolve(cfg: DictConfig, origins: Origins) -> Resolved:
    """Resolve all but the `hydra` node. What fails is left out of the tree, so that the rest can still be checked."""
    resolved = Resolved({})
    keys = [str(k) for k in cfg if k != "hydra"]
    resolved.tree = {k: v for k in keys if (v := _value(cfg, k, k, resolved, origins)) is not _FAILED}
    return resolved


def _value(parent: Any, key: Any, path: str, resolved: Resolved, origins: Origins) -> Any:
    if OmegaConf.is_missing(parent, key):
        resolved.problems.append(_missing(path, origins.find(path)))
        resolved.failed.add(path)
        return _FAILED
    if not OmegaConf.is_interpolation(parent, key):
        return _plain(parent[key], path, resolved, origins)
    raw = str(OmegaConf.to_container(parent, resolve=False)[key])  # type: ignore[index]
    resolved.written[path] = raw
    try:
        value = parent[key]
        return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
    except OmegaConfBaseException as error:
        if not isinstance(error, InterpolationToMissingValueError):  # the missing value itself is reported
            resolved.problems.append(_unresolved(path, raw, error))
        resolved.failed.add(path)
        return _FAILED


def _plain(value: Any, path: str, resolved: Resolved, origins: Origins) -> Any:
    if isinstance(value, DictConfig):
        pairs = [(k, _value(value, k, f"{path}.{k!s}", resolved, origins)) for k in value]
        return {k: v for k, v in pairs if v is not _FAILED}
    if isinstance(value, ListConfig):
        elements = [_value(value, i, f"{path}.{i}", resolved, origins) for i in range(len(value))]
        return _FAILED if any(v is _FAILED for v in elements) else elements
    return value


def _missing(key: str, origin: Origin | None) -> Problem:
    comment = origin.comment if origin else ""
    hint = "\n          ".join([f"set it with {key}=VALUE", *comment.splitlines()])
    return Problem(key, "a value is needed here", UNSET, str(origin or ""), hint)


def _unresolved(key: str, raw: str, error: OmegaConfBaseException) -> Problem:
    text = str(error).splitlines()[0]
    variable = re.search(r"Environment variable '([^']+)' not found", text)
    if variable:
        name = variable.group(1)
        hint = f"export {name}=..., or give a default: ${{oc.env:{name},DEFAULT}}"
        return Problem(key, f"the environment variable {name} is not set", raw, hint=hint)
    if "Recursive interpolation" in text:
        return Problem(key, "this value refers to itself in a circle", raw, hint="give one of them a value of its own")
    if isinstance(error, InterpolationKeyError):
        missing = re.search(r"Interpolation key '([^']*)'", text)
        name = missing.group(1) if missing else raw
        return Problem(key, f"there is no key '{name}' to take the value from", raw, hint=_literally(raw))
    if isinstance(error, UnsupportedInterpolationType):
        return Problem(key, f"{text[0].lower()}{text[1:]}", raw, hint=_literally(raw))
    return Problem(key, text, raw)


def _literally(raw: str) -> str:
    literal = raw.replace("${", "\\${")
    return f"${{...}} takes the value of another key; to write it literally: {literal}"


def note_secrets(resolved: Resolved) -> dict[str, str]:
    """Register every secret taken from the environment; returns key path -> text with its interpolation in place."""
    placeholders: dict[str, str] = {}
    for key, raw in resolved.written.items():
        for name in _ENVIRONMENT.findall(raw):
            if secrets.looks_secret(name) or secrets.looks_secret(key.rpartition(".")[2]):
                value = os.environ.get(name, "")
                if value:
                    placeholders[value] = f"${{oc.env:{name}}}"
    for value, placeholder in placeholders.items():
        secrets.register(value, placeholder)
    return dict(_stand_ins(resolved.tree, placeholders)) if placeholders else {}


def _stand_ins(node: Any, placeholders: dict[str, str], path: str = "") -> Iterator[tuple[str, str]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        inner = f"{path}.{key}" if path else str(key)
        if isinstance(value, str) and any(v in value for v in placeholders):
            text = value.replace("${", "\\${")
            for secret, placeholder in placeholders.items():
                text = text.replace(secret, placeholder)
            yield inner, text
        else:
            yield from _stand_ins(value, placeholders, inner)
