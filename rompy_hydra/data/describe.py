"""What a source holds: variables with their ranges and gaps, axes with their steps, and what is understood of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.geo import is_lonlat
from ..core.store import size_text
from ..core.times import step_text, time_text
from ..core.units import AS_IT_IS, Conversion
from ..errors import DataError
from ..source.base import FILLS
from .blocks import blocks
from .crs import own_crs
from .cut import axes_of, times_of_array
from .layout import TIME
from .plausible import HUGE, Judge
from .quantities import ELEVATION, Quantity, Sign, recognised, standard_name, vertical_sign
from .times import gaps_in, step_words
from .understand import Change, Understood

if TYPE_CHECKING:
    from ..core.mesh import Floats

_SIGNS: dict[Sign | None, float] = {"elevation": 1.0, "depth": -1.0}
_LONG = 20
"""Letters of a reference system that is written out."""
MOST_BYTES = 2**29
"""Values of a variable that are looked at; of a larger one every so many times."""
MOST_FETCHED = 2**24
"""The same for data that a server sends."""


@dataclass(frozen=True)
class VariableInfo:
    """One variable."""

    name: str
    quantity: str
    """CF standard name of what it is taken for; empty where that is not told."""
    dims: str
    units: str
    """Of the range."""
    low: float | None
    """None for a variable without numbers, or with NaN only."""
    high: float | None
    missing: float
    """Share of NaN."""
    note: str = ""


@dataclass(frozen=True)
class AxisInfo:
    """One coordinate."""

    name: str
    first: str
    last: str
    count: int
    step: str


@dataclass(frozen=True)
class GapInfo:
    """Times that are missing."""

    after: str
    """The last time before it."""
    until: str
    lasts: str
    missing: int
    """Number of times that should be between."""
    step: str
    """The usual one."""


@dataclass
class Pictured:
    """What is drawn of one variable."""

    info: VariableInfo
    times_s: Floats
    """(nt,) empty for a variable without time."""
    low: Floats
    """(nt,) lowest, mean and highest value at each time."""
    mean: Floats
    high: Floats
    field: xr.DataArray | None = None
    """(ny, nx) at the middle of the times; None for a variable that is no field."""
    infinite: int = 0
    """Number of values that are it."""


@dataclass
class Description:
    """What a source holds."""

    title: str
    size: str
    variables: list[VariableInfo] = field(default_factory=list)
    axes: list[AxisInfo] = field(default_factory=list)
    gaps: list[GapInfo] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What stands in the way of using it."""
    pictured: list[Pictured] = field(default_factory=list)


def describe(
    data: xr.Dataset, title: str, key: str, coordinates: dict[str, str] | None = None, most_bytes: int = MOST_BYTES
) -> Description:
    """Look at everything in a dataset; values block by block.

    Args:
        data: the dataset.
        title: what it is called.
        key: config key that an error names.
        coordinates: axis -> the coordinate that is it, where the user says so.
        most_bytes: values of a variable to look at; of a larger one every so many times.

    Raises:
        DataError: values cannot be read.
    """
    understood = Understood(data, key, key, coordinates)
    total = sum(v.nbytes for v in understood.data.variables.values())
    found = Description(title, size_text(total))
    axes: dict[AxisInfo, None] = {}
    gaps: dict[GapInfo, None] = {}
    for name in map(str, understood.data.data_vars):
        try:
            array, quantity, turned, note = _understood(understood, name)
            seen = _look(array, name, quantity, note, key, most_bytes)
        except DataError as error:
            found.faults += [p.message for p in error.problems]
            continue
        axes |= dict.fromkeys(_axes(array))
        gaps |= dict.fromkeys(_gaps(array))
        found.faults += _faults(seen, quantity, turned, key)
        found.variables.append(seen.info)
        found.pictured.append(seen)
    found.axes, found.gaps = list(axes), list(gaps)
    found.changes = list(understood.changes)
    return found


