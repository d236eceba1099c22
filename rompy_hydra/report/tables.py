"""Tables for ``list`` and ``status``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import BackendError, RompyHydraError
from ..jobs import job_of_record, job_states
from ..lock import Holder, read_holder
from ..plugins import every_plugin
from ..run_dir import Record, RunDir, find_runs


def plugin_rows() -> list[dict[str, str]]:
    """One row per plugin: group, name, origin, description; unusable ones say why."""
    return [
        {
            "group": p.group,
            "name": p.name,
            "from": f"{p.distribution} {p.version}".strip(),
            "description": f"({p.note}) {p.description}".strip() if p.note else p.description,
        }
        for p in every_plugin()
    ]


def status_rows(root: Path) -> list[dict[str, str]]:
    """One row per run below a directory: its stages, when, and what it says."""
    runs = find_runs(root)
    seen = {run: _seen(run) for run in runs}
    records = {run: found[0] for run, found in seen.items() if isinstance(found, tuple)}
    jobs, silent = _job_states(list(records.values()))
    states = dict(zip(records, jobs, strict=True))
    rows = []
    for run, found in seen.items():
        name = str(run.path.relative_to(root)) if run.path != root else run.path.name
        if isinstance(found, tuple):
            rows.append({"run": name, **_status_row(*found, states[run], silent)})
        else:
            rows.append({"run": name, "state": "unreadable", "stages": "", "updated": "", "message": found})
    return rows


def _job_states(records: Sequence[Record]) -> tuple[list[str], str]:
    """As `job_states`; where a scheduler does not answer, jobs are of unknown state, and why."""
    try:
        return job_states(records), ""
    except BackendError as error:
        return ["unknown" if job_of_record(record) else "" for record in records], error.problems[0].message


def _seen(run: RunDir) -> tuple[Record, Holder | None, Holder | None] | str:
    """What is recorded, who is at work on it, and who on its sweep; the reason where that cannot be read."""
    try:
        record, driver = run.read(), read_holder(run.lock)
        assert record is not None  # by what is a run
        of_sweep = read_holder(RunDir(run.path.parent).lock) if job_of_record(record) else None
    except RompyHydraError as error:
        return error.problems[0].message
    except OSError as error:  # that of another user
        return f"cannot be read: {error}"
    return record, driver, of_sweep


def _status_row(
    record: Record, driver: Holder | None, of_sweep: Holder | None, job: str, silent: str
) -> dict[str, str]:
    stages = " ".join(f"{stage}:{s.state}" for stage, s in record.stages.items())
    updated = max((s.ended or s.started for s in record.stages.values()), default=record.created)
    message = next((s.message for s in record.stages.values() if s.state != "done" and s.message), "")
    state = str(record.state)
    if state == "running" and _is_gone(driver):
        state, message = _without_driver(record, of_sweep, job, silent)
    return {"state": state, "stages": stages, "updated": updated, "message": message.split("\n")[0]}


def _without_driver(record: Record, of_sweep: Holder | None, job: str, silent: str) -> tuple[str, str]:
    """State and message of a run that was begun, and that nobody drives right now."""
    name = job_of_record(record).get("name", "")
    if name and not _is_gone(of_sweep):
        return job or "waiting", f"{name}; {of_sweep} is at work on its sweep"
    if job:
        return job, f"{name}; {silent or 'rompy-hydra resume sees it to its end'}"
    return "cut off", "its process is gone; run it again to go on"


def _is_gone(holder: Holder | None) -> bool:
    return holder is None or holder.gone


def counted(count: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "entry"), counted(0, "entry"), counted(2, "variable")
    ('1 entry', '0 entries', '2 variables')
    """
    many = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else many}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells as lines of columns, two spaces in."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def print_table(rows: list[dict[str, Any]]) -> None:
    """Columns on a terminal, tab-separated values elsewhere."""
    if not sys.stdout.isatty():
        print("\n".join("\t".join(map(str, line)) for line in (rows[0], *(r.values() for r in rows))))  # noqa: T201
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*rows[0], box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(str(v)) for v in row.values()))
    Console().print(table)
