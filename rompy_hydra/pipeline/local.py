"""Stage after stage, on this machine."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import Field

from ..errors import Detached, Submitted
from .base import Pipeline

Stage = Literal["generate", "run", "postprocess"]


class LocalPipeline(Pipeline):
    """Generate, run and postprocess, one after the other."""

    stages: list[Stage] = Field(default=["generate", "run", "postprocess"], min_length=1)
    """Which stages to carry out; a later stage needs the earlier ones to be current."""
    run_backend: str = Field("local", exclude=True)
    """Name of the run backend."""
    run_kwargs: dict[str, Any] = Field(default={}, exclude=True)
    """Options of the run backend."""
    processor: str | list[str] = Field("noop", exclude=True)
    """Name of the postprocessor, or a list of them."""
    process_kwargs: dict[str, Any] = Field(default={}, exclude=True)
    """Options of the postprocessor; for a list of them, name -> options."""
    cleanup_on_failure: bool = False
    """After a failure remove what this execution has written; never the record, never anything older."""

    def execute(self, model_run: Any, **kwargs: Any) -> dict[str, Any]:
        """Carry out the stages; stops at the first that fails."""
        return type(self).model_validate({**dict(self), **kwargs})._execute(model_run)

    def _execute(self, model_run: Any) -> dict[str, Any]:
        result: dict[str, Any] = {"success": False, "run_id": model_run.run_id, "stages_completed": []}
        with model_run.working() as work:
            work.expect(self.stages, self._processors)
            try:
                self._carry_out(model_run, result)
            except (Submitted, Detached):
                raise
            except BaseException:
                self._after_failure(work)
                raise
            if not result["success"]:
                self._after_failure(work)
        return result

    @property
    def _processors(self) -> list[str]:
        return [self.processor] if isinstance(self.processor, str) else self.processor

    def _carry_out(self, model_run: Any, result: dict[str, Any]) -> None:
        for stage in [s for s in get_args(Stage) if s in self.stages]:
            error = getattr(self, f"_{stage}")(model_run, result)
            if error:
                result.update(error=error, failed_stage=stage)
                return
            result["stages_completed"].append(stage)
        result["success"] = True

    def _generate(self, model_run: Any, result: dict[str, Any]) -> str:
        result["workspace"] = str(model_run.generate())
        return ""

    def _run(self, model_run: Any, result: dict[str, Any]) -> str:
        if model_run.run(backend=self.run_backend, **self.run_kwargs):
            return ""
        return str(model_run.record.stage("run").message) or "the model failed"

    def _postprocess(self, model_run: Any, result: dict[str, Any]) -> str:
        names = self._processors
        options = {self.processor: self.process_kwargs} if isinstance(self.processor, str) else self.process_kwargs
        results = model_run.postprocess_all({name: options.get(name, {}) for name in names})
        result["postprocess"] = results
        failed = [name for name, r in results.items() if not r.get("success", True)]
        return "; ".join(f"{n}: {results[n].get('message') or results[n].get('error', 'failed')}" for n in failed)

    def _after_failure(self, work: Any) -> None:
        if self.cleanup_on_failure:
            work.clean_up()
