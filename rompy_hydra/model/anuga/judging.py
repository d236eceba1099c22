"""Success or failure of a run, by what it left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base import Verdict
from . import case as files

if TYPE_CHECKING:
    from ...run_backend.job import Exit


def verdict(workspace: Path, ended: Exit | None) -> Verdict:
    """Judge a workspace; `ended` is None where the backend does not tell."""
    outputs = tuple(n for n in (files.OUTPUT, files.DIAGNOSTICS) if (workspace / n).is_file())
    fault = _fault(workspace, ended)
    return Verdict(not fault, fault or _summary(workspace), outputs)


def _fault(workspace: Path, ended: Exit | None) -> str:
    """Why the run did not succeed, or nothing."""
    if said := _own_error(workspace):
        return said
    if ended is not None and (ended.ending != "exited" or ended.code != 0):
        last = next((line for line in reversed(ended.tail) if line.strip()), "it printed nothing")
        return f"{ended}; its last line: {last}"
    if not (workspace / files.FINISHED).is_file():
        return f"{files.FINISHED} is missing: the solver did not reach the end"
    return _output_fault(workspace)


def _own_error(workspace: Path) -> str:
    """The last line of the solver's traceback."""
    try:
        lines = (workspace / files.ERROR).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    return next((line for line in reversed(lines) if line.strip()), f"{files.ERROR} is empty")


def _output_fault(workspace: Path) -> str:
    """What is wrong with an output that claims to be complete."""
    import netCDF4
    import numpy as np

    case = files.read_case(workspace / files.CASE)
    try:
        with netCDF4.Dataset(workspace / files.OUTPUT) as data:
            reached_s = float(data["time"][-1])
            finite = all(np.isfinite(data[n][-1]).all() for n in ("stage_c", "xmomentum_c", "ymomentum_c"))
    except (OSError, IndexError) as error:
        return f"{files.OUTPUT} cannot be read: {error}"
    if abs(reached_s - case.duration_s) > 1e-3:
        return f"{files.OUTPUT} ends after {reached_s:g} s of {case.duration_s:g} s"
    return "" if finite else f"the last field of {files.OUTPUT} holds values that are not finite"


def _summary(workspace: Path) -> str:
    measured: dict[str, Any] = json.loads((workspace / files.DIAGNOSTICS).read_text(encoding="utf-8"))
    mean_step_s = measured["time_s"][-1] / measured["steps"]
    volume_m3 = max(measured["volume_m3"][0], 1e-9)
    return (
        f"{len(measured['time_s'])} fields, {measured['steps']} steps of {mean_step_s:.3g} s on average, "
        f"speed up to {max(measured['max_speed_m_s']):.2f} m/s, "
        f"volume closed to {abs(measured['volume_error_m3']) / volume_m3:.0e}{_shortfalls(measured)}"
    )


def _shortfalls(measured: dict[str, Any]) -> str:
    """Rivers that should have taken out more water than there was; less than a litre is rounding."""
    short = {n: v for n, v in measured.get("river_shortfall_m3", {}).items() if v > 1e-3}
    return "".join(
        f"; WARNING: river {n} ran dry and took out {v:.3g} m3 less than asked for" for n, v in short.items()
    )
