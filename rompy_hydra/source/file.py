"""Files: one, several by a pattern or a list, here or at an address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..core import secrets
from ..core.files import fitting, is_folder, user_path
from ..core.hashing import hash_data
from ..core.inputs import Input
from ..core.store import Store
from ..errors import DataError, Problem
from .answers import is_about_credential, is_passing
from .base import GridSource
from .formats import DamagedError, Format, format_of, open_as
from .remote import file_input, is_remote, listed, local_file, looked_at, matching, options_for

if TYPE_CHECKING:
    import xarray as xr


_ZARR = ("zarr.json", ".zmetadata", ".zgroup")
"""Files that describe a Zarr store, of either version of its format."""


def _as_texts(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return [str(v) if isinstance(v, Path) else v for v in value] if isinstance(value, list | tuple) else value


class FileSource(GridSource):
    """Files of gridded data, read lazily: netCDF, Zarr, GRIB or GeoTIFF, here or at an address."""

    source_type: Literal["file"] = "file"
    access: ClassVar = frozenset({"storage"})
    path: Annotated[str | list[str], BeforeValidator(_as_texts), Field(min_length=1)]
    """A file, a pattern such as ``era5/wind-2023*.nc``, a list of them, or an address: https, s3, what fsspec knows.
    Files with the same variables are joined in time. A relative path is relative to the current directory, ``~`` is
    the home directory."""
    format: Format | None = None
    """``netcdf``, ``zarr``, ``grib`` (extra grib) or ``geotiff`` (extra geotiff); None tells it by the ending or the
    first bytes."""
    options: dict[str, Any] = {}
    """For the reader of the format: netCDF ``{group: /surface}``, GRIB ``{filter_by_keys: {shortName: 10u}}``."""
    storage: dict[str, Any] = {}
    """For an address, as fsspec has it: ``{anon: true}``, ``{key: "${oc.env:KEY}", secret: "${oc.env:SECRET}"}``."""
    sha256: str | None = Field(None, pattern=r"^[0-9a-fA-F]{64}$")
    """What the content of the one file has to be; one at an address then needs no server once it is in the cache."""

    @field_validator("path")
    @classmethod
    def _not_blank(cls, value: str | list[str]) -> str | list[str]:
        if any(not p.strip() for p in ([value] if isinstance(value, str) else value)):
            raise ValueError("expected a path, got an empty text")
        return value

    @model_validator(mode="after")
    def _hash_of_one_file(self) -> FileSource:
        several = len(self._given()) > 1 or any(set("*?[") & set(p) and not is_remote(p) for p in self._given())
        folder = any((self.format or format_of(p, None)) == "zarr" for p in self._given())
        if self.sha256 is not None and (several or folder):
            raise ValueError("sha256 is that of one file; expected one path, and no pattern or Zarr store")
        return self

    def open(self) -> xr.Dataset:
        """The files as one lazy dataset.

        Raises:
            DataError: a file is not there, cannot be read, or is of another format; files do not go together.
            ConfigError: a package that reads them is not installed.
        """
        from .join import join

        parts: list[tuple[str, xr.Dataset]] = []
        try:
            for name in self._names():
                parts.append((name, self._open_one(name)))
            return join(parts, "path")
        except BaseException:
            for _, data in parts:
                data.close()
            raise

    def inputs(self, key: str) -> list[Input]:
        """The files; a Zarr store and a file at an address by what tells that they have changed."""
        try:
            return [self._input(name, f"{key}.path") for name in self._names()]
        except DataError:
            return [Input(f"{key}.path", None if is_remote(p) else user_path(Path(p)), url=p) for p in self._given()]

    def identity(self) -> dict[str, Any]:
        """All but where the files are: their content counts."""
        return {k: v for k, v in super().identity().items() if k not in ("path", "sha256")}

    def _given(self) -> list[str]:
        return [self.path] if isinstance(self.path, str) else self.path

    def _names(self) -> list[str]:
        """Every file, patterns written out, in order.

        Raises:
            DataError: a pattern fits nothing.
        """
        return [name for given in self._given() for name in self._matching(given)]

    def _matching(self, given: str) -> list[str]:
        if not is_remote(given):
            return [str(path) for path in fitting(Path(given.removeprefix("file://")), "path")]
        is_pattern = set("*[") & set(given) and "?" not in given  # which begins the parameters of an address
        return matching(given, self.storage, "path") if is_pattern else [given]

    def _open_one(self, name: str) -> xr.Dataset:
        kind = self.format or (format_of(name, None) if is_remote(name) else None)
        if kind == "zarr" and is_remote(name):
            self._zarr_version(name, "path")
            return open_as(kind, name, self.options, secrets.mask(name), options_for(name, self.storage))
        folder = user_path(Path(name.removeprefix("file://")))
        if not is_remote(name) and is_folder(folder) and (kind == "zarr" or _is_store(folder)):
            return open_as("zarr", folder, self.options, name)
        found = local_file(name, self.storage, self.sha256, "path")
        try:
            return open_as(self.format or format_of(name, found), found, self.options, secrets.mask(name))
        except DamagedError as error:
            if is_remote(name):
                Store().drop(found)  # so that a whole one is fetched next time
            raise DataError(error.problems) from error

    def _input(self, name: str, key: str) -> Input:
        if is_remote(name) and (self.format or format_of(name, None)) == "zarr":
            told = listed(name, self.storage, key)
            version = hash_data(told or self._zarr_version(name, key))
            return Input(key, url=name, version=version, described=not told)
        found = user_path(Path(name.removeprefix("file://")))
        if is_remote(name) or not is_folder(found):
            return file_input(name, self.storage, self.sha256, key)
        files = sorted(p for p in found.rglob("*") if p.is_file())
        state = [(str(p.relative_to(found)), (s := p.stat()).st_size, s.st_mtime_ns, s.st_ctime_ns) for p in files]
        return Input(key, url=str(found), version=hash_data(state))

    def _zarr_version(self, name: str, key: str) -> dict[str, Any]:
        """What a server says of the file that describes a Zarr store.

        Raises:
            DataError: there is none.
        """
        refused: DataError | None = None
        for file in _ZARR:
            try:
                return looked_at(f"{name.rstrip('/')}/{file}", self.storage, key)
            except DataError as error:
                if is_passing(error):
                    raise
                refused = refused or (error if is_about_credential(error) else None)
        hint = f"check the address; a Zarr store has one of {', '.join(_ZARR)} in it"
        raise refused or DataError(Problem(key, f"there is no Zarr store at {secrets.mask(name)}", hint=hint))


def _is_store(folder: Path) -> bool:
    """Whether a folder says of itself that it is a Zarr store."""
    return any((folder / name).is_file() for name in _ZARR)
