"""Config of waves by their parameters, as they change at one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from ..core.period import Period
from ..data.quantities import FP, HS, QUANTITIES, TM01, TP, WAVE_SPREAD, WAVES_FROM
from ..errors import DataError, Problem
from .series import Series
from .wave_parameters import WaveParameters
from .wave_shape import Jonswap, Shape

if TYPE_CHECKING:
    from ..data.understand import Understood
    from ..domain import Domain

_PERIODS: tuple[Literal["tp", "fp", "tm01"], ...] = ("tp", "fp", "tm01")


class WaveSeries(Series):
    """Waves of a buoy or a larger model at one place, taken for the whole segment."""

    hs_m: list[float] | None = None
    """Significant wave height at each of the times [m]; 0 is calm."""
    tp_s: list[float] | None = None
    """Peak period at each of the times [s]."""
    tm01_s: list[float] | None = None
    """Mean period Tm01 at each of the times [s], instead of the peak period."""
    from_deg: list[float] | None = None
    """Direction that the waves come from at each of the times, clockwise from north [degrees]."""
    spread_deg: float | list[float] | None = None
    """Directional width, the circular standard deviation [degrees]: at each of the times, or one for data without."""
    spread_power: float | None = Field(None, gt=0, le=2000)
    """One directional width as the power m of a spreading with cos**m [1], for data without."""
    hs: str | None = None
    """Variable of the source with the significant wave height; None finds it by its CF standard name, or hs."""
    tp: str | None = None
    """Variable with the peak period; None finds it by its CF standard name, or tp."""
    fp: str | None = None
    """Variable with the peak frequency, instead of the period."""
    tm01: str | None = None
    """Variable with the mean period Tm01, instead of the peak period."""
    direction: str | None = None
    """Variable with the direction; by its CF standard name also the one that the waves go to."""
    spread: str | None = None
    """Variable with the directional width."""
    shape: Shape = Jonswap()
    """Shape of the spectrum over frequencies."""

    inline: ClassVar = (("hs_m", "tp_s", "from_deg"), ("hs_m", "tm01_s", "from_deg"))
    own_units: ClassVar = _PERIODS
    quantities: ClassVar = {
        **dict.fromkeys(("hs", "hs_m"), HS),
        **dict.fromkeys(("tp", "tp_s"), TP),
        **dict.fromkeys(("tm01", "tm01_s"), TM01),
        **dict.fromkeys(("direction", "from_deg"), WAVES_FROM),
        **dict.fromkeys(("spread", "spread_deg"), WAVE_SPREAD),
        "fp": FP,
    }
    where: ClassVar = "forcing.waves"
    is_uniform: ClassVar[bool] = True

    @model_validator(mode="after")
    def _one_period_and_one_width(self) -> WaveSeries:
        _check_names(self)
        given = [name for name in ("spread_deg", "spread_power", "spread") if getattr(self, name) is not None]
        if len(given) > 1 or (self.source is None and not given):
            expected = "one of spread_deg, spread_power" + (" and spread" if self.source else "")
            raise ValueError(f"expected {expected}, got {' and '.join(given) or 'neither'}")
        if isinstance(self.spread_deg, list) and len(self.spread_deg) != len(self.times):
            wrong = f"got {len(self.times)} times and {len(self.spread_deg)} values in spread_deg"
            raise ValueError(f"expected one value per time, or one number, {wrong}")
        if isinstance(self.spread_deg, float) and not 0 < self.spread_deg <= 80:
            raise ValueError(f"expected spread_deg of more than 0 and at most 80 degrees, got {self.spread_deg:g}")
        return self

    @property
    def has_width(self) -> bool:
        """Whether one directional width is given for all times."""
        return isinstance(self.spread_deg, float) or self.spread_power is not None

    def chosen(self, understood: Understood | None = None) -> tuple[str, ...]:
        """The fields of height, period, direction, and of the width where it changes."""
        if self.source is None:
            width = ("spread_deg",) if isinstance(self.spread_deg, list) else ()
            return (*next(names for names in self.inline if getattr(self, names[1]) is not None), *width)
        if understood is not None and not self.has_width:
            _check_width(self, understood)
        return ("hs", self._period(understood), "direction", *(() if self.has_width else ("spread",)))

    def _period(self, understood: Understood | None) -> str:
        named = next((name for name in _PERIODS if getattr(self, name) is not None), None)
        if named is not None or understood is None:
            return named or "tp"
        return next((name for name in _PERIODS if _has(understood, self.quantities[name])), "tp")

    def parameters_at(self, times: Sequence[datetime], key: str = "") -> WaveParameters:
        """(nt,) parameters, linear in time; directions the short way round.

        Args:
            times: when.
            key: config key of the node, for messages.

        Raises:
            DataError: the series does not cover the times, or holds no waves of this world.
        """
        from .wave_reading import parameters_at

        return parameters_at(self, times, key or self.where)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series; waves that are too steep, or have no period."""
        from .wave_reading import wave_problems

        return wave_problems(self, key, period)


def _check_names(series: WaveSeries) -> None:
    names = ("hs", *_PERIODS, "direction", "spread")
    given = {name: found for name in names if (found := getattr(series, name)) is not None}
    if series.source is None and given:
        raise ValueError(f"{' and '.join(given)} name variables of a source, and there is none")
    if series.source is not None and isinstance(series.spread_deg, list):
        raise ValueError("spread_deg at each time is for values written here; with a source give one number, or spread")
    if len(periods := [name for name in _PERIODS if name in given]) > 1:
        raise ValueError(f"expected one of tp, fp and tm01, got {' and '.join(periods)}")
    if len(set(given.values())) < len(given):
        raise ValueError(f"{' and '.join(given)} are {len(given)} variables, and have to be different ones")


def _check_width(series: WaveSeries, understood: Understood) -> None:
    """Nothing where the data have a directional width.

    Raises:
        DataError: none, or several; says that one number does as well.
    """
    key = f"{understood.node}.spread"
    try:
        understood.variable(QUANTITIES[WAVE_SPREAD], series.spread, key)
    except DataError as error:
        instead = f"or give one width for all times: {understood.node}.spread_deg: 25"
        raise DataError([replace(p, hint=f"{p.hint}, {instead}") for p in error.problems]) from error


def _has(understood: Understood, quantity: str) -> bool:
    try:
        understood.variable(QUANTITIES[quantity], None, "")
    except DataError:
        return False
    return True
