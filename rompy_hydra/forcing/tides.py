"""Config of a tide: constituents of one place, or an atlas of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period, PositiveDuration, format_time, parse_time
from ..data.coverage import covering
from ..errors import Problem, did_you_mean
from .constituents import SPEEDS_DEG_PER_HOUR, canonical
from .equilibrium import Corrections
from .surge import Surge, surge_problems, top_m

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..domain import Domain

MOST_AMPLITUDE_M = 20.0
"""Over twice that of the Bay of Fundy."""
GREENWICH = "greenwich"

NodalCorrections = Literal["auto", "otis", "fes", "none"]


class Constituent(Node):
    """One harmonic constituent of a tide."""

    amplitude_m: float = Field(ge=0)
    """Amplitude [m], half of its range."""
    phase_deg: float = Field(ge=-360, le=360)
    """Phase lag [degrees]: behind the equilibrium tide at Greenwich, or behind the ``phase_reference`` time, where
    high water comes phase / speed later."""

    @field_validator("amplitude_m")
    @classmethod
    def _of_this_world(cls, value: float) -> float:
        if value > MOST_AMPLITUDE_M:
            raise ValueError(f"expected metres, at most {MOST_AMPLITUDE_M:g}; {value:g} looks like cm")
        return value


class ConstituentTable(Node):
    """Constituents in a CSV table with a header line, one on each line."""

    path: Path
    """The file; a relative path is relative to the current directory, ``~`` is the home directory."""
    name: str | None = None
    """Column of the names; None takes ``constituent``, ``name`` or ``con``."""
    amplitude: str | None = None
    """Column of the amplitudes; None takes ``amplitude`` or ``amp``."""
    phase: str | None = None
    """Column of the phase lags [degrees]; None takes ``phase``, ``g`` or ``pha``."""
    units: Literal["m", "cm", "mm"] = "m"
    """Units of the amplitudes."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    """What separates the cells."""


def _reference(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() == GREENWICH:
        return GREENWICH
    try:
        return parse_time(value)
    except ValueError as error:
        raise ValueError(f"{error}; or greenwich, for Greenwich phase lags") from None


PhaseReference = Annotated[
    datetime | Literal["greenwich"],
    BeforeValidator(_reference),
    PlainSerializer(lambda value: value if value == GREENWICH else format_time(value), when_used="json"),
    WithJsonSchema({"anyOf": [{"const": GREENWICH}, {"type": "string", "format": "date-time"}]}),
]


def _no_speed(name: str) -> InitErrorDetails:
    error = PydanticCustomError("constituent", "{message}", {"message": unknown_speed(name)})
    return InitErrorDetails(type=error, loc=("constituents", name), input=name)


def unknown_speed(name: str) -> str:
    """What to say of a constituent that can only be used with Greenwich phases."""
    hint = did_you_mean(name, SPEEDS_DEG_PER_HOUR)
    return f"there is no speed known for a constituent {name}; {hint}"


class TideNode(Node):
    """What every tide has."""

    kind: str
    """Where the constituents come from: one place, or an atlas."""
    nodal_corrections: NodalCorrections = "auto"
    """How the 18.6 year cycle of the moon's nodes changes the constituents: ``fes`` as FES and NOAA do, after
    Schureman; ``otis`` as TPXO does; ``none`` not at all. ``auto`` does as the atlas does, ``fes`` for Greenwich phases
    written here, and nothing for phases that count from a time."""
    surge: Surge | None = None
    """A surge on top of the tide."""
    ramp: PositiveDuration | None = None
    """Time over which the tide and surge grow from zero at the start of the run; the mean level does not."""

    where: ClassVar[str] = "forcing.tides"
    """Config key of a tide."""

    def steps(self, period: Period) -> list[datetime]:
        """The start and the end: a tide has no corners."""
        return [period.start, period.stop]

    def prepared(self, period: Period, domain: Domain) -> AbstractContextManager[Any]:
        """Itself: its constituents are few."""
        return nullcontext(self)


class Tides(TideNode):
    """A tide that is the same everywhere, as a sum of constituents.

    With Greenwich phases eta = sum f A cos(V0 + u - phase), with the equilibrium arguments V0 and nodal corrections f
    and u that pyTMD computes; with phases from a time eta = sum A cos(speed (t - phase_reference) - phase).
    """

    kind: Literal["constituents"] = "constituents"
    constituents: dict[str, Constituent] | None = None
    """Constituents by name: ``M2: {amplitude_m: 0.5, phase_deg: 30}``."""
    table: ConstituentTable | None = None
    """A CSV table of constituents, instead of constituents written here."""
    phase_reference: PhaseReference
    """``greenwich``: phases are Greenwich phase lags, as in atlases and tables of harmonic constants. Or the time at
    which the arguments of all constituents are zero: phases are relative to it."""
    mean_m: float = 0.0
    """Mean water level over the domain's vertical datum [m]."""

    is_uniform: ClassVar[bool] = True

    @field_validator("constituents", mode="before")
    @classmethod
    def _canonical_names(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        names = [canonical(str(name)) for name in value]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"{', '.join(twice)} is given twice; names are the same in upper and lower case")
        return dict(zip(names, value.values(), strict=True))

    @model_validator(mode="after")
    def _one_source_of_constituents(self) -> Tides:
        if bool(self.constituents) == (self.table is not None):
            raise ValueError("give constituents, or a table of them" + (", not both" if self.table else ""))
        if not self.is_greenwich and self.nodal_corrections in ("otis", "fes"):
            raise ValueError(
                f"nodal_corrections {self.nodal_corrections} belongs to phase_reference: greenwich; phases that count "
                "from a time have none"
            )
        if not self.is_greenwich and (unknown := [n for n in self.constituents or {} if n not in SPEEDS_DEG_PER_HOUR]):
            raise ValidationError.from_exception_data("Tides", [_no_speed(n) for n in unknown])
        return self

    @property
    def is_greenwich(self) -> bool:
        """Whether the phases are Greenwich phase lags."""
        return self.phase_reference == GREENWICH

    @property
    def corrections(self) -> Corrections:
        """Whose equilibrium arguments are taken."""
        return "otis" if self.nodal_corrections == "otis" else "fes"

    def parts(self) -> dict[str, Constituent]:
        """The constituents by name, wherever they come from.

        Raises:
            DataError: the table cannot be read, or is not one of constituents.
        """
        if self.table is None:
            return self.constituents or {}
        from .constituent_table import read_constituents

        return read_constituents(self.table, f"{self.where}.table")

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """(nt,) water level [m] over the vertical datum; the ramp begins at `start` (None: the first of the times).

        Raises:
            ConfigError: a Greenwich phase without pyTMD.
            DataError: a table of constituents that cannot be read.
        """
        from .prediction import tide_at

        return tide_at(self, times, start or times[0])

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that the tide never exceeds [m]: all constituents and the surge at their top together."""
        from .prediction import highest_uniform_m

        return self.mean_m + highest_uniform_m(self, period) + top_m(self.surge)

    def inputs(self, key: str) -> list[Input]:
        """The table of constituents, where there is one."""
        if self.table is None:
            return []
        from ..core.files import user_path

        return covering([Input(f"{key}.table.path", user_path(self.table.path))], lambda: ", ".join(self.parts()))

    def problems(self, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
        """A table that cannot be read, constituents that are not known, and a surge that the run does not see."""
        from .tide_checks import constituent_problems

        return [*constituent_problems(self, key), *surge_problems(f"{key}.surge", self.surge, period)]

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period | None = None) -> list[Problem]:
        """None: the place makes no difference."""
        return []

    def notes(self, lon: Floats | None = None, lat: Floats | None = None) -> list[str]:
        """Whose nodal corrections are taken."""
        from .prediction import correction_words

        return [f"tides: {correction_words(self)}"] if self.is_greenwich else []
