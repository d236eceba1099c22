"""The vocabulary in which SWAN's commands are written down. Light to import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

DISCRIMINATORS = ("law", "kind")
"""Names of the choices that make the node of a command a union."""

Type = Literal["real", "integer", "text", "file", "time", "interval"]
"""``file`` is the name of a file beside the command file, ``interval`` a number of seconds with its unit word."""


@dataclass(frozen=True)
class Argument:
    """One datum of a command."""

    name: str
    """Name in the config: SWAN's own in lower case."""
    type: Type
    doc: str
    unit: str = ""
    default: float | str | None = None
    """What SWAN takes where it is not given; None where the text of `doc` says what happens."""
    required: bool = False
    swan: str = ""
    """Name in SWAN's own reader, where that is another one than in its manual."""
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    longest: int | None = None
    """Characters of a text that SWAN keeps."""
    is_bare: bool = False
    """Whether it is written without its name."""
    always: bool = False
    """Whether SWAN's default is written where none is given, because SWAN would misread what follows."""
    since: str = ""
    """First version that knows it, e.g. ``41.45``; empty for all."""
    until: str = ""
    """First version that no longer knows it."""

    @property
    def in_swan(self) -> str:
        """The name before the equals sign."""
        return self.swan or self.name.upper()


@dataclass(frozen=True)
class Value:
    """One of the keywords of a `Word`."""

    name: str
    """Value in the config."""
    keyword: str
    """SWAN's words for it; perhaps none."""
    doc: str = ""
    unit: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Word:
    """One of several keywords that carry no data."""

    name: str
    doc: str
    values: tuple[Value, ...]
    default: str | None = None
    """What SWAN takes where it is not given."""
    required: bool = False
    always: bool = False
    """Whether the default is written where none is given, because SWAN would misread what follows."""
    since: str = ""
    until: str = ""

    def value(self, name: str) -> Value:
        """The keyword of that name in the config."""
        return next(v for v in self.values if v.name == name)


@dataclass(frozen=True)
class Fixed:
    """A keyword that is always there, and no field of the config."""

    keyword: str


