"""Bases of what has two components, wind and current: constant, a series at one place, or on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from ..core.period import Period
from ..errors import Problem
from .constant import Constant
from .grid import Gridded
from .series import Series

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..data.quantities import Vector
    from ..domain import Domain


class ConstantVector(Constant):
    """A steady vector; a subclass has the fields of two pairs: speed and direction, and components."""

    pairs: ClassVar[tuple[tuple[str, str], tuple[str, str]]]
    """Names of the fields of speed and direction, and of the components towards east and north."""
    vector: ClassVar[Vector]

    @model_validator(mode="after")
    def _one_pair(self) -> ConstantVector:
        given = {name for pair in self.pairs for name in pair if getattr(self, name) is not None}
        if given not in [set(pair) for pair in self.pairs]:
            got = f"only {given.pop()}" if len(given) == 1 else ", ".join(sorted(given)) or "neither"
            raise ValueError(f"expected {', or '.join(' and '.join(pair) for pair in self.pairs)}; got {got}")
        return self

    def at(
        self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Components towards east and north, (nt,) each [m/s]; the place makes no difference."""
        import numpy as np

        from ..data.vectors import components

        polar, cartesian = self.pairs
        names = polar if getattr(self, polar[0]) is not None else cartesian
        first, second = (np.full(len(times), getattr(self, name)) for name in names)
        return components(self.vector, first, second) if names == polar else (first, second)


class VectorSeries(Series):
    """A vector at one place, taken for the whole domain; a subclass has the field of directions written here."""

    speed_m_s: list[float] | None = None
    """Speed at each of the times [m/s]."""
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
    """Variable of the source with the direction; by its CF standard name also the opposite one."""

    vector: ClassVar[Vector]
    named: ClassVar = (("u", "v"), ("speed", "direction"))
    is_uniform: ClassVar[bool] = True

    def at(
        self, times: Sequence[datetime], lon: Floats | None = None, lat: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Components towards east and north, (nt,) each [m/s]; the place makes no difference.

        The components are interpolated in time, so that a wind that turns through north does not blow from the south.

        Raises:
            DataError: the series does not cover the times.
        """
        from .reading import vector_at

        return vector_at(self, times)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series."""
        return super().problems(key, period)


class VectorGrid(Gridded):
    """A vector on a grid."""

    u: str | None = None
    """Variable with the component towards east; None finds it by its CF standard name, or a usual name."""
    v: str | None = None
    """Variable with the component towards north; None finds it by its CF standard name, or a usual name."""
    speed: str | None = None
    """Variable with the speed, instead of u and v."""
    direction: str | None = None
    """Variable with the direction; by its CF standard name also the opposite one."""
    along: Literal["east_north", "grid"] | None = None
    """Whether u and v are towards true east and north, or along the axes of the grid, as in WRF or ROMS; None takes
    what the data say, else east and north."""

    named: ClassVar = (("u", "v"), ("speed", "direction"))

    @model_validator(mode="after")
    def _components_along_the_grid(self) -> VectorGrid:
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
