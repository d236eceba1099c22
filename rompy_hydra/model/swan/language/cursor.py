"""A place among the data items of a record, and SWAN's rules for keywords and data there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .grammar import Argument
from .scanning import Token
from .spelling import is_word, phrases, significant

_SECONDS = {"DA": 86400.0, "HR": 3600.0, "MI": 60.0, "S": 1.0}


class NotUnderstoodError(Exception):
    """The data are not what the command consists of."""


@dataclass(frozen=True)
class Fit:
    """How words of the table stand in a file."""

    tokens: int
    """Data items that they are."""
    letters: int
    """That are compared."""


class Cursor:
    """Items of a record, taken one after the other."""

    def __init__(self, tokens: Sequence[Token], *, is_unstructured: bool = False) -> None:
        self.tokens = tokens
        self.is_unstructured = is_unstructured
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

    def fit(self, words: str) -> Fit | None:
        """How the words stand here, in one of the ways to say them; None where they do not."""
        fits = [f for f in map(self._fit, phrases(words)) if f is not None]
        return max(fits, key=lambda f: (f.letters, f.tokens), default=None)

    def _fit(self, words: str) -> Fit | None:
        at, letters = self.at, 0
        for word in words.split():
            name, _, number = word.partition("=")
            if at >= len(self.tokens) or self.tokens[at].kind != "key" or not is_word(self.tokens[at].text, name):
                return None
            letters += min(len(significant(name)), len(self.tokens[at].text))
            at += 1
            if number:
                if at >= len(self.tokens) or self.tokens[at].text != number:
                    return None
                at += 1
        return Fit(at - self.at, letters)

    def best(self, candidates: Sequence[str]) -> int | None:
        """Which of several words stands here, that with most letters in common; None for none of them."""
        fits = [self.fit(words) for words in candidates]
        return max((i for i, f in enumerate(fits) if f), key=lambda i: fits[i].letters, default=None)  # type: ignore[union-attr]

    def take(self, words: str) -> bool:
        """Pass over these words, if they are here."""
        found = self.fit(words)
        self.at += found.tokens if found else 0
        return found is not None

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
