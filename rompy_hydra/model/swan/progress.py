"""How far SWAN is, from the lines that it prints."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ...core.period import format_time
from ..base import Progress

_STEP = re.compile(r"\+?\s*time (?P<time>[^,]*?)\s*, step\s*(?P<step>\d+); iteration\s*(?P<iteration>\d+)(?P<sweep>.*)")
_ITERATION = re.compile(r"\+?\s*iteration\s*(?P<iteration>\d+)(?:; sweep (?P<sweep>\d))?\s*")
_ACCURACY = re.compile(
    r"\s*accuracy OK in\s*(?P<reached>[\d.]+) % of wet grid points \(\s*(?P<required>[\d.]+) % required\)\s*"
)


def progress(line: str) -> Progress | None:
    """The simulated time of a nonstationary run; iteration and accuracy of a stationary one.

    A time step is told when it begins, with the time at its end. Sweeps after the first of a time step tell nothing
    new.

    >>> progress("+time 20200101.001000   , step      1; iteration    1; sweep 1")
    Progress(fraction=None, time='2020-01-01T00:10:00Z', text='step 1')
    >>> progress(" accuracy OK in  98.99 % of wet grid points ( 99.50 % required)").text
    'accuracy OK in 98.99 % of wet points, 99.5 % required'
    """
    if match := _STEP.fullmatch(line):
        return _of_step(match) if match["sweep"].strip() in ("", "; sweep 1") else None
    if match := _ITERATION.fullmatch(line):
        sweep = f", sweep {match['sweep']}" if match["sweep"] else ""
        return Progress(text=f"iteration {match['iteration']}{sweep}")
    if match := _ACCURACY.fullmatch(line):
        reached, required = float(match["reached"]), float(match["required"])
        return Progress(text=f"accuracy OK in {reached:.4g} % of wet points, {required:.4g} % required")
    return None


def iso_time(stamp: str) -> str:
    """ISO 8601 of SWAN's ``20200101.001000``; empty for other codings of time.

    >>> iso_time("20200101.001000")
    '2020-01-01T00:10:00Z'
    """
    try:
        return format_time(datetime.strptime(stamp, "%Y%m%d.%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return ""


def _of_step(match: re.Match[str]) -> Progress:
    iteration = "" if int(match["iteration"]) == 1 else f", iteration {match['iteration']}"
    return Progress(time=iso_time(match["time"]), text=f"step {match['step']}{iteration}")
