"""Which segment of the domain a BOUNDSPEC means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .state import State

_NORMALS = {"south": -90.0, "east": 0.0, "north": 90.0, "west": 180.0}
"""Side of a grid in its own frame -> its outward direction, anticlockwise from the x-axis of the grid [degrees]."""
_FROM_NORTH = {"n": 0, "nw": 45, "w": 90, "sw": 135, "s": 180, "se": 225, "e": 270, "ne": 315}
"""Anticlockwise from north [degrees]."""


def side_of(state: State, node: Any) -> str | None:
    """The segment that a BOUNDSPEC covers, or None."""
    if node.kind == "side":
        return _by_direction(state, node.side)
    if node.kind == "side_k":
        return _open_boundary(state, node.k)
    if node.kind == "segment_ij":
        return _by_corners(state, node.segment)
    return _by_coordinates(state, node.segment) if node.kind == "segment_xy" else None


def _by_direction(state: State, side: str) -> str | None:
    """The side that faces a direction most; SWAN takes the closest, too."""
    mesh = state.get("domain.mesh")
    if mesh["kind"] != "regular":
        return None
    towards = state.nor + _FROM_NORTH[side.lower()]
    turned = {name: normal + mesh.get("rotation_deg", 0.0) for name, normal in _NORMALS.items()}
    return min(turned, key=lambda name: abs((turned[name] - towards + 180.0) % 360.0 - 180.0))


def _by_corners(state: State, segment: list[tuple[int, int]]) -> str | None:
    """The side whose corners a segment connects in a straight line."""
    size = _cells(state)
    if size is None or len(segment) != 2:
        return None
    nx, ny = size
    sides = {
        frozenset({(0, 0), (nx, 0)}): "south",
        frozenset({(nx, 0), (nx, ny)}): "east",
        frozenset({(0, ny), (nx, ny)}): "north",
        frozenset({(0, 0), (0, ny)}): "west",
    }
    return sides.get(frozenset(segment))


def _cells(state: State) -> tuple[int, int] | None:
    mesh = state.get("domain.mesh")
    if mesh["kind"] == "regular":
        return mesh["cells"][0], mesh["cells"][1]
    if state.grid_size is None or not state.is_upright:
        return None
    nx, ny = state.grid_size
    return nx - 1, ny - 1


def _by_coordinates(state: State, segment: list[tuple[float, float]]) -> str | None:
    """The side of a grid along the axes from one of whose corners a segment leads to another."""
    mesh = state.get("domain.mesh")
    if mesh["kind"] != "regular" or mesh.get("rotation_deg"):
        return None
    (dx, dy), (nx, ny) = mesh["size"], mesh["cells"]
    nodes = [((x - mesh["x"]) / dx * nx, (y - mesh["y"]) / dy * ny) for x, y in segment]
    if any(abs(i - round(i)) > 0.01 or abs(j - round(j)) > 0.01 for i, j in nodes):
        return None
    return _by_corners(state, [(round(i), round(j)) for i, j in nodes])


def _open_boundary(state: State, number: int) -> str | None:
    """The name of an open boundary of fort.14 by its number."""
    path = state.folder / "fort.14"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        elements, nodes = (int(word) for word in lines[1].split()[:2])
        count = int(lines[2 + nodes + elements].split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return f"open_{number}" if number <= count else None
