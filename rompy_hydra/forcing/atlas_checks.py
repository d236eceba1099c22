"""What an atlas of tides covers, what is wrong with it, and what is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.axis import Axis
from ..core.geo import LOCAL
from ..core.inputs import Input
from ..core.mesh import Floats
from ..core.period import Period
from ..data.coverage import box_words
from ..errors import DataError, Problem
from ..source.base import data_problems
from .atlas_files import AtlasFile, atlas_files
from .atlas_grid import Amplitudes, amplitudes_at, corrections, metres
from .equilibrium import missing, unknown_names
from .surge import surge_problems
from .tides import MOST_AMPLITUDE_M

if TYPE_CHECKING:
    from ..domain import Domain
    from .atlas import AtlasTides

_MAJOR = {"M2", "S2", "K1", "O1"}
_LEAST_MAJOR_M = 0.01
"""Metres taken for millimetres add up to less even in the Bay of Fundy; true tides only in parts of the Baltic do."""


def inputs(tides: AtlasTides, key: str) -> list[Input]:
    """The files that are read; none where they cannot be, which `problems` tells."""
    try:
        files = atlas_files(tides, key)
    except DataError:
        return []
    return [Input(f"{key}.path", file.path, _coverage(tides, file)) for file in files]


def _coverage(tides: AtlasTides, file: AtlasFile) -> str:
    names = [n for n in file.constituents if tides.constituents is None or n in tides.constituents]
    limits = box_words(True, file.x.limits, file.y.limits)
    size = f"{len(file.y.values)} x {len(file.x.values)} points, {_step(file.x)} x {_step(file.y)} degrees"
    return f"{file.format} {', '.join(names)}: {limits}, {size}"


def _step(axis: Axis) -> str:
    low, high = axis.limits
    return f"{(high - low) / (len(axis.values) - 1):.4g}"


def problems(tides: AtlasTides, key: str, period: Period | None, domain: Domain | None) -> list[Problem]:
    """Missing pyTMD, unreadable files, unknown constituents and units; a domain that is nowhere or of another datum."""
    absent = missing(f"{key}.kind")
    return [
        *absent,
        *_of_files(tides, key, not absent),
        *surge_problems(f"{key}.surge", tides.surge, period),
        *([] if domain is None else _of_domain(tides, key, domain)),
    ]


def _of_files(tides: AtlasTides, key: str, with_names: bool) -> list[Problem]:
    try:
        files = atlas_files(tides, key)
        for file in files:
            metres(file, tides.units, key)
    except DataError as error:
        return data_problems(error)
    names = tides.constituents or [name for file in files for name in file.constituents]
    return unknown_names(names, f"{key}.constituents") if with_names else []


def _of_domain(tides: AtlasTides, key: str, domain: Domain) -> list[Problem]:
    if domain.crs == LOCAL:
        hint = "set domain.crs to EPSG:4326 or a metric EPSG:n, or use kind: constituents"
        return [Problem(key, "an atlas of tides needs a domain on Earth, this one has crs local", hint=hint)]
    if tides.mean_m is None and domain.vertical_datum.casefold() not in ("msl", "mean sea level"):
        message = f"the tide of an atlas is over mean sea level, levels of the domain over {domain.vertical_datum}"
        hint = f"give {key}.mean_m, the height of mean sea level over {domain.vertical_datum} [m] (0 if it is the same)"
        return [Problem(f"{key}.mean_m", message, hint=hint)]
    return []


def place_problems(tides: AtlasTides, key: str, lon: Floats, lat: Floats) -> list[Problem]:
    """Places that the atlas does not cover or has land at, and amplitudes that are not of this world."""
    try:
        found = amplitudes_at(tides, lon, lat, key)
    except DataError as error:
        return data_problems(error)
    return [*_too_high(found, key, lon, lat), *_too_low(tides, found, key)]


def _too_high(found: Amplitudes, key: str, lon: Floats, lat: Floats) -> list[Problem]:
    for name, vector in found.vectors.items():
        if (height_m := np.abs(vector)).max() > MOST_AMPLITUDE_M:
            i = int(np.argmax(height_m))
            where = f"lon {lon[i]:.4f}, lat {lat[i]:.4f}"
            message = f"{name} is {height_m[i]:g} m high at {where}, expected at most {MOST_AMPLITUDE_M:g} m"
            return [Problem(f"{key}.units", message, hint="say the units of the elevations: m, cm or mm", data=True)]
    return []


def _too_low(tides: AtlasTides, found: Amplitudes, key: str) -> list[Problem]:
    major = [height_m for name, height_m in found.around_m.items() if name in _MAJOR]
    if tides.units is not None or not major or sum(major) > _LEAST_MAJOR_M:
        return []
    file = atlas_files(tides, key)[0]
    message = (
        f"{' + '.join(sorted(_MAJOR & set(found.around_m)))} is at most {sum(major) * 1e3:.2g} mm high around these "
        f"places if the units of {file.path.name}, {file.units}, are right; hardly any sea has so little"
    )
    return [Problem(f"{key}.units", message, hint="state the units of the elevations: m, cm or mm", data=True)]


def notes(tides: AtlasTides, lon: Floats, lat: Floats) -> list[str]:
    """Constituents and corrections, and how many places are on the atlas's land."""
    found = amplitudes_at(tides, lon, lat)
    nodal = f"nodal corrections of {corrections(tides).upper()}"
    nodal = "without nodal corrections" if tides.nodal_corrections == "none" else nodal
    told = [f"tides: {', '.join(found.vectors)} of the atlas, {nodal}"]
    if count := int(np.count_nonzero(found.borrowed_m)):
        told.append(
            f"tides: {count} of {len(found.borrowed_m)} places are on the atlas's land and take the nearest wet point, "
            f"at most {found.borrowed_m.max() / 1e3:.1f} km away"
        )
    return told
