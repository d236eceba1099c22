"""Opening one file of each format as a lazy dataset, with the engine that is meant and never with a guessed one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core import secrets
from ..core.extras import load
from ..core.files import looks_like
from ..errors import ConfigError, DataError, Problem
from .answers import server_errors
from .classic import check_whole

if TYPE_CHECKING:
    import xarray as xr

Format = Literal["netcdf", "zarr", "grib", "geotiff"]
AS_IT_IS: dict[str, Any] = {"decode_timedelta": False}
"""For xarray, which makes lengths of time of everything in seconds, wave periods included."""
_ENDINGS: dict[str, Format] = {
    ".zarr": "zarr",
    ".grib": "grib",
    ".grib2": "grib",
    ".grb": "grib",
    ".grb2": "grib",
    ".tif": "geotiff",
    ".tiff": "geotiff",
}
_LOOKS: dict[str, Format] = {"netCDF": "netcdf", "GRIB": "grib", "a TIFF": "geotiff"}
_NAMES: dict[Format, str] = {"netcdf": "netCDF", "zarr": "a Zarr store", "grib": "GRIB", "geotiff": "a GeoTIFF"}
_DAMAGED = "it is damaged or cut short; copy or download it again"
_OTHERWISE = "give a netCDF file, or say which format it is"
_UNLISTED = "on a server that does not list its files a store needs its metadata in one: zarr.consolidate_metadata"
_SMALLEST_CACHE, _LARGEST_CACHE = 2**22, 2**28
"""Bytes; netCDF's own cache of 64 MB for each variable is more than blocks need, and less than one large chunk."""


def format_of(path: str, found: Path | None) -> Format:
    """The format of a file by its ending, else by its first bytes; netCDF where neither tells."""
    by_ending = next((f for e, f in _ENDINGS.items() if path.rstrip("/").lower().endswith(e)), None)
    if by_ending is not None or found is None:
        return by_ending or "netcdf"
    if found.is_dir():
        return "zarr"
    look = looks_like(found)
    return next((f for begin, f in _LOOKS.items() if look.startswith(begin)), "netcdf")


def open_netcdf(found: Path, options: Mapping[str, Any]) -> xr.Dataset:
    """A netCDF-3 or netCDF-4 file; `options` go to `xarray.open_dataset`, e.g. ``group``."""
    import xarray as xr

    check_whole(found)
    with _cache_for(found):
        return xr.open_dataset(found, engine="netcdf4", cache=False, **{**AS_IT_IS, **options})


def settle_libraries() -> None:
    """Load pyproj in our way before another library does."""
    from ..core import proj  # noqa: F401


def open_grib(found: Path, options: Mapping[str, Any]) -> xr.Dataset:
    """A GRIB file through cfgrib; `options` are its own, e.g. ``filter_by_keys: {shortName: 10u}``."""
    import xarray as xr

    settle_libraries()
    engine = load(
        "cfgrib.xarray_plugin", "grib", "path", "a GRIB file"
    ).CfGribBackend  # by its name all would be loaded
    import eccodes

    own = {"indexpath": "", "errors": "raise", **options}  # else it drops what it cannot read, with no more than a log
    try:
        data: xr.Dataset = xr.open_dataset(found, engine=engine, cache=False, backend_kwargs=own, **AS_IT_IS)
    except eccodes.CodesInternalError as error:
        raise OSError(str(error)) from error
    if not data.data_vars:
        raise ValueError("no field fits")
    return data


def open_geotiff(found: Path, options: Mapping[str, Any]) -> xr.Dataset:
    """A GeoTIFF through rioxarray: variable ``band_data`` on (band, y, x), with its reference system."""
    import xarray as xr

    rioxarray = load("rioxarray", "geotiff", "path", "a GeoTIFF")
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", NotGeoreferencedWarning)
        try:
            array = rioxarray.open_rasterio(found, mask_and_scale=True, cache=False, **options)
        except NotGeoreferencedWarning as error:
            message = f"{found.name} is an image that does not say where on Earth its points are"
            hint = "export it as a GeoTIFF with its reference system, or put its world file (.tfw) beside it"
            raise DataError(Problem("path", message, hint=hint)) from error
    is_dataset = isinstance(array, xr.Dataset)
    turned = array.rio.transform()
    if turned.b or turned.d:
        array.close()
        message = f"{found.name} is a rotated image: its rows are not along x"
        raise DataError(Problem("path", message, hint="warp it to north up: gdalwarp rotated.tif straight.tif"))
    data: xr.Dataset = array if is_dataset else array.rename("band_data").to_dataset()
    data.set_close(array.close)
    return data


