"""Config of currents: constant, a series at one place, or on a grid."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, Tag

from ..core.kinds import BY_KIND
from ..data.quantities import CURRENT
from .vector import ConstantVector, VectorGrid, VectorSeries


class ConstantCurrent(ConstantVector):
    """A steady current, as speed and direction or as components."""

    speed_m_s: float | None = Field(None, ge=0, le=10)
    """Speed [m/s]."""
    to_deg: float | None = Field(None, ge=-360, le=360)
    """Direction it flows to, clockwise from north [degrees]: 90 flows eastwards."""
    u_m_s: float | None = Field(None, ge=-10, le=10)
    """Component towards east [m/s], instead of speed and direction."""
    v_m_s: float | None = Field(None, ge=-10, le=10)
    """Component towards north [m/s]."""

    pairs: ClassVar = (("speed_m_s", "to_deg"), ("u_m_s", "v_m_s"))
    vector: ClassVar = CURRENT


class CurrentSeries(VectorSeries):
    """A current at one place, taken for the whole domain."""

    to_deg: list[float] | None = None
    """Direction it flows to at each of the times, clockwise from north [degrees]."""

    inline: ClassVar = (("speed_m_s", "to_deg"), ("u_m_s", "v_m_s"))
    vector: ClassVar = CURRENT
    quantities: ClassVar = CURRENT.by_field
    where: ClassVar = "forcing.current"


class CurrentGrid(VectorGrid):
    """A current on a grid, e.g. of an ocean model, which has none on land: ``nan`` says what to take there."""

    quantities: ClassVar = CURRENT.by_field
    where: ClassVar = "forcing.current"


Current = Annotated[
    Annotated[ConstantCurrent, Tag("constant")]
    | Annotated[CurrentSeries, Tag("series")]
    | Annotated[CurrentGrid, Tag("grid")],
    BY_KIND,
]
