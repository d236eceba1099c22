"""Fields that SWAN wrote as text: ``BLOCK ... NOHEADER``, with layout 3 or 4, which is from the first row on.

SWAN writes no coordinates and no times in such a file. The times are those that it was told; the grid is that of the
run's commands, of a netCDF block of the same location, or XP and YP among the quantities. Only with these is SWAN's
default layout, from the last row, told from the others. With ``HEADER`` SWAN keeps only some two digits.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.lazy import LazyArray
from ....errors import DataError, Problem
from ..case import Case, OutputFile
from .parts import KEY, ONLY_IN_WATER, Part, Place, damaged, is_wet, times_of, wet_by, without_missing
from .variables import Quantity, columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ....core.mesh import Ints


def read_text(path: Path, case: Case, output: OutputFile, known: Place | None, partitions: int) -> Part:
    """A text block, each field of which is read when it is used.

    Args:
        path: the file.
        case: what the run is.
        output: how the file was asked for.
        known: the grid, where another file has told it.
        partitions: how many fields there are of a partitioned quantity.

    Raises:
        DataError: it has headers, is cut off, or there is no telling where its values are.
    """
    chosen, times = columns(output.variables, partitions), times_of(case, output)
    with path.open("rb") as file:
        if file.read(1) == b"%":
            hint = "write it with NOHEADER, or as netCDF"
            raise DataError(Problem(KEY, f"{path.name} has headers, which leave two digits of a value", hint=hint))
    names, record = [name for _, name in chosen], _Records(path, len(times) * len(chosen))
    place = known or _place(record, names, path)
    if np.prod(place.shape) != len(record.values(0)):
        raise damaged(path, f"has {len(record.values(0))} values in a field, expected {np.prod(place.shape)}")
    record.is_upside_down = _is_upside_down(record, names, place)
    wet = wet_by(names)
    tells = (names.index(wet), chosen[names.index(wet)][0]) if wet else None
    dims = ("time", *(f"place_{i}" for i in range(len(place.shape))))
    fields = {
        name: _Field(record, i, len(names), quantity, name, tells, (len(times), *place.shape)).as_variable(
            dims, quantity.attributes(name)
        )
        for i, (quantity, name) in enumerate(chosen)
        if quantity.kind not in ("coordinate", "time")
    }
    return Part(output, times, place, fields, {})


class _Records:
    """The fields of a file, all of the same number of bytes."""

    def __init__(self, path: Path, count: int):
        size = path.stat().st_size
        if size == 0 or size % count:
            raise damaged(path, f"has {size} bytes, which are not {count} fields of equal length")
        self.path, self.bytes, self.is_upside_down = path, size // count, False

    def values(self, number: int) -> Any:
        """(n,) values of one field, from the south-west."""
        with self.path.open("rb") as file:
            file.seek(number * self.bytes)
            tokens = file.read(self.bytes).split()
        return np.array([b"nan" if b"*" in t else t for t in tokens]).astype(float)

    def field(self, number: int, shape: tuple[int, ...]) -> Any:
        """One field, from the first row on."""
        values = self.values(number).reshape(shape)
        return values[::-1] if self.is_upside_down else values


def _is_upside_down(record: _Records, names: list[str], place: Place) -> bool:
    """Whether the file begins with the last row of its grid, by the coordinates that it prints."""
    if place.layout == "points" or not {"xp", "yp"} <= set(names):
        return False
    known = np.meshgrid(place.x, place.y) if place.layout == "regular" else (place.x, place.y)
    printed = [record.values(names.index(n)).reshape(place.shape) for n in ("xp", "yp")]
    off = [np.nansum([np.abs(p[::step] - k) for p, k in zip(printed, known, strict=True)]) for step in (1, -1)]
    return bool(off[1] < off[0])


def _place(record: _Records, names: list[str], path: Path) -> Place:
    if not {"xp", "yp"} <= set(names):
        hint = "write XP and YP as well, or a netCDF block of the same location"
        raise DataError(Problem(KEY, f"{path.name} does not tell where its values are", hint=hint))
    x, y = (record.values(names.index(n)) for n in ("xp", "yp"))
    steps = np.hypot(np.diff(x), np.diff(y))
    ends = np.flatnonzero(steps > 3 * np.median(steps)) + 1
    wide = int(ends[0]) if len(ends) else len(x)
    if len(x) % wide or not all(b - a == wide for a, b in pairwise(ends)):
        return Place("points", x, y)
    x, y = x.reshape(-1, wide), y.reshape(-1, wide)
    if (x == x[0]).all() and (y == y[:, :1]).all():
        return Place("regular", x[0], y[:, 0])
    return Place("curvilinear", x, y)


class _Field(LazyArray):
    """(time, ...) one quantity."""

    def __init__(
        self,
        record: _Records,
        index: int,
        of: int,
        quantity: Quantity,
        name: str,
        wet: tuple[int, Quantity] | None,
        shape: tuple[int, ...],
    ):
        self.record, self.index, self.of, self.quantity, self.name, self.wet = record, index, of, quantity, name, wet
        self.shape, self.dtype = shape, np.dtype(np.float32)

    def read(self, wanted: list[Ints]) -> NDArray[Any]:
        """The values at these positions."""
        times, *inner = wanted
        fields = [self._at(int(t))[np.ix_(*inner)] for t in times]
        return np.array(fields, dtype=np.float32).reshape(len(times), *map(len, inner))

    def _at(self, time: int) -> Any:
        shape = self.shape[1:]
        values = without_missing(self.record.field(time * self.of + self.index, shape), self.quantity)
        if self.name in ONLY_IN_WATER and self.wet:
            index, quantity = self.wet
            tells = without_missing(self.record.field(time * self.of + index, shape), quantity)
            values = np.where(is_wet(quantity.names[0], tells), values, np.nan)
        return values