def _understood(data: Understood, name: str) -> tuple[xr.DataArray, Quantity | None, Conversion, str]:
    """A variable, laid out, in the unit of its quantity where it is told and fits; how; and what is doubtful of it."""
    attributes = data.data[name].attrs
    quantity = recognised(name, standard_name(attributes))
    lonlat, system = _system(data, name)
    if quantity is None:
        return data.plain(name, lonlat), None, AS_IT_IS, system
    sign = vertical_sign(attributes) if quantity is ELEVATION else None
    try:
        turned = data.turned(name, quantity, sign=_SIGNS.get(sign))
    except DataError as error:
        return data.plain(name, lonlat), None, AS_IT_IS, error.problems[0].message
    if name != quantity.name:
        data.note(name, "variable", quantity.name, "standard_name" if standard_name(attributes) else "its name")
    doubt = "nothing tells whether it is an elevation or a depth" if quantity is ELEVATION and sign is None else ""
    return data.plain(name, lonlat, turned), quantity, turned, "; ".join(filter(None, [doubt, system]))


def _system(data: Understood, name: str) -> tuple[bool | None, str]:
    """Whether places are longitudes and latitudes, where the reference system of x and y tells; and which that is."""
    frame = data.frame(name)
    if frame.is_lonlat or frame.grid == "none":
        return None, ""
    crs = own_crs(data.data, name)
    if crs is None:
        return None, "its reference system is not told"
    return (True, "") if is_lonlat(crs) else (None, f"in {crs if len(crs) < _LONG else 'a system of its own'}")


def _faults(seen: Pictured, quantity: Quantity | None, turned: Conversion, key: str) -> Iterator[str]:
    """Values that cannot be used, as far as the extremes at each time tell."""
    ends, name = np.concatenate([seen.low, seen.high]), seen.info.name
    if seen.infinite:
        yield f"{name} is infinite at {seen.infinite} of its values"
    if ends.size and np.isnan(ends).all():
        yield f"{name} is nothing but NaN"
    elif quantity is not None:
        yield from (p.message for p in Judge(quantity, name, key, key, turned, FILLS).problems(ends))
    elif ends.size and (most := float(np.nanmax(np.abs(ends)))) >= HUGE:
        yield f"{name} reaches {most:g}: is that a fill value that nothing marks?"


def _axes(array: xr.DataArray) -> Iterator[AxisInfo]:
    for name in map(str, array.dims):
        count = array.sizes[name]
        if name not in array.coords:
            yield AxisInfo(name, "", "", count, "no coordinate")
            continue
        values = np.asarray(array.coords[name].values)
        if values.dtype.kind == "M":
            axis_s = times_of_array(array)
            yield AxisInfo(name, time_text(axis_s[0]), time_text(axis_s[-1]), count, step_words(axis_s))
        elif values.dtype.kind in "iuf" and count:
            yield AxisInfo(name, f"{values[0]:.6g}", f"{values[-1]:.6g}", count, _even(values.astype(np.float64)))
        else:
            yield AxisInfo(name, str(values[0]), str(values[-1]), count, "")
    for name in ("lon", "lat", "x", "y"):
        if name in array.coords and name not in array.dims:
            values = np.asarray(array.coords[name].values)
            along = " x ".join(map(str, array.coords[name].dims))
            yield AxisInfo(name, f"{np.nanmin(values):.6g}", f"{np.nanmax(values):.6g}", values.size, f"along {along}")


def _gaps(array: xr.DataArray) -> Iterator[GapInfo]:
    for gap in gaps_in(times_of_array(array)) if TIME in array.dims else []:
        ends = time_text(gap.after_s), time_text(gap.until_s)
        yield GapInfo(*ends, step_text(gap.length_s), gap.missing, step_text(gap.usual_s))


def _even(values: Floats) -> str:
    steps = np.diff(values)
    if len(steps) == 0:
        return "a single point"
    low, high = float(steps.min()), float(steps.max())
    return f"{low:.6g}" if high - low <= 1e-3 * abs(high) else f"{low:.4g} to {high:.4g}"


