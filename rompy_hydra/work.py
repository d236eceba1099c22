"""A claimed run directory, and the stages carried out in it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import keys, stages
from .core import secrets
from .core.hashing import FileRecord, files_below, hash_data, record_files
from .errors import BackendError, PostprocessError, Problem, RompyHydraError
from .lock import Lock
from .model.base import Verdict
from .plugins import Bound
from .run_backend.base import OUTPUT_LOG, Exit, Job, RunBackend
from .run_dir import RunDir, State
from .run_log import OUTPUT, StageName, run_log
from .stages import GENERATE, RUN, Action

if TYPE_CHECKING:
    from .model_run import ModelRun

log = logging.getLogger(__name__)


class Work:
    """One process's work in one run directory: holds its lock, its log and its record."""

    def __init__(self, model_run: ModelRun):
        self.model_run = model_run
        self.dir: RunDir = model_run.directory
        self._stage = StageName()
        self._stack = ExitStack()
        self._exit: Exit | None = None
        self.done: dict[str, None] = {}
        """Stages that this process carried out, in order."""
        self._told: set[str] = set()

    def __enter__(self) -> Work:
        self.dir.path.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(Lock(self.dir.lock))
            stack.enter_context(run_log(self.dir, self.model_run.name_of_run, self._stage))
            self.record = self.model_run.claim(self.dir)
            self._save()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def generate(self) -> Path:
        """Write the model's input files, unless they are current."""
        parts = keys.generate_parts(self.model_run, self.record.inputs)
        action = stages.decide(GENERATE, self.record.stage(GENERATE), parts, self.dir.path, self.model_run.rerun)
        if self._skipped(action):
            return self.dir.workspace
        with self._doing(action, parts):
            if self.dir.staging.exists():
                shutil.rmtree(self.dir.staging)
            self.dir.staging.mkdir()
            self.model_run.model.generate(self.dir.staging, self.model_run)
            self.dir.publish_workspace()
            self._finish(GENERATE, files=self._recorded(files_below(self.dir.workspace)))
        return self.dir.workspace

    def run(self, backend: Bound) -> bool:
        """Execute the model, unless its output is current; False when it failed."""
        self.generate()
        parts = keys.run_parts(self.model_run, self.record, backend)
        action = stages.decide(RUN, self.record.stage(RUN), parts, self.dir.path, self.model_run.rerun)
        if self._skipped(action):
            return True
        self._exit = None
        with self._doing(action, parts, kept=self._clear_leftovers()):
            claimed = self._call(backend)
            return self._judge(backend, claimed)

    def execute(self, backend: RunBackend) -> bool:
        """Execute the model's command with a built-in backend; what a backend's ``run`` calls."""
        command = self.model_run.model.command(self.dir.workspace, backend)
        own = () if command is None else command.argv
        argv = backend.argv(own)
        if not argv:
            hint = 'give one, e.g. run_backend.command=./my_model or .run(backend="local", command="./my_model")'
            raise BackendError(
                Problem("run_backend.command", "neither the model nor the backend names a command", hint=hint)
            )
        self._update(RUN, command=tuple(map(secrets.mask, argv)))
        log.info("running: %s", " ".join(argv))
        job = Job(own, self.dir.workspace, {} if command is None else command.env)
        with (self.dir.workspace / OUTPUT_LOG).open("w", encoding="utf-8", buffering=1) as output:
            self._exit = backend.execute(job, lambda line: self._on_line(line, output))
        return self._verdict().success

    def postprocess(self, name: str, processor: Bound, *, always: bool) -> dict[str, Any]:
        """Make something of the output; the earlier result where it is current and `always` is not asked for."""
        stage = stages.post_stage(name)
        self._needs_output(name)
        parts = keys.postprocess_parts(self.record, processor)
        old = self.record.stage(stage)
        rerun = stages.POSTPROCESS if always else self.model_run.rerun
        action = stages.decide(stage, old, parts, self.dir.path, rerun)
        if self._skipped(action):
            return dict(old.result)
        self.dir.products.mkdir(exist_ok=True)
        before = self._products()
        with self._doing(action, parts):
            result = self._process(name, processor)
            written = [
                n for n, r in self._products().items() if before.get(n) != r or n in _named(result, self.dir.path)
            ]
            self._end_processing(stage, result, written)
        return result

    def clean_up(self) -> None:
        """Remove what the stages carried out here have written; never the record, or anything older."""
        for stage in reversed(self.done):
            record = self.record.stage(stage)
            names = [f.path for f in record.files]
            if stage == GENERATE:
                shutil.rmtree(self.dir.workspace, ignore_errors=True)
            elif stage == RUN:
                names = [f"model/{n}" for n in files_below(self.dir.workspace) if n not in record.kept]
            self.dir.remove(names)
            if record.state is State.DONE:
                self._move(stage, State.PENDING, reason="its files were removed after a later stage had failed")
            else:
                self._update(stage, files=(), kept=())
            log.info("removed what stage %s had written", stage)

    # -- one stage ------------------------------------------------------------------------------------------------

    def _skipped(self, action: Action) -> bool:
        if not action.do and action.stage not in self._told:
            log.info("%s", action)
            self._told.add(action.stage)
        return not action.do

    @contextmanager
    def _doing(self, action: Action, parts: Mapping[str, str], **details: Any) -> Iterator[None]:
        """Record that a stage is running, and how it ends when it does not end well."""
        stage = self._stage.name = action.stage
        self.done[stage] = None
        self._told.add(stage)
        key = hash_data(dict(parts))
        self._move(stage, State.RUNNING, key=key, parts=dict(parts), reason=action.reason, **details)
        log.info("%s", action)
        try:
            yield
        except KeyboardInterrupt as stop:
            log.warning("%s: %s", stage, "terminated" if type(stop) is not KeyboardInterrupt else "interrupted")
            self._move(stage, State.INTERRUPTED, message="interrupted", exit=self._exit_data())
            raise
        except BaseException as error:
            log.error("%s failed: %s", stage, str(error) or type(error).__name__)  # noqa: TRY400  the user is told, once
            message = f"{type(error).__name__}: {error}"
            self._move(stage, State.FAILED, message=message, exit=self._exit_data())
            raise
        finally:
            self._stage.name = ""

    def _finish(self, stage: str, **details: Any) -> None:
        self._move(stage, State.DONE, **details)
        log.info("%s: done%s", stage, f", {told}" if (told := details.get("message")) else "")

    def _move(self, stage: str, state: State, **details: Any) -> None:
        self.record = self.record.moved(stage, state, **details)
        self._save()

    def _update(self, stage: str, **details: Any) -> None:
        changed = self.record.stage(stage).model_copy(update=details)
        self.record = self.record.model_copy(update={"stages": {**self.record.stages, stage: changed}})
        self._save()

    def _save(self) -> None:
        self.dir.write(self.record)

    def _recorded(self, names: list[str], below: str = "model") -> tuple[FileRecord, ...]:
        return record_files(self.dir.path, [f"{below}/{name}" for name in names])

    # -- run --------------------------------------------------------------------------------------------------------

    def _clear_leftovers(self) -> tuple[str, ...]:
        """Remove what an earlier attempt left in the workspace, so that no old evidence is taken for new."""
        old = self.record.stage(RUN)
        present = files_below(self.dir.workspace)
        if old.state is State.PENDING and not old.kept:
            return tuple(present)
        leftovers = [name for name in present if name not in old.kept]
        if leftovers:
            log.info("removing %d files that an earlier run left in %s", len(leftovers), self.dir.workspace)
            self.dir.remove([f"model/{name}" for name in leftovers])
        return tuple(name for name in present if name in old.kept)

    def _call(self, backend: Bound) -> bool:
        name = backend.plugin.name
        try:
            claimed = backend(self.model_run)
        except (RompyHydraError, OSError):
            raise
        except Exception as error:
            problem = Problem("run_backend", f"backend '{name}' raised {type(error).__name__}: {error}")
            raise BackendError(problem) from error
        if not isinstance(claimed, bool):
            problem = Problem(
                "run_backend", f"backend '{name}' returned {claimed!r}", hint="run() returns True or False"
            )
            raise BackendError(problem)
        return claimed

    def _on_line(self, line: str, output: Any) -> None:
        output.write(f"{secrets.mask(line)}\n")
        OUTPUT.info("%s", line, extra={"progress": self.model_run.model.progress(line)})

    def _verdict(self) -> Verdict:
        return self.model_run.model.verdict(self.dir.workspace, self._exit)

    def _judge(self, backend: Bound, claimed: bool) -> bool:
        end = self._exit
        if end is not None and end.ending == "timed out":
            raise BackendError(_timed_out(end, backend))
        verdict = self._verdict()
        if not claimed and verdict.success:
            verdict = Verdict(False, f"backend '{backend.plugin.name}' reports failure", verdict.outputs)
        kept = self.record.stage(RUN).kept
        outputs = self._recorded([n for n in files_below(self.dir.workspace) if n not in kept])
        details = {"verdict": asdict(verdict), "exit": self._exit_data(), "message": verdict.evidence}
        if verdict.success:
            self._finish(RUN, files=outputs, **details)
        else:
            log.error("run failed: %s", verdict.evidence)
            self._move(RUN, State.FAILED, files=outputs, **details)
        return verdict.success

    def _exit_data(self) -> dict[str, Any] | None:
        return None if self._exit is None else asdict(self._exit)

    # -- postprocess ------------------------------------------------------------------------------------------------

    def _needs_output(self, name: str) -> None:
        run = self.record.stage(RUN)
        if run.state is not State.DONE:
            message = f"there is no finished model run in {self.dir.path} (stage run: {run.state})"
            hint = "run the model first, or look at run.log"
            raise PostprocessError(Problem(f"postprocessor.{name}", message, hint=hint))

    def _process(self, name: str, processor: Bound) -> dict[str, Any]:
        try:
            result = processor(self.model_run)
        except RompyHydraError:
            raise
        except Exception as error:
            problem = Problem(f"postprocessor.{name}", f"raised {type(error).__name__}: {error}")
            raise PostprocessError(problem) from error
        if not isinstance(result, dict):
            hint = "process() returns a dict with 'success'"
            raise PostprocessError(Problem(f"postprocessor.{name}", f"returned {result!r}", hint=hint))
        return result

    def _products(self) -> dict[str, tuple[int, int]]:
        names = [f"products/{n}" for n in files_below(self.dir.products)]
        stats = {n: (self.dir.path / n).stat() for n in names}
        return {n: (s.st_size, s.st_mtime_ns) for n, s in stats.items()}

    def _end_processing(self, stage: str, result: dict[str, Any], written: list[str]) -> None:
        plain = json.loads(json.dumps(result, default=str))
        message = str(result.get("message", result.get("error", "")))
        files = record_files(self.dir.path, written)
        if result.get("success", True):
            self._finish(stage, files=files, result=plain, message=message)
            return
        log.error("%s failed: %s", stage, message)
        self._move(stage, State.FAILED, files=files, result=plain, message=message)


def _named(result: Mapping[str, Any], root: Path) -> set[str]:
    """Files of the run directory that a result lists itself."""
    files = result.get("files", ())
    paths = [Path(str(f)) for f in files] if isinstance(files, list | tuple) else []
    inside = [p for p in paths if p.is_relative_to(root)]
    return {p.relative_to(root).as_posix() for p in inside}


def _timed_out(end: Exit, backend: Bound) -> Problem:
    limit = backend.kwargs.get("timeout", "")
    tail = "\n".join(f"      | {line}" for line in end.tail[-10:])
    message = f"the model was ended after {end.duration_s:.0f} s: it ran past the time limit" + (
        f"\n{tail}" if tail else ""
    )
    return Problem(
        "run_backend.timeout", message, limit, hint="allow more time, or look at output.log in the workspace"
    )
