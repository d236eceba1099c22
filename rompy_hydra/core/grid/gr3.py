"""The ``.gr3`` and ``fort.14`` meshes of SCHISM and ADCIRC: nodes, elements, and lists of boundary nodes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from ..atomic import write_atomic
from ..mesh import Floats, Ints
from .boundary import Run, runs
from .names import ISLAND, LAND, OPEN
from .raw_mesh import RawMesh, chain, split_quads

ISLANDS = (1, 11, 21)
"""Boundary types that are islands: 1 in SCHISM; 1, 11 and 21 in ADCIRC."""
Number = type[int | float]
_AT_ONCE = 10_000
_NODE = "node, x, y, depth"
_ELEMENT = "element, 3 or 4, and its nodes"


class _Lines:
    """Lines of a file, counted, so that an error can say where it is."""

    def __init__(self, path: Path):
        self.lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        self.number = 0

    def take(self, count: int) -> range:
        """Indices of the next lines, which may be beyond the end."""
        self.number += count
        return range(self.number - count, self.number)

    def integers(self, count: int, what: str) -> list[int]:
        """Up to `count` numbers in the next line, the first of them a number of things."""
        (row,) = self.take(1)
        if row >= len(self.lines):
            raise ValueError(self.too_short)
        try:
            found = [int(word) for word in self.lines[row].split()[:count]]
        except ValueError:
            raise self.fault(row, what) from None
        if not found or found[0] < 0:
            raise self.fault(row, what)
        return found

    def table(self, rows: Sequence[int], columns: range, dtype: Number, what: str) -> np.ndarray:
        """(rows, columns) numbers in lines; numpy reads them all at once, and Python looks for what is wrong."""
        if not rows:
            return np.empty((0, len(columns)), dtype=dtype)
        part = self.lines[rows.start : rows.stop] if isinstance(rows, range) else [self.lines[i] for i in rows]
        if not part:
            raise ValueError(self.too_short)
        try:
            found = np.loadtxt(part, dtype=np.dtype(dtype), comments=None, usecols=columns, ndmin=2)
        except ValueError as error:
            raise self._fault_in(rows, columns, dtype, what, str(error)) from None
        if len(found) != len(rows):  # blank lines are left out
            raise self._fault_in(rows, columns, dtype, what, f"{len(found)} of {len(rows)} are there")
        return found

    def _fault_in(self, rows: Sequence[int], columns: range, dtype: Number, what: str, why: str) -> Exception:
        for i in rows:
            if i >= len(self.lines):
                return ValueError(self.too_short)
            words = self.lines[i].split()
            try:
                [dtype(words[column]) for column in columns]
            except (ValueError, IndexError):
                return self.fault(i, what)
        return ValueError(f"lines {rows[0] + 1} to {rows[-1] + 1}: expected {what}: {why}")

    def fault(self, index: int, what: str) -> ValueError:
        return ValueError(f"line {index + 1}: expected {what}, got {self.lines[index].strip()!r}")

    @property
    def too_short(self) -> str:
        return f"it ends after line {len(self.lines)}, more was expected"

    @property
    def ended(self) -> bool:
        return not any(line.strip() for line in self.lines[self.number :])


class _Nodes:
    """Numbers of nodes in a file, which may be any, and their indices."""

    def __init__(self, numbers: Ints):
        self.order = np.argsort(numbers, kind="stable")
        self.sorted = numbers[self.order]

    def indices(self, numbers: Ints) -> Ints:
        """The index of each, -1 where there is no such node."""
        at = np.minimum(np.searchsorted(self.sorted, numbers), len(self.sorted) - 1)
        found: Ints = np.where(self.sorted[at] == numbers, self.order[at], -1)
        return found


def read(path: Path) -> RawMesh:
    """Nodes, elements and boundaries; depths (positive down in the file) become elevations.

    Segments are called ``open_1``, ``land_1``, ``island_1`` in the order of the file; an outer edge in no list is
    ``land``. A quadrangle becomes two triangles.

    Raises:
        ValueError: the line that is not as expected, or why it is no sound mesh.
    """
    lines = _Lines(path)
    lines.take(1)
    counts = lines.integers(2, "the numbers of elements and nodes")
    if len(counts) != 2 or min(counts) < 1:
        raise lines.fault(1, "the numbers of elements and nodes")
    points, depth_m, nodes = _read_nodes(lines, counts[1])
    cells = _read_elements(lines, counts[0], nodes)
    names = {} if lines.ended else dict(_read_boundaries(lines, nodes))
    return RawMesh(points, split_quads(cells), names, LAND, -depth_m).checked()


def _read_nodes(lines: _Lines, count: int) -> tuple[Floats, Floats, _Nodes]:
    rows = lines.take(count)
    table = lines.table(rows, range(4), float, _NODE)
    numbers = np.rint(table[:, 0]).astype(np.int64)
    if (wrong := numbers != table[:, 0]).any():
        raise lines.fault(rows[int(np.argmax(wrong))], _NODE)
    nodes = _Nodes(numbers)
    if (twice := nodes.sorted[1:] == nodes.sorted[:-1]).any():
        second = int(nodes.order[1:][np.argmax(twice)])
        raise ValueError(f"line {rows[second] + 1}: node {numbers[second]} is there twice")
    return table[:, 1:3].copy(), table[:, 3].copy(), nodes


def _read_elements(lines: _Lines, count: int, nodes: _Nodes) -> Ints:
    """(count, 4) indices of nodes; -1 in the last column of a triangle."""
    rows = lines.take(count)
    table = lines.table(rows, range(5), int, _ELEMENT)
    if (wrong := ~np.isin(table[:, 1], (3, 4))).any():
        raise lines.fault(rows[int(np.argmax(wrong))], _ELEMENT)
    quads = np.flatnonzero(table[:, 1] == 4)
    cells = np.full((count, 4), -1, dtype=np.int64)
    cells[:, :3] = table[:, 2:]
    cells[quads, 3:] = lines.table([rows[i] for i in quads], range(5, 6), int, _ELEMENT)
    found = nodes.indices(cells)
    found[table[:, 1] == 3, 3] = 0
    if (unknown := found < 0).any():
        row, column = np.argwhere(unknown)[0]
        raise ValueError(f"line {rows[row] + 1}: there is no node {cells[row, column]}")
    found[table[:, 1] == 3, 3] = -1
    return found


def _read_boundaries(lines: _Lines, nodes: _Nodes) -> Iterator[tuple[tuple[int, int], str]]:
    for i in range(1, _count(lines, "open boundaries") + 1):
        (length,) = lines.integers(1, f"the number of nodes of open boundary {i}")
        yield from chain(_node_list(lines, length, nodes), f"{OPEN}_{i}")
    if lines.ended:
        return
    seen = {LAND: 0, ISLAND: 0}
    for i in range(1, _count(lines, "land boundaries") + 1):
        what = f"the number of nodes and the type of land boundary {i}"
        length, *flag = lines.integers(2, what)
        kind = ISLAND if flag and flag[0] in ISLANDS else LAND
        seen[kind] += 1
        yield from chain(_node_list(lines, length, nodes), f"{kind}_{seen[kind]}", closed=kind == ISLAND)


def _count(lines: _Lines, what: str) -> int:
    found = lines.integers(1, f"the number of {what}")
    lines.integers(1, f"the number of nodes of all {what}")
    return found[0]


def _node_list(lines: _Lines, count: int, nodes: _Nodes) -> list[int]:
    """Indices of the nodes in a list; ADCIRC has more columns for weirs, which are not read."""
    rows = lines.take(count)
    numbers = lines.table(rows, range(1), int, "the number of a node")[:, 0]
    found = nodes.indices(numbers)
    if (found < 0).any():
        row = int(np.argmax(found < 0))
        raise ValueError(f"line {rows[row] + 1}: there is no node {numbers[row]}")
    return [int(index) for index in found]


def write(
    path: Path,
    mesh: RawMesh,
    opened: Collection[str] = (),
    *,
    title: str = "mesh",
    adcirc: bool = False,
) -> None:
    """Write nodes, triangles and boundary lists, the same bytes whenever it is repeated; depth is positive down.

    Open boundaries come in the order of `boundary_lists`, land and islands after them; land has the type 0 and an
    island 1, or 20 and 21 for ADCIRC. Numbers have the digits that bring back the same value, so that reading gives the
    same mesh. A mesh without elevations gets a depth of 0.

    Args:
        path: the file.
        mesh: in the coordinates that the file shall have.
        opened: names of the segments that are open, beside ``open`` and ``open_1``, ``open_2``, ...
        title: the first line.
        adcirc: types of land and islands as in ADCIRC.

    Raises:
        OSError: it could not be written.
    """
    depth_m = np.zeros(len(mesh.points)) if mesh.elevation_m is None else 0.0 - mesh.elevation_m  # no -0.0
    write_atomic(path, "".join([*_grid_lines(mesh, depth_m, title), *_boundary_lines(mesh, opened, adcirc)]))


def _grid_lines(mesh: RawMesh, depth_m: Floats, title: str) -> Iterator[str]:
    yield f"{title}\n{len(mesh.triangles)} {len(mesh.points)}\n"
    numbers = np.arange(1, max(len(mesh.points), len(mesh.triangles)) + 1)
    nodes = np.column_stack([numbers[: len(mesh.points)], mesh.points, depth_m])
    yield from _rows("%d %r %r %r\n", nodes)
    elements = np.column_stack([numbers[: len(mesh.triangles)], mesh.triangles + 1])
    yield from _rows("%d 3 %d %d %d\n", elements)


def _rows(template: str, table: np.ndarray) -> Iterator[str]:
    """The rows of a table as text, many at a time."""
    for start in range(0, len(table), _AT_ONCE):
        block = table[start : start + _AT_ONCE]
        yield template * len(block) % tuple(block.ravel().tolist())


def _boundary_lines(mesh: RawMesh, opened: Collection[str], adcirc: bool) -> Iterator[str]:
    flags = {LAND: 20, ISLAND: 21} if adcirc else {LAND: 0, ISLAND: 1}
    lists = boundary_lists(mesh, opened)
    yield from _heading(OPEN, lists[OPEN])
    for i, (_, nodes) in enumerate(lists[OPEN], 1):
        yield f"{len(nodes)} = Number of nodes for open boundary {i}\n"
        yield from (f"{node + 1}\n" for node in nodes.tolist())
    yield from _heading(LAND, lists[LAND] + lists[ISLAND])
    closed = [(kind, nodes) for kind in (LAND, ISLAND) for _, nodes in lists[kind]]
    for i, (kind, nodes) in enumerate(closed, 1):
        yield f"{len(nodes)} {flags[kind]} = Number of nodes for {kind} boundary {i}\n"
        yield from (f"{node + 1}\n" for node in nodes.tolist())


def _heading(kind: str, lists: Sequence[tuple[str, Ints]]) -> Iterator[str]:
    yield f"{len(lists)} = Number of {kind} boundaries\n"
    yield f"{sum(len(nodes) for _, nodes in lists)} = Total number of {kind} boundary nodes\n"


def boundary_lists(mesh: RawMesh, opened: Collection[str] = ()) -> dict[str, list[tuple[str, Ints]]]:
    """``open``, ``land`` and ``island`` -> the segment and the indices of the nodes of each list, as they are written.

    A segment in several parts has several lists. An island is a closed line around a hole. The nodes have the domain on
    their left; the first node of a closed line is repeated at its end, but for islands.
    """
    lists: dict[str, list[tuple[str, Ints]]] = {OPEN: [], LAND: [], ISLAND: []}
    for run in sorted(runs(mesh.points, mesh.edges()), key=lambda run: _natural(run.name)):
        kind = _kind(run, opened)
        lists[kind].append((run.name, run.nodes[:-1] if kind == ISLAND else run.nodes))
    return lists


def _kind(run: Run, opened: Collection[str]) -> str:
    if run.name in opened or re.fullmatch(rf"{OPEN}(_\d+)?", run.name):
        return OPEN
    is_island = run.is_closed and run.around_hole and not re.fullmatch(rf"{LAND}_\d+", run.name)
    return ISLAND if is_island else LAND


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts ``open_2`` before ``open_10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
