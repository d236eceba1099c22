"""Config of a tropical cyclone from its best track."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from ...core import secrets
from ...core.files import looks_like
from ...core.period import PositiveDuration
from ...errors import DataError, Problem
from ..one_file import Address, OneFile
from .atcf import is_b_deck, read_b_deck
from .fixes import Fix, checked
from .table import TrackTable, is_header, read_table

if TYPE_CHECKING:
    import xarray as xr


class CycloneSource(OneFile):
    """Wind and pressure of a tropical cyclone from its best track, by Holland's parametric profiles.

    The fields hold nothing but the storm: no other weather and no effect of land. Far from its centre the profiles
    themselves go to calm air and the ambient pressure; nothing is tapered at the edge of the grid.
    """

    source_type: Literal["cyclone"] = "cyclone"
    wider: ClassVar = "raise source.reach_deg, or set source.lon and source.lat"
    path: Address
    """The best track: an ATCF b-deck, e.g. bal122005.dat, or a CSV table with a header line; a file or its address."""
    format: Literal["atcf", "csv"] | None = None
    """Format of the track; None tells it by its first line."""
    table: TrackTable = TrackTable()
    """How a CSV table is read."""
    profile: Literal["holland1980", "holland2010"] = "holland1980"
    """``holland1980``: gradient wind of the pressure, with Coriolis force, and ``surface_factor`` of it at 10 m;
    ``holland2010``: surface wind through the maximum wind and, where the track has it, the radius of 34 kt winds."""
    b: float | None = Field(None, ge=0.5, le=2.5)
    """Holland's B, b_s of ``holland2010``; None takes it of ``holland1980`` from maximum wind and pressure deficit,
    of ``holland2010`` from the relation of Holland (2008)."""
    rmax_relation: Literal["vickery2008", "willoughby2006"] = "vickery2008"
    """Radius of maximum wind where the track has none: from the pressure deficit and latitude (Vickery & Wadhera 2008),
    or from the maximum wind and latitude (Willoughby et al. 2006)."""
    ambient_pressure_pa: float | None = Field(None, ge=95000, le=105000)
    """Air pressure around the storm [Pa]; None takes that of the track, of a b-deck the outermost closed isobar and
    2 hPa (Courtney & Knaff 2009), else 101325."""
    averaging_factor: float = Field(0.93, ge=0.7, le=1.2)
    """Mean wind of the fields over the maximum wind of the track: 0.93 from 1 to 10 minutes at sea (Harper, Kepert &
    Ginger 2010, WMO/TD-No. 1555); 1 for a track of 10-minute winds."""
    surface_factor: float = Field(0.9, ge=0.5, le=1)
    """Wind at 10 m over the gradient wind: 0.9 (Franklin, Black & Valde 2003, Wea. Forecasting 18)."""
    inflow_deg: float | None = Field(None, ge=0, le=60)
    """Angle by which the wind blows inwards [degrees]; None takes 10 at the radius of maximum wind, less within, 25
    outside of 1.2 times that radius (Sobey, Harper & Stark 1977)."""
    asymmetry_factor: float = Field(0.55, ge=0, le=1)
    """Share of the motion of the storm that is part of its maximum wind (Lin & Chavas 2012, J. Geophys. Res. 117);
    away from there it falls as the symmetric wind does. 0 leaves the wind symmetric."""
    asymmetry_turn_deg: float = Field(20, ge=-90, le=90)
    """Angle by which that share is turned from the motion, as the cyclone turns (Lin & Chavas 2012) [degrees]."""
    air_density_kg_m3: float = Field(1.15, ge=1, le=1.3)
    """Density of the air (Holland 1980) [kg/m3]."""
    interval: PositiveDuration = timedelta(minutes=10)
    """Step of the fields in time, from the first to the last fix."""
    resolution_deg: float = Field(0.05, ge=0.001, le=2)
    """Step of the grid [degrees], at most the radius of maximum wind; only what is needed is computed."""
    reach_deg: float = Field(5, gt=0, le=40)
    """How far the grid reaches beyond the track on each side, where it has no limits of its own [degrees]."""
    lon: tuple[float, float] | None = None
    """Western and eastern limit of the grid [degrees]; ``[170, -170]`` goes across the dateline."""
    lat: tuple[float, float] | None = None
    """Southern and northern limit of the grid [degrees]."""

    @field_validator("ambient_pressure_pa", mode="before")
    @classmethod
    def _is_in_pa(cls, value: Any) -> Any:
        if isinstance(value, int | float) and 950 <= value <= 1050:
            raise ValueError(f"expected the pressure in Pa; {value:g} hPa is {100 * value:.0f}")
        return value

    @model_validator(mode="after")
    def _has_an_extent(self) -> CycloneSource:
        if self.lat is not None and not -90 <= self.lat[0] < self.lat[1] <= 90:
            raise ValueError(f"lat: expected the southern and then the northern limit, got {list(self.lat)}")
        if self.lon is not None and not (max(map(abs, self.lon)) <= 360 and 0 < self._width_deg(*self.lon) <= 360):
            raise ValueError(f"lon: expected the western and then the eastern limit, got {list(self.lon)}")
        return self

    def open(self) -> xr.Dataset:
        """Eastward and northward wind at 10 m [m s-1] and pressure at sea level [Pa] on (time, lat, lon), lazy.

        Raises:
            DataError: the file is missing or no best track, or lacks what the profile needs.
        """
        from .fields import cyclone_dataset

        return cyclone_dataset(self.fixes(), self)

    def fixes(self) -> list[Fix]:
        """The fixes of the track, one for each time.

        Raises:
            DataError: the file is missing or no best track; a line cannot be read or its values cannot be.
        """
        found, name = self.file(), secrets.mask(self.path)
        lines = self._lines(found)
        first = next((line for line in lines if line.strip()), "")
        if self.format == "atcf" or (self.format is None and is_b_deck(first)):
            return checked(read_b_deck(lines, name), name)
        if self.format == "csv" or is_header(first, self.table):
            return checked(read_table(lines, name, self.table), name)
        raise DataError(self._no_track(looks_like(found)))

    def _lines(self, found: Path) -> list[str]:
        try:
            lines = found.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise DataError(self._no_track(looks_like(found))) from error
        if not "".join(lines).strip():
            raise DataError(self._no_track("an empty file"))
        return lines

    def _no_track(self, kind: str) -> Problem:
        hint = "give an ATCF b-deck or a CSV table with a header line; unpack an archive"
        return Problem("path", f"{secrets.mask(self.path)} is not a best track; it looks like {kind}", hint=hint)

    @staticmethod
    def _width_deg(west: float, east: float) -> float:
        return east - west if east >= west else east - west + 360.0
