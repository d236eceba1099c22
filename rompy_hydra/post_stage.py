"""The stage in which something is made of the output."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import keys
from .core.hashing import files_below, record_files, unchanged
from .errors import PostprocessError, Problem
from .plugins import Bound
from .run_dir import State
from .run_log import TOLD_LATER
from .stages import RUN, post_stage

if TYPE_CHECKING:
    from .work import Work

log = logging.getLogger(__name__)


def postprocess(work: Work, name: str, processor: Bound, *, always: bool) -> dict[str, Any]:
    """Make something of the output; the earlier result where it is current and `always` is not asked for.

    Raises:
        PostprocessError: there is no finished run with its output, or the processor raised.
    """
    _need_output(work, name)
    stage = post_stage(name)
    parts = keys.postprocess_parts(work.record, processor)
    old = work.record.stage(stage)
    action = work.decide(stage, parts, always="asked for" if always else keys.each_time(processor))
    if work.skipped(action):
        return dict(old.result)
    work.products = work.dir.products if name == processor.plugin.name else work.dir.products / name
    work.products.mkdir(parents=True, exist_ok=True)
    before = _states(work)
    with work.doing(action, parts):
        result = processor.call(work.model_run, PostprocessError)
        if not isinstance(result, dict):
            message, hint = f"returned {result!r}", "process() returns a dict with 'success'"
            raise PostprocessError(Problem(f"postprocessor.{name}", message, hint=hint))
        named = _named(result, work.dir.path)
        written = [n for n, state in _states(work).items() if before.get(n) != state or n in named]
        work.dir.remove(f.path for f in old.files if f.path not in written)
        _end(work, stage, result, written)
    return result


def _need_output(work: Work, name: str) -> None:
    run = work.record.stage(RUN)
    missing = unchanged(work.dir.path, run.files) if run.state is State.DONE else f"stage run is {run.state}"
    if missing:
        message = f"there is no finished model run in {work.dir.path}: {missing}"
        hint = "run the model first, or look at run.log"
        raise PostprocessError(Problem(f"postprocessor.{name}", message, hint=hint))


def _states(work: Work) -> dict[str, tuple[int, int]]:
    """Size and modification time of each product."""
    paths = {work.dir.in_products(n): work.dir.products / n for n in files_below(work.dir.products)}
    stats = {name: path.stat() for name, path in paths.items()}
    return {name: (s.st_size, s.st_mtime_ns) for name, s in stats.items()}


def _named(result: Mapping[str, Any], root: Path) -> set[str]:
    """Files of the run directory that a result lists itself."""
    files = result.get("files", ())
    paths = [Path(str(f)) for f in files] if isinstance(files, list | tuple) else []
    return {p.relative_to(root).as_posix() for p in paths if p.is_relative_to(root) and p.is_file()}


def _end(work: Work, stage: str, result: dict[str, Any], written: list[str]) -> None:
    message = str(result.get("message", result.get("error", "")))
    details = {
        "files": record_files(work.dir.path, written),
        "result": json.loads(json.dumps(result, default=str)),
        "message": message,
    }
    if result.get("success", True):
        work.finish(stage, **details)
        return
    work.move(stage, State.FAILED, **details)
    log.error("%s failed: %s", stage, message, extra=TOLD_LATER)
