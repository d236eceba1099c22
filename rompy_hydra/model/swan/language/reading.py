"""Commands of an existing command file, as nodes: the inverse of `render`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from .cursor import Cursor, NotUnderstoodError
from .grammar import Choice, Command
from .items import read_items, read_option
from .nodes import CommandNode, class_of
from .scanning import Record, Token, records_of

_GO_ON_NEXT_LINE = ("PROJ", "CURV", "RAY")
"""Commands after which SWAN's reader goes to the next line where it finds no more data on this one."""


@dataclass(frozen=True)
class Parsed:
    """One command of a file."""

    first_line: int
    """From one."""
    last_line: int
    text: str
    """As it stands in the file, with its line breaks and comments."""
    command: Command | None = None
    """None where the table does not have it."""
    node: CommandNode | None = None
    """None where it could not be read."""
    fault: str = ""
    """Why not."""
    head: str = ""
    """Its first word in capitals, or its first datum."""


def read(text: str, commands: Iterable[Command]) -> list[Parsed]:
    """Every command of a command file up to STOP, in their order; nothing is raised.

    >>> from .physics import FRICTION
    >>> [parsed] = read("fric jon 0.067 $ swell\\n", [FRICTION])
    >>> parsed.node.law, parsed.node.cfjon
    ('jonswap', 0.067)
    """
    reader = _Reader(text, tuple(commands))
    return list(reader.commands())


class _Reader:
    def __init__(self, text: str, commands: tuple[Command, ...]) -> None:
        self.text = text
        self.table = commands

    def commands(self) -> Iterator[Parsed]:
        for record in _joined(records_of(self.text)):
            cursor = Cursor(record.tokens)
            while cursor.has_more():
                if cursor.here.text == "STOP":
                    return
                yield self._command(cursor)

    def _command(self, cursor: Cursor) -> Parsed:
        first = cursor.here
        found = self._which(cursor)
        if found is None:
            fault = "not in the table of commands" if first.kind == "key" else "data where a command is expected"
            return self._parsed(first, cursor.all_of_it(), None, None, fault)
        command, node, fault = found[0], None, ""
        try:
            node = _node(cursor, *found)
            self._check_end(cursor)
        except NotUnderstoodError as problem:
            fault = str(problem)
        except ValidationError as error:
            fault = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        if fault:
            return self._parsed(first, cursor.all_of_it(), command, None, fault)
        return self._parsed(first, cursor.last, command, node, "")

    def _which(self, cursor: Cursor) -> tuple[Command, str | None] | None:
        """The command whose words stand here, and the option where these are its words."""
        heads = [
            (command, value, words) for command in self.table for value, words in _heads(command) if cursor.key_here
        ]
        best = cursor.best([words for _, _, words in heads])
        if best is None:
            return None
        cursor.take(heads[best][2])
        return heads[best][0], heads[best][1]

    def _check_end(self, cursor: Cursor) -> None:
        """Behind a command nothing may follow but another one."""
        cursor.skip_ends()
        if not cursor.has_more() or cursor.here.text == "STOP":
            return
        if cursor.key_here and any(cursor.matches(words) for c in self.table for _, words in _heads(c)):
            return
        raise NotUnderstoodError(f"{cursor.here.text or 'an empty datum'} is not understood")

    def _parsed(
        self, first: Token, last: Token, command: Command | None, node: CommandNode | None, fault: str
    ) -> Parsed:
        text = self.text[first.start : last.end].rstrip()
        line = self.text.count("\n", 0, first.start) + 1
        return Parsed(line, line + text.count("\n"), text, command, node, fault, first.text)


def _node(cursor: Cursor, command: Command, value: str | None) -> CommandNode:
    choice = command.choice
    if choice is None:
        return class_of(command)(**read_items(cursor, command.items))
    option, values = _option(cursor, choice, value)
    return class_of(command, option)(**{choice.name: option, **values, **read_items(cursor, command.items[1:])})


def _option(cursor: Cursor, choice: Choice, value: str | None) -> tuple[str, dict[str, object]]:
    if value is not None:
        return value, read_items(cursor, choice.option(value).items)
    found = read_option(cursor, choice)
    if found is None and choice.default is not None:
        return choice.default, {}
    if found is None:
        raise NotUnderstoodError(f"one of {', '.join(o.keyword or o.value for o in choice.options)} is expected")
    return found


def _heads(command: Command) -> Iterator[tuple[str | None, str]]:
    """The words that a command may start with; with the value of the option that they stand for."""
    if command.keyword:
        yield None, command.keyword
    elif command.choice is not None:
        yield from ((o.value, o.keyword) for o in command.choice.options)


def _joined(records: Iterable[Record]) -> Iterator[Record]:
    """Records, those of titles and of first points together with the command before them."""
    waiting: Record | None = None
    for record in records:
        if waiting is not None and record.starts_with_data and waiting.tokens[0].text.startswith(_GO_ON_NEXT_LINE):
            waiting = Record((*waiting.tokens, *record.tokens))
            continue
        if waiting is not None:
            yield waiting
        waiting = record
    if waiting is not None:
        yield waiting
