"""Valid nodes of every command: with what is required alone, with each thing more, and with all of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from rompy_hydra.model.swan.language.grammar import (
    Argument,
    Choice,
    Command,
    Count,
    Fixed,
    Flag,
    Group,
    Item,
    Rows,
    Rule,
    Word,
)
from rompy_hydra.model.swan.language.nodes import CommandNode, class_of

BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
SPECIAL: dict[str, Any] = {
    "sname": "COMPGRID",
    "rname": "rays",
    "flow": 0.05,
    "fhigh": 0.5,
    "mdc": 12,
    "msc": 10,
    "per": 5.0,
    "tendc": BEGIN + timedelta(seconds=20),
    "tendinp": BEGIN + timedelta(hours=1),
    "form": "(5F8.0)",
}


def knows(version: str, thing: Any) -> bool:
    """Whether a version knows an item, an option, a value or a command."""
    return thing.since <= version and (not thing.until or version < thing.until)


def nodes(
    command: Command, version: str = "41.45", changes: dict[str, Any] | None = None
) -> Iterator[tuple[str, CommandNode]]:
    """Nodes of what a version knows, with a label each."""
    samples = Samples(version, changes or {})
    options = [o for o in command.choice.options if knows(version, o)] if command.choice else [None]
    for option in options:
        items = command.items_of(option) if option else command.items
        tag = {command.choice.name: option.value} if command.choice and option else {}
        rules = (*(option.rules if option else ()), *command.rules)
        for label, values in samples.variants(items, rules):
            cls = class_of(command, option.value if option else "")
            name = " ".join(x for x in (command.name, option.value if option else "", label) if x)
            yield name, cls.model_validate(tag | values)


class Samples:
    """Values of what a version of SWAN knows."""

    def __init__(self, version: str, changes: dict[str, Any]) -> None:
        self._version = version
        self._changes = changes

    def variants(self, items: tuple[Item, ...], rules: tuple[Rule, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
        own = {i.name: i for i in self._known(items)}
        counts = [r for r in rules if isinstance(r, Count)]
        needed = {n for r in counts for n in r.names[: r.least]}
        least = {n: self.value(i) for n, i in own.items() if _is_required(i) or n in needed}
        yield "", least
        for item in own.values():
            for label, one in self._each(item):
                yield label, least | {item.name: one}
        too_many = {n for r in counts for n in r.names[r.most :]}
        yield "all", {n: self.value(i) for n, i in own.items() if n not in too_many}

    def _known(self, items: tuple[Item, ...]) -> list[Any]:
        return [i for i in items if not isinstance(i, Fixed) and knows(self._version, i)]

    def _each(self, item: Item) -> Iterator[tuple[str, Any]]:
        match item:
            case Word():
                yield from ((f"{item.name}={v.name}", v.name) for v in item.values if knows(self._version, v))
            case Group():
                for label, inner in self.variants(item.items, item.rules):
                    yield f"{item.name}({label})", inner
            case Choice():
                for option in item.options:
                    for label, inner in self.variants(option.items, option.rules):
                        yield f"{item.name}={option.value}({label})", {"kind": option.value, **inner}
            case Rows() if isinstance(item.items[0], Word) and len(item.items) == 1:
                known = [v.name for v in item.items[0].values if knows(self._version, v)]
                yield from ((f"{item.name}={v}", [v]) for v in known)
            case Argument() | Flag() if not _is_required(item):
                yield item.name, self.value(item)

    def value(self, item: Item) -> Any:
        """A value of one item."""
        own = self._changes.get(getattr(item, "name", ""))
        if own is not None and isinstance(own, list) == isinstance(item, Rows):
            return own
        match item:
            case Argument():
                return argument(item)
            case Word():
                return item.values[0].name
            case Flag():
                return True
            case Group():
                return {i.name: self.value(i) for i in self._known(item.items)}
            case Choice():
                option = item.options[0]
                return {"kind": option.value, **{i.name: self.value(i) for i in self._known(option.items)}}
            case Rows():
                return [self._row(item, n) for n in range(max(item.at_least, 1))]
        raise AssertionError(item)

    def _row(self, rows: Rows, number: int) -> Any:
        values = [self.value(i) for i in rows.items]
        moving = [isinstance(i, Argument) and i.name in ("x", "xp", "len") for i in rows.items]
        values = [v + 100 * number if moves else v for v, moves in zip(values, moving, strict=True)]
        if not rows.as_lists:
            return {i.name: v for i, v in zip(rows.items, values, strict=True)}
        return values if len(values) > 1 else values[0]


def _is_required(item: Item) -> bool:
    return bool(item.at_least) if isinstance(item, Rows) else bool(getattr(item, "required", False))


def argument(item: Argument) -> Any:
    """A value between the limits: the default where there is one."""
    if item.name in SPECIAL:
        return SPECIAL[item.name]
    match item.type:
        case "text":
            return "x" * min(item.longest or 1, 3)
        case "file":
            return "file.txt"
        case "time":
            return BEGIN
        case "interval":
            return timedelta(seconds=10)
    if item.default is not None:
        return item.default
    least = item.ge if item.ge is not None else item.gt if item.gt is not None else None
    if item.type == "integer":
        return max(1, int(least or 0))
    if item.lt is not None:
        return item.lt - 1.0
    return 0.5 if least is None or item.le is None else min(max(0.5, least + 0.1), item.le)
