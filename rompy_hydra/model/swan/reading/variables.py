"""What SWAN can write: keywords, canonical short names, CF names, units and exception values.

The short names are those that SWAN's users know, in lower case: ``hs``, ``tp``, ``tps``, ``tm01``, ``dir``, ``pdir``,
``dspr``, ``xwnd`` ... Directions are where waves come from, clockwise from north (``SET NAUTICAL``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ....errors import Problem, did_you_mean
from ..language.versions import order
from .quantity_table import ROWS, SINCE, STANDARD_NAMES

Kind = Literal["scalar", "direction", "vector", "partitions", "coordinate", "time"]
Format = Literal["netcdf", "block", "table"]
PARTITIONS = 6
"""How many SWAN writes of a partitioned quantity, unless QUANTITY ... [noswll] says otherwise."""

WIDEST_TABLE = 50
"""Columns of a table: SWAN writes a row into 720 characters, 14 of each column, and crashes beyond."""


@dataclass(frozen=True)
class Quantity:
    """One output quantity of SWAN."""

    number: int
    """SWAN's own; of several that a keyword could be, SWAN takes the highest."""
    keyword: str
    """In capitals, as a command says it, e.g. ``HSIGN``."""
    needed: str
    """The letters of it that SWAN needs, e.g. ``HS``."""
    names: tuple[str, ...]
    """Canonical short names: one, the x and y components of a vector, or one of each partition."""
    netcdf: tuple[str, ...]
    """What SWAN calls them in netCDF; empty where SWAN refuses to write it so."""
    units: str
    """As UDUNITS spells them."""
    kind: Kind
    missing: float
    """What SWAN writes where there is no value; 0 for most vectors, which cannot be told from rest."""
    long_name: str
    since: str = ""
    """The version of SWAN that brought it, where 41.41 does not have it."""

    @property
    def is_direction(self) -> bool:
        """Whether values are angles that go round."""
        return self.kind == "direction" or self.keyword == "PTDIR"

    def is_in(self, format: Format) -> bool:
        """Whether SWAN writes it as a netCDF block, a text block or a table."""
        if format == "netcdf":
            return bool(self.netcdf) or self.kind == "coordinate"
        return format == "table" or self.kind != "time"

    def attributes(self, name: str) -> dict[str, Any]:
        """CF attributes of one of its variables."""
        i = int(name[-1]) if self.kind == "partitions" else self.names.index(name)
        parts = {"vector": f"{self.long_name}, {'xy'[i % 2]} component", "partitions": f"{self.long_name} ({i})"}
        standard = {"standard_name": STANDARD_NAMES[name]} if name in STANDARD_NAMES else {}
        origin = {"swan_keyword": self.keyword}
        up = {"positive": "down"} if name == "botlev" else {}
        return {**standard, "long_name": parts.get(self.kind, self.long_name), "units": self.units, **up, **origin}


@lru_cache(maxsize=1)
def quantities() -> tuple[Quantity, ...]:
    """All of them, in SWAN's order."""
    rows = ([cell.strip() for cell in line.split("|")] for line in ROWS.strip().splitlines())
    return tuple(_quantity(*row) for row in rows)


def _quantity(number: str, keyword: str, names: str, netcdf: str, units: str, kind: Any, *rest: str) -> Quantity:
    missing, long_name = rest
    short, in_netcdf = tuple(names.split()), tuple(netcdf.replace("-", "").split())
    if kind == "partitions":
        short, in_netcdf = (tuple(f"{n}{i}" for n in each for i in range(PARTITIONS)) for each in (short, in_netcdf))
    needed = "".join(c for c in keyword if not c.islower())
    units = "" if units == "-" else units
    since = SINCE.get(names, "")
    return Quantity(
        int(number), keyword.upper(), needed, short, in_netcdf, units, kind, float(missing), long_name, since
    )


