"""A command file, with those that it includes, as an experiment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ....errors import ConfigError, DataError, Problem
from ..language.reading import Parsed, read
from ..language.scanning import LINE_LENGTH
from ..language.table import COMMANDS, section_of
from .state import Entry, State

Imported = State
_MOST_INCLUDED = 10
_SECTIONS = {"startup": "start", "lockup": "end"}


def import_swan(path: Path, crs: str | None = None) -> Imported:
    """The experiment that a command file describes.

    Args:
        path: the command file.
        crs: ``EPSG:n`` of Cartesian coordinates, where it is known; without it they are ``local``.

    Raises:
        DataError: there is no such file, or it holds no command of SWAN.
        ConfigError: it has no grid that can be expressed; names file and line.
    """
    from . import boundaries, fields, grids, output, physics, start, times

    path = path.resolve()
    state = State(path, list(_entries(path, path.parent, 0)))
    if not any(entry.parsed.command for entry in state.entries):
        raise DataError(Problem("", f"{path} holds no command of SWAN"))
    start.start(state, crs)
    times.times(state)
    grids.grids(state)
    fields.fields(state)
    boundaries.boundaries(state)
    physics.physics(state)
    output.output(state)
    _keep_the_rest(state)
    return state


def _entries(path: Path, folder: Path, depth: int) -> Iterator[Entry]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataError(Problem("", f"cannot read the command file {path}: {error.strerror}")) from error
    for parsed in read(text, COMMANDS.values()):
        if parsed.name != "include" or parsed.node is None:
            yield Entry(path, parsed)
        else:
            yield from _included(Entry(path, parsed), folder, depth)


def _included(entry: Entry, folder: Path, depth: int) -> Iterator[Entry]:
    """The commands of another file, which SWAN looks for in the folder that it runs in."""
    if depth >= _MOST_INCLUDED:
        raise ConfigError(Problem("", f"{entry.where}: files include each other"))
    other = folder / entry.node.fname
    if not other.is_file():
        raise DataError(Problem("", f"{entry.where}: there is no file {other}"))
    yield from _entries(other, folder, depth + 1)


def _keep_the_rest(state: State) -> None:
    section = "start"
    for entry in state.entries:
        if entry.parsed.name:
            section = section_in_config(entry.parsed)
        if id(entry) not in state.done:
            state.keep(entry, entry.parsed.fault or "the config has no key for it", section)
            if section == "boundaries" and state.convention == "cartesian":
                state.notes.append(f"{entry.where}: directions in it have to be made nautical")
    for number, kept in enumerate(state.kept):
        state.kept[number] = replace(kept, lines=tuple(_staged(state, line) for line in kept.lines))


def section_in_config(parsed: Parsed) -> str:
    """The key of ``model.extra_commands`` for a command."""
    section = section_of(parsed.name)
    return _SECTIONS.get(section, section)


def _staged(state: State, line: str) -> str:
    """A line as far as SWAN reads it; its files are put beside the command file, under their names without folders."""

    def found(match: re.Match[str]) -> str:
        name = match[1].strip()
        path = state.folder / name
        files = [path] if path.is_file() else state.pieces(name)
        if not name or not files:
            return match[0]
        state.files |= {file.name: file for file in files}
        return f"'{path.name}'"

    return re.sub(r"'([^']*)'", found, line[:LINE_LENGTH])
