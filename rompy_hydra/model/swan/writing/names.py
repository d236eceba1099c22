"""Names that SWAN keeps whole: of files, and of sets of output points."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from itertools import count

from ..case import LONGEST_FILE_NAME, LONGEST_SET_NAME

_DIGITS = 4
"""Characters of a hash that tell apart what shortening made equal."""
RESERVED = ("COMPGRID", "BOTTGRID", "BOUNDARY", "VXGRID", "VYGRID", "WXGRID", "WYGRID")
"""Sets of points that SWAN makes itself; those along boundaries of a mesh are called ``BOUND_`` and a number."""


def file_names(names: Iterable[str], ending: str = "", folder: str = "") -> dict[str, str]:
    """A file name of each of several names, with folder and ending, that SWAN keeps whole and that needs no quoting.

    A name stays as it is if it is short and plain, and differs from the others even where a system does not tell cases
    apart. Any other becomes plain and ends with characters that depend on all of it, so that it does not matter which
    names there are beside it, or in which order.

    >>> file_names(["west", "Île d'Yeu"], ".bnd", "input")
    {'west': 'input/west.bnd', "Île d'Yeu": 'input/Ile_d_Yeu_22b8.bnd'}

    Raises:
        ValueError: folder and ending leave no room for a name.
    """
    prefix = f"{folder}/" if folder else ""
    room = LONGEST_FILE_NAME - len(prefix) - len(ending)
    if room < 2 * _DIGITS:
        raise ValueError(f"{prefix}...{ending} leaves no room for a name within {LONGEST_FILE_NAME} characters")
    return {name: f"{prefix}{short}{ending}" for name, short in _shortened(names, room, "_", ()).items()}


def set_names(names: Iterable[str]) -> dict[str, str]:
    """A name of at most eight characters of each of several sets of output points, all different.

    >>> set_names(["buoys", "compgrid", "nearshore_gauges"])
    {'buoys': 'buoys', 'compgrid': 'comp0d4a', 'nearshore_gauges': 'nearde9c'}
    """
    return _shortened(names, LONGEST_SET_NAME, "", RESERVED)


def _shortened(names: Iterable[str], room: int, separator: str, reserved: tuple[str, ...]) -> dict[str, str]:
    plain = {name: _plain(name) for name in names}
    taken = {name.casefold() for name in reserved}
    times = Counter(text.casefold() for text in plain.values())
    found = {
        name: name
        for name, text in plain.items()
        if name == text and len(name) <= room and times[text.casefold()] == 1 and not _is_reserved(name, taken)
    }
    taken |= {short.casefold() for short in found.values()}
    for name in sorted(plain.keys() - found.keys()):
        start = plain[name][: room - _DIGITS - len(separator)] + separator
        tries = (start + sha256(f"{n}{name}".encode()).hexdigest()[:_DIGITS] for n in count())
        found[name] = next(short for short in tries if not _is_reserved(short, taken))
        taken.add(found[name].casefold())
    return {name: found[name] for name in plain}


def _is_reserved(name: str, taken: set[str]) -> bool:
    return name.casefold() in taken or re.fullmatch(r"bound_\d+", name.casefold()) is not None


def _plain(name: str) -> str:
    """Letters, digits, hyphens and underscores of ASCII; starts with a letter or a digit."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", letters).lstrip("-_") or "unnamed"
