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
    """``absent`` where it is not there and nothing is wrong with that; ``fails`` where something is."""
    told: str
    """Its version and place, or why it cannot be used."""
    hint: str = ""
    """What to do about it."""


@dataclass(frozen=True)
class Section:
    """What was found of one kind."""

    title: str
    findings: tuple[Finding, ...]
    is_needed: bool = False
    """Nothing of it may fail; elsewhere a failure only is to be known."""

    @property
    def is_fit(self) -> bool:
        """Whether all works that is needed."""
        return not (self.is_needed and any(finding.state == "fails" for finding in self.findings))
