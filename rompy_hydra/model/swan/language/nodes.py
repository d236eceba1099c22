"""Pydantic classes of the commands, made from the command table."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, create_model, model_validator

from ....core.node import Node
from ....core.period import PositiveDuration, UtcTime
from .grammar import (
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

_NO_QUOTES = r"^[^'\n]*$"
_TYPES: dict[str, Any] = {
    "real": float,
    "integer": int,
    "text": str,
    "file": str,
    "time": UtcTime,
    "interval": PositiveDuration,
}


class CommandNode(Node, use_attribute_docstrings=False, defer_build=True):
    """Base of every node that is a command of SWAN, or a part of one."""

    command: ClassVar[Command | None] = None
    """The command; None for a part of one."""
    items: ClassVar[tuple[Item, ...]] = ()
    """What the fields stand for, in SWAN's order."""
    option: ClassVar[Option | None] = None
    """The alternative, where the node is one of several."""
    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        for rule in self.rules:
            given = {n: v for n in rule.names if (v := getattr(self, n)) is not None and v is not False}
            if isinstance(rule, Count):
                _check_count(rule, given)
            else:
                _check_order(given, rule.may_be_equal)
        return self


def _check_count(rule: Count, given: dict[str, Any]) -> None:
    names = ", ".join(rule.names)
    if len(given) < rule.least:
        raise ValueError(f"at least {rule.least} of {names} must be given")
    if len(given) > rule.most:
        raise ValueError(f"at most {rule.most} of {names} may be given, not {', '.join(given)}")


def _check_order(given: dict[str, Any], may_be_equal: bool) -> None:
    for (name, value), (later, greater) in pairwise(given.items()):
        if value > greater or (value == greater and not may_be_equal):
            raise ValueError(
                f"{name} ({value}) must be {'at most' if may_be_equal else 'less than'} {later} ({greater})"
            )


@cache
def type_of(command: Command) -> Any:
    """The type of the node of a command: a class, or a union over its choice."""
    choice = command.choice
    name = _camel(command.name)
    if choice is None:
        return _node(name, command.doc, command.items, command=command, rules=command.rules)
    return _union(name, choice, choice.name, command)


def without(command: Command, *names: str) -> Command:
    """A command of which some data are given elsewhere: its node has no fields for them."""
    return replace(command, items=tuple(i for i in command.items if isinstance(i, Fixed) or i.name not in names))


def completed(command: Command, node: CommandNode, **given: Any) -> CommandNode:
    """The whole command of a node made for it `without` some data, with these."""
    fields = {name: getattr(node, name) for name in node.model_fields_set if name in type(node).model_fields}
    value = "" if command.choice is None else str(fields.get(command.choice.name) or command.choice.default)
    return node_of(command, value, **{**fields, **given})


@cache
def class_of(command: Command, value: str = "") -> type[CommandNode]:
    """The class of a command, of one alternative where it has a choice."""
    if command.choice is None:
        found: type[CommandNode] = type_of(command)
        return found
    classes: dict[str, type[CommandNode]] = {_tag(m): _plain(m) for m in _members(type_of(command))}
    return classes[value]


def node_of(command: Command, option: str = "", /, **values: Any) -> CommandNode:
    """A command with its data, of one alternative where it has a choice.

    Raises:
        pydantic.ValidationError: the data are not those of the command.
    """
    return class_of(command, option)(**values)


def _union(name: str, choice: Choice, key: str, command: Command | None) -> Any:
    union: Any = None
    for option in choice.options:
        tag = {key: (Literal[option.value], Field(option.value, description=choice.doc))}
        doc = f"{command.doc if command else choice.doc} {option.doc}".strip()
        items = command.items_of(option) if command else (Fixed(option.keyword), *option.items)
        rules = (*option.rules, *(command.rules if command else ()))
        cls: Any = _node(name + _camel(option.value), doc, items, tag, command, option, rules)
        member: Any = Annotated[cls, Tag(option.value)]
        union = member if union is None else union | member
    return Annotated[union, Discriminator(_by(key, choice.default if not choice.required else None))]


