"""Config of waves as directional spectra of a larger model or of buoys."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period
from ..data.coverage import covering
from ..data.policies import Gaps
from ..errors import Problem
from ..source.base import AnySource

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from ..data.understand import Change
    from ..domain import Domain
    from .spectra_reading import ReadySpectra

_KM_PER_DEG = 111.195


class SpectraWaves(Node):
    """Directional spectra at sites, as any source has them that opens with frequencies, directions and places."""

    kind: Literal["spectra"] = "spectra"
    source: AnySource
    """Where the spectra come from: ``wavespectra`` for files of many models, ``file`` for netCDF of WW3 and SWAN."""
    variable: str | None = None
    """Variable with the spectrum; None finds it by its CF standard name, or efth."""
    units: str | None = None
    """Units of the energies, whatever the data say, e.g. ``m2 s rad-1``; None takes what they say."""
    directions: Literal["from", "to"] | None = None
    """Whether directions are those that waves come from or go to; None takes what the data say."""
    method: Literal["nearest", "idw", "linear"] = "nearest"
    """Between sites: ``nearest``, the mean of four by inverse distance (``idw``), or ``linear`` along the segment."""
    tolerance_km: float | None = Field(None, gt=0)
    """How far the nearest site may be from a place on the boundary [km]; None: 100, or ``tolerance_deg``."""
    tolerance_deg: float | None = Field(None, gt=0)
    """The same in degrees of a great circle, 111.2 km each [degrees]."""
    gaps: Gaps = "error"
    """Where times are missing within the period: ``error``, or ``interpolate`` to leave it to the model."""
    nan: Literal["error", "nearest_wet"] = "error"
    """Where a spectrum is missing: ``error``; ``nearest_wet`` leaves out sites that have none at the first time."""

    is_uniform: ClassVar[bool] = False
    where: ClassVar[str] = "forcing.waves"
    """Config key of a node of this class."""

    @model_validator(mode="after")
    def _one_tolerance(self) -> SpectraWaves:
        if self.tolerance_km is not None and self.tolerance_deg is not None:
            raise ValueError("give tolerance_km or tolerance_deg, not both; set the other one to null")
        return self

    @property
    def tolerance_m(self) -> float:
        """How far the nearest site may be [m]."""
        if self.tolerance_deg is not None:
            return 1e3 * _KM_PER_DEG * self.tolerance_deg
        return 1e3 * (100.0 if self.tolerance_km is None else self.tolerance_km)

    def inputs(self, key: str) -> list[Input]:
        """The user's files behind the spectra, with what they cover where they can be read."""
        from .spectra_reading import spectra_coverage

        return covering(self.source.inputs(f"{key}.source"), lambda: spectra_coverage(self, key))

    def changes(self, key: str) -> list[Change]:
        """What is said in another way here than in the data.

        Raises:
            DataError: the source cannot be read.
        """
        from .spectra_reading import spectra_changes

        return spectra_changes(self, key)

    def steps(self, period: Period) -> list[datetime]:
        """The start, the times of the spectra between, and the end.

        Raises:
            DataError: the source cannot be read.
        """
        from .spectra_reading import spectra_steps

        return spectra_steps(self, period)

    def problems(self, key: str, period: Period | None, domain: Domain | None = None) -> list[Problem]:
        """Unreadable data, spectra that do not cover the period, a segment that is far from all sites."""
        from .spectra_reading import spectra_problems

        return spectra_problems(self, key, period, domain)

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period) -> list[Problem]:
        """Places without a site near them, and spectra that are missing or not of this world; reads a few."""
        from .spectra_reading import place_problems

        return place_problems(self, key, lon, lat, period)

    def prepared(
        self, period: Period, domain: Domain | None = None, key: str = ""
    ) -> AbstractContextManager[ReadySpectra]:
        """The spectra of a period, at hand.

        Args:
            period: what has to be covered.
            domain: not needed; as of other nodes.
            key: config key of the node, for messages.

        Raises:
            DataError: they do not cover it, or cannot be read.
        """
        from .spectra_reading import prepared

        return prepared(self, period, key or self.where)
