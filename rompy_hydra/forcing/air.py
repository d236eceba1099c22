"""Config of wind and air pressure: constant, a series at one place, or on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field, Tag, field_validator

from ..core.kinds import BY_KIND
from ..core.period import Period
from ..data.quantities import WIND
from ..errors import Problem
from .constant import Constant
from .grid import Gridded
from .series import Series
from .vector import ConstantVector, VectorGrid, VectorSeries

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain

PRESSURE = "air_pressure_at_mean_sea_level"


class ConstantWind(ConstantVector):
    """A steady wind, as speed and direction or as components."""

    speed_m_s: float | None = Field(None, ge=0, le=120)
    """Speed at 10 m height [m/s]."""
    from_deg: float | None = Field(None, ge=-360, le=360)
    """Direction it blows from, clockwise from north [degrees]: 270 is a westerly."""
    u_m_s: float | None = Field(None, ge=-120, le=120)
    """Component towards east [m/s], instead of speed and direction."""
    v_m_s: float | None = Field(None, ge=-120, le=120)
    """Component towards north [m/s]."""

    pairs: ClassVar = (("speed_m_s", "from_deg"), ("u_m_s", "v_m_s"))
    vector: ClassVar = WIND


class WindSeries(VectorSeries):
    """Wind at one place, taken to blow over the whole domain."""

    from_deg: list[float] | None = None
    """Direction it blows from at each of the times, clockwise from north [degrees]."""

    inline: ClassVar = (("speed_m_s", "from_deg"), ("u_m_s", "v_m_s"))
    vector: ClassVar = WIND
    quantities: ClassVar = WIND.by_field
    where: ClassVar = "forcing.wind"


class WindGrid(VectorGrid):
    """Wind at 10 m height on a grid, e.g. of a reanalysis."""

    quantities: ClassVar = WIND.by_field
    where: ClassVar = "forcing.wind"


class ConstantPressure(Constant):
    """The same air pressure everywhere."""

    pressure_pa: float = Field(ge=80000, le=110000)
    """Air pressure at sea level [Pa]."""

    @field_validator("pressure_pa", mode="before")
    @classmethod
    def _is_in_pa(cls, value: Any) -> Any:
        if isinstance(value, int | float) and 800 <= value <= 1100:
            raise ValueError(f"expected the pressure in Pa; {value:g} hPa is {100 * value:.0f}")
        return value

    def at(self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None) -> Floats:
        """(nt,) air pressure [Pa]; the place makes no difference."""
        import numpy as np

        return np.full(len(times), self.pressure_pa)


class PressureSeries(Series):
    """Air pressure at one place, taken for the whole domain."""

    pressure_pa: list[float] | None = None
    """Air pressure at sea level at each of the times [Pa]."""
    variable: str | None = None
    """Name of the variable in the source; None takes the only one."""

    inline: ClassVar = (("pressure_pa",),)
    named: ClassVar = (("variable",),)
    quantities: ClassVar = {"pressure_pa": PRESSURE, "variable": PRESSURE}
    where: ClassVar = "forcing.pressure"
    is_uniform: ClassVar[bool] = True

    def at(self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None) -> Floats:
        """(nt,) air pressure [Pa]; the place makes no difference.

        Raises:
            DataError: the series does not cover the times.
        """
        return self.values_at(["variable" if self.source else "pressure_pa"], times)[0]

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series."""
        return super().problems(key, period)


class PressureGrid(Gridded):
    """Air pressure at sea level on a grid."""

    variable: str | None = None
    """Variable with the pressure; None finds it by its CF standard name, or msl."""

    quantities: ClassVar = {"variable": PRESSURE}
    named: ClassVar = (("variable",),)
    where: ClassVar = "forcing.pressure"

    def at(self, times: Sequence[datetime], lon: Floats, lat: Floats) -> Floats:
        """(nt, n) air pressure at n places [Pa].

        Raises:
            DataError: the fields do not cover the times or the places.
        """
        from .gridded import fields_at

        return fields_at(self, times, lon, lat)[0]


Wind = Annotated[
    Annotated[ConstantWind, Tag("constant")] | Annotated[WindSeries, Tag("series")] | Annotated[WindGrid, Tag("grid")],
    BY_KIND,
]
Pressure = Annotated[
    Annotated[ConstantPressure, Tag("constant")]
    | Annotated[PressureSeries, Tag("series")]
    | Annotated[PressureGrid, Tag("grid")],
    BY_KIND,
]
