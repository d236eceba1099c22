"""The ``.gr3`` and ``fort.14`` meshes of SCHISM and ADCIRC: nodes, elements, and lists of boundary nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..core.mesh import Floats, Ints
from .meshes import LAND
from .raw_mesh import RawMesh, chain, split_quads

ISLANDS = (1, 11, 21)
"""Boundary types that are islands: 1 in SCHISM; 1, 11 and 21 in ADCIRC."""


class _Lines:
    """Lines of a file, counted, so that an error can say where it is."""

    def __init__(self, path: Path):
        self.lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        self.number = 0

    def next(self) -> list[str]:
        if self.number >= len(self.lines):
            raise ValueError(f"it ends after line {self.number}, more was expected")
        self.number += 1
        return self.lines[self.number - 1].split()

    def integers(self, count: int, what: str) -> list[int]:
        words = self.next()
        try:
            return [int(word) for word in words[:count]]
        except ValueError:
            raise ValueError(f"line {self.number}: expected {what}, got {' '.join(words)!r}") from None

    def block(self, count: int, what: str) -> Iterator[list[str]]:
        for _ in range(count):
            words = self.next()
            if len(words) < 4:
                raise ValueError(f"line {self.number}: expected {what}, got {' '.join(words)!r}")
            yield words

    @property
    def ended(self) -> bool:
        return not any(line.strip() for line in self.lines[self.number :])


def read(path: Path) -> RawMesh:
    """Nodes, elements and boundaries; depths (positive down in the file) become elevations.

    Segments are called ``open_1``, ``land_1``, ``island_1`` in the order of the file; an outer edge in no list is
    ``land``. A quadrangle becomes two triangles.

    Raises:
        ValueError: the line that is not as expected.
    """
    lines = _Lines(path)
    lines.next()
    counts = lines.integers(2, "the numbers of elements and nodes")
    if len(counts) != 2:
        raise ValueError("line 2: expected the numbers of elements and nodes")
    nodes = _numbers(lines, counts[1], "node, x, y, depth")
    ids = {int(n): i for i, n in enumerate(nodes[:, 0].tolist())}
    cells = _elements(lines, counts[0], ids)
    names = {} if lines.ended else dict(_boundaries(lines, ids))
    return RawMesh(nodes[:, 1:3], split_quads(cells), names, LAND, -nodes[:, 3])


def _numbers(lines: _Lines, count: int, what: str) -> Floats:
    rows = [words[:4] for words in lines.block(count, what)]
    try:
        return np.array(rows, dtype=np.float64).reshape(count, 4)
    except ValueError as error:
        raise ValueError(f"lines 3 to {count + 2}: expected {what} ({error})") from None


def _elements(lines: _Lines, count: int, ids: dict[int, int]) -> Ints:
    cells = np.full((count, 4), -1, dtype=np.int64)
    for row, words in zip(cells, lines.block(count, "element, 3 or 4, and its nodes"), strict=True):
        corners = words[2 : 2 + int(words[1])] if words[1] in ("3", "4") else []
        if not corners or len(corners) != int(words[1]):
            raise ValueError(f"line {lines.number}: expected element, 3 or 4, and its nodes, got {' '.join(words)!r}")
        row[: len(corners)] = [_known(ids, word, lines) for word in corners]
    return cells


def _known(ids: dict[int, int], word: str, lines: _Lines) -> int:
    try:
        return ids[int(word)]
    except (KeyError, ValueError):
        raise ValueError(f"line {lines.number}: there is no node {word}") from None


def _boundaries(lines: _Lines, ids: dict[int, int]) -> Iterator[tuple[tuple[int, int], str]]:
    (count,) = lines.integers(1, "the number of open boundaries")
    lines.integers(1, "the number of open boundary nodes")
    for i in range(1, count + 1):
        (length,) = lines.integers(1, f"the number of nodes of open boundary {i}")
        yield from chain(_node_list(lines, length, ids), f"open_{i}")
    if lines.ended:
        return
    (count,) = lines.integers(1, "the number of land boundaries")
    lines.integers(1, "the number of land boundary nodes")
    seen = {LAND: 0, "island": 0}
    for i in range(1, count + 1):
        length, *flag = lines.integers(2, f"the number of nodes and the type of land boundary {i}")
        kind = "island" if _flag(flag) in ISLANDS else LAND
        seen[kind] += 1
        yield from chain(_node_list(lines, length, ids), f"{kind}_{seen[kind]}", closed=kind == "island")


def _flag(words: list[int]) -> int:
    return words[0] if words else 0


def _node_list(lines: _Lines, count: int, ids: dict[int, int]) -> list[int]:
    found = []
    for _ in range(count):
        words = lines.next()
        found.append(_known(ids, words[0] if words else "(empty line)", lines))
    return found
