"""What the commands of a run say of how its output is to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..case import INPUT
from ..language.grids import CGRID, READGRID
from ..language.output import QUANTITY
from ..language.places import FRAME
from ..language.reading import read
from .variables import PARTITIONS


def commands_of(workspace: Path) -> list[Any]:
    """The nodes of CGRID, READGRID, FRAME and QUANTITY in INPUT that are understood; none without INPUT."""
    path = workspace / INPUT
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return [p.node for p in read(text, (CGRID, READGRID, FRAME, QUANTITY)) if p.node is not None]


def partitions_of(commands: list[Any]) -> int:
    """How many of a partitioned quantity SWAN writes: the wind sea, and as many swells as QUANTITY says."""
    told = [n for node in commands if (n := getattr(node, "noswll", None)) is not None]
    return told[-1] + 1 if told else PARTITIONS
