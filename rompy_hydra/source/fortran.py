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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_UNUSUAL = re.compile(rb"[*,/dDqQ;]")
_ITEM = re.compile(r"(\d*)(?:([FEGDI])[SN]?(\d+)(?:\.(\d+))?(?:E\d+)?|(X)|(/)|(\())", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """How one array stands in a file."""

    reads: int
    """READ statements for it; each begins with a new line or record."""
    values: int
    """Numbers that each of them takes."""
    headers: int = 0
    """Lines or records before it."""


@dataclass(frozen=True)
class _Edit:
    """One edit descriptor of a format."""

    letter: str
    width: int
    decimals: int = 0


class ArrayFile:
    """The arrays of a file: `cycle` of them come again and again behind `first` lines or records.

    Raises:
        ValueError: a file that ends within an array, a format that is not understood.
    """

    def __init__(self, path: Path, form: str, cycle: tuple[Field, ...], first: int = 0) -> None:
        self.path, self.cycle, self.first = path, cycle, first
        self.form = form
        self.edits = () if form in ("free", "unformatted") else tuple(_passes(form))
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
        if self.edits:
            return self._formatted(block, field)
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
        if self.edits:
            lines = field.reads * self._lines_of_read(field.values)
            return lines if at + lines <= total else None
        return self._free_length(at, field)

    def _lines_of_read(self, values: int) -> int:
        in_pass = sum(edit.letter not in "X/" for edit in self.edits)
        lines_in_pass = 1 + sum(edit.letter == "/" for edit in self.edits)
        return -(-values // in_pass) * lines_in_pass

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

    def _formatted(self, block: bytes, field: Field) -> Numbers:
        lines = block.decode("latin-1").splitlines()
        each = self._lines_of_read(field.values)
        rows = []
        for start in range(0, field.reads * each, each):
            row = list(_by_format(lines[start : start + each], self.edits))
            rows.append(row[: field.values])
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


def _by_format(lines: list[str], edits: tuple[_Edit, ...]) -> Iterator[float]:
    """The numbers of lines that a format describes again and again; blank ones are zero."""
    rest = iter(lines)
    while (line := next(rest, None)) is not None:
        at = 0
        for edit in edits:
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


def _passes(form: str) -> Iterator[_Edit]:
    """The edit descriptors of a format such as ``(10X,12F5.0)``, one by one.

    Raises:
        ValueError: there is something else in it than F, E, G, D, I, X, ``/`` and groups of them.
    """
    inside = re.fullmatch(r"\s*\((.*)\)\s*", form, re.DOTALL)
    if inside is None:
        raise ValueError(f"{form!r} is no format; expected free, unformatted or one such as (10F8.3)")
    edits = list(_edits(inside[1].replace(" ", ""), form))
    if all(edit.letter in "X/" for edit in edits):
        raise ValueError(f"the format {form!r} reads no numbers")
    yield from edits


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
