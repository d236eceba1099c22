"""Best tracks in CSV tables."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from ...core.node import Node
from ...core.period import parse_time
from ...errors import DataError, Problem, did_you_mean
from .fixes import M_PER_NMI, M_S_PER_KNOT, OUTERMOST_TO_AMBIENT_PA, Fix, fault

Quantity = Literal[
    "time",
    "lon",
    "lat",
    "central_pressure",
    "max_wind",
    "radius_of_max_wind",
    "ambient_pressure",
    "outermost_closed_isobar",
    "gale_radius",
]
_NAMES: dict[str, tuple[str, ...]] = {
    "time": ("time", "datetime", "date", "iso_time"),
    "lon": ("lon", "longitude", "usa_lon"),
    "lat": ("lat", "latitude", "usa_lat"),
    "central_pressure": ("central_pressure", "pressure", "pres", "mslp", "min_pressure", "pc", "usa_pres"),
    "max_wind": ("max_wind", "maximum_wind", "vmax", "wind", "wind_speed", "usa_wind"),
    "radius_of_max_wind": ("radius_of_max_wind", "radius_of_maximum_wind", "rmax", "rmw", "usa_rmw"),
    "ambient_pressure": ("ambient_pressure", "environmental_pressure", "pn", "penv"),
    "outermost_closed_isobar": ("outermost_closed_isobar", "poci", "usa_poci"),
    "gale_radius": ("gale_radius", "r34"),
}
"""Quantity -> usual names of its column, in lower case, without a unit."""
_FACTORS = {
    "wind": {"kt": M_S_PER_KNOT, "m s-1": 1.0, "km/h": 1 / 3.6},
    "pressure": {"hPa": 100.0, "Pa": 1.0},
    "radius": {"nmi": M_PER_NMI, "km": 1000.0},
}
_KINDS = {
    "max_wind": "wind",
    "central_pressure": "pressure",
    "ambient_pressure": "pressure",
    "outermost_closed_isobar": "pressure",
    "radius_of_max_wind": "radius",
    "gale_radius": "radius",
}
_ENDINGS = {
    **dict.fromkeys(("kt", "kts", "kn", "knots"), "kt"),
    **dict.fromkeys(("m_s", "ms", "mps"), "m s-1"),
    **dict.fromkeys(("km_h", "kmh", "kph"), "km/h"),
    **dict.fromkeys(("hpa", "mb", "mbar"), "hPa"),
    **dict.fromkeys(("nmi", "nm"), "nmi"),
    "pa": "Pa",
    "km": "km",
    "deg": "",
    "utc": "",
}
"""How a column's name ends -> the unit that this says."""


class TrackTable(Node):
    """How a CSV table of a best track is read; times without an offset are UTC."""

    columns: dict[Quantity, str] = {}
    """Quantity -> name of its column; what is not named here is looked for under its usual names, such as vmax_kt."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    """What separates the cells."""
    missing: float | None = None
    """A number that stands for no value, e.g. -999, as an empty cell does."""
    wind_units: Literal["kt", "m s-1", "km/h"] | None = None
    """Units of the maximum wind; None takes what the column's name ends with, e.g. vmax_kt."""
    radius_units: Literal["nmi", "km"] | None = None
    """Units of radii; None takes what the column's name ends with, e.g. rmax_km."""
    pressure_units: Literal["hPa", "Pa"] | None = None
    """Units of pressures; None takes what the column's name ends with, else hPa."""


@dataclass(frozen=True)
class _Column:
    index: int
    name: str
    factor: float = 1.0
    """To SI units."""


def is_header(line: str, table: TrackTable) -> bool:
    """Whether a line names a column of a track.

    >>> is_header("time,lon,lat,pressure_hpa", TrackTable())
    True
    """
    known = {name for names in _NAMES.values() for name in names}
    columns = [column.strip() for column in line.split(table.delimiter)]
    return any(column in table.columns.values() or _split(column)[0] in known for column in columns)


def read_table(lines: Iterable[str], path: str, table: TrackTable) -> list[Fix]:
    """The fixes of a CSV table with a header, in the order of the file.

    Raises:
        DataError: missing columns, units that are not told, a cell that cannot be read; names line and column.
    """
    (_, first), *numbered = _numbered(lines, path, table.delimiter)
    header = [name.strip() for name in first]
    columns = _columns(header, path, table)
    rows = [_Row(path, table.missing, number, cells, len(header)) for number, cells in numbered]
    if rows and not rows[0].text(columns["time"]):
        del rows[0]  # IBTrACS has a line of units below its header
    return [_fix(row, columns) for row in rows]


