"""The text of commands, as SWAN reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .grammar import Argument, Choice, Fixed, Flag, Group, Rows, Word
from .nodes import CommandNode

LONGEST_LINE = 100
"""SWAN reads lines of up to 180 characters."""


@dataclass(frozen=True)
class Statement:
    """One command with the config key that it comes from, or lines that are passed on as they are."""

    key: str
    """Config key, e.g. ``model.physics.friction``."""
    node: CommandNode | None = None
    verbatim: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The command, continued over lines where it is long."""
        yield from self.verbatim if self.node is None else folded(words_of(self.node))


def text_of(statements: Iterable[Statement]) -> str:
    """A command file: above each command ``$ key``."""
    lines = [line for s in statements for line in (f"$ {s.key}", *s.lines())]
    return "\n".join(lines) + "\n"


def words_of(node: CommandNode) -> list[str]:
    """The words of a command.

    >>> from rompy_hydra.model.swan.language.nodes import class_of
    >>> from rompy_hydra.model.swan.language.physics import FRICTION
    >>> words_of(class_of(FRICTION, "jonswap")(cfjon=0.038))
    ['FRICtion', 'JONswap CONstant', 'CFJON=0.038']
    """
    assert node.command is not None  # a part of a command is no command
    own = [node.command.keyword] if node.command.keyword else []
    return [*own, *_of_node(node)]


def _of_node(node: CommandNode) -> Iterator[str]:
    for item in node.items:
        if isinstance(item, Fixed):
            yield from [item.keyword] if item.keyword else []
        else:
            yield from _of_item(item, getattr(node, item.name))


def _of_item(item: Argument | Word | Flag | Group | Choice | Rows, value: Any) -> Iterator[str]:
    if value is None and isinstance(item, Argument | Word) and item.always:
        value = item.default
    if value is None or value is False:
        return
    match item:
        case Argument():
            word = written(item, value)
            yield word if item.is_bare else f"{item.in_swan}={word}"
        case Word():
            yield from [keyword] if (keyword := item.value(value).keyword) else []
        case Flag():
            yield item.keyword
        case Group():
            yield from [item.keyword] if item.keyword else []
            yield from _of_node(value)
        case Choice():
            yield from _of_node(value)
        case Rows():
            for row in value:
                yield from _of_row(item, row)


def _of_row(item: Rows, row: Any) -> Iterator[str]:
    if isinstance(row, CommandNode):
        yield from _of_node(row)
        return
    values = row if isinstance(row, tuple) else (row,)
    pairs = zip(item.items, values, strict=not item.is_short)
    yield " ".join(word for i, v in pairs for word in _of_item(i, v))


def written(argument: Argument, value: Any) -> str:
    """One datum as SWAN reads it."""
    match argument.type:
        case "integer":
            return str(value)
        case "text" | "file":
            return f"'{value}'"
        case "time":
            return time_text(value)
        case "interval":
            return seconds_text(value)
    return number(value)


def number(value: float) -> str:
    """A number with all the digits that it has, at most ten.

    >>> number(0.038), number(1e-05), number(270.0)
    ('0.038', '1E-05', '270.')
    """
    text = f"{value:.10g}".upper()
    if abs(value) >= 1e9:  # SWAN's reader counts the digits before the point in 32 bits
        text = f"{value:.9E}"
    return text if "." in text or "E" in text else f"{text}."


def time_text(time: datetime) -> str:
    """SWAN's ISO notation, option 1.

    >>> time_text(datetime(2023, 1, 1, 6, tzinfo=UTC))
    '20230101.060000'
    """
    return time.astimezone(UTC).strftime("%Y%m%d.%H%M%S")


def seconds_text(length: timedelta) -> str:
    """Whole seconds with SWAN's word for the unit.

    >>> seconds_text(timedelta(minutes=10))
    '600. SEC'
    """
    return f"{number(length.total_seconds())} SEC"


def folded(words: Iterable[str]) -> Iterator[str]:
    """Words on lines, of which all but the last end with SWAN's sign of continuation."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 3 > LONGEST_LINE:
            yield f"{line} &"
            line = "  "
        line = f"{line} {word}" if line.strip() else line + word
    yield line
