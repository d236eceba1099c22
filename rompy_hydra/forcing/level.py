"""What every node of water level offers, so that a model takes tides, series and fields alike."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from ..core.period import Period
from ..errors import Problem

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain


class Level(Protocol):
    """A water level at any times and places."""

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """Water level over the domain's vertical datum [m]: (nt,) of a uniform node, else (nt, n) at n places.

        Args:
            start: when the run begins, for what grows from there; None: the first of the times.

        Raises:
            DataError: the data do not cover the times or the places.
        """
        ...


class LevelNode(Level, Protocol):
    """A source of water level: one level for all places, or one for each."""

    is_uniform: ClassVar[bool]
    """Whether the place makes no difference; then no places are given, and none are needed."""

    def steps(self, period: Period) -> list[datetime]:
        """The times of the data within a period, where straight lines between have their corners; else its ends."""
        ...

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that is not exceeded within a period at any of the places [m]."""
        ...

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period | None = None) -> list[Problem]:
        """What stands in the way of a level at these places within a period; none of a uniform node."""
        ...

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Level]:
        """The level around a domain for a period, with what is read for it at hand.

        Raises:
            DataError: the data do not cover it, or cannot be read.
        """
        ...

    def notes(self, lon: Floats | None = None, lat: Floats | None = None) -> list[str]:
        """What a user should know about the level, at these places where it is not uniform."""
        ...