def _by(key: str, default: str | None) -> Any:
    def discriminator(value: Any) -> Any:
        found = value.get(key) if isinstance(value, dict) else getattr(value, key, None)
        return default if found is None else found

    return discriminator


def _node(
    name: str,
    doc: str,
    items: tuple[Item, ...],
    fields: dict[str, Any] | None = None,
    command: Command | None = None,
    option: Option | None = None,
    rules: tuple[Rule, ...] = (),
) -> type[CommandNode]:
    own = {i.name: _field(name, i) for i in items if not isinstance(i, Fixed)}
    made: type[CommandNode] = create_model(name, __base__=CommandNode, __doc__=doc, **{**(fields or {}), **own})
    made.command, made.items, made.option, made.rules = command, items, option, rules
    return made


def _field(parent: str, item: Argument | Word | Flag | Group | Choice | Rows) -> tuple[Any, Any]:
    match item:
        case Argument():
            return _argument_field(item)
        case Word():
            return _optional(_type(item), item.required, _described(item.doc, item.default, item.since))
        case Flag():
            return bool, Field(False, description=_described(item.doc, None, item.since))
        case Group():
            cls = _node(parent + _camel(item.name), item.doc, item.items, rules=item.rules)
            return _optional(cls, item.required, _described(item.doc, None, item.since))
        case Choice():
            union = _union(parent + _camel(item.name), item, "kind", None)
            return _optional(union, item.required, _described(item.doc, item.default, item.since))
        case Rows():
            return _rows_field(parent, item)


def _argument_field(item: Argument) -> tuple[Any, Any]:
    limits: dict[str, Any] = {k: v for k in ("gt", "ge", "lt", "le") if (v := getattr(item, k)) is not None}
    if item.type == "interval":
        limits = {}  # its type says that it is positive
    if item.type in ("text", "file"):
        limits = {"max_length": item.longest, "pattern": _NO_QUOTES}
    doc = _described(f"{item.doc} [{item.unit}]" if item.unit else item.doc, item.default, item.since)
    return _optional(_TYPES[item.type], item.required, doc, **limits)


def _type(item: Argument | Word) -> Any:
    return _TYPES[item.type] if isinstance(item, Argument) else Literal[tuple(v.name for v in item.values)]


def _rows_field(parent: str, item: Rows) -> tuple[Any, Any]:
    row: Any
    if not item.as_lists:
        row = _node(parent + _camel(item.name), item.doc, item.items)
        row = _type(item.items[0]) | row if item.is_short else row
    elif len(item.items) == 1:
        row = _type(item.items[0])
    else:
        row = tuple[tuple(_type(i) for i in item.items)]  # type: ignore[misc]
    doc = _described(f"{item.doc} Each is {_row_text(item)}." if item.as_lists else item.doc, None, item.since)
    if item.at_least:
        return list[row], Field(min_length=item.at_least, description=doc)
    return list[row], Field([], description=doc)


def _row_text(item: Rows) -> str:
    words = [f"{i.name} [{i.unit}]" if isinstance(i, Argument) and i.unit else i.name for i in item.items]
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"


def _optional(annotation: Any, required: bool, doc: str, **limits: Any) -> tuple[Any, Any]:
    if required:
        return annotation, Field(description=doc, **limits)
    bounded = Annotated[annotation, Field(**limits)] if limits else annotation
    return bounded | None, Field(None, description=doc)


def _described(doc: str, default: float | str | None, since: str) -> str:
    told = f" null: {default:g}." if isinstance(default, int | float) else f" null: {default}." if default else ""
    return f"{doc}{told}{f' SWAN {since} and later.' if since else ''}"


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(get_args(annotation)[0])


def _plain(member: Any) -> Any:
    return getattr(member, "__origin__", member)


def _tag(member: Any) -> str:
    return str(member.__metadata__[0].tag)
