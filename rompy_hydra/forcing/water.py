"""Config of the water level at the open sea: a series, or fields of a larger model; with a surge on top."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Discriminator, Tag, field_validator

from ..core.kinds import kind
from ..core.node import Node
from ..core.period import Period
from ..data.policies import NanPolicy
from ..errors import Problem
from .grid import Gridded
from .series import Series
from .surge import Surge, surge_problems, top_m

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain
    from .level import Level


LEVEL = "sea_surface_height_above_mean_sea_level"
MOST_OFFSET_M = 50.0
"""No two tidal datums are further apart."""


class _WaterLevel(Node):
    """What every water level has."""

    variable: str | None = None
    """Name of the variable in the source; None finds it by its CF standard name, or takes the only one."""
    vertical_datum: str = ""
    """What the values refer to, where it is known; it has to be that of the domain unless ``offset_m`` is given."""
    offset_m: float | None = None
    """Added to the values, to bring them to the domain's vertical datum [m]."""
    surge: Surge | None = None
    """A surge on top of it."""

    named: ClassVar[tuple[tuple[str, ...], ...]] = (("variable",),)
    where: ClassVar[str] = "forcing.water_level"

    @field_validator("offset_m")
    @classmethod
    def _between_datums(cls, value: float | None) -> float | None:
        if value is not None and abs(value) > MOST_OFFSET_M:
            raise ValueError(f"expected metres, at most {MOST_OFFSET_M:g} up or down; is {value:g} in cm?")
        return value

    def added(self, times: Sequence[datetime]) -> Floats | float:
        """What is added to the values at each of (nt,) times [m]: the offset and the surge."""
        return (self.offset_m or 0.0) + (self.surge.at(times) if self.surge else 0.0)

    def top_m(self) -> float:
        """What is added to the values at most [m]."""
        return (self.offset_m or 0.0) + top_m(self.surge)

    def notes(self, lon: Floats | None = None, lat: Floats | None = None) -> list[str]:
        """None."""
        return []


class WaterLevelSeries(_WaterLevel, Series):
    """A measured or predicted series of water level."""

    values_m: list[float] | None = None
    """Water level at each of the times [m]."""

    inline: ClassVar = (("values_m",),)
    quantities: ClassVar = {"values_m": LEVEL, "variable": LEVEL}
    is_uniform: ClassVar[bool] = True

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """(nt,) water level [m] over the domain's vertical datum; the place and the start make no difference.

        Raises:
            DataError: the series does not cover the times.
        """
        return self._values(times) + self.added(times)

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that the series does not exceed within a period [m], with the surge at its top.

        Raises:
            DataError: the series does not cover the period.
        """
        return float(self._values(self.steps(period)).max()) + self.top_m()

    def _values(self, times: Sequence[datetime]) -> Floats:
        return self.values_at(["variable" if self.source else "values_m"], times)[0]

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series, its datum and its surge."""
        from .datum import series_problems

        found = [*super().problems(key, period), *surge_problems(f"{key}.surge", self.surge, period)]
        return found if domain is None else [*found, *series_problems(self, key, domain)]

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period | None = None) -> list[Problem]:
        """None: the place makes no difference."""
        return []


class WaterLevelGrid(_WaterLevel, Gridded):
    """Water level on a grid, e.g. of an ocean model; it is needed along the open boundary only."""

    quantities: ClassVar = {"variable": LEVEL}
    is_everywhere: ClassVar[bool] = False

    @field_validator("nan")
    @classmethod
    def _needed_everywhere(cls, value: NanPolicy) -> NanPolicy:
        if value == "keep":
            raise ValueError("no model runs without a level at its open boundary; take nearest_wet or a number")
        return value

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """(nt, n) water level [m] over the domain's vertical datum at n places; the start makes no difference.

        Raises:
            DataError: the fields do not cover the times or the places, or have no values there.
        """
        from .gridded import level_at

        assert lon is not None  # not uniform
        assert lat is not None
        return level_at(self, times, lon, lat)

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that the fields do not exceed within a period at any of the places [m], with the surge at its top.

        Raises:
            DataError: the fields do not cover the period or the places, or have no values there.
        """
        from .gridded import fields_at

        assert lon is not None
        assert lat is not None
        return float(fields_at(self, self.steps(period), lon, lat)[0].max()) + self.top_m()

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Level]:  # type: ignore[override]
        """The level around a domain for a period, from the cache.

        Raises:
            DataError: the fields do not cover it, or cannot be read.
        """
        from .gridded import prepared_level

        return prepared_level(self, period, domain)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """Unreadable data, a missing variable, fields that do not cover the period or the domain, datum and surge."""
        from .datum import grid_problems

        found = [*super().problems(key, period, domain), *surge_problems(f"{key}.surge", self.surge, period)]
        return found if domain is None else [*found, *grid_problems(self, key, domain)]

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period | None = None) -> list[Problem]:
        """Places without values, and values that are not of this world."""
        from .gridded import place_problems

        return [] if period is None else place_problems(self, key, lon, lat, period)


WaterLevel = Annotated[
    Annotated[WaterLevelSeries, Tag("series")] | Annotated[WaterLevelGrid, Tag("grid")],
    Discriminator(lambda value: kind(value) or "series"),
]
