"""Files of arrays that SWAN reads on its grids, and how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ..core.files import existing_file
from ..core.hashing import file_state
from ..core.node import Node
from ..errors import DataError, Problem
from .one_file import Address

if TYPE_CHECKING:
    from .fortran import ArrayFile, Numbers


class Layout(Node):
    """How arrays stand in a file; the keys are those of READINP."""

    idla: Literal[1, 2, 3, 4, 5, 6] = 1
    """Order of the values: 1 a line for each row, from the upper left corner; 3 from the lower left one; 5 a line for
    each column, from the lower left corner; 2, 4 and 6 the same where rows do not begin with a line."""
    nhedf: int = Field(0, ge=0)
    """Lines at the beginning of the file that are skipped."""
    nhedvec: int = Field(0, ge=0)
    """Lines before each component of a vector that are skipped."""
    format: str = Field("free", pattern=r"^(free|unformatted|\(.*\))$")
    """``free``, ``unformatted``, or a Fortran format such as ``(10F8.3)``."""
    factor: float = 1.0
    """What values are multiplied by; SWAN's ``fac``."""


class CoordinateFile(Layout):
    """The coordinates of a curvilinear grid: all x, then all y."""

    path: Address
    """The file that READGRID COORDINATES names."""
    exception: list[float] = Field([], max_length=2)
    """x and y, after the factor, of points that do not exist."""


@dataclass(frozen=True)
class GridFile:
    """A file of fields on a grid; each consists of one array or, for a vector, two."""

    key: str
    """Config key of its path."""
    file: ArrayFile
    layout: Layout
    nx: int
    ny: int

    def __len__(self) -> int:
        return len(self.file)

    def read(self, number: int, position: int, exception: float | None) -> Numbers:
        """(ny, nx) values from the lower left corner, multiplied by the factor; NaN for the exception.

        Raises:
            DataError: the file holds something else than numbers there.
        """
        import numpy as np

        try:
            values = self.file.read(number, position)
        except ValueError as error:
            raise DataError(Problem(self.key, f"{self.file.path.name}, field {number + 1}: {error}")) from error
        values = self._in_order(values) * self.layout.factor
        return values if exception is None else np.where(np.isclose(values, exception, 1e-6, 0.0), np.nan, values)

    def _in_order(self, values: Numbers) -> Numbers:
        if self.layout.idla in (5, 6):
            return values.reshape(self.nx, self.ny).T
        rows = values.reshape(self.ny, self.nx)
        return rows[::-1] if self.layout.idla in (1, 2) else rows


def grid_file(key: str, path: Path, layout: Layout, nx: int, ny: int, headers: tuple[int, ...]) -> GridFile:
    """A file of fields, of which each array has that many lines before it.

    Raises:
        DataError: its format is not understood, or it is no file of such.
    """
    reads = {1: ny, 3: ny, 5: nx}.get(layout.idla, 1)
    shape = (reads, nx * ny // reads)
    try:
        file = _opened(path, layout.format, shape, headers, layout.nhedf, tuple(file_state(path)))
    except ValueError as error:
        raise DataError(Problem(key, f"{path.name}: {error}")) from error
    return GridFile(key, file, layout, nx, ny)


def places(layout: CoordinateFile, nx: int, ny: int) -> tuple[Numbers, Numbers]:
    """(ny, nx) x and y of the points of a curvilinear grid; NaN where there are none.

    Raises:
        DataError: the file does not hold them.
    """
    key = "coordinate_file.path"
    path = existing_file(Path(layout.path), key)
    found = grid_file(key, path, layout, nx, ny, (layout.nhedvec, layout.nhedvec))
    if not len(found):
        raise DataError(Problem(key, f"{layout.path} does not hold x and y of {nx} by {ny} points"))
    none: tuple[float | None, float | None] = (None, None)
    if layout.exception:
        none = layout.exception[0], layout.exception[-1]
    return found.read(0, 0, none[0]), found.read(0, 1, none[1])


@lru_cache(maxsize=16)
def _opened(
    path: Path, form: str, shape: tuple[int, int], headers: tuple[int, ...], nhedf: int, _state: tuple[str | int, ...]
) -> ArrayFile:
    """Where the fields of a file are is looked up once as long as it does not change."""
    from .fortran import ArrayFile, Field

    return ArrayFile(path, form, tuple(Field(*shape, lines) for lines in headers), nhedf)
