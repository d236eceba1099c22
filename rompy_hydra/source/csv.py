"""A time series in a CSV table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from ..core.files import existing_file, looks_like, user_path
from ..core.inputs import Input
from ..errors import DataError, Problem, did_you_mean
from .base import Source

if TYPE_CHECKING:
    import xarray as xr


_OFFSET = re.compile(r"[-+]\d\d:?\d\d")
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


class CsvSource(Source):
    """A CSV table with a header line, a time column in ISO 8601 and columns of numbers; an empty cell is NaN."""

    source_type: Literal["csv"] = "csv"
    path: Path
    """The file; a relative path is relative to the current directory, ``~`` is the home directory."""
    time: str = "time"
    """Name of the time column."""
    time_zone: Annotated[str, BeforeValidator(_text), AfterValidator(_known_zone)] = "UTC"
    """Time zone of times that carry no offset, e.g. ``Australia/Perth`` or ``"+08:00"``."""
    columns: dict[str, str] = {}
    """Variable name -> column name; empty takes every column of numbers under its own name."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    """What separates the cells."""
    missing: float | None = None
    """A number that stands for no value, e.g. -999; it becomes NaN as an empty cell does."""

    def open(self) -> xr.Dataset:
        """One variable along time for each column, times in UTC.

        Raises:
            DataError: the file is missing or malformed; names the line.
        """
        found = existing_file(self.path, "path")
        state = found.stat()
        kept = _read(type(self), self.model_dump_json(), found.absolute(), state.st_mtime_ns, state.st_size)
        return kept.copy()

    def _parsed(self, found: Path) -> xr.Dataset:
        import numpy as np
        import xarray as xr

        table = self._table(found)
        times = np.array([t.replace(tzinfo=None) for t in self._times(table)], dtype="datetime64[ns]")
        variables = {
            name: ("time", np.fromiter(self._numbers(table, column), dtype=np.float64))
            for name, column in self._chosen(table).items()
        }
        return xr.Dataset(variables, coords={"time": times})

    def inputs(self, key: str) -> list[Input]:
        """The file."""
        return [Input(f"{key}.path", user_path(self.path))]

    def _table(self, found: Path) -> _Table:
        try:
            with found.open(newline="", encoding="utf-8-sig") as stream:
                reader = csv.reader(stream, delimiter=self.delimiter, skipinitialspace=True)
                lines = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
        except (UnicodeDecodeError, csv.Error) as error:
            message = f"{self.path} is not a CSV table; it looks like {looks_like(found)}"
            raise DataError(Problem("path", message)) from error
        if len(lines) < 2:
            raise DataError(Problem("path", f"{self.path} has no data: expected a header line and at least one row"))
        names = [name.strip() for name in lines[0][1]]
        if len(names) == 1 and (other := next((d for d in ";\t|," if d in names[0]), "")):
            message = f"{self.path} has one column only, {names[0]!r}"
            raise DataError(Problem("delimiter", message, self.delimiter, hint=f"is the delimiter {other!r}?"))
        for number, row in lines[1:]:
            if len(row) != len(names):
                raise self._fault(number, f"expected {len(names)} cells ({', '.join(names)})", ",".join(row))
        return _Table(names, lines[1:])

    def _chosen(self, table: _Table) -> dict[str, str]:
        if not self.columns:
            return {name: name for name in table.names if name != self.time and _is_number(table, name)}
        for name, column in self.columns.items():
            self._index(table, column, f"columns.{name}")
        return self.columns

    def _index(self, table: _Table, column: str, key: str) -> int:
        if column not in table.names:
            message = f"{self.path} has no column {column}, but {', '.join(table.names)}"
            raise DataError(Problem(key, message, column, hint=did_you_mean(column, table.names)))
        return table.names.index(column)

    def _times(self, table: _Table) -> Iterator[datetime]:
        at = self._index(table, self.time, "time")
        zone = _zone(self.time_zone)
        for number, row in table.rows:
            try:
                time = datetime.fromisoformat(row[at].strip())
            except ValueError:
                raise self._fault(number, "expected an ISO 8601 time such as 2023-01-01T06:00", row[at]) from None
            yield (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)

    def _numbers(self, table: _Table, column: str) -> Iterator[float]:
        at = table.names.index(column)
        for number, row in table.rows:
            try:
                value = float(row[at]) if row[at].strip() else float("nan")
            except ValueError:
                raise self._fault(number, f"expected a number in column {column}", row[at]) from None
            yield float("nan") if value == self.missing else value

    def _fault(self, line: int, expected: str, got: str) -> DataError:
        return DataError(Problem("path", f"{self.path}, line {line}: {expected}", got))


@lru_cache(maxsize=8)
def _read(kind: type[CsvSource], config: str, found: Path, _modified: int, _size: int) -> xr.Dataset:
    """A table is parsed once as long as its file does not change: checks, coverage and generate all ask for it."""
    return kind.model_validate_json(config)._parsed(found)


def _is_number(table: _Table, name: str) -> bool:
    at = table.names.index(name)
    try:
        float(table.rows[0][1][at] or "nan")
    except ValueError:
        return False
    return True
