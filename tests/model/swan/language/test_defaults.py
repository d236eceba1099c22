"""The defaults of the table are those with which SWAN computes: it echoes what it read, given or not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rompy_hydra.model.swan.language.grammar import Argument, Choice, Command, Fixed, Group, Item, Rule
from rompy_hydra.model.swan.language.nodes import CommandNode, class_of
from rompy_hydra.model.swan.language.table import COMMANDS

from .changes import CHANGES
from .conftest import Swan
from .samples import Samples, knows
from .scene import Scene
from .scenes import build

pytestmark = pytest.mark.swan

_ECHO = re.compile(r"^ +(\S+) *= *([-+\d.DE]+) *$", re.M)
LATER = {"dabs", "nhedt"}
"""SWAN sets these elsewhere than where it reads them."""


def _least(samples: Samples, items: tuple[Item, ...], option: int, rules: tuple[Rule, ...] = ()) -> dict[str, Any]:
    """What is required, and each group and choice with what is required in it."""
    ((_, values), *_) = samples.variants(items, rules)
    for item in items:
        if isinstance(item, Group) and knows("41.45", item):
            values[item.name] = _least(samples, item.items, option)
        elif isinstance(item, Choice):
            chosen = item.options[option % len(item.options)]
            values[item.name] = {"kind": chosen.value, **_least(samples, chosen.items, option)}
    return values


def _nodes(command: Command) -> Iterator[CommandNode]:
    samples = Samples("41.45", CHANGES.get(command.name, {}))
    options = [o for o in command.choice.options if knows("41.45", o)] if command.choice else [None]
    for option in options:
        items = command.items_of(option) if option else command.items
        tag = {command.choice.name: option.value} if command.choice and option else {}
        for number in range(3 if any(isinstance(i, Choice) for i in items) else 1):
            values = tag | _least(samples, items, number, command.rules)
            yield class_of(command, option.value if option else "").model_validate(values)


def _omitted(node: CommandNode) -> Iterator[Argument]:
    for item in node.items:
        value = None if isinstance(item, Fixed) else getattr(node, item.name)
        if isinstance(item, Argument) and value is None and isinstance(item.default, int | float):
            if knows("41.45", item) and not item.always and item.name not in LATER:
                yield item
        elif isinstance(value, CommandNode):
            yield from _omitted(value)


def _echoed(made: Scene, swan: Swan, folder: Path) -> dict[str, set[float]]:
    swan(folder, made.text(), made.files)
    printed = (folder / "PRINT").read_text(errors="replace")
    found: dict[str, set[float]] = {}
    for name, value in _ECHO.findall(printed):
        found.setdefault(name, set()).add(float(value.replace("D", "E")))
    return found


@pytest.mark.parametrize("name", [n for n in COMMANDS if n not in ("include", "stop", "quantity")])
def test_defaults_are_those_of_swan(name: str, swan: Swan, version: str, tmp_path: Path) -> None:
    if not version.startswith("41.45"):
        pytest.skip(f"the defaults are those of 41.45, this is {version}")
    wrong = []
    for number, node in enumerate(_nodes(COMMANDS[name])):
        made = build(node).put("project", "PROJECT 'test' '1'", "TEST 10")
        echoed = _echoed(made, swan, tmp_path / str(number))
        for item in _omitted(node):
            seen = echoed.get(item.in_swan[:8], set())
            if not any(v == pytest.approx(item.default, rel=1e-3, abs=1e-30) for v in seen):
                wrong.append((type(node).__name__, item.name, item.default, seen))
    assert not wrong
