"""Config of known answers: what a theory, or somebody, says about the stations of a domain."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, Tag, model_validator

from ..core.kinds import BY_KIND
from ..core.node import Node
from ..domain.place import Place
from ..errors import ConfigError, Problem

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain

Quantity = Literal["hs", "tp", "dir", "setup"]
_POINTS = 400
"""Of a profile of the bed."""
Positive = Annotated[float, Field(gt=0)]
Direction = Annotated[float, Field(ge=-360, le=360)]


class Tolerance(Node):
    """How far a model may be off: a part of the answer, or in the units of the quantity."""

    relative: Positive | None = None
    """Part of the answer, e.g. 0.01."""
    absolute: Positive | None = None
    """In metres, seconds or degrees."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Tolerance:
        if (self.relative is None) == (self.absolute is None):
            raise ValueError("give relative or absolute")
        return self


@dataclass(frozen=True, eq=False)
class Theory:
    """An answer for one domain."""

    at: Floats
    """(n,) the coordinate at each station; NaN where the answer says nothing."""
    values: Callable[[Floats], dict[str, Floats]]
    """Of coordinates: quantity -> the answer there."""
    label: str = ""
    """Of the coordinate, with its unit; nothing where the answer is known at stations alone."""


class Answer(Node, ABC):
    """What is known; a subclass sets ``kind``."""

    quantities: ClassVar[tuple[str, ...]]
    """What the answer is known of."""

    tolerance: dict[Quantity, Tolerance] = Field(min_length=1)
    """Quantity to compare -> how far the model may be off: hs, tp, dir or setup."""

    @model_validator(mode="after")
    def _is_known(self) -> Answer:
        for name, tolerance in self.tolerance.items():
            if name not in self.quantities:
                raise ValueError(f"tolerance.{name}: this answer is known of {', '.join(self.quantities)}")
            if name == "dir" and tolerance.absolute is None:
                raise ValueError("tolerance.dir: give absolute; a direction has no relative difference")
        return self

    @abstractmethod
    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """The answer at the stations of a domain.

        Raises:
            ConfigError, DataError: it says nothing about this domain; its bed is not known at a station.
        """


class _Along(Answer):
    origin: Place
    """Where distances begin."""
    direction_deg: Direction
    """Direction in which distances grow, clockwise from (grid) north [degrees]."""

    def distances(self, domain: Domain, stations: list[str]) -> Floats:
        """(n,) distance of each station from the origin along the direction [m]."""
        import numpy as np

        x, y = _points(domain, stations)
        (x0, y0), (east, north) = domain.locate(self.origin), self._unit()
        found: Floats = np.round((x - x0) * east + (y - y0) * north, 6)
        return found

    def profile(self, domain: Domain, length_m: float) -> tuple[Floats, Floats]:
        """Distances from the origin, and the elevation of the bed there."""
        import numpy as np

        distance = np.linspace(0.0, length_m, _POINTS + 1)
        (x0, y0), (east, north) = domain.locate(self.origin), self._unit()
        return distance, domain.elevation_at(x0 + distance * east, y0 + distance * north)

    def _unit(self) -> tuple[float, float]:
        import numpy as np

        angle = np.radians(self.direction_deg)
        return float(np.sin(angle)), float(np.cos(angle))


class Refraction(Answer):
    """Waves of one frequency over straight parallel contours: Snell's law, and the flux of energy to the shore."""

    kind: Literal["refraction"] = "refraction"
    quantities: ClassVar = ("hs", "dir")
    hs: Positive
    """Significant wave height offshore [m]."""
    period_s: Positive
    """Of the waves [s]."""
    from_deg: Direction
    """Direction that waves come from offshore, clockwise from (grid) north [degrees]."""
    normal_deg: Direction
    """Direction that waves come from which meet the contours at right angles: seaward [degrees]."""
    offshore_depth_m: Positive
    """Depth in which these are the waves [m]."""
    water_level_m: float = 0.0
    """Of the sea over the vertical datum [m]."""

    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """Over the depth of still water at the stations."""

        def values(depth: Floats) -> dict[str, Floats]:
            from ..core.waves import refract

            incidence = (self.from_deg - self.normal_deg + 180) % 360 - 180
            hs, turned = refract(self.hs, self.period_s, incidence, self.offshore_depth_m, depth)
            return {"hs": hs, "dir": (self.normal_deg + turned) % 360}

        depth = self.water_level_m - domain.elevation_at(*_points(domain, stations))
        return Theory(depth, values, "depth of still water (m)")


