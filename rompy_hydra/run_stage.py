"""The stage in which the model runs: executed by a backend, judged by the model's own evidence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from . import keys
from .core import secrets
from .core.hashing import entries_below, files_below, hash_data
from .core.period import parse_time
from .errors import BackendError, HeldBack, Problem, Submitted
from .jobs import goes_on, left, refuse_beside_job
from .model.base import Progress, Verdict
from .output_file import OutputFile
from .plugins import Bound
from .run_backend.base import OUTPUT_LOG, RunBackend
from .run_backend.job import Exit, Handle, Job
from .run_backend.joint import JointRunBackend
from .run_dir import State
from .run_log import OUTPUT, TOLD_LATER
from .stages import GENERATE, RUN, Action

if TYPE_CHECKING:
    from .work import Work

log = logging.getLogger(__name__)


def run_model(work: Work, backend: Bound) -> bool:
    """Execute the model, unless its output is current; False when it failed.

    Raises:
        BackendError: it could not be executed, or ran past its time limit.
    """
    work.generate()
    parts = keys.run_parts(work.model_run, work.record, backend)
    going_on = goes_on(work.record)
    if going_on:
        parts = _parts_of_job(work, backend, parts)
    work.remember("run_backend", backend.node)
    action = work.decide(RUN, parts)
    if work.skipped(action):
        return True
    if going_on:
        return _go_on(work, backend, parts)
    _find_program(work, backend)
    if keys.changed_inputs(work.record):
        work.generate(again=True)
    job = {"backend": backend.plugin.name}
    return _carry_out(work, backend, action, parts, kept=_clear_leftovers(work), job=job)


def _parts_of_job(work: Work, backend: Bound, wanted: keys.Parts) -> keys.Parts:
    """What the job that goes on is made of: what is wanted now, or anything where it is only to be seen to its end."""
    stage = work.record.stage(RUN)
    is_wanted = stage.key == hash_data(dict(wanted)) and work.model_run.rerun not in (RUN, "all")
    if stage.job["backend"] != backend.plugin.name or not (is_wanted or work.model_run.to_the_end):
        refuse_beside_job(work.record, work.dir.path, "another run")
    return stage.parts


def _go_on(work: Work, backend: Bound, parts: keys.Parts) -> bool:
    """See a job to its end that another process has started."""
    stage = work.record.stage(RUN)
    action = Action(RUN, True, f"{stage.job['name']} was started at {stage.started}")
    return _carry_out(work, backend, action, parts, kept=stage.kept, job=stage.job, started=stage.started)


def _carry_out(work: Work, backend: Bound, action: Action, parts: keys.Parts, **details: Any) -> bool:
    with work.doing(action, parts, **details):
        claimed = backend.call(work.model_run, BackendError)
        _complete(work, backend, parts)
        if not isinstance(claimed, bool):
            message = f"backend '{backend.plugin.name}' returned {claimed!r}"
            raise BackendError(Problem("run_backend", message, hint="run() returns True or False"))
        return _judge(work, backend, claimed)


def _complete(work: Work, backend: Bound, parts: keys.Parts) -> None:
    """Record by which program it was done, where that is known only now, as of an image that had to be pulled."""
    program = "the executable"
    if not parts[program]:
        known = {**parts, program: keys.executable_hash(work.model_run, backend, work.record.stage(RUN).job)}
        work.update(RUN, key=hash_data(known), parts=known)


def _find_program(work: Work, backend: Bound) -> None:
    """A finished run is not given up for a program that is not there."""
    if isinstance(backend.instance, RunBackend) and work.record.stage(RUN).state is State.DONE:
        backend.instance.locate(keys.job_of(work.model_run, backend.instance))


def execute(work: Work, backend: RunBackend) -> bool:
    """Execute the model's command with a built-in backend; what the backend's ``run`` calls."""
    job = keys.job_of(work.model_run, backend)
    argv = backend.argv(job)
    if "name" not in work.record.stage(RUN).job:
        _refuse_masked(work, backend, argv)
    work.update(RUN, command=tuple(map(secrets.mask, argv)))
    if work.model_run.together is None:
        log.info("running: %s", " ".join(argv))
    ended = _executed(work, backend, job)
    work.update(RUN, exit=asdict(ended))
    log.info("model: %s after %s", ended, ended.use)
    return ended.ending == "exited" and ended.code == 0


def _refuse_masked(work: Work, backend: RunBackend, argv: Sequence[str]) -> None:
    """A secret that was typed is kept nowhere; what stands for it must not be taken for it when the run is repeated."""
    variables = [(f"env_vars.{name}", value) for name, value in backend.env_vars.items()]
    for key, value in (*variables, *(("command", word) for word in argv)):
        if secrets.is_masked(value):
            message = "a secret was here, which is not kept with a run"
            again = f"rompy-hydra --config-path {work.dir.path} --config-name {work.dir.config.stem}"
            hint = f"write ${{oc.env:VARIABLE}} instead of a secret, or give it again: {again} run_backend.{key}=..."
            raise BackendError(Problem(f"run_backend.{key}", message, value, hint=hint))


def _executed(work: Work, backend: RunBackend, job: Job) -> Exit:
    progress = _ProgressReader(work)
    with OutputFile(job.workspace / OUTPUT_LOG, backend.output_limit) as output:

        def on_line(line: str) -> None:
            output.write(line)
            OUTPUT.info("%s", line, extra={"progress": progress(line), "left_out": output.is_shortened})

        with closing(_started(work, backend, job, on_line)) as handle:
            with backend.minding(handle):
                work.update(RUN, job={**work.record.stage(RUN).job, **handle.reference})
                goes_on_alone = _is_left(work, backend) and handle.poll() is None
            if goes_on_alone:
                raise Submitted(left(work.record, work.dir.path))
            return backend.follow(handle)


def _is_left(work: Work, backend: RunBackend) -> bool:
    """Whether the job goes on by itself; one among others is waited for with them."""
    return work.model_run.together is not None or not (backend.waits or work.model_run.to_the_end)


def _started(work: Work, backend: RunBackend, job: Job, on_line: Callable[[str], None]) -> Handle:
    """The job, found again where an earlier process has started it.

    Raises:
        HeldBack: it is to be started with others, and ready for that.
    """
    known = work.record.stage(RUN).job
    if "name" in known:
        return backend.attach(known, job.workspace, on_line)
    if announced := backend.announced(job):
        work.update(RUN, job={**known, **announced})
    if job.together is not None and isinstance(backend, JointRunBackend):
        backend.check(job)
        raise HeldBack(Problem("", f"{announced['name']} waits for the others of its sweep"))
    return backend.start(job, on_line)


class _ProgressReader:
    """Reads progress from lines; a model whose reader fails still runs."""

    def __init__(self, work: Work):
        self._read = work.model_run.model.progress
        self._period = work.model_run.period
        self._broken = False

    def __call__(self, line: str) -> Progress | None:
        if self._broken:
            return None
        try:
            return self._placed(self._read(line))
        except Exception as error:  # noqa: BLE001  whatever is wrong with a display must not end a run
            self._broken = True
            log.warning("progress cannot be read from %r: %s", line, error)
            return None

    def _placed(self, progress: Progress | None) -> Progress | None:
        """With the part of the period that is behind it, where the model tells an ISO 8601 time alone."""
        if progress is None or progress.fraction is not None or not progress.time or self._period is None:
            return progress
        try:
            passed = (parse_time(progress.time) - self._period.start) / self._period.length
        except ValueError:
            return progress
        return replace(progress, fraction=min(max(passed, 0.0), 1.0))


def _clear_leftovers(work: Work) -> tuple[str, ...]:
    """Remove what an earlier attempt left in the workspace, so that no old evidence is taken for new."""
    old = work.record.stage(RUN)
    present = entries_below(work.dir.workspace)
    evidence = _evidence(work, present)
    kept = tuple(n for n in present if n not in evidence and (old.state is State.PENDING or n in old.kept))
    leftovers = [name for name in present if name not in kept]
    if leftovers:
        log.info("removing what an earlier run left in %s: %d files", work.dir.workspace, len(leftovers))
        work.dir.remove(work.dir.in_workspace(name) for name in leftovers)
    return kept


def _evidence(work: Work, present: list[str]) -> set[str]:
    """Files that a run outside of this directory's record has left, such as one that was started by hand."""
    generated = {file.path for file in work.record.stage(GENERATE).files}
    patterns = work.model_run.model.evidence(work.dir.workspace)
    found = {name for name in present if any(fnmatchcase(name, pattern) for pattern in patterns)}
    return {name for name in found if work.dir.in_workspace(name) not in generated}


