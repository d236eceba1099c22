"""Config of values that change in time at one place: written in the config, or from a source."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import model_validator

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period, UtcTime, format_time
from ..data.coverage import covering
from ..data.policies import Gaps
from ..errors import Problem
from ..source.base import AnySource

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..data.understand import Change, Understood
    from ..domain import Domain


class Series(Node):
    """Values at increasing times, linear between them; either written here or read from a source."""

    kind: Literal["series"] = "series"
    times: list[UtcTime] = []
    """Times of the values written here, ISO 8601, UTC unless they carry an offset."""
    source: AnySource | None = None
    """Where the values come from, instead of values written here."""
    units: str | None = None
    """Units of the source's variables, whatever the data say; None takes what they say, else SI."""
    gaps: Gaps = "error"
    """Where times of the source are missing within the period: ``error``, or ``interpolate`` for lines across."""

    inline: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Sets of fields that may hold the values written here; one complete set is needed."""
    named: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Sets of fields that name the variables of the source; at most one set may be given."""
    quantities: ClassVar[dict[str, str]] = {}
    """Each of those fields -> the quantity that it holds."""
    own_units: ClassVar[tuple[str, ...]] = ()
    """Those of these fields whose variables ``units`` says nothing of."""
    where: ClassVar[str] = ""
    """Config key of a node of this class."""

    @model_validator(mode="after")
    def _one_complete_set_of_values(self) -> Series:
        _check_values(self)
        return self

    def chosen(self, understood: Understood | None = None) -> tuple[str, ...]:
        """The fields that hold the values written here, or that name the variables of the source.

        Args:
            understood: the data of the source, where they have to say which of its variables are there.
        """
        sets = self.named if self.source else self.inline
        return next((names for names in sets if getattr(self, names[0]) is not None), sets[0])

    def inputs(self, key: str) -> list[Input]:
        """The user's files behind the values, with what they cover where they can be read."""
        if self.source is None:
            return []
        from .reading import series_coverage

        return covering(self.source.inputs(f"{key}.source"), lambda: series_coverage(self, key))

    def changes(self, key: str) -> list[Change]:
        """What is said in another way here than in the data.

        Raises:
            DataError: the source cannot be read.
        """
        if self.source is None:
            return []
        from .reading import series_changes

        return series_changes(self, key)

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Any]:
        """Itself: a series is small."""
        return nullcontext(self)

    def steps(self, period: Period) -> list[datetime]:
        """The start, the times of the values between, and the end: linear interpolation between these loses nothing.

        Raises:
            DataError: the source cannot be read.
        """
        from .reading import series_steps

        return series_steps(self, period)

    def problems(self, key: str, period: Period | None) -> list[Problem]:
        """Unreadable data, missing variables, times out of order, values that are not numbers, too short a series."""
        from .reading import series_problems

        return series_problems(self, key, period)

    def values_at(self, names: Sequence[str], times: Sequence[datetime]) -> list[Floats]:
        """One (nt,) array in SI units for each of the fields in `names`.

        Raises:
            DataError: the series does not cover the times, or holds something else than numbers.
        """
        from .reading import values_at

        return values_at(self, names, times)


def _check_values(series: Series) -> None:
    choices = " or ".join("times and " + " and ".join(names) for names in series.inline)
    written = {name for names in series.inline for name in names if getattr(series, name) is not None}
    if series.source is not None:
        if written or series.times:
            raise ValueError(f"give either a source or {choices}, not both")
        check_names(series)
        return
    if not series.times or not any(written == set(names) for names in series.inline):
        raise ValueError(f"give a source, or {choices}; got {', '.join(sorted(written)) or 'none of them'}")
    for name in sorted(written):
        if (count := len(getattr(series, name))) != len(series.times):
            raise ValueError(f"expected one value per time, got {len(series.times)} times and {count} values in {name}")
    _check_order(series.times)


def check_names(series: Any) -> None:
    """Nothing for a node that names all variables of one set, or none.

    Raises:
        ValueError: half a set, or parts of two.
    """
    used = [names for names in series.named if any(getattr(series, name) is not None for name in names)]
    if len(used) > 1:
        raise ValueError("name the variables of one of " + " or ".join(" and ".join(names) for names in used))
    missing = [name for names in used for name in names if getattr(series, name) is None]
    if missing:
        raise ValueError(f"{' and '.join(used[0])} belong together; {', '.join(missing)} is missing")
    given = [getattr(series, name) for names in used for name in names]
    if len(set(given)) < len(given):
        raise ValueError(f"{' and '.join(used[0])} are the same variable, {given[0]}")


def _check_order(times: list[datetime]) -> None:
    for i, (before, after) in enumerate(pairwise(times), start=1):
        if after <= before:
            found = f"times[{i}] {format_time(after)} follows {format_time(before)}"
            raise ValueError(f"times have to increase, but {found}; sort them and drop repeated ones")
