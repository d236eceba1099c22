"""Where an experiment came from: what the record and the messages need to know of its composition."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Composition:
    """How a config was put together; empty for an experiment made in Python."""

    overrides: tuple[str, ...] = ()
    """Command-line overrides as they were typed, secrets masked."""
    choices: dict[str, str] = field(default_factory=dict)
    """Config group -> chosen option(s)."""
    origins: dict[str, str] = field(default_factory=dict)
    """Key path -> file:line or override."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Key path -> the interpolation that stands for a secret, e.g. ``${oc.env:API_TOKEN}``."""

    def origin_of(self, key: str) -> str:
        """Origin of a key, or of the nearest node around it; empty where none is known."""
        while key and key not in self.origins:
            key = key.rpartition(".")[0]
        return self.origins.get(key, "")
