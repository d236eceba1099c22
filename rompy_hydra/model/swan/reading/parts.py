"""One output file as fields at places and times, before all of them become one dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ....errors import DataError, Problem
from ..case import Case, OutputFile
from .variables import Quantity

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from ....core.mesh import Floats

Layout = Literal["regular", "curvilinear", "points"]
KEY = "model.output"
DRY_IS_REST = ("xcur", "ycur", "xtransp", "ytransp")
"""SWAN writes 0 for these both where there is no water and where nothing moves."""
ONLY_IN_WATER = (*DRY_IS_REST, "watlev")
"""Quantities that SWAN gives a value on dry land, where they mean nothing."""
_WET = ("hs", "depth")
"""Quantities that tell dry land, the best first."""


@dataclass(frozen=True)
class Place:
    """Where the values of a file are, in the coordinates of the run."""

    layout: Layout
    x: Floats
    """(nx,) of a regular grid, (ny, nx) of a curvilinear one, (n,) of points."""
    y: Floats
    """(ny,), (ny, nx) or (n,)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one field."""
        return (len(self.y), len(self.x)) if self.layout == "regular" else self.x.shape


@dataclass(frozen=True)
class Part:
    """What one file holds."""

    output: OutputFile
    times: NDArray[np.datetime64]
    place: Place
    fields: dict[str, xr.Variable]
    """Short name -> lazy values over time, the dimensions ``place_0`` ... of the place, and those of spectra."""
    axes: dict[str, xr.Variable]
    """Coordinates of spectra, ``freq`` and ``direction``."""


def damaged(path: Path, why: str) -> DataError:
    """The error that a file of output is not what it should be."""
    return DataError(Problem(KEY, f"{path.name} {why}", file=str(path), hint="run the model again"))


def start_of(case: Case) -> NDArray[np.datetime64]:
    """(1,) the time that a stationary result is given: the begin of the period."""
    return np.array([case.start.removesuffix("Z")], "datetime64[ns]")


def times_of(case: Case, output: OutputFile) -> NDArray[np.datetime64]:
    """(nt,) the times at which SWAN was told to write a file."""
    if output.first is None or output.last is None:
        return start_of(case)
    first, last = (np.datetime64(t.removesuffix("Z"), "ns") for t in (output.first, output.last))
    if not output.interval_s:
        return np.array([first])
    step = np.timedelta64(round(output.interval_s * 1000), "ms").astype("timedelta64[ns]")
    return np.arange(first, last + np.timedelta64(1, "ns"), step)


def read_time(text: str) -> np.datetime64:
    """SWAN's ``20200101.003000``, UTC.

    >>> str(read_time("20200101.003000"))
    '2020-01-01T00:30:00.000000000'
    """
    day, _, clock = text.partition(".")
    iso = f"{day[:4]}-{day[4:6]}-{day[6:8]}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}"
    return np.datetime64(iso, "ns")


def without_missing(values: Any, quantity: Quantity) -> Any:
    """Values as text has them, NaN for SWAN's exception value, as far as that can be told from a result."""
    if quantity.missing == 0:
        return values
    return np.where(np.isclose(values, quantity.missing, rtol=1e-3, atol=0), np.nan, values)


def wet_by(names: Any) -> str | None:
    """Which of these quantities tells dry land."""
    return next((name for name in _WET if name in names), None)


def is_wet(name: str, values: Any) -> Any:
    """Where there is water, by the quantity that tells."""
    return values > 0 if name == "depth" else ~np.isnan(values)
