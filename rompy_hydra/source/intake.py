"""Data sets of an intake catalogue."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from ..core import secrets
from ..core.extras import load, quiet_import
from ..core.files import existing_file
from ..core.inputs import Input
from ..errors import ConfigError, DataError, Problem, RompyHydraError, did_you_mean
from .base import GridSource
from .file import FileSource
from .formats import settle_libraries
from .remote import file_input, is_remote, looked_at

if TYPE_CHECKING:
    import xarray as xr

_FORMATS = {"NetCDF3": None, "HDF5": None, "Zarr": "zarr", "GRIB2": "grib", "TIFF": "geotiff"}
"""Data types of intake that are opened as files are here, lazily and without dask."""
_NOT_OPTIONS = (
    "args",
    "engine",
    "chunks",
    "metadata",
    "combine",
    "concat_dim",
    "parallel",
    "pattern",
    "output_instance",
)


class IntakeSource(GridSource):
    """A data set of an intake catalogue (YAML), by its name; extra intake."""

    source_type: Literal["intake"] = "intake"
    dataset_id: str
    """Name of the data set in the catalogue."""
    catalog_uri: str | None = None
    """The catalogue: a file or an address; give this or ``catalog_yaml``."""
    catalog_yaml: str | None = None
    """The text of a catalogue, written here."""
    parameters: dict[str, Any] = {}
    """Values of the parameters that the data set has in the catalogue."""

    @model_validator(mode="after")
    def _one_catalogue(self) -> IntakeSource:
        if (self.catalog_uri is None) == (self.catalog_yaml is None):
            raise ValueError("give either catalog_uri (a file or an address) or catalog_yaml (its text)")
        return self

    def open(self) -> xr.Dataset:
        """The data set, lazily.

        Raises:
            DataError: the catalogue or the data set cannot be read, or it has no such data set or parameter.
            ConfigError: the package intake is not installed.
        """
        entry = self._entry()
        files = self._files(entry)
        if files is not None:
            try:
                return files.open()
            except RompyHydraError as error:
                raise self._of_data_set(error) from error
        settle_libraries()
        try:
            with quiet_import():  # a driver may let xarray load every engine that there is
                data = entry.to_dask()
        except (OSError, ValueError, TypeError, RuntimeError, KeyError, ImportError) as error:
            message = f"the driver of {self.dataset_id} cannot open it: {error}"
            raise DataError(Problem("dataset_id", message, self.dataset_id)) from error
        if not hasattr(data, "data_vars"):
            message = f"{self.dataset_id} is no gridded data set but {type(data).__name__}"
            raise DataError(Problem("dataset_id", message, self.dataset_id))
        found: xr.Dataset = data
        return found

    def inputs(self, key: str) -> list[Input]:
        """The catalogue, and the files behind the data set."""
        try:
            found = self._data_inputs(self._entry(), key)
        except (DataError, ConfigError):
            found = [Input(f"{key}.dataset_id", url=self.dataset_id)]
        return [*self._catalogue_input(f"{key}.catalog_uri"), *found]

    def _data_inputs(self, entry: Any, key: str) -> list[Input]:
        """The files of an entry; its name where only its driver knows what it reads."""
        files = self._files(entry)
        if files is not None:
            return [replace(i, key=f"{key}.dataset_id") for i in files.inputs(key)]
        return [Input(f"{key}.dataset_id", url=self.dataset_id, version=type(entry).__name__, described=True)]

    def _catalogue_input(self, key: str) -> list[Input]:
        if self.catalog_uri is None:
            return []
        try:
            return [file_input(self.catalog_uri, {}, None, key)]
        except DataError:
            return [Input(key, url=self.catalog_uri)]

    def _of_data_set(self, error: RompyHydraError) -> RompyHydraError:
        """The same error, of the data set: the user gave its name, and not the path."""
        return type(error)(
            replace(p, key="dataset_id", message=f"{self.dataset_id}: {p.message}") for p in error.problems
        )

    def _entry(self) -> Any:
        intake = load("intake", "intake", "source_type", "an intake catalogue")
        load("intake_xarray", "intake", "source_type", "gridded data of an intake catalogue")
        catalogue = self._catalogue(intake)
        if self.dataset_id not in catalogue:
            known = list(catalogue)
            message = f"the catalogue has no data set of this name, but {', '.join(known) or 'none at all'}"
            raise DataError(Problem("dataset_id", message, self.dataset_id, hint=did_you_mean(self.dataset_id, known)))
        entry = catalogue._entries[self.dataset_id]  # catalogue[...] forgets the parameters
        known = [p.name for p in entry._user_parameters]
        for name in self.parameters:
            if name not in known:
                message = f"{self.dataset_id} has no parameter of this name, but {', '.join(known) or 'none'}"
                raise DataError(Problem(f"parameters.{name}", message, hint=did_you_mean(name, known)))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that it runs no commands that a catalogue may hold
                return entry.get(**self.parameters)
        except (ValueError, TypeError, KeyError) as error:
            about = "parameters" if self.parameters else "dataset_id"
            message = f"{self.dataset_id} cannot be opened: {' '.join(str(error).split())}"
            raise DataError(Problem(about, message, self.parameters or self.dataset_id)) from error

    def _catalogue(self, intake: Any) -> Any:
        key = "catalog_uri" if self.catalog_uri is not None else "catalog_yaml"
        place, name = self._place(), secrets.mask(self.catalog_uri or "this text")
        try:
            found = intake.open_catalog(place, driver="yaml_file_cat")
        except Exception as error:  # yaml, jinja and intake each have errors of their own
            reason = secrets.mask(" ".join(str(error).replace(f"Catalog '{place}'", "it").split()))
            raise DataError(Problem(key, f"{name} is no catalogue that intake can read: {reason}")) from error
        if not hasattr(found, "_entries"):
            hint = "write it as version 1: sources: {name: {driver: netcdf, args: {urlpath: ...}}}"
            raise DataError(Problem(key, f"{name} is a catalogue of version 2, expected one of version 1", hint=hint))
        return found

    def _place(self) -> str:
        if self.catalog_uri is not None:
            if is_remote(self.catalog_uri):
                looked_at(self.catalog_uri, {}, "catalog_uri")
                return self.catalog_uri
            return str(existing_file(Path(self.catalog_uri), "catalog_uri"))
        import fsspec

        text = (self.catalog_yaml or "").encode()
        path = f"/rompy-hydra/{hashlib.sha256(text).hexdigest()}.yaml"
        fsspec.filesystem("memory").pipe(path, text)
        return f"memory:/{path}"

    def _files(self, entry: Any) -> FileSource | None:
        """The files of an entry as a source of their own; None where only its driver knows how to open it."""
        reader = getattr(entry, "reader", None)
        data = getattr(reader, "data", None)
        url = getattr(data, "url", None)
        if type(reader).__name__ != "XArrayDatasetReader" or type(data).__name__ not in _FORMATS or not url:
            return None
        assert reader is not None
        options = {k: v for k, v in reader.kwargs.items() if k not in _NOT_OPTIONS}
        return FileSource(
            path=url,
            format=_FORMATS[type(data).__name__],
            options=options,
            storage=getattr(data, "storage_options", None) or {},
            coordinates=self.coordinates,
        )
