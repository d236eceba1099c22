"""Lazy arrays: a variable with its axes in another order or other units, and variables of many files as one.

Values are read when they are indexed, only those, and never by more than one thread: netCDF-C is not safe in threads,
and dask's hang on it now and then.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from ..errors import DataError, Problem
from .mesh import Ints
from .units import Conversion

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rearranged(
    variable: xr.Variable, dims: Sequence[str], picks: Mapping[str, Ints], conversion: Conversion
) -> xr.Variable:
    """The variable with dimensions in this order, along each of them the picked positions, in other units.

    Args:
        variable: a lazy variable; its dimensions that are not in `dims` have size 1.
        dims: the order; one that the variable does not have becomes an axis of size 1.
        picks: dimension -> (n,) positions to take; a dimension without is taken whole.
        conversion: of the units.
    """
    array = _Rearranged(variable, tuple(dims), picks, conversion)
    return array.as_variable(dims, variable.attrs, _chunked(array))


def as_array(variable: xr.Variable, coords: Mapping[str, xr.Variable], name: str) -> xr.DataArray:
    """A lazy variable with coordinates; xarray's own constructor forgets how it is stored."""
    array = xr.DataArray(variable, coords, name=name)
    array.encoding = variable.encoding
    return array


def combined(
    dims: Sequence[str], shape: Sequence[int], parts: Sequence[xr.Variable], function: Callable[..., Any]
) -> xr.Variable:
    """What a function makes of variables, lazily.

    Args:
        dims, shape: of the result.
        parts: variables whose dimensions are some of these, in this order.
        function: takes the values of all parts, with as many dimensions as the result has, for the part that is read.
    """
    array = _Combined(tuple(dims), tuple(shape), parts, function)
    encoding = next(({_CHUNKS: c} for p in parts if p.dims == tuple(dims) and (c := chunks_of(p)) is not None), {})
    return array.as_variable(dims, encoding=encoding)


def checked(variable: xr.Variable, check: Callable[[NDArray[Any], list[Ints]], None]) -> xr.Variable:
    """A lazy variable of which everything that is read is looked at first.

    Args:
        variable: the variable.
        check: takes values and their positions along each dimension; raises where they cannot be used.
    """
    return _Checked(variable, check).as_variable([str(d) for d in variable.dims], variable.attrs, variable.encoding)


def joined(variables: Sequence[xr.Variable]) -> xr.Variable:
    """Variables with the same dimensions, one after the other along their first one."""
    if len(variables) == 1:
        return variables[0]
    first, chunks = variables[0], [chunks_of(v) for v in variables]
    encoding = {k: v for k, v in first.encoding.items() if k != "source"}  # the name of its file
    if all(c is not None for c in chunks):
        starts = np.cumsum([0, *(c[0][-1] + 1 for c in chunks if c)])
        along = np.concatenate([c[0] + start for c, start in zip(chunks, starts[:-1], strict=True) if c])
        encoding[_CHUNKS] = (along, *(chunks[0] or ())[1:])
    return _Joined(variables).as_variable([str(d) for d in first.dims], first.attrs, encoding)


_CHUNKS = "chunk_of"


def chunks_of(variable: xr.Variable) -> tuple[Ints, ...] | None:
    """For each dimension the (n,) number of the chunk, as stored, that each position is in; None without chunks.

    What is in one chunk is decompressed together, and so is best read together.
    """
    if _CHUNKS in variable.encoding:
        found: tuple[Ints, ...] = variable.encoding[_CHUNKS]
        return found
    preferred = variable.encoding.get("preferred_chunks")
    if not preferred:
        return None
    return tuple(_numbered(n, preferred.get(d) or n) for d, n in variable.sizes.items())


def _numbered(count: int, length: int | tuple[int, ...]) -> Ints:
    lengths = length if isinstance(length, tuple) else (length,) * -(-count // length)
    return np.repeat(np.arange(len(lengths)), lengths)[:count]


def _chunked(array: _Rearranged) -> dict[str, Any]:
    chunks = chunks_of(array.variable)
    if chunks is None:
        return {}
    known = dict(zip(map(str, array.variable.dims), chunks, strict=True))
    whole = np.zeros(1, np.int64)
    return {_CHUNKS: tuple(known.get(d, whole)[p] for d, p in zip(array.dims, array.picks, strict=True))}


class LazyArray(BackendArray):
    """Values that are made when they are indexed; a subclass fills `shape`, `dtype` and `read`."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __getitem__(self, key: Any) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._get)

    def as_variable(
        self,
        dims: Sequence[str],
        attributes: Mapping[str, Any] | None = None,
        encoding: Mapping[str, Any] | None = None,
    ) -> xr.Variable:
        """It as a lazy variable of xarray."""
        return xr.Variable(tuple(dims), indexing.LazilyIndexedArray(self), attributes, encoding)

    def _get(self, key: tuple[Any, ...]) -> NDArray[Any]:
        wanted = [np.atleast_1d(np.arange(n)[k]) for n, k in zip(self.shape, key, strict=True)]
        values = self.read(wanted)
        return values[tuple(0 if isinstance(k, int | np.integer) else slice(None) for k in key)]

    @abstractmethod
    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at every combination of these positions along each axis."""


class _Rearranged(LazyArray):
    def __init__(self, variable: xr.Variable, dims: tuple[str, ...], picks: Mapping[str, Ints], conversion: Conversion):
        self.variable, self.dims, self.conversion = variable, dims, conversion
        self.picks = [np.asarray(picks.get(d, np.arange(variable.sizes.get(d, 1)))) for d in dims]
        self.shape = tuple(len(p) for p in self.picks)
        self.dtype = _float_type(variable.dtype, conversion)

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        runs = [_runs(pick[w]) for pick, w in zip(self.picks, wanted, strict=True)]
        values = self._assembled(runs, ())
        if values.dtype.kind == "O" != self.dtype.kind:  # xarray gives netCDF's lists the type of their items
            raise DataError(Problem("", "a variable holds lists of numbers, expected numbers"))
        return np.asarray(self.conversion(values), dtype=self.dtype)

    def _assembled(self, runs: list[list[Any]], chosen: tuple[Any, ...]) -> NDArray[Any]:
        """Every combination of runs read by itself, and put together axis by axis."""
        axis = len(chosen)
        if axis == len(runs):
            return self._block(chosen)
        parts = [self._assembled(runs, (*chosen, run)) for run in runs[axis]]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)

    def _block(self, chosen: tuple[Any, ...]) -> NDArray[Any]:
        spare = dict.fromkeys((d for d in self.variable.dims if d not in self.dims), 0)
        own = [d for d in self.dims if d in self.variable.dims]
        runs = {d: _forward(run) for d, run in zip(self.dims, chosen, strict=True)}
        block = self.variable.isel({**spare, **{d: runs[d][0] for d in own}}).transpose(*own)
        with one_thread(block):
            values = np.asarray(block.values)
        turned = values[tuple(slice(None, None, -1) if runs[d][1] else slice(None) for d in own)]
        return np.expand_dims(turned, [i for i, d in enumerate(self.dims) if d not in own])


