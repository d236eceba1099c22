"""Commands of an existing command file, as nodes: the inverse of `render`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from .cursor import Cursor, NotUnderstoodError
from .grammar import Command
from .items import first_that_fits, read_items
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
    name: str = ""
    """Of the command in the table."""


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
        self.is_unstructured = False

    def commands(self) -> Iterator[Parsed]:
        for record in _joined(records_of(self.text)):
            cursor = Cursor(record.tokens, is_unstructured=self.is_unstructured)
            while cursor.has_more():
                if cursor.here.text == "STOP":
                    return
                parsed = self._command(cursor)
                self.is_unstructured |= parsed.name == "cgrid" and getattr(parsed.node, "kind", "") == "unstructured"
                yield parsed

    def _command(self, cursor: Cursor) -> Parsed:
        first = cursor.here
        candidates = [(fit.letters, c) for c in self.table for w in _heads(c) if (fit := cursor.fit(w)) is not None]
        nodes: dict[str, CommandNode] = {}

        def read_it(command: Command) -> dict[str, object]:
            cursor.take(command.keyword)
            nodes[command.name] = _node(command, read_items(cursor, command.items, command.choice))
            self._check_end(cursor)
            return {}

        try:
            found = first_that_fits(cursor, candidates, read_it)
        except NotUnderstoodError as error:
            return self._parsed(first, cursor.all_of_it(), candidates[0][1], None, str(error))
        if found is None:
            fault = "no command of SWAN that is known here" if first.kind == "key" else "data without a command"
            return self._parsed(first, cursor.all_of_it(), None, None, fault)
        return self._parsed(first, cursor.last, found[0], nodes[found[0].name], "")

    def _check_end(self, cursor: Cursor) -> None:
        """Behind a command nothing may follow but another one."""
        cursor.skip_ends()
        if not cursor.has_more() or cursor.here.text == "STOP":
            return
        if any(cursor.fit(words) for command in self.table for words in _heads(command)):
            return
        raise NotUnderstoodError(f"{cursor.here.text or 'an empty datum'} is not understood")

    def _parsed(
        self, first: Token, last: Token, command: Command | None, node: CommandNode | None, fault: str
    ) -> Parsed:
        text = self.text[first.start : last.end].rstrip()
        line = self.text.count("\n", 0, first.start) + 1
        return Parsed(line, line + text.count("\n"), text, command, node, fault, command.name if command else "")


def _node(command: Command, values: dict[str, object]) -> CommandNode:
    option = str(values[command.choice.name]) if command.choice else ""
    try:
        return class_of(command, option)(**values)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise NotUnderstoodError(told) from error


def _heads(command: Command) -> Iterator[str]:
    """The words that a command may start with."""
    if command.keyword:
        yield command.keyword
    elif command.choice is not None:
        yield from (o.keyword for o in command.choice.options)


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
