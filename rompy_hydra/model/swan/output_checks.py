"""What is wrong with the output that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ...core.period import format_duration, format_time
from ...errors import Problem
from .assembly import Site
from .compute_part import step_of
from .language.form import other_form
from .language.reading import read
from .language.table import COMMANDS
from .output_part import first_time, interval_fault
from .reading import variables


def outputs(site: Site) -> Iterator[Problem]:
    """Quantities that SWAN has not, times between steps, nothing at all, fields on a line, and misleading lines."""
    output, version = site.model.output, site.model.version
    for name, one in output.fields.items():
        kind: Any = "netcdf" if one.format == "netcdf" else "block"
        yield from variables.problems(one.variables, f"model.output.fields.{name}.variables", kind, version)
    for name, table in output.tables.items():
        yield from variables.problems(table.variables, f"model.output.tables.{name}.variables", "table", version)
    for word in output.quantities:
        yield from variables.problems([word], f"model.output.quantities.{word}", "table", version)
    for group in ("fields", "tables", "spectra", "nests"):
        for name, one in getattr(output, group).items():
            yield from _when(site, f"model.output.{group}.{name}", one)
    if not any((output.fields, output.tables, output.spectra, output.nests)):
        yield Problem("model.output", "nothing is written", hint="model/swan/output=minimal")
    yield from _on_a_line(site)
    yield from _passed_on(site)


def _when(site: Site, key: str, one: Any) -> Iterator[Problem]:
    interval: timedelta = one.interval or site.period.interval
    if site.model.mode.kind == "stationary":
        return
    where = f"{key}.interval" if one.interval else "period.interval"
    if fault := interval_fault(site, interval):
        yield Problem(where, f"an output interval of {format_duration(interval)} {fault}")
    first, start = first_time(site, one), getattr(one, "start", None)
    begins = f"{key}.start" if start is not None else "model.mode.spin_up"
    if start is not None and not site.period.start <= start <= site.period.stop:
        yield Problem(begins, "it is outside of the period", format_time(start))
    elif (first - site.period.start) % step_of(site):
        message = f"the first output is not a whole number of steps of {format_duration(step_of(site))} after the start"
        yield Problem(begins, message, format_time(first))


def _on_a_line(site: Site) -> Iterator[Problem]:
    """What SWAN does not write in one dimension."""
    if not site.model.grid.is_line:
        return
    output, why = site.model.output, "SWAN does not write it in one dimension"
    for name in output.fields:
        hint = "model/swan/output=stations, or tables at a set of kind curve"
        yield Problem(f"model.output.fields.{name}", f"fields: {why}", hint=hint)
    for name, one in output.sets.items():
        if (kind := getattr(one, "kind", "")) not in ("points", "curve"):
            yield Problem(f"model.output.sets.{name}", f"{kind}: {why}", hint="take points or a curve")
    for name in output.nests:
        yield Problem(f"model.output.nests.{name}", f"a nest: {why}", hint="leave it out, or compute on an area")


def _passed_on(site: Site) -> Iterator[Problem]:
    """Lines that are passed on and would change how SWAN's files are to be read."""
    for section, lines in site.model.extra_commands.items():
        for parsed in read("\n".join(lines), COMMANDS.values()):
            if parsed.node is not None and _is_read(parsed.node) and (names := other_form(parsed.node)):
                message = f"with another {' and '.join(names)} SWAN's files would be read wrongly"
                hint = "leave it out: directions are nautical, and the files are in SWAN's own form"
                yield Problem(f"model.extra_commands.{section}", message, parsed.text, hint=hint)


def _is_read(node: Any) -> bool:
    """Whether a command is of more than quantities that only the user's own files have."""
    words = getattr(node, "quantities", None)
    return not words or any(not variables.problems([word], "", "table") for word in words)
