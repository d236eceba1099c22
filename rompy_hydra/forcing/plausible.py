"""Values that are not of this world: the unit is wrong, or a number stands for no value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.quantities import QUANTITIES
from ..errors import Problem

if TYPE_CHECKING:
    from ..core.mesh import Floats

FILLS = (-99.0, -99.9, -999.0, -999.9, -9999.0, -99999.0, -32768.0, 999.0, 9999.0, 99999.0)
"""Numbers that loggers and archives write for no value."""


def implausible(
    quantity: str, values: Floats, node: str, source: Any, key: str = "", name: str = ""
) -> Iterator[Problem]:
    """Values of a quantity beyond what it can be; of missing ones there is nothing to say.

    Args:
        quantity: its name.
        values: in its unit.
        node: config key of the node that has ``units``.
        source: where they come from, or None.
        key: config key that names the variable; by default the node.
        name: what the data call it.
    """
    limits = QUANTITIES[quantity]
    if not np.isfinite(values).any():
        return
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if limits.lowest <= low and high <= limits.highest:
        return
    expected = f"expected {limits.lowest:g} .. {limits.highest:g} {limits.units}"
    hint = _missing_hint(source, low, high, node) or f"if the values are in other units, say so: {node}.units"
    message = f"{name or quantity} is between {low:g} and {high:g} {limits.units}, {expected}"
    yield Problem(key or node, message, hint=hint, data=True)


def _missing_hint(source: Any, low: float, high: float, node: str) -> str:
    fill = next((value for value in (low, high) if value in FILLS), None)
    if fill is None:
        return ""
    is_table = getattr(source, "source_type", "") == "csv"
    return f"is {fill:g} a missing value? " + (f"then set {node}.source.missing to it" if is_table else "mask it")
