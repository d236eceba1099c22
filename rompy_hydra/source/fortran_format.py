"""Formats of Fortran, and numbers that are read by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ITEM = re.compile(r"(\d*)(?:([FEGDI])[SN]?(\d+)(?:\.(\d+))?(?:E\d+)?|(X)|(/)|(\())", re.IGNORECASE)


@dataclass(frozen=True)
class _Edit:
    """One edit descriptor of a format."""

    letter: str
    width: int
    decimals: int = 0


@dataclass(frozen=True)
class Format:
    """A format, with the part of it that is taken for the second line and those that follow."""

    first: tuple[_Edit, ...]
    again: tuple[_Edit, ...]

    def steps(self, values: int) -> Iterator[_Edit]:
        """The edit descriptors up to the last that a read of so many numbers comes to, ``/`` where a line begins."""
        missing, edits = values, self.first
        while True:
            for edit in edits:
                if edit.letter not in "X/":
                    if missing == 0:
                        return
                    missing -= 1
                yield edit
            if missing == 0:
                return
            yield _NEXT_LINE
            edits = self.again

    def lines(self, values: int) -> int:
        """Lines of a read of so many numbers."""
        return 1 + sum(edit.letter == "/" for edit in self.steps(values))


_NEXT_LINE = _Edit("/", 0)


def numbers(lines: list[str], form: Format, values: int) -> Iterator[float]:
    """The numbers of the lines of a read; blank ones are zero."""
    rest = iter(lines)
    line, at = next(rest, ""), 0
    for edit in form.steps(values):
        if edit.letter == "/":
            line, at = next(rest, ""), 0
            continue
        text, at = line[at : at + edit.width], at + edit.width
        if edit.letter != "X":
            yield _number(text, edit)


def _number(text: str, edit: _Edit) -> float:
    plain = re.sub("[dDqQ]", "e", text.replace(" ", ""))
    if not plain:
        return 0.0
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    return value if "." in plain or edit.letter == "I" else value / 10**edit.decimals


def understood(form: str, values: int) -> Format:
    """A format such as ``(10X,12F5.0)`` for reads of up to so many numbers.

    Where a read goes on behind its end, it begins again with the last group that is in no other one, with the number
    before it, or with the whole format where there is no group: ISO/IEC 1539-1, format control.

    Raises:
        ValueError: there is something else in it than F, E, G, D, I, X, ``/`` and groups of them; the part that is
            taken again reads no numbers.
    """
    inside = re.fullmatch(r"\s*\((.*)\)\s*", form, re.DOTALL)
    if inside is None:
        raise ValueError(f"{form!r} is no format; expected free, unformatted or one such as (10F8.3)")
    text = inside[1].replace(" ", "")
    first = tuple(_edits(text, form))
    again = tuple(_edits(text[_reverts_to(text) :], form))
    count = sum(edit.letter not in "X/" for edit in first)
    if count == 0 or (count < values and all(edit.letter in "X/" for edit in again)):
        raise ValueError(
            f"the format {form!r} reads {'no numbers' if count == 0 else f'no more than {count} of {values}'}"
        )
    return Format(first, again)


def _reverts_to(text: str) -> int:
    """Where the last group that is in no other one begins, with its number."""
    depth = 0
    for place in range(text.rfind(")"), -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth == 0:
            return len(text[:place].rstrip("0123456789"))
    return 0


def _edits(text: str, form: str) -> Iterator[_Edit]:
    at = 0
    while at < len(text):
        if text[at] == ",":
            at += 1
            continue
        found = _ITEM.match(text, at)
        if found is None:
            raise ValueError(f"the format {form!r} is not understood at {text[at:]!r}")
        count, at = int(found[1] or 1), found.end()
        if found[7]:
            end = _closing(text, at, form)
            yield from list(_edits(text[at:end], form)) * count
            at = end + 1
        elif found[5]:
            yield _Edit("X", count)
        else:
            letter = "/" if found[6] else found[2].upper()
            yield from [_Edit(letter, int(found[3] or 0), int(found[4] or 0))] * count


def _closing(text: str, at: int, form: str) -> int:
    depth = 1
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a parenthesis of the format {form!r} is not closed")
