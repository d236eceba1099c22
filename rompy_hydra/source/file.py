"""One netCDF file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..core.files import existing_file, looks_like, user_path
from ..core.inputs import Input
from ..errors import DataError, Problem
from .base import Source

if TYPE_CHECKING:
    import xarray as xr


class FileSource(Source):
    """A netCDF file, read lazily."""

    source_type: Literal["file"] = "file"
    path: Path
    """The file; a relative path is relative to the current directory, ``~`` is the home directory."""

    def open(self) -> xr.Dataset:
        """The file as a lazy dataset.

        Raises:
            DataError: it does not exist, may not be read, is not netCDF or is damaged.
        """
        found = existing_file(self.path, "path")
        import xarray as xr

        try:
            return xr.open_dataset(found, engine="netcdf4", cache=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise DataError(self._unreadable(found, error)) from error

    def _unreadable(self, found: Path, error: Exception) -> Problem:
        kind = looks_like(found)
        if kind.startswith("netCDF"):
            hint = "it is damaged or cut short; copy or download it again"
            return Problem("path", f"{self.path} begins like {kind} but cannot be read: {error}", hint=hint)
        hint = "use source_type: csv for a table" if kind.startswith("text") else "give a netCDF file"
        return Problem("path", f"{self.path} is not netCDF; it looks like {kind}", hint=hint)

    def inputs(self, key: str) -> list[Input]:
        """The file."""
        return [Input(f"{key}.path", user_path(self.path))]
