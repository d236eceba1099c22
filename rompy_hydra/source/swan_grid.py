"""Input grids of SWAN: the files that INPGRID and READINP of a command file describe."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from ..core.files import existing_file
from ..core.inputs import Input
from ..core.period import PositiveDuration, UtcTime
from ..errors import DataError, Problem
from .one_file import OneFile
from .swan_files import CoordinateFile, GridFile, Layout, grid_file, places

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from .fortran import Numbers

Quantity = Literal[
    "bottom",
    "wind",
    "current",
    "water_level",
    "friction",
    "ice_fraction",
    "ice_thickness",
    "plants",
    "turbulence",
    "mud",
]


@dataclass(frozen=True)
class _Variable:
    name: str
    units: str
    standard_name: str = ""
    positive: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        said = {"units": self.units, "standard_name": self.standard_name, "positive": self.positive}
        return {key: text for key, text in said.items() if text}


_VARIABLES: dict[str, tuple[_Variable, ...]] = {
    "bottom": (_Variable("depth", "m", "sea_floor_depth_below_geopotential_datum", "down"),),
    "wind": (_Variable("u10", "m s-1", "eastward_wind"), _Variable("v10", "m s-1", "northward_wind")),
    "current": (
        _Variable("u", "m s-1", "eastward_sea_water_velocity"),
        _Variable("v", "m s-1", "northward_sea_water_velocity"),
    ),
    "water_level": (_Variable("water_level", "m", "sea_surface_height_above_mean_sea_level"),),
    "friction": (_Variable("friction", "", "sea_floor_friction_coefficient"),),
    "ice_fraction": (_Variable("ice_fraction", "1", "sea_ice_area_fraction"),),
    "ice_thickness": (_Variable("ice_thickness", "m", "sea_ice_thickness"),),
    "plants": (_Variable("plants", "m-2", "plants_per_area"),),
    "turbulence": (_Variable("turbulence", "m2 s-1", "turbulent_viscosity"),),
    "mud": (_Variable("mud", "m", "fluid_mud_thickness"),),
}
"""What the file of a quantity holds; vectors have their x components first."""


_ALONG_PLANE = {"wind": ("x_wind", "y_wind"), "current": ("sea_water_x_velocity", "sea_water_y_velocity")}


class SwanGridSource(OneFile, Layout):
    """A file that SWAN reads with READINP, on the grid that INPGRID describes."""

    source_type: Literal["swan_grid"] = "swan_grid"
    quantity: Quantity
    """What is in it. The bottom is a depth, positive down."""
    x: float | None = None
    """Of the lower left corner [m or degrees]; SWAN's ``xpinp``."""
    y: float | None = None
    """Of the lower left corner [m or degrees]; SWAN's ``ypinp``."""
    dx: float | None = Field(None, gt=0)
    """Mesh width [m or degrees]; SWAN's ``dxinp``."""
    dy: float | None = Field(None, gt=0)
    """Mesh width; None takes `dx`."""
    nx: int = Field(ge=1)
    """Points along x: SWAN's ``mxinp`` and one."""
    ny: int = Field(ge=1)
    """Points along y: SWAN's ``myinp`` and one. A single row, as in one dimension, holds across it: it comes twice."""
    rotation_deg: float = Field(0.0, ge=-360, le=360)
    """Of the x axis of the grid, anticlockwise [degrees]; SWAN's ``alpinp``."""
    coordinate_file: CoordinateFile | None = None
    """Places of the points of a curvilinear grid, in the place of `x`, `y`, `dx` and `dy`."""
    is_lonlat: bool = False
    """Whether coordinates are longitudes and latitudes: COORDINATES SPHERICAL."""
    exception: float | None = None
    """What stands for no value, after the factor; SWAN's ``excval``."""
    nhedt: int = Field(0, ge=0)
    """Lines before the field of each time that are skipped."""
    start: UtcTime | None = None
    """First time of fields that change; None for one field that holds always."""
    step: PositiveDuration | None = None
    """From one field to the next."""
    stop: UtcTime | None = None
    """Last time that is used; None takes all that the file has."""
    series: bool = False
    """Whether `path` holds the names of the files, one a line, as SWAN's SERIES has it."""

    @model_validator(mode="after")
    def _one_kind_of_grid(self) -> SwanGridSource:
        if self.coordinate_file is None and None in (self.x, self.y, self.dx):
            raise ValueError("a regular grid needs x, y and dx; a curvilinear one a coordinate_file")
        if (self.start is None) != (self.step is None):
            raise ValueError("fields that change need start and step")
        return self

    def open(self) -> xr.Dataset:
        """One or two variables along y and x, or j and i of a rotated or curvilinear grid, and time where they change.

        Vectors are towards east and north where coordinates are longitudes and latitudes, else along the grid.

        Raises:
            DataError: a file is missing, ends within a field, or holds something else than numbers.
        """
        import xarray as xr

        fields = _Fields(self, [self._arrays(path) for path in self._files()], self._rows)
        coords = self._coordinates()
        dims, shape = ["j", "i"] if "j" in next(iter(coords.values())).dims else list(coords), [self._rows, self.nx]
        if self.start is not None:
            times = self._times(len(fields))
            coords["time"] = xr.Variable("time", times, {"standard_name": "time"})
            dims, shape = ["time", *dims], [len(times), *shape]
        elif not len(fields):
            raise DataError(self._too_short("its field"))
        variables = {
            v.name: _lazy(fields, position, dims, shape, v.attributes | self._along(position))
            for position, v in enumerate(_VARIABLES[self.quantity])
        }
        return xr.Dataset(variables, coords)

    def _along(self, position: int) -> dict[str, str]:
        """The standard name of a component along the grid in a plane, whose axes are not true east and north."""
        names = {} if self.is_lonlat else _ALONG_PLANE
        return {"standard_name": names[self.quantity][position]} if self.quantity in names else {}

    def inputs(self, key: str) -> list[Input]:
        """The file, those that it names, and that of the coordinates, as far as they are there."""
        found = super().inputs(key)
        with suppress(DataError):
            if self.series:
                found += [Input(f"{key}.path", path) for path in self._files()]
            if self.coordinate_file is not None:
                path = existing_file(Path(self.coordinate_file.path), "coordinate_file.path")
                found.append(Input(f"{key}.coordinate_file.path", path))
        return found

    def identity(self) -> dict[str, Any]:
        """All but where the files are."""
        state = super().identity()
        if self.coordinate_file is not None:
            state["coordinate_file"] = {k: v for k, v in state["coordinate_file"].items() if k != "path"}
        return state

    @property
    def _rows(self) -> int:
        return 2 if self.ny == 1 and self.coordinate_file is None else self.ny

    def _files(self) -> list[Path]:
        found = self.file()
        if not self.series:
            return [found]
        names = [line.strip().strip("'") for line in found.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [existing_file(found.parent / name, "path") for name in names]

    def _arrays(self, path: Path) -> GridFile:
        is_vector = len(_VARIABLES[self.quantity]) == 2
        headers = (self.nhedt + self.nhedvec, self.nhedvec) if is_vector else (self.nhedt,)
        return grid_file("path", path, self, self.nx, self.ny, headers)

    def _coordinates(self) -> dict[str, xr.Variable]:
        """By name, that of y first."""
        import numpy as np
        import xarray as xr

        names = ("lat", "lon") if self.is_lonlat else ("y", "x")
        if self.coordinate_file is not None:
            x, y = places(self.coordinate_file, self.nx, self.ny)
        else:
            assert self.x is not None  # a validator has seen to it
            assert self.y is not None
            assert self.dx is not None
            along, across = self.dx * np.arange(self.nx), (self.dy or self.dx) * np.arange(self.ny)
            if self._rows != self.ny:
                across = self.dx * self.nx * np.array([-1.0, 1.0])
            if self.rotation_deg == 0.0:
                axes = {names[0]: self.y + across, names[1]: self.x + along}
                return {name: xr.Variable(name, values, _PLACES[name]) for name, values in axes.items()}
            from ..core.rotation import turned

            east, north = np.meshgrid(along, across)
            x, y = turned(east, north, np.asarray(self.rotation_deg))
            x, y = x + self.x, y + self.y
        return {
            name: xr.Variable(("j", "i"), values, _PLACES[name]) for name, values in zip(names, (y, x), strict=True)
        }

    def _times(self, found: int) -> NDArray[np.datetime64]:
        import numpy as np

        assert self.start is not None  # called for fields that change
        assert self.step is not None
        count = found
        if self.stop is not None:
            count = int((self.stop - self.start) / self.step + 1e-6) + 1
        if not 0 < count <= found:
            raise DataError(self._too_short(f"field {found + 1} of {max(count, 1)}"))
        start = np.datetime64(self.start.replace(tzinfo=None), "ns")
        return start + np.arange(count) * np.timedelta64(round(self.step.total_seconds() * 1e9), "ns")

    def _too_short(self, within: str) -> Problem:
        hint = f"a field has {self.nx} by {self.ny} values: is nx SWAN's mxinp + 1, and are nhedf and nhedt right?"
        return Problem("path", f"{self.title} ends within {within}", hint=hint)


_PLACES = {
    "lon": {"standard_name": "longitude", "units": "degrees_east"},
    "lat": {"standard_name": "latitude", "units": "degrees_north"},
    "x": {"standard_name": "projection_x_coordinate", "units": "m"},
    "y": {"standard_name": "projection_y_coordinate", "units": "m"},
}


class _Fields:
    """The fields of the files one after the other."""

    def __init__(self, source: SwanGridSource, files: list[GridFile], rows: int) -> None:
        self.source, self.files, self.rows = source, files, rows

    def __len__(self) -> int:
        return sum(map(len, self.files))

    def read(self, number: int, position: int) -> Numbers:
        """(rows, nx) a component towards east or north, or along x or y of the grid; NaN where there is no value."""
        is_vector = len(_VARIABLES[self.source.quantity]) > 1
        if not is_vector or not self.source.is_lonlat or self.source.rotation_deg == 0.0:
            return self._component(number, position)
        import numpy as np

        from ..core.rotation import turned

        u, v = (self._component(number, p) for p in (0, 1))
        return turned(u, v, np.asarray(self.source.rotation_deg))[position]

    def _component(self, number: int, position: int) -> Numbers:
        for file in self.files:
            if number < len(file):
                found = file.read(number, position, self.source.exception)
                return found.repeat(self.rows // len(found), axis=0)
            number -= len(file)
        raise IndexError(number)


def _lazy(fields: _Fields, position: int, dims: list[str], shape: list[int], attributes: dict[str, str]) -> xr.Variable:
    import numpy as np

    from ..core.lazy import LazyArray

    class Lazy(LazyArray):
        def __init__(self) -> None:
            self.shape, self.dtype = tuple(shape), np.dtype(np.float64)

        def read(self, wanted: list[Any]) -> NDArray[Any]:
            numbers = wanted[0] if len(shape) == 3 else [0]
            parts = [fields.read(int(number), position)[np.ix_(*wanted[-2:])] for number in numbers]
            return np.stack(parts) if len(shape) == 3 else parts[0]

    whole = dict(zip(dims, shape, strict=True)) | ({"time": 1} if len(shape) == 3 else {})
    return Lazy().as_variable(dims, attributes, {"preferred_chunks": whole})
