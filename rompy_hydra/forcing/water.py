"""Config of the water level at the open sea as a series, with a surge on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from ..core.period import Period
from ..errors import Problem
from .series import Series
from .surge import Surge, surge_problems, top_m

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain


LEVEL = "sea_surface_height_above_mean_sea_level"
MOST_OFFSET_M = 50.0
"""No two tidal datums are further apart."""


class WaterLevel(Series):
    """A measured or predicted series of water level."""

    values_m: list[float] | None = None
    """Water level at each of the times [m]."""
    variable: str | None = None
    """Name of the variable in the source; None takes the only one."""
    vertical_datum: str = ""
    """What the values refer to, where it is known; it has to be that of the domain unless ``offset_m`` is given."""
    offset_m: float | None = None
    """Added to the values, to bring them to the domain's vertical datum [m]."""
    surge: Surge | None = None
    """A surge on top of the series."""

    @field_validator("offset_m")
    @classmethod
    def _between_datums(cls, value: float | None) -> float | None:
        if value is not None and abs(value) > MOST_OFFSET_M:
            raise ValueError(f"expected metres, at most {MOST_OFFSET_M:g} up or down; is {value:g} in cm?")
        return value

    inline: ClassVar = (("values_m",),)
    named: ClassVar = (("variable",),)
    quantities: ClassVar = {"values_m": LEVEL, "variable": LEVEL}
    where: ClassVar = "forcing.water_level"
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
        (level,) = self.values_at(["variable" if self.source else "values_m"], times)
        return level + (self.offset_m or 0.0) + (self.surge.at(times) if self.surge else 0.0)

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that the series does not exceed within a period [m], with the surge at its top.

        Raises:
            DataError: the series does not cover the period.
        """
        (level,) = self.values_at(["variable" if self.source else "values_m"], self.steps(period))
        return float(level.max()) + (self.offset_m or 0.0) + top_m(self.surge)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series, its datum and its surge."""
        from .reading import datum_problems

        found = [*super().problems(key, period), *surge_problems(f"{key}.surge", self.surge, period)]
        return found if domain is None else [*found, *datum_problems(self, key, domain)]

    def place_problems(self, key: str, lon: Floats, lat: Floats) -> list[Problem]:
        """None: the place makes no difference."""
        return []

    def notes(self, lon: Floats | None = None, lat: Floats | None = None) -> list[str]:
        """None."""
        return []
