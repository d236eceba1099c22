"""Reading tables of harmonic constants."""

from __future__ import annotations

import csv
import math
from functools import lru_cache
from pathlib import Path

from ..core.files import existing_file, looks_like
from ..core.hashing import file_state
from ..core.units import conversion
from ..errors import UNSET, DataError, Problem, did_you_mean
from .constituents import canonical
from .tides import MOST_AMPLITUDE_M, Constituent, ConstituentTable

_USUAL = {
    "name": ("constituent", "name", "con", "constituents"),
    "amplitude": ("amplitude", "amp", "amplitudes"),
    "phase": ("phase", "g", "pha", "phases"),
}
"""Field -> usual names of its column."""


def read_constituents(table: ConstituentTable, key: str) -> dict[str, Constituent]:
    """The constituents of a table by canonical name.

    Raises:
        DataError: the file is missing or malformed; names the line.
    """
    found = existing_file(table.path, f"{key}.path")
    return dict(_read(table.model_dump_json(), key, found, tuple(file_state(found))))


@lru_cache(maxsize=8)
def _read(config: str, key: str, found: Path, _state: tuple[str | int, ...]) -> dict[str, Constituent]:
    """A table is parsed once as long as its file does not change."""
    table = ConstituentTable.model_validate_json(config)
    names, rows = _rows(table, found, key)
    columns = {field: _column(table, field, names, key) for field in _USUAL}
    parts: dict[str, Constituent] = {}
    metre = conversion(table.units, "m", key).scale
    for line, row in rows:
        where = f"{table.path}, line {line}"
        if len(row) != len(names):
            raise _fault(key, f"{where}: expected {len(names)} cells ({', '.join(names)})", ",".join(row))
        name = canonical(row[columns["name"]])
        if name in parts:
            raise _fault(key, f"{where}: {name} is there twice", name)
        amplitude, phase = (_number(row[columns[field]], where, field, key) for field in ("amplitude", "phase"))
        parts[name] = _constituent(amplitude * metre, phase, where, key)
    return parts


def _rows(table: ConstituentTable, found: Path, key: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Column names, and line number and cells of each row."""
    try:
        with found.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream, delimiter=table.delimiter, skipinitialspace=True)
            lines = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _fault(key, f"{table.path} is not a CSV table; it looks like {looks_like(found)}") from error
    if len(lines) < 2:
        raise _fault(key, f"{table.path} has no data: expected a header line and at least one row")
    return [name.strip() for name in lines[0][1]], lines[1:]


def _column(table: ConstituentTable, field: str, names: list[str], key: str) -> int:
    given = getattr(table, field)
    if given is not None and given not in names:
        message = f"{table.path} has no column {given}, but {', '.join(names)}"
        raise DataError(Problem(f"{key}.{field}", message, given, hint=did_you_mean(given, names)))
    lower = [name.lower() for name in names]
    usual = [lower.index(name) for name in _USUAL[field] if name in lower]
    if given is None and not usual:
        message = f"{table.path} has no column {' or '.join(_USUAL[field][:3])}, but {', '.join(names)}"
        raise DataError(Problem(f"{key}.{field}", message, hint=f"name the column of the {field}"))
    return usual[0] if given is None else names.index(given)


def _number(cell: str, where: str, field: str, key: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _fault(key, f"{where}: expected a number as {field}", cell)
    return value


def _constituent(amplitude_m: float, phase_deg: float, where: str, key: str) -> Constituent:
    if not 0 <= amplitude_m <= MOST_AMPLITUDE_M:
        message = f"{where}: expected an amplitude of 0 to {MOST_AMPLITUDE_M:g} m, found {amplitude_m:g} m"
        raise DataError(Problem(f"{key}.units", message, hint="say the units of the amplitudes: m, cm or mm"))
    if abs(phase_deg) > 360:
        raise _fault(key, f"{where}: expected a phase of -360 to 360 degrees", phase_deg)
    return Constituent(amplitude_m=amplitude_m, phase_deg=phase_deg)


def _fault(key: str, message: str, value: object = UNSET) -> DataError:
    return DataError(Problem(f"{key}.path", message, value))
