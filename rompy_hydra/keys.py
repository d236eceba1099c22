"""What decides the result of each stage, and so whether it is current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .core import secrets
from .core.hashing import FileRecord, hash_data, hash_file
from .errors import BackendError, Problem
from .model.base import Command, Plan
from .plugins import Bound
from .run_backend.base import Resources, RunBackend
from .run_backend.job import Job
from .run_dir import Record, StageRecord, State
from .stages import GENERATE, POSTPROCESS, RUN, STAGES, Action, decide, post_stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model_run import ModelRun

_INTERPRETERS = ("python", "bash", "sh")
"""Programs whose own version does not decide a result."""
Parts = dict[str, str]
"""Name of what counts, in words -> its hash."""


def generate_parts(run: ModelRun, known: tuple[FileRecord, ...]) -> Parts:
    """What decides the input files: the science, and the content of the user's data."""
    data = {f"{r.key} ({r.path})": r.sha256 for r in inputs(run.plan, known)}
    return {"the configuration": run.science_hash, **data}


def run_parts(run: ModelRun, record: Record, backend: Bound) -> Parts:
    """What decides the output: the generated files, and the program that reads them; not where it runs.

    Secrets do not: with another one it is the same run, and no hash of a short one is to be undone.
    """
    command = _own_command(run, backend.instance)
    instance = backend.instance
    surroundings = (
        [secrets.mask_tree(instance.env_vars), str(getattr(instance, "working_dir", ""))]
        if isinstance(instance, RunBackend)
        else []
    )
    argv = argv_of(run, backend)
    return {
        "the input files": hash_data([(f.path, f.sha256) for f in record.stage(GENERATE).files]),
        "the command": hash_data([secrets.mask(word) for word in argv]),
        "the environment": hash_data(surroundings),
        "the model's version": "" if command is None else command.version,
        "the executable": executable_hash(run, backend, record.stage(RUN).job),
        "the files of the command": hash_data([hash_file(f) for f in _files_named(argv)]),
    }


def postprocess_parts(record: Record, processor: Bound) -> Parts:
    """What decides a product: the model's output, and the processor with its options."""
    return {
        "the model's output": hash_data([(f.path, f.sha256) for f in record.stage(RUN).files]),
        "the postprocessor": hash_data([processor.plugin.version, secrets.mask_tree(processor.node)]),
    }


def generated(record: Record, rerun: str | None) -> StageRecord:
    """The record of generate; files that the finished model changed itself count with its output instead."""
    stage, run = record.stage(GENERATE), record.stage(RUN)
    if run.state is not State.DONE or rerun in (RUN, "all"):
        return stage
    changed = changed_inputs(record)
    return stage.model_copy(update={"files": tuple(f for f in stage.files if f.path not in changed)})


def changed_inputs(record: Record) -> set[str]:
    """Generated files that the model wrote to."""
    return {f.path for f in record.stage(GENERATE).files} & {f.path for f in record.stage(RUN).files}


def each_time(processor: Bound) -> str:
    """Why a postprocessor is done each time; empty for one whose earlier result may stand."""
    return "" if getattr(processor.instance, "cached", True) else "it looks anew each time"


def inputs(plan: Plan, known: tuple[FileRecord, ...]) -> tuple[FileRecord, ...]:
    """The user's files as they are now."""
    by_name = {r.path: r for r in known}
    return tuple(i.record(by_name) for i in plan.inputs)


def doubt(plan: Plan) -> str:
    """Data that may have changed without a sign of it, for the reason why generate is current; empty where none may."""
    names = list(dict.fromkeys(i.name for i in plan.inputs if not i.identified))
    told = "content not identified by its server, rerun=generate reads it again"
    return f"; {', '.join(names)}: {told}" if names else ""


def argv_of(run: ModelRun, backend: Bound) -> tuple[str, ...]:
    """What a backend would execute; the model's own command for a backend that does not tell."""
    job = job_of(run, backend.instance)
    return backend.instance.argv(job) if isinstance(backend.instance, RunBackend) else job.argv


def job_of(run: ModelRun, backend: object) -> Job:
    """What a backend is asked to execute: the model's own command in the workspace."""
    command = _own_command(run, backend)
    job = Job((), run.workspace, folder=run.directory.job, together=run.together)
    if command is None:
        return job
    return replace(job, argv=command.argv, env=command.env, program=command.program, hint=command.hint)


def planned(
    run: ModelRun, backend: Bound, processors: Mapping[str, Bound], stages: Sequence[str] = STAGES
) -> list[Action]:
    """What would be done now, and why, by the very rules of the run."""
    record = (None if run.will_set_aside else run.record) or Record(
        run_id=run.name_of_run, name=run.name, created="", science_hash="", science={}
    )
    parts = {GENERATE: generate_parts(run, record.inputs), RUN: run_parts(run, record, backend)}
    parts |= {post_stage(name): postprocess_parts(record, p) for name, p in processors.items()}
    found: list[Action] = []
    always = {post_stage(name): each_time(p) for name, p in processors.items()}
    for stage, its_parts in parts.items():
        if stage == GENERATE or stage.split(".")[0] in stages:
            root, its_record = run.directory.path, record.stage(stage)
            doubts = doubt(run.plan) if stage == GENERATE else ""
            action = decide(stage, its_record, its_parts, root, run.rerun, always.get(stage, ""), doubts)
            found.append(_after([a for a in found if not a.stage.startswith(POSTPROCESS)], action))
    return found


def _own_command(run: ModelRun, backend: object) -> Command | None:
    return run.model.command(run.workspace, backend if isinstance(backend, Resources) else Resources())


def _after(before: list[Action], action: Action) -> Action:
    earlier = next((a for a in before if a.do), None)
    if earlier is None or action.do:
        return action
    reason = "follows generate" if earlier.stage == GENERATE else "follows run, unless its output stays the same"
    return Action(action.stage, True, reason)


def _files_named(argv: tuple[str, ...]) -> list[Path]:
    """Files outside the workspace that the command names, such as a script."""
    return [path for word in argv[1:] if (path := Path(word)).is_absolute() and path.is_file()]


def need_command(run: ModelRun, backend: Bound) -> list[Problem]:
    """A problem when neither the model nor the backend says what to execute."""
    if not isinstance(backend.instance, RunBackend) or argv_of(run, backend):
        return []
    hint = 'give one, e.g. run_backend.command=./my_model or .run(backend="local", command="./my_model")'
    return [Problem("run_backend.command", "neither the model nor the backend names a command", hint=hint)]


def executable_hash(run: ModelRun, backend: Bound, last: Mapping[str, str]) -> str:
    """What tells the program that the backend would start; empty for an interpreter, and where it cannot be told."""
    argv = argv_of(run, backend)
    if not argv or argv[0] in _INTERPRETERS or not isinstance(backend.instance, RunBackend):
        return ""
    try:
        return backend.instance.fingerprint(job_of(run, backend.instance), last)
    except BackendError:
        return ""