@dataclass(frozen=True)
class Flag:
    """A keyword that is there or not."""

    name: str
    doc: str
    keyword: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Group:
    """A keyword with data of its own, all of it optional."""

    name: str
    doc: str
    keyword: str
    items: tuple[Item, ...] = ()
    required: bool = False
    rules: tuple[Rule, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Count:
    """How many of some items may be given."""

    names: tuple[str, ...]
    least: int = 0
    most: int = 99


@dataclass(frozen=True)
class Rising:
    """Each of some items, where it is given, is greater than the one before."""

    names: tuple[str, ...]
    may_be_equal: bool = False


Rule: TypeAlias = Count | Rising


@dataclass(frozen=True)
class Option:
    """One alternative of a choice."""

    value: str
    """Value in the config."""
    doc: str
    keyword: str
    """SWAN's words for it; perhaps none."""
    items: tuple[Item, ...] = ()
    rules: tuple[Rule, ...] = ()
    since: str = ""
    until: str = ""
    """First version that no longer knows it."""


@dataclass(frozen=True)
class Choice:
    """Alternatives with data of their own."""

    name: str
    """One of `DISCRIMINATORS` where it makes the node of its command a union, else key of a node with a ``kind``."""
    doc: str
    options: tuple[Option, ...]
    required: bool = False
    default: str | None = None
    """Value of the option that SWAN takes where none is given."""
    since: str = ""
    until: str = ""

    def option(self, value: str) -> Option:
        """The alternative of that value."""
        return next(o for o in self.options if o.value == value)


@dataclass(frozen=True)
class Rows:
    """Data that repeat: in the config a list of values, of lists of values, or of nodes."""

    name: str
    doc: str
    items: tuple[Argument | Word, ...]
    at_least: int = 1
    as_lists: bool = True
    """Whether a row is a value or a list of values in the config, and not a node."""
    is_short: bool = False
    """Whether a row that is a node may be written as the value of its first item alone."""
    since: str = ""
    until: str = ""


Item: TypeAlias = Argument | Word | Fixed | Flag | Group | Choice | Rows


@dataclass(frozen=True)
class Command:
    """One command of SWAN."""

    name: str
    """Name of its node in the config."""
    keyword: str
    """SWAN's words for it, the letters that SWAN needs in capitals; empty where the options of a choice have them."""
    doc: str
    items: tuple[Item, ...] = ()
    rules: tuple[Rule, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def choice(self) -> Choice | None:
        """The choice that makes the node of this command a union, where there is one."""
        return next((i for i in self.items if isinstance(i, Choice) and i.name in DISCRIMINATORS), None)

    def items_of(self, option: Option) -> tuple[Item, ...]:
        """All items in SWAN's order, with one alternative in the place of the choice."""
        found: list[Item] = []
        for item in self.items:
            found += [Fixed(option.keyword), *option.items] if item is self.choice else [item]
        return tuple(found)


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """Every item, with those inside of groups, choices and rows."""
    for item in items:
        yield item
        if isinstance(item, Group | Rows):
            yield from walk(item.items)
        elif isinstance(item, Choice):
            for option in item.options:
                yield from walk(option.items)


def real(
    name: str,
    doc: str,
    unit: str = "",
    default: float | None = None,
    *,
    required: bool = False,
    swan: str = "",
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
    is_bare: bool = False,
    always: bool = False,
    since: str = "",
    until: str = "",
) -> Argument:
    """A number."""
    return Argument(
        name,
        "real",
        doc,
        unit,
        default,
        required,
        swan,
        gt=gt,
        ge=ge,
        lt=lt,
        le=le,
        is_bare=is_bare,
        always=always,
        since=since,
        until=until,
    )


def integer(
    name: str,
    doc: str,
    default: int | None = None,
    *,
    required: bool = False,
    swan: str = "",
    ge: int | None = None,
    le: int | None = None,
    is_bare: bool = False,
    always: bool = False,
    since: str = "",
) -> Argument:
    """A whole number."""
    return Argument(
        name, "integer", doc, "", default, required, swan, ge=ge, le=le, is_bare=is_bare, always=always, since=since
    )


def text(
    name: str, doc: str, longest: int, *, required: bool = False, swan: str = "", default: str | None = None
) -> Argument:
    """A text in quotes."""
    return Argument(name, "text", doc, "", default, required, swan, longest=longest, is_bare=not swan)


def file(name: str, doc: str, *, required: bool = True, swan: str = "") -> Argument:
    """The name of a file beside the command file."""
    return Argument(name, "file", doc, required=required, swan=swan, longest=36, is_bare=not swan)


def time(name: str, doc: str, *, required: bool = True, swan: str = "", is_bare: bool = True) -> Argument:
    """A time."""
    return Argument(name, "time", doc, required=required, swan=swan, is_bare=is_bare)


def interval(name: str, doc: str, *, required: bool = True, swan: str = "", is_bare: bool = True) -> Argument:
    """A length of time, written in seconds."""
    return Argument(name, "interval", doc, "s", required=required, swan=swan, gt=0, is_bare=is_bare)


def words(*values: tuple[str, str]) -> tuple[Value, ...]:
    """Keywords by their value in the config."""
    return tuple(Value(name, keyword) for name, keyword in values)


def rows(
    name: str,
    doc: str,
    *items: Argument | Word,
    at_least: int = 1,
    as_lists: bool = True,
    is_short: bool = False,
    since: str = "",
) -> Rows:
    """Data that repeat, written without names."""
    bare = tuple(replace(i, is_bare=True) if isinstance(i, Argument) else i for i in items)
    return Rows(name, doc, bare, at_least, as_lists, is_short, since)
