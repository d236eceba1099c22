"""Config of fields on a grid."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period
from ..data.coverage import covering
from ..data.policies import Gaps, NanPolicy
from ..errors import Problem
from ..source.base import AnySource
from .series import check_names

if TYPE_CHECKING:
    from ..data.understand import Change
    from ..domain import Domain
    from .gridded import Ready


class Gridded(Node):
    """Fields on a grid, bilinear in space and linear in time."""

    kind: Literal["grid"] = "grid"
    source: AnySource
    """Where the fields come from."""
    units: str | None = None
    """Units of the variables, whatever the data say; None takes what they say, else SI."""
    crs: str | None = Field(None, pattern=r"^EPSG:\d+$")
    """``EPSG:n`` of the grid's coordinates; None takes longitude and latitude, or the grid mapping of the data."""
    gaps: Gaps = "error"
    """Where times are missing within the period: ``error``, or ``interpolate`` for straight lines across."""
    nan: NanPolicy = "error"
    """Where values are missing: ``error``, ``nearest_wet`` for the nearest point with data, ``keep``, or a number."""

    is_uniform: ClassVar[bool] = False
    is_everywhere: ClassVar[bool] = True
    """Whether a value is needed all over the domain, and not along its boundary only."""
    quantities: ClassVar[dict[str, str]] = {}
    """Each field that names a variable -> the quantity that it holds."""
    named: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Sets of fields that name the variables; at most one set may be given, the first is meant by default."""
    own_units: ClassVar[tuple[str, ...]] = ()
    """Those of these fields whose variables ``units`` says nothing of."""
    where: ClassVar[str] = ""
    """Config key of a node of this class."""

    @model_validator(mode="after")
    def _one_set_of_names(self) -> Gridded:
        check_names(self)
        return self

    def chosen(self) -> tuple[str, ...]:
        """The fields that name the variables that are meant."""
        return next((names for names in self.named if getattr(self, names[0]) is not None), self.named[0])

    def inputs(self, key: str) -> list[Input]:
        """The user's files behind the fields, with what they cover where they can be read."""
        from .gridded import grid_coverage

        return covering(self.source.inputs(f"{key}.source"), lambda: grid_coverage(self, key))

    def steps(self, period: Period) -> list[datetime]:
        """The start, the times of the fields between, and the end: linear interpolation between these loses nothing.

        Raises:
            DataError: the source cannot be read.
        """
        from .gridded import grid_steps

        return grid_steps(self, period)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """Unreadable data, missing variables, fields that do not cover the period or the domain."""
        from .gridded import grid_problems

        return grid_problems(self, key, period, domain)

    def changes(self, key: str) -> list[Change]:
        """What is said in another way here than in the data.

        Raises:
            DataError: the source cannot be read.
        """
        from .gridded import ask_of

        return ask_of(self, key).changes()

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Ready]:
        """The fields around a domain for a period, from the cache: what a model reads its input from.

        Raises:
            DataError: they do not cover it, or cannot be read.
        """
        from .gridded import prepared

        return prepared(self, period, domain)
