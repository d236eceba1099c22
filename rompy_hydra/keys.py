"""What decides the result of each stage, and so whether it is current."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .core import secrets
from .core.hashing import FileRecord, hash_data, hash_file, record_file
from .model.base import Command, Plan
from .plugins import Bound
from .run_backend.base import Resources, RunBackend
from .run_dir import Record
from .stages import GENERATE, POSTPROCESS, RUN, STAGES, Action, decide, post_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model_run import ModelRun

Parts = dict[str, str]
"""Name of what counts, in words -> its hash."""


def generate_parts(run: ModelRun, known: tuple[FileRecord, ...]) -> Parts:
    """What decides the input files: the science, and the content of the user's data."""
    data = {f"{r.key} ({r.path})": r.sha256 for r in inputs(run.plan, known)}
    return {"the configuration": run.science_hash, **data}


def run_parts(run: ModelRun, record: Record, backend: Bound) -> Parts:
    """What decides the output: the generated files, and the program that reads them; not where it runs."""
    command = _command(run, backend)
    argv = argv_of(run, backend)
    return {
        "the input files": hash_data([(f.path, f.sha256) for f in record.stage(GENERATE).files]),
        "the command": hash_data(argv),
        "the model's version": "" if command is None else command.version,
        "the executable": _executable_hash(argv, run.workspace),
    }


def postprocess_parts(record: Record, processor: Bound) -> Parts:
    """What decides a product: the model's output, and the processor with its options."""
    return {
        "the model's output": hash_data([(f.path, f.sha256) for f in record.stage(RUN).files]),
        "the postprocessor": hash_data([processor.plugin.version, secrets.mask_tree(processor.node)]),
    }


def inputs(plan: Plan, known: tuple[FileRecord, ...]) -> tuple[FileRecord, ...]:
    """The user's files as they are now."""
    by_name = {r.path: r for r in known}
    return tuple(record_file(i.path, str(i.path), by_name, i.key) for i in plan.inputs)


def argv_of(run: ModelRun, backend: Bound) -> tuple[str, ...]:
    """What a backend would execute; the model's own command for a backend that does not tell."""
    command = _command(run, backend)
    own = () if command is None else command.argv
    return backend.instance.argv(own) if isinstance(backend.instance, RunBackend) else own


def planned(
    run: ModelRun, backend: Bound, processors: Mapping[str, Bound], stages: Sequence[str] = STAGES
) -> list[Action]:
    """What would be done now, and why, by the very rules of the run."""
    record = run.record or Record(run_id=run.name_of_run, name=run.name, created="", science_hash="", science={})
    parts = {GENERATE: generate_parts(run, record.inputs), RUN: run_parts(run, record, backend)}
    parts |= {post_stage(name): postprocess_parts(record, p) for name, p in processors.items()}
    found: list[Action] = []
    for stage, its_parts in parts.items():
        if stage == GENERATE or stage.split(".")[0] in stages:
            action = decide(stage, record.stage(stage), its_parts, run.directory.path, run.rerun)
            found.append(_after([a for a in found if not a.stage.startswith(POSTPROCESS)], action))
    return found


def _command(run: ModelRun, backend: Bound) -> Command | None:
    resources = backend.instance if isinstance(backend.instance, Resources) else Resources()
    return run.model.command(run.workspace, resources)


def _after(before: list[Action], action: Action) -> Action:
    earlier = next((a for a in before if a.do), None)
    if earlier is None or action.do:
        return action
    return Action(action.stage, True, f"follows {earlier.stage}; skipped if that gives the same result")


def _executable_hash(argv: tuple[str, ...], workspace: Path) -> str:
    """Hash of the program as found here; empty for python itself and for what is not on this machine."""
    if not argv or argv[0] in ("python", "bash", "sh"):
        return ""
    found = shutil.which(argv[0]) or shutil.which(workspace / argv[0])
    return hash_file(Path(found)) if found else ""
