"""Plain data as YAML that composes to itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from . import secrets

_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][-+]?[0-9]+)")


_FOLDED = re.compile("[\x85\u2028\u2029\ufeff]")


class _Dumper(yaml.SafeDumper):
    """Quotes text that the composing side would read as a number though plain YAML 1.1 does not, such as 1e3, and
    escapes the rarer line ends, which would be read as spaces.
    """

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if _FOLDED.search(data) else None)


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+.0123456789"))


def experiment_yaml(data: Mapping[str, Any], interpolations: Mapping[str, str], *, short: bool = False) -> str:
    """YAML of a resolved experiment.

    Args:
        data: plain data.
        interpolations: key path -> the interpolation to write there instead of a value.
        short: whether nodes and lists without others inside stand on one line.

    Text that looks like an interpolation is escaped, so that composing the YAML gives `data` again.
    """
    prepared = _prepared(data, interpolations, "")
    style = None if short else False
    return yaml.dump(prepared, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=style)


def literal(text: str) -> str:
    r"""The text for a config file: ``${`` escaped, and the backslashes right before it doubled.

    >>> print(literal(r"$HOME ${x} \${y} \n"))
    $HOME \${x} \\\${y} \n
    """
    if text == "???":  # a value that is still needed, and there is no escape for it
        return "${oc.decode:'\"???\"'}"
    return re.sub(r"(\\*)\$\{", lambda found: f"{found[1] * 2}\\${{", text)


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
    return "***" if hidden else literal(secrets.mask(data))
