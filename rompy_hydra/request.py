"""A whole composed experiment: the run, and how it is to be executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import keys
from .core.composition import Composition
from .errors import BackendError, ModelError, PostprocessError, Problem, RompyHydraError, raise_for
from .lock import read_holder
from .model_run import ModelRun
from .plugins import Bound
from .run_backend.base import RunBackend
from .stages import POSTPROCESS, RUN, STAGES, Action


@dataclass(frozen=True)
class Request:
    """What a config asks for."""

    model_run: ModelRun
    run_backend: Bound
    postprocessors: Mapping[str, Bound]
    pipeline: Bound
    composition: Composition = field(default_factory=Composition)

    def __post_init__(self) -> None:
        nodes = {name: bound.node for name, bound in self.postprocessors.items()}
        execution = {"run_backend": self.run_backend.node, "postprocessor": nodes, "pipeline": self.pipeline.node}
        self.model_run.composed(self.composition, execution)

    def check(self) -> None:
        """Look at the data and the place as well as the config; writes nothing.

        Raises:
            ConfigError, DataError: what would stop it, each problem with its origin.
        """
        self._agree()
        self.model_run.preflight()

    def _agree(self) -> None:
        """Whether model, backend and pipeline go together."""
        runs = RUN in getattr(self.pipeline.instance, "stages", ())  # a pipeline of others may not need the command
        missing = keys.need_command(self.model_run, self.run_backend) if runs else []
        raise_for([*missing, *self._contradictions()])

    def _contradictions(self) -> list[Problem]:
        rerun, stages = self.model_run.rerun, getattr(self.pipeline.instance, "stages", STAGES)
        if rerun is None or rerun == "all" or rerun in stages:
            return []
        message = f"stage {rerun} is not among pipeline.stages, {', '.join(stages)}"
        return [Problem("rerun", message, rerun, self.composition.origin_of("rerun"))]

    def actions(self) -> list[Action]:
        """What `execute` would do now, and why; checks first."""
        self.check()
        stages = getattr(self.pipeline.instance, "stages", STAGES)
        return keys.planned(self.model_run, self.run_backend, self.postprocessors, stages)

    def argv(self) -> tuple[str, ...]:
        """The command line that would be executed; empty where only a plugin knows."""
        return keys.argv_of(self.model_run, self.run_backend)

    def notes(self) -> list[str]:
        """What a user should know of the model and of the place where it is to run."""
        backend = self.run_backend.instance
        job = keys.job_of(self.model_run, backend)
        here = backend.notes(job) if isinstance(backend, RunBackend) else []
        return [*self.model_run.plan.notes, *here, *self._in_use()]

    def _in_use(self) -> list[str]:
        holder = read_holder(self.model_run.directory.lock)
        return [] if holder is None or holder.gone else [f"WARNING: its directory is in use by {holder} right now"]

    def execute(self) -> dict[str, Any]:
        """Carry the experiment out.

        Returns:
            The pipeline's result.

        Raises:
            RompyHydraError: the error that says why it did not succeed.
        """
        self._agree()
        result = self.model_run.pipeline(self.pipeline, **self._python_arguments())
        if not result.get("success"):
            raise self._failure(result)
        return result

    def _python_arguments(self) -> dict[str, Any]:
        """The same arguments that a user would give to ``ModelRun.pipeline`` in Python."""
        return {
            "run_backend": self.run_backend.plugin.name,
            "run_kwargs": dict(self.run_backend.kwargs),
            "processor": list(self.postprocessors),
            "process_kwargs": {
                name: {"_target_": b.plugin.target, **b.kwargs} for name, b in self.postprocessors.items()
            },
        }

    def _failure(self, result: Mapping[str, Any]) -> RompyHydraError:
        """The error of the stage that the pipeline says has failed; of the pipeline where it says none."""
        record, log_file = self.model_run.record, self.model_run.directory.log
        failed = result.get("failed_stage")
        if failed == RUN and record is not None:
            return ModelError(_model_problem(record.stage(RUN), log_file))
        reason = str(result.get("error", "failed without a reason"))
        if failed == POSTPROCESS:
            return PostprocessError(Problem("postprocessor", reason, hint=f"see {log_file}"))
        return BackendError(Problem("pipeline", reason, hint=f"see {log_file}"))


def _model_problem(stage: Any, log_file: Any) -> Problem:
    lines = (stage.exit or {}).get("tail", ())[-10:]
    tail = "".join(f"\n      | {line}" for line in lines)
    message = f"the model failed: {stage.message}"
    return Problem("", f"{message}\n    its last lines:{tail}" if tail else message, hint=f"see {log_file}")
