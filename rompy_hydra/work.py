"""A claimed run directory: its lock, its log, its record, and the stages carried out in it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import keys, run_dir
from .core.atomic import write_atomic
from .core.hashing import FileRecord, files_below, hash_data, record_files
from .core.yaml_text import experiment_yaml
from .errors import Detached, HeldBack, RompyHydraError, Submitted, Terminated, raise_for
from .jobs import goes_on, refuse_beside_job
from .lock import Lock
from .preflight import identity_problems
from .run_dir import Record, RunDir, StageRecord, State
from .run_log import TOLD_LATER, StageName, run_log
from .stages import GENERATE, POSTPROCESS, RUN, Action, decide, post_stage

if TYPE_CHECKING:
    from .model_run import ModelRun

log = logging.getLogger(__name__)


class Work:
    """One process's work in one run directory; leaving the block gives the directory free."""

    def __init__(self, model_run: ModelRun, *, set_aside: bool):
        self.model_run = model_run
        self.dir: RunDir = model_run.directory
        self.products: Path = self.dir.products
        """Where the postprocessor at work writes."""
        self.done: dict[str, None] = {}
        """Stages that this process carried out, in order."""
        self._set_aside = set_aside
        self._told: set[str] = set()
        self._stage = StageName()
        self._stack = ExitStack()

    def __enter__(self) -> Work:
        if self._set_aside and self.dir.path.exists():
            with Lock(self.dir.lock) as lock:
                log.info("the old run directory is now %s", self.dir.set_aside(lock))
        self.dir.make()
        with ExitStack() as stack:
            stack.enter_context(Lock(self.dir.lock))
            old = self.dir.read()
            raise_for(identity_problems(old, self.model_run, self.dir.path))
            self.dir.drop_half_written()
            stack.enter_context(run_log(self.dir, self.model_run.name_of_run, self._stage))
            self.record = self._begun(old)
            self._save()
            self._write_config()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def remember(self, group: str, node: Mapping[str, Any]) -> None:
        """Let config.yaml say how the run is executed, also where that was chosen in Python."""
        if self.model_run.execution.get(group) != node:
            self.model_run.execution[group] = dict(node)
            self._write_config()

    def generate(self, *, again: bool = False) -> Path:
        """Write the model's input files, unless they are current and not wanted `again`."""
        parts = keys.generate_parts(self.model_run, self.record.inputs)
        record = keys.generated(self.record, self.model_run.rerun)
        action = self.decide(GENERATE, parts, record, doubt=keys.doubt(self.model_run.plan))
        if again and not action.do:
            action = Action(GENERATE, True, "the model has changed its own input files")
        if self.skipped(action) or (self.model_run.to_the_end and goes_on(self.record)):
            return self.dir.workspace
        refuse_beside_job(self.record, self.dir.path, "writing its input files anew")
        with self.doing(action, parts):
            self._reset_later_stages()
            self.dir.clear_staging()
            self.model_run.model.generate(self.dir.staging, self.model_run)
            self.dir.publish_workspace()
            self.finish(GENERATE, files=self.recorded(files_below(self.dir.workspace)))
        return self.dir.workspace

    def clean_up(self) -> None:
        """Remove what the stages carried out here have written; never the record, or anything older."""
        for stage in reversed(self.done):
            record = self.record.stage(stage)
            names = [f.path for f in record.files]
            if stage == GENERATE:
                shutil.rmtree(self.dir.workspace, ignore_errors=True)
            elif stage == RUN:
                names = [self.dir.in_workspace(n) for n in files_below(self.dir.workspace) if n not in record.kept]
            self.dir.remove(names)
            if record.state is State.DONE:
                self.move(stage, State.PENDING, reason="its files were removed after a later stage had failed")
            else:
                self.update(stage, files=())
            log.info("removed what stage %s had written", stage)

    def decide(
        self,
        stage: str,
        parts: Mapping[str, str],
        record: StageRecord | None = None,
        always: str = "",
        doubt: str = "",
    ) -> Action:
        """Whether a stage must be done; what is forced is forced once."""
        rerun = None if stage in self.done else self.model_run.rerun
        return decide(stage, record or self.record.stage(stage), parts, self.dir.path, rerun, always, doubt)

    def skipped(self, action: Action) -> bool:
        """True for a stage that need not be done; tells so once."""
        if not action.do and action.stage not in self._told:
            log.info("%s", action)
            self._told.add(action.stage)
        return not action.do

    @contextmanager
    def doing(self, action: Action, parts: Mapping[str, str], **details: Any) -> Iterator[None]:
        """Record that a stage is running, and how it ends when it does not end well."""
        stage = self._stage.name = action.stage
        self.done[stage] = None
        self._told.add(stage)
        self.move(stage, State.RUNNING, key=hash_data(dict(parts)), parts=dict(parts), reason=action.reason, **details)
        log.info("%s", action)
        try:
            yield
        except HeldBack as held:
            log.info("%s", held)
            raise
        except (Submitted, Detached) as left:
            hint = f"; rompy-hydra resume {self.dir.path} sees it to its end" if isinstance(left, Detached) else ""
            log.info("%s goes on without this process%s", self.record.stage(stage).job["name"], hint)
            raise
        except KeyboardInterrupt as stop:
            ending = "terminated" if isinstance(stop, Terminated) else "interrupted"
            self._end_badly(stage, State.INTERRUPTED, ending)
            log.warning("%s: %s; rompy-hydra resume %s goes on from here", stage, ending, self.dir.path)
            raise
        except BaseException as error:
            told = str(error) if isinstance(error, RompyHydraError) else f"{type(error).__name__}: {error}"
            self._end_badly(stage, State.FAILED, told)
            why = str(error) or type(error).__name__
            log.error("%s failed: %s", stage, why, extra=TOLD_LATER)  # noqa: TRY400  the user is told once
            raise
        finally:
            self._stage.name = ""

    def _end_badly(self, stage: str, state: State, message: str) -> None:
        """Record it where that is still possible; the error that is on its way says more than a second one."""
        with suppress(OSError):
            if self.record.stage(stage).state is State.RUNNING:
                self.move(stage, state, message=message)

    def finish(self, stage: str, **details: Any) -> None:
        """Record that a stage is done."""
        self.move(stage, State.DONE, **details)
        log.info("%s: done%s", stage, f", {told}" if (told := details.get("message")) else "")

    def move(self, stage: str, state: State, **details: Any) -> None:
        """Move a stage to a state, on disk too."""
        self.record = self.record.moved(stage, state, **details)
        self._save()

    def update(self, stage: str, **details: Any) -> None:
        """Add to the record of a stage without moving it."""
        self.record = self.record.updated(stage, **details)
        self._save()

    def expect(self, stages: Sequence[str], processors: Sequence[str]) -> None:
        """Let the record have what is still to be done, so that a run that is cut off is not taken for finished.

        Args:
            stages: of ``generate``, ``run`` and ``postprocess``.
            processors: names of the products.
        """
        products = [post_stage(name) for name in processors] if POSTPROCESS in stages else []
        names = [stage for stage in (GENERATE, RUN) if stage in stages] + products
        stages_of_record = {name: self.record.stage(name) for name in names} | self.record.stages
        self.record = self.record.model_copy(update={"stages": stages_of_record})
        self._save()

    def forget_unfinished(self, stages: list[str]) -> None:
        """Drop stages from the record unless they are done: postprocessors that are no longer asked for."""
        left = {n: s for n, s in self.record.stages.items() if n not in stages or s.state is State.DONE}
        self.record = self.record.model_copy(update={"stages": left})
        self._save()

    def recorded(self, names: list[str]) -> tuple[FileRecord, ...]:
        """Files of the workspace as they are now."""
        return record_files(self.dir.path, [self.dir.in_workspace(name) for name in names])

    def _begun(self, old: Record | None) -> Record:
        run = self.model_run
        return Record(
            run_id=run.name_of_run,
            name=run.name,
            created=run_dir.now() if old is None else old.created,
            science_hash=run.science_hash,
            science=run.science,
            stages={} if old is None else old.stages,
            inputs=keys.inputs(run.plan, () if old is None else old.inputs),
            overrides=run.composition.overrides,
            choices=run.composition.choices,
            origins=run.composition.origins,
            versions=run_dir.versions(),
            git_commit=run_dir.git_commit(),
            host=run_dir.host(),
        )

    def _reset_later_stages(self) -> None:
        """What was made of the old input files goes with them."""
        for stage in [s for s in self.record.stages if s != GENERATE]:
            if self.record.stage(stage).state is not State.PENDING:
                self.move(stage, State.PENDING, reason="the input files were written anew")

    def _write_config(self) -> None:
        run = self.model_run
        text = experiment_yaml({**run.as_config(), **run.execution}, run.composition.secrets)
        write_atomic(self.dir.config, text)

    def _save(self) -> None:
        self.dir.write(self.record)
