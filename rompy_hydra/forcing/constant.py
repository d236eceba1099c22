"""Bases of forcing that is the same at all times."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period
from ..errors import Problem

if TYPE_CHECKING:
    from ..data.understand import Change
    from ..domain import Domain


class Unchanging(Node):
    """Written in the config, without a time."""

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

    def changes(self, key: str) -> list[Change]:
        """None: there are no data."""
        return []

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """None: what can be wrong is found by validation."""
        return []


class Constant(Unchanging):
    """The same at all times and places."""

    kind: Literal["constant"] = "constant"
