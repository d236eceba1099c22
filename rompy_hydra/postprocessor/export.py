"""The output of any model as one canonical netCDF file, and its time series at the stations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from .base import Postprocessor

if TYPE_CHECKING:
    import xarray as xr

_CHUNK_VALUES = 2**18
"""Values in a chunk, about a megabyte: large enough to compress, small enough to read one field or one series."""
_SLAB_VALUES = 2**22
"""Values in memory at a time, 16 MB in single precision."""


class Export(Postprocessor):
    """One compressed CF/UGRID netCDF file of the whole output, and the time series at the stations of the domain beside
    it as ``<name>_stations.nc`` (CF, featureType timeSeries) and ``.csv``; the same bytes whenever it is repeated."""

    filename: str | None = Field(None, pattern=r"^[^/\\]+\.nc$")
    """Name of the file in the products folder; null takes ``<name>.nc``."""
    significant_digits: int | None = Field(None, ge=1, le=7)
    """Significant decimal digits kept of the fields, for a smaller file; null keeps every bit."""
    compression: int = Field(1, ge=0, le=9)
    """zlib level: 1 is fast and nearly as small as 9; 0 does not compress."""

    def process(self, model_run: Any, **_: Any) -> dict[str, Any]:
        """Write the files; a reader never sees half of one.

        Raises:
            OSError: one could not be written, e.g. a full disk; an older file is untouched.
        """
        from .stations import find_stations, write_stations

        path = model_run.products / (self.filename or f"{model_run.name}.nc")
        partial = path.with_name(f".{path.name}.part")
        with model_run.open() as data:
            try:
                self._write(partial, data, _provenance(model_run))
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            fields = sum(1 for name in data.data_vars if _is_streamed(data, str(name)))
            stations = find_stations(model_run, data)
            series = write_stations(path.parent, path.stem, data, stations) if stations else []
        message = f"{fields} fields, {path.stat().st_size / 1e6:.1f} MB"
        message += f"; series at {len(stations)} station{'s' * (len(stations) != 1)}" if stations else ""
        return {"success": True, "files": [str(p) for p in (path, *series)], "message": message}

    def _write(self, path: Path, data: xr.Dataset, provenance: dict[str, str]) -> None:
        import netCDF4

        with netCDF4.Dataset(path, "w") as file:
            file.setncatts({**data.attrs, **provenance})
            for name, size in data.sizes.items():
                file.createDimension(str(name), None if name == "time" else size)
            for name in data.variables:
                if _is_streamed(data, str(name)):
                    self._stream(file, str(name), data)
                else:
                    _write_whole(file, str(name), data)
        with path.open("rb") as done:
            os.fsync(done.fileno())

    def _stream(self, file: Any, name: str, data: xr.Dataset) -> None:
        """Write one field, some time steps at a time."""
        import numpy as np

        variable = data[name]
        chunks = _chunks(variable.shape)
        floating = np.issubdtype(variable.dtype, np.floating)
        quantised = {"significant_digits": self.significant_digits} if self.significant_digits and floating else {}
        target = file.createVariable(
            name,
            variable.dtype,
            variable.dims,
            zlib=self.compression > 0,
            complevel=self.compression,
            shuffle=True,
            chunksizes=chunks,
            fill_value=variable.dtype.type(np.nan) if floating else None,
            **quantised,
        )
        target.setncatts({**variable.attrs, **_coordinates_attribute(variable)})
        for slab in _slabs(variable.shape, chunks):
            target[slab] = variable[slab].to_numpy()


def _is_streamed(data: xr.Dataset, name: str) -> bool:
    """Whether a variable is a field over time, which may be larger than memory."""
    from .subject import is_time

    dims = data.variables[name].dims
    return len(dims) > 1 and is_time(data, str(dims[0]))


def _write_whole(file: Any, name: str, data: xr.Dataset) -> None:
    import numpy as np
    import xarray as xr

    encoded = xr.conventions.encode_cf_variable(data.variables[name])
    attributes = {k: v for k, v in encoded.attrs.items() if k != "_FillValue"}
    target = file.createVariable(name, encoded.dtype, encoded.dims, zlib=encoded.ndim > 0, complevel=1, shuffle=True)
    target.setncatts({**attributes, **(_coordinates_attribute(data[name]) if name in data.data_vars else {})})
    target[...] = np.asarray(encoded.data)


def _coordinates_attribute(variable: xr.DataArray) -> dict[str, str]:
    """CF's list of the positions that go with a field: one per cell, none for each corner."""
    names = sorted(
        str(n) for n, c in variable.coords.items() if n not in variable.dims and set(c.dims) <= set(variable.dims)
    )
    return {"coordinates": " ".join(names)} if names else {}


def _chunks(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Whole fields where they are small, with as many times as make up a chunk."""
    inner: list[int] = []
    room = _CHUNK_VALUES
    for size in reversed(shape[1:]):
        inner.insert(0, max(1, min(size, room)))
        room //= inner[0]
    return (max(1, min(shape[0], room)), *inner)


def _slabs(shape: tuple[int, ...], chunks: tuple[int, ...]) -> Iterator[slice]:
    """Ranges of times, each a whole number of chunks."""
    field = 1
    for size in shape[1:]:
        field *= size
    step = chunks[0] * max(1, _SLAB_VALUES // max(1, field * chunks[0]))
    yield from (slice(first, min(first + step, shape[0])) for first in range(0, shape[0], step))


def _provenance(model_run: Any) -> dict[str, str]:
    """Where the file comes from; without the time of writing, which would make equal files differ."""
    from importlib.metadata import version

    return {
        "run_id": str(model_run.run_id),
        "history": f"exported by rompy-hydra {version('rompy-hydra')} from run {model_run.run_id}",
    }