class SurfZone(_Along):
    """Random waves that break on a beach, and their set-up: Battjes and Janssen (1978)."""

    kind: Literal["surf_zone"] = "surf_zone"
    quantities: ClassVar = ("hs", "setup")
    hs: Positive
    """Significant wave height at the origin [m]."""
    period_s: Positive
    """Of the waves: the mean period of a spectrum [s]."""
    incidence_deg: float = Field(0.0, gt=-90, lt=90)
    """Angle between the waves at the origin and the direction [degrees]."""
    alpha: float = Field(1.0, ge=0)
    """Strength of the dissipation."""
    gamma: Positive = 0.73
    """Highest wave over the depth of water."""
    water_level_m: float = 0.0
    """Of the sea over the vertical datum at the origin [m]."""

    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """Over the distance from the origin."""
        import numpy as np

        at = self.distances(domain, stations)
        distance, bed = self.profile(domain, float(at.max()))

        def values(there: Floats) -> dict[str, Floats]:
            from ..core.waves import Breaking, surf_zone

            waves = self.hs, self.period_s, self.incidence_deg, Breaking(self.alpha, self.gamma)
            order = np.argsort(there)
            found = surf_zone(distance, self.water_level_m - bed, there[order], *waves)
            back = np.argsort(order)
            return {"hs": found.hs_m[back], "setup": found.setup_m[back]}

        return Theory(at, values, "distance (m)")


class Growth(_Along):
    """Waves under a steady wind that blows off a straight coast at the origin, along the direction."""

    kind: Literal["growth"] = "growth"
    quantities: ClassVar = ("hs", "tp")
    law: Literal["kahma_calkoen_1992", "wilson_1965", "young_verhagen_1996"] = "kahma_calkoen_1992"
    """Whose growth curve; Young and Verhagen's is for water of a finite depth."""
    wind_speed: Positive
    """At 10 m [m/s]."""
    depth_m: Positive | None = None
    """Depth of the water for Young and Verhagen [m]; null is deep."""

    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """Over the fetch."""

        def values(fetch: Floats) -> dict[str, Floats]:
            from ..core.waves import GROWTH_LAWS

            sea = GROWTH_LAWS[self.law](self.wind_speed, fetch, self.depth_m)
            return {"hs": sea.hs_m, "tp": sea.tp_s}

        return Theory(self.distances(domain, stations), values, "fetch (m)")


class Friction(_Along):
    """Waves of one frequency that lose energy by the friction of JONSWAP over a flat bed."""

    kind: Literal["friction"] = "friction"
    quantities: ClassVar = ("hs",)
    hs: Positive
    """Significant wave height at the origin [m]."""
    period_s: Positive
    """Of the waves [s]."""
    depth_m: Positive
    """Of the water [m]."""
    coefficient: Positive = 0.038
    """Of friction [m2/s3]."""

    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """Over the distance from the origin."""

        def values(distance: Floats) -> dict[str, Floats]:
            from ..core.waves import friction_decay

            return {"hs": friction_decay(self.hs, self.period_s, self.depth_m, distance, self.coefficient)}

        return Theory(self.distances(domain, stations), values, "distance (m)")


class Values(Answer):
    """Numbers: of a measurement, a larger model, or a run that is trusted."""

    kind: Literal["values"] = "values"
    quantities: ClassVar = ("hs", "tp", "dir", "setup")
    values: dict[Quantity, dict[str, float]] = Field(min_length=1)
    """Quantity -> station -> number."""

    @model_validator(mode="after")
    def _have_tolerances(self) -> Values:
        if set(self.values) != set(self.tolerance):
            raise ValueError("give a tolerance for each quantity of values, and for no other")
        return self

    def theory(self, domain: Domain, stations: list[str]) -> Theory:
        """At the stations that numbers are given for."""
        import numpy as np

        for quantity, numbers in self.values.items():
            if unknown := sorted(set(numbers) - set(domain.stations)):
                key = f"postprocessor.known_answer.answer.values.{quantity}.{unknown[0]}"
                raise ConfigError(Problem(key, "there is no such station", hint=f"known: {', '.join(domain.stations)}"))

        def values(number: Floats) -> dict[str, Floats]:
            names = [stations[int(n)] for n in number]
            return {q: np.array([numbers.get(n, np.nan) for n in names]) for q, numbers in self.values.items()}

        return Theory(np.arange(len(stations), dtype=float), values)


def _points(domain: Domain, stations: list[str]) -> tuple[Floats, Floats]:
    import numpy as np

    places = domain.station_points()
    x, y = np.array([places[name] for name in stations], dtype=np.float64).T
    return x, y


AnyAnswer = Annotated[
    Annotated[Refraction, Tag("refraction")]
    | Annotated[SurfZone, Tag("surf_zone")]
    | Annotated[Growth, Tag("growth")]
    | Annotated[Friction, Tag("friction")]
    | Annotated[Values, Tag("values")],
    BY_KIND,
]
