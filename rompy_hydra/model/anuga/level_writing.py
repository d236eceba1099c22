"""Writing the water level along an open segment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...core.period import Period
from . import case as files
from .levels import STEP, Places, level_at

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...forcing import Level

_BLOCK = 360
"""Steps that are in memory at once."""


@dataclass(frozen=True, eq=False)
class SegmentLevel:
    """The level along one segment: the same along it, or one at each of its edges."""

    levels: list[Level]
    """What adds up to it."""
    corners: list[datetime]
    """Times of the data, between which it goes along straight lines, and the end; increasing."""
    period: Period
    places: Places
    """Middles of the edges, where the level varies along the segment."""
    added: Callable[[Sequence[datetime]], Floats] | None = None
    """(nt,) what comes on top everywhere [m]."""

    def at(self, times: Sequence[datetime]) -> Floats:
        """(nt,) or (nt, k) level [m]."""
        level_m = level_at(self.levels, times, self.period.start, self.places)
        if self.added is None:
            return level_m
        return level_m + self.added(times).reshape((len(times),) + (1,) * (level_m.ndim - 1))

    def first_m(self) -> float:
        """The level at the start, its mean along the segment [m]."""
        return float(self.at([self.period.start]).mean())

    def write(self, workspace: Path, segment: str) -> dict[str, str]:
        """Write it, a block of times after the other; returns the files for ``case.json``."""
        names = files.level_files(segment, self.places is None)
        if self.places is None:
            blocks = ((self._seconds(times), self.at(times)) for times in self._blocks())
            files.write_blocks(workspace / names["series"], "water_level_m", blocks)
            return names
        times_s = np.concatenate([self._seconds(times) for times in self._blocks()])
        np.save(workspace / names["times"], times_s)
        shape = (len(times_s), len(self.places[0]))
        out = np.lib.format.open_memmap(workspace / names["values"], "w+", np.dtype("<f4"), shape)  # below a micrometre
        done = 0
        for times in self._blocks():
            out[done : done + len(times)] = self.at(times)
            done += len(times)
        out.flush()
        return names

    def _blocks(self) -> Iterator[list[datetime]]:
        """Every step and every corner."""
        start, count, corners = self.period.start, int(self.period.length / STEP), self.corners
        for first in range(0, count + 1, _BLOCK):
            steps = {start + i * STEP for i in range(first, min(first + _BLOCK, count + 1))}
            low, high = (bisect_left(corners, start + i * STEP) for i in (first, first + _BLOCK))
            yield sorted(steps.union(corners[low:high]))

    def _seconds(self, times: Sequence[datetime]) -> Floats:
        return np.array([(t - self.period.start).total_seconds() for t in times])
