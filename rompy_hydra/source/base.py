"""The contract of a source: where data come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny

from ..core.inputs import Input
from ..core.node import Node
from ..errors import DataError, Problem

if TYPE_CHECKING:
    import xarray as xr


class Source(Node, ABC):
    """Base of every source; a subclass sets ``source_type`` to a Literal and fills the methods."""

    source_type: str
    """Which kind of source; decides the rest of the keys."""

    @abstractmethod
    def open(self) -> xr.Dataset:
        """The data as a lazy dataset; close it, or use it in a ``with``.

        Raises:
            DataError: missing, unreadable or malformed data; keys are relative to this source.
        """

    @abstractmethod
    def inputs(self, key: str) -> list[Input]:
        """The user's files behind this source; `key` is the config key of the source."""


def _expect_source(value: Any) -> Any:
    if not isinstance(value, Source):
        raise ValueError("expected a source, such as {source_type: csv, path: levels.csv}")  # noqa: TRY004  pydantic's
    return value


AnySource = Annotated[SerializeAsAny[Source], BeforeValidator(_expect_source)]
"""Type of a field that holds any source, serialised with all of its own fields."""


@contextmanager
def opened(source: Source, key: str) -> Iterator[xr.Dataset]:
    """The dataset of a source, closed at the end; `key` is the config key of the source.

    Raises:
        DataError: it cannot be opened, or reading from it inside fails; with the full config key.
    """
    try:
        data = source.open()
    except DataError as error:
        raise DataError(replace(p, key=f"{key}.{p.key}" if p.key else key) for p in error.problems) from error
    with data:
        try:
            yield data
        except (OSError, RuntimeError) as error:  # what netCDF4 raises for a damaged file
            hint = "the file is damaged or cut short; copy or download it again"
            raise DataError(Problem(key, f"the data cannot be read: {error}", hint=hint)) from error


def data_problems(error: DataError) -> list[Problem]:
    """The problems of an error that was raised over data, marked as such."""
    return [replace(p, data=True) for p in error.problems]
