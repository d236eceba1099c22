"""The config of SWAN where it is not simply its commands: grid, spectrum, time, what starts it and what is written."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from ...core.kinds import BY_KIND, kind
from ...core.node import Node
from ...core.period import PositiveDuration
from ...forcing.grid import Gridded


class GridConfig(Node):
    """How SWAN computes on the mesh of the domain."""

    kind: Literal["plane", "line"] = "plane"
    """``plane``, or ``line``: one-dimensional, along the first row of a structured grid."""
    coordinates: Literal["domain", "metric"] = "domain"
    """``domain``: longitudes and latitudes for a lon/lat domain with a structured grid; ``metric``: its metric system,
    which wave-induced set-up and diffraction need."""
    projection: Literal["ccm", "qc"] = "ccm"
    """Of longitudes and latitudes: ``ccm`` central conformal Mercator, ``qc`` quasi-Cartesian."""
    repeating: bool = False
    """Whether waves that leave one side along x enter the opposite one."""

    @property
    def is_line(self) -> bool:
        """Whether it is one-dimensional."""
        return self.kind == "line"


class Spectral(Node):
    """The frequencies and directions of the spectrum."""

    directions: int = Field(36, ge=4, le=720)
    """Number of directions."""
    sector_deg: tuple[float, float] | None = None
    """First and last direction of a sector [degrees, the waves' coming-from, nautical, clockwise]; null: all around."""
    low_hz: float = Field(0.04, gt=0, le=2)
    """Lowest frequency [Hz]: at most 0.7 of the lowest peak frequency."""
    high_hz: float = Field(1.0, gt=0, le=10)
    """Highest frequency [Hz]: at least 2.5 to 3 times the highest peak frequency."""
    frequencies: int | None = Field(None, ge=3, le=500)
    """Number of frequencies, on a logarithmic scale; null takes steps of 10 %, as the approximation of quadruplet
    interactions needs them."""

    @model_validator(mode="after")
    def _rising(self) -> Spectral:
        if self.high_hz <= self.low_hz:
            raise ValueError(f"high_hz {self.high_hz:g} is not above low_hz {self.low_hz:g}")
        return self

    @property
    def steps(self) -> int:
        """Number of frequency intervals, SWAN's ``msc``."""
        if self.frequencies is not None:
            return self.frequencies - 1
        return max(3, round(math.log(self.high_hz / self.low_hz) / math.log(1.1)))

    @property
    def bins(self) -> int:
        """Frequencies times directions."""
        return (self.steps + 1) * (self.directions + (1 if self.sector_deg else 0))

    @property
    def ratio(self) -> float:
        """Each frequency over the one before."""
        return float((self.high_hz / self.low_hz) ** (1 / self.steps))


class Stationary(Node):
    """One stationary computation, with the forcing at the start of the period."""

    kind: Literal["stationary"] = "stationary"


class StationarySeries(Node):
    """A stationary computation at each step of the period: for areas that waves cross well within a step."""

    kind: Literal["stationary_series"] = "stationary_series"
    step: PositiveDuration | None = None
    """Time between computations; null takes ``period.interval``."""


class Nonstationary(Node):
    """The period in time steps."""

    kind: Literal["nonstationary"] = "nonstationary"
    step: PositiveDuration = timedelta(minutes=10)
    """Time step of the computation."""
    spin_up: PositiveDuration | None = None
    """Time at the start of the period of which nothing is written; null writes all."""


Mode = Annotated[
    Annotated[Stationary, Tag("stationary")]
    | Annotated[StationarySeries, Tag("stationary_series")]
    | Annotated[Nonstationary, Tag("nonstationary")],
    BY_KIND,
]


class Nest(Node):
    """Spectra of a larger model along the whole boundary."""

    from_run: str | None = None
    """Run whose nest output is the boundary: its run_id beside this one, or the path of its directory."""
    nest: str | None = None
    """Which of its nests; null takes the only one."""
    file: Path | None = None
    """A nest file instead, of the format ``kind``."""
    kind: Literal["swan", "wam", "ww3"] = "swan"
    """What wrote the file: ``swan`` (BOUNDNEST1), ``wam`` (BOUNDNEST2), ``ww3`` (BOUNDNEST3)."""
    closed: bool = True
    """Whether the points of the file surround the grid; false: along an open line."""
    layout: Literal["free", "unformatted", "cray", "wkstat"] = "free"
    """Of ``wam`` and ``ww3``: text, or binary; for ``wam`` of a Cray or of a workstation."""
    origin: tuple[float, float] | None = None
    """Of ``wam`` and ``ww3``: longitude and latitude of the origin of SWAN's Cartesian coordinates."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Nest:
        if self.from_run is not None and self.file is not None:
            raise ValueError("give from_run or file, not both")
        if self.from_run is None and self.nest is not None:
            raise ValueError("nest names one of the nests of from_run, which is not given")
        if self.kind == "swan" and (self.layout != "free" or self.origin is not None):
            raise ValueError("layout and origin are of the kinds wam and ww3")
        if self.kind == "ww3" and self.layout in ("cray", "wkstat"):
            raise ValueError(f"layout {self.layout} is of the kind wam; a file of ww3 is free or unformatted")
        if self.from_run is not None and self.kind != "swan":
            raise ValueError(f"a run gives its nest in SWAN's own format; kind {self.kind} is for a file")
        return self


class Steady(Node):
    """The stationary state under the forcing at the start of the period."""

    kind: Literal["steady"] = "steady"


class LocalWind(Node):
    """SWAN's own default for nonstationary runs: waves of the local wind by growth curves. With nautical directions, as
    they are here, SWAN 41.45 lets these waves run in a wrong direction; ``steady`` and ``zero`` have no such fault."""

    kind: Literal["local_wind"] = "local_wind"


class Zero(Node):
    """No waves at the start."""

    kind: Literal["zero"] = "zero"


class Parametric(Node):
    """The same spectrum everywhere at the start."""

    kind: Literal["parametric"] = "parametric"
    hs: float = Field(gt=0, le=30)
    """Significant wave height [m]."""
    tp: float = Field(gt=0, le=40)
    """Peak period [s]."""
    from_deg: float = Field(ge=-360, le=360)
    """Direction that waves come from, clockwise from north [degrees]."""
    spread_deg: float = Field(30.0, gt=0, le=90)
    """Directional spreading [degrees]."""


class Hotstart(Node):
    """The state at the end of another run, or in a restart file."""

    kind: Literal["hotstart"] = "hotstart"
    from_run: str | None = None
    """Run whose restart file of the start of this period is taken: its run_id beside this one, or the path of its
    directory."""
    file: Path | None = None
    """A restart file instead."""
    format: Literal["text", "unformatted"] = "unformatted"
    """Of ``file``."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Hotstart:
        if (self.from_run is None) == (self.file is None):
            raise ValueError("give from_run or file")
        return self


Initial = Annotated[
    Annotated[Steady, Tag("steady")]
    | Annotated[LocalWind, Tag("local_wind")]
    | Annotated[Zero, Tag("zero")]
    | Annotated[Parametric, Tag("parametric")]
    | Annotated[Hotstart, Tag("hotstart")],
    Discriminator(lambda value: kind(value) or "steady"),
]


class FieldGrid(Gridded):
    """A field on a grid that only SWAN takes."""

    variable: str | None = None
    """Its variable; null takes the only one."""

    named: ClassVar = (("variable",),)


class FrictionGrid(FieldGrid):
    """The coefficient of the law in ``physics.friction``."""

    quantities: ClassVar = {"variable": "sea_floor_friction_coefficient"}


class VegetationGrid(FieldGrid):
    """Numbers of plants [m-2], over those of ``physics.vegetation``."""

    quantities: ClassVar = {"variable": "plants_per_area"}


class TurbulenceGrid(FieldGrid):
    """Turbulent viscosity [m2/s]."""

    quantities: ClassVar = {"variable": "turbulent_viscosity"}


class MudGrid(FieldGrid):
    """Thickness of fluid mud [m]."""

    quantities: ClassVar = {"variable": "fluid_mud_thickness"}


class AirSeaGrid(FieldGrid):
    """Temperature of the air less that of the sea [K]."""

    quantities: ClassVar = {"variable": "air_sea_temperature_difference"}


class SeaSwellHeightGrid(FieldGrid):
    """Significant height of sea and swell [m], for infragravity sources at obstacles."""

    quantities: ClassVar = {"variable": "sea_surface_wave_significant_height"}


class SeaSwellPeriodGrid(FieldGrid):
    """Mean period of sea and swell [s], for infragravity sources at obstacles."""

    quantities: ClassVar = {
        "variable": "sea_surface_wave_mean_period_from_variance_spectral_density_first_frequency_moment"
    }


class Fields(Node):
    """Fields that only SWAN takes, each null or a node; wind, currents, level and ice are in ``forcing``."""

    friction: FrictionGrid | None = None
    """Coefficient of friction at the bed, of the law in ``physics.friction``."""
    vegetation: VegetationGrid | None = None
    """Numbers of plants [m-2]."""
    turbulence: TurbulenceGrid | None = None
    """Turbulent viscosity [m2/s]."""
    mud: MudGrid | None = None
    """Thickness of fluid mud [m]."""
    air_sea_temperature_difference: AirSeaGrid | None = None
    """Temperature of the air less that of the sea [K]."""
    sea_swell_height: SeaSwellHeightGrid | None = None
    """Significant height of sea and swell [m], for infragravity sources at obstacles."""
    sea_swell_period: SeaSwellPeriodGrid | None = None
    """Mean period of sea and swell [s], for infragravity sources at obstacles."""
