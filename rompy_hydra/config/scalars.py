"""What YAML 1.1 makes of numbers and words that mean something else in this field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import Problem
from .origins import Origin, Origins


def sexagesimal_problems(origins: Origins) -> Iterator[Problem]:
    """``115:30`` is 6930 to YAML, and ``1:30`` the latitude 90: only the text in the file tells."""
    for key, origin in origins.scalars():
        if origin.tag in ("int", "float") and ":" in (origin.raw or ""):
            yield Problem(
                key, "YAML reads this in base 60", origin.raw, str(origin), _sexagesimal_hint(origin.raw or "")
            )


def _sexagesimal_hint(raw: str) -> str:
    sign = -1 if raw.startswith("-") else 1
    parts = [float(p) for p in raw.lstrip("+-").split(":")]
    degrees = sign * sum(p / 60**i for i, p in enumerate(parts))
    total = sum(p * 60**i for i, p in enumerate(reversed(parts)))
    text = f"as {sign * total:g}; write degrees as a decimal number ({degrees:.6g})"
    return f"{text}, a duration with its unit (PT1H30M), a text in quotes"


def reading_hint(origin: Origin | None) -> str:
    """What YAML made of the text of a value that turned out wrong; empty where it took it literally."""
    if origin is None or origin.raw is None or origin.quoted or origin.file is None:
        return ""
    raw = origin.raw
    if origin.tag == "bool" and raw.lower() not in ("true", "false"):
        return f"YAML reads {raw} as {_yes(raw)}; write '{raw}' in quotes for the word"
    if origin.tag == "int" and re.fullmatch(r"[-+]?0[0-7_]+", raw):
        return f"YAML reads {raw} as the octal number {int(raw, 8)}; write it without the leading 0, or in quotes"
    if origin.tag == "float" and raw.endswith("0") and "." in raw and "e" not in raw.lower():
        return f"YAML reads {raw} as the number {float(raw.replace('_', '')):g}; write '{raw}' in quotes for the text"
    return ""


def _yes(raw: str) -> str:
    return "true" if raw.lower() in ("yes", "on", "y") else "false"
