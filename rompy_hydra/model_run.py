"""ModelRun: one experiment with a place on disk, and the stages that carry it out."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import PrivateAttr, SerializeAsAny, ValidationError, field_validator

from . import run_dir
from .build import Builder
from .core import secrets
from .core.atomic import write_atomic
from .core.composition import Composition
from .core.hashing import FileRecord, hash_data, hash_file, record_file
from .errors import ConfigError, Problem, RompyHydraError, raise_for
from .lock import Lock
from .model.base import Command, Experiment, Model, Plan
from .model.generic import Generic
from .plugins import Bound, plugin
from .run_backend.base import Resources, RunBackend
from .run_dir import Record, RunDir
from .stages import GENERATE, RUN, Action, decide, post_stage

if TYPE_CHECKING:
    import xarray as xr

    from .work import Work

log = logging.getLogger(__name__)

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=,+@-]{0,199}")
_SCIENCE = ("period", "domain", "forcing", "model")


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
            return work.run(bound)

    def postprocess(self, processor: str | Bound = "noop", **kwargs: Any) -> dict[str, Any]:
        """Make something of the output of a finished run; always done, never skipped.

        Raises:
            ConfigError: wrong arguments.
            PostprocessError: there is no finished run, or the processor raised.
        """
        bound = processor if isinstance(processor, Bound) else _bind("postprocessor", processor, kwargs)
        with self.working() as work:
            return work.postprocess(bound.plugin.name, bound, always=True)

    def postprocess_all(self, processors: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Make several products, each only where it is not current.

        Args:
            processors: name -> options; ``_target_`` among them names the class where the name is not a plugin's.

        Returns:
            Name -> result.
        """
        bound = {name: _bind("postprocessor", name, dict(options)) for name, options in processors.items()}
        with self.working() as work:
            return {name: work.postprocess(name, processor, always=False) for name, processor in bound.items()}

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
        raise_for([*self._place_problems(), *self.plan.problems, *self._identity_problems()])

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
            inputs=self._inputs(() if record is None else record.inputs),
            overrides=self._composition.overrides,
            choices=self._composition.choices,
            origins=self._composition.origins,
            versions=run_dir.versions(),
            git_commit=run_dir.git_commit(),
            host=run_dir.host(),
        )
        write_atomic(directory.config, self.config_text())
        return fresh

    def config_text(self) -> str:
        """The resolved experiment as YAML that reproduces it; secrets stay interpolations."""
        from .core.yaml_text import experiment_yaml

        fields = self.model_dump(mode="json", serialize_as_any=True, exclude={"rerun", "on_existing"})
        fields["run_id"] = self.run_id if self._given_run_id else None
        fields["output_dir"] = str(self.output_dir.expanduser().absolute())
        return experiment_yaml({**fields, **self._execution}, self._composition.secrets)

    # -- stage keys -------------------------------------------------------------------------------------------------

    def actions(self, backend: Bound | None = None, processors: Mapping[str, Bound] | None = None) -> list[Action]:
        """What would be done now, and why; what a run would do is decided by the same rules, stage by stage."""
        record = self.record or Record(run_id=self.name_of_run, name=self.name, created="", science_hash="", science={})
        root = self.directory.path
        parts = self.generate_parts(record.inputs)
        found = [decide(GENERATE, record.stage(GENERATE), parts, root, self.rerun)]
        if backend is not None:
            found.append(
                _after(found, decide(RUN, record.stage(RUN), self.run_parts(record, backend), root, self.rerun))
            )
        for name, processor in (processors or {}).items():
            stage = post_stage(name)
            action = decide(stage, record.stage(stage), self.postprocess_parts(record, processor), root, self.rerun)
            found.append(_after(found[: 2 if backend else 1], action))
        return found

    def generate_parts(self, known: tuple[FileRecord, ...]) -> dict[str, str]:
        """What decides the input files: the science, and the content of the user's data."""
        data = {f"{r.key} ({r.path})": r.sha256 for r in self._inputs(known)}
        return {"the configuration": self.science_hash, **data}

    def run_parts(self, record: Record, backend: Bound) -> dict[str, str]:
        """What decides the output: the generated files, and the program that reads them; not where it runs."""
        command = self._command(backend)
        argv = self.argv(backend)
        return {
            "the input files": hash_data([(f.path, f.sha256) for f in record.stage(GENERATE).files]),
            "the command": hash_data(argv),
            "the model's version": "" if command is None else command.version,
            "the executable": _executable_hash(argv, self.workspace),
        }

    def argv(self, backend: Bound) -> tuple[str, ...]:
        """What a backend would execute; the model's own command for a backend that does not tell."""
        command = self._command(backend)
        own = () if command is None else command.argv
        return backend.instance.argv(own) if isinstance(backend.instance, RunBackend) else own

    def _command(self, backend: Bound) -> Command | None:
        resources = backend.instance if isinstance(backend.instance, Resources) else Resources()
        return self.model.command(self.workspace, resources)

    def postprocess_parts(self, record: Record, processor: Bound) -> dict[str, str]:
        """What decides a product: the model's output, and the processor with its options."""
        return {
            "the model's output": hash_data([(f.path, f.sha256) for f in record.stage(RUN).files]),
            "the postprocessor": hash_data([processor.plugin.version, secrets.mask_tree(processor.node)]),
        }

    def _inputs(self, known: tuple[FileRecord, ...]) -> tuple[FileRecord, ...]:
        by_name = {r.path: r for r in known}
        return tuple(record_file(i.path, str(i.path), by_name, i.key) for i in self.plan.inputs)

    def _place_problems(self) -> list[Problem]:
        root = self.output_dir.expanduser().absolute()
        existing = next(p for p in (root, *root.parents) if p.exists())
        if not existing.is_dir():
            return [Problem("output_dir", f"{existing} is not a directory", str(self.output_dir))]
        if not os.access(existing, os.W_OK | os.X_OK):
            return [Problem("output_dir", f"{existing} is not writable for you", str(self.output_dir))]
        return []

    def _identity_problems(self) -> list[Problem]:
        if self.on_existing == "archive" and not self._set_aside:
            return []
        record = self.record
        if record is None or record.science_hash == self.science_hash:
            return []
        changed = "\n".join(f"      {line}" for line in _differences(record.science, self.science))
        message = f"the directory {self.directory.path} holds another experiment:\n{changed}"
        hint = "give another run_id, leave run_id out, or set on_existing=archive to set the old one aside"
        return [Problem("run_id", message, self.run_id, hint=hint)]


def _bind(group: str, name: str, kwargs: dict[str, Any]) -> Bound:
    builder = Builder()
    if "_target_" in kwargs:
        found = builder.bound(group, kwargs, (group, name))
    else:
        found = builder.bind(plugin(group, name), kwargs, (group,))
    if builder.problems:
        raise ConfigError(builder.problems)
    return cast(Bound, found)


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


def _differences(old: Any, new: Any, path: str = "") -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(k for k in new if k not in old)]
        return [line for k in keys for line in _differences(old.get(k), new.get(k), f"{path}.{k}".lstrip("."))]
    return [] if old == new else [f"{path}: {old!r} there, {new!r} here"]
