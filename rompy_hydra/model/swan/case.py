"""What a generated workspace holds: names of its files, and which output a complete run leaves.

``case.json`` beside SWAN's own command file says what the text of a command file does not: the reference system, the
stations by their names, and for each output file the last time that it must hold.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

INPUT = "INPUT"
"""SWAN's command file; above each command stands ``$ key`` with the config key that it comes from."""
CASE = "case.json"
PRINT = "PRINT"
"""SWAN's log: the commands, and its messages. With MPI there is one of each rank, ``PRINT-001``."""
ERRFILE = "Errfile"
"""SWAN's errors alone; with MPI ``Errfile-001``."""
NORM_END = "norm_end"
"""Written at the end of a run, and also when SWAN refused to start."""
LONGEST_FILE_NAME = 36
"""Characters of a file name that SWAN keeps."""

Kind = Literal["block", "table", "spectra", "nest", "restart"]


@dataclass(frozen=True)
class OutputFile:
    """One file that a complete run leaves."""

    path: str
    kind: Kind
    location: str = ""
    """Name of SWAN's set of output points: COMPGRID, or the ``sname`` of a FRAME, POINTS, ..."""
    format: Literal["netcdf", "text", "unformatted"] = "text"
    """``unformatted`` of restart files only."""
    variables: tuple[str, ...] = ()
    """SWAN's keywords, e.g. HSIGN, in the order in which they are written."""
    first: str | None = None
    """First time that it must hold, ISO 8601; None for a stationary run."""
    last: str | None = None
    interval_s: float | None = None


@dataclass(frozen=True)
class Case:
    """What the readers and the judge of a run need to know beside SWAN's own files."""

    name: str
    version: str
    """The SWAN that the commands were written for, e.g. ``41.45``."""
    crs: str
    """``EPSG:n`` of the coordinates, or ``local``."""
    is_spherical: bool
    """Whether coordinates are longitudes and latitudes."""
    vertical_datum: str
    start: str
    """ISO 8601, UTC."""
    stop: str
    is_stationary: bool
    outputs: tuple[OutputFile, ...] = ()
    stations: tuple[tuple[str, float, float], ...] = ()
    """Name, x and y of each, in the order of the points of the set ``STATIONS``."""

    def write(self, workspace: Path) -> None:
        """Write ``case.json``: sorted keys, no paths, no time stamps."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        (workspace / CASE).write_text(text + "\n", encoding="utf-8")


def read_case(workspace: Path) -> Case:
    """Read ``case.json``."""
    data = json.loads((workspace / CASE).read_text(encoding="utf-8"))
    outputs = tuple(OutputFile(**{**o, "variables": tuple(o["variables"])}) for o in data["outputs"])
    stations = tuple((str(n), float(x), float(y)) for n, x, y in data["stations"])
    return Case(**{**data, "outputs": outputs, "stations": stations})
