"""The vocabulary in which SWAN's commands are written down. Light to import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

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
    """Whether it is written without its name, because SWAN's reader knows none."""
    since: str = ""
    """First version that knows it, e.g. ``41.45``; empty for all."""

    @property
    def in_swan(self) -> str:
        """The name before the equals sign."""
        return self.swan or self.name.upper()


@dataclass(frozen=True)
class Word:
    """One of several keywords that carry no data."""

    name: str
    doc: str
    values: tuple[tuple[str, str], ...]
    """Value in the config, SWAN's keyword (perhaps none)."""
    default: str | None = None
    """What SWAN takes where it is not given."""
    required: bool = False
    since: str = ""


@dataclass(frozen=True)
class Flag:
    """A keyword that is there or not."""

    name: str
    doc: str
    keyword: str
    since: str = ""


@dataclass(frozen=True)
class Group:
    """A keyword with data of its own, all of it optional."""

    name: str
    doc: str
    keyword: str
    items: tuple[Item, ...] = ()
    required: bool = False
    since: str = ""


@dataclass(frozen=True)
class Option:
    """One alternative of a choice."""

    value: str
    """Value in the config."""
    doc: str
    keyword: str
    """SWAN's words for it; perhaps none."""
    items: tuple[Item, ...] = ()
    since: str = ""
    until: str = ""
    """First version that no longer knows it."""


@dataclass(frozen=True)
class Choice:
    """Alternatives with data of their own."""

    name: str
    """Key of the discriminator where the choice is the first item of a command, else key of a node with a ``kind``."""
    doc: str
    options: tuple[Option, ...]
    required: bool = False
    default: str | None = None
    """Value of the option that SWAN takes where none is given."""
    since: str = ""

    def option(self, value: str) -> Option:
        """The alternative of that value."""
        return next(o for o in self.options if o.value == value)


@dataclass(frozen=True)
class Rows:
    """Data that repeat: in the config a list of numbers, of lists of numbers, or of nodes."""

    name: str
    doc: str
    items: tuple[Argument, ...]
    at_least: int = 1
    as_lists: bool = True
    """Whether a row is a list of numbers in the config, and not a node."""
    since: str = ""


Item: TypeAlias = Argument | Word | Flag | Group | Choice | Rows


@dataclass(frozen=True)
class Command:
    """One command of SWAN."""

    name: str
    """Name of its node in the config."""
    keyword: str
    """SWAN's words for it, the letters that SWAN needs in capitals; empty where the options of a choice have them."""
    doc: str
    items: tuple[Item, ...] = ()
    since: str = ""

    @property
    def choice(self) -> Choice | None:
        """The choice that makes the node of this command a union, where there is one."""
        first = self.items[0] if self.items else None
        return first if isinstance(first, Choice) else None


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
    since: str = "",
) -> Argument:
    """A number."""
    return Argument(name, "real", doc, unit, default, required, swan, gt, ge, lt, le, None, is_bare, since)


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
    since: str = "",
) -> Argument:
    """A whole number."""
    return Argument(name, "integer", doc, "", default, required, swan, None, ge, None, le, None, is_bare, since)


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
