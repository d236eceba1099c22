"""The model plugin: what a config says about ANUGA, and the six methods of a model."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ...core.extras import install_command
from ...core.findings import Finding
from ...core.period import Period
from ..base import Command, Experiment, Model, Plan, Progress, Verdict
from .case import CASE
from .config import Boundary, Friction, Numerics, Output, WindDrag

if TYPE_CHECKING:
    import xarray as xr

    from ...run_backend.base import Resources
    from ...run_backend.job import Exit


class Anuga(Model):
    """Depth-averaged flow with wetting and drying on triangles: tide, surge, river, flood; no Coriolis, no waves."""

    model_type: Literal["anuga"] = "anuga"
    friction: Friction = Friction()
    """Friction at the bed."""
    boundaries: dict[str, Boundary] = {}
    """Condition on each boundary segment of the domain, by its name. Without a word here ``land``, the shores of
    islands and the unnamed sides of a box or grid reflect; ``ocean`` takes the level of the forcing: tides, series or
    their sum where both are given."""
    initial_stage_m: float | None = Field(None, ge=-100, le=100)
    """Water level at the start [m over the vertical datum]; null takes that of the open boundary then, or 0."""
    dry_depth_m: float = Field(0.01, gt=0, le=1)
    """Cells with less water [m] count as dry: no wind acts on them, and the output has no water level there."""
    water_density_kg_m3: float = Field(1025.0, ge=950, le=1100)
    """Density of the water [kg/m3], for wind and air pressure."""
    reference_pressure_pa: float = Field(101325.0, ge=90000, le=110000)
    """Air pressure at which an inverse barometer is zero [Pa]."""
    wind_drag: WindDrag = WindDrag()
    """How wind becomes stress."""
    numerics: Numerics = Numerics()
    """How the equations are solved."""
    output: Output = Output()
    """What is written."""

    def output_interval(self, period: Period) -> timedelta:
        """Time between output fields."""
        return self.output.interval or period.interval

    def plan(self, experiment: Experiment) -> Plan:
        """Files, data, size and problems of this experiment; reads only, and only files of data."""
        from .planning import plan

        return plan(self, experiment)

    def generate(self, workspace: Path, experiment: Experiment) -> None:
        """Write mesh, forcing and ``case.json``, and remove what an earlier run left.

        Raises:
            ConfigError: the experiment has no domain or period.
            DataError: the data are not what the experiment needs.
        """
        from .generating import generate

        generate(self, workspace, experiment)

    @classmethod
    def executables(cls) -> list[Finding]:
        """The package, which Python runs."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return [Finding("ANUGA", "works", f"{version('anuga')}, {sys.executable}")]
        except PackageNotFoundError:
            return [Finding("ANUGA", "absent", "not installed here", install_command("anuga"))]

    def command(self, workspace: Path, resources: Resources) -> Command:
        """The solver as a module of Python, one OpenMP thread for each cpu.

        Idle threads sleep: spinning ones gain little on a free machine and made runs on a busy one twenty times slower.
        """
        from importlib.metadata import PackageNotFoundError, version

        try:
            versions = f"anuga {version('anuga')}, rompy-hydra {version('rompy-hydra')}"
        except PackageNotFoundError:
            versions = ""  # a container may have what this machine has not
        argv = ("python", "-m", "rompy_hydra.model.anuga.solve", CASE)
        return Command(argv, {"OMP_NUM_THREADS": str(resources.cpus), "OMP_WAIT_POLICY": "passive"}, versions)

    def progress(self, line: str) -> Progress | None:
        """Read ``time 2023-01-01T01:00:00Z 25.0 %``."""
        words = line.split()
        if len(words) != 4 or words[0] != "time" or words[3] != "%":
            return None
        return Progress(float(words[2]) / 100, words[1])

    def verdict(self, workspace: Path, exit: Exit | None) -> Verdict:
        """Success means: exit code 0, the evidence of a complete run, and an output that ends with finite values."""
        from .judging import verdict

        return verdict(workspace, exit)

    def open(self, workspace: Path) -> xr.Dataset:
        """Face-centred output as a lazy CF/UGRID dataset.

        Raises:
            DataError: there is no output to open.
        """
        from .reading import open_output

        return open_output(workspace)
