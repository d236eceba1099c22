"""ModelRun: one experiment with a place on disk, and the stages that carry it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import PrivateAttr, SerializeAsAny, ValidationError, field_validator

from . import keys
from .build import Builder
from .core.composition import Composition
from .core.hashing import hash_data
from .core.node import FOR_SCIENCE
from .errors import BackendError, ConfigError, Problem, raise_for
from .model.base import Experiment, Model, Plan
from .model.generic import Generic
from .plugins import Bound, plugin
from .post_stage import postprocess
from .preflight import identity_problems, place_problems
from .run_backend.base import RunBackend
from .run_backend.job import Together
from .run_dir import Record, RunDir, State
from .run_stage import execute, run_model
from .stages import POSTPROCESS, RUN
from .work import Work

if TYPE_CHECKING:
    import xarray as xr

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=,+@-]{0,199}")
SCIENCE = ("period", "domain", "forcing", "model")
"""The keys that decide a result; the others say where and how it is computed."""
_DEFAULT_EXECUTION: dict[str, Any] = {
    "run_backend": {"_target_": "rompy_hydra.run_backend.local.LocalRunBackend"},
    "postprocessor": {},
    "pipeline": {"_target_": "rompy_hydra.pipeline.local.LocalPipeline"},
}


class ModelRun(Experiment):
    """One experiment with a place on disk: generate its input, run the model, make something of the output.

    The stages may be called in any process, at any time: what is current is not done again.

    >>> run = ModelRun(name="demo", model={"model_type": "generic", "argv": ["true"]})
    >>> run.run_id.startswith("demo-")
    True

    Raises:
        ConfigError: everything that is wrong with the arguments.
    """

    run_id: str | None = None
    """Name of the run directory; by default ``<name>-<hash>``, so that another config is another directory."""
    output_dir: Path = Path("outputs")
    """Where run directories are made."""
    data_dir: Path | None = None
    """A folder of the user's data, for use as ``${data_dir}``."""
    model: SerializeAsAny[Model] = Generic()
    """How it is computed."""
    on_existing: Literal["resume", "archive"] = "resume"
    """What to do with a run directory of the same name: go on in it, or set it aside first."""
    rerun: Literal["generate", "run", "postprocess", "all"] | None = None
    """A stage to do again although it is current."""

    _composition: Composition = PrivateAttr(default_factory=Composition)
    _execution: dict[str, Any] = PrivateAttr(default_factory=lambda: dict(_DEFAULT_EXECUTION))
    _given_run_id: bool = PrivateAttr(default=False)
    _work: Any = PrivateAttr(default=None)
    _archived: bool = PrivateAttr(default=False)
    _to_the_end: bool = PrivateAttr(default=False)
    _together: Together | None = PrivateAttr(default=None)

    def __init__(self, **data: Any):
        builder = Builder()
        model = data.pop("model", None)
        body = builder.inside(data)
        if model is not None:
            body["model"] = model if isinstance(model, Model) else builder.model(model)
        try:
            super().__init__(**body)
        except ValidationError as error:
            builder.collect(type(self), body, (), error)
        if builder.problems:
            raise ConfigError(builder.problems)
        self._given_run_id = self.run_id is not None
        if self.run_id is None:
            object.__setattr__(self, "run_id", f"{self.name}-{self.science_hash[:8]}")

    @field_validator("output_dir")
    @classmethod
    def _is_where_it_was_said(cls, value: Path) -> Path:
        """Absolute from the start: a later change of the current directory moves nothing."""
        return value.expanduser().absolute()

    @field_validator("name", "run_id")
    @classmethod
    def _is_a_file_name(cls, value: str | None) -> str | None:
        if value is not None and (not _SAFE_NAME.fullmatch(value) or ".." in value):
            raise ValueError("expected a plain file name: letters, digits and . _ - = , + @ (no '/', no '..')")
        return value

    # -- carrying it out -------------------------------------------------------------------------------------------

    def generate(self) -> Path:
        """Write the model's input files, unless they are current; returns the workspace.

        Raises:
            ConfigError, DataError: nothing was written.
        """
        with self.working() as work:
            return work.generate()

    def run(self, backend: str | Bound = "local", **kwargs: Any) -> bool:
        """Execute the model with a run backend, generating its input first where that is needed.

        Args:
            backend: name of a run backend.
            **kwargs: options of that backend, such as ``command``, ``env_vars``, ``timeout``.

        Returns:
            True when the model's own evidence says success; the reason of a failure is in ``record``.

        Raises:
            ConfigError, DataError, BackendError: wrong arguments, data or environment.
        """
        bound = backend if isinstance(backend, Bound) else _bind("run_backend", backend, kwargs)
        raise_for(keys.need_command(self, bound))
        with self.working() as work:
            return run_model(work, bound)

    def postprocess(self, processor: str | Bound = "noop", **kwargs: Any) -> dict[str, Any]:
        """Make something of the output of a finished run; always done, never skipped.

        Raises:
            ConfigError: wrong arguments.
            PostprocessError: there is no finished run, or the processor raised.
        """
        bound = processor if isinstance(processor, Bound) else _bind("postprocessor", processor, kwargs)
        with self.working() as work:
            return _process(work, bound.plugin.name, bound, always=True)

    def postprocess_all(self, processors: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Make several products, each only where it is not current.

        Args:
            processors: name -> options; ``_target_`` among them names the class where the name is not a plugin's.

        Returns:
            Name -> result.
        """
        bound = {name: _bind("postprocessor", name, dict(options)) for name, options in processors.items()}
        with self.working() as work:
            stages = [s for s in work.record.stages if s.startswith(f"{POSTPROCESS}.")]
            work.forget_unfinished([s for s in stages if s.partition(".")[2] not in bound])
            return {name: _process(work, name, processor, always=False) for name, processor in bound.items()}

    def pipeline(self, pipeline_backend: str | Bound = "local", **kwargs: Any) -> dict[str, Any]:
        """Carry out all stages with a pipeline.

        Args:
            pipeline_backend: name of a pipeline.
            **kwargs: options of the pipeline, such as ``run_backend``, ``processor``, ``run_kwargs``,
                ``process_kwargs``, ``cleanup_on_failure``.

        Returns:
            ``success``, ``run_id``, ``stages_completed`` and what the pipeline adds.
        """
        if not isinstance(pipeline_backend, Bound):
            return self.pipeline(_bind("pipeline", pipeline_backend, kwargs))
        with self.working() as work:
            work.remember("pipeline", pipeline_backend.node)
            result = pipeline_backend.call(self, BackendError, **kwargs)
        if not isinstance(result, dict):
            message = f"pipeline '{pipeline_backend.plugin.name}' returned {result!r}"
            raise BackendError(Problem("pipeline", message, hint="execute() returns a dict with 'success'"))
        return result

    # -- what plugins use -------------------------------------------------------------------------------------------

    @property
    def to_the_end(self) -> bool:
        """Whether jobs are seen to their end that the run backend would leave to themselves."""
        return self._to_the_end

    def see_to_the_end(self) -> None:
        """Go on with what was begun: wait for its job, whatever the run backend was told; do nothing of it anew."""
        self._to_the_end = self._archived = True
        self._together = None
        object.__setattr__(self, "rerun", POSTPROCESS if self.rerun in (POSTPROCESS, "all") else None)

    @property
    def together(self) -> Together | None:
        """The place of its job among those that it is to be started with; None for one that is started alone."""
        return self._together

    def hold_back(self, together: Together) -> None:
        """Have its job wait until it is started with others: carrying it out ends with `HeldBack`."""
        self._together = together

    @property
    def name_of_run(self) -> str:
        """The run's id, which is never None once the run is made."""
        assert self.run_id is not None
        return self.run_id

    @property
    def directory(self) -> RunDir:
        """Where everything of this run is."""
        return RunDir(self.output_dir / self.name_of_run)

    @property
    def workspace(self) -> Path:
        """The model's working directory."""
        return self.directory.workspace

    @property
    def products(self) -> Path:
        """Where the postprocessor at work writes."""
        return self.directory.products if self._work is None else self._work.products

    @property
    def record(self) -> Record | None:
        """What is recorded of this run; None before it began."""
        return self.directory.read()

    def open(self) -> xr.Dataset:
        """The model's output as a lazy CF/UGRID dataset."""
        return self.model.open(self.workspace)

    def workspace_of(self, run: str) -> Path:
        """The workspace of another run that has finished.

        Raises:
            LookupError: there is none, or it has not finished; says so.
        """
        directory = RunDir(Path(run).expanduser().absolute() if "/" in run else self.output_dir / run)
        record = directory.read()
        if record is None:
            raise LookupError(f"there is no run {run} in {directory.path.parent}")
        if (state := record.stage(RUN).state) is not State.DONE:
            raise LookupError(f"run {run} is {state} and not done")
        return directory.workspace

    def execute(self, backend: RunBackend) -> bool:
        """Execute the model's command with a built-in backend; for the backend's own ``run``."""
        with self.working() as work:
            return execute(work, backend)

    @contextmanager
    def working(self) -> Iterator[Work]:
        """Claim the run directory for the block; nested blocks share one claim."""
        if self._work is not None:
            yield self._work
            return
        self.preflight()
        with Work(self, set_aside=self.will_set_aside) as work:
            self._archived, self._work = True, work
            try:
                yield work
            finally:
                self._work = None

    def preflight(self) -> None:
        """Everything that can be wrong before the first byte is written, the data included.

        Raises:
            ConfigError, DataError: all problems at once, each with its origin.
        """
        self.__dict__.pop("plan", None)  # the data may have changed since it was made
        record = None if self.will_set_aside else self.record
        problems = [
            *place_problems(self.output_dir, self.directory),
            *self.plan.problems,
            *identity_problems(record, self, self.directory.path),
        ]
        raise_for(p.at(p.origin or self._composition.origin_of(p.key)) for p in problems)

    # -- identity ---------------------------------------------------------------------------------------------------

    @cached_property
    def science(self) -> dict[str, Any]:
        """The scientific state as plain data, defaults included."""
        return self.model_dump(mode="json", include=set(SCIENCE), serialize_as_any=True, context=FOR_SCIENCE)

    @cached_property
    def science_hash(self) -> str:
        """SHA-256 of the scientific state."""
        return hash_data(self.science)

    @cached_property
    def plan(self) -> Plan:
        """What the model would do; reads only."""
        return self.model.plan(self)

    @property
    def will_set_aside(self) -> bool:
        """Whether an existing run directory is to be renamed first; once in the life of this object."""
        return self.on_existing == "archive" and not self._archived

    @property
    def composition(self) -> Composition:
        """How the config was composed; empty for a run made in Python."""
        return self._composition

    @property
    def execution(self) -> dict[str, Any]:
        """The nodes run_backend, postprocessor and pipeline, as they go to config.yaml."""
        return self._execution

    def composed(self, composition: Composition, execution: Mapping[str, Any]) -> None:
        """Know how the config was composed and how it is to be executed."""
        self._composition = composition
        self._execution.update(execution)

    def as_config(self) -> dict[str, Any]:
        """The run's own keys as plain data that composes to itself."""
        fields = self.model_dump(mode="json", serialize_as_any=True, exclude={"rerun", "on_existing"})
        fields["run_id"] = self.run_id if self._given_run_id else None
        return fields


def _process(work: Work, name: str, processor: Bound, *, always: bool) -> dict[str, Any]:
    chosen = work.model_run.execution.get("postprocessor", {})
    work.remember("postprocessor", {**chosen, name: processor.node})
    return postprocess(work, name, processor, always=always)


def _bind(group: str, name: str, kwargs: dict[str, Any]) -> Bound:
    builder = Builder()
    if "_target_" in kwargs:
        found = builder.bound(group, kwargs, (group, name))
    else:
        found = builder.bind(plugin(group, name), kwargs, (group,))
    if builder.problems:
        raise ConfigError(builder.problems)
    return cast(Bound, found)
