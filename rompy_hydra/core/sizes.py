"""Amounts of memory and of disk, with their unit."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_UNITS: dict[str, int] = {"B": 1} | {
    letter + end: base**power
    for power, letter in enumerate("kMGT", start=1)
    for end, base in (("B", 1000), ("iB", 1024), ("", 1024))
}
_FACTORS = {unit.lower(): factor for unit, factor in _UNITS.items()}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")


def parse_size(value: Any) -> int:
    """Bytes of ``4GB`` (powers of 1000), ``4GiB`` or, as Docker and Slurm write them, ``4G`` (powers of 1024).

    >>> parse_size("1.5 GB"), parse_size("2KiB"), parse_size("2k")
    (1500000000, 2048, 2048)

    Raises:
        ValueError: no unit, for a bare number is bytes to one program and megabytes to the next.
    """
    match = _SIZE.fullmatch(str(value).strip().lower())
    if match is None or match[2] not in _FACTORS:
        raise ValueError("expected a size with its unit, such as 500MB, 4GB or 4GiB")
    return round(float(match[1]) * _FACTORS[match[2]])


def format_size(size: int) -> str:
    """The same size in the largest unit that holds it exactly.

    >>> format_size(4_000_000_000), format_size(4 * 1024**3), format_size(1001)
    ('4GB', '4GiB', '1001B')
    """
    unit = max((unit for unit, factor in _UNITS.items() if size % factor == 0 and "B" in unit), key=_UNITS.__getitem__)
    return f"{size // _UNITS[unit]}{unit}"


Size = Annotated[
    int,
    BeforeValidator(parse_size),
    Field(gt=0),
    PlainSerializer(format_size),
    WithJsonSchema({"type": "string", "examples": ["500MB", "4GB", "4GiB"]}),
]
"""Bytes, given as a size with its unit."""