def _float_type(stored: np.dtype[Any], conversion: Conversion) -> np.dtype[Any]:
    """The type of floats that holds numbers of a type; of integers in other units double precision."""
    if stored.kind not in "iuf":
        return stored
    return np.result_type(stored, np.float32 if conversion.is_none or stored.kind == "f" else np.float64)


class _Joined(LazyArray):
    def __init__(self, variables: Sequence[xr.Variable]):
        self.variables = variables
        self.starts = np.cumsum([0, *(v.shape[0] for v in variables)])
        self.shape = (int(self.starts[-1]), *variables[0].shape[1:])
        self.dtype = np.result_type(*(v.dtype for v in variables))

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        along, rest = wanted[0], [as_slice(w) for w in wanted[1:]]
        if len(along) == 0:
            return np.empty([len(w) for w in wanted], self.dtype)
        file = np.searchsorted(self.starts, along, side="right") - 1
        edges = np.flatnonzero(np.diff(file)) + 1
        parts = []
        for piece in np.split(np.arange(len(along)), edges):
            at = file[piece[0]]
            where = as_slice(along[piece] - self.starts[at])
            block = self.variables[at].isel(dict(zip(self.variables[at].dims, (where, *rest), strict=True)))
            with one_thread(block):
                parts.append(np.asarray(block.values, dtype=self.dtype))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


class _Combined(LazyArray):
    def __init__(
        self, dims: tuple[str, ...], shape: tuple[int, ...], parts: Sequence[xr.Variable], function: Callable[..., Any]
    ):
        self.dims, self.shape, self.parts, self.function = dims, shape, parts, function
        self.dtype = np.result_type(np.float32, *(p.dtype for p in parts if p.dims == dims))

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        here = dict(zip(self.dims, map(as_slice, wanted), strict=True))
        values = []
        for part in self.parts:
            block = part.isel({d: here[str(d)] for d in part.dims})
            with one_thread(block):
                read = np.asarray(block.values)
            values.append(np.expand_dims(read, [i for i, d in enumerate(self.dims) if d not in part.dims]))
        return np.asarray(self.function(*values), dtype=self.dtype)


class _Checked(LazyArray):
    def __init__(self, variable: xr.Variable, check: Callable[[NDArray[Any], list[Ints]], None]):
        self.variable, self.check = variable, check
        self.shape, self.dtype = variable.shape, variable.dtype

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        block = self.variable.isel(dict(zip(self.variable.dims, map(as_slice, wanted), strict=True)))
        with one_thread(block):
            values = np.asarray(block.values)
        self.check(values, wanted)
        return values


def one_thread(variable: Any) -> AbstractContextManager[Any]:
    """Lets dask, where a source of others uses it, compute in this thread."""
    if variable.chunks is None:
        return nullcontext()
    import dask

    scheduler: AbstractContextManager[Any] = dask.config.set(scheduler="synchronous")
    return scheduler


_MOST_RUNS = 4


def _runs(positions: Ints) -> list[Any]:
    """The positions as slices of neighbours, up or down; as they are where they are too scattered for that."""
    steps = np.diff(positions)
    if len(positions) < 2 or (steps == 1).all() or (steps == -1).all():
        return [as_slice(positions)]
    breaks = np.flatnonzero(np.abs(steps) != 1) + 1
    pieces = np.split(positions, breaks)
    if len(pieces) > _MOST_RUNS or any(len(set(np.diff(p).tolist())) > 1 for p in pieces):
        return [positions]
    return [as_slice(p) for p in pieces]


def as_slice(positions: Ints) -> Any:
    """A slice where positions follow each other up or down, else the positions."""
    if len(positions) == 0:
        return slice(0, 0)
    first, last = int(positions[0]), int(positions[-1])
    if len(positions) == last - first + 1 and (np.diff(positions) == 1).all():
        return slice(first, last + 1)
    if len(positions) == first - last + 1 and (np.diff(positions) == -1).all():
        return slice(first, None if last == 0 else last - 1, -1)
    return positions


def _forward(run: Any) -> tuple[Any, bool]:
    """A run read upwards, and whether it has to be turned round then."""
    if isinstance(run, slice) and run.step == -1:
        return slice(0 if run.stop is None else run.stop + 1, run.start + 1), True
    return run, False
