"""Writing lazy variables to netCDF, block by block along time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.store import need_room, writing_to
from ..core.times import seconds_of
from .blocks import BUDGET, blocks
from .layout import TIME

if TYPE_CHECKING:
    import xarray as xr

EPOCH = "seconds since 1970-01-01 00:00:00"


def write_netcdf(
    path: Path, arrays: Sequence[xr.DataArray], attributes: Mapping[str, Any], key: str, budget: int = BUDGET
) -> None:
    """Write variables that share their axes, as they come from `Understood` or `cut`; the same bytes when repeated.

    Args:
        path: a file that does not exist yet.
        arrays: the variables.
        attributes: those of the file.
        key: config key that an error names.
        budget: bytes of values in memory at once.

    Raises:
        DataError: the disk has no room for it, or it cannot be written.
    """
    what = f"the cut of {', '.join(str(a.name) for a in arrays)}"
    count = sum(a.nbytes for a in arrays)
    need_room(path.parent, count, what, key)
    writing = partial(writing_to, path.parent, count, what, key)
    with _created(path, writing) as file:
        with writing():
            file.set_fill_off()
            file.setncatts({"Conventions": "CF-1.11", **attributes})
            for array in arrays:
                _define(file, array)
        for part, values in blocks(arrays, key, budget):
            with writing():
                for array, block in zip(arrays, values, strict=True):
                    file.variables[str(array.name)][(part,) if TIME in array.dims else ...] = block


@contextmanager
def _created(path: Path, writing: Callable[[], AbstractContextManager[None]]) -> Iterator[Any]:
    import netCDF4

    with writing():
        file = netCDF4.Dataset(path, "x", format="NETCDF4")
    try:
        yield file
    except BaseException:
        with suppress(RuntimeError, OSError):
            os.truncate(path, 0)  # HDF5 keeps a file open that it cannot write the rest of; its space is given back
            file.close()
        raise
    with writing():
        file.close()


def _define(file: Any, array: xr.DataArray) -> None:
    for dim, size in array.sizes.items():
        if dim not in file.dimensions:
            file.createDimension(dim, size)
    for name, coordinate in array.coords.items():
        if name not in file.variables:
            _write_coordinate(file, str(name), coordinate.variable)
    kind = "f4" if array.dtype == np.float32 else "f8"
    variable = file.createVariable(str(array.name), kind, array.dims)
    variable.set_auto_maskandscale(False)
    auxiliary = [str(n) for n, c in array.coords.items() if n not in array.dims]
    variable.setncatts({**array.attrs, **({"coordinates": " ".join(sorted(auxiliary))} if auxiliary else {})})


def _write_coordinate(file: Any, name: str, coordinate: xr.Variable) -> None:
    is_time = coordinate.dtype.kind == "M"
    values = seconds_of(coordinate.values) if is_time else np.asarray(coordinate.values)
    written = file.createVariable(name, values.dtype if values.dtype.kind in "iuf" else str, coordinate.dims)
    times = {"units": EPOCH, "calendar": "standard"} if is_time else {}
    written.setncatts({**coordinate.attrs, **times})
    written[:] = values
