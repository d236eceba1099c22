"""Success or failure of a run of SWAN, by what it left behind: its exit code is 0 whatever happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..base import Verdict
from . import case as files
from .completeness import final_heights, output_fault, output_files
from .print_file import Log, Message, print_files, read_log

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...core.mesh import Floats
    from ...run_backend.job import Exit

_LONGEST_QUOTE = 500
_MOST_ERRORS, _MOST_WARNINGS = 5, 3
_CAUSE = re.compile(
    r"Fortran runtime error|forrtl:|^\s*(?:ERROR )?STOP\b|error while loading|mpi\w+ was unable|Program received"
)
_FILE = re.compile(r"file = '([^']+)'")
_NOISE = re.compile(r"\s*(?:#\d+ |at \.|-{5,}|\[.*\] |Backtrace|$)")
_COMPUTE = "COMP"
"""How the command begins during which SWAN checks the whole and then computes."""


def verdict(workspace: Path, ended: Exit | None) -> Verdict:
    """Judge a workspace; `ended` is None where the backend does not tell.

    Success takes all of it: exit code 0, no error in PRINT or Errfile, ``norm_end``, and each output of ``case.json``
    with its last time and a wave height somewhere. Without ``case.json`` outputs are not judged.
    """
    case = files.read_case(workspace) if (workspace / files.CASE).is_file() else None
    log = read_log(workspace)
    outputs = [p for output in (case.outputs if case else ()) for p in output_files(workspace, output) if p.is_file()]
    names = tuple(path.relative_to(workspace).as_posix() for path in outputs)
    fault = _own_fault(workspace, log, ended) or _files_fault(workspace, case)
    heights = final_heights(workspace, case) if case and not fault else None
    if heights is not None and len(heights) == 0:
        fault = "no point has a wave height at the end: all are dry, or outside of the bathymetry"
    return Verdict(not fault, fault or _summary(log, heights), names)


def _own_fault(workspace: Path, log: Log, ended: Exit | None) -> str:
    """Why SWAN's own evidence speaks of failure, or nothing."""
    broken = _broken_off(log, ended)
    errors = log.at_least("Error")
    noted = _errors_noted(workspace)
    if errors and (broken or noted or log.refusal or log.at_least("Severe error")):
        return _in_words(errors) + (f"\n      and then {ended}" if broken else "")
    if broken or noted or log.refusal:
        return broken or (f"SWAN: {noted}" if noted else f"SWAN: {log.refusal}")
    if not print_files(workspace):
        return f"{files.PRINT} is missing: SWAN did not start here"
    if not (workspace / files.NORM_END).is_file():
        return f"{files.NORM_END} is missing: SWAN did not reach the end{_where(log)}"
    return ""


def _broken_off(log: Log, ended: Exit | None) -> str:
    """How and where an execution ended that did not end with exit code 0."""
    if ended is None or (ended.ending == "exited" and ended.code == 0):
        return ""
    cause = next((line.strip() for line in ended.tail if _CAUSE.search(line)), "")
    cause = cause or next((line.strip() for line in reversed(ended.tail) if not _NOISE.match(line)), "")
    name = next((match[1] for line in ended.tail if (match := _FILE.search(line))), "")
    told = (f"; {cause[:_LONGEST_QUOTE]}" if cause else "") + (f", in {name}" if name else "")
    key = f"{log.last_key}: " if log.last_key and not log.last_command.upper().startswith(_COMPUTE) else ""
    return f"{key}SWAN broke off{_where(log)}: {ended}{told}"


def _where(log: Log) -> str:
    if log.last is not None and log.last.time and log.last_command.upper().startswith(_COMPUTE):
        return f" at {log.last.time}"
    return f' at "{log.last_command}"' if log.last_command else ""


def _errors_noted(workspace: Path) -> str:
    """The first line of Errfile, or of that of the first rank which has one."""
    for path in sorted(workspace.glob(f"{files.ERRFILE}*")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        if said := next((" ".join(line.split()) for line in lines if line.strip()), ""):
            return said
    return ""


def _in_words(errors: Iterable[Message]) -> str:
    """The first error of each command: those behind it follow from it."""
    first: dict[str, Message] = {}
    for error in errors:
        first.setdefault(error.command, error)
    told = [_sentence(error) for error in first.values()]
    more = [f"and in {len(told) - _MOST_ERRORS} more commands"] if len(told) > _MOST_ERRORS else []
    return "\n      ".join([*told[:_MOST_ERRORS], *more])


def _sentence(error: Message) -> str:
    said = f"** {error.severity}: {_quote(error)}"
    if error.command.upper().startswith(_COMPUTE):
        return f"SWAN at {error.time}: {said}" if error.time else f'SWAN at "{error.command}": {said}'
    key = f"{error.key}: " if error.key else ""
    return f'{key}SWAN refused "{error.command}": {said}' if error.command else f"{key}SWAN: {said}"


def _quote(message: Message) -> str:
    detail = f" ({message.detail})" if message.detail else ""
    return f"{message.text[:_LONGEST_QUOTE]}{detail}"


def _files_fault(workspace: Path, case: files.Case | None) -> str:
    """What is wrong with files of output of a run that claims to be complete."""
    outputs = case.outputs if case else ()
    return "; ".join(fault for output in outputs if (fault := output_fault(workspace, output)))


def _summary(log: Log, heights: Floats | None) -> str:
    parts = [_computed(log)]
    if heights is not None:
        parts.append(f"Hs {heights.min():.2f} to {heights.max():.2f} m in {len(heights)} wet points at the end")
    if heights is not None and heights.max() <= 0:
        parts.append("WARNING: there are no waves at all: none came in at a boundary, and no wind made any")
    return "; ".join([*parts, *_doubts(log)])


def _computed(log: Log) -> str:
    what = "time steps" if log.last is not None and log.last.time else "stationary computations"
    counted = f"{log.computations} {what if log.computations != 1 else what[:-1]}, {log.iterations} iterations"
    last = log.last
    if last is None or last.accuracy is None:
        return counted
    return f"{counted}, accuracy OK in {last.accuracy:.4g} % of wet points at the end ({last.required:.4g} % required)"


def _doubts(log: Log) -> list[str]:
    found = []
    if log.unconverged:
        found.append(f"WARNING: {log.unconverged} of {log.computations} computations ended without that accuracy")
    if errors := log.at_least("Error"):
        found.append(f"WARNING: SWAN was told to go on in spite of an error: {_quote(errors[0])}")
    warnings = [m for m in log.messages if m.severity == "Warning"]
    if warnings:
        quoted = [f'"{_quote(m)}"' + (f" {m.count} times" if m.count > 1 else "") for m in warnings[:_MOST_WARNINGS]]
        more = f" and {len(warnings) - _MOST_WARNINGS} more" if len(warnings) > _MOST_WARNINGS else ""
        found.append(f"SWAN warns: {', '.join(quoted)}{more}")
    return found
