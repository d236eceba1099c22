"""The model plugin: what a config says about SWAN, and the six methods of a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import field_validator

from ..base import Command, Experiment, Model, Plan, Progress, Verdict
from .config import Fields, GridConfig, Initial, Mode, Nest, Nonstationary, Spectral, Steady
from .output_config import Output
from .physics_config import Constants, Numerics, Physics

if TYPE_CHECKING:
    import xarray as xr

    from ...core.findings import Finding
    from ...run_backend.base import Resources
    from ...run_backend.job import Exit

Section = Literal["start", "grids", "boundaries", "physics", "numerics", "output", "end"]
"""Places in a command file after which other commands may be put."""
LONGEST_LINE = 180
"""Characters of a line that SWAN reads."""
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,35}")
Version = Literal["41.41", "41.45", "41.51"]


class Swan(Model):
    """Waves in coastal regions, estuaries and lakes by their spectra: wind, refraction, shoaling, breaking."""

    model_type: Literal["swan"] = "swan"
    version: Version = "41.45"
    """Version of SWAN that the commands are written for; what it does not know is refused."""
    executable: str | None = None
    """Program to run: a path or a name on PATH; null takes $ROMPY_SWAN, or swan.exe or swan on PATH."""
    parallel: Literal["threads", "mpi"] = "threads"
    """What the cpus of the run backend are: threads of an OpenMP build, or ranks of an MPI build under mpiexec."""
    grid: GridConfig = GridConfig()
    """How SWAN computes on the mesh of the domain."""
    spectral: Spectral = Spectral()
    """Frequencies and directions of the spectrum."""
    mode: Mode = Nonstationary()
    """Stationary, or in time steps; with the period it drives every time in the command file."""
    constants: Constants = Constants()
    """Physical constants and limits, SWAN's SET."""
    physics: Physics = Physics()
    """Sources and sinks of wave energy, and what else changes waves."""
    numerics: Numerics = Numerics()
    """How the equations are solved."""
    boundary: Nest = Nest()
    """Spectra of a larger model along the whole boundary, instead of or beside ``forcing.waves``."""
    initial: Initial = Steady()
    """What a nonstationary run starts from."""
    output: Output = Output()
    """What is written."""
    fields: Fields = Fields()
    """Fields that only SWAN takes."""
    encoding: Literal["auto", "text", "unformatted"] = "auto"
    """How fields are written for SWAN: ``text``, ``unformatted`` (faster for both, exact), or by their size."""
    extra_commands: dict[Section, list[str]] = {}
    """Lines that are passed on to SWAN as they are, after the commands of a section: start, grids, boundaries,
    physics, numerics, output or end (before the computation)."""
    files: dict[str, Path] = {}
    """Files to put beside the command file for those lines: name there -> path here."""

    @classmethod
    def executables(cls) -> list[Finding]:
        """The program that is taken where ``executable`` is not given."""
        from .executing import found

        return [found()]

    @field_validator("extra_commands")
    @classmethod
    def _single_lines(cls, value: dict[Section, list[str]]) -> dict[Section, list[str]]:
        for section, lines in value.items():
            for line in lines:
                if "\n" in line or len(line) > LONGEST_LINE or not line.isascii():
                    what = f"expected lines of at most {LONGEST_LINE} characters of ASCII"
                    raise ValueError(f"{what}, in {section}: {line!r}")
        return value

    @field_validator("files")
    @classmethod
    def _plain_names(cls, value: dict[str, Path]) -> dict[str, Path]:
        for name in value:
            if not _FILE_NAME.fullmatch(name):
                raise ValueError(f"expected a plain name of at most 36 letters, digits and . _ -, got {name!r}")
        return value

    def plan(self, experiment: Experiment) -> Plan:
        """Files, data, size and problems of this experiment; reads only."""
        from .planning import plan

        return plan(self, experiment)

    def generate(self, workspace: Path, experiment: Experiment) -> None:
        """Write the command file and every file that it names.

        Raises:
            ConfigError: the experiment has no domain or period.
            DataError: the data are not what the experiment needs.
        """
        from .generating import generate

        generate(self, workspace, experiment)

    def command(self, workspace: Path, resources: Resources) -> Command:
        """SWAN itself, with one thread or rank for each cpu."""
        from .executing import command

        return command(self.executable, self.parallel, resources, self.version)

    def evidence(self, workspace: Path) -> tuple[str, ...]:
        """What SWAN leaves and does not remove itself."""
        from .executing import evidence

        return evidence(workspace)

    def progress(self, line: str) -> Progress | None:
        """Read SWAN's lines of time steps, iterations and accuracy."""
        from .progress import progress

        return progress(line)

    def verdict(self, workspace: Path, exit: Exit | None) -> Verdict:
        """Success means: no error anywhere in SWAN's own files, and outputs that reach their last times."""
        from .judging import verdict

        return verdict(workspace, exit)

    def open(self, workspace: Path) -> xr.Dataset:
        """Fields and station series as a lazy CF dataset.

        Raises:
            DataError: there is no output to open.
        """
        from .reading.output import open_output

        return open_output(workspace)
