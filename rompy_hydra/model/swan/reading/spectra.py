"""Spectra at points that SWAN wrote with ``SPECOUT``, as netCDF or as SWAN's own text.

``efth`` has wavespectra's conventions: variance density in m2 Hz-1 degree-1 over frequency and the direction that waves
come from, which ascends from 0. Its axis is ``direction``, since ``dir`` is the mean direction in SWAN's words:
``data.efth.rename(direction="dir").spec`` is what wavespectra takes. Of one-dimensional spectra ``ef`` is the variance
density in m2 Hz-1; ``ef_dir`` and ``ef_dspr`` are mean direction and spreading of each frequency, in netCDF to 1.4
degrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ....core.lazy import LazyArray, as_slice
from ..case import Case, OutputFile
from .netcdf_blocks import place_of, refuse_cartesian, times_in, unpacked
from .parts import Part, Place, damaged, start_of
from .spectral_text import SpectralText, scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.mesh import Floats, Ints

ATTRIBUTES = {
    "efth": {
        "standard_name": "sea_surface_wave_directional_variance_spectral_density",
        "long_name": "variance density over frequency and direction",
        "units": "m2 s degree-1",
    },
    "ef": {
        "standard_name": "sea_surface_wave_variance_spectral_density",
        "long_name": "variance density over frequency",
        "units": "m2 s",
    },
    "ef_dir": {"long_name": "mean direction of each frequency", "units": "degree"},
    "ef_dspr": {"long_name": "directional spreading of each frequency", "units": "degree"},
}
_FREQ = {"standard_name": "sea_surface_wave_frequency", "long_name": "frequency", "units": "Hz"}
_DIR = {
    "standard_name": "sea_surface_wave_from_direction",
    "long_name": "direction that waves come from",
    "units": "degree",
}


def read_spectra(path: Path, case: Case, output: OutputFile) -> Part:
    """The spectra of a file; those of a time and point are read when they are used.

    Raises:
        DataError: it is not what SWAN writes, or cut off.
    """
    return _netcdf(path, case, output) if output.format == "netcdf" else _text(path, case, output)


def _netcdf(path: Path, case: Case, output: OutputFile) -> Part:
    import netCDF4

    try:
        with netCDF4.Dataset(path) as file:
            refuse_cartesian(path, file)
            place, times = place_of(path, file), times_in(case, file)
            freq = np.ma.getdata(file["frequency"][:]).astype(float)
            radians = np.ma.getdata(file["direction"][:]).astype(float) if "direction" in file.variables else None
    except (OSError, IndexError) as error:
        raise damaged(path, f"cannot be read: {error}") from error
    if radians is not None:
        order, axes = _axes(freq, np.degrees(radians))
        shape = (len(times), *place.shape, len(freq), len(radians))
        return _part(output, times, place, axes, {"efth": _Stored(path, "density", shape, np.pi / 180, order)})
    stored = {"ef": "energy_1d", "ef_dir": "theta_1d", "ef_dspr": "spread_1d"}
    fields = {own: _Stored(path, n, (len(times), *place.shape, len(freq)), 1.0, None) for own, n in stored.items()}
    return _part(output, times, place, _axes(freq, None)[1], fields)


def _text(path: Path, case: Case, output: OutputFile) -> Part:
    found = scan(path)
    times = start_of(case) if found.times is None else found.times
    place = Place("points", *found.places.T)
    order, axes = _axes(found.freq, found.directions)
    fields = {
        name: _Printed(found, part, len(times), order) for part, name in enumerate(ATTRIBUTES) if name in found.holds
    }
    return _part(output, times, place, axes, fields)


def _axes(freq: Floats, directions: Floats | None) -> tuple[Ints | None, dict[str, xr.Variable]]:
    """The order in which directions ascend, and the coordinates."""
    axes = {"freq": xr.Variable(("freq",), freq, _FREQ)}
    if directions is None:
        return None, axes
    rounded = np.round(directions % 360.0, 4) % 360.0
    order = np.argsort(rounded)
    return order, {**axes, "direction": xr.Variable(("direction",), rounded[order], _DIR)}


def _part(
    output: OutputFile,
    times: NDArray[np.datetime64],
    place: Place,
    axes: dict[str, xr.Variable],
    fields: Mapping[str, LazyArray],
) -> Part:
    at = tuple(f"place_{i}" for i in range(len(place.shape)))
    variables = {n: a.as_variable(("time", *at, *axes), ATTRIBUTES[n]) for n, a in fields.items()}
    return Part(output, times, place, variables, axes)


class _Stored(LazyArray):
    """Spectra of a netCDF file."""

    def __init__(self, path: Path, name: str, shape: tuple[int, ...], scale: float, order: Ints | None):
        self.path, self.name, self.scale, self.order = path, name, scale, order
        self.shape, self.dtype = shape, np.dtype(np.float32)

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions; with a scale of their own for each time and point, where SWAN packed them."""
        import netCDF4

        own = wanted if self.order is None else [*wanted[:-1], self.order[wanted[-1]]]
        inner = len(own) - (1 if self.order is None else 2)
        with netCDF4.Dataset(self.path) as file:
            values = unpacked(file[self.name], tuple(map(as_slice, own)))
            if (scale := f"scale_{self.name}") in file.variables:
                each = unpacked(file[scale], tuple(map(as_slice, own[:inner])))
                values = values * each.reshape(each.shape + (1,) * (values.ndim - inner))
        return (values * self.scale).astype(np.float32)


class _Printed(LazyArray):
    """Spectra of a text file."""

    def __init__(self, text: SpectralText, part: int, times: int, order: Ints | None):
        self.text, self.order = text, order
        self.column = None if text.directions is not None else part - 1
        spectral = (len(text.freq),) if text.directions is None else (len(text.freq), len(text.directions))
        self.shape, self.dtype = (times, len(text.places), *spectral), np.dtype(np.float32)

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        times, points, freq, *rest = wanted
        values = [[self.text.values(int(t), int(p), self.column)[freq] for p in points] for t in times]
        found = np.array(values, dtype=np.float32).reshape(len(times), len(points), len(freq), *self.shape[3:])
        return found if self.order is None else found[..., self.order[rest[0]]]
