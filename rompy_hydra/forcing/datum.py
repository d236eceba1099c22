"""What a water level refers to, as the config or else the data say, against the datum of the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import DataError, Problem

if TYPE_CHECKING:
    from ..domain import Domain
    from .water import WaterLevelGrid, WaterLevelSeries


def series_problems(level: WaterLevelSeries, key: str, domain: Domain) -> list[Problem]:
    """A series over another datum than the domain's."""
    from .reading import attributes_of

    return _problems(level, key, domain, lambda: attributes_of(level, key))


def grid_problems(level: WaterLevelGrid, key: str, domain: Domain) -> list[Problem]:
    """Fields over another datum than the domain's."""
    from .gridded import attributes_of

    return _problems(level, key, domain, lambda: attributes_of(level, key))


def _problems(
    level: WaterLevelSeries | WaterLevelGrid, key: str, domain: Domain, attributes: Callable[[], Mapping[str, Any]]
) -> list[Problem]:
    from ..domain.checks import datum_problems

    try:
        own = level.vertical_datum or str(attributes().get("vertical_datum", ""))
    except DataError:
        return []  # the other problems of the data say why
    return list(datum_problems(key, own, level.offset_m, domain))