def _judge(work: Work, backend: Bound, claimed: bool) -> bool:
    told = work.record.stage(RUN).exit
    ended = None if told is None else Exit(**{**told, "tail": tuple(told["tail"])})
    if ended is not None and ended.ending == "timed out":
        raise BackendError(_timed_out(ended, backend))
    verdict = work.model_run.model.verdict(work.dir.workspace, ended)
    if not claimed and verdict.success:
        reason = str(ended) if ended is not None else f"backend '{backend.plugin.name}' reports failure"
        verdict = Verdict(False, reason, verdict.outputs)
    details = {"verdict": asdict(verdict), "message": verdict.evidence, "files": work.recorded(_written(work))}
    if verdict.success:
        work.finish(RUN, **details)
    else:
        work.move(RUN, State.FAILED, **details)
        log.error("run failed: %s", verdict.evidence, extra=TOLD_LATER)
    return verdict.success


def _written(work: Work) -> list[str]:
    """Files of the workspace that are new, or generated ones that the model has changed."""
    kept = work.record.stage(RUN).kept
    generated = {f.path: (f.size, f.mtime_ns) for f in work.record.stage(GENERATE).files}

    def is_written(name: str) -> bool:
        path = work.dir.in_workspace(name)
        stat = (work.dir.path / path).stat()
        return name not in kept or (path in generated and generated[path] != (stat.st_size, stat.st_mtime_ns))

    return [name for name in files_below(work.dir.workspace) if is_written(name)]


def _timed_out(ended: Exit, backend: Bound) -> Problem:
    tail = "".join(f"\n      | {line}" for line in ended.tail[-10:])
    message = f"the model was ended after {ended.duration_s:.0f} s: it ran past the time limit{tail}"
    hint = f"allow more time, or look at {OUTPUT_LOG} in the workspace"
    return Problem("run_backend.timeout", message, backend.kwargs.get("timeout", ""), hint=hint)
