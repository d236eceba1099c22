"""The files of an atlas of tides: which they are, and what is in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.axis import Axis
from ..core.files import existing_file, fitting, looks_like, user_path
from ..core.hashing import file_state
from ..data.cut import axes_of
from ..data.understand import Understood
from ..errors import DataError, Problem, did_you_mean
from .atlas import AtlasFormat
from .constituents import USUAL_NAMES, canonical

if TYPE_CHECKING:
    import xarray as xr

    from .atlas import AtlasTides

_PARTS: dict[AtlasFormat, tuple[str, str]] = {"tpxo": ("hRe", "hIm"), "fes": ("amplitude", "phase")}
"""Format -> the two variables that make a complex amplitude."""


@dataclass(frozen=True, eq=False)
class AtlasFile:
    """One file with elevations."""

    path: Path
    format: AtlasFormat
    constituents: tuple[str, ...]
    """Canonical names, in the order of the file."""
    layer_dim: str
    """Dimension of the constituents; empty where there is one, without a dimension."""
    x: Axis
    y: Axis
    units: str
    """What the file says the elevations are in."""

    @property
    def parts(self) -> tuple[str, str]:
        """Names of the two variables that make a complex amplitude."""
        return _PARTS[self.format]


def atlas_files(tides: AtlasTides, key: str) -> list[AtlasFile]:
    """The files that hold the constituents asked for.

    Raises:
        DataError: files that are missing, not of an atlas, or of two; constituents that are missing or there twice.
    """
    found = [file for path in _candidates(tides, key) if (file := _read(path, key))]
    if tides.format is not None:
        found = [file for file in found if file.format == tides.format]
    if not found:
        expected = " or ".join(f"{a} and {b}" for name, (a, b) in _PARTS.items() if tides.format in (None, name))
        message = f"no file with elevations of tides in {_shown(tides)}; expected variables {expected}"
        raise DataError(Problem(f"{key}.path", message))
    if len({file.format for file in found}) > 1:
        message = f"{_shown(tides)} holds files of two formats, {_names(found, 'tpxo')} and {_names(found, 'fes')}"
        raise DataError(Problem(f"{key}.path", message, hint=f"say which one is meant: {key}.format"))
    return _with_wanted(tides, found, key)


def _names(files: list[AtlasFile], format: AtlasFormat) -> str:
    return f"{next(f.path.name for f in files if f.format == format)} ({format})"


def _shown(tides: AtlasTides) -> str:
    return ", ".join(map(str, _paths(tides)))


def _paths(tides: AtlasTides) -> list[Path]:
    return tides.path if isinstance(tides.path, list) else [tides.path]


def _candidates(tides: AtlasTides, key: str) -> Iterator[Path]:
    for path in _paths(tides):
        there = user_path(path)
        if there.is_dir():
            yield from sorted(there.glob("*.nc"))
        else:
            yield from (existing_file(file, f"{key}.path") for file in fitting(path, f"{key}.path"))


def _with_wanted(tides: AtlasTides, files: list[AtlasFile], key: str) -> list[AtlasFile]:
    where: dict[str, list[str]] = {}
    for file in files:
        for name in file.constituents:
            where.setdefault(name, []).append(file.path.name)
    wanted = tides.constituents or sorted(where)
    missing = [name for name in wanted if name not in where]
    twice = [name for name in wanted if len(where.get(name, [])) > 1]
    if problems := [
        *(_missing(name, sorted(where), key) for name in missing),
        *(_twice(name, where[name], key) for name in twice),
    ]:
        raise DataError(problems)
    return [file for file in files if set(file.constituents) & set(wanted)]


def _missing(name: str, present: list[str], key: str) -> Problem:
    message = f"the atlas has no constituent {name}, but {', '.join(present)}"
    return Problem(f"{key}.constituents", message, name, hint=did_you_mean(name, present))


def _twice(name: str, files: list[str], key: str) -> Problem:
    message = f"{name} is in {len(files)} files: {', '.join(files)}"
    return Problem(f"{key}.path", message, hint="give the files of one atlas: a pattern or a list")


def _read(path: Path, key: str) -> AtlasFile | None:
    existing_file(path, f"{key}.path")
    return _kept(path, f"{key}.path", tuple(file_state(path)))


@lru_cache(maxsize=128)
def _kept(path: Path, key: str, _state: tuple[str | int, ...]) -> AtlasFile | None:
    """A file is looked at once as long as it does not change; None of a file without elevations."""
    with opened(path, key) as data:
        present = set(map(str, data.data.variables))
        formats = [name for name, parts in _PARTS.items() if set(parts) <= present]
        return _described(path, formats[0], data, key) if formats else None


@contextmanager
def opened(path: Path, key: str) -> Iterator[Understood]:
    """A file with its axes understood, its numbers as they are stored: fill values of one part may stand for a zero.

    Raises:
        DataError: it is not netCDF or damaged, or reading from it inside fails.
    """
    import xarray as xr

    try:
        with xr.open_dataset(path, engine="netcdf4", cache=False, mask_and_scale=False, decode_times=False) as data:
            yield Understood(data, key)
    except (OSError, RuntimeError) as error:  # what netCDF4 raises for damaged files and others
        message = f"{path} cannot be read: {error}; it looks like {looks_like(path)}"
        raise DataError(Problem(key, message, hint="copy or download it again, or leave it out")) from error


def _described(path: Path, format: AtlasFormat, data: Understood, key: str) -> AtlasFile:
    array = data.plain(_PARTS[format][0])
    axes = axes_of(array)
    if axes is None:
        raise _fault(
            path,
            f"{array.name} is not on a grid of longitudes and latitudes; a curvilinear grid is not understood",
            key,
        )
    for name, axis in zip(array.dims[-2:], axes, strict=True):
        if fault := axis.fault():
            raise _fault(path, f"coordinate {name} {fault}", key)
    spare = list(map(str, array.dims[:-2]))
    if len(spare) > 1:
        raise _fault(path, f"{array.name} has the dimensions {', '.join(map(str, array.dims))}", key)
    names = _constituents(path, data.data, spare[0] if spare else "")
    if spare and len(names) != array.sizes[spare[0]]:
        raise _fault(path, f"con names {len(names)} constituents, dimension {spare[0]} has another size", key)
    units, (y, x) = str(array.attrs.get("units", "")), axes
    return AtlasFile(path, format, names, spare[0] if spare else "", x, y, units)


def _constituents(path: Path, data: xr.Dataset, layer_dim: str) -> tuple[str, ...]:
    if "con" in data.variables:
        rows = np.asarray(data["con"].values)
        texts = [_text(row) for row in (rows if layer_dim else [rows])]
        if all(texts):
            return tuple(canonical(text) for text in texts)
    tokens = [canonical(token) for token in re.split(r"[^A-Za-z0-9]+", path.stem)]
    return (next((token for token in tokens if token in USUAL_NAMES), tokens[0]),)


def _text(characters: Any) -> str:
    raw = np.asarray(characters)
    return (raw.tobytes() if raw.dtype.kind == "S" else "".join(map(str, raw.ravel())).encode()).decode().strip("\0 ")


def _fault(path: Path, message: str, key: str) -> DataError:
    return DataError(Problem(key, f"{path.name}: {message}"))
