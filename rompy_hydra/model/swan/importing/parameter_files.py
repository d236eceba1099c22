"""Files of wave parameters in time, which SWAN knows by the word TPAR in their first line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

Row = tuple[datetime, float, float, float, float]
"""Time, height, period, direction and spread."""
_NUMBERS = 4
"""Behind the time."""


def read_parameters(path: Path) -> list[Row] | None:
    """The rows of a TPAR file; None for any other file, and where there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    if not lines or not lines[0].strip().upper().startswith("TPAR"):
        return None
    try:
        return [_row(line) for line in lines[1:] if line.split("!")[0].split("$")[0].strip()]
    except ValueError:
        return None


def _row(line: str) -> Row:
    time, *numbers = line.split()
    hs, per, direction, dd = map(float, numbers[:_NUMBERS])
    digits = time.replace(".", "", 1).ljust(14, "0")
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC), hs, per, direction, dd
