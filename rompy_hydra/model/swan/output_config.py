"""Config of what SWAN writes: fields, tables, spectra, boundaries of finer grids, restart files."""

from __future__ import annotations

from functools import cache, partial
from typing import Annotated, Any, Literal

from pydantic import Field, Tag, create_model, model_validator

from ...core.kinds import BY_KIND
from ...core.later import Later
from ...core.node import Node
from ...core.period import PositiveDuration, UtcTime
from .language.form import FORM
from .language.grammar import Command
from .language.nodes import CommandNode, type_of, without
from .language.output import OUTPUT_OPTIONS, QUANTITY, TEST
from .language.places import CURVE, FRAME, GROUP

GRID, STATIONS = "grid", "stations"
"""Sets of output points that need no definition: the computational grid, the stations of the domain."""
RESERVED = ("GRID", "STATIONS", "COMPGRID", "BOTTGRID", "BOUNDARY", "VXGRID", "VYGRID", "WXGRID", "WYGRID")
"""Names of sets that there are without a definition."""
Variable = Annotated[str, Field(min_length=1, max_length=16)]
"""An output quantity, by SWAN's keyword or its short name."""
SetName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,7}$")]
"""Name of a set of output points: SWAN keeps eight characters."""
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")]
"""First part of a file name."""


class PointSet(Node):
    """Points one by one, SWAN's POINTS."""

    kind: Literal["points"] = "points"
    points: list[tuple[float, float]] = Field(min_length=1)
    """x and y of each, in the coordinates in which SWAN computes."""


def _set(kind: str, command: Command) -> Any:
    """A node of a command that defines a set of points, whose name is the key of the node."""
    base: type[CommandNode] = type_of(without(command, "sname", "rname"))
    tag: Any = (Literal[kind], kind)
    made = create_model(f"{base.__name__}Set", __base__=base, __doc__=command.doc, kind=tag)
    return Annotated[made, Tag(kind)]


class IsolineSet(Node):
    """Points along a line of equal depth, SWAN's RAY and ISOLINE."""

    kind: Literal["isoline"] = "isoline"
    xp1: float
    """x of the beginning of the first ray."""
    yp1: float
    """y of the beginning of the first ray."""
    xq1: float
    """x of its end."""
    yq1: float
    """y of its end."""
    rays: list[tuple[int, float, float, float, float]] = Field(min_length=1)
    """The other rays: number of rays up to and with this one, x and y of its beginning, x and y of its end."""
    of: Literal["depth", "bottom"] = "depth"
    """Whether the depth is that of the water, or of the bed below the datum."""
    depth_m: float
    """The depth [m]."""


def _any_set() -> Any:
    return Annotated[
        Annotated[PointSet, Tag("points")]
        | _set("frame", FRAME)
        | _set("group", GROUP)
        | _set("curve", CURVE)
        | Annotated[IsolineSet, Tag("isoline")],
        BY_KIND,
    ]


AnySet = Annotated[Node, Later(cache(_any_set))]
Quantity = Annotated[CommandNode, Later(partial(type_of, without(QUANTITY, "quantities", *FORM["quantity"])))]
Options = Annotated[CommandNode, Later(partial(type_of, without(OUTPUT_OPTIONS, *FORM["output_options"])))]
Test = Annotated[CommandNode, Later(partial(type_of, TEST))]


class _Written(Node):
    at: str = GRID
    """Set of output points: ``grid``, ``stations`` (of the domain), or one of ``sets``."""
    interval: PositiveDuration | None = None
    """Time between outputs; null takes ``period.interval``."""
    start: UtcTime | None = None
    """First time that is written; null: the start of the period, or the end of the spin-up."""


class FieldOutput(_Written):
    """Fields of quantities, SWAN's BLOCK."""

    variables: list[Variable] = Field(min_length=1)
    """Quantities by SWAN's keywords or short names, e.g. hs, tps, dir."""
    format: Literal["netcdf", "text"] = "netcdf"
    """``netcdf`` needs a SWAN that was built with it."""


class TableOutput(_Written):
    """A table of quantities at points, SWAN's TABLE."""

    at: str = STATIONS
    """Set of output points."""
    variables: list[Variable] = Field(min_length=1)
    """Quantities by SWAN's keywords or short names."""


class SpectraOutput(_Written):
    """Spectra at points, SWAN's SPECOUT."""

    at: str = STATIONS
    """Set of output points."""
    dimensions: Literal[1, 2] = 2
    """2: over frequency and direction; 1: over frequency, with mean direction and spreading."""
    frequency: Literal["absolute", "relative"] = "absolute"
    """As seen from the shore, or in the frame that moves with the current."""
    format: Literal["netcdf", "text"] = "text"
    """``netcdf`` needs a SWAN that was built with it."""


Count = Annotated[int, Field(ge=1)]
Length = Annotated[float, Field(gt=0)]


class NestOutput(Node):
    """Spectra along the boundary of a finer grid, SWAN's NGRID and NESTOUT."""

    x: float
    """First point of the finer grid, in the coordinates in which SWAN computes."""
    y: float
    """Likewise."""
    size: tuple[Length, Length]
    """Lengths of its sides along x and y."""
    cells: tuple[Count, Count]
    """Numbers of intervals between the points along its sides at which spectra are written."""
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


_DEFAULT = ["hs", "tps", "tm02", "dir", "pdir", "dspr", "depth"]


class Output(Node):
    """What is written."""

    sets: dict[SetName, AnySet] = {}
    """More sets of output points, by name."""
    fields: dict[FileName, FieldOutput] = {"fields": FieldOutput(variables=_DEFAULT)}
    """Fields, by the name of their file."""
    tables: dict[FileName, TableOutput] = {}
    """Tables at points, by the name of their file; those at ``stations`` only where the domain has any."""
    spectra: dict[FileName, SpectraOutput] = {}
    """Spectra at points, by the name of their file; those at ``stations`` only where the domain has any."""
    nests: dict[SetName, NestOutput] = {}
    """Boundaries of finer grids, by name; another run takes them with ``model.boundary.from_run``."""
    restart: Restart = Restart()
    """States from which another run can go on."""
    quantities: dict[Variable, Quantity] = {}
    """How a quantity is named, bounded and defined in the output, SWAN's QUANTITY."""
    options: Options | None = None
    """Formats of output as text, SWAN's OUTPUT OPTIONS."""
    test: Test | None = None
    """Test output, SWAN's TEST."""

    @model_validator(mode="after")
    def _files_differ(self) -> Output:
        sets = [name.upper() for name in (*self.sets, *self.nests)]
        for name in sets:
            if name in RESERVED:
                raise ValueError(f"{name} is SWAN's or this package's own set of points; call it otherwise")
            if sets.count(name) > 1:
                raise ValueError(f"{name} is the name of two sets of points or nests, capitals aside; rename one")
        names = [*self.fields, *self.tables, *self.spectra, *self.nests]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"two outputs have the name {twice[0]}: their files would be the same; rename one")
        for group in (self.fields, self.tables, self.spectra):
            for name, one in group.items():
                if one.at not in (GRID, STATIONS, *self.sets):
                    known = ", ".join((GRID, STATIONS, *self.sets))
                    raise ValueError(f"{name}.at: there is no set of points {one.at}, but {known}")
        return self
