"""Series at points that SWAN wrote as ``TABLE``: with header, without, or indexed.

Tables are read whole. Only a table without header keeps four significant digits of everything; with header, positions
in degrees have too few, so that those of the stations come from ``case.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..case import Case, OutputFile
from .parts import ONLY_IN_WATER, Part, Place, damaged, is_wet, read_time, times_of, wet_by, without_missing
from .variables import Quantity, columns_of_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATIONS = "STATIONS"
"""SWAN's name of the set of points that are the stations of the domain."""


def read_table(path: Path, case: Case, output: OutputFile, known: Place | None) -> Part:
    """A table as (time, point) series.

    Args:
        path: the file.
        case: what the run is.
        output: how the file was asked for.
        known: where the points are, where another file has told it.

    Raises:
        DataError: it is cut off, or has other columns than it was asked for.
    """
    rows = _rows(path)
    chosen, rows = _columns(path, output, rows)
    names = [name for _, name in chosen]
    times, count = _times(path, case, output, rows, names)
    numbers = {n: rows[:, i].reshape(len(times), count) for i, n in enumerate(names)}
    series = {n: _numbers(path, numbers[n], q) for q, n in chosen if q.kind != "time"}
    place = _place(case, output, known, series, count)
    wet = wet_by(series)
    for name in set(series) & set(ONLY_IN_WATER):
        series[name] = np.where(is_wet(wet, series[wet]), series[name], np.nan) if wet else series[name]
    fields = {
        n: xr.Variable(("time", "place_0"), series[n], q.attributes(n))
        for q, n in chosen
        if q.kind not in ("coordinate", "time")
    }
    return Part(output, times, place, fields, {})


def _rows(path: Path) -> NDArray[Any]:
    lines = [line.split() for line in path.read_bytes().splitlines() if not line.startswith(b"%")]
    widths = {len(line) for line in lines}
    if len(widths) != 1:
        raise damaged(path, "has rows of different length" if widths else "has no rows")
    return np.array(lines)


def _columns(path: Path, output: OutputFile, rows: NDArray[Any]) -> tuple[list[tuple[Quantity, str]], NDArray[Any]]:
    """The quantity of each column; an index of points in front is taken off, and partitions are counted."""
    if (found := columns_of_width(output.variables, rows.shape[1])) is None:
        raise damaged(path, f"has {rows.shape[1]} columns, expected those of {', '.join(output.variables)}")
    index, chosen = found
    return chosen, rows[:, index:]


def _times(
    path: Path, case: Case, output: OutputFile, rows: NDArray[Any], names: list[str]
) -> tuple[NDArray[np.datetime64], int]:
    """The times, and the number of points at each."""
    told = times_of(case, output)
    if "time" in names:
        column = rows[:, names.index("time")]
        count = int((column == column[0]).sum())
        if len(rows) % count:
            raise damaged(path, "ends before the last point")
        return np.array([read_time(t.decode()) for t in column[::count]]), count
    if len(rows) % len(told):
        raise damaged(path, f"has {len(rows)} rows, which is no multiple of {len(told)} times")
    return told, len(rows) // len(told)


def _numbers(path: Path, text: NDArray[Any], quantity: Quantity) -> Any:
    """(nt, n) values; stars, where SWAN had too little room, are missing."""
    try:
        values = np.where(np.char.find(text, b"*") >= 0, b"nan", text).astype(float)
    except ValueError as error:
        raise damaged(path, f"has something else than numbers: {error}") from error
    return without_missing(values, quantity)


def _place(case: Case, output: OutputFile, known: Place | None, series: dict[str, Any], count: int) -> Place:
    if output.location == STATIONS and len(case.stations) == count:
        return Place("points", *(np.array([s[i] for s in case.stations]) for i in (1, 2)))
    if known is not None and known.shape == (count,):
        return known
    if {"xp", "yp"} <= set(series):
        return Place("points", series["xp"][0], series["yp"][0])
    return Place("points", *np.full((2, count), np.nan))
