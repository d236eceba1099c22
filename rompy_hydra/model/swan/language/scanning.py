"""A command file cut into the data items that SWAN's reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LINE_LENGTH = 180
"""Characters of a line that SWAN looks at."""

Kind = Literal["key", "integer", "real", "text", "other", "empty", "end"]
"""``other`` is no number, text or keyword, e.g. a time such as 10:30:00; ``end`` is ``/`` or ``;``, which end data that
repeat."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[DdEe^][+-]?\d+)?(?=[ \t,;*]|$)")
_REPEAT = re.compile(r"[ \t]*\*")
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)[ \t]*([=:]?)")
_TEXT = re.compile(r"'((?:[^']|'')*)(?:'|$)[ \t]*,?")
_OTHER = re.compile(r"[^ \t,;]+[ \t,;]?")
_AFTER_NUMBER = re.compile(r"[ \t]*,?")


@dataclass(frozen=True)
class Token:
    """One data item."""

    kind: Kind
    text: str
    """As it is written; of a text what is between the quotes, of a keyword capitals."""
    start: int
    """Place of its first character in the text of the file."""
    end: int
    is_name: bool = False
    """Whether a keyword has an equals sign behind it."""


@dataclass(frozen=True)
class Record:
    """What SWAN reads as one line: lines joined by signs of continuation."""

    tokens: tuple[Token, ...]

    @property
    def starts_with_data(self) -> bool:
        """Whether no keyword comes first."""
        return self.tokens[0].kind != "key"


def records_of(text: str) -> Iterator[Record]:
    """The records of a command file; those without anything but comment are left out.

    >>> [[t.text for t in r.tokens] for r in records_of("SET NAUT $ nautical $ 0.05\\nFRIC & \\n cfjon=2*0.03 ! note")]
    [['SET', 'NAUT', '0.05'], ['FRIC', 'CFJON', '0.03', '0.03']]
    """
    tokens: list[Token] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        line_scan = _Line(line.rstrip("\r\n")[:LINE_LENGTH], offset)
        tokens += line_scan.tokens()
        offset += len(line)
        if not line_scan.is_continued and tokens:
            yield Record(tuple(tokens))
            tokens = []
    if tokens:
        yield Record(tuple(tokens))


class _Line:
    """One line, read from left to right."""

    def __init__(self, line: str, offset: int) -> None:
        self.line = line
        self.offset = offset
        self.at = 0
        self.is_continued = False

    def tokens(self) -> Iterator[Token]:
        times = 1
        while (token := self._next(times)) is not None:
            if token.text.endswith("*") and token.kind == "integer":
                times = int(token.text[:-1])
                continue
            yield from [token] * times
            times = 1

    def _next(self, times: int) -> Token | None:
        """The next item; None at the end of the line. Where `times` is above one, what is no datum leaves it empty."""
        while self.at < len(self.line) and self.line[self.at] in " \t(":
            self.at += 1
        here = self.line[self.at : self.at + 1]
        if times > 1 and (here in ("", "!", "$", "&", "_", ";", "/") or here.isalpha()):
            return self._token("empty", "", self.at)
        if here in ("", "!"):
            return None
        if here == "$":
            return self._after_comment(times)
        if here in "&_":
            self.is_continued = True
            return None
        if here in ";/":
            return self._token("end", here, self.at + 1)
        if here == ",":
            return self._token("empty", "", self.at + 1)
        return self._datum()

    def _after_comment(self, times: int) -> Token | None:
        closing = self.line.find("$", self.at + 1)
        self.at = closing + 1 if closing >= 0 else len(self.line)
        return self._next(times)

    def _datum(self) -> Token:
        if found := _NUMBER.match(self.line, self.at):
            return self._number(found)
        if found := _TEXT.match(self.line, self.at):
            return self._token("text", found[1].replace("''", "'").rstrip(), found.end())
        if found := _KEY.match(self.line, self.at):
            return self._token("key", found[1].upper(), found.end(), is_name=bool(found[2]))
        found = _OTHER.match(self.line, self.at)
        assert found is not None  # anything but a separator, which has been seen to
        return self._token("other", found[0].rstrip(" \t,;"), found.end())

    def _number(self, found: re.Match[str]) -> Token:
        is_integer = found[0].lstrip("+-").isdigit()
        if is_integer and int(found[0]) > 0 and (star := _REPEAT.match(self.line, found.end())):
            return self._token("integer", f"{found[0]}*", star.end())
        after = _AFTER_NUMBER.match(self.line, found.end())
        assert after is not None  # it matches anything
        return self._token("integer" if is_integer else "real", found[0], after.end())

    def _token(self, kind: Kind, text: str, end: int, *, is_name: bool = False) -> Token:
        token = Token(kind, text, self.offset + self.at, self.offset + end, is_name)
        self.at = end
        return token
