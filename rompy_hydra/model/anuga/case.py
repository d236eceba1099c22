"""The case folder: what `generate` writes, and the solver reads, in plain files.

Every name in a workspace is here, once. Coordinates are metres from the origin stated in ``case.json``, so that
single precision in ANUGA's output still resolves millimetres; times are seconds from the start of the run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from ...core.mesh import Floats

CASE = "case.json"
POINTS = "mesh_points.npy"
"""(n, 3) x, y and bed elevation of the nodes (m)."""
TRIANGLES = "mesh_triangles.npy"
"""(m, 3) nodes of each triangle, counter-clockwise."""
EDGES = "mesh_boundary.npy"
"""(k, 3) triangle, edge (opposite to its vertex of that number) and index into the case's segments."""
FRICTION = "friction.npy"
"""(m,) Manning coefficient of each triangle (s m^-1/3)."""
OUTPUT = "output.sww"
DIAGNOSTICS = "diagnostics.json"
"""What the solver measured inside the model: volume, fluxes, speed, steps. Written at the end."""
FINISHED = "finished.json"
"""Evidence of a complete run; written last, atomically."""
ERROR = "error.txt"
"""Traceback of a run that failed."""
RESULTS = (ERROR, OUTPUT, f"{OUTPUT}.lock", DIAGNOSTICS, FINISHED)


@dataclass(frozen=True)
class Case:
    """The numbers of one run; the arrays are in the files beside it."""

    name: str
    start: str
    """ISO 8601, UTC."""
    duration_s: float
    output_interval_s: float
    crs: str
    """Metric coordinate reference system, or ``local``."""
    origin_m: tuple[float, float]
    vertical_datum: str
    initial_stage_m: float
    dry_depth_m: float
    water_density_kg_m3: float
    flow_algorithm: str
    cfl: float
    segments: tuple[str, ...]
    boundaries: dict[str, dict[str, Any]]
    """Segment -> {"kind": reflective, transmissive or level}. A level has "radiation", and "series", a file of
    time_s,water_level_m; or, where it varies along the segment, "times" and "values", a file of (t, k) levels [m] at
    the middles of its k edges, in the order of ``mesh_boundary.npy``."""
    wind: dict[str, Any] | None = None
    """{"times": file, "values": file (t, 2, 1 or m) u10 and v10 in m/s, "law", "coefficient", "limit"}."""
    pressure: dict[str, Any] | None = None
    """{"times": file, "values": file (t, n) deviation in Pa at the nodes}."""
    rivers: tuple[dict[str, Any], ...] = ()
    """{"name", "series": file of time_s,discharge_m3_s, "triangles": [...]}."""

    def write(self, workspace: Path) -> None:
        """Write ``case.json``: sorted keys, no paths, no time stamps."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        (workspace / CASE).write_text(text + "\n", encoding="utf-8")


def read_case(path: Path) -> Case:
    """Read ``case.json``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Case(**{**data, "origin_m": tuple(data["origin_m"]), "segments": tuple(data["segments"])})


def level_files(segment: str, is_uniform: bool) -> dict[str, str]:
    """The files of the water level of a segment."""
    if is_uniform:
        return {"series": f"level_{segment}.csv"}
    return {"times": f"times_level_{segment}.npy", "values": f"level_{segment}.npy"}


def write_series(path: Path, column: str, times_s: Floats, values: Floats) -> None:
    """Write a text table ``time_s,<column>``, to the micro-unit."""
    write_blocks(path, column, [(times_s, values)])


def write_blocks(path: Path, column: str, blocks: Iterable[tuple[Floats, Floats]]) -> None:
    """The same from consecutive blocks of times and values, one of which is in memory at once."""
    with path.open("w", encoding="ascii", newline="\n") as stream:
        stream.write(f"time_s,{column}\n")
        for times_s, values in blocks:
            stream.writelines(f"{t:.3f},{v:.6f}\n" for t, v in zip(times_s.tolist(), values.tolist(), strict=True))


def read_series(path: Path) -> tuple[Floats, Floats]:
    """Times (s) and values of a table written by `write_series`.

    Raises:
        ValueError: a value is not finite; ANUGA would compute on without a word.
    """
    import numpy as np

    table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    if not np.isfinite(table).all():
        raise ValueError(f"{path.name} holds values that are not finite")
    return table[:, 0], table[:, 1]


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON so that the file is either absent or complete."""
    partial = path.with_name(f"{path.name}.part")
    with partial.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1, sort_keys=True, allow_nan=False)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def remove_results(workspace: Path) -> None:
    """Delete what an earlier run left, so that old evidence can never speak for a new run."""
    for name in RESULTS:
        (workspace / name).unlink(missing_ok=True)


def load_array(workspace: Path, name: str) -> np.ndarray[Any, Any]:
    """An array of the case, mapped from disk."""
    import numpy as np

    array: np.ndarray[Any, Any] = np.load(workspace / name, mmap_mode="r", allow_pickle=False)
    return array


def finite_array(workspace: Path, name: str) -> np.ndarray[Any, Any]:
    """The same, looked through row by row.

    Raises:
        ValueError: a value is not finite; ANUGA would compute on without a word.
    """
    import numpy as np

    array = load_array(workspace, name)
    if not all(np.isfinite(row).all() for row in array):
        raise ValueError(f"{name} holds values that are not finite")
    return array
