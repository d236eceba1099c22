"""The run itself, as a child process: ``python -m rompy_hydra.model.anuga.solve case.json``.

Needs the workspace and Python, nothing else, so that the same command works under every backend. Standard output
carries one line for each per cent of progress; ``finished.json`` is written last and only after a complete run.
"""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from . import case as files
from .case import Case

with contextlib.redirect_stdout(sys.stderr):  # ANUGA prints while it is imported
    import anuga

    from .edges import set_boundaries
    from .operators import PressureGradient, Series, Watch, WindStress


def solve(case_file: Path) -> None:
    """Run the case to its end and leave output, diagnostics and evidence beside it."""
    workspace = case_file.resolve().parent
    files.remove_results(workspace)
    case = files.read_case(case_file)
    domain = make_domain(case, workspace)
    inlets = add_sources(domain, case, workspace)
    _run(domain, case, workspace, inlets)


def make_domain(case: Case, workspace: Path) -> Any:
    """The ANUGA domain with its mesh, bed, friction, initial state and boundaries."""
    points = np.asarray(files.load_array(workspace, files.POINTS))
    domain = anuga.Domain(
        points[:, :2].copy(),
        np.asarray(files.load_array(workspace, files.TRIANGLES)),
        _boundary_tags(case, workspace),
        geo_reference=_geo_reference(case),
        starttime=datetime.fromisoformat(case.start).timestamp(),
    )
    domain.set_name(Path(files.OUTPUT).stem)
    domain.set_datadir(str(workspace))
    domain.set_flow_algorithm(case.flow_algorithm)
    domain.set_cfl(case.cfl)
    domain.set_quantities_to_be_stored({"elevation": 1, "friction": 1, "stage": 2, "xmomentum": 2, "ymomentum": 2})
    _set_state(domain, case, points[:, 2], files.load_array(workspace, files.FRICTION))
    set_boundaries(domain, case, workspace)
    return domain


def _boundary_tags(case: Case, workspace: Path) -> dict[tuple[int, int], str]:
    edges = files.load_array(workspace, files.EDGES)
    return {(int(t), int(e)): case.segments[int(s)] for t, e, s in edges}


def _geo_reference(case: Case) -> Any:
    code = case.crs.removeprefix("EPSG:")
    utm = code[:3] in ("326", "327") and len(code) == 5
    zone, hemisphere = (int(code[3:]), "northern" if code[2] == "6" else "southern") if utm else (-1, "undefined")
    easting_m, northing_m = case.origin_m
    return anuga.Geo_reference(zone=zone, hemisphere=hemisphere, xllcorner=easting_m, yllcorner=northing_m)


def _set_state(domain: Any, case: Case, bed_m: Any, friction: Any) -> None:
    """Bed as the mean of its three nodes, and water up to the initial level wherever the bed is below it."""
    bed_c = bed_m[np.asarray(domain.triangles)].mean(axis=1)
    domain.set_quantity("elevation", bed_c, location="centroids")
    domain.set_quantity("friction", np.asarray(friction), location="centroids")
    domain.set_quantity("stage", np.maximum(bed_c, case.initial_stage_m), location="centroids")


def add_sources(domain: Any, case: Case, workspace: Path) -> list[Any]:
    """Add wind, pressure and rivers; returns the inlets of the rivers."""
    common = {"density_kg_m3": case.water_density_kg_m3, "dry_depth_m": case.dry_depth_m}
    if case.wind:
        WindStress(domain, _field(case.wind, workspace), case.wind, **common)
    if case.pressure:
        PressureGradient(domain, _field(case.pressure, workspace), **common)
    return [_inlet(domain, river, workspace) for river in case.rivers]


def _field(forcing: dict[str, Any], workspace: Path) -> Series:
    return Series(files.load_array(workspace, forcing["times"]), files.load_array(workspace, forcing["values"]))


def _inlet(domain: Any, river: dict[str, Any], workspace: Path) -> Any:
    times_s, discharge_m3_s = files.read_series(workspace / river["series"])
    region = anuga.Region(domain, indices=np.asarray(river["triangles"], dtype=int))
    return anuga.Inlet_operator(
        domain, region, Q=lambda time: float(np.interp(time - domain.starttime, times_s, discharge_m3_s))
    )


def _run(domain: Any, case: Case, workspace: Path, inlets: list[Any]) -> None:
    began = time.perf_counter()
    watch = Watch(domain, case.duration_s, lambda time_s: _say(case, time_s))
    record: dict[str, list[float]] = {"time_s": [], "volume_m3": [], "boundary_flux_m3": [], "max_speed_m_s": []}
    for _ in domain.evolve(yieldstep=case.output_interval_s, duration=case.duration_s):
        watch.check()
        _measure(domain, case, record)
    _say(case, case.duration_s)
    summary = {
        "steps": watch.steps,
        "wall_s": round(time.perf_counter() - began, 3),
        "volume_error_m3": record["volume_m3"][-1] - record["volume_m3"][0] - _added(record, inlets),
        "river_shortfall_m3": {r["name"]: _shortfall_m3(i) for r, i in zip(case.rivers, inlets, strict=True)},
        "river_volume_m3": {r["name"]: float(i.total_applied_volume) for r, i in zip(case.rivers, inlets, strict=True)},
    }
    files.write_json(workspace / files.DIAGNOSTICS, {**record, **summary})
    finished = {"reached_s": record["time_s"][-1], "outputs": len(record["time_s"]), "anuga": anuga.__version__}
    files.write_json(workspace / files.FINISHED, finished)


def _added(record: dict[str, list[float]], inlets: list[Any]) -> float:
    return record["boundary_flux_m3"][-1] + sum(float(inlet.total_applied_volume) for inlet in inlets)


def _shortfall_m3(inlet: Any) -> float:
    """How much less than asked for an abstraction took, because the water had run out."""
    return max(float(inlet.total_applied_volume - inlet.total_requested_volume), 0.0)


def _measure(domain: Any, case: Case, record: dict[str, list[float]]) -> None:
    """Append the volume, the inflow so far, and the greatest speed of wet cells, in double precision."""
    q = {k: domain.quantities[k].centroid_values for k in ("stage", "elevation", "xmomentum", "ymomentum")}
    depth_m = q["stage"] - q["elevation"]
    wet = depth_m > case.dry_depth_m
    speed = np.hypot(q["xmomentum"], q["ymomentum"]) / np.where(wet, depth_m, 1.0)
    record["time_s"].append(float(domain.relative_time))
    record["volume_m3"].append(float(np.sum(depth_m * domain.areas)))
    record["boundary_flux_m3"].append(float(domain.get_boundary_flux_integral()))
    record["max_speed_m_s"].append(float(np.max(speed, where=wet, initial=0.0)))


def _say(case: Case, time_s: float) -> None:
    now = datetime.fromisoformat(case.start) + timedelta(seconds=round(time_s))
    print(f"time {now:%Y-%m-%dT%H:%M:%SZ} {100 * time_s / case.duration_s:.1f} %", flush=True)  # noqa: T201  the progress line


def main(case_file: Path) -> int:
    """Solve and return the exit code; a failure leaves its traceback in ``error.txt`` and on standard error."""
    try:
        solve(case_file)
    except Exception:  # noqa: BLE001  whatever ends the run is evidence
        text = traceback.format_exc()
        (case_file.resolve().parent / files.ERROR).write_text(text, encoding="utf-8")
        print(text, file=sys.stderr, flush=True)  # noqa: T201  the model's own error
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
