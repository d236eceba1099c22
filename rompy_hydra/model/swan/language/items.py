"""What a command consists of, read from the data items of a record."""

from __future__ import annotations

from collections.abc import Iterator

from .cursor import Cursor, NotUnderstoodError
from .grammar import Argument, Choice, Flag, Group, Item, Rows, Word


def read_items(cursor: Cursor, items: tuple[Item, ...]) -> dict[str, object]:
    """The items that are given, by name.

    Raises:
        NotUnderstoodError: one that is required is missing, or has another type.
    """
    values: dict[str, object] = {}
    for item in items:
        value = _item(cursor, item)
        if value is not None:
            values[item.name] = value
        elif getattr(item, "required", False):
            raise NotUnderstoodError(f"no {item.name} is given")
    return values


def _item(cursor: Cursor, item: Item) -> object:
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
    found = cursor.best([keyword for _, keyword in item.values])
    if found is None:
        return next((value for value, keyword in item.values if not keyword), None) if item.required else None
    value, keyword = item.values[found]
    cursor.take(keyword)
    return value


def _group(cursor: Cursor, item: Group) -> dict[str, object] | None:
    if item.keyword and not cursor.take(item.keyword):
        return None
    values = read_items(cursor, item.items)
    return values if item.keyword or values else None


def read_option(cursor: Cursor, choice: Choice) -> tuple[str, dict[str, object]] | None:
    """The alternative that stands here, with its items; where no word of one does, the one that needs none."""
    found = cursor.best([o.keyword for o in choice.options])
    if found is not None:
        option = choice.options[found]
        cursor.take(option.keyword)
        return option.value, read_items(cursor, option.items)
    return _tacit(cursor, choice)


def _tacit(cursor: Cursor, choice: Choice) -> tuple[str, dict[str, object]] | None:
    before = cursor.at
    for option in choice.options:
        if option.keyword and option.value != choice.default:
            continue
        try:
            given = read_items(cursor, option.items)
        except NotUnderstoodError:
            if choice.required or cursor.at > before:
                raise
            continue
        if given or choice.required or cursor.at > before:
            return option.value, given
    return None


def _rows(cursor: Cursor, item: Rows) -> Iterator[object]:
    while (row := _row(cursor, item)) is not None:
        yield row


def _row(cursor: Cursor, item: Rows) -> object:
    first, *others = item.items
    value = cursor.datum(first, repeats=True)
    if value is None:
        return None
    rest = {a.name: cursor.datum(a) for a in others}
    for argument in others:
        if rest[argument.name] is None and (item.as_lists or argument.required):
            raise NotUnderstoodError(f"no {argument.name} is given in a row of {item.name}")
    if item.as_lists:
        return (value, *rest.values()) if others else value
    return {first.name: value, **{name: found for name, found in rest.items() if found is not None}}
