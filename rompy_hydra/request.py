"""A whole composed experiment: the run, and how it is to be executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import keys
from .core.composition import Composition
from .errors import BackendError, ConfigError, DataError, ModelError, PostprocessError, Problem, RompyHydraError
from .model_run import ModelRun
from .plugins import Bound
from .stages import GENERATE, RUN, STAGES, Action


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
        try:
            self.model_run.preflight()
        except (ConfigError, DataError) as error:
            origins = self.composition.origins
            raise type(error)([p.at(p.origin or _nearest(origins, p.key)) for p in error.problems]) from error

    def actions(self) -> list[Action]:
        """What `execute` would do now, and why; checks first."""
        self.check()
        stages = getattr(self.pipeline.instance, "stages", STAGES)
        return keys.planned(self.model_run, self.run_backend, self.postprocessors, stages)

    def argv(self) -> tuple[str, ...]:
        """The command line that would be executed; empty where only a plugin knows."""
        return keys.argv_of(self.model_run, self.run_backend)

    def execute(self) -> dict[str, Any]:
        """Carry the experiment out.

        Returns:
            The pipeline's result.

        Raises:
            RompyHydraError: the error that says why it did not succeed.
        """
        self.check()
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
        record = self.model_run.record
        if record is None:
            return BackendError(Problem("pipeline", str(result.get("error", "failed without a reason"))))
        failed = [name for name, stage in record.stages.items() if stage.state == "failed"]
        log_file = self.model_run.directory.log
        if RUN in failed:
            return ModelError(_model_problem(record.stage(RUN), log_file))
        if failed and failed[0] != GENERATE:
            stage = record.stage(failed[0])
            key = failed[0].replace("postprocess", "postprocessor", 1)
            return PostprocessError(Problem(key, stage.message or "failed without a reason", hint=f"see {log_file}"))
        return BackendError(Problem("pipeline", str(result.get("error", "failed without a reason"))))


def _model_problem(stage: Any, log_file: Any) -> Problem:
    lines = (stage.exit or {}).get("tail", ())[-10:]
    tail = "".join(f"\n      | {line}" for line in lines)
    message = f"the model failed: {stage.message}"
    return Problem("", f"{message}\n    its last lines:{tail}" if tail else message, hint=f"see {log_file}")


def _nearest(origins: Mapping[str, str], key: str) -> str:
    """Origin of a key, or of the nearest node around it."""
    while key and key not in origins:
        key = key.rpartition(".")[0]
    return origins.get(key, "")
