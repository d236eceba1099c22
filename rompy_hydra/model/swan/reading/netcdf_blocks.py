"""Fields and points that SWAN wrote as netCDF.

SWAN packs all but depths and bed levels as 16-bit numbers over a fixed range: hs is kept to 0.4 mm (0 to 50 m),
directions to 0.003 degrees, periods to 0.4 ms, velocities to 0.3 mm/s (currents) and 1.5 mm/s (wind), wave lengths to
8 mm, but a drag coefficient to no more than 1.5e-4. A component of a vector that is exactly 0 is stored as missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.lazy import LazyArray, as_slice
from ..case import Case, OutputFile
from .parts import DRY_IS_REST, ONLY_IN_WATER, Part, Place, damaged, is_wet, start_of, wet_by
from .variables import Quantity, quantities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.mesh import Floats, Ints

_X, _Y = ("longitude", "x"), ("latitude", "y")


def read_netcdf(path: Path, case: Case, output: OutputFile, known: Place | None = None) -> Part:
    """A netCDF block of a grid, or of points.

    Args:
        path: the file.
        case: what the run is.
        output: how the file was asked for.
        known: where its values are, where that is known better.

    Raises:
        DataError: it is not netCDF, or holds none of SWAN's quantities.
    """
    import netCDF4

    try:
        with netCDF4.Dataset(path) as file:
            refuse_cartesian(path, file)
            place, times = place_of(path, file), times_in(case, file)
            place = known if known is not None and known.shape == place.shape else place
            names = {q: [(own, n) for own, n in _pairs(q) if n in file.variables] for q in quantities()}
    except (OSError, IndexError) as error:
        raise damaged(path, f"cannot be read: {error}") from error
    found = {own: (q, n) for q, pairs in names.items() for own, n in pairs}
    wet = wet_by(found)
    shape = (len(times), *place.shape)
    fields = {
        own: Unpacked(path, n, own, shape, (wet, found[wet][1]) if wet else None).as_variable(
            ("time", *(f"place_{i}" for i in range(len(place.shape)))), q.attributes(own)
        )
        for own, (q, n) in found.items()
    }
    return Part(output, times, place, fields, {})


def _pairs(quantity: Quantity) -> list[tuple[str, str]]:
    """Own names of a quantity with SWAN's."""
    return list(zip(quantity.names, quantity.netcdf, strict=False))


def refuse_cartesian(path: Path, file: Any) -> None:
    """Directions of this package's runs are nautical; others would be read wrongly.

    Raises:
        DataError: the file says that its directions are Cartesian.
    """
    if getattr(file, "Directional_convention", "nautical").strip() != "nautical":
        raise damaged(path, "has Cartesian directions, expected nautical ones (SET NAUTICAL)")


def place_of(path: Path, file: Any) -> Place:
    """Where the values of a file of SWAN are."""
    x, y = (next((n for n in names if n in file.variables), None) for names in (_X, _Y))
    if x is None or y is None:
        raise damaged(path, "has no coordinates")
    at = [shortest(file[n][:]) for n in (x, y)]
    if "points" in file.dimensions:
        return Place("points", *at)
    return Place("regular" if at[0].ndim == 1 else "curvilinear", *at)


def shortest(values: Any) -> Floats:
    """Single-precision coordinates as the shortest decimal numbers that are stored alike, NaN where masked.

    >>> shortest(np.array([115.05], "float32")).tolist()
    [115.05]
    """
    single = np.ma.filled(np.ma.asarray(values).astype(np.float32), np.nan)
    return np.char.mod("%s", single).astype(float)


def times_in(case: Case, file: Any) -> NDArray[np.datetime64]:
    """(nt,) times; a stationary run has the begin of its period."""
    if "time" not in file.variables:
        return start_of(case)
    seconds = np.ma.getdata(file["time"][:]).astype("int64")
    found: NDArray[np.datetime64] = seconds.astype("datetime64[s]").astype("datetime64[ns]")
    return found


class Unpacked(LazyArray):
    """(time, ...) values of a netCDF variable, NaN where there are none."""

    def __init__(self, path: Path, name: str, own: str, shape: tuple[int, ...], wet: tuple[str, str] | None):
        self.path, self.name, self.own, self.wet = path, name, own, wet
        self.shape, self.dtype = shape, np.dtype(np.float32)

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        import netCDF4

        key = tuple(map(as_slice, wanted))
        with netCDF4.Dataset(self.path) as file:
            values = unpacked(file[self.name], key)
            if self.own in (*DRY_IS_REST, "xwnd", "ywnd"):
                values = np.nan_to_num(values)
            if self.own in ONLY_IN_WATER and self.wet:
                values = np.where(is_wet(self.wet[0], unpacked(file[self.wet[1]], key)), values, np.nan)
        return values.astype(np.float32)


def unpacked(variable: Any, key: Any) -> Floats:
    """Part of a netCDF variable in double precision, NaN where there is its fill value."""
    variable.set_auto_maskandscale(False)
    raw = variable[key]
    values = raw.astype(float) * getattr(variable, "scale_factor", 1.0) + getattr(variable, "add_offset", 0.0)
    return np.where(raw == getattr(variable, "_FillValue", np.inf), np.nan, values)
