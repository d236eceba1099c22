"""Where each key came from: a line of a file, or an override."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from ..errors import ConfigError, Problem
from .complaints import said, shown
from .hydra_api import Layer, Override

KeyPath = tuple[str, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Origin:
    """Where one value was written."""

    where: str
    """``conf/model/anuga.yaml`` or the override."""
    line: int | None = None
    raw: str | None = None
    """The text of a plain scalar, before YAML made a value of it."""
    tag: str = ""
    """The YAML type of a plain scalar: int, float, bool, null, str."""
    quoted: bool = False
    file: Path | None = None
    order: int = 0
    """The later of two wins."""

    def __str__(self) -> str:
        text = f"{self.where}:{self.line}" if self.line else self.where
        return f"{text} (written as {self.raw})" if self.raw and "${" in self.raw else text

    @property
    def comment(self) -> str:
        """The comment beside the key or right above it; empty for an override."""
        return _comment(self.file, self.line) if self.file and self.line else ""


class Origins:
    """Origins by key path, in the order of merging: what comes later wins."""

    def __init__(self) -> None:
        self._known: dict[KeyPath, Origin] = {}
        self._elements: set[KeyPath] = set()

    @classmethod
    def of(cls, layers: Sequence[Layer], overrides: Sequence[Override]) -> Origins:
        """Read the files of a composition, then the overrides."""
        origins = cls()
        for order, layer in enumerate(layers):
            origins._add_layer(layer, order)
        for order, override in enumerate(overrides, start=len(layers)):
            origins._add_override(override, order)
        return origins

    def find(self, key: str) -> Origin | None:
        """Of this key, else of one inside it, else of the nearest key around it."""
        path = split(key)
        for length in range(len(path), 0, -1):
            inside = [o for k, o in self._known.items() if k[:length] == path[:length]]
            if inside:
                return self._known.get(path[:length], inside[-1])
        return None

    def exactly(self, key: str) -> Origin | None:
        """Of this very key."""
        return self._known.get(split(key))

    def items(self) -> Iterator[tuple[str, Origin]]:
        """Every key with its origin; elements of lists are left out."""
        return ((".".join(k), o) for k, o in self._known.items() if k not in self._elements)

    def scalars(self) -> Iterator[tuple[str, Origin]]:
        """Every scalar that was read from a file."""
        return ((".".join(k), o) for k, o in self._known.items() if o.raw is not None and o.file)

    def _add_layer(self, layer: Layer, order: int) -> None:
        package = split(layer.package)
        name, file, text = _read(layer)
        if text is None:
            self._known[package] = Origin(name, order=order)
            return
        if package:
            self._known[package] = Origin(name, line=1, file=file, order=order)
        root = yaml.compose(text, Loader=_LOADER)
        if isinstance(root, yaml.MappingNode):
            values = [(k, v) for k, v in root.value if k.value != "defaults"]
            self._add_mapping(package, values, Origin(name, file=file, order=order))

    def _add_mapping(self, path: KeyPath, pairs: list[Any], here: Origin) -> None:
        for key, value in pairs:
            if key.value == "<<":
                self._add_mapping(path, value.value if isinstance(value, yaml.MappingNode) else [], here)
            else:
                self._add_node((*path, str(key.value)), value, replace(here, line=key.start_mark.line + 1))

    def _add_node(self, path: KeyPath, node: Any, here: Origin) -> None:
        if isinstance(node, yaml.MappingNode):
            self._known[path] = here
            self._add_mapping(path, node.value, here)
            return
        if path in self._known and isinstance(node, yaml.ScalarNode) and node.value == "???":
            return  # it asks for a value, and there is one already
        self._forget_below(path)
        self._known[path] = here
        if isinstance(node, yaml.SequenceNode):
            self._add_sequence(path, node, here)
        else:
            self._known[path] = replace(here, raw=node.value, tag=node.tag.rpartition(":")[2], quoted=bool(node.style))

    def _add_sequence(self, path: KeyPath, node: Any, here: Origin) -> None:
        for i, element in enumerate(node.value):
            inner = (*path, str(i))
            self._elements.add(inner)
            self._add_node(inner, element, replace(here, line=element.start_mark.line + 1))

    def _forget_below(self, path: KeyPath) -> None:
        if path in self._known:
            for known in [k for k in self._known if len(k) > len(path) and k[: len(path)] == path]:
                del self._known[known]

    def _add_override(self, override: Override, order: int) -> None:
        if override.is_sweep_override() or override.is_delete():
            return
        value = override.value()
        self._set_override(split(override.key_or_group), value, Origin(said(override), order=order))

    def _set_override(self, path: KeyPath, value: Any, origin: Origin) -> None:
        if isinstance(value, dict) and path in self._known:
            for key, inner in value.items():
                self._set_override((*path, str(key)), inner, origin)
            return
        if isinstance(value, str) and "${" in value:
            origin = replace(origin, raw=value)
        self._forget_below(path)
        self._known[path] = origin


def split(key: str) -> KeyPath:
    """The steps of a dotted key, ``a.b[0].c`` or ``a.b.0.c``."""
    return tuple(step for step in re.split(r"[.\[\]]+", key) if step)


def _read(layer: Layer) -> tuple[str, Path | None, str | None]:
    """Name, file and text of a layer; a plugin without YAML has no text."""
    scheme, _, place = layer.address.partition("://")
    if scheme == "file":
        path = Path(place) / f"{layer.config_path}.yaml"
        return shown(path), path, _text(path.read_bytes(), shown(path))
    if scheme == "pkg":
        resource = resources.files(place).joinpath(f"{layer.config_path}.yaml")
        file = resource if isinstance(resource, Path) else None
        name = shown(file) if file else f"{place}/{layer.config_path}.yaml"
        return name, file, _text(resource.read_bytes(), name)
    return f"plugin {layer.config_path} of {place}", None, None


def _text(content: bytes, name: str) -> str:
    if content.startswith(codecs.BOM_UTF8):
        message = f"{name}:1: the file begins with a byte order mark, which hides its first line"
        raise ConfigError(Problem("", message, hint="save it as UTF-8 without BOM (byte order mark)"))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: byte {content[error.start]:#04x} is not UTF-8"
        raise ConfigError(Problem("", message, hint="save the file as UTF-8")) from error


def line_of(layer: Layer, word: str) -> str:
    """``file:line`` of the first line with this word that is no comment, else the file."""
    name, _, text = _read(layer)
    for number, line in enumerate((text or "").splitlines(), start=1):
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line.partition("#")[0]):
            return f"{name}:{number}"
    return name


def heading(layer: Layer) -> str:
    """The comment at the head of a file, on one line; empty for none."""
    _, _, text = _read(layer)
    lines = [line.strip() for line in (text or "").splitlines() if not line.startswith("# @")]
    found = list(takewhile(lambda line: line.startswith("#"), lines))
    return " ".join(line.lstrip("#").strip() for line in takewhile(lambda line: line != "#", found))


@cache
def _comment(file: Path, line: int) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    beside = re.search(r"\s#\s*(.+)$", lines[line - 1])
    above = []
    for text in reversed(lines[: line - 1]):
        if not text.strip().startswith("#") or text.strip().startswith("# @"):
            break
        above.append(text.strip().removeprefix("#").removeprefix(" "))
    return "\n".join([*reversed(above), *([beside.group(1)] if beside else [])])
