"""The config of SWAN where it is not simply its commands: grid, spectrum, time, what starts it and what is written."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from ...core.kinds import BY_KIND, kind
from ...core.node import Node
from ...core.period import PositiveDuration, UtcTime

Variable = Annotated[str, Field(min_length=1, max_length=16)]
"""An output quantity, by SWAN's keyword in any case of letters."""
SetName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,7}$")]
"""Name of a set of output points: SWAN keeps eight characters."""
GRID, STATIONS = "grid", "stations"
"""Sets of output points that need no definition: the computational grid, the stations of the domain."""


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
        if self.from_run is not None and self.kind != "swan":
            raise ValueError(f"a run gives its nest in SWAN's own format; kind {self.kind} is for a file")
        return self


class Steady(Node):
    """The stationary state under the forcing at the start of the period."""

    kind: Literal["steady"] = "steady"


class LocalWind(Node):
    """SWAN's own default for nonstationary runs: waves of the local wind by growth curves. SWAN 41.45 lets these waves
    run in a wrong direction where directions are nautical, as they are here; ``steady`` and ``zero`` have no such fault.
    """

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


class _Written(Node):
    on: str = GRID
    """Set of output points: ``grid``, ``stations`` (of the domain), or one of ``sets``."""
    interval: PositiveDuration | None = None
    """Time between outputs; null takes ``period.interval``."""
    start: UtcTime | None = None
    """First time that is written; null: the start of the period, or the end of the spin-up."""


class FieldOutput(_Written):
    """Fields of quantities, SWAN's BLOCK."""

    variables: list[Variable] = Field(min_length=1)
    """Quantities by SWAN's keywords, e.g. hsign, tps, dir."""
    format: Literal["netcdf", "text"] = "netcdf"
    """``netcdf`` needs a SWAN that was built with it."""


class TableOutput(_Written):
    """A table of quantities at points, SWAN's TABLE."""

    on: str = STATIONS
    """Set of output points."""
    variables: list[Variable] = Field(min_length=1)
    """Quantities by SWAN's keywords."""


class SpectraOutput(_Written):
    """Spectra at points, SWAN's SPECOUT."""

    on: str = STATIONS
    """Set of output points."""
    dimensions: Literal[1, 2] = 2
    """2: over frequency and direction; 1: over frequency, with mean direction and spreading."""
    frequency: Literal["absolute", "relative"] = "absolute"
    """As seen from the shore, or in the frame that moves with the current."""
    format: Literal["netcdf", "text"] = "text"
    """``netcdf`` needs a SWAN that was built with it."""


class NestOutput(Node):
    """Spectra along the boundary of a finer grid, SWAN's NGRID and NESTOUT."""

    x: float
    """First point of the finer grid, in the coordinates in which SWAN computes."""
    y: float
    size: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
    """Lengths of its sides along x and y."""
    cells: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    """Number of intervals between the points along its sides at which spectra are written."""
    rotation_deg: float = Field(0.0, ge=-360, le=360)
    """Direction of its x axis, counter-clockwise from that of the coordinates [degrees]."""
    interval: PositiveDuration | None = None
    """Time between outputs; null takes ``period.interval``."""


class Restart(Node):
    """Restart files, SWAN's HOTFILE."""

    at_end: bool = False
    """Whether one is written at the end of the period."""
    every: PositiveDuration | None = None
    """Time between more of them."""
    format: Literal["text", "unformatted"] = "unformatted"
    """``unformatted`` continues to the last bit; ``text`` rounds."""