def open_zarr(place: Any, options: Mapping[str, Any]) -> xr.Dataset:
    """A Zarr store: a folder, or the address of one; `options` go to `xarray.open_zarr`."""
    import xarray as xr

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Failed to open Zarr store with consolidated metadata", RuntimeWarning)
        data: xr.Dataset = xr.open_zarr(place, chunks=None, **{**AS_IT_IS, **options})
    if not data.variables:
        raise ValueError("it shows no variables")
    return data


OPENERS: dict[Format, Callable[[Any, Mapping[str, Any]], Any]] = {
    "netcdf": open_netcdf,
    "grib": open_grib,
    "geotiff": open_geotiff,
    "zarr": open_zarr,
}


def open_as(
    kind: Format, place: Any, options: Mapping[str, Any], name: str, storage: Mapping[str, Any] | None = None
) -> xr.Dataset:
    """A file as a lazy dataset.

    Args:
        kind: its format.
        place: its path; for Zarr also a mapping or an address.
        options: for the reader of the format.
        name: the path as the user gave it, for messages.
        storage: for fsspec, of a Zarr store at an address.

    Raises:
        DamagedError: it is of this format and cannot be read.
        DataError: it is not of this format, or the options do not go with it.
        ConfigError: a package is not installed, or an option is not known to the reader.
    """
    try:
        data: xr.Dataset = OPENERS[kind](place, options if storage is None else {"storage_options": storage, **options})
    except TypeError as error:
        if not (options or storage):
            raise
        message = secrets.mask(f"the reader of {kind} does not take these options: {error}")
        raise ConfigError(Problem("options", message, secrets.mask_tree(dict(options)))) from error
    except server_errors(ValueError, RuntimeError, KeyError, EOFError) as error:
        found = _unreadable(kind, place, name, error, options)
        raise (DamagedError if found.hint == _DAMAGED else DataError)(found) from error
    return data


class DamagedError(DataError):
    """The file itself is at fault, however it is read."""


def _unreadable(kind: Format, place: Any, name: str, error: BaseException, options: Mapping[str, Any]) -> Problem:
    said = (str(error).splitlines() or [type(error).__name__])[0]
    if not isinstance(place, Path) or not place.is_file():
        hint = "is it the folder with .zgroup or zarr.json in it?" if isinstance(place, Path) else _UNLISTED
        return Problem("path", f"{name} cannot be opened as {kind}: {said}", hint=hint)
    look = looks_like(place)
    if not any(look.startswith(begin) and kind == f for begin, f in _LOOKS.items()):
        hint = next((f"it is format: {f}" for begin, f in _LOOKS.items() if look.startswith(begin)), "")
        table = "use source_type: csv for a table" if look.startswith("text") else ""
        return Problem("path", f"{name} is not {_NAMES[kind]}; it looks like {look}", hint=hint or table or _OTHERWISE)
    if type(error).__name__ == "DatasetBuildError":
        differ = re.search(r"key='(\w+)'", said)
        why = f"they differ in {differ[1]}" if differ else said
        hint = "say which are meant, e.g. options: {filter_by_keys: {typeOfLevel: heightAboveGround, level: 10}}"
        return Problem("options", f"{name} holds fields that do not go together: {why}", hint=hint)
    if told := _undecodable(error):
        return Problem("path", f"{name} {told[0]}: {said.partition('. Try')[0]}", hint=told[1])
    if options:
        hint = f"it is damaged or cut short, or these options are not right: {secrets.mask_tree(dict(options))}"
    else:
        hint = _DAMAGED
    return Problem("path", f"{name} begins like {look} but cannot be read: {said}", hint=hint)


def _undecodable(error: BaseException) -> tuple[str, str] | None:
    """What is wrong with the attributes of a file that is whole, and what to do; None where nothing says so."""
    said = str(error)
    if "decode time units" in said:
        hint = (
            "units should read like 'hours since 1970-01-01' (weeks, months and years are of no sure length), and the "
            "calendar like standard; correct them and mask what is no time"
        )
        return "has times that cannot be understood", hint
    if "array of size 1" in said or "could not convert string to float" in said:
        return "has attributes that are no single number", "look at scale_factor, add_offset and _FillValue"
    return None


@contextmanager
def _cache_for(found: Path) -> Iterator[None]:
    """Open with a cache of chunks that holds the largest one, so that none is decompressed twice."""
    import netCDF4

    before = netCDF4.get_chunk_cache()
    with netCDF4.Dataset(found) as file:
        largest = max((_chunk_bytes(v) for v in file.variables.values()), default=0)
    netCDF4.set_chunk_cache(min(max(largest + 2**20, _SMALLEST_CACHE), _LARGEST_CACHE))
    try:
        yield
    finally:
        netCDF4.set_chunk_cache(*before)


def _chunk_bytes(variable: Any) -> int:
    chunking = variable.chunking()
    if not isinstance(chunking, list) or not hasattr(variable.dtype, "itemsize"):
        return 0
    size = int(variable.dtype.itemsize)
    for length in chunking:
        size *= int(length)
    return size
