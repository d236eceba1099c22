"""Names of files that SWAN keeps whole."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from itertools import count

from ..case import LONGEST_FILE_NAME

_DIGITS = 4
"""Characters of a hash that tell apart what shortening made equal."""


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
    return {name: f"{prefix}{short}{ending}" for name, short in _shortened(names, room).items()}


def _shortened(names: Iterable[str], room: int) -> dict[str, str]:
    plain = {name: _plain(name) for name in names}
    times = Counter(text.casefold() for text in plain.values())
    found = {
        name: name for name, text in plain.items() if name == text and len(name) <= room and times[text.casefold()] == 1
    }
    taken = {short.casefold() for short in found.values()}
    for name in sorted(plain.keys() - found.keys()):
        start = plain[name][: room - _DIGITS - 1]
        tries = (f"{start}_{sha256(f'{n}{name}'.encode()).hexdigest()[:_DIGITS]}" for n in count())
        found[name] = next(short for short in tries if short.casefold() not in taken)
        taken.add(found[name].casefold())
    return {name: found[name] for name in plain}


def _plain(name: str) -> str:
    """Letters, digits, hyphens and underscores of ASCII; starts with a letter or a digit."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", letters).lstrip("-_") or "unnamed"
