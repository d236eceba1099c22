"""How what the doctor has found looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from ..core import secrets
from ..core.findings import Finding, Section
from ..core.printable import printable

_WIDEST = 24
"""Characters of a column; a longer name, such as that of a process, pushes what is told of it to the right."""
_STYLES = {"works": "green", "absent": "dim", "fails": "bold red"}


def print_sections(sections: Sequence[Section]) -> None:
    """Coloured columns on a terminal, lines elsewhere."""
    if not sys.stdout.isatty():
        print("\n".join(_lines(sections)))  # noqa: T201
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for section in sections:
        table = Table("state", "name", "told", box=None, pad_edge=False, padding=(0, 2), show_header=False)
        for finding in section.findings:
            style = _STYLES[finding.state]
            told = Text(_shown(finding.told)).append(f"\n{_shown(finding.hint)}" if finding.hint else "", "italic")
            table.add_row(Text(finding.state, style), Text(_shown(finding.name)), told)
        console.print(Text(section.title, "bold"))
        console.print(table)


def _lines(sections: Sequence[Section]) -> Iterator[str]:
    width = max(len(finding.name) for section in sections for finding in section.findings)
    for section in sections:
        yield section.title
        for finding in section.findings:
            yield from _finding_lines(finding, min(width, _WIDEST))


def _finding_lines(finding: Finding, width: int) -> Iterator[str]:
    yield f"  {finding.state:6s}  {_shown(finding.name):{width}s}  {_shown(finding.told)}"
    if finding.hint:
        yield f"  {'':6s}  {'':{width}s}  hint: {_shown(finding.hint)}"


def _shown(text: str) -> str:
    return printable(secrets.mask(text))
