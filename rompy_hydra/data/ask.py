"""What a node of an experiment asks of its source, and the answer: from the source itself, or from the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.geo import LON_LAT, is_lonlat
from ..core.hashing import hash_data
from ..core.store import Store
from ..errors import DataError, Problem
from ..source.base import Source, naming_file, opened
from . import vectors
from .axes import need_places
from .crs import own_crs
from .fields import Fields
from .layout import SITE, TIME, name_of
from .quantities import QUANTITIES, vector_of
from .understand import Change, Understood
from .write import write_netcdf

if TYPE_CHECKING:
    from .cut import Need
    from .policies import Gaps, NanPolicy

CUT, CUT_FILE = "cut", "cut.nc"
_PLACES = ("lat", "lon", "y", "x", "j", "i", SITE)


@dataclass(frozen=True)
class Wanted:
    """One variable of the data, as far as the user names it."""

    key: str
    """Config key of its name."""
    name: str | None = None
    """None where the data have to say."""
    takes_units: bool = True
    """Whether the units that the user says are its own, where variables are in several."""


@dataclass(frozen=True)
class Ask:
    """What a node asks of its source."""

    source: Source
    node: str
    """Config key of the node."""
    wanted: Mapping[str, Wanted]
    """By the name of the quantity."""
    units: str | None = None
    """What the numbers are in, where the user says so."""
    crs: str | None = None
    """``EPSG:n`` of the places, where the user says so."""
    gaps: Gaps = "error"
    nan: NanPolicy = "error"
    along_grid: bool | None = None
    """Whether components are along the axes of the grid, where the user says so."""

    @property
    def key(self) -> str:
        """Config key of the source."""
        return f"{self.node}.source"

    @contextmanager
    def open(self) -> Iterator[Fields]:
        """The whole of the variables, lazily.

        Raises:
            DataError: the source cannot be read, or a variable, its units, times or places cannot be understood.
        """
        with opened(self.source, self.key) as data:
            yield self._fields(self._understood(data))

    @contextmanager
    def cut(self, need: Need) -> Iterator[Fields]:
        """The part that is needed, from the cache; where it is not there yet it is put there for whoever needs it next.

        Raises:
            DataError: as `open`, the disk has no room for it, or has damaged it when it is read inside.
        """
        with self.open() as whole:
            part = whole.cut(need)
            made_of = self._made_of(part)
            title = f"{part.words} of {self.source.title.rpartition('/')[2]}"
            write = partial(self._write, part=part, made_of=made_of)
            kept, data = _opened(lambda: Store().get(CUT, made_of, CUT_FILE, write, title))
        with naming_file(self.source), data:
            try:
                yield replace(part, arrays={name: data[name] for name in part.arrays})
            except (OSError, RuntimeError) as error:
                if not Store().is_damaged(kept):
                    raise
                Store().drop(kept)
                message = f"{title} is damaged in the cache: {error}"
                raise DataError(Problem(self.key, message, hint="run it again: it is made anew", data=True)) from error

    def changes(self) -> list[Change]:
        """What is said in another way here than in the data.

        Raises:
            DataError: as `open`.
        """
        with opened(self.source, self.key) as data:
            understood = self._understood(data)
            self._fields(understood)
            return list(understood.changes)

    def _understood(self, data: xr.Dataset) -> Understood:
        coordinates, doubted = self.source.named_coordinates, self.source.doubted_numbers
        return Understood(data, self.key, self.node, coordinates, doubted, self.crs)

    def _fields(self, understood: Understood) -> Fields:
        arrays = {name: self._field(understood, name, one) for name, one in self.wanted.items()}
        _check_alike(list(arrays.values()), self.key)
        crs = self._crs(understood, arrays)
        turned = self._towards_east(understood, arrays, crs)
        return Fields(turned, self.key, self.node, self.gaps, self.nan, crs, self.source.wider)

    def _field(self, understood: Understood, name: str, one: Wanted) -> xr.DataArray:
        quantity = QUANTITIES[name]
        units = self.units if one.takes_units and not quantity.is_direction else None
        lonlat = None if self.crs is None else is_lonlat(self.crs)
        found = understood.field(quantity, one.name, one.key, units, lonlat)
        raw = name_of(found)
        if found.ndim or understood.data[raw].coords:
            need_places(understood.frame(raw, lonlat), understood.data[raw], self.key)
        _check_dims(found, self.key)
        if found.ndim and TIME not in found.dims:
            if not quantity.is_lasting:
                raise DataError(_timeless(raw, self.key))
            understood.note(raw, "no time", "the same at all times", "it has no coordinate of times")
        return found

    def _towards_east(
        self, understood: Understood, arrays: dict[str, xr.DataArray], crs: str
    ) -> Mapping[str, xr.DataArray]:
        """Wind or current as components towards true east and north."""
        vector = vector_of(arrays)
        if vector is None:
            return arrays
        if vector.speed in arrays:
            names = f"{vector.speed}, {vector.direction}"
            understood.note(names, "speed and direction", "components", "the config")
            return vectors.from_speed(vector, arrays)
        if "lon" in arrays[vector.east].dims or not (why := self._along_grid(understood)):
            return arrays
        understood.note(vector.east, "along the grid", "towards true east", why)
        return vectors.from_grid(vector, arrays, crs, self.key)

    def _along_grid(self, understood: Understood) -> str:
        """What tells that components are along the axes of the grid; empty where they are not."""
        raw = {n: understood.variable(QUANTITIES[n], one.name, one.key)[0] for n, one in self.wanted.items()}
        said = {r: why for n, r in raw.items() if (why := vectors.along_grid(understood.data[r].attrs, n))}
        if self.along_grid is None:
            return next(iter(said.values()), "")
        if said and not self.along_grid:
            name, why = next(iter(said.items()))
            understood.note(name, f"along the grid, by its {why}", "taken as towards true east", "the config")
        return "the config" if self.along_grid else ""

    def _crs(self, understood: Understood, arrays: Mapping[str, xr.DataArray]) -> str:
        if self.crs is not None or any("lon" in a.coords for a in arrays.values()):
            return self.crs or LON_LAT
        if not any(a.coords.keys() & {"x", "y"} for a in arrays.values()):
            return LON_LAT
        name, one = next(iter(self.wanted.items()))
        said = own_crs(understood.data, understood.variable(QUANTITIES[name], one.name, one.key)[0])
        if said is None:
            message = "the data are on coordinates x and y, and do not say in which reference system"
            raise DataError(Problem(f"{self.node}.crs", message, hint=f"set {self.node}.crs to their EPSG:n"))
        return said

    def _made_of(self, part: Fields) -> dict[str, Any]:
        """Everything that decides the content of a cut."""
        return {
            "data": [i.state for i in self.source.inputs(self.key)],
            "source": self.source.identity(),
            "variables": {name: [one.name, self.units, one.takes_units] for name, one in self.wanted.items()},
            "crs": self.crs,
            "along_grid": self.along_grid,
            "written_by": version("rompy-hydra"),
            "where": {str(n): _digest(c.values) for n, c in sorted(part.first.coords.items())},
        }

    def _write(self, path: Path, part: Fields, made_of: Mapping[str, Any]) -> None:
        attributes = {"title": ", ".join(part.arrays), "history": f"cut from {hash_data(made_of)[:12]}"}
        write_netcdf(path, list(part.arrays.values()), attributes, self.key)


def _opened(get: Callable[[], Path], *, again: bool = True) -> tuple[Path, xr.Dataset]:
    """A file of the cache, opened; got again, once, where another process removed it in between."""
    kept = get()
    try:
        return kept, xr.open_dataset(kept, engine="netcdf4", cache=False)
    except FileNotFoundError:
        if not again:
            raise
        return _opened(get, again=False)


def _timeless(name: str, key: str) -> Problem:
    message = f"{name} has no time, and does not hold for a whole period"
    hint = f"name the time: {key}.coordinates: {{time: ...}}, or take source_type: constant for one level"
    return Problem(key, message, hint=hint)


def _check_dims(array: xr.DataArray, key: str) -> None:
    spare = [d for d in map(str, array.dims) if d not in _PLACES and d != TIME]
    if not spare:
        return
    along = array.coords[spare[0]].values if spare[0] in array.coords else np.arange(array.sizes[spare[0]])
    message = f"{name_of(array)} has {len(along)} fields at each time, along {spare[0]}: {along[0]} .. {along[-1]}"
    hint = f"one field is needed: choose one of them and give data without the dimension {spare[0]}"
    raise DataError(Problem(key, message, hint=hint))


def _check_alike(arrays: Sequence[xr.DataArray], key: str) -> None:
    first = arrays[0]
    for other in arrays[1:]:
        if told := _unlike(first, other):
            message = f"{name_of(first)} and {name_of(other)} are not at the same places and times: {told}"
            raise DataError(Problem(key, message, hint="give data in which they are, interpolated to the same points"))


def _unlike(first: xr.DataArray, other: xr.DataArray) -> str:
    """Dimensions that differ, or the first coordinate that does; empty where all are the same."""
    if first.dims != other.dims:
        return " and ".join(f"{name_of(a)} is along {', '.join(map(str, a.dims))}" for a in (first, other))
    for name in map(str, first.coords):
        if not first.coords[name].variable.equals(other.coords[name].variable):
            return f"their {name} has {_ends(first, name)}, and {_ends(other, name)}"
    return ""


def _ends(array: xr.DataArray, name: str) -> str:
    values = np.asarray(array.coords[name].values).ravel()
    values = values.astype("datetime64[s]") if values.dtype.kind == "M" else values
    return f"{len(values)} values, {values[0]} .. {values[-1]}"


def _digest(values: Any) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
