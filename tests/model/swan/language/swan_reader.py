"""Reads commands as SWAN does, by schemes of its own: the second opinion on what is rendered.

A scheme is a row of elements. ``WORD`` is a keyword, of which the capitals are compared; ``[x]`` a real, ``[x#]`` an
integer, ``'x'`` a text, ``{x}`` a time and ``{x~}`` a length of time with its unit; ``!`` after one means that it must
be there. ``( a | b )`` is one of several or none, with ``!`` after it one of several; ``< a >`` repeats as long as
there are data; ``WORD=1`` is a name with a number that decides what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 180
_UNITS = {"DA": 86400.0, "HR": 3600.0, "MI": 60.0, "S": 1.0}
_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[DdEe^][-+]?\d+)?)(?=[\s,;]|$)"
    r"|(?P<word>[A-Za-z][A-Za-z0-9\-_.]*)\s*(?P<equals>[=:])?|(?P<blank>[\s,(]+)"
)


class NotSwanError(Exception):
    """SWAN would not take it."""


@dataclass(frozen=True)
class Token:
    kind: str
    """``word``, ``integer``, ``real`` or ``text``."""
    text: str


def commands(text: str) -> Iterator[list[Token]]:
    """The tokens of each command of a file: comments are dropped, continued lines are joined."""
    tokens: list[Token] = []
    for line in text.splitlines():
        if len(line) > LONGEST_LINE:
            raise NotSwanError(f"longer than {LONGEST_LINE}: {line}")
        code, goes_on = _without_comments(line)
        tokens += _tokens(code)
        if tokens and not goes_on:
            yield tokens
            tokens = []
    if tokens:
        raise NotSwanError("ends with a line that is continued")


def _without_comments(line: str) -> tuple[str, bool]:
    kept, in_text, in_comment = "", False, False
    for mark in line:
        if mark == "'" and not in_comment:
            in_text = not in_text
        if not in_text and not in_comment and mark in "!&":
            return kept, mark == "&"
        if not in_text and mark == "$":
            in_comment = not in_comment
        elif not in_comment:
            kept += mark
    return kept, False


def _tokens(code: str) -> list[Token]:
    found, at = [], 0
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None:
            raise NotSwanError(f"cannot read {code[at:]!r}")
        at = match.end()
        if match["text"]:
            found.append(Token("text", match["text"][1:-1].replace("''", "'")))
        elif match["number"]:
            found.append(_number(match["number"]))
        elif match["word"]:
            found.append(Token("word", match["word"].upper()))
    return found


def _number(text: str) -> Token:
    kind = "integer" if re.fullmatch(r"[-+]?\d+", text) else "real"
    digits = re.match(r"[-+]?(\d*)", text)
    if digits and digits[1] and int(digits[1]) >= 2**31:
        raise NotSwanError(f"too many digits before the point for 32 bits: {text}")
    return Token(kind, text)


@dataclass(frozen=True)
class Element:
    kind: str
    name: str = ""
    parts: tuple[tuple[Element, ...], ...] = ()
    is_required: bool = False


def scheme(text: str) -> tuple[Element, ...]:
    """The elements of a scheme."""
    words = re.findall(r"\{[^}]*\}!?|\[[^\]]*\]!?|'[^']*'!?|[(|<]|[)>]!?|[A-Za-z][\w=-]*!?", text)
    elements, rest = _sequence(words)
    assert not rest, rest
    return elements


def _sequence(words: list[str]) -> tuple[tuple[Element, ...], list[str]]:
    found: list[Element] = []
    while words and words[0][0] not in ")>|":
        word, *words = words
        if word in "(<":
            parts, words = _parts(words)
            found.append(Element(word, "", parts, words[0].endswith("!")))
            words = words[1:]
        else:
            found.append(_single(word))
    return tuple(found), words


def _parts(words: list[str]) -> tuple[tuple[tuple[Element, ...], ...], list[str]]:
    parts = []
    while True:
        part, words = _sequence(words)
        parts.append(part)
        if words[0] != "|":
            return tuple(parts), words
        words = words[1:]


def _single(word: str) -> Element:
    is_required, word = word.endswith("!"), word.rstrip("!")
    if word[0] == "[":
        name = word[1:-1]
        return Element("integer" if "#" in name else "real", name.rstrip("#").upper(), (), is_required)
    if word[0] == "{":
        name = word[1:-1]
        return Element("interval" if "~" in name else "time", name.rstrip("~").upper(), (), is_required)
    if word[0] == "'":
        return Element("text", word[1:-1].upper(), (), is_required)
    letters = re.match(r"[A-Z0-9_=-]+", word)
    assert letters, word
    return Element("word", letters[0], (), is_required)


Datum = tuple[str, object]


def read(tokens: list[Token], by: tuple[Element, ...]) -> list[Datum]:
    """Keywords and data of a command, as SWAN takes them.

    Raises:
        NotSwanError: SWAN would complain.
    """
    reader = _Reader(tokens)
    reader.sequence(by)
    if reader.here is not None:
        raise NotSwanError(f"illegal keyword or data field skipped: {reader.here.text}")
    return reader.found


def _kinds(element: Element) -> tuple[str, ...]:
    allowed = {"real": ("real", "integer"), "interval": ("real", "integer"), "time": ("real",)}
    return allowed.get(element.kind, (element.kind,))


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self.found: list[Datum] = []

    @property
    def here(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def sequence(self, elements: tuple[Element, ...]) -> None:
        for element in elements:
            self._element(element)

    def _element(self, element: Element) -> None:
        if element.kind == "word":
            self._word(element)
        elif element.kind == "(":
            self._one_of(element)
        elif element.kind == "<":
            while self.here is not None and self.here.kind != "word":
                self.sequence(element.parts[0])
        else:
            self._datum(element)

    def _word(self, element: Element) -> None:
        if self._is_word(element):
            self._at += 1 + ("=" in element.name)
            self.found.append(("word", element.name))
        elif element.is_required:
            raise NotSwanError(f"expected {element.name}, not {self.here}")

    def _is_word(self, element: Element) -> bool:
        name, _, number = element.name.partition("=")
        if self.here is None or self.here.kind != "word" or not self.here.text[:8].startswith(name[:8]):
            return False
        return not number or self._tokens[self._at + 1].text == number

    def _one_of(self, element: Element) -> None:
        for part in element.parts:
            if part and self._begins(part[0]):
                self.sequence(part)
                return
        if element.is_required:
            raise NotSwanError(f"none of the alternatives begins with {self.here}")

    def _begins(self, element: Element) -> bool:
        if element.kind == "word":
            return self._is_word(element)
        if element.kind in "(<":
            return any(self._begins(part[0]) for part in element.parts)
        return self._is_name(element) or (self.here is not None and self.here.kind in _kinds(element))

    def _is_name(self, element: Element) -> bool:
        return self.here is not None and self.here.kind == "word" and self.here.text.startswith(element.name)

    def _datum(self, element: Element) -> None:
        if self._is_name(element):
            self._at += 1
            if self.here is None or self.here.kind == "word":
                raise NotSwanError(f"read error with variable {element.name}")
        elif self.here is None or self.here.kind == "word":
            if element.is_required:
                raise NotSwanError(f"no value for variable {element.name}")
            return
        self.found.append((element.kind, self._value(element)))

    def _value(self, element: Element) -> object:
        token = self.here
        assert token is not None
        self._at += 1
        if token.kind not in _kinds(element):
            raise NotSwanError(f"wrong type of data for variable {element.name}: {token.text}")
        if element.kind == "text":
            return token.text
        if element.kind == "time":
            return datetime.strptime(token.text, "%Y%m%d.%H%M%S").replace(tzinfo=UTC)
        if element.kind == "integer":
            return int(token.text)
        number = float(re.sub("[Dd^]", "E", token.text))
        return number * self._unit() if element.kind == "interval" else number

    def _unit(self) -> float:
        for letters, seconds in _UNITS.items():
            if self.here is not None and self.here.kind == "word" and self.here.text.startswith(letters):
                self._at += 1
                return seconds
        return 1.0
