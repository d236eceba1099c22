"""What a source holds, in words and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core import secrets
from ..core.printable import printable
from ..errors import raise_for
from ..source.base import Source, opened
from .tables import aligned, counted

if TYPE_CHECKING:
    from ..data.describe import Description, GapInfo
    from ..data.understand import Change
    from ..domain import Domain


_MOST_GAPS = 10
_LONGEST = 100
"""Characters of a file name."""


@dataclass(frozen=True)
class Seen:
    """What there is to be shown of a source or a domain."""

    text: str
    draw: Callable[[Path], bool]
    """Draws a picture at a path; says whether there was anything to draw."""
    rows: dict[str, Any]
    """As plain data."""


def look(node: Source | Domain, title: str, key: str) -> Seen:
    """Look at everything in a source, or at a domain; `key` is its config key.

    Raises:
        ConfigError, DataError: it cannot be read.
    """
    title = secrets.mask(title)
    return _look_at_source(node, title, key) if isinstance(node, Source) else _look_at_domain(node, title)


def _look_at_source(source: Source, title: str, key: str) -> Seen:
    from ..data.describe import MOST_BYTES, MOST_FETCHED, describe, plain_rows

    with opened(source, key) as data:
        is_here = all(one.path is not None for one in source.inputs(key))
        coordinates = dict(source.named_coordinates)
        found = describe(data, title, key, coordinates, MOST_BYTES if is_here else MOST_FETCHED)

    def draw(path: Path) -> bool:
        from .data_figure import draw_data

        return draw_data(path, found)

    return Seen(description_text(found), draw, plain_rows(found))


def _look_at_domain(domain: Domain, title: str) -> Seen:
    from .domain_view import domain_text
    from .domain_view import draw as draw_domain

    raise_for(domain.problems())
    text = domain_text(domain)

    def draw(path: Path) -> bool:
        draw_domain(domain, path, title)
        return True

    return Seen(text, draw, {"title": title, "text": text})


def description_text(found: Description) -> str:
    """What a source holds: variables, axes, what is understood otherwise than it is said, what is wrong."""
    return printable(secrets.mask("\n".join(_lines(found))))


def _lines(found: Description) -> Iterator[str]:
    yield f"{found.title}: {counted(len(found.variables), 'variable')}, {found.size} of values"
    if found.variables:
        yield "variables"
        rows = [["name", "range", "units", "NaN", "dimensions", "is", ""]]
        rows += [
            [v.name, _range(v.low, v.high), v.units, _share(v.missing), v.dims, v.quantity or "(not told)", v.note]
            for v in found.variables
        ]
        yield from aligned(rows)
    if found.axes:
        yield "axes"
        rows = [["name", "from", "to", "number", "step"]]
        yield from aligned([*rows, *([a.name, a.first, a.last, str(a.count), a.step] for a in found.axes)])
    yield from _gap_lines(found.gaps)
    yield from changes_lines(found.changes, "understood as")
    if found.faults:
        yield "faults"
        yield from (f"  - {fault}" for fault in found.faults)


def _gap_lines(gaps: Sequence[GapInfo]) -> Iterator[str]:
    if not gaps:
        return
    yield "times that are missing"
    rows = [["after", "until", "lasts", "missing", "usual step"]]
    rows += [[g.after, g.until, g.lasts, str(g.missing), g.step] for g in gaps[:_MOST_GAPS]]
    yield from aligned(rows)
    if len(gaps) > _MOST_GAPS:
        yield f"  and {len(gaps) - _MOST_GAPS} more"


def changes_lines(changes: Sequence[Change], head: str) -> Iterator[str]:
    """What is said in another way here than in the data, as a table; nothing for nothing."""
    if changes:
        yield head
        yield from aligned(
            [["in the data", "", "here", "because of"], *([c.what, c.found, c.made, c.why] for c in changes)]
        )


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "-"
    return f"{low:.6g}" if low == high else f"{low:.6g} .. {high:.6g}"


def _share(share: float) -> str:
    return "none" if share == 0 else f"{share:.1%}" if share >= 0.001 else "below 0.1%"


def picture_path(what: str) -> Path:
    """Where the picture of a source or domain goes, by the path or key as the user gave it."""
    name = "".join(c if c.isalnum() or c in "._-" else "_" for c in secrets.mask(what).strip("./"))
    return Path("outputs", "data", f"{name[-_LONGEST:]}.png")