def _numbered(lines: Iterable[str], path: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        return [(reader.line_num, row) for row in reader if "".join(row).strip() and not row[0].startswith("#")]
    except csv.Error as error:
        raise fault(path, reader.line_num, f"expected a line of a CSV table ({error})") from error


def _columns(header: Sequence[str], path: str, table: TrackTable) -> dict[str, _Column]:
    found = {}
    for quantity in _NAMES:
        name = _named(quantity, header, path, table)
        if name is not None:
            found[quantity] = _Column(header.index(name), name, _factor(quantity, name, table))
    missing = [quantity for quantity in ("time", "lon", "lat") if quantity not in found]
    if missing:
        message = f"{path} has no column for {', '.join(missing)}, but {', '.join(header)}"
        hint = f"name it, e.g. columns: {{{missing[0]}: NAME}}; an ATCF b-deck begins as AL, 12, 2005082818"
        raise DataError(Problem("table.columns", message, hint=hint))
    return found


def _named(quantity: str, header: Sequence[str], path: str, table: TrackTable) -> str | None:
    name = {str(q): n for q, n in table.columns.items()}.get(quantity)
    if name is not None and name not in header:
        message = f"{path} has no column {name}, but {', '.join(header)}"
        raise DataError(Problem(f"table.columns.{quantity}", message, name, hint=did_you_mean(name, header)))
    if name is not None:
        return name
    bare = {_split(column)[0]: column for column in reversed(header)}
    return next((bare[usual] for usual in _NAMES[quantity] if usual in bare), None)


def _split(column: str) -> tuple[str, str]:
    """The name of a column in lower case without its unit, and the unit.

    >>> _split("Max wind [kt]")
    ('max_wind', 'kt')
    """
    name = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
    for ending, unit in _ENDINGS.items():
        if name.endswith(f"_{ending}"):
            return name.removesuffix(f"_{ending}"), unit
    return name, ""


def _factor(quantity: str, name: str, table: TrackTable) -> float:
    if quantity not in _KINDS:
        return 1.0
    kind = _KINDS[quantity]
    units = getattr(table, f"{kind}_units") or _split(name)[1] or ("hPa" if kind == "pressure" else "")
    if units not in _FACTORS[kind]:
        known = ", ".join(_FACTORS[kind])
        message = f"the units of column {name} are not told" if not units else f"column {name} is in {units}"
        raise DataError(Problem(f"table.{kind}_units", f"{message}; expected one of {known}"))
    return _FACTORS[kind][units]


@dataclass(frozen=True)
class _Row:
    path: str
    missing: float | None
    number: int
    cells: list[str]
    width: int

    def text(self, column: _Column) -> str:
        if len(self.cells) != self.width:
            raise fault(self.path, self.number, f"expected {self.width} cells", ",".join(self.cells))
        return self.cells[column.index].strip()

    def value(self, column: _Column | None) -> float:
        """In SI units; NaN for an empty cell, for `missing`, and where there is no such column."""
        if column is None:
            return math.nan
        text = self.text(column)
        try:
            number = float(text or "nan")
        except ValueError:
            raise fault(self.path, self.number, f"expected a number in column {column.name}", text) from None
        return math.nan if number == self.missing else number * column.factor

    def position(self, column: _Column) -> float:
        value = self.value(column)
        if math.isnan(value):
            raise fault(self.path, self.number, f"expected a number in column {column.name}", self.text(column))
        return value

    def time(self, column: _Column) -> datetime:
        text = self.text(column)
        try:
            if re.fullmatch(r"\d{10}", text):
                return datetime.strptime(text, "%Y%m%d%H").replace(tzinfo=UTC)
            return parse_time(text)
        except ValueError:
            expected = f"expected a time such as 2023-01-01T06:00 or 2023010106 in column {column.name}"
            raise fault(self.path, self.number, expected, text) from None


def _fix(row: _Row, columns: dict[str, _Column]) -> Fix:
    ambient_pa = row.value(columns.get("ambient_pressure"))
    if math.isnan(ambient_pa):
        ambient_pa = row.value(columns.get("outermost_closed_isobar")) + OUTERMOST_TO_AMBIENT_PA
    return Fix(
        row.number,
        row.time(columns["time"]),
        row.position(columns["lon"]),
        row.position(columns["lat"]),
        centre_pa=row.value(columns.get("central_pressure")),
        max_wind_m_s=row.value(columns.get("max_wind")),
        rmax_m=row.value(columns.get("radius_of_max_wind")),
        ambient_pa=ambient_pa,
        gale_radius_m=row.value(columns.get("gale_radius")),
    )
