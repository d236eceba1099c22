"""The forcing node: what drives the sea."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Discriminator, Tag

from ..core.inputs import Input
from ..core.kinds import kind
from ..core.node import Node
from ..core.period import Period
from ..errors import Problem
from .air import Pressure, Wind
from .atlas import AtlasTides
from .current import Current
from .ice import Ice
from .river import Rivers
from .tides import Tides
from .water import WaterLevel
from .waves import Waves, segment_problems

if TYPE_CHECKING:
    from ..domain import Domain


AnyTides = Annotated[
    Annotated[Tides, Tag("constituents")] | Annotated[AtlasTides, Tag("atlas")],
    Discriminator(lambda value: kind(value) or "constituents"),
]


class Forcing(Node):
    """What drives the sea; each part is null or a node, and the same for every model."""

    tides: AnyTides | None = None
    """Astronomical tide: constituents, or an atlas of them."""
    water_level: WaterLevel | None = None
    """Water level of a gauge or a larger model: a series, or fields on a grid."""
    wind: Wind | None = None
    """Wind at 10 m height."""
    pressure: Pressure | None = None
    """Air pressure at sea level."""
    current: Current | None = None
    """Current of the sea, where the model does not compute it."""
    ice: Ice | None = None
    """Sea ice."""
    waves: Waves | None = None
    """Waves by the boundary segment through which they come in."""
    river: Rivers | None = None
    """Rivers by name."""

    def nodes(self) -> Iterator[tuple[str, Any]]:
        """Every forcing that is given, with its config key."""
        for name in ("tides", "water_level", "wind", "pressure", "current", "ice"):
            if (node := getattr(self, name)) is not None:
                yield f"forcing.{name}", node
        yield from ((f"forcing.waves.{name}", waves) for name, waves in (self.waves or {}).items())
        yield from ((f"forcing.river.{name}", river) for name, river in (self.river or {}).items())

    def inputs(self) -> list[Input]:
        """The user's files behind all forcing."""
        return [found for key, node in self.nodes() for found in node.inputs(key)]

    def problems(self, period: Period | None, domain: Domain | None) -> list[Problem]:
        """What is wrong with the data: unreadable, incomplete, not covering the period or the domain; reads only."""
        found = segment_problems(self.waves or {}, domain)
        return [*found, *(problem for key, node in self.nodes() for problem in node.problems(key, period, domain))]
