"""The contract of a source: where data come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, SerializationInfo, SerializeAsAny, model_serializer

from ..core import secrets
from ..core.inputs import Input
from ..core.node import FOR_SCIENCE, Node
from ..errors import DataError, Problem, RompyHydraError, did_you_mean
from ..plugins import plugins
from .answers import at_key, is_full_disk, server_errors, unreadable

if TYPE_CHECKING:
    import xarray as xr

FILLS = (-99.0, -99.9, -999.0, -999.9, -9999.0, -99999.0, -32768.0, 99.0, 99.9, 999.0, 999.9, 9999.0, 99999.0)
"""Numbers that loggers and archives write for no value, without a word."""


class Source(Node, ABC):
    """Base of every source; a subclass sets ``source_type`` to a Literal and fills the methods."""

    source_type: str
    """Which kind of source; decides the rest of the keys."""

    access: ClassVar[frozenset[str]] = frozenset()
    """Fields that say how to get at the data and not which they are, such as a token."""

    wider: ClassVar[str] = ""
    """What to change for data of a larger area, where that is in the hands of the user."""

    @model_serializer(mode="wrap")
    def _without_access(self, whole: Any, info: SerializationInfo) -> dict[str, Any]:
        """All fields; for the scientific state without access and secrets, so that a new token leaves it alone."""
        data: dict[str, Any] = whole(self)
        if info.context != FOR_SCIENCE:
            return data
        state: dict[str, Any] = secrets.mask_tree({k: v for k, v in data.items() if k not in self.access}, secrets.tag)
        return state

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What is shown of it in Python: no access, no secrets in addresses."""
        shown = ((name, value) for name, value in super().__repr_args__() if name not in self.access)
        return ((name, secrets.mask(value) if isinstance(value, str) else value) for name, value in shown)

    @property
    def title(self) -> str:
        """The file, the address or the name of the data, for people."""
        given = next((v for n in ("path", "url", "datasource", "dataset_id") if (v := getattr(self, n, None))), None)
        names = given if isinstance(given, list) else [str(given or self.source_type)]
        others = f" and {len(names) - 1} others" if len(names) > 1 else ""
        return secrets.mask(names[0]) + others

    @abstractmethod
    def open(self) -> xr.Dataset:
        """The data as a lazy dataset; close it, or use it in a ``with``.

        Raises:
            DataError: missing, unreadable or malformed data; keys are relative to this source.
        """

    @abstractmethod
    def inputs(self, key: str) -> list[Input]:
        """The files and addresses behind this source; `key` is the config key of the source."""

    def identity(self) -> dict[str, Any]:
        """What decides the content beside the content of the inputs: by default all keys but those of access."""
        return self.model_dump(mode="json", serialize_as_any=True, context=FOR_SCIENCE)

    @property
    def named_coordinates(self) -> Mapping[str, str]:
        """Axis -> the coordinate of the data that is it, where the user says so."""
        return {}

    @property
    def missing_numbers(self) -> Sequence[float]:
        """Numbers of the data that stand for no value."""
        return ()

    @property
    def doubted_numbers(self) -> Sequence[float]:
        """Numbers that may do so, though nothing says it."""
        return ()


class MeasuredSource(Source):
    """Base of sources whose data may write a number where there is no value."""

    missing: float | list[float] | None = None
    """A number that stands for no value, e.g. -999, or a list of all such; ``[]`` where every number is a value. None
    takes what the attributes of the data say, and refuses numbers that archives are used to write."""

    @property
    def missing_numbers(self) -> Sequence[float]:
        """As given."""
        return self.missing if isinstance(self.missing, list) else () if self.missing is None else (self.missing,)

    @property
    def doubted_numbers(self) -> Sequence[float]:
        """The usual ones, unless a list says all."""
        return () if isinstance(self.missing, list) else FILLS


class GridSource(MeasuredSource):
    """Base of sources whose data may have any coordinates."""

    coordinates: dict[Literal["lon", "lat", "x", "y", "time"], str] = {}
    """Which coordinate of the data is which, where neither attributes nor names tell: ``{lon: nav_lon_grid_T}``."""

    @property
    def named_coordinates(self) -> Mapping[str, str]:
        """As given."""
        return {str(axis): name for axis, name in self.coordinates.items()}


def _as_source(value: Any) -> Any:
    if isinstance(value, Mapping):  # in Python; of a config file it is one already
        known = plugins("source")
        name = value.get("source_type")
        if name not in known:
            raise ValueError(f"expected the source_type of a source; {did_you_mean(str(name), known)}")
        found: Any = known[name].load()
        return found.model_validate(value)
    if not isinstance(value, Source):
        raise ValueError("expected a source, such as {source_type: csv, path: levels.csv}")  # noqa: TRY004  pydantic's
    return value


AnySource = Annotated[SerializeAsAny[Source], BeforeValidator(_as_source)]
"""Type of a field that holds any source, serialised with all of its own fields."""


@contextmanager
def opened(source: Source, key: str) -> Iterator[xr.Dataset]:
    """The dataset of a source with NaN for missing values, closed at the end; `key` is the config key of the source.

    Raises:
        DataError: it cannot be opened, or reading from it inside fails; with the full config key.
        ConfigError: a package or a credential is missing; with the full config key.
    """
    from .missing import without_missing

    with naming_file(source), _opened(source, key) as data:
        try:
            yield without_missing(data, source.missing_numbers)
        except server_errors(RuntimeError) as error:  # netCDF4 raises RuntimeError for a damaged file
            if is_full_disk(error):
                raise
            raise DataError(unreadable(error, key)) from error


def _opened(source: Source, key: str) -> xr.Dataset:
    try:
        return source.open()
    except RompyHydraError as error:
        raise at_key(error, key) from error
    except OverflowError as error:
        hint = "is it a fill value that nothing marks, of a time that was never written?"
        raise DataError(Problem(key, f"a time of the data is none: {error}", hint=hint)) from error


@contextmanager
def naming_file(source: Source) -> Iterator[None]:
    """Whatever is wrong with data inside names the file of the source."""
    try:
        yield
    except DataError as error:
        raise type(error)(with_file(error.problems, source)) from error


def with_file(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """The problems with the file of a source, where they have none yet."""
    return [p if p.file else replace(p, file=source.title) for p in problems]


def data_problems(error: DataError) -> list[Problem]:
    """The problems of an error that was raised over data, marked as such."""
    return [replace(p, data=True) for p in error.problems]
