"""Config of a tide from an atlas of tides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, field_validator

from ..core.inputs import Input
from ..core.period import Period
from ..errors import Problem
from .constituents import canonical
from .surge import top_m
from .tides import TideNode

if TYPE_CHECKING:
    from ..core.mesh import Complexes, Floats
    from ..domain import Domain

AtlasFormat = Literal["tpxo", "fes"]


class AtlasTides(TideNode):
    """A tide that varies in space, from an atlas of elevations in netCDF files: TPXO, FES2014, FES2022, EOT20.

    eta = sum f Re(h exp(i (V0 + u))) with h = A exp(-i g) of each constituent, g its Greenwich phase lag; h is bilinear
    between the points of the atlas, as a complex number. Where some of the neighbours of a place are land the others
    count, where all of them are land the nearest wet point does.
    """

    kind: Literal["atlas"] = "atlas"
    path: Path | list[Path]
    """Folder, pattern (``fes2022b/ocean_tide/*.nc``), file or list of files; of a folder those that hold elevations are
    taken. A relative path is relative to the current directory, ``~`` is the home directory."""
    format: AtlasFormat | None = None
    """``tpxo``: real and imaginary parts hRe and hIm, a file per constituent or one for all; ``fes``: amplitude and
    phase, a file per constituent. None recognises it from the files."""
    constituents: list[str] | None = Field(None, min_length=1)
    """Constituents to take, e.g. ``[M2, S2, K1, O1]``; None takes all that are there."""
    units: Literal["m", "cm", "mm"] | None = None
    """Units of the elevations, where the files do not say or are wrong; None takes what they say."""
    land_reach_m: float = Field(20_000.0, gt=0, le=500_000)
    """How far from a place on the atlas's land the nearest wet point may be [m]."""
    mean_m: float | None = None
    """Mean sea level over the domain's vertical datum [m]; None takes 0, for a domain whose datum is MSL."""

    is_uniform: ClassVar[bool] = False

    @field_validator("constituents")
    @classmethod
    def _canonical_names(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else list(dict.fromkeys(canonical(name) for name in value))

    def amplitudes(self, lon: Floats, lat: Floats) -> dict[str, Complexes]:
        """Constituent -> (n,) complex amplitudes A exp(-i g) [m] at n places, g the Greenwich phase lag; by name.

        Raises:
            DataError: files that cannot be read, places that the atlas does not cover, or on its land.
        """
        from .atlas_grid import amplitudes_at

        return amplitudes_at(self, lon, lat).vectors

    def at(
        self,
        times: Sequence[datetime],
        lon: Floats | None = None,
        lat: Floats | None = None,
        start: datetime | None = None,
    ) -> Floats:
        """(nt, n) water level [m] over the vertical datum at n places; the ramp begins at `start`.

        Raises:
            ConfigError: pyTMD is not installed.
            DataError: files that cannot be read, places that the atlas does not cover, or on its land.
        """
        from .atlas_grid import corrections
        from .prediction import completed, harmonic_sum

        assert lon is not None  # not uniform
        assert lat is not None
        wave = harmonic_sum(self, self.amplitudes(lon, lat), times, corrections(self))
        return completed(self, wave, times, start or times[0]) + (self.mean_m or 0.0)

    def highest_m(self, period: Period, lon: Floats | None = None, lat: Floats | None = None) -> float:
        """A level that the tide never exceeds at any of the places [m]."""
        from .atlas_grid import corrections
        from .prediction import highest_sum_m

        assert lon is not None
        assert lat is not None
        highest = highest_sum_m(self, self.amplitudes(lon, lat), period, corrections(self))
        return float(highest.max()) + (self.mean_m or 0.0) + top_m(self.surge)

    def inputs(self, key: str) -> list[Input]:
        """Every file of the atlas that is read, with its constituents, limits and resolution."""
        from .atlas_checks import inputs

        return inputs(self, key)

    def problems(self, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
        """What is wrong with files, constituents, datum and surge, wherever the level is needed."""
        from .atlas_checks import problems

        return problems(self, key, period, domain)

    def place_problems(self, key: str, lon: Floats, lat: Floats, period: Period | None = None) -> list[Problem]:
        """Places that the atlas does not cover or has land at, and amplitudes that are not of this world."""
        from .atlas_checks import place_problems

        return place_problems(self, key, lon, lat)

    def notes(self, lon: Floats | None = None, lat: Floats | None = None) -> list[str]:
        """Constituents and corrections, and how many places are on the atlas's land."""
        from .atlas_checks import notes

        assert lon is not None
        assert lat is not None
        return notes(self, lon, lat)
