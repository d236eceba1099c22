"""What data cover, in words, for the list of files that a run reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.inputs import Input
from ..errors import DataError

if TYPE_CHECKING:
    from ..core.mesh import Floats

_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def covering(found: list[Input], describe: Callable[[], str]) -> list[Input]:
    """The inputs with what they cover; as they are where the data cannot be read, which `problems` tells."""
    try:
        text = describe()
    except DataError:
        return found
    return [replace(one, coverage=text) for one in found]


def box_words(lonlat: bool, x: tuple[float, float], y: tuple[float, float]) -> str:
    """Limits of longitude and latitude, or of x and y in metres.

    >>> box_words(True, (115.592, 115.629), (-32.648, -32.61))
    'lon 115.592 .. 115.629, lat -32.648 .. -32.610'
    """
    east, north, digits = ("lon", "lat", 3) if lonlat else ("x", "y", 1)
    return f"{east} {x[0]:.{digits}f} .. {x[1]:.{digits}f}, {north} {y[0]:.{digits}f} .. {y[1]:.{digits}f}"


def time_words(axis_s: Floats, what: str) -> str:
    """First and last of (n,) increasing times [s since 1970], the step where there is one step, and their number."""
    from .times import time_text

    if len(axis_s) == 1:
        return f"{time_text(axis_s[0])}, 1 {what.removesuffix('s')}"
    steps = axis_s[1:] - axis_s[:-1]
    every = f" every {_step(float(steps[0]))}" if steps.max() - steps.min() < 1e-3 else ""
    return f"{time_text(axis_s[0])} .. {time_text(axis_s[-1])}{every}, {len(axis_s)} {what}"


def _step(length_s: float) -> str:
    size, unit = next(((s, u) for s, u in _UNITS if length_s >= s and length_s % s == 0), (1.0, "s"))
    return f"{length_s / size:g} {unit}"
