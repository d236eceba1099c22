"""Which version of SWAN knows what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .grammar import Choice, Fixed, Group, Item, Rows, Word
from .nodes import CommandNode


def version_faults(node: CommandNode, version: str) -> Iterator[tuple[str, str]]:
    """What a version of SWAN does not know of a command: the path of the field (empty for all of it), and why.

    >>> from rompy_hydra.model.swan.language.nodes import class_of
    >>> from rompy_hydra.model.swan.language.table import COMMANDS
    >>> list(version_faults(class_of(COMMANDS["triad"], "dcta")(law="dcta"), "41.41"))
    [('law', 'SWAN 41.41 does not know dcta; it is known from 41.45 on')]
    """
    if node.command is not None and (why := _why(node.command, version)):
        yield "", f"SWAN {version} does not know {node.command.name}; {why}"
        return
    yield from _of_node(node, version, "", node.command.choice.name if node.command and node.command.choice else "kind")


def _of_node(node: CommandNode, version: str, path: str, key: str) -> Iterator[tuple[str, str]]:
    if node.option is not None and (why := _why(node.option, version)):
        yield _join(path, key), f"SWAN {version} does not know {node.option.value}; {why}"
        return
    for item in node.items:
        if not isinstance(item, Fixed) and (value := getattr(node, item.name)) not in (None, False, []):
            yield from _of_item(item, value, version, _join(path, item.name))


def _of_item(item: Item, value: Any, version: str, path: str) -> Iterator[tuple[str, str]]:
    if why := _why(item, version):
        yield path, f"SWAN {version} does not know {path.rpartition('.')[2]}; {why}"
    elif isinstance(item, Word):
        if why := _why(item.value(value), version):
            yield path, f"SWAN {version} does not know {value}; {why}"
    elif isinstance(item, Group | Choice):
        yield from _of_node(value, version, path, "kind")
    elif isinstance(item, Rows):
        for number, row in enumerate(value):
            yield from _of_row(item, row, version, f"{path}.{number}")


def _of_row(item: Rows, row: Any, version: str, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(row, CommandNode):
        yield from _of_node(row, version, path, "kind")
    elif not isinstance(row, tuple):
        yield from _of_item(item.items[0], row, version, path)


def _why(thing: Any, version: str) -> str:
    since, until = getattr(thing, "since", ""), getattr(thing, "until", "")
    if since and order(version) < order(since):
        return f"it is known from {since} on"
    if until and order(version) >= order(until):
        return f"it is known before {until} only"
    return ""


def order(version: str) -> tuple[int, ...]:
    """The numbers of a version, to compare it with others.

    >>> order("41.5") < order("41.45")
    True
    """
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
