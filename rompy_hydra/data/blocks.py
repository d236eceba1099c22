"""Reading variables block by block along time, in constant memory, whatever the layout of the file.

A compressed chunk is decompressed as a whole whenever a part of it is read. Blocks are therefore whole chunks along
time where these fit; chunks that hold more times than fit are decompressed once, into a temporary file from which any
times are read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.lazy import chunks_of, one_thread
from ..core.store import Store, need_room, writing_to
from .layout import TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.mesh import Ints

BUDGET = 2**24
"""Bytes of values in memory at once; they are there about three times over: as stored, in other units, as written."""
_CHUNK = 2**25
"""Bytes of a chunk that are taken at once: it is in memory as a whole anyway, for every part of it that is read."""


def blocks(
    arrays: Sequence[xr.DataArray], key: str, budget: int = BUDGET
) -> Iterator[tuple[slice, list[NDArray[Any]]]]:
    """(part of the times, the values there of each array), from the first time to the last.

    Args:
        arrays: variables on the same times; those without a time come whole with each block.
        key: config key that an error names.
        budget: bytes of values in memory at once.

    Raises:
        DataError: the disk has no room for the temporary file.
    """
    moving = [a for a in arrays if TIME in a.dims]
    still = {id(a): _values(a) for a in arrays if TIME not in a.dims}
    if not moving:
        yield slice(0, 0), list(still.values())
        return
    share = budget // len(moving)
    with ExitStack() as stack:
        readers = {id(a): _reader(a, share, key, stack) for a in moving}
        edges = _edges(max(moving, key=_step_bytes), share)
        for first, last in pairwise(edges):
            part = slice(first, last)
            yield part, [still[id(a)] if id(a) in still else readers[id(a)].read(part) for a in arrays]


def _values(array: xr.DataArray) -> NDArray[Any]:
    with one_thread(array.variable):
        return np.asarray(array.values)


def _step_bytes(array: xr.DataArray) -> int:
    return max(1, int(np.prod(array.shape[1:]))) * array.dtype.itemsize


def _groups(array: xr.DataArray) -> Ints:
    """(g + 1,) where times begin that are together in a chunk, and the end; every time where there are no chunks."""
    chunks, count = chunks_of(array.variable), array.shape[0]
    return np.arange(count + 1) if chunks is None else np.concatenate([[0], _breaks(chunks[0]), [count]])


def _breaks(chunk: Ints) -> Ints:
    found: Ints = np.flatnonzero(np.diff(chunk)) + 1
    return found


def _edges(array: xr.DataArray, share: int) -> list[int]:
    """Where blocks begin, and the end: whole groups as many as fit, parts of a group that does not fit."""
    most = max(1, share // _step_bytes(array))
    edges = [0]
    for begin, end in pairwise(_groups(array).tolist()):
        if end - edges[-1] > most and begin > edges[-1]:
            edges.append(begin)
        while end - edges[-1] > most:
            edges.append(edges[-1] + most)
    return edges if edges[-1] == array.shape[0] else [*edges, array.shape[0]]


def _reader(array: xr.DataArray, share: int, key: str, stack: ExitStack) -> _Direct | _Tall:
    longest = int(np.diff(_groups(array)).max())
    if array.ndim == 1 or longest == 1 or longest * _step_bytes(array) <= share:
        return _Direct(array)
    return _Tall(array, share, key, stack)


class _Direct:
    """Reads what is asked for from the file."""

    def __init__(self, array: xr.DataArray):
        self.array = array

    def read(self, part: slice) -> NDArray[Any]:
        """(k, ...) values of these times."""
        return _values(self.array[part])


@dataclass(frozen=True)
class _Piece:
    """A part of the places, with all times of a group, in the temporary file."""

    where: tuple[slice, ...]
    shape: tuple[int, ...]
    start: int
    """Its first byte."""


class _Tall:
    """Reads a group of times as a whole, place by place, and keeps it in a temporary file while it is asked for."""

    def __init__(self, array: xr.DataArray, share: int, key: str, stack: ExitStack):
        self.array, self.share, self.key = array, share, key
        self.groups = _groups(array)
        folder = Store().scratch()
        count = int(np.diff(self.groups).max()) * _step_bytes(array)
        what = f"reading {array.name}, which is stored by place,"
        need_room(folder, count, what, key)
        self.writing = partial(writing_to, folder, count, what, key)
        self.file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115  the stack closes it
        self.group, self.pieces = -1, list[_Piece]()

    def read(self, part: slice) -> NDArray[Any]:
        """(k, ...) values of these times."""
        found = np.empty((part.stop - part.start, *self.array.shape[1:]), self.array.dtype)
        at = part.start
        while at < part.stop:
            group = int(np.searchsorted(self.groups, at, side="right")) - 1
            end = min(part.stop, int(self.groups[group + 1]))
            self._load(group)
            first = int(self.groups[group])
            for piece in self.pieces:
                found[(slice(at - part.start, end - part.start), *piece.where)] = self._times(
                    piece, slice(at - first, end - first)
                )
            at = end
        return found

    def _times(self, piece: _Piece, part: slice) -> NDArray[Any]:
        row = int(np.prod(piece.shape)) * self.array.dtype.itemsize
        self.file.seek(piece.start + part.start * row)
        raw = self.file.read((part.stop - part.start) * row)
        return np.frombuffer(raw, self.array.dtype).reshape(-1, *piece.shape)

    def _load(self, group: int) -> None:
        if group == self.group:
            return
        self.file.seek(0)
        times = slice(int(self.groups[group]), int(self.groups[group + 1]))
        self.pieces, start = [], 0
        for where in self._places(times.stop - times.start):
            values = np.ascontiguousarray(_values(self.array[(times, *where)]))
            with self.writing():
                self.file.write(values.data)
                self.file.flush()
            self.pieces.append(_Piece(where, values.shape[1:], start))
            start += values.nbytes
        self.group = group

    def _places(self, count: int) -> Iterator[tuple[slice, ...]]:
        """Parts of the places: chunk by chunk, and in rows within a chunk, so that `count` times of them fit."""
        chunks = chunks_of(self.array.variable)
        assert chunks is not None  # without chunks there are no groups
        tiles = [list(pairwise([0, *_breaks(c), len(c)])) for c in chunks[1:]]
        for corner in np.ndindex(*map(len, tiles)):
            spans = [tiles[axis][i] for axis, i in enumerate(corner)]
            row = int(np.prod([b - a for a, b in spans[1:]])) * self.array.dtype.itemsize * count
            most = max(1, max(self.share, _CHUNK) // row)
            for first in range(int(spans[0][0]), int(spans[0][1]), most):
                last = min(first + most, int(spans[0][1]))
                yield (slice(first, last), *(slice(int(a), int(b)) for a, b in spans[1:]))
