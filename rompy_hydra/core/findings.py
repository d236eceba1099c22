"""What looking for something on this machine has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for."""

    name: str
    """What it is called: ``Docker engine``."""
    state: Literal["works", "absent", "fails"]
    """``absent`` where it is not there and nothing is wrong with that; ``fails`` where it is there and of no use."""
    told: str
    """Its version and place, or why it cannot be used."""
    hint: str = ""
    """What to do where it does not work."""
