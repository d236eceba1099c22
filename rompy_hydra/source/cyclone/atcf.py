"""Best tracks in the b-deck format of the Automated Tropical Cyclone Forecasting system (ATCF).

One line per fix, or one for each of the radii of 34, 50 and 64 kt, with columns separated by commas:
https://science.nrlmry.navy.mil/atcf/docs/database/new/abrdeck.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ...errors import DataError, Problem, did_you_mean
from .fixes import M_PER_NMI, M_S_PER_KNOT, OUTERMOST_TO_AMBIENT_PA, VALUES, Fix, fault

_BEGINNING = re.compile(r"\s*[A-Za-z]{2}\s*,\s*\w{1,2}\s*,\s*\d{10}\s*,")
_NORTHERN = {
    "AL": "North Atlantic",
    "EP": "eastern North Pacific",
    "CP": "central North Pacific",
    "WP": "western North Pacific",
    "IO": "northern Indian Ocean",
}
_SOUTHERN = {"SH": "southern Indian Ocean and South Pacific", "SL": "South Atlantic", "LS": "South Atlantic"}
_COLUMNS = {"TECHNUM/MIN": 3, "TAU": 5, "VMAX": 8, "MSLP": 9, "RAD": 11, "RADP": 17, "MRD": 19}
_RADII = range(13, 17)
_LARGEST_TO_MEAN_RADIUS = 0.85
"""DeMaria et al. (2009), Wea. Forecasting 24, 1573-1591: radii are the largest in their quadrants, the mean is 0.85
times that."""


def is_b_deck(line: str) -> bool:
    """Whether a line begins as those of ATCF do: basin, number, time.

    >>> is_b_deck("AL, 12, 2005082818,   , BEST,   0, 263N,  886W, 150,  902, HU")
    True
    """
    return _BEGINNING.match(line) is not None


@dataclass(frozen=True)
class _Line:
    path: str
    number: int
    cells: list[str]

    def fault(self, column: str, expected: str, got: str, hint: str = "") -> DataError:
        return fault(self.path, self.number, f"expected {expected} in column {column}", got, hint)

    def value(self, column: str) -> float:
        """NaN where the cell is blank, 0 or negative, or the line is too short to have it."""
        text = self.cell(_COLUMNS[column])
        try:
            number = float(text or "nan")
        except ValueError:
            raise self.fault(column, "a number", text) from None
        return number if number > 0 else math.nan

    def cell(self, index: int) -> str:
        return self.cells[index] if index < len(self.cells) else ""


def read_b_deck(lines: Iterable[str], path: str) -> list[Fix]:
    """The fixes of a b-deck, one for each time, in the order of the file.

    Raises:
        DataError: a line that cannot be read, with its number and column; no best track among the lines.
    """
    fixes: list[Fix] = []
    others: set[str] = set()
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = _Line(path, number, [cell.strip() for cell in text.split(",")])
        if len(line.cells) < 8:
            raise fault(path, number, "expected at least the columns BASIN to LonE/W of ATCF", text.strip())
        if line.cells[4] != "BEST":
            others.add(line.cells[4])
        elif fixes and fixes[-1].time == _time(line):
            fixes[-1] = _merged(fixes[-1], _fix(line), path)
        else:
            fixes.append(_fix(line))
    if not fixes:
        found = ", ".join(sorted(others)) or "none"
        message = f"{path} has no line of technique BEST, but {found}; that is an a-deck of forecasts"
        raise DataError(Problem("path", message, hint="give the b-deck of the storm, b<basin><number><year>.dat"))
    return fixes


def _fix(line: _Line) -> Fix:
    lat, lon = _degrees(line, 6, "LatN/S", "NS", 90), _degrees(line, 7, "LonE/W", "EW", 180)
    _check_basin(line, lat)
    return Fix(
        line.number,
        _time(line),
        lon,
        lat,
        centre_pa=100.0 * line.value("MSLP"),
        max_wind_m_s=M_S_PER_KNOT * line.value("VMAX"),
        rmax_m=M_PER_NMI * line.value("MRD"),
        ambient_pa=100.0 * line.value("RADP") + OUTERMOST_TO_AMBIENT_PA,
        gale_radius_m=_gale_radius_m(line),
    )


def _time(line: _Line) -> datetime:
    text, minutes, tau = line.cells[2], line.value("TECHNUM/MIN"), line.cells[5]
    if tau.lstrip("0"):
        hint = "a time ahead of the fix belongs to a forecast; keep the lines with TAU 0"
        raise line.fault("TAU", "0, as in a best track", tau, hint)
    try:
        hour = datetime.strptime(text, "%Y%m%d%H").replace(tzinfo=UTC)
    except ValueError:
        raise line.fault("YYYYMMDDHH", "a time such as 2005082818", text) from None
    return hour + timedelta(minutes=0.0 if math.isnan(minutes) else minutes)


def _degrees(line: _Line, index: int, column: str, letters: str, most: int) -> float:
    text = line.cells[index].upper()
    match = re.fullmatch(rf"(\d+)([{letters}])", text)
    if match is None or int(match[1]) > 10 * most:
        expected = f"tenths of degrees up to {10 * most} and {' or '.join(letters)}"
        raise line.fault(column, expected, line.cells[index])
    return (-1 if match[2] in "SW" else 1) * int(match[1]) / 10


def _check_basin(line: _Line, lat: float) -> None:
    basin, known = line.cells[0].upper(), {**_NORTHERN, **_SOUTHERN}
    if basin not in known:
        raise line.fault("BASIN", "a basin of ATCF", line.cells[0], did_you_mean(basin, known))
    if (basin in _NORTHERN and lat < 0) or (basin in _SOUTHERN and lat > 0):
        letter = "N" if basin in _NORTHERN else "S"
        raise line.fault("LatN/S", f"{letter} in the basin {basin} ({known[basin]})", line.cells[6])


def _gale_radius_m(line: _Line) -> float:
    if line.value("RAD") != 34:
        return math.nan
    texts = [line.cell(i) for i in (_RADII[:1] if line.cell(12) == "AAA" else _RADII)]
    try:
        radii = [float(text) for text in texts if text]
    except ValueError:
        raise line.fault("RAD1 .. RAD4", "numbers", ", ".join(texts)) from None
    reached = [radius for radius in radii if radius > 0]
    return _LARGEST_TO_MEAN_RADIUS * M_PER_NMI * sum(reached) / len(reached) if reached else math.nan


def _merged(first: Fix, second: Fix, path: str) -> Fix:
    """One fix of two lines for the same time: the second fills what the first leaves open."""
    if (first.lon, first.lat) != (second.lon, second.lat):
        there = f"lon {first.lon:g}, lat {first.lat:g}"
        expected = f"expected the position of line {first.line}, which has the same time: {there}"
        raise fault(path, second.line, expected, f"lon {second.lon:g}, lat {second.lat:g}")
    return replace(first, **{name: getattr(second, name) for name in VALUES if math.isnan(getattr(first, name))})
