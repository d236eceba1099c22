"""Which variable of data is a wave spectrum, and in what its frequencies, directions and energies are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..core.units import conversion
from ..errors import DataError, Problem, did_you_mean
from .quantities import standard_name

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats
    from .understand import Understood

UNITS = "m2 s degree-1"
"""Of spectra here: m2/Hz/degree."""
Directions = Literal["from", "to"]

_SPECTRUM = ("sea_surface_wave_directional_variance_spectral_density", "efth")
_FREQUENCIES, _DIRECTIONS = ("freq", "frequency", "f"), ("dir", "direction", "directions", "theta")
_EVEN = 0.01
"""Part of a step by which directions may be off their places."""


@dataclass(frozen=True, eq=False)
class SpectralAxes:
    """The axes of a spectrum, and what its numbers are."""

    variable: str
    freq_dim: str
    dir_dim: str
    freq_hz: Floats
    """(nf,) increasing."""
    dir_from_deg: Floats
    """(nd,) that waves come from, as they are stored; 0 .. 360."""
    scale: float
    """From the numbers of the data to m2/Hz/degree."""


def spectral_axes(
    understood: Understood, variable: str | None, units: str | None, directions: Directions | None, in_its_terms: bool
) -> SpectralAxes:
    """The axes of the spectrum in data.

    Args:
        understood: the data.
        variable: name of the spectrum, where the user says so.
        units: what its numbers are in, where the user says so.
        directions: whether directions are those that waves come from or go to, where the user says so.
        in_its_terms: whether the data are in terms of wavespectra: m2/Hz/degree, directions coming from.

    Raises:
        DataError: there is no spectrum, or its axes or units are not understood.
    """
    name = _variable(understood, variable)
    array = understood.data[name]
    freq, direction = _dim(array, _FREQUENCIES, "frequency"), _dim(array, _DIRECTIONS, "direction")
    for dim, what in ((freq, "frequencies"), (direction, "directions")):
        if not dim or dim not in array.coords:
            message = f"{name} has no {what}; its dimensions are {', '.join(map(str, array.dims))}"
            hint = "a spectrum is along freq and dir; parameters such as hs are kind: series"
            raise DataError(Problem(understood.key, message, hint=hint))
    scale = _scale(understood, array, units, in_its_terms or direction == "dir")
    comes_from = _comes_from(understood, array, direction, directions, in_its_terms)
    degrees = _degrees(understood, array.coords[direction]) + (0.0 if comes_from else 180.0)
    return SpectralAxes(name, freq, direction, _hertz(understood, array.coords[freq]), degrees % 360.0, scale)


def _variable(understood: Understood, name: str | None) -> str:
    present = [str(n) for n in understood.data.data_vars]
    key = f"{understood.node}.variable"
    if name is not None:
        if name not in present:
            hint = did_you_mean(name, present)
            raise DataError(Problem(key, f"the data have no variable {name}", name, hint=hint))
        return name
    found = [n for n in present if standard_name(understood.data[n].attrs) == _SPECTRUM[0]]
    found = found or [n for n in present if n.lower() in _SPECTRUM]
    if len(found) == 1:
        return found[0]
    message = f"nothing tells which variable is the spectrum; there are {', '.join(present) or 'none'}"
    raise DataError(Problem(key, message, hint=f"name it, e.g. {key}: {(found or present or ['efth'])[0]}"))


def _dim(array: xr.DataArray, usual: tuple[str, ...], what: str) -> str:
    """The dimension that holds frequencies or directions; empty where there is none."""
    dims = [str(d) for d in array.dims]
    said = [d for d in dims if d in array.coords and standard_name(array.coords[d].attrs).endswith(what)]
    return next(iter([*said, *(d for d in dims if d.lower() in usual)]), "")


def _scale(understood: Understood, array: xr.DataArray, told: str | None, is_usual: bool) -> float:
    said = str(array.attrs.get("units", ""))
    stated = told or said
    key = f"{understood.node}.units"
    if not stated:
        if not is_usual:
            message = f"{array.name} does not say in which units it is"
            raise DataError(Problem(key, message, hint=f"set {key} to {UNITS!r} or 'm2 s rad-1'"))
        understood.note(str(array.name), "no units", UNITS, "assumed")
        return 1.0
    spelt = _spelt(stated)
    if "degree" not in spelt and "radian" not in spelt:
        message = f"units {stated!r} of {array.name} say neither degrees nor radians, expected {UNITS}"
        raise DataError(Problem(key, message, hint=f"set {key} to what the numbers are in"))
    found = conversion(spelt, UNITS, understood.node).scale
    if told and said and told != said:
        understood.note(str(array.name), said, UNITS, f"the config says {told}")
    elif found != 1.0:
        understood.note(str(array.name), stated, UNITS, "the config" if told else "units")
    return found


def _spelt(units: str) -> str:
    """Units as UDUNITS spells them."""
    text = re.sub(r"\bdeg(rees?)?(?![a-z])", "degree", units.replace("**", "^").replace("(", " (").lower())
    return re.sub(r"\brad(ians?)?(?![a-z])", "radian", text).replace("hz", "Hz")


def _hertz(understood: Understood, coordinate: xr.DataArray) -> Floats:
    units, name = str(coordinate.attrs.get("units", "")), coordinate.name
    if "rad" in units.lower():
        message = f"{name} is in {units}, and the energies are per that"
        raise DataError(Problem(understood.key, message, hint="give data in Hz and m2/Hz"))
    values: Floats = np.asarray(coordinate.values, np.float64) * conversion(units, "Hz", understood.key).scale
    if not (values > 0.0).all() or not (np.diff(values) > 0.0).all():
        message = f"{name} has to be positive and increase, and is {values[0]:.4g} .. {values[-1]:.4g} Hz"
        raise DataError(
            Problem(understood.key, message, hint="sort the frequencies in the data, and drop repeated ones")
        )
    return values


def _degrees(understood: Understood, coordinate: xr.DataArray) -> Floats:
    values = np.asarray(coordinate.values, np.float64)
    values = values * conversion(str(coordinate.attrs.get("units", "")), "degree", understood.key).scale
    around = np.sort(values % 360.0)
    steps = np.sort(np.diff(around, append=around[0] + 360.0))  # of a sector the last one is the rest of the circle
    if len(steps) > 1 and (steps[0] <= 0.0 or steps[-2] - steps[0] > _EVEN * steps[0]):
        message = f"directions {coordinate.name} are not evenly spaced: steps of {steps[0]:.4g} .. {steps[-1]:.4g}"
        hint = "each direction is needed once, 0 or 360 and not both; interpolate the others"
        raise DataError(Problem(understood.key, message, hint=hint))
    return np.asarray(values)


def _comes_from(
    understood: Understood, array: xr.DataArray, dim: str, told: Directions | None, in_its_terms: bool
) -> bool:
    """Whether directions are those that waves come from."""
    said = {w for text in _said(array.coords[dim]) for w in ("from", "to") if re.search(rf"\b{w} direction", text)}
    if told is not None:
        understood.note(dim, " and ".join(sorted(said)) or "not said", f"waves come {told}"[:16], "the config")
        return told == "from"
    if in_its_terms:
        return True
    per_degree = "degree" in _spelt(str(array.attrs.get("units", "")))
    if said == {"to"} and not (dim == "dir" and per_degree):
        understood.note(dim, "waves go to", "waves come from", "standard_name")
        return False
    if said == {"from"}:
        return True
    if not said and dim == "dir":
        understood.note(dim, "not said", "waves come from", "assumed, as wavespectra has it")
        return True
    key = f"{understood.node}.directions"
    message = f"nothing tells whether the directions {dim} are those that waves come from or go to"
    if said:
        message = f"{dim} says that waves go there, in a spectrum per degree, as wavespectra writes those it has turned"
    raise DataError(Problem(key, message, hint=f"look at the data, and set {key} to from or to"))


def _said(coordinate: xr.DataArray) -> Iterator[str]:
    for name in ("standard_name", "long_name"):
        yield str(coordinate.attrs.get(name, "")).replace("_", " ").lower()
