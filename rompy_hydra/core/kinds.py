"""Choosing between config classes by their field ``kind``."""

from __future__ import annotations

from typing import Any

from pydantic import Discriminator


def kind(value: Any) -> Any:
    """The kind that a mapping or a node names, or None."""
    return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)


BY_KIND = Discriminator(kind)
"""Marks a union whose members carry a ``Tag``. A plain field discriminator refuses the before-validators of Node."""
