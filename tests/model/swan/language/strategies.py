"""Any node of a command, made from what the table says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.model.swan.language.grammar import Argument, Choice, Command, Fixed, Flag, Group, Item, Rows, Word
from rompy_hydra.model.swan.language.nodes import CommandNode, class_of

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."


@st.composite
def nodes_of(draw: st.DrawFn, command: Command) -> CommandNode:
    """A node of a command, with any of its options and any of what may be left out."""
    items, option = command.items, ""
    values: dict[str, Any] = {}
    if command.choice is not None:
        chosen = draw(st.sampled_from(command.choice.options))
        items, option = command.items_of(chosen), chosen.value
        values = {command.choice.name: option}
    values |= draw(values_of(items))
    try:
        return class_of(command, option)(**values)
    except ValidationError:  # a rule between its values
        return reject()


@st.composite
def values_of(draw: st.DrawFn, items: tuple[Item, ...]) -> dict[str, Any]:
    """Values of items by name."""
    values = {}
    for item in items:
        if isinstance(item, Fixed):
            continue
        is_needed = any(getattr(item, key, False) for key in ("required", "always", "at_least"))
        if is_needed or draw(st.booleans()):
            values[item.name] = draw(_value(item))
    return values


def _value(item: Argument | Word | Flag | Group | Choice | Rows) -> st.SearchStrategy[Any]:
    match item:
        case Argument():
            return _datum(item)
        case Word():
            return st.sampled_from([v.name for v in item.values if v.keyword])
        case Flag():
            return st.booleans()
        case Group():
            return values_of(item.items)
        case Choice():
            return st.sampled_from(item.options).flatmap(
                lambda o: values_of(o.items).map(lambda values: {"kind": o.value, **values})
            )
        case Rows():
            return st.lists(_row(item), min_size=max(item.at_least, 1), max_size=max(item.at_least, 1) + 3)


def _row(item: Rows) -> st.SearchStrategy[Any]:
    if not item.as_lists:
        row = st.tuples(_value(item.items[0]), values_of(item.items[1:]))
        first = item.items[0].name
        return row.map(lambda r: r[0] if item.is_short and not r[1] else {first: r[0], **r[1]})
    if len(item.items) == 1:
        return _value(item.items[0])
    return st.tuples(*(_value(i) for i in item.items))


def _datum(argument: Argument) -> st.SearchStrategy[Any]:
    match argument.type:
        case "integer":
            low, high = _limits(argument, 1e6)
            return st.integers(int(low), int(high))
        case "real":
            low, high = _limits(argument, 1e6)
            return st.integers(1, 999).map(lambda k: float(f"{low + (high - low) * k / 1000:.6g}"))
        case "time":
            return st.integers(0, 10**9).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
        case "interval":
            return st.integers(1, 10**6).map(lambda s: timedelta(seconds=s))
    return st.text(LETTERS, min_size=1, max_size=argument.longest or 20)


def _limits(argument: Argument, far: float) -> tuple[float, float]:
    lows = [v for v in (argument.gt, argument.ge) if v is not None]
    highs = [v for v in (argument.lt, argument.le) if v is not None]
    low = lows[0] if lows else -far if not highs else highs[0] - far
    return low, highs[0] if highs else max(low, 0) + far