def _look(array: xr.DataArray, name: str, quantity: Quantity | None, note: str, key: str, most_bytes: int) -> Pictured:
    dims = " x ".join(f"{d} {n}" for d, n in array.sizes.items()) or "a single value"
    units = quantity.units if quantity else str(array.attrs.get("units", ""))
    if array.dtype.kind not in "iufb":
        info = VariableInfo(name, "", dims, units, None, None, 0.0, f"no numbers ({array.dtype})")
        nothing = np.empty(0)
        return Pictured(info, nothing, nothing, nothing, nothing)
    every = max(1, -(-array.nbytes // most_bytes))
    part = array[::every] if TIME in array.dims else array
    low, high, mean, missing, infinite = _statistics(part, key)
    times_s = times_of_array(part) if TIME in part.dims else np.empty(0)
    sparse = f"from every {every}th time" if every > 1 else ""
    notes = [note, _blank(low, times_s), sparse, _strange(low, high, quantity)]
    finite = np.isfinite(low)
    info = VariableInfo(
        name,
        quantity.name if quantity else "",
        dims,
        units,
        float(low[finite].min()) if finite.any() else None,
        float(high[finite].max()) if finite.any() else None,
        missing,
        "; ".join(filter(None, [*notes, "" if finite.any() else "nothing but NaN"])),
    )
    return Pictured(info, times_s, low, mean, high, _middle(part), infinite)


def _statistics(array: xr.DataArray, key: str) -> tuple[Floats, Floats, Floats, float, int]:
    """(nt,) lowest, highest and mean value at each time, the share of missing values, the number of infinite ones."""
    rows: list[tuple[Floats, Floats, Floats]] = []
    absent = infinite = 0
    for _, [block] in blocks([array], key):
        flat = np.asarray(block, dtype=np.float64).reshape(len(block) if TIME in array.dims else 1, -1)
        known = np.isfinite(flat)
        absent += int((~known).sum())
        infinite += int(np.isinf(flat).sum())
        count = known.sum(axis=1)
        total = np.where(known, flat, 0.0).sum(axis=1)
        rows.append(
            (
                np.where(count > 0, np.where(known, flat, np.inf).min(axis=1, initial=np.inf), np.nan),
                np.where(count > 0, np.where(known, flat, -np.inf).max(axis=1, initial=-np.inf), np.nan),
                np.where(count > 0, total / np.maximum(count, 1), np.nan),
            )
        )
    low, high, mean = (np.concatenate(column) for column in zip(*rows, strict=True))
    return low, high, mean, absent / max(array.size, 1), infinite


def _blank(low: Floats, times_s: Floats) -> str:
    """Times without any value, where others have some."""
    blank = np.isnan(low)
    if blank.all() or not (len(times_s) and blank.any()):
        return ""
    return f"nothing but NaN at {int(blank.sum())} of {len(low)} times, the first is {time_text(times_s[blank][0])}"


def _strange(low: Floats, high: Floats, quantity: Quantity | None) -> str:
    if quantity is None or not np.isfinite(low).any():
        return ""
    least, most = float(np.nanmin(low)), float(np.nanmax(high))
    if quantity.lowest <= least and most <= quantity.highest:
        return ""
    return f"not of this world: expected {quantity.lowest:g} .. {quantity.highest:g} {quantity.units}"


def _middle(array: xr.DataArray) -> xr.DataArray | None:
    if axes_of(array) is None:
        return None
    others = {d: array.sizes[d] // 2 if d == TIME else 0 for d in array.dims[:-2]}
    found: xr.DataArray = array.isel(others).load()
    return found


def plain_rows(found: Description) -> dict[str, Any]:
    """The description as plain data, without what is drawn."""
    return {
        "title": found.title,
        "size": found.size,
        "variables": [vars(v) for v in found.variables],
        "axes": [vars(a) for a in found.axes],
        "gaps": [vars(g) for g in found.gaps],
        "changes": [vars(c) for c in found.changes],
        "faults": found.faults,
    }
