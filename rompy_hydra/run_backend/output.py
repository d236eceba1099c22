"""The output of a running program, as lines while it runs and in bounded memory."""

from __future__ import annotations

import codecs
import io
import os
import re
import selectors
import time
from collections import deque
from collections.abc import Callable
from typing import Self

from ..core import secrets
from ..core.printable import printable

TAIL_LINES = 50
TAIL_WIDTH = 500
"""Characters of each line of the tail; what was longer says so."""
LONGEST_LINE = 16_384
"""Characters; a longer line is handed over in pieces."""
CHUNK = 65_536
"""Bytes that are read at once."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")


class Lines:
    """Bytes that a program has printed, handed over line by line.

    A line ends with a newline or, as progress bars have it, with a carriage return. Bytes that are no UTF-8 and control
    characters, tabs and colours apart, become U+FFFD.
    """

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._tail: deque[tuple[str, int]] = deque(maxlen=TAIL_LINES)
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)
        self._unfinished = ""
        self._first_piece, self._length = "", 0

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, shortened and printable."""
        return tuple(_shortened(*line) for line in self._tail)

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Hand over the lines that are complete with these bytes."""
        text = _CONTROL.sub("\ufffd", self._decoder.decode(chunk, final=last))
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        for line in lines:
            self._end_line(line)
        while len(self._unfinished) >= LONGEST_LINE:
            self._hand_over(self._unfinished[:LONGEST_LINE])
            self._unfinished = self._unfinished[LONGEST_LINE:]

    def finish(self) -> None:
        """Hand over a line that has no end."""
        if self._unfinished or self._length:
            self._end_line(self._unfinished)
            self._unfinished = ""

    def _end_line(self, rest: str) -> None:
        if rest or not self._length:
            self._hand_over(rest)
        self._tail.append((self._first_piece, self._length))
        self._length = 0

    def _hand_over(self, piece: str) -> None:
        if not self._length:
            self._first_piece = piece
        self._length += len(piece)
        self._on_line(piece)


class Output:
    """A pipe that a program writes to, handed over as `Lines`; use it in a ``with`` statement."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self.ended = False
        """The other end is closed by every process that had it."""
        self._lines = Lines(on_line)

    def __enter__(self) -> Self:
        self._read_end, self.write_end = os.pipe()
        """Give this one to the program, then `close_write_end`."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._read_end, selectors.EVENT_READ)
        return self

    def __exit__(self, *_: object) -> None:
        self.close_write_end()
        self._selector.close()
        os.close(self._read_end)

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, shortened and printable."""
        return self._lines.tail

    def close_write_end(self) -> None:
        """Leave the writing to the program, so that its end is seen."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1

    def read(self, limit_s: float) -> None:
        """Hand over what arrives next; waits for it at most `limit_s`."""
        if self.ended:
            time.sleep(limit_s)
        elif self._selector.select(limit_s):
            chunk = os.read(self._read_end, CHUNK)
            self.ended = not chunk
            self._lines.feed(chunk, last=self.ended)

    def finish(self, limit_s: float = 1.0) -> None:
        """Hand over the rest, up to the end or, should an unknown process still hold the pipe open, for `limit_s`."""
        deadline = time.monotonic() + limit_s
        while not self.ended and time.monotonic() < deadline:
            self.read(deadline - time.monotonic())
        self._lines.finish()


def _shortened(beginning: str, length: int) -> str:
    text = secrets.mask(beginning)  # before it is cut: half a secret would not be recognised
    if length <= TAIL_WIDTH:
        return printable(text)
    return f"{printable(text[:TAIL_WIDTH])} ... ({length:,} characters)"
