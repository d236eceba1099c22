"""What is known while a command file is imported."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..language.form import FORM, other_form
from ..language.nodes import CommandNode
from ..language.reading import Parsed
from ..language.render import folded, words_of

SECTIONS = ("start", "grids", "boundaries", "physics", "numerics", "output", "end")


@dataclass(frozen=True, eq=False)
class Entry:
    """A command with the file that it stands in."""

    path: Path
    parsed: Parsed

    @property
    def where(self) -> str:
        """File and line, for people."""
        return f"{self.path.name}:{self.parsed.first_line}"

    @property
    def node(self) -> Any:
        """The command; of one that is asked for by its name it is there."""
        return self.parsed.node


@dataclass(frozen=True)
class Kept:
    """A command that is passed on as it is."""

    where: str
    section: str
    lines: tuple[str, ...]
    reason: str


@dataclass
class State:
    """The config as far as it is made, and the commands that are not in it yet."""

    path: Path
    entries: list[Entry]
    config: dict[str, Any] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    """Name beside the command file -> file, for commands that are kept."""
    notes: list[str] = field(default_factory=list)
    """What is otherwise than in the command file."""
    done: set[int] = field(default_factory=set)
    """Identities of the entries that are expressed or kept."""
    expressed: int = 0
    convention: str = "cartesian"
    """Of directions in the command file: ``cartesian`` or ``nautical``."""
    nor: float = 90.0
    """Direction of north, anticlockwise from the x-axis [degrees]."""
    start: datetime | None = None
    stop: datetime | None = None
    begins_steady: bool = False
    """Whether a stationary computation comes before those in time."""

    products: dict[str, Callable[[Path], None]] = field(default_factory=dict)
    """Files that the config needs and the set-up does not have: name -> writes it."""
    grid_layout: dict[str, Any] = field(default_factory=dict)
    """Of the file with the coordinates of a curvilinear grid."""
    grid_size: tuple[int, int] | None = None
    """Points of a curvilinear grid along x and y."""
    is_upright: bool = False
    """Whether its columns lead east and its rows north on the whole, as a domain has them."""

    @property
    def folder(self) -> Path:
        """Of the command file; SWAN looks for files there."""
        return self.path.parent

    def named(self, *names: str) -> Iterator[Entry]:
        """Commands by the names of the table that could be read and are not dealt with yet."""
        for entry in self.entries:
            if entry.parsed.name in names and entry.parsed.node is not None and id(entry) not in self.done:
                yield entry

    def last(self, name: str) -> Entry | None:
        """The last command of a name, which is the one that counts."""
        found = list(self.named(name))
        return found[-1] if found else None

    def express(self, *entries: Entry) -> None:
        """These commands are in the config."""
        self.expressed += sum(id(e) not in self.done for e in entries)
        self.done |= {id(e) for e in entries}

    def keep(self, entry: Entry, reason: str, section: str, lines: tuple[str, ...] | None = None) -> None:
        """Pass a command on as it is, or as these lines."""
        self.done.add(id(entry))
        self.kept.append(Kept(entry.where, section, lines or tuple(entry.parsed.text.splitlines()), reason))

    def keep_lines(self, section: str, lines: tuple[str, ...], reason: str) -> None:
        """Pass lines on that are a part of commands."""
        self.kept.append(Kept(self.path.name, section, lines, reason))

    def from_deg(self, direction: float) -> float:
        """Where waves or wind come from, clockwise from north, of a direction in the command file [degrees]."""
        if self.convention == "nautical":
            return direction
        return round((180.0 + self.nor - direction) % 360.0, 9)

    def set(self, key: str, value: Any) -> None:
        """Put a value into the config, at a key such as ``model.mode.kind``."""
        *parents, last = key.split(".")
        node = self.config
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value

    def get(self, key: str) -> Any:
        """The value at a key; None where there is none."""
        node: Any = self.config
        for name in key.split("."):
            node = node.get(name) if isinstance(node, dict) else None
        return node

    @property
    def is_local(self) -> bool:
        """Whether the coordinates are nowhere on Earth."""
        return str(self.get("domain.crs")) == "local"

    @property
    def is_line(self) -> bool:
        """Whether the run is one-dimensional."""
        return str(self.get("model.grid.kind")) == "line"

    def own_form(self, entry: Entry, *without: str) -> dict[str, Any]:
        """What a command says, but for that which decides the form of SWAN's files: they are told."""
        if names := [n for n in other_form(entry.node) if n not in without]:
            self.notes.append(
                f"{entry.where}: {', '.join(names)} left out, since SWAN's files are read in its own form"
            )
        return given(entry.node, *FORM.get(entry.parsed.name, ()), *without)

    def file(self, name: str) -> str:
        """A file of the set-up, as the config names it."""
        return f"${{data_dir}}/{name}" if not Path(name).is_absolute() else name

    def pieces(self, name: str) -> list[Path]:
        """The files of the ranks of an MPI run, ``name-001`` and so on."""
        path = self.folder / name
        return sorted(path.parent.glob(f"{glob.escape(path.name)}-[0-9][0-9][0-9]"))


def given(node: CommandNode, *without: str) -> dict[str, Any]:
    """What a command says, as plain data of a config; what it leaves out is left out."""
    data = node.model_dump(mode="json", exclude_unset=True)
    return {key: value for key, value in data.items() if key not in without}


def lines_of(node: CommandNode) -> tuple[str, ...]:
    """A command as lines of a command file."""
    return tuple(folded(words_of(node)))
