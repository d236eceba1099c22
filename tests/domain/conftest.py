"""Domains and mesh files that several tests use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rompy_hydra.domain import Domain

FLAT = {"kind": "flat", "elevation_m": -5.0}
SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 500.0), (0.0, 500.0)]


@pytest.fixture
def polygon() -> Callable[..., Domain]:
    """A local domain of 1000 m by 500 m, or with another outline."""

    def make(outline: Any = SQUARE, resolution_m: float = 50.0, crs: str = "local", **fields: Any) -> Domain:
        mesh = {"kind": "polygon", "outline": outline, "resolution_m": resolution_m, **fields.pop("mesh", {})}
        return Domain(**{"crs": crs, "mesh": mesh, "bathymetry": FLAT, **fields})

    return make


@pytest.fixture
def from_file() -> Callable[..., Domain]:
    """A local domain with a mesh file."""

    def make(path: Path, **fields: Any) -> Domain:
        return Domain(**{"crs": "local", "mesh": {"kind": "file", "path": path}, "bathymetry": FLAT, **fields})

    return make


GR3 = """four triangles around a middle
4 5
1 0.0 0.0 2.0
2 10.0 0.0 4.0
3 10.0 10.0 6.0
4 0.0 10.0 8.0
5 5.0 5.0 -1.0
1 3 1 2 5
2 3 2 3 5
3 3 4 3 5
4 3 4 1 5
1 = Number of open boundaries
2 = Total number of open boundary nodes
2 = Number of nodes for open boundary 1
1
2
1 = Number of land boundaries
4 = Total number of land boundary nodes
4 0 = Number of nodes for land boundary 1
2
3
4
1
"""


@pytest.fixture
def gr3(tmp_path: Path) -> Path:
    """A small mesh with an open and a land boundary; its third triangle runs clockwise."""
    path = tmp_path / "hgrid.gr3"
    path.write_text(GR3)
    return path
