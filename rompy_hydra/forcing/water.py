"""Config of the water level at the open sea: tides and series, each with a surge on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period, PositiveDuration, UtcTime, format_duration, format_time
from ..errors import Problem, did_you_mean
from .constituents import SPEEDS_DEG_PER_HOUR
from .series import Series

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain


class Surge(Node):
    """A pulse of water level, gaussian in time: peak 2**-(2 (t - time) / duration)**2."""

    peak_m: float
    """Height at its top [m]; negative is a set-down."""
    time: UtcTime
    """When it is highest."""
    duration: PositiveDuration
    """How long it is above half of its peak, e.g. ``6h``."""

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) water level [m]."""
        import numpy as np

        offsets = np.array([(t - self.time) / self.duration for t in times], dtype=np.float64)
        return np.asarray(self.peak_m * 2.0 ** -((2.0 * offsets) ** 2))


LEVEL = "sea_surface_height_above_mean_sea_level"
MOST_AMPLITUDE_M = 20.0
"""Over twice that of the Bay of Fundy."""
MOST_OFFSET_M = 50.0
"""No two tidal datums are further apart."""


class Constituent(Node):
    """One harmonic constituent of a tide."""

    amplitude_m: float = Field(ge=0)
    """Amplitude [m], half of its range."""
    phase_deg: float = Field(ge=-360, le=360)
    """Phase lag behind the ``phase_reference`` time [degrees]: high water comes phase / speed later."""

    @field_validator("amplitude_m")
    @classmethod
    def _of_this_world(cls, value: float) -> float:
        if value > MOST_AMPLITUDE_M:
            raise ValueError(f"expected metres, at most {MOST_AMPLITUDE_M:g}; {value:g} looks like cm")
        return value


def _refuse_greenwich(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() in ("greenwich", "gmt", "g", "equilibrium"):
        raise ValueError(
            "Greenwich phases need the equilibrium arguments of the constituents, which are not available yet; "
            "give a time, and phases relative to it: phase_deg = Greenwich phase - (V0 + u) at that time, "
            "as any tidal package tells; or use forcing.water_level with a predicted series"
        )
    return value


def _unknown(name: str) -> InitErrorDetails:
    hint = did_you_mean(name.upper(), SPEEDS_DEG_PER_HOUR)
    message = f"there is no speed known for a constituent {name}; {hint}"
    error = PydanticCustomError("constituent", "{message}", {"message": message})
    return InitErrorDetails(type=error, loc=(name,), input=name)


class Tides(Node):
    """A tide as a sum of constituents: eta = sum A cos(speed (t - phase_reference) - phase)."""

    kind: Literal["constituents"] = "constituents"
    constituents: dict[str, Constituent] = Field(min_length=1)
    """Constituents by name: ``M2: {amplitude_m: 0.5, phase_deg: 30}``."""
    phase_reference: Annotated[UtcTime, BeforeValidator(_refuse_greenwich)]
    """Time at which the arguments of all constituents are zero; phases are relative to it."""
    mean_m: float = 0.0
    """Mean water level over the domain's vertical datum [m]."""
    surge: Surge | None = None
    """A surge on top of the tide."""
    ramp: PositiveDuration | None = None
    """Time over which the tide and surge grow from zero at the start of the run; the mean level does not."""

    @field_validator("constituents", mode="after")
    @classmethod
    def _known_names(cls, value: dict[str, Constituent]) -> dict[str, Constituent]:
        unknown = [n for n in value if n not in SPEEDS_DEG_PER_HOUR]
        if unknown:
            raise ValidationError.from_exception_data("Tides", [_unknown(n) for n in unknown])
        return value

    def at(self, times: Sequence[datetime], start: datetime | None = None) -> Floats:
        """(nt,) water level [m] over the vertical datum; the ramp begins at `start` (None: the first of the times)."""
        from .tide import tide_at

        return tide_at(self, times, start or times[0])

    def highest_m(self, period: Period) -> float:
        """A level that the tide never exceeds [m]: all constituents and the surge at their top together."""
        return self.mean_m + sum(part.amplitude_m for part in self.constituents.values()) + _top(self.surge)

    def inputs(self, key: str) -> list[Input]:
        """No files."""
        return []

    def problems(self, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
        """A surge that is over before the run begins, or begins after it."""
        return surge_problems(f"{key}.surge", self.surge, period)


class WaterLevel(Series):
    """A measured or predicted series of water level."""

    values_m: list[float] | None = None
    """Water level at each of the times [m]."""
    variable: str | None = None
    """Name of the variable in the source; None takes the only one."""
    vertical_datum: str = ""
    """What the values refer to, where it is known; it has to be that of the domain unless ``offset_m`` is given."""
    offset_m: float | None = None
    """Added to the values, to bring them to the domain's vertical datum [m]."""
    surge: Surge | None = None
    """A surge on top of the series."""

    @field_validator("offset_m")
    @classmethod
    def _between_datums(cls, value: float | None) -> float | None:
        if value is not None and abs(value) > MOST_OFFSET_M:
            raise ValueError(f"expected metres, at most {MOST_OFFSET_M:g} up or down; is {value:g} in cm?")
        return value

    inline: ClassVar = (("values_m",),)
    named: ClassVar = (("variable",),)
    quantities: ClassVar = {"values_m": LEVEL, "variable": LEVEL}
    where: ClassVar = "forcing.water_level"

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) water level [m] over the domain's vertical datum.

        Raises:
            DataError: the series does not cover the times.
        """
        (level,) = self.values_at(["variable" if self.source else "values_m"], times)
        return level + (self.offset_m or 0.0) + (self.surge.at(times) if self.surge else 0.0)

    def highest_m(self, period: Period) -> float:
        """A level that the series does not exceed within a period [m], with the surge at its top.

        Raises:
            DataError: the series does not cover the period.
        """
        (level,) = self.values_at(["variable" if self.source else "values_m"], self.steps(period))
        return float(level.max()) + (self.offset_m or 0.0) + _top(self.surge)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """What is wrong with the series, its datum and its surge."""
        from .reading import datum_problems

        found = [*super().problems(key, period), *surge_problems(f"{key}.surge", self.surge, period)]
        return found if domain is None else [*found, *datum_problems(self, key, domain)]


def _top(surge: Surge | None) -> float:
    return max(surge.peak_m, 0.0) if surge else 0.0


def surge_problems(key: str, surge: Surge | None, period: Period | None) -> list[Problem]:
    """A surge of which the run would see less than a hundredth of its peak."""
    if surge is None or period is None:
        return []
    reach = surge.duration * 1.3  # 2**-(2.6**2) is 0.9 % of the peak
    if surge.time + reach > period.start and surge.time - reach < period.stop:
        return []
    lasts = f"peaks at {format_time(surge.time)} and lasts {format_duration(surge.duration)}"
    hint = f"move its time into the period, or set {key} to null"
    return [Problem(f"{key}.time", f"the surge {lasts}, outside of the run {period}", hint=hint)]