def find(word: str) -> Quantity | None:
    """The quantity of a keyword of SWAN, in full or as short as SWAN understands it, or of a short name.

    >>> find("HSIGN").names, find("hswe").names, find("ywnd").keyword, find("HSIX") is find("HS")
    (('hs',), ('hswell',), 'WIND', True)
    """
    for quantity in quantities():
        if word in quantity.names:
            return quantity
    fitting = (q for q in reversed(quantities()) if word.upper().startswith(q.needed))
    return next(fitting, None)


def problems(words: Sequence[str], key: str, format: Format, version: str = "41.45") -> list[Problem]:
    """What is wrong with a list of quantities: unknown ones, those that this format or version has not, too many.

    Args:
        words: keywords or short names.
        key: of the list in the configuration.
        format: how they are to be written.
        version: of SWAN.
    """
    found = []
    for word in words:
        quantity = find(word)
        if quantity is None or word.upper() not in _spellings(quantity):
            found.append(Problem(key, "SWAN has no such output quantity", word, hint=_nearest(word)))
        elif not quantity.is_in(format):
            hint = "write it to a text file as well" if format == "netcdf" else "write it to a table"
            found.append(Problem(key, f"SWAN does not write {quantity.keyword} as {format}", word, hint=hint))
        elif quantity.since and order(version) < order(quantity.since):
            message = f"{quantity.keyword} is new in SWAN {quantity.since}, the commands are for {version}"
            found.append(Problem(key, message, word, hint="leave it out, or set the version"))
    wide = 0 if found or format != "table" else len(columns(words))
    if wide > WIDEST_TABLE:
        message = f"these are {wide} columns, and SWAN crashes with more than {WIDEST_TABLE} in a table"
        found.append(Problem(key, message, hint="write two tables, or leave some out"))
    return found


def _spellings(quantity: Quantity) -> set[str]:
    """Every spelling that is clearly this quantity: longer than needed SWAN would take anything."""
    keyword, needed = quantity.keyword, quantity.needed
    return {keyword[:n] for n in range(len(needed), len(keyword) + 1)} | {n.upper() for n in quantity.names}


def _nearest(word: str) -> str:
    if word.isupper():
        return did_you_mean(word, [q.keyword for q in quantities()])
    return did_you_mean(word.lower(), [n for q in quantities() for n in q.names])


def columns(words: Iterable[str], partitions: int = PARTITIONS) -> list[tuple[Quantity, str]]:
    """The quantity and the short name of each column that SWAN writes for a list of keywords.

    >>> [name for _, name in columns(["TIME", "HSIGN", "WIND"])]
    ['time', 'hs', 'xwnd', 'ywnd']
    """
    chosen = [(word, find(word)) for word in words]
    if unknown := [word for word, quantity in chosen if quantity is None]:
        raise ValueError(f"SWAN has no output quantity {', '.join(unknown)}")
    return [
        (q, name)
        for _, q in chosen
        if q is not None
        for name in (_partitions(q, partitions) if q.kind == "partitions" else q.names)
    ]


def _partitions(quantity: Quantity, count: int) -> tuple[str, ...]:
    return tuple(f"{quantity.names[0].removesuffix('0')}{i}" for i in range(count))


def columns_of_width(words: Sequence[str], width: int) -> tuple[int, list[tuple[Quantity, str]]] | None:
    """The columns of a table whose rows have so many; None where they do not fit its keywords.

    Returns:
        The number of columns in front that are no quantity (1 of an indexed table), and the others as `columns` has
        them, with as many partitions as there is room for.

    >>> index, found = columns_of_width(["HSIGN", "PTHSIGN"], 4)
    >>> index, [name for _, name in found]
    (0, ['hs', 'phs0', 'phs1', 'phs2'])
    """
    partitioned = sum(1 for w in words if (q := find(w)) and q.kind == "partitions")
    plain = len(columns(words, 0))
    for index in (0, 1):
        rest = width - index - plain
        if rest == 0 or (partitioned and rest > 0 and rest % partitioned == 0):
            return index, columns(words, rest // max(partitioned, 1))
    return None
