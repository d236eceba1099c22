"""Several files as one dataset: one after the other in time, or side by side with other variables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import xarray as xr

from ..core.lazy import joined
from ..core.units import conversion
from ..errors import DataError, Problem

_ONE_GRID = "join files of one grid; give the others as sources of their own"


def join(parts: Sequence[tuple[str, xr.Dataset]], key: str) -> xr.Dataset:
    """One lazy dataset from those of (name, dataset); closing it closes them.

    Files with the same variables are put one after the other along their time; those with other variables are put
    side by side. A time that is in two files is taken once, where both say the same.

    Raises:
        DataError: files that do not go together; names them and says why.
    """
    if len(parts) == 1:
        return parts[0][1]
    alike: dict[tuple[str, ...], list[tuple[str, xr.Dataset]]] = {}
    for name, data in parts:
        alike.setdefault(tuple(sorted(map(str, data.data_vars))), []).append((name, data))
    rows = [_in_time(group, key) for group in alike.values()]
    try:
        whole = xr.merge(rows, compat="equals", join="exact", combine_attrs="override")
    except (xr.MergeError, ValueError) as error:
        raise DataError(_apart([group[0] for group in alike.values()], error, key)) from error

    def close() -> None:
        for _, data in parts:
            data.close()

    whole.set_close(close)
    return whole


def _in_time(group: list[tuple[str, xr.Dataset]], key: str) -> xr.Dataset:
    if len(group) == 1:
        return group[0][1]
    dim = _time_dim(group, key)
    ordered = sorted(group, key=lambda part: part[1][dim].values[0])
    first = ordered[0][1]
    for part in ordered[1:]:
        _check_places(ordered[0], part, dim, key)
        _check_units(ordered[0], part, key)
    pieces = _without_repetition(ordered, dim, key)
    moving = [str(n) for n, v in first.data_vars.items() if dim in v.dims]
    variables: dict[str, Any] = {str(n): v.variable for n, v in first.data_vars.items() if dim not in v.dims}
    for name in moving:
        variables[name] = joined([p[name].variable.transpose(dim, ...) for p in pieces])
    along = {str(n) for n, c in first.coords.items() if dim in c.dims}
    coords = {str(n): c.variable for n, c in first.coords.items() if str(n) not in along}
    coords |= {n: xr.concat([p[n] for p in pieces], dim).variable for n in along}
    return xr.Dataset(variables, coords, first.attrs)


def _time_dim(group: list[tuple[str, xr.Dataset]], key: str) -> str:
    first = group[0][1]
    found = [str(d) for d in first.dims if d in first.coords and _holds_times(first[d])]
    if len(found) != 1:
        names = ", ".join(n for n, _ in group[:3])
        message = (
            f"{names} hold the same variables ({', '.join(map(str, first.data_vars))}) and no time along which to join"
        )
        raise DataError(Problem(key, message, hint="give one of them, or add the time of each as a dimension"))
    calendars = {_calendar(data[found[0]]): n for n, data in reversed(group) if found[0] in data.coords}
    if len(calendars) > 1:
        told = " and ".join(f"{n} is in {c}" for c, n in calendars.items())
        raise DataError(Problem(key, f"the files are in different calendars: {told}", hint="convert them to one"))
    return found[0]


def _holds_times(coordinate: xr.DataArray) -> bool:
    return coordinate.dtype.kind == "M" or (coordinate.dtype == object and hasattr(coordinate.values[0], "calendar"))


def _calendar(coordinate: xr.DataArray) -> str:
    return "the standard calendar" if coordinate.dtype.kind == "M" else f"calendar {coordinate.values[0].calendar}"


def _check_places(one: tuple[str, xr.Dataset], other: tuple[str, xr.Dataset], dim: str, key: str) -> None:
    for name, coordinate in one[1].coords.items():
        if dim in coordinate.dims or name not in other[1].coords:
            continue
        there = other[1].coords[name]
        if coordinate.shape != there.shape or not np.array_equal(coordinate.values, there.values):
            message = f"{one[0]} and {other[0]} have different coordinates {name}"
            raise DataError(Problem(key, message, hint=_ONE_GRID))
    sizes = {d: n for d, n in one[1].sizes.items() if d != dim}
    differ = [f"{d} {n} and {other[1].sizes.get(d, 0)}" for d, n in sizes.items() if other[1].sizes.get(d, 0) != n]
    if differ:
        message = f"{one[0]} and {other[0]} have different sizes: {', '.join(differ)}"
        raise DataError(Problem(key, message, hint=_ONE_GRID))


def _check_units(one: tuple[str, xr.Dataset], other: tuple[str, xr.Dataset], key: str) -> None:
    for name, variable in one[1].data_vars.items():
        here, there = (str(v.attrs.get("units", "")) for v in (variable, other[1][name]))
        if here and there and not _mean_the_same(here, there):
            message = f"{name} is in {here} in {one[0]} and in {there} in {other[0]}"
            hint = "convert one of them, so that the numbers of all mean the same"
            raise DataError(Problem(key, message, hint=hint))


def _mean_the_same(here: str, there: str) -> bool:
    try:
        return here == there or conversion(there, here, "").is_none
    except DataError:
        return False


def _apart(parts: Sequence[tuple[str, xr.Dataset]], error: Exception, key: str) -> Problem:
    """Why files with other variables cannot be put side by side."""
    for (one, first), (other, second) in combinations(parts, 2):
        shared = sorted(map(str, set(first.data_vars) & set(second.data_vars)))
        differ = sorted(map(str, set(first.data_vars) ^ set(second.data_vars)))
        if shared:
            message = f"{one} and {other} both have {', '.join(shared)}, but not both {', '.join(differ)}"
            return Problem(key, message, hint="join files that hold the same variables; give others as other sources")
    names = " and ".join(name for name, _ in parts)
    hint = "give files whose coordinates are the same, or one source for each variable"
    return Problem(key, f"{names} cannot be put side by side: {error}", hint=hint)


def _without_repetition(ordered: list[tuple[str, xr.Dataset]], dim: str, key: str) -> list[xr.Dataset]:
    """The datasets without those times of each that an earlier one has already, with the same values."""
    found = [ordered[0][1]]
    reached = found[0][dim].values[-1]
    before = ordered[0]
    for name, data in ordered[1:]:
        stamps = data[dim].values
        count = int((stamps <= reached).sum())
        if count:
            _check_repeated(before, (name, data), dim, count, key)
        if count < len(stamps):
            found.append(data.isel({dim: slice(count, None)}))
            before, reached = (name, data), stamps[-1]
    return found


def _check_repeated(one: tuple[str, xr.Dataset], other: tuple[str, xr.Dataset], dim: str, count: int, key: str) -> None:
    again = other[1].isel({dim: slice(0, count)})
    stamps = again[dim].values
    there = np.isin(one[1][dim].values, stamps)
    same = int(there.sum()) == count
    for name in again.data_vars if same else ():
        if dim in again[name].dims:
            a, b = one[1][name].isel({dim: there}).values, again[name].values
            same = same and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if not there.any():
        message = f"{one[0]} and {other[0]} overlap from {str(stamps[0])[:19]} on, and share no time there"
        raise DataError(Problem(key, message, hint="give files that follow each other in time"))
    if not same:
        span = f"{str(stamps[0])[:19]} .. {str(stamps[-1])[:19]}" if count > 1 else str(stamps[0])[:19]
        message = f"{one[0]} and {other[0]} both have the time{'s' * (count > 1)} {span}, with different values"
        hint = "such files are several forecasts or versions: name those that are meant, not all of them"
        raise DataError(Problem(key, message, hint=hint))
