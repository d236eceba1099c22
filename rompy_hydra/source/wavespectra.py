"""Wave spectra, by any reader of the package wavespectra."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ..core.extras import load
from ..core.files import existing_file, looks_like, nearest_names, user_path
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem, did_you_mean
from .base import Source
from .formats import settle_libraries

if TYPE_CHECKING:
    import xarray as xr


class WavespectraSource(Source):
    """Wave spectra in the terms of wavespectra: ``efth`` in m2/Hz/degree on time, site, freq and dir (coming from)."""

    source_type: Literal["wavespectra"] = "wavespectra"
    path: Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, Path) else v), Field(min_length=1)]
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
        read = getattr(wavespectra, f"read_{self.reader.removeprefix('read_')}", None)
        if read is None:
            known = [n.removeprefix("read_") for n in dir(wavespectra) if n.startswith("read_")]
            message = "wavespectra has no reader of this name"
            raise ConfigError(Problem("reader", message, self.reader, hint=did_you_mean(self.reader, known)))
        found = self._found()
        place = str(found[0]) if len(found) == 1 else str(user_path(Path(self.path)))
        try:
            data: xr.Dataset = read(place, **self.options)
        except TypeError as error:
            raise ConfigError(Problem("options", f"the reader {self.reader}: {error}", self.options)) from error
        except (OSError, ValueError, KeyError, IndexError, AttributeError, RuntimeError, UnicodeDecodeError) as error:
            look = looks_like(found[0])
            message = f"the reader {self.reader} cannot read {self.path}, which looks like {look}: {error}"
            raise DataError(Problem("path", message, hint="is it the right reader, and the file whole?")) from error
        return data

    def inputs(self, key: str) -> list[Input]:
        """The files."""
        try:
            return [Input(f"{key}.path", path) for path in self._found()]
        except DataError:
            return [Input(f"{key}.path", user_path(Path(self.path)))]

    def _found(self) -> list[Path]:
        if not set("*?[") & set(self.path):
            return [existing_file(Path(self.path), "path")]
        found = sorted(glob.glob(str(user_path(Path(self.path)))))  # noqa: PTH207  patterns may be absolute
        if not found:
            raise DataError(
                Problem("path", f"no file fits the pattern {self.path}", hint=nearest_names(Path(self.path)))
            )
        return [Path(f) for f in found]
