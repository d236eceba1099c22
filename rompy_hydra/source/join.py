"""Several files as one dataset: one after the other in time, or side by side with other variables."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain, combinations, product
from typing import Any

import numpy as np
import xarray as xr
from xarray.core.utils import dict_equiv

from ..core.lazy import joined, rearranged
from ..core.units import AS_IT_IS, conversion
from ..errors import DataError, Problem

_ONE_GRID = "join files of one grid; give the others as sources of their own"
_MEANING = ("units", "standard_name", "positive")
"""Attributes that decide what numbers mean."""
_GRID_MAPPING = {"grid_mapping_name", "crs_wkt", "spatial_ref"}
_PLACES = {"longitude", "latitude", "degrees_east", "degrees_north", "degree_east", "degree_north"}

Part = tuple[str, xr.Dataset]
"""A file by its name, and what is in it."""


def join(parts: Sequence[Part], key: str) -> xr.Dataset:
    """One lazy dataset from those of (name, dataset); closing it closes them.

    Files with the same variables are put one after the other along their time, which may be a single one without a
    dimension; those with other variables are put side by side. A time that is in two files is taken once, where both
    say the same.

    Raises:
        DataError: files that do not go together; names them and says why.
    """
    if len(parts) == 1:
        return parts[0][1]
    alike: dict[tuple[str, ...], list[Part]] = {}
    for name, data in parts:
        alike.setdefault(tuple(sorted(map(str, data.data_vars))), []).append((name, data))
    rows = [(group[0][0], _in_time(group, key)) for group in alike.values()]
    for one, other in combinations(rows, 2):
        _check_side_by_side(one, other, key)
    try:
        whole = xr.merge([row for _, row in rows], compat="equals", join="exact", combine_attrs="override")
    except (xr.MergeError, ValueError) as error:
        raise DataError(_apart([group[0] for group in alike.values()], error, key)) from error

    def close() -> None:
        for _, data in parts:
            data.close()

    whole.set_close(close)
    return whole


def _in_time(group: list[Part], key: str) -> xr.Dataset:
    if len(group) == 1:
        return group[0][1]
    dim = _time_dim(group, key)
    moving = _moving(group, dim)
    group = _with_times_along([(name, _with_axis(data, dim, moving)) for name, data in group], dim)
    ordered = sorted((p for p in group if p[1].sizes[dim]), key=lambda part: part[1][dim].values[0])
    if len(ordered) < 2:
        return (ordered or group)[0][1]
    first = ordered[0][1]
    for part in ordered[1:]:
        _check_alike(ordered[0], part, dim, key)
    pieces = _without_repetition(ordered, dim, key)
    variables: dict[str, Any] = {str(n): v.variable for n, v in first.data_vars.items()}
    for name in [n for n, v in variables.items() if dim in v.dims]:
        dims = [dim, *(d for d in first[name].dims if d != dim)]
        variables[name] = joined([p[name].variable.transpose(*dims) for p in pieces])
    along = {str(n) for n, c in first.coords.items() if dim in c.dims}
    coords = {str(n): c.variable for n, c in first.coords.items() if str(n) not in along}
    coords |= {n: xr.concat([p[n] for p in pieces], dim).variable for n in along}
    return xr.Dataset(variables, coords, first.attrs)


def _time_dim(group: list[Part], key: str) -> str:
    """The dimension of the times of all files, or the time that each of them has without a dimension."""
    dims = {str(d): name for name, data in reversed(group) for d in data.dims if _holds_times(data, d)}
    shared = set.intersection(*({str(n) for n in data.coords if _holds_times(data, n)} for _, data in group))
    scalars = sorted(n for n in shared if not dims and all(data[n].ndim == 0 for _, data in group))
    found = next(iter(dims), None) or ("valid_time" if "valid_time" in scalars else next(iter(scalars), None))
    if len(dims) > 1 and len(set(dims.values())) > 1:
        told = " and ".join(f"{name} has them along {d}" for d, name in sorted(dims.items()))
        raise DataError(Problem(key, f"the times have different names: {told}", hint="rename one of them"))
    if found is None or found not in shared or len(dims) > 1:
        names, variables = ", ".join(n for n, _ in group[:3]), ", ".join(map(str, group[0][1].data_vars))
        message = f"{names} hold the same variables ({variables}) and no time along which to join"
        raise DataError(Problem(key, message, hint="give one of them, or add the time of each as a coordinate"))
    calendars = {_calendar(data[found]): n for n, data in reversed(group) if data[found].size}
    if len(calendars) > 1:
        told = " and ".join(f"{n} is in {c}" for c, n in calendars.items())
        raise DataError(Problem(key, f"the files are in different calendars: {told}", hint="convert them to one"))
    return found


def _holds_times(data: xr.Dataset, name: Hashable) -> bool:
    if name not in data.coords:
        return False
    coordinate = data[name]
    return coordinate.dtype.kind == "M" or (
        coordinate.dtype == object and coordinate.size > 0 and hasattr(coordinate.values.flat[0], "calendar")
    )


def _calendar(coordinate: xr.DataArray) -> str:
    standard = coordinate.dtype.kind == "M"
    return "the standard calendar" if standard else f"calendar {coordinate.values.flat[0].calendar}"


def _moving(group: list[Part], dim: str) -> list[str]:
    """Variables with times; where no file has an axis of times all but places and grid mappings."""
    like = next((data for _, data in group if dim in data.dims), None)
    if like is not None:
        return [str(n) for n, v in like.data_vars.items() if dim in v.dims]
    return [
        str(n)
        for n, v in group[0][1].data_vars.items()
        if not (_is_grid_mapping(v) or {v.attrs.get("units"), v.attrs.get("standard_name")} & _PLACES)
    ]


def _with_axis(data: xr.Dataset, dim: str, moving: Iterable[str]) -> xr.Dataset:
    """The dataset with its single time as an axis of the variables that move."""
    if dim in data.dims:
        return data
    fields = {n: rearranged(data[n].variable, (dim, *map(str, data[n].dims)), {}, AS_IT_IS) for n in moving}
    return data.drop_vars(dim).assign(fields).assign_coords({dim: data[dim].expand_dims(dim).variable})


def _with_times_along(group: list[Part], dim: str) -> list[Part]:
    """The parts with other times, such as that of the forecast, along the time where they are not the same in all."""
    found = []
    scalars = {n for _, data in group for n, c in data.coords.items() if c.ndim == 0 and _tells_when(c)}
    shared = [n for n in scalars if all(n in data.coords for _, data in group)]
    differ = [n for n in shared if not all(_equal(data[n], group[0][1][n]) for _, data in group)]
    for name, data in group:
        size = {dim: data.sizes[dim]}
        along = {n: data[n].expand_dims(size).variable for n in differ if data[n].ndim == 0}
        found.append((name, data.assign_coords(along)))
    return found


def _tells_when(coordinate: xr.DataArray) -> bool:
    said = coordinate.attrs.get("standard_name") in ("time", "forecast_reference_time", "forecast_period")
    return said or coordinate.dtype.kind in "Mm" or hasattr(coordinate.values.flat[0], "calendar")


def _check_alike(one: Part, other: Part, dim: str, key: str) -> None:
    """Nothing for files that differ in their times and the values there.

    Raises:
        DataError: says what else differs.
    """
    (here, first), (there, second) = one, other
    fixed = [n for n, v in first.variables.items() if dim not in v.dims and n in second.variables]
    sizes = {d: n for d, n in first.sizes.items() if d not in (dim, *first.indexes)}
    lonely = sorted(map(str, first.coords.keys() ^ second.coords.keys()))
    faults = chain(
        (_unlike(first, second, n) for n in fixed if n in first.coords),
        (f"sizes: {d} {n} and {second.sizes[d]}" for d, n in sizes.items() if second.sizes.get(d, n) != n),
        (f"coordinates: {n} is in one of them only" for n in lonely),
        (_dimensions(first, second, n) for n in first.variables),
        (_unlike(first, second, n) for n in fixed if n in first.data_vars),
    )
    if told := next(filter(None, faults), ""):
        raise DataError(Problem(key, f"{here} and {there} have different {told}", hint=_ONE_GRID))
    _check_meaning(one, other, [n for n in first.variables if n != dim], key)


def _unlike(first: xr.Dataset, second: xr.Dataset, name: Hashable) -> str:
    """What differs in a variable without times; a grid mapping says all in its attributes. Empty for nothing."""
    here, there = first[name], second[name]
    if dict_equiv(here.attrs, there.attrs) if _is_grid_mapping(here) else _equal(here, there):
        return ""
    return f"coordinates {name}" if name in first.coords else f"values of {name}, which does not change in time"


def _dimensions(first: xr.Dataset, second: xr.Dataset, name: Hashable) -> str:
    here, there = first[name].dims, second[name].dims
    told = " and ".join(", ".join(map(str, dims)) or "none" for dims in (here, there))
    return "" if set(here) == set(there) else f"dimensions of {name}: {told}"


def _equal(here: xr.DataArray, there: xr.DataArray) -> bool:
    """Whether values are the same, NaN too, in whichever order the dimensions are."""
    same = set(here.dims) == set(there.dims)
    return same and bool(here.variable.equals(there.variable.transpose(*here.dims)))  # type: ignore[no-untyped-call]


def _is_grid_mapping(variable: xr.DataArray) -> bool:
    return bool(_GRID_MAPPING & variable.attrs.keys())


def _check_side_by_side(one: Part, other: Part, key: str) -> None:
    """Nothing for files whose variables can be put beside each other.

    Raises:
        DataError: what they share is not the same; values of it are compared elsewhere.
    """
    (here, first), (there, second) = one, other
    shared = [n for n in first.variables if n in second.variables]
    unlike = [n for n in shared if _is_grid_mapping(first[n]) and _unlike(first, second, n)]
    unlike += [d for d in first.dims if d in second.dims and (d in first.coords) != (d in second.coords)]
    if unlike:
        message = f"{here} and {there} have different coordinates: {unlike[0]}"
        raise DataError(Problem(key, message, hint=_ONE_GRID))
    _check_meaning(one, other, shared, key)


def _check_meaning(one: Part, other: Part, names: Iterable[Hashable], key: str) -> None:
    """Nothing for variables whose numbers mean the same.

    Raises:
        DataError: they do not, or only one of them says what they mean.
    """
    for name, attribute in product(names, _MEANING):
        here, there = (str(data[name].attrs.get(attribute, "")) for _, data in (one, other))
        if here != there and not (attribute == "units" and here and there and _mean_the_same(here, there)):
            message = f"{name} has {attribute} {here or 'none'} in {one[0]}, {there or 'none'} in {other[0]}"
            hint = "convert one of them, so that the numbers of all mean the same"
            raise DataError(Problem(key, message, hint=hint))


def _mean_the_same(here: str, there: str) -> bool:
    try:
        return conversion(there, here, "").is_none
    except DataError:
        return False


def _apart(parts: Sequence[Part], error: Exception, key: str) -> Problem:
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


def _without_repetition(ordered: list[Part], dim: str, key: str) -> list[xr.Dataset]:
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


def _check_repeated(one: Part, other: Part, dim: str, count: int, key: str) -> None:
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
