"""What can be wrong with the place of a run before the first byte is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core import secrets
from .errors import Problem
from .run_dir import Record, RunDir

if TYPE_CHECKING:
    from .model_run import ModelRun


def place_problems(output_dir: Path, run: RunDir) -> list[Problem]:
    """Whether the run directory can be made, and is not somebody's folder."""
    if run.is_foreign:
        message = f"the directory {run.path} is there already and is no run directory"
        return [Problem("run_id", message, run.path.name, hint="give another run_id or output_dir")]
    existing = next(p for p in (run.path, *run.path.parents) if os.path.lexists(p))
    key, value = ("run_id", run.path.name) if existing == run.path else ("output_dir", str(output_dir))
    if not existing.is_dir():
        return [Problem(key, f"{existing} is not a directory", value)]
    if not os.access(existing, os.W_OK | os.X_OK):
        return [Problem(key, f"{existing} is not writable for you", value)]
    return []


def identity_problems(record: Record | None, run: ModelRun, folder: Path) -> list[Problem]:
    """Whether a run directory holds other science than this; names the keys that differ."""
    if record is None or record.science_hash == run.science_hash:
        return []
    changed = _differences(record.science, secrets.mask_tree(run.science)) or ["a value that is not shown"]
    lines = "".join(f"\n      {line}" for line in changed)
    hint = "give another run_id, leave run_id out, or set on_existing=archive to set the old one aside"
    return [Problem("run_id", f"the directory {folder} holds another experiment:{lines}", folder.name, hint=hint)]


def _differences(old: Any, new: Any, path: str = "") -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        names = [*old, *(k for k in new if k not in old)]
        return [line for k in names for line in _differences(old.get(k), new.get(k), f"{path}.{k}".lstrip("."))]
    return [] if old == new else [f"{path}: {old!r} there, {new!r} here"]
