"""Any valid node of a command."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.model.swan.language.grammar import (
    Argument,
    Choice,
    Command,
    Count,
    Fixed,
    Flag,
    Group,
    Item,
    Option,
    Rows,
    Rule,
    Word,
)
from rompy_hydra.model.swan.language.nodes import CommandNode, class_of

from .samples import knows

_TEXT = st.characters(codec="ascii", exclude_categories=("Cc",), exclude_characters="'")


def any_node(command: Command, version: str) -> st.SearchStrategy[CommandNode]:
    """Nodes of what a version knows."""
    options = [o for o in command.choice.options if knows(version, o)] if command.choice else [None]
    return st.sampled_from(options).flatmap(lambda o: _of_option(command, o, version))


def _of_option(command: Command, option: Option | None, version: str) -> st.SearchStrategy[Any]:
    items = command.items_of(option) if option else command.items
    rules = (*(option.rules if option else ()), *command.rules)
    tag = {command.choice.name: option.value} if command.choice and option else {}
    cls = class_of(command, option.value if option else "")
    return _values(items, rules, version).map(lambda v: _made(cls, tag | v)).filter(lambda node: node is not None)


def _made(cls: type[CommandNode], values: dict[str, Any]) -> CommandNode | None:
    try:
        return cls.model_validate(values)
    except ValidationError as error:
        if all("must be" in e["msg"] for e in error.errors()):  # the order of two items
            return None
        raise


def _values(items: tuple[Item, ...], rules: tuple[Rule, ...], version: str) -> st.SearchStrategy[dict[str, Any]]:
    known = {i.name: i for i in items if not isinstance(i, Fixed) and knows(version, i)}
    counts = [r for r in rules if isinstance(r, Count)]
    needed = {n for r in counts for n in r.names[: r.least]}
    never = {n for r in counts for n in r.names[r.most :]}
    must = {n: _value(i, version) for n, i in known.items() if n in needed or _is_required(i)}
    may = {n: _value(i, version) for n, i in known.items() if n not in must and n not in never}
    return st.fixed_dictionaries(must, optional=may)


def _is_required(item: Item) -> bool:
    return bool(item.at_least) if isinstance(item, Rows) else bool(getattr(item, "required", False))


def _value(item: Item, version: str) -> st.SearchStrategy[Any]:
    match item:
        case Argument():
            return _argument(item)
        case Word():
            return st.sampled_from([v.name for v in item.values if knows(version, v)])
        case Flag():
            return st.booleans()
        case Group():
            return _values(item.items, item.rules, version)
        case Choice():
            options = [o for o in item.options if knows(version, o)]
            return st.one_of([_values(o.items, o.rules, version).map(_tagged(o)) for o in options])
        case Rows():
            return st.lists(_row(item, version), min_size=max(item.at_least, 1), max_size=4)
    raise AssertionError(item)


def _tagged(option: Option) -> Any:
    return lambda values: {"kind": option.value, **values}


def _row(rows: Rows, version: str) -> st.SearchStrategy[Any]:
    cells = [_value(i, version) for i in rows.items]
    if not rows.as_lists:
        whole = st.fixed_dictionaries({i.name: c for i, c in zip(rows.items, cells, strict=True)})
        return whole | cells[0] if rows.is_short else whole
    return st.tuples(*cells).map(list) if len(cells) > 1 else cells[0]


def _argument(item: Argument) -> st.SearchStrategy[Any]:
    match item.type:
        case "text" | "file":
            return st.text(_TEXT, min_size=1, max_size=item.longest).map(str.strip).filter(bool)
        case "time":
            return st.integers(0, 10**9).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
        case "interval":
            return st.integers(1, 10**7).map(lambda s: timedelta(seconds=s))
        case "integer":
            least, most = item.ge, item.le
            return st.integers(-1000 if least is None else int(least), 10**6 if most is None else int(most))
    return _real(item)


def _real(item: Argument) -> st.SearchStrategy[float]:
    """Numbers of nine digits between the limits, so that they are written as they are."""
    least = item.ge if item.ge is not None else item.gt
    most = item.le if item.le is not None else item.lt
    numbers = st.floats(
        -1e12 if least is None else least,
        1e12 if most is None else most,
        allow_subnormal=False,
    )
    return numbers.map(lambda v: float(f"{v:.9g}")).filter(lambda v: _is_within(item, v))


def _is_within(item: Argument, value: float) -> bool:
    return (
        (value == 0 or abs(value) > 1e-300)
        and (item.gt is None or value > item.gt)
        and (item.ge is None or value >= item.ge)
        and (item.lt is None or value < item.lt)
        and (item.le is None or value <= item.le)
    )
