"""Config of rivers: fresh water that enters the domain at a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, Tag, field_validator, model_validator

from ..core.inputs import Input
from ..core.kinds import BY_KIND
from ..core.node import Node
from ..core.period import Period
from ..domain.place import Place
from ..errors import UNSET, ConfigError, DataError, Problem
from .series import Series

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain


DISCHARGE = "water_volume_transport_in_river_channel"
MOST_M3_S = 1e6
"""Five times the Amazon in flood [m3/s]."""


class _Inflow(Node):
    location: Place
    """Where the water enters: lon and lat, or x_m and y_m."""
    radius_m: float = Field(gt=0)
    """The water is spread over a circle of this radius [m]; it should hold at least a few triangles."""

    @model_validator(mode="before")
    @classmethod
    def _ask_for_the_radius(cls, data: Any) -> Any:
        return {"radius_m": UNSET, **data} if isinstance(data, dict) else data

    @field_validator("radius_m", mode="before")
    @classmethod
    def _explain_the_radius(cls, value: Any) -> Any:
        if value is UNSET:
            raise ValueError("needed: the water is spread over a circle of this radius; take about two triangle edges")
        return value

    def location_problems(self, key: str, domain: Domain | None) -> list[Problem]:
        """A river that enters outside of a domain that is itself right."""
        from ..domain.checks import place_problems

        try:
            return place_problems(f"{key}.location", self.location, domain) if domain else []
        except (ConfigError, DataError):
            return []  # the problems of the domain say why


class ConstantRiver(_Inflow):
    """A river with a steady discharge."""

    kind: Literal["constant"] = "constant"
    discharge_m3_s: float
    """Discharge into the domain [m3/s]; negative takes water out."""

    @field_validator("discharge_m3_s")
    @classmethod
    def _of_this_world(cls, value: float) -> float:
        if abs(value) > MOST_M3_S:
            raise ValueError(f"no river carries more than {MOST_M3_S:g} m3/s; is this in m3 per day or litres?")
        return value

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) discharge [m3/s]."""
        import numpy as np

        return np.full(len(times), self.discharge_m3_s)

    def steps(self, period: Period) -> list[datetime]:
        """The start and the end."""
        return [period.start, period.stop]

    def inputs(self, key: str) -> list[Input]:
        """No files."""
        return []

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """A river that enters outside of the domain."""
        return self.location_problems(key, domain)


class RiverSeries(_Inflow, Series):
    """A river whose discharge changes."""

    discharge_m3_s: list[float] | None = None
    """Discharge into the domain at each of the times [m3/s]."""
    variable: str | None = None
    """Name of the variable in the source; None takes the only one."""

    inline: ClassVar = (("discharge_m3_s",),)
    named: ClassVar = (("variable",),)
    quantities: ClassVar = {"discharge_m3_s": DISCHARGE, "variable": DISCHARGE}
    where: ClassVar = "forcing.river"

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) discharge [m3/s].

        Raises:
            DataError: the series does not cover the times.
        """
        return self.values_at(["variable" if self.source else "discharge_m3_s"], times)[0]

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series and the place."""
        return [*super().problems(key, period), *self.location_problems(key, domain)]


def by_name(value: Any) -> Any:
    """The rivers as they are.

    Raises:
        ValueError: a river stands where its name is expected.
    """
    fields = {*ConstantRiver.model_fields, *RiverSeries.model_fields}
    nodes = value.items() if isinstance(value, dict) else ()
    if any(name in fields and not (isinstance(node, dict) and "location" in node) for name, node in nodes):
        raise ValueError("rivers have names: write river: {creek: {kind: constant, ...}}")
    return value


River = Annotated[Annotated[ConstantRiver, Tag("constant")] | Annotated[RiverSeries, Tag("series")], BY_KIND]
Rivers = Annotated[dict[str, River], BeforeValidator(by_name)]
"""Rivers by their names."""
