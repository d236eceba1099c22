"""Wave spectra, by any reader of the package wavespectra."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ..core.extras import load
from ..core.files import existing_file, fitting, looks_like, user_path
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem, did_you_mean
from .base import Source
from .formats import settle_libraries
from .one_file import Address

if TYPE_CHECKING:
    import xarray as xr


_ERRORS = (OSError, ValueError, KeyError, IndexError, AttributeError, RuntimeError, TypeError)


class WavespectraSource(Source):
    """Wave spectra in the terms of wavespectra: ``efth`` in m2/Hz/degree on time, site, freq and dir (coming from)."""

    source_type: Literal["wavespectra"] = "wavespectra"
    path: Address
    """A file, or a pattern where the reader takes several."""
    reader: str = Field(pattern=r"^[a-z0-9_]+$")
    """Which of its readers: ``ww3``, ``swan``, ``ncswan``, ``era5``, ``wavespectra``, ``spotter``, ``ndbc``, ..."""
    options: dict[str, Any] = {}
    """For the reader, as keyword arguments."""

    def open(self) -> xr.Dataset:
        """The spectra as a dataset.

        Raises:
            DataError: a file is missing, or is not what the reader reads.
            ConfigError: there is no such reader, it does not take the options, or the package is not installed.
        """
        settle_libraries()
        wavespectra = load("wavespectra", "waves", "source_type", "a wave spectrum")
        known = [n.removeprefix("read_") for n in dir(wavespectra) if n.startswith("read_") and n != "read_dataset"]
        name = self.reader.removeprefix("read_")
        if name not in known:
            message = "wavespectra has no reader of this name"
            raise ConfigError(Problem("reader", message, self.reader, hint=did_you_mean(self.reader, known)))
        from xarray.backends.file_manager import FILE_CACHE

        found, read = self._found(), getattr(wavespectra, f"read_{name}")
        before = set(FILE_CACHE)
        place = str(found[0]) if len(found) == 1 else str(user_path(Path(self.path)))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # files that its readers leave for Python to close
                warnings.filterwarnings("error", "Check what this is supposed", UserWarning)  # a spectrum cut short
                data: xr.Dataset = read(place, **self.options)
        except (*_ERRORS, UserWarning) as error:
            if self.options and isinstance(error, TypeError):
                raise ConfigError(Problem("options", f"the reader {self.reader}: {error}", self.options)) from error
            reason = "a spectrum in it is cut short" if isinstance(error, UserWarning) else str(error)
            raise DataError(self._unreadable(found, reason)) from error
        data.set_close(_closing(set(FILE_CACHE) - before))  # which its readers forget
        if not {"freq", "dir"} <= set(data.dims) or (name == "ww3" and not _is_raw_ww3(found[0])):
            data.close()
            raise DataError(self._unreadable(found, "its variables have other names than those of such files"))
        return data

    def _unreadable(self, found: list[Path], reason: str) -> Problem:
        said = " ".join((reason.splitlines() or [""])[0].split())
        message = f"the reader {self.reader} cannot read {self.path}, which looks like {looks_like(found[0])}: {said}"
        several = "; perhaps it takes one file only" if len(found) > 1 else ""
        return Problem("path", message, hint=f"is it the right reader, and the file whole?{several}")

    def inputs(self, key: str) -> list[Input]:
        """The files."""
        try:
            return [Input(f"{key}.path", path) for path in self._found()]
        except DataError:
            return [Input(f"{key}.path", user_path(Path(self.path)))]

    def _found(self) -> list[Path]:
        return [existing_file(path, "path") for path in fitting(Path(self.path), "path")]


def _closing(files: set[Hashable]) -> Callable[[], None]:
    """Closes files that xarray has opened, by their keys."""
    from xarray.backends.file_manager import FILE_CACHE

    def close() -> None:
        for key in files:
            if (file := FILE_CACHE.pop(key, None)) is not None:
                file.close()

    return close


def _is_raw_ww3(path: Path) -> bool:
    """Whether a file has WW3's own names; one in terms of wavespectra would be divided by 57 without a word."""
    import netCDF4

    with netCDF4.Dataset(path) as file:
        return "frequency" in file.variables
