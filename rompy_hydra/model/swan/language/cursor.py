"""A place among the data items of a record, and SWAN's rules for keywords and data there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from .grammar import Argument
from .scanning import Token

_SECONDS = {"DA": 86400.0, "HR": 3600.0, "MI": 60.0, "S": 1.0}
OLD_WORDS: dict[str, tuple[str, ...]] = {}
"""Words that SWAN takes for another, shorter or older, by the latter."""


class NotUnderstoodError(Exception):
    """The data are not what the command consists of."""


class Cursor:
    """Items of a record, taken one after the other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def here(self) -> Token:
        """The next item."""
        return self.tokens[self.at]

    @property
    def last(self) -> Token:
        """The item before this place."""
        return self.tokens[self.at - 1]

    @property
    def key_here(self) -> bool:
        """Whether a keyword comes next."""
        return self.has_more() and self.here.kind == "key"

    def has_more(self) -> bool:
        """Whether any item is left."""
        return self.at < len(self.tokens)

    def all_of_it(self) -> Token:
        """Give up: go to the end, and say which item is the last."""
        self.at = len(self.tokens)
        return self.tokens[-1]

    def skip_ends(self) -> None:
        """Pass over signs that end data that repeat."""
        while self.has_more() and self.here.kind == "end":
            self.at += 1

    def matches(self, words: str) -> int:
        """How many of the words stand here."""
        count = 0
        for word, token in zip(words.split(), self.tokens[self.at :], strict=False):
            if token.kind != "key" or not _is(token.text, word):
                break
            count += 1
        return count

    def best(self, candidates: Sequence[str]) -> int | None:
        """Which of several groups of words stands here; None for none of them.

        All words of a group count more than a part of them, and more letters in common more than fewer.
        """
        scores = [self._score(words) for words in candidates]
        best = max(range(len(scores)), key=lambda i: scores[i], default=None)
        return None if best is None or scores[best] == (False, 0) else best

    def _score(self, words: str) -> tuple[bool, int]:
        count = self.matches(words)
        parts = words.split()
        return count == len(parts) > 0, sum(len(significant(word)) for word in parts[:count])

    def take(self, words: str) -> bool:
        """Pass over these words, or as many as are here."""
        count = self.matches(words)
        self.at += count
        return count > 0

    def datum(self, argument: Argument, *, repeats: bool = False) -> object:
        """The value of an argument, by its place or by its name; None where it is not given.

        Where data repeat, the sign of their end is passed over.

        Raises:
            NotUnderstoodError: a datum of another type stands here.
        """
        if not self.has_more():
            return None
        if self.here.kind == "key":
            if not self._is_named(argument):
                return None
            self.at += 1
        if self.here.kind == "end" and not repeats:
            return None
        token = self.here
        self.at += 1
        return None if token.kind in ("empty", "end") else self._value(argument, token)

    def _is_named(self, argument: Argument) -> bool:
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
        is_data = after is not None and after.kind not in ("key", "end")
        return is_data and self.here.text.startswith(argument.in_swan)

    def _value(self, argument: Argument, token: Token) -> object:
        match argument.type:
            case "integer" if token.kind == "integer":
                return int(token.text)
            case "real" if token.kind in ("integer", "real"):
                return _number(token.text)
            case "text" | "file" if token.kind == "text":
                return token.text
            case "time" if token.kind != "key":
                return _time(argument, token.text)
            case "interval" if token.kind in ("integer", "real"):
                return timedelta(seconds=_number(token.text) * self._unit())
        raise NotUnderstoodError(f"{argument.name} is no {argument.type}: {token.text}")

    def _unit(self) -> float:
        for word, seconds in _SECONDS.items():
            if self.key_here and self.here.text.startswith(word):
                self.at += 1
                return seconds
        return 1.0


def significant(word: str) -> str:
    """The letters of a keyword of the table that SWAN compares.

    >>> significant("BREaking"), significant("TRANS1d"), significant("R21B")
    ('BRE', 'TRANS1', 'R21B')
    """
    end = next((i for i, letter in enumerate(word) if letter.islower()), len(word))
    return word[:end]


def _is(found: str, word: str) -> bool:
    return found.startswith((significant(word), *OLD_WORDS.get(word.upper(), ())))


def _number(text: str) -> float:
    return float(text.upper().replace("D", "E").replace("^", "E"))


def _time(argument: Argument, text: str) -> datetime:
    """SWAN's notation 1; what is left out at its end is zero."""
    digits = text.replace(".", "", 1)
    if text[8:9] not in ("", ".") or not digits.isdigit() or not 8 <= len(digits) <= 14:
        raise NotUnderstoodError(f"{argument.name} is no time like 20230101.060000: {text}")
    try:
        return datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise NotUnderstoodError(f"{argument.name} is no time: {text}") from None
