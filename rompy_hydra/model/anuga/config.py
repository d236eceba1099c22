"""The config of ANUGA, part by part."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag, model_validator

from ...core.kinds import BY_KIND
from ...core.node import Node
from ...core.period import PositiveDuration
from .drag import DragLaw

Manning = Annotated[float, Field(ge=0, le=1)]


class Friction(Node):
    """Friction at the bed."""

    law: Literal["manning"] = "manning"
    """Manning's law, the only one that ANUGA solves: slope = n**2 |u| u / h**(4/3)."""
    coefficient: Manning = 0.025
    """Manning's n [s m^-1/3]: 0.012 smooth concrete, 0.025 sand, 0.03-0.05 reef or weed, 0.1 mangrove."""
    regions: dict[str, Manning] = {}
    """Manning's n [s m^-1/3] inside regions of ``domain.mesh.regions``, by their name; a later one wins an overlap."""


class _Level(Node):
    inverse_barometer: bool = False
    """Lower the level under high air pressure, by the mean of ``forcing.pressure`` over the segment (1 cm per hPa)."""
    radiation: float = Field(0.0, ge=0, le=1)
    """Share of Flather's radiation condition [1]: 0 holds the level and reflects every wave, 1 lets waves out and lets
    the level follow them, sqrt(h / g) u off the given one. Even 0.05 halves a flow that wind drives through a channel
    between two open ends; raise it only where waves have to leave."""


class Tide(_Level):
    """Water level from ``forcing.tides``, with ``forcing.water_level`` added to it where both are given."""

    kind: Literal["tide"] = "tide"


class LevelSeries(_Level):
    """Water level from ``forcing.water_level`` alone."""

    kind: Literal["series"] = "series"


class Reflective(Node):
    """A vertical wall: no flow through, no friction along (ANUGA's Reflective_boundary)."""

    kind: Literal["reflective"] = "reflective"


class Transmissive(Node):
    """What is inside is outside too (ANUGA's Transmissive_boundary): lets a wave or flood out, and may drift."""

    kind: Literal["transmissive"] = "transmissive"


Boundary = Annotated[
    Annotated[Tide, Tag("tide")]
    | Annotated[LevelSeries, Tag("series")]
    | Annotated[Reflective, Tag("reflective")]
    | Annotated[Transmissive, Tag("transmissive")],
    BY_KIND,
]


class WindDrag(Node):
    """Stress of the wind at 10 m on the water: air density, 1.22 kg/m3, times drag coefficient times speed squared."""

    law: DragLaw = "large_pond_1981"
    """Drag coefficient by wind speed U [m/s]: ``large_pond_1981`` 1.2e-3 below 11 m/s, then (0.49 + 0.065 U)e-3;
    ``wu_1982`` (0.8 + 0.065 U)e-3; ``garratt_1977`` (0.75 + 0.067 U)e-3; ``constant`` the ``coefficient``."""
    coefficient: float | None = Field(None, ge=0, le=0.01)
    """Drag coefficient of the law ``constant`` [1]."""
    limit: float = Field(3.5e-3, gt=0, le=0.01)
    """Upper limit of the drag coefficient [1]; measurements level off in hurricanes."""

    @model_validator(mode="after")
    def _coefficient_belongs_to_constant(self) -> WindDrag:
        if self.law == "constant" and self.coefficient is None:
            raise ValueError("law: constant needs a coefficient, which is missing; 0.001 to 0.003 is usual")
        if self.law != "constant" and self.coefficient is not None:
            raise ValueError(
                f"coefficient belongs to law: constant, not to {self.law}; leave it out, or change the law"
            )
        return self


class Numerics(Node):
    """How the equations are solved."""

    flow_algorithm: Literal["DE0", "DE1", "DE2"] = "DE1"
    """ANUGA's ``flow_algorithm``: discontinuous elevation; time steps of order one (DE0), two (DE1) or three (DE2)."""
    cfl: float = Field(1.0, gt=0, le=2)
    """ANUGA's ``cfl``: part of the time in which a wave crosses a triangle that a step may take."""


class Output(Node):
    """What is written."""

    interval: PositiveDuration | None = None
    """Time between output fields, e.g. ``10min``; null takes ``period.interval``."""
