"""A dataset that is in memory already, for use in Python."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_serializer, field_validator

from ..core.inputs import Input
from ..core.lazy import one_thread
from .base import GridSource

if TYPE_CHECKING:
    import xarray as xr


class DatasetSource(GridSource):
    """An xarray Dataset of the calling program; its content is hashed, as that of a file is."""

    source_type: Literal["dataset"] = "dataset"
    data: Any
    """The dataset; it is not changed and not closed."""

    @field_validator("data")
    @classmethod
    def _is_a_dataset(cls, value: Any) -> Any:
        import xarray as xr

        if isinstance(value, xr.DataArray):
            return value.to_dataset(name=value.name or "values")
        if not isinstance(value, xr.Dataset):
            hint = "it cannot be written in a config file: use it in Python, DatasetSource(data=...)"
            raise ValueError(f"expected an xarray Dataset, got {type(value).__name__}; {hint}")  # noqa: TRY004  pydantic's
        return value

    @field_serializer("data")
    def _as_hash(self, value: Any) -> str:
        return f"sha256 {_hash(value)}"

    def open(self) -> xr.Dataset:
        """The dataset; closing it closes nothing."""
        found: xr.Dataset = self.data.copy()
        found.set_close(None)
        return found

    def inputs(self, key: str) -> list[Input]:
        """No files: the hash of the content is part of the configuration."""
        return []


def _hash(data: xr.Dataset) -> str:
    import numpy as np

    digest = hashlib.sha256(repr((_plain(data.attrs), sorted(map(str, data.coords)))).encode())
    for name in sorted(map(str, data.variables)):
        variable = data[name].variable
        with one_thread(variable):
            values = np.asarray(variable.values)
        text = repr(values.tolist()) if values.dtype == object else ""
        digest.update(repr((name, variable.dims, values.dtype.str, _plain(variable.attrs), text)).encode())
        if not text:
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _plain(attributes: Mapping[Any, Any]) -> list[tuple[str, str, Any]]:
    """Attributes with every number of an array, of which numpy's own text shows the first and the last."""
    import numpy as np

    arrays = {str(name): np.asarray(value) for name, value in attributes.items()}
    return sorted((name, array.dtype.str, array.tolist()) for name, array in arrays.items())
