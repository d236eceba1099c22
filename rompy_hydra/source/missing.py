"""Numbers that stand for no value: those that the user names, and those that the attributes of the data do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.lazy import combined

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Flags, Floats

_SAME = 1e-6
"""Numbers that differ by less of themselves are equal in single precision, also in other units."""


def without_missing(data: xr.Dataset, numbers: Sequence[float]) -> xr.Dataset:
    """The dataset with NaN, lazily, wherever a number stands for no value.

    xarray does so for values that are ``_FillValue`` or ``missing_value`` to the last bit, as they are stored. This
    adds those that are it in single precision, when unpacked, or as text; ``fill_value``; and what ``valid_min``,
    ``valid_max`` and ``valid_range`` exclude.
    """
    found = {}
    for name, array in data.data_vars.items():
        if array.dtype.kind not in "iuf":
            continue
        variable = array.variable
        absent, (low, high) = [*numbers, *_said(variable)], _limits(variable)
        if absent or np.isfinite([low, high]).any():
            masked = combined(
                [str(d) for d in variable.dims],
                variable.shape,
                [variable],
                partial(_masked, numbers=absent, low=low, high=high),
            )
            masked.attrs, masked.encoding = variable.attrs, {**variable.encoding, **masked.encoding}
            found[name] = masked
    return data.assign(found) if found else data


def _masked(values: Floats, numbers: Sequence[float], low: float, high: float) -> Floats:
    found = np.array(values, np.result_type(values, np.float32))
    bad = (found < low) | (found > high)
    for number in numbers:
        bad |= near(found, number)
    found[bad] = np.nan
    return found


def near(values: Any, number: Any) -> Flags:
    """Where values are a number, in single precision."""
    with np.errstate(over="ignore"):
        return np.asarray(np.abs(values - number) <= _SAME * np.abs(number))


def _said(variable: xr.Variable) -> Iterator[float]:
    """The numbers that attributes name and xarray leaves."""
    stored = np.dtype(variable.encoding.get("dtype", variable.dtype))
    for key in ("_FillValue", "missing_value", "fill_value"):
        for value in np.ravel(variable.encoding.get(key, variable.attrs.get(key, ()))):
            kind = np.asarray(value).dtype
            is_done = key in variable.encoding and (kind == stored or (kind.kind in "iu" and stored.kind in "iu"))
            if not is_done and np.isfinite(number := number_of(value)):
                yield number


def _limits(variable: xr.Variable) -> tuple[float, float]:
    """The least and the greatest valid value, unpacked; integers and what is not packed count as they are stored."""
    attributes = variable.attrs
    ends = [attributes.get("valid_min"), attributes.get("valid_max")]
    both = np.ravel(attributes.get("valid_range", ()))
    if len(both) == 2:
        ends = list(both)
    stored = np.dtype(variable.encoding.get("dtype", variable.dtype))
    scale, offset = (number_of(variable.encoding.get(n, d)) for n, d in (("scale_factor", 1.0), ("add_offset", 0.0)))
    found = []
    for end, beyond in zip(ends, (-np.inf, np.inf), strict=True):
        value = number_of(end)
        if stored.kind in "iu" and np.asarray(end).dtype.kind != "f":
            value += 2.0 ** (8 * stored.itemsize) * (value < 0 and variable.encoding.get("_Unsigned") == "true")
            value = value * scale + offset
            slack = abs(scale) / 2
        else:
            slack = _SAME * abs(value)
        found.append(beyond if np.isnan(value) else value + np.copysign(slack, beyond))
    return min(found), max(found)


def number_of(value: Any) -> float:
    """A number, also one that is written as text; NaN for anything else."""
    try:
        return float(np.ravel(value)[0])
    except (TypeError, ValueError, IndexError):
        return np.nan
