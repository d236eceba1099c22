"""Config of sea ice: constant, or on a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple

from pydantic import Field, Tag

from ..core.kinds import BY_KIND
from ..core.period import Period
from .constant import Constant
from .grid import Gridded

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain
    from .gridded import Ready


class IceValues(NamedTuple):
    """Sea ice at times and places."""

    concentration: Floats
    """Part of the sea that is covered [1], 0 to 1."""
    thickness_m: Floats | None
    """Thickness of the ice [m]; None where nothing is said of it."""


class ConstantIce(Constant):
    """The same ice everywhere."""

    concentration: float = Field(ge=0, le=1)
    """Part of the sea that is covered, 0 to 1 [1]."""
    thickness_m: float | None = Field(None, ge=0, le=50)
    """Thickness of the ice [m]; None says nothing of it."""

    def at(self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None) -> IceValues:
        """(nt,) concentration and thickness; the place makes no difference."""
        import numpy as np

        thickness = None if self.thickness_m is None else np.full(len(times), self.thickness_m)
        return IceValues(np.full(len(times), self.concentration), thickness)


class IceGrid(Gridded):
    """Sea ice on a grid, e.g. of satellites; there is none on land: ``nan`` says what to take there."""

    concentration: str | None = None
    """Variable with the part of the sea that is covered; None finds it by its CF standard name, or siconc. Its
    ``units`` are 1 or %."""
    thickness: str | None = None
    """Variable with the thickness of the ice; None reads none."""

    named: ClassVar = (("concentration",),)
    own_units: ClassVar = ("thickness",)
    quantities: ClassVar = {"concentration": "sea_ice_area_fraction", "thickness": "sea_ice_thickness"}
    where: ClassVar = "forcing.ice"

    def chosen(self) -> tuple[str, ...]:
        """The concentration, and the thickness where it is named."""
        return ("concentration",) if self.thickness is None else ("concentration", "thickness")

    def at(self, times: Sequence[datetime], lon: Floats, lat: Floats) -> IceValues:
        """(nt, n) concentration and thickness at n places.

        Raises:
            DataError: the fields do not cover the times or the places.
        """
        from .gridded import fields_at

        return _values(fields_at(self, times, lon, lat))

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[ReadyIce]:  # type: ignore[override]
        """The ice around a domain for a period, from the cache.

        Raises:
            DataError: the fields do not cover it, or cannot be read.
        """
        return _prepared(self, period, domain)


class ReadyIce:
    """Ice of which the needed part is at hand."""

    def __init__(self, ready: Ready):
        self.fields, self._ready = ready.fields, ready

    def at(self, times: Sequence[datetime], lon: Floats, lat: Floats) -> IceValues:
        """(nt, n) concentration and thickness at n places.

        Raises:
            DataError: times or places are not covered, or data are missing there.
        """
        found = self._ready.at(times, lon, lat)
        return _values(found if isinstance(found, tuple) else (found,))


@contextmanager
def _prepared(ice: IceGrid, period: Period, domain: Domain) -> Iterator[ReadyIce]:
    from .gridded import prepared

    with prepared(ice, period, domain) as ready:
        yield ReadyIce(ready)


def _values(found: Sequence[Any]) -> IceValues:
    """Without what rounding of packed values leaves beyond the limits."""
    return IceValues(found[0].clip(0.0, 1.0), found[1].clip(0.0, None) if len(found) > 1 else None)


Ice = Annotated[Annotated[ConstantIce, Tag("constant")] | Annotated[IceGrid, Tag("grid")], BY_KIND]
