"""What a model prints, on disk while it runs, and never more of it than wanted."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Self

from .core import secrets
from .core.sizes import format_size

_BLOCK = 1_000_000


class OutputFile:
    """A file of lines; past `limit` bytes it keeps its beginning and the latest part, and says what is between.

    Each line is on disk when `write` returns, its secrets masked. Use it in a ``with`` statement.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._size = self._left_out = 0
        self._gap = self._latest = 0  # where the beginning ends, and where the latest part begins

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._path.open("w+b", buffering=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def is_shortened(self) -> bool:
        """Whether something was left out."""
        return bool(self._left_out)

    def write(self, line: str) -> None:
        """Append a line, which is given without its end."""
        self._size += self._file.write(f"{secrets.mask(line)}\n".encode())
        if self._size > self._limit:
            self._shorten()

    def _shorten(self) -> None:
        """Keep a quarter of the limit at either end, in whole lines, in a new file that takes the place of the old.

        So whoever reads the old one goes on to its end, and then sees that there is another.
        """
        quarter = self._limit // 4
        if not self._gap:
            self._gap = self._latest = self._line_after(quarter)
        latest = self._line_after(self._size - quarter)
        self._left_out += latest - self._latest
        shorter = self._path.with_name(f".{self._path.name}.shorter")
        with self._file as old:
            self._file = shorter.open("w+b", buffering=0)
            old.seek(0)
            _copy(old, self._file, self._gap)
            self._latest = self._gap + self._file.write(self._notice())
            old.seek(latest)
            _copy(old, self._file, self._size - latest)
        self._size = self._file.tell()
        shorter.replace(self._path)

    def _notice(self) -> bytes:
        limit = format_size(self._limit)
        return f"... {self._left_out:,} bytes were left out here, for run_backend.output_limit={limit} ...\n".encode()

    def _line_after(self, position: int) -> int:
        """Where the first line begins that begins after a position."""
        self._file.seek(position)
        self._file.readline()
        return self._file.tell()


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    """Copy the next `size` bytes."""
    while size and (block := source.read(min(size, _BLOCK))):
        target.write(block)
        size -= len(block)
