"""Config of wind and air pressure: constant, a series at one place, or on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, Tag, field_validator, model_validator

from ..core.inputs import Input
from ..core.kinds import BY_KIND
from ..core.node import Node
from ..core.period import Period
from ..errors import Problem
from .grid import Gridded
from .series import Series

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain

PRESSURE = "air_pressure_at_mean_sea_level"


class Constant(Node):
    """The same at all times and places."""

    kind: Literal["constant"] = "constant"

    is_uniform: ClassVar[bool] = True

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Any]:
        """Itself: there is nothing to read."""
        return nullcontext(self)

    def inputs(self, key: str) -> list[Input]:
        """No files."""
        return []

    def steps(self, period: Period) -> list[datetime]:
        """The start and the end."""
        return [period.start, period.stop]

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """None: what can be wrong is found by validation."""
        return []


class ConstantWind(Constant):
    """A steady wind, as speed and direction or as components."""

    speed_m_s: float | None = Field(None, ge=0, le=120)
    """Speed at 10 m height [m/s]."""
    from_deg: float | None = Field(None, ge=-360, le=360)
    """Direction it blows from, clockwise from north [degrees]: 270 is a westerly."""
    u_m_s: float | None = Field(None, ge=-120, le=120)
    """Component towards east [m/s], instead of speed and direction."""
    v_m_s: float | None = Field(None, ge=-120, le=120)
    """Component towards north [m/s]."""

    @model_validator(mode="after")
    def _one_pair(self) -> ConstantWind:
        given = {n for n in ("speed_m_s", "from_deg", "u_m_s", "v_m_s") if getattr(self, n) is not None}
        if given not in ({"speed_m_s", "from_deg"}, {"u_m_s", "v_m_s"}):
            got = f"only {given.pop()}" if len(given) == 1 else ", ".join(sorted(given)) or "neither"
            raise ValueError(f"expected speed_m_s and from_deg, or u_m_s and v_m_s; got {got}")
        return self

    def at(
        self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Components towards east and north, (nt,) each [m/s]; the place makes no difference."""
        import numpy as np

        from ..data.vectors import components

        if self.u_m_s is not None and self.v_m_s is not None:
            return np.full(len(times), self.u_m_s), np.full(len(times), self.v_m_s)
        return components(np.full(len(times), self.speed_m_s), np.full(len(times), self.from_deg))


class WindSeries(Series):
    """Wind at one place, taken to blow over the whole domain."""

    speed_m_s: list[float] | None = None
    """Speed at each of the times [m/s]."""
    from_deg: list[float] | None = None
    """Direction it blows from at each of the times, clockwise from north [degrees]."""
    u_m_s: list[float] | None = None
    """Component towards east at each of the times [m/s]."""
    v_m_s: list[float] | None = None
    """Component towards north at each of the times [m/s]."""
    u: str | None = None
    """Variable of the source with the component towards east."""
    v: str | None = None
    """Variable of the source with the component towards north."""
    speed: str | None = None
    """Variable of the source with the speed, instead of u and v."""
    direction: str | None = None
    """Variable of the source with the direction it blows from."""

    inline: ClassVar = (("speed_m_s", "from_deg"), ("u_m_s", "v_m_s"))
    named: ClassVar = (("u", "v"), ("speed", "direction"))
    quantities: ClassVar = {
        "u": "eastward_wind",
        "v": "northward_wind",
        "speed": "wind_speed",
        "direction": "wind_from_direction",
        "u_m_s": "eastward_wind",
        "v_m_s": "northward_wind",
        "speed_m_s": "wind_speed",
        "from_deg": "wind_from_direction",
    }
    where: ClassVar = "forcing.wind"
    is_uniform: ClassVar[bool] = True

    def at(
        self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Components towards east and north, (nt,) each [m/s]; the place makes no difference.

        The components are interpolated in time, so that a wind that turns through north does not blow from the south.

        Raises:
            DataError: the series does not cover the times.
        """
        from .reading import wind_at

        return wind_at(self, times)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series."""
        return super().problems(key, period)


class WindGrid(Gridded):
    """Wind at 10 m height on a grid, e.g. of a reanalysis."""

    u: str | None = None
    """Variable with the component towards east; None finds it by its CF standard name, or u10."""
    v: str | None = None
    """Variable with the component towards north; None finds it by its CF standard name, or v10."""
    speed: str | None = None
    """Variable with the speed, instead of u and v."""
    direction: str | None = None
    """Variable with the direction it blows from; by its CF standard name also the one it blows to."""
    along: Literal["east_north", "grid"] | None = None
    """Whether u and v are towards true east and north, or along the axes of the grid, as in WRF; None takes what the
    data say, else east and north."""

    quantities: ClassVar = {
        "u": "eastward_wind",
        "v": "northward_wind",
        "speed": "wind_speed",
        "direction": "wind_from_direction",
    }
    named: ClassVar = (("u", "v"), ("speed", "direction"))
    where: ClassVar = "forcing.wind"

    @model_validator(mode="after")
    def _components_along_the_grid(self) -> WindGrid:
        if self.along == "grid" and self.speed is not None:
            raise ValueError("along: grid is for components u and v; a direction is clockwise from true north")
        return self

    def at(self, times: Sequence[datetime], lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Components towards east and north at n places, (nt, n) each [m/s].

        Raises:
            DataError: the fields do not cover the times or the places.
        """
        from .gridded import fields_at

        u, v = fields_at(self, times, lon, lat)
        return u, v


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
