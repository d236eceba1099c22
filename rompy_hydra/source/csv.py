"""A time series in a CSV table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..core import secrets
from ..core.files import looks_like
from ..core.hashing import file_state
from ..core.times import YEARS
from ..errors import DataError, Problem, did_you_mean
from .base import MeasuredSource
from .one_file import OneFile

if TYPE_CHECKING:
    import xarray as xr


_OFFSET = re.compile(r"[-+]\d\d:?\d\d")
_NUMBERS = {
    mark: re.compile(rf"[-+]?(\d+{re.escape(mark)}?\d*|{re.escape(mark)}\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
    for mark in ".,"
}
_ABSENT = ("", "nan", "na", "null", "-")
"""Cells without a value, in any case of letters."""
_NUMBER_HINTS = (
    (".", r"[-+]?\d+,\d+", "are these decimal commas? then set decimal: ','"),
    (",", r"[-+]?\d+(\.\d+)+(,\d+)?", "if the point separates thousands write numbers without it; else decimal: '.'"),
    (".,", r"\N{MINUS SIGN}.*", "this minus is a sign of typesetting; write a hyphen, -"),
    (".,", r"[-+]?[0-9][0-9_', .]*", "write numbers without separators of thousands"),
)
"""Decimal marks, what a cell looks like, and what to do then."""
_TIME_HINTS = (
    (r"\d{5}(\.\d*)?", "is this the day number of a spreadsheet? format the column as yyyy-mm-ddThh:mm there"),
    (r"\d{9,13}(\.\d*)?", "are these seconds since 1970? write them as dates"),
    (r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*", "say how times are written, e.g. time_format: '%d/%m/%Y %H:%M'"),
)
_ZONES = "a name such as UTC or Australia/Perth, or an offset such as '+08:00'"


def _zone(name: str) -> tzinfo:
    if _OFFSET.fullmatch(name):
        return time.fromisoformat(f"00:00{name}").tzinfo or UTC
    return UTC if name == "UTC" else ZoneInfo(name)  # UTC works on a machine without a zone database


def _text(value: Any) -> Any:
    if isinstance(value, int):
        message = f"expected {_ZONES}, in quotes: without them YAML reads +10:00 as the number 600"
        raise ValueError(message)  # noqa: TRY004  pydantic's
    return value


def _known_zone(name: str) -> str:
    try:
        _zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone {name!r}; expected {_ZONES}") from None
    return name


@dataclass(frozen=True)
class _Table:
    names: list[str]
    """Column names of the file, in its order."""
    rows: list[tuple[int, list[str]]]
    """Line number and cells."""
    units: dict[str, str]
    """Of columns, where a line below the names says so, as ERDDAP writes it."""


class CsvSource(OneFile, MeasuredSource):
    """A CSV table with a header line, a column of times and columns of numbers; an empty cell is NaN.

    A second line with units, as ERDDAP writes it, is understood: it has UTC in the time column.
    """

    source_type: Literal["csv"] = "csv"
    time: str = "time"
    """Name of the time column."""
    time_format: str | None = Field(None, pattern="%")
    """How times are written, in the letters of strptime, e.g. ``%d/%m/%Y %H:%M``; None for ISO 8601."""
    time_zone: Annotated[str, BeforeValidator(_text), AfterValidator(_known_zone)] = "UTC"
    """Time zone of times that carry no offset, e.g. ``Australia/Perth`` or ``"+08:00"``."""
    columns: dict[str, str] = {}
    """Variable name -> column name; empty takes every column of numbers under its own name."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    """What separates the cells."""
    decimal: Literal[".", ","] = "."
    """What separates the decimals of a number."""

    @model_validator(mode="after")
    def _two_separators(self) -> CsvSource:
        if self.delimiter == self.decimal:
            raise ValueError(f"delimiter and decimal are both {self.decimal!r}; cells of such tables are split by ';'")
        return self

    def open(self) -> xr.Dataset:
        """One variable along time for each column, times in UTC.

        Raises:
            DataError: the file is missing or malformed; names the line.
        """
        found = self.file()
        kept = _read(type(self), self.model_dump_json(), found, tuple(file_state(found)))
        return kept.copy(deep=True)

    def _parsed(self, found: Path) -> xr.Dataset:
        import numpy as np
        import xarray as xr

        table = self._table(found)
        times = np.array([t.replace(tzinfo=None) for t in self._times(table)], dtype="datetime64[ns]")
        variables = {}
        for name, column in self._chosen(table).items():
            attributes = {"units": table.units[column]} if table.units.get(column) else {}
            variables[name] = "time", np.fromiter(self._numbers(table, column), dtype=np.float64), attributes
        return xr.Dataset(variables, coords={"time": times})

    @property
    def _name(self) -> str:
        """The path for messages."""
        return secrets.mask(self.path)

    def _table(self, found: Path) -> _Table:
        try:
            with found.open(newline="", encoding="utf-8-sig") as stream:
                reader = csv.reader(stream, delimiter=self.delimiter, skipinitialspace=True)
                lines = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
        except UnicodeDecodeError as error:
            raise DataError(self._not_utf8(found, error)) from error
        except csv.Error as error:
            message = f"{self._name} is not a CSV table; it looks like {looks_like(found)}"
            raise DataError(Problem("path", message)) from error
        names = [name.strip() for name in lines[0][1]] if lines else []
        units = self._units(names, lines[1][1]) if len(lines) > 1 else {}
        rows = lines[2:] if units else lines[1:]
        if not rows:
            raise DataError(Problem("path", f"{self._name} has no data: expected a header line and at least one row"))
        self._check_names(names)
        for number, row in rows:
            if len(row) != len(names):
                raise self._fault(number, f"expected {len(names)} cells ({', '.join(names)})", ",".join(row))
        return _Table(names, rows, units)

    def _units(self, names: list[str], row: list[str]) -> dict[str, str]:
        """The units of a line that has them; of a line of data none."""
        found = dict(zip(names, (cell.strip() for cell in row), strict=False))
        return found if found.get(self.time) == "UTC" else {}

    def _check_names(self, names: list[str]) -> None:
        if len(names) == 1 and (other := next((d for d in ";\t|," if d in names[0]), "")):
            message = f"{self._name} has one column only, {names[0]!r}"
            raise DataError(Problem("delimiter", message, self.delimiter, hint=f"is the delimiter {other!r}?"))
        if twice := next((n for i, n in enumerate(names) if n in names[:i]), ""):
            message = f"{self._name} has two columns {twice!r}"
            raise DataError(Problem("path", message, hint="rename one of them in the header line"))

    def _not_utf8(self, found: Path, error: UnicodeDecodeError) -> Problem:
        look = looks_like(found)
        if not look.startswith(("text", "unknown")):
            return Problem("path", f"{self._name} is not a CSV table; it looks like {look}")
        message = f"{self._name} is not text in UTF-8: byte {error.object[error.start]:#04x} at {error.start}"
        return Problem("path", message, hint="save it as UTF-8, or convert it: iconv -f latin1 -t utf-8")

    def _chosen(self, table: _Table) -> dict[str, str]:
        for name, column in self.columns.items():
            self._index(table, column, f"columns.{name}")
        if self.columns:
            return self.columns
        found = {name: name for name in table.names if name != self.time and self._is_number(table, name)}
        if not found:
            others = [name for name in table.names if name != self.time]
            first = table.rows[0][1][table.names.index(others[0])] if others else ""
            message = f"{self._name} has no column of numbers, but {', '.join(others) or 'none beside the time'}"
            raise DataError(Problem("columns", message, first, hint=self._number_hint(first)))
        return found

    def _is_number(self, table: _Table, name: str) -> bool:
        """Whether the first cell of a column with a value holds a number."""
        at = table.names.index(name)
        first = next((row[at] for _, row in table.rows if row[at].strip().lower() not in _ABSENT), "")
        try:
            self._number(first)
        except ValueError:
            return False
        return True

    def _number(self, text: str) -> float:
        plain = text.strip()
        if plain.lower() in _ABSENT:
            return float("nan")
        if not _NUMBERS[self.decimal].fullmatch(plain):
            raise ValueError(text)
        return float(plain.replace(self.decimal, "."))

    def _number_hint(self, text: str) -> str:
        looks = (
            (hint, re.fullmatch(look, text.strip())) for marks, look, hint in _NUMBER_HINTS if self.decimal in marks
        )
        return next((hint for hint, found in looks if found), "")

    def _index(self, table: _Table, column: str, key: str) -> int:
        if column not in table.names:
            message = f"{self._name} has no column {column}, but {', '.join(table.names)}"
            raise DataError(Problem(key, message, column, hint=did_you_mean(column, table.names)))
        return table.names.index(column)

    def _times(self, table: _Table) -> Iterator[datetime]:
        at = self._index(table, self.time, "time")
        zone = _zone(self.time_zone)
        lines: dict[datetime, int] = {}
        for number, row in table.rows:
            found = self._time(row[at].strip(), zone, number)
            if (before := lines.setdefault(found, number)) != number:
                hint = "drop one of the two: which of them is right, only you can tell"
                raise self._fault(number, f"this time is in line {before} already", row[at], hint)
            yield found

    def _time(self, text: str, zone: tzinfo, line: int) -> datetime:
        try:
            time = datetime.strptime(text, self.time_format) if self.time_format else datetime.fromisoformat(text)
        except ValueError:
            if self.time_format:
                raise self._fault(line, f"expected a time as {self.time_format}", text) from None
            hint = next((hint for look, hint in _TIME_HINTS if re.fullmatch(look, text)), "")
            raise self._fault(line, "expected an ISO 8601 time such as 2023-01-01T06:00", text, hint) from None
        if not YEARS[0] <= time.year <= YEARS[1]:
            raise self._fault(line, f"expected a time in the years {YEARS[0]} to {YEARS[1]}", text)
        return (time if time.tzinfo else self._placed(time, zone, line)).astimezone(UTC)

    def _placed(self, time: datetime, zone: tzinfo, line: int) -> datetime:
        """A local time with its zone, where it means one moment."""
        first, second = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        forward = (second.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
        if not forward:
            return first
        told = "does not exist: clocks are put forward" if forward > timedelta() else "comes twice: clocks are put back"
        hint = "give times in UTC or with offsets; of a logger without summer time set time_zone: '+01:00' or as it is"
        raise self._fault(line, f"this time {told} in {self.time_zone}", time.isoformat(), hint)

    def _numbers(self, table: _Table, column: str) -> Iterator[float]:
        at = table.names.index(column)
        for number, row in table.rows:
            try:
                value = self._number(row[at])
            except ValueError:
                expected = f"expected a number in column {column}"
                raise self._fault(number, expected, row[at], self._number_hint(row[at])) from None
            yield value

    def _fault(self, line: int, expected: str, got: str, hint: str = "") -> DataError:
        return DataError(Problem("path", f"{self._name}, line {line}: {expected}", got, hint=hint))


@lru_cache(maxsize=8)
def _read(kind: type[CsvSource], config: str, found: Path, _state: tuple[str | int, ...]) -> xr.Dataset:
    """A table is parsed once as long as its file does not change: checks, coverage and generate all ask for it."""
    return kind.model_validate_json(config)._parsed(found)
