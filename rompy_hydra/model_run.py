"""ModelRun: one experiment with a place on disk, and the stages that carry it out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import PrivateAttr, SerializeAsAny, ValidationError, field_validator

from . import keys, run_dir
from .build import Builder
from .core.atomic import write_atomic
from .core.composition import Composition
from .core.hashing import hash_data
from .core.yaml_text import experiment_yaml
from .errors import ConfigError, Problem, RompyHydraError, raise_for
from .lock import Lock
from .model.base import Experiment, Model, Plan
from .model.generic import Generic
from .plugins import Bound, plugin
from .preflight import identity_problems, place_problems
from .run_backend.base import RunBackend
from .run_dir import Record, RunDir

if TYPE_CHECKING:
    import xarray as xr

    from .work import Work

log = logging.getLogger(__name__)

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=,+@-]{0,199}")
_SCIENCE = ("period", "domain", "forcing", "model")
_DEFAULT_EXECUTION: dict[str, Any] = {
    "run_backend": {"_target_": "rompy_hydra.run_backend.local.LocalRunBackend"},
    "postprocessor": {},
    "pipeline": {"_target_": "rompy_hydra.pipeline.local.LocalPipeline"},
}


class ModelRun(Experiment):
    """One experiment with a place on disk: generate its input, run the model, make something of the output.

    The stages may be called in any process, at any time: what is current is not done again.

    >>> run = ModelRun(name="demo", model={"model_type": "generic", "command": ["true"]})
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
    _execution: dict[str, Any] = PrivateAttr(default_factory=dict)
    _given_run_id: bool = PrivateAttr(default=False)
    _work: Any = PrivateAttr(default=None)
    _set_aside: bool = PrivateAttr(default=False)

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
        with self.working() as work:
            self._remember("run_backend", bound.node)
            return work.run(bound)

    def postprocess(self, processor: str | Bound = "noop", **kwargs: Any) -> dict[str, Any]:
        """Make something of the output of a finished run; always done, never skipped.

        Raises:
            ConfigError: wrong arguments.
            PostprocessError: there is no finished run, or the processor raised.
        """
        bound = processor if isinstance(processor, Bound) else _bind("postprocessor", processor, kwargs)
        with self.working() as work:
            return self._process(work, bound.plugin.name, bound, always=True)

    def postprocess_all(self, processors: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Make several products, each only where it is not current.

        Args:
            processors: name -> options; ``_target_`` among them names the class where the name is not a plugin's.

        Returns:
            Name -> result.
        """
        bound = {name: _bind("postprocessor", name, dict(options)) for name, options in processors.items()}
        with self.working() as work:
            return {name: self._process(work, name, processor, always=False) for name, processor in bound.items()}

    def _process(self, work: Work, name: str, processor: Bound, *, always: bool) -> dict[str, Any]:
        self._remember("postprocessor", {**self._execution.get("postprocessor", {}), name: processor.node})
        return work.postprocess(name, processor, always=always)

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
        bound = pipeline_backend
        with self.working():
            self._remember("pipeline", bound.node)
            result = bound(self, **kwargs)
        if not isinstance(result, dict):
            problem = Problem("pipeline", f"pipeline '{bound.plugin.name}' returned {result!r}, expected a dict")
            raise RompyHydraError(problem)
        return result

    # -- what plugins use -------------------------------------------------------------------------------------------

    @property
    def name_of_run(self) -> str:
        """The run's id, which is never None once the run is made."""
        assert self.run_id is not None
        return self.run_id

    @property
    def directory(self) -> RunDir:
        """Where everything of this run is."""
        return RunDir(self.output_dir.expanduser().absolute() / self.name_of_run)

    @property
    def workspace(self) -> Path:
        """The model's working directory."""
        return self.directory.workspace

    @property
    def products(self) -> Path:
        """Where postprocessors write."""
        return self.directory.products

    @property
    def record(self) -> Record | None:
        """What is recorded of this run; None before it began."""
        return self.directory.read()

    def open(self) -> xr.Dataset:
        """The model's output as a lazy CF/UGRID dataset."""
        return self.model.open(self.workspace)

    def execute(self, backend: RunBackend) -> bool:
        """Execute the model's command with a built-in backend; for the backend's own ``run``."""
        with self.working() as work:
            return work.execute(backend)

    @contextmanager
    def working(self) -> Iterator[Work]:
        """Claim the run directory for the block; nested blocks share one claim."""
        from .work import Work

        if self._work is not None:
            yield self._work
            return
        self.__dict__.pop("plan", None)  # the data may have changed since it was made
        self.preflight()
        self._archive_once()
        with Work(self) as work:
            self._work = work
            try:
                yield work
            finally:
                self._work = None

    # -- identity ---------------------------------------------------------------------------------------------------

    @cached_property
    def science(self) -> dict[str, Any]:
        """The scientific state as plain data, defaults included."""
        return self.model_dump(mode="json", include=set(_SCIENCE), serialize_as_any=True)

    @cached_property
    def science_hash(self) -> str:
        """SHA-256 of the scientific state."""
        return hash_data(self.science)

    @cached_property
    def plan(self) -> Plan:
        """What the model would do; reads only."""
        return self.model.plan(self)

    def composed(self, composition: Composition, execution: dict[str, Any]) -> ModelRun:
        """This run with the knowledge of how its config was composed and how it is to be executed."""
        self._composition, self._execution = composition, execution
        return self

    def preflight(self) -> None:
        """Everything that can be wrong before the first byte is written.

        Raises:
            ConfigError, DataError: all problems at once.
        """
        raise_for([*place_problems(self.output_dir), *self.plan.problems, *self._identity_problems()])

    def _identity_problems(self) -> list[Problem]:
        if self.on_existing == "archive" and not self._set_aside:
            return []
        return identity_problems(self.record, self.science, self.directory.path)

    def _archive_once(self) -> None:
        if self.on_existing == "archive" and not self._set_aside and self.directory.path.exists():
            with Lock(self.directory.lock):
                pass
            log.info("the old run directory is now %s", self.directory.set_aside())
        self._set_aside = True

    def claim(self, directory: RunDir) -> Record:
        """The record to go on with, and the config beside it; called with the lock held."""
        raise_for(self._identity_problems())
        directory.drop_half_written()
        record = directory.read()
        fresh = Record(
            run_id=self.name_of_run,
            name=self.name,
            created=run_dir.now() if record is None else record.created,
            science_hash=self.science_hash,
            science=self.science,
            stages={} if record is None else record.stages,
            inputs=keys.inputs(self.plan, () if record is None else record.inputs),
            overrides=self._composition.overrides,
            choices=self._composition.choices,
            origins=self._composition.origins,
            versions=run_dir.versions(),
            git_commit=run_dir.git_commit(),
            host=run_dir.host(),
        )
        self._write_config()
        return fresh

    def _write_config(self) -> None:
        """The resolved experiment as YAML that reproduces it; secrets stay interpolations."""
        fields = self.model_dump(mode="json", serialize_as_any=True, exclude={"rerun", "on_existing"})
        fields["run_id"] = self.run_id if self._given_run_id else None
        fields["output_dir"] = str(self.output_dir.expanduser().absolute())
        text = experiment_yaml({**fields, **_DEFAULT_EXECUTION, **self._execution}, self._composition.secrets)
        write_atomic(self.directory.config, text)

    def _remember(self, group: str, node: dict[str, Any]) -> None:
        """Let config.yaml say how the run is executed, also where that was chosen in Python."""
        if self._execution.get(group) != node:
            self._execution = {**self._execution, group: node}
            self._write_config()


def _bind(group: str, name: str, kwargs: dict[str, Any]) -> Bound:
    builder = Builder()
    if "_target_" in kwargs:
        found = builder.bound(group, kwargs, (group, name))
    else:
        found = builder.bind(plugin(group, name), kwargs, (group,))
    if builder.problems:
        raise ConfigError(builder.problems)
    return cast(Bound, found)
