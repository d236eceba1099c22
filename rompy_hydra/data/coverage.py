"""What data cover, in words, for the list of files that a run reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..core.inputs import Input
from ..errors import DataError


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
