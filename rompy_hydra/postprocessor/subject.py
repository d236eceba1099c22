"""What an output is about, and where its values are: the same questions for every model.

A dataset names its main field in the attribute ``primary_variable``; without one it is recognised by its name or its
CF standard name: the water level of flow, the significant height of waves. The field may be over the faces or the
nodes of triangles, or over a structured grid with coordinates of one or two dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats

Kind = Literal["flow", "waves"]
LEVEL = "water_level"
_WAVES = "sea_surface_wave_significant_height"
_LEVELS = ("water_surface_height_above_reference_datum", "sea_surface_height_above_mean_sea_level")
_STANDARD = {
    "lon": ("longitude",),
    "lat": ("latitude",),
    "x": ("projection_x_coordinate",),
    "y": ("projection_y_coordinate",),
}
DIRECTION = "sea_surface_wave_from_direction"
PEAK_PERIOD = "sea_surface_wave_period_at_variance_spectral_density_maximum"


@dataclass(frozen=True)
class Subject:
    """The main field of an output."""

    name: str
    kind: Kind
    time: str
    """Its dimension of time."""
    dims: tuple[str, ...]
    """Its other dimensions."""

    @property
    def is_structured(self) -> bool:
        """Whether it is on rows and columns."""
        return len(self.dims) == 2


def subject_of(data: xr.Dataset) -> Subject | None:
    """What an output is about; None where it is nothing that is drawn."""
    name = data.attrs.get("primary_variable") or next((str(n) for n in data.data_vars if _is_main(data, str(n))), None)
    if name is None or name not in data.variables:
        return None
    variable = data[name]
    time = next((str(d) for d in variable.dims if is_time(data, str(d))), None)
    dims = tuple(str(d) for d in variable.dims if d != time)
    if time is None or not 1 <= len(dims) <= 2:
        return None
    kind: Kind = "waves" if variable.attrs.get("standard_name") == _WAVES or name.endswith("hs") else "flow"
    return Subject(str(name), kind, time, dims)


def _is_main(data: xr.Dataset, name: str) -> bool:
    return name == LEVEL or data[name].attrs.get("standard_name") in (_WAVES, *_LEVELS)


def is_time(data: xr.Dataset, dimension: str) -> bool:
    """Whether a dimension is one of times."""
    return dimension == "time" or (dimension in data.variables and data[dimension].dtype.kind == "M")


def coordinate(data: xr.Dataset, dims: tuple[str, ...], axis: str) -> str | None:
    """The variable of ``lon``, ``lat``, ``x`` or ``y`` of places over these dimensions."""
    named = f"{dims[0]}_{axis}" if len(dims) == 1 else axis
    if named in data.variables and set(data[named].dims) <= set(dims):
        return named
    for name, variable in data.variables.items():
        if variable.attrs.get("standard_name") in _STANDARD[axis] and variable.dims and set(variable.dims) <= set(dims):
            return str(name)
    return None


def positions(data: xr.Dataset, dims: tuple[str, ...], axes: tuple[str, str]) -> tuple[Floats, Floats] | None:
    """Two coordinates of every place over these dimensions, in the shape of a field; None where there are none."""
    import numpy as np

    names = [coordinate(data, dims, axis) for axis in axes]
    if None in names:
        return None
    arrays = [data[name] for name in names if name is not None]
    shape = [data.sizes[d] for d in dims]
    if [a.dims for a in arrays] == [(d,) for d in reversed(dims)]:
        first, second = np.meshgrid(arrays[0].to_numpy(), arrays[1].to_numpy())
        return first, second
    first, second = (np.broadcast_to(a.transpose(*dims, missing_dims="ignore").to_numpy(), shape) for a in arrays)
    return first, second


def has_lonlat(data: xr.Dataset, dims: tuple[str, ...]) -> bool:
    """Whether places over these dimensions are on Earth."""
    return coordinate(data, dims, "lon") is not None


def companion(data: xr.Dataset, subject: Subject, *wanted: str) -> str | None:
    """Another field at the same places and times: the first of these names or standard names that there is."""
    same = [str(n) for n, v in data.data_vars.items() if set(v.dims) == {subject.time, *subject.dims}]
    for word in wanted:
        for name in same:
            if name == word or data[name].attrs.get("standard_name") == word:
                return name
    return None


def components_towards(from_deg: Any) -> tuple[Any, Any]:
    """Eastward and northward parts of where something goes that comes from a direction, clockwise from north.

    >>> [round(float(c), 6) + 0.0 for c in components_towards(270.0)]
    [1.0, 0.0]
    """
    import numpy as np

    radians = np.radians(from_deg)
    return -np.sin(radians), -np.cos(radians)
