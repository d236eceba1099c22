"""Plain data as YAML that composes to itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from . import secrets


def experiment_yaml(data: Mapping[str, Any], interpolations: Mapping[str, str]) -> str:
    """YAML of a resolved experiment.

    Args:
        data: plain data.
        interpolations: key path -> the interpolation to write there instead of a value.

    A literal ``${`` is escaped, so that composing the text gives `data` again.
    """
    return yaml.safe_dump(_prepared(data, interpolations, ""), sort_keys=False, allow_unicode=True, width=120)


def _prepared(data: Any, interpolations: Mapping[str, str], path: str) -> Any:
    if path in interpolations:
        return interpolations[path]
    if isinstance(data, Mapping):
        return {k: _prepared(v, interpolations, f"{path}.{k}".lstrip(".")) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_prepared(v, interpolations, f"{path}.{i}") for i, v in enumerate(data)]
    if not isinstance(data, str):
        return data
    hidden = secrets.looks_secret(path.rpartition(".")[2])
    return "***" if hidden else secrets.mask(data.replace("${", "\\${"))
