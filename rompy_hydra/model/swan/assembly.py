"""What is written for SWAN: its commands in order, and the files beside them; found without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .language.render import Statement

if TYPE_CHECKING:
    from ...core.period import Period
    from ...domain import Domain
    from ..base import Experiment
    from .case import OutputFile
    from .geometry import Geometry
    from .model import Swan


@dataclass(frozen=True, eq=False)
class InputFile:
    """A file beside the command file."""

    name: str
    key: str
    """Config key that it comes from."""
    write: Callable[[Path], Any]
    """Writes it to a path."""
    megabytes: float = 0.0
    look: Callable[[], None] = lambda: None
    """Raises a DataError where a first look at what it is made from shows that it cannot be written."""


@dataclass(frozen=True, eq=False)
class Site:
    """An experiment with its computational grid."""

    model: Swan
    experiment: Experiment
    domain: Domain
    period: Period
    geometry: Geometry


@dataclass
class Part:
    """One section of the command file."""

    statements: list[Statement] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    outputs: list[OutputFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, key: str, *nodes: Any) -> None:
        """Add commands of a config key."""
        self.statements += [Statement(key, node) for node in nodes]

    def join(self, others: Iterable[Part]) -> Part:
        """Add other parts, in order."""
        for other in others:
            self.statements += other.statements
            self.files += other.files
            self.outputs += other.outputs
            self.notes += other.notes
        return self


def assemble(site: Site) -> Part:
    """All of the command file.

    Raises:
        DataError: the data of an input cannot be read.
        ConfigError: parts of the config contradict each other.
    """
    from . import boundary_part, compute_part, grid_part, output_part, physics_part, start_part

    builders = {
        "start": start_part.start,
        "grids": grid_part.grids,
        "boundaries": boundary_part.boundaries,
        "physics": physics_part.physics,
        "numerics": physics_part.numerics,
        "output": output_part.output,
        "end": None,
    }
    whole = Part()
    for section, build in builders.items():
        if build is not None:
            whole.join([build(site)])
        whole.statements += _extra(site.model, section)
    staged = [InputFile(n, f"model.files.{n}", copier(p)) for n, p in site.model.files.items()]
    return whole.join([Part(files=staged), compute_part.compute(site)])


def _extra(model: Swan, section: Any) -> Iterator[Statement]:
    if lines := model.extra_commands.get(section):
        yield Statement(f"model.extra_commands.{section}", verbatim=tuple(lines))


def copier(source: Path) -> Callable[[Path], Any]:
    """What copies a file to a path."""

    def copy(target: Path) -> None:
        import shutil

        shutil.copyfile(source.expanduser(), target)

    return copy
