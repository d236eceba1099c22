"""From a composed config to plain data, with every interpolation that fails as a problem of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    InterpolationKeyError,
    InterpolationToMissingValueError,
    OmegaConfBaseException,
    UnsupportedInterpolationType,
)

from ..core.yaml_text import literal
from ..errors import UNSET, Problem
from .environment import as_written, from_environment, is_reference
from .origins import Origin, Origins

_HYDRA = re.compile(r"\$\{\s*hydra\s*:")
_FAILED: Any = object()


@dataclass
class Resolved:
    """Plain data, what could not be resolved, and the text of every interpolation."""

    tree: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """Key path -> the interpolation as it is written."""
    environment: dict[str, str] = field(default_factory=dict)
    """Key path -> text that takes its value from the environment, free of references to other keys."""
    failed: set[str] = field(default_factory=set)
    """Key paths that are left out of the tree."""
    around: list[Any] = field(default_factory=list)
    """The containers around the value at work: one that refers to any of them has no end."""


def resolve(cfg: DictConfig, origins: Origins) -> Resolved:
    """Resolve all but the `hydra` node. What fails is left out of the tree, so that the rest can still be checked."""
    resolved = Resolved({}, around=[cfg])
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
    raw = as_written(parent, key)
    resolved.written[path] = raw
    if _HYDRA.search(raw):
        resolved.problems.append(_of_hydra(path, raw))
        resolved.failed.add(path)
        return _FAILED
    try:
        value = parent[key]
        if OmegaConf.is_config(value) and is_reference(raw):
            return _plain(value, path, resolved, origins)
        text = from_environment(raw, parent)
        if text is not None:
            resolved.environment[path] = text
        return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
    except OmegaConfBaseException as error:
        if not isinstance(error, InterpolationToMissingValueError):  # the missing value itself is reported
            resolved.problems.append(_unresolved(path, raw, error))
        resolved.failed.add(path)
        return _FAILED


def _plain(value: Any, path: str, resolved: Resolved, origins: Origins) -> Any:
    if any(value is node for node in resolved.around):
        resolved.problems.append(_circle(path))
        resolved.failed.add(path)
        return _FAILED
    if not OmegaConf.is_config(value):
        return value
    resolved.around.append(value)
    try:
        return _below(value, path, resolved, origins)
    finally:
        resolved.around.pop()


def _below(value: Any, path: str, resolved: Resolved, origins: Origins) -> Any:
    if isinstance(value, DictConfig):
        pairs = [(k, _value(value, k, f"{path}.{k!s}", resolved, origins)) for k in value]
        return {k: v for k, v in pairs if v is not _FAILED}
    elements = [_value(value, i, f"{path}.{i}", resolved, origins) for i in range(len(value))]
    return _FAILED if any(v is _FAILED for v in elements) else elements


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
    if "Recursive interpolation" in text or "Interpolation to parent node" in text:
        return _circle(key, raw)
    if isinstance(error, InterpolationKeyError):
        missing = re.search(r"Interpolation key '([^']*)'", text)
        name = missing.group(1) if missing else raw
        return Problem(key, f"there is no key '{name}' to take the value from", raw, hint=_literally(raw))
    if isinstance(error, UnsupportedInterpolationType):
        return Problem(key, f"{text[0].lower()}{text[1:]}", raw, hint=_literally(raw))
    return Problem(key, text, raw)


def _of_hydra(key: str, raw: str) -> Problem:
    message = "${hydra:...} is not available: an experiment is the same however it is started"
    hint = "write the value out, or take it from the environment; the folder one is in is ${oc.env:PWD}"
    return Problem(key, message, raw, hint=hint)


def _circle(key: str, raw: Any = UNSET) -> Problem:
    return Problem(key, "this value refers to itself in a circle", raw, hint="give one of them a value of its own")


def _literally(raw: str) -> str:
    return f"${{...}} takes the value of another key; to write it literally: {literal(raw)}"
