"""The contract of a model plugin: one class, six methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.findings import Finding
from ..core.inputs import Input
from ..core.node import Node
from ..core.period import Period
from ..domain import Domain
from ..errors import Problem
from ..forcing import Forcing
from ..run_backend.base import Resources
from ..run_backend.job import Exit

if TYPE_CHECKING:
    import xarray as xr


class Experiment(Node):
    """What a model is asked to compute, in words that every model shares."""

    name: str = "experiment"
    """Short name; the run directory is called after it."""
    period: Period | None = None
    """The simulated time."""
    domain: Domain | None = None
    """Where: mesh, bathymetry, boundary segments, stations."""
    forcing: Forcing = Forcing()
    """What drives it: tides, water level, wind, pressure, current, ice, waves, rivers."""

    def workspace_of(self, run: str) -> Path:
        """The workspace of another run that has finished.

        Args:
            run: its run_id, where it is beside this one, or the path of its directory.

        Raises:
            LookupError: there is none, or it has not finished; says so.
        """
        raise LookupError("an experiment without a place on disk has no runs beside it")


@dataclass(frozen=True)
class Plan:
    """What a model would do, found without writing anything."""

    files: tuple[str, ...] = ()
    """Input files it will write, relative to the workspace."""
    inputs: tuple[Input, ...] = ()
    """Files it reads; their content decides whether an experiment is still current."""
    cells: int | None = None
    steps: int | None = None
    memory_mb: float | None = None
    disk_mb: float | None = None
    notes: tuple[str, ...] = ()
    """What a user should know: time step and CFL, physics that this model lacks, defaults that were taken."""
    problems: tuple[Problem, ...] = ()
    """Data that are missing or do not cover what is needed; nothing is written while there are any."""


@dataclass(frozen=True)
class Command:
    """What executes a model: names of programs, never paths of this machine."""

    argv: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    version: str = ""
    """Version of the model where it can be told without running it; part of what makes a run current."""
    program: str = ""
    """The word of `argv` that is the model itself, where the first one is a launcher such as ``mpiexec``."""
    hint: str = ""
    """How to say where the model's program is, told where there is none."""


@dataclass(frozen=True)
class Progress:
    """Where a running model is, read from one line of its own output."""

    fraction: float | None = None
    """0 to 1."""
    time: str = ""
    """Simulated time, ISO 8601."""
    text: str = ""
    """Anything else worth showing, such as an iteration."""


@dataclass(frozen=True)
class Verdict:
    """Success or failure by the model's own evidence."""

    success: bool
    evidence: str
    """The model's own words, or the file that is missing."""
    outputs: tuple[str, ...] = ()
    """Output files that exist, relative to the workspace."""


class Model(Node, ABC):
    """Base of every model plugin; a subclass sets ``model_type`` to a Literal and fills the six methods."""

    model_type: str
    """Which model; decides the rest of the keys."""

    @classmethod
    def executables(cls) -> list[Finding]:
        """The programs on this machine that execute the model, with their versions; found within a few seconds."""
        return []

    @abstractmethod
    def plan(self, experiment: Experiment) -> Plan:
        """Files, data with coverage, size and problems of this experiment; reads only."""

    @abstractmethod
    def generate(self, workspace: Path, experiment: Experiment) -> None:
        """Write every input file into the workspace; byte-identical when repeated.

        Raises:
            DataError: the data are not what the experiment needs.
        """

    @abstractmethod
    def command(self, workspace: Path, resources: Resources) -> Command | None:
        """What executes the model in the workspace; None when only the run backend knows."""

    def evidence(self, workspace: Path) -> tuple[str, ...]:
        """Files that only a run writes and by which it is judged, as glob patterns; none of an earlier one may stay.

        What the model itself removes when it starts need not be named.
        """
        return ()

    @abstractmethod
    def progress(self, line: str) -> Progress | None:
        """What one line of the model's output tells about its progress, if anything."""

    @abstractmethod
    def verdict(self, workspace: Path, exit: Exit | None) -> Verdict:
        """Did it succeed? `exit` is None where a backend does not tell."""

    @abstractmethod
    def open(self, workspace: Path) -> xr.Dataset:
        """The output as a lazy CF/UGRID dataset.

        Raises:
            DataError: there is no output to open.
        """


def refuse_unused(model: str, experiment: Experiment, understood: Iterable[str], why: dict[str, str]) -> list[Problem]:
    """Problems for each forcing that is given and that the model cannot use, by name."""
    names = set(understood)
    given = {k: v for k, v in dict(experiment.forcing).items() if v is not None}
    return [
        Problem(
            f"forcing.{k}", f"model {model} cannot use this forcing{_because(why, k)}", hint=f"set forcing.{k}=null"
        )
        for k in given
        if k not in names
    ]


def _because(why: dict[str, Any], key: str) -> str:
    return f": {why[key]}" if key in why else ""
