"""Arrays of numbers as Fortran programs write them: list-directed, by a format, or as unformatted records."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .fortran_format import Format, numbers, understood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_UNUSUAL = re.compile(rb"[*,/dDqQ;]")


@dataclass(frozen=True)
class Field:
    """How one array stands in a file."""

    reads: int
    """READ statements for it; each begins with a new line or record."""
    values: int
    """Numbers that each of them takes."""
    headers: int = 0
    """Lines or records before it."""


class ArrayFile:
    """The arrays of a file: `cycle` of them come again and again behind `first` lines or records.

    Raises:
        ValueError: a file that ends within an array, a format that is not understood.
    """

    def __init__(self, path: Path, form: str, cycle: tuple[Field, ...], first: int = 0) -> None:
        self.path, self.cycle, self.first = path, cycle, first
        self.form = form
        self.format = None if form in ("free", "unformatted") else understood(form, max(f.values for f in cycle))
        self.lines_of_read = {f.values: self.format.lines(f.values) for f in cycle} if self.format else {}
        self.starts = self._record_starts() if form == "unformatted" else self._line_starts()
        self.places = self._places()

    def __len__(self) -> int:
        """Whole cycles in it."""
        return len(self.places) // len(self.cycle)

    def read(self, cycle: int, position: int) -> Numbers:
        """(reads, values) the array at a position of a cycle.

        Raises:
            ValueError: it is not whole, or holds what is no number.
        """
        field = self.cycle[position]
        first, last = self.places[cycle * len(self.cycle) + position]
        with self.path.open("rb") as stream:
            stream.seek(self.starts[first])
            block = stream.read(self.starts[last] - self.starts[first])
        if self.form == "unformatted":
            return _records(block, field, self._marker())
        if self.format is not None:
            return self._formatted(block, field, self.format)
        return _free(block, field, first + 1)

    def _line_starts(self) -> list[int]:
        starts, blank = [0], 0
        with self.path.open("rb") as stream:
            for line in stream:
                starts.append(starts[-1] + len(line))
                blank = 0 if line.strip() else blank + 1
        return starts[: len(starts) - blank]

    def _marker(self) -> str:
        with self.path.open("rb") as stream:
            head, size = stream.read(4), self.path.stat().st_size
        little = struct.unpack("<I", head)[0] if len(head) == 4 else 0
        return "<I" if little <= size else ">I"

    def _record_starts(self) -> list[int]:
        starts, marker, size = [0], self._marker(), self.path.stat().st_size
        with self.path.open("rb") as stream:
            while starts[-1] < size:
                length = struct.unpack(marker, stream.read(4))[0]
                starts.append(starts[-1] + length + 8)
                stream.seek(starts[-1])
        if starts[-1] != size:
            raise ValueError("it does not consist of unformatted records, or is cut short")
        return starts

    def _places(self) -> list[tuple[int, int]]:
        """First and last line (or record) of each array, the last one not counted."""
        total, at = len(self.starts) - 1, self.first
        places: list[tuple[int, int]] = []
        lengths = list(self._lengths(at))
        if lengths and (total - at) % sum(lengths) == 0:
            for _ in range((total - at) // sum(lengths)):
                at = self._add(places, at, lengths)
            return places
        while at < total and len(lengths := list(self._lengths(at))) == len(self.cycle):
            at = self._add(places, at, lengths)
        return places

    def _add(self, places: list[tuple[int, int]], at: int, lengths: list[int]) -> int:
        for field, length in zip(self.cycle, lengths, strict=True):
            places.append((at + field.headers, at + length))
            at += length
        return at

    def _lengths(self, at: int) -> Iterator[int]:
        """Lines of each array of the cycle that begins at a line; none of one that is not whole."""
        for field in self.cycle:
            length = self._length(at + field.headers, field)
            if length is None:
                return
            at += field.headers + length
            yield field.headers + length

    def _length(self, at: int, field: Field) -> int | None:
        total = len(self.starts) - 1
        if self.form == "unformatted":
            return field.reads if at + field.reads <= total else None
        if self.format is not None:
            lines = field.reads * self.lines_of_read[field.values]
            return lines if at + lines <= total else None
        return self._free_length(at, field)

    def _free_length(self, at: int, field: Field) -> int | None:
        total, line = len(self.starts) - 1, at
        with self.path.open("rb") as stream:
            stream.seek(self.starts[min(at, total)])
            for _ in range(field.reads):
                found = 0
                while found < field.values:
                    if line >= total:
                        return None
                    text = stream.readline()
                    found += len(text.split()) if not _UNUSUAL.search(text) else len(_expanded(text, field.values))
                    line += 1
        return line - at

    def _formatted(self, block: bytes, field: Field, form: Format) -> Numbers:
        lines = block.decode("latin-1").splitlines()
        each = self.lines_of_read[field.values]
        starts = range(0, field.reads * each, each)
        rows = [list(numbers(lines[start : start + each], form, field.values)) for start in starts]
        return np.array(rows, dtype=np.float64)


def _free(block: bytes, field: Field, line: int) -> Numbers:
    """Numbers of list-directed reads."""
    if not _UNUSUAL.search(block):
        with warnings.catch_warnings(), suppress(ValueError):  # of what is no number; line by line says where
            warnings.simplefilter("ignore", DeprecationWarning)
            values = np.fromstring(block, sep=" ")
            if len(values) == field.reads * field.values:
                return values.reshape(field.reads, field.values)
    return np.array(list(_free_rows(block, field, line)), dtype=np.float64)


def _free_rows(block: bytes, field: Field, line: int) -> Iterator[list[float]]:
    lines = iter(enumerate(block.splitlines(), start=line))
    for _ in range(field.reads):
        row: list[float] = []
        while len(row) < field.values:
            number, text = next(lines, (line, None))
            if text is None:
                raise ValueError(f"the array that begins in line {line} is not whole")
            try:
                row += _expanded(text, field.values - len(row))
            except ValueError:
                raise ValueError(f"line {number} is no line of numbers: {text.decode('latin-1').strip()}") from None
        yield row[: field.values]


def _expanded(text: bytes, missing: int) -> list[float]:
    """Numbers of a line with repeats such as ``3*0.5``; what is left out, or not reached before ``/``, is zero."""
    values: list[float] = []
    for word in text.decode("latin-1").split("/")[0].replace(",", " ").split():
        times, _, number = word.rpartition("*")
        value = float(re.sub("[dDqQ]", "e", number)) if number else 0.0
        values += [value] * (int(times) if times else 1)
    if b"/" in text:
        values += [0.0] * (missing - len(values))
    return values


def _records(block: bytes, field: Field, marker: str) -> Numbers:
    rows, at = [], 0
    for _ in range(field.reads):
        length = struct.unpack_from(marker, block, at)[0]
        if length < 4 * field.values:
            raise ValueError(f"a record holds {length // 4} numbers, expected {field.values} of four bytes each")
        rows.append(np.frombuffer(block, f"{marker[0]}f4", field.values, at + 4))
        at += length + 8
    return np.array(rows, dtype=np.float64)
