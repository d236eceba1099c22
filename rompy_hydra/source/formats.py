"""Opening one file of each format as a lazy dataset, with the engine that is meant and never with a guessed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.extras import load
from ..core.files import looks_like
from ..errors import ConfigError, DataError, Problem

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

    with _cache_for(found):
        return xr.open_dataset(found, engine="netcdf4", cache=False, **{**AS_IT_IS, **options})


def settle_libraries() -> None:
    """Load pyproj in our way before another library does."""
    from ..core import proj  # noqa: F401


def open_grib(found: Path, options: Mapping[str, Any]) -> xr.Dataset:
    """A GRIB file through cfgrib; `options` are its own, e.g. ``filter_by_keys: {shortName: 10u}``."""
    import xarray as xr

    settle_libraries()
    load("cfgrib", "grib", "path", "a GRIB file")
    own = {"indexpath": "", **options}
    return xr.open_dataset(found, engine="cfgrib", cache=False, backend_kwargs=own, **AS_IT_IS)


def open_geotiff(found: Path, options: Mapping[str, Any]) -> xr.Dataset:
    """A GeoTIFF through rioxarray: variable ``band_data`` on (band, y, x), with its reference system."""
    import xarray as xr

    rioxarray = load("rioxarray", "geotiff", "path", "a GeoTIFF")
    array = rioxarray.open_rasterio(found, masked=True, cache=False, **options)
    is_dataset = isinstance(array, xr.Dataset)
    data: xr.Dataset = array if is_dataset else array.rename("band_data").to_dataset()
    data.set_close(array.close)
    return data


def open_zarr(place: Any, options: Mapping[str, Any]) -> xr.Dataset:
    """A Zarr store: a folder, or the address of one; `options` go to `xarray.open_zarr`."""
    import xarray as xr

    data: xr.Dataset = xr.open_zarr(place, chunks=None, **{**AS_IT_IS, **options})
    return data


OPENERS: dict[Format, Callable[[Any, Mapping[str, Any]], Any]] = {
    "netcdf": open_netcdf,
    "grib": open_grib,
    "geotiff": open_geotiff,
    "zarr": open_zarr,
}


def open_as(kind: Format, place: Any, options: Mapping[str, Any], name: str) -> xr.Dataset:
    """A file as a lazy dataset.

    Args:
        kind: its format.
        place: its path; for Zarr also a mapping or an address.
        options: for the reader of the format.
        name: the path as the user gave it, for messages.

    Raises:
        DataError: it is not of this format, or damaged.
        ConfigError: a package is not installed, or an option is not known to the reader.
    """
    try:
        data: xr.Dataset = OPENERS[kind](place, options)
    except TypeError as error:
        if not options:
            raise
        message = f"the reader of {kind} does not take these options: {error}"
        raise ConfigError(Problem("options", message, dict(options))) from error
    except (OSError, ValueError, RuntimeError, KeyError, EOFError) as error:
        raise DataError(_unreadable(kind, place, name, error)) from error
    return data


def _unreadable(kind: Format, place: Any, name: str, error: Exception) -> Problem:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    if not isinstance(place, Path) or not place.is_file():
        hint = "is it the folder with .zgroup or zarr.json in it?" if kind == "zarr" else ""
        return Problem("path", f"{name} cannot be opened as {kind}: {said}", hint=hint)
    look = looks_like(place)
    if kind == "netcdf" and not look.startswith("netCDF"):
        hint = (
            "use source_type: csv for a table"
            if look.startswith("text")
            else "give a netCDF file, or say which format it is"
        )
        return Problem("path", f"{name} is not netCDF; it looks like {look}", hint=hint)
    hint = "it is damaged or cut short; copy or download it again"
    return Problem("path", f"{name} begins like {look} but cannot be read: {said}", hint=hint)


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
