"""The user's files that an experiment reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Input:
    """A file of the user's that an experiment reads; its content decides whether a run is still current."""

    key: str
    """Config key that names it."""
    path: Path
    coverage: str = ""
    """What it covers, in words: times, box, variables."""
