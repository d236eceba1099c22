"""What a command consists of, read from the data items of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from .cursor import Cursor, NotUnderstoodError
from .grammar import Argument, Choice, Fixed, Flag, Group, Item, Option, Rows, Word
from .spelling import TACIT, TACIT_VALUES, WORDS_OF_WORDLESS

T = TypeVar("T")
_OF_VERTICES = ("side_k", "segment_k", "k")
"""Options that a file says as it says others, and means where its grid is unstructured."""


def read_items(cursor: Cursor, items: tuple[Item, ...], own: Choice | None = None) -> dict[str, object]:
    """The items that are given, by name; those of the choice `own` beside the others.

    Raises:
        NotUnderstoodError: one that is required is missing, or has another type.
    """
    values: dict[str, object] = {}
    for item in items:
        if isinstance(item, Fixed):
            _fixed(cursor, item)
        elif item is own:
            values |= _own(cursor, item)
        elif (value := _item(cursor, item)) is not None:
            values[item.name] = value
        elif getattr(item, "required", False):
            raise NotUnderstoodError(f"no {item.name} is given")
    return values


def first_that_fits(
    cursor: Cursor, candidates: Sequence[tuple[int, T]], read: Callable[[T], dict[str, object]]
) -> tuple[T, dict[str, object]] | None:
    """Of candidates with a rank each, the one of the highest rank that can be read, or reads most of its rank.

    Raises:
        NotUnderstoodError: none can be read; what the one says that came farthest.
    """
    start, farthest, fault = cursor.at, -1, None
    for _, equals in groupby(sorted(candidates, key=lambda c: -c[0]), key=lambda c: c[0]):
        read_to: list[tuple[int, T, dict[str, object]]] = []
        for _, candidate in equals:
            cursor.at = start
            try:
                values = read(candidate)
                read_to.append((cursor.at, candidate, values))
            except NotUnderstoodError as error:
                if cursor.at > farthest:
                    farthest, fault = cursor.at, error
        if read_to:
            at, found, values = max(read_to, key=lambda r: r[0])
            if fault is not None and at == start:
                break
            cursor.at = at
            return found, values
    cursor.at = start
    if fault is not None:
        raise fault
    return None


def read_option(cursor: Cursor, choice: Choice) -> tuple[str, dict[str, object]] | None:
    """The alternative that stands here, with its items; where no word of one does, one that needs none.

    Raises:
        NotUnderstoodError: its data are not understood.
    """
    candidates = [(rank, o) for o in _preferred(cursor, choice) if (rank := _rank(cursor, choice, o)) is not None]
    before = cursor.at

    def read(option: Option) -> dict[str, object]:
        cursor.take(_words(option))
        return read_items(cursor, option.items)

    try:
        found = first_that_fits(cursor, candidates, read)
    except NotUnderstoodError:
        if choice.required or any(rank > 0 for rank, _ in candidates):
            raise
        cursor.at = before
        return None
    if found is None or (cursor.at == before and not found[1] and not choice.required):
        return None
    return found[0].value, found[1]


def _preferred(cursor: Cursor, choice: Choice) -> list[Option]:
    return sorted(choice.options, key=lambda o: (o.value in _OF_VERTICES) != cursor.is_unstructured)


def _rank(cursor: Cursor, choice: Choice, option: Option) -> int | None:
    """How well the words of an option stand here; 0 where they may be left out, None where they may not."""
    if (fit := cursor.fit(_words(option))) is not None:
        return fit.letters
    return 0 if not option.keyword or option.value == choice.default or option.keyword in TACIT else None


def _words(option: Option) -> str:
    return option.keyword or WORDS_OF_WORDLESS.get(option.value, "")


def _fixed(cursor: Cursor, item: Fixed) -> None:
    if item.keyword and not cursor.take(item.keyword):
        raise NotUnderstoodError(f"{item.keyword} is expected")


def _own(cursor: Cursor, choice: Choice) -> dict[str, object]:
    found = read_option(cursor, choice)
    if found is None and choice.default is None:
        raise NotUnderstoodError(f"one of {', '.join(o.keyword or o.value for o in choice.options)} is expected")
    value, values = found or (choice.default, {})
    return {choice.name: value, **values}


def _item(cursor: Cursor, item: Argument | Word | Flag | Group | Choice | Rows) -> object:
    match item:
        case Argument():
            return cursor.datum(item)
        case Word():
            return _word(cursor, item)
        case Flag():
            return cursor.take(item.keyword) or None
        case Group():
            return _group(cursor, item)
        case Choice():
            found = read_option(cursor, item)
            return None if found is None else {"kind": found[0], **found[1]}
        case Rows():
            return list(_rows(cursor, item)) or None


def _word(cursor: Cursor, item: Word) -> str | None:
    found = cursor.best([value.keyword for value in item.values])
    if found is None:
        return TACIT_VALUES.get(item.name) if item.required else None
    cursor.take(item.values[found].keyword)
    return item.values[found].name


def _group(cursor: Cursor, item: Group) -> dict[str, object] | None:
    if item.keyword and not cursor.take(item.keyword):
        return None
    before = cursor.at
    try:
        values = read_items(cursor, item.items)
    except NotUnderstoodError:
        if item.keyword or cursor.at != before:
            raise
        return None  # without a keyword, no data tell that it is not there
    return values if item.keyword or values else None


def _rows(cursor: Cursor, item: Rows) -> Iterator[object]:
    while (row := _row(cursor, item)) is not None:
        yield row


def _row(cursor: Cursor, item: Rows) -> object:
    first, *others = item.items
    value = _word(cursor, first) if isinstance(first, Word) else cursor.datum(first, repeats=True)
    if value is None:
        return None
    rest = {i.name: _item(cursor, i) for i in others}
    for other in others:
        if rest[other.name] is None and (item.as_lists or other.required):
            raise NotUnderstoodError(f"no {other.name} is given in a row of {item.name}")
    given = {name: found for name, found in rest.items() if found is not None}
    if item.as_lists:
        return (value, *rest.values()) if others else value
    return value if item.is_short and not given else {first.name: value, **given}
