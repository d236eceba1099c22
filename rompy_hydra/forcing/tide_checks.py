"""What is wrong with the constituents of a tide."""

from __future__ import annotations

from ..errors import DataError, Problem
from ..source.base import data_problems
from .constituents import SPEEDS_DEG_PER_HOUR
from .equilibrium import missing, unknown_names
from .tides import Tides, unknown_speed


def constituent_problems(tides: Tides, key: str) -> list[Problem]:
    """A table that cannot be read, constituents that are not known, and pyTMD where it is needed and missing."""
    try:
        names = list(tides.parts())
    except DataError as error:
        return data_problems(error)
    if tides.is_greenwich:
        return missing(f"{key}.phase_reference") or unknown_names(names, f"{key}.constituents")
    unknown = [name for name in names if name not in SPEEDS_DEG_PER_HOUR]
    return [Problem(f"{key}.table", unknown_speed(name), data=True) for name in unknown]
