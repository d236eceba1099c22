"""From a plain tree to typed objects, reporting every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from . import plugins
from .core.composition import Composition
from .errors import UNSET, ConfigError, Problem, did_you_mean
from .faults import KeyPath, problems_of

if TYPE_CHECKING:
    from .request import Request


class _Failed:
    """Stands where a nested node could not be built; complaints about it are dropped."""

    def __repr__(self) -> str:
        return "a node with problems"


class Builder:
    """Builds nodes bottom-up and collects what is wrong instead of raising."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._failed: set[KeyPath] = set()

    def inside(self, data: Mapping[str, Any], path: KeyPath = ()) -> dict[str, Any]:
        """The mapping with every source below it replaced by its instance."""
        return {k: self._nested(v, (*path, str(k))) for k, v in data.items()}

    def _nested(self, data: Any, path: KeyPath) -> Any:
        if isinstance(data, Mapping):
            body = self.inside(data, path)
            return self._source(body, path) if _is_source(body) else body
        if isinstance(data, list):
            return [self._nested(v, (*path, i)) for i, v in enumerate(data)]
        return data

    def node(self, cls: Any, data: Mapping[str, Any], path: KeyPath) -> Any:
        """An instance of `cls` with `data` as its fields; a stand-in when that fails."""
        try:
            return cls(**data)
        except ValidationError as error:
            self.collect(cls, data, path, error)
        except TypeError as error:  # an abstract class: a plugin without one of its methods
            self.problem(path, f"{cls.__name__} cannot be made: {error}")
        return self._fail(path)

    def model(self, data: Any, path: KeyPath = ("model",)) -> Any:
        """The model named by ``_target_`` or ``model_type``."""
        found = self._find("model", data, path)
        return self._fail(path) if found is None else self._instance(found, self.inside(data, path), path)

    def bound(self, group: str, data: Any, path: KeyPath) -> Any:
        """A late-bound plugin with its arguments checked."""
        found = self._find(group, data, path)
        if found is None:
            return self._fail(path)
        return self.bind(found, {k: v for k, v in data.items() if k != "_target_"}, path)

    def bind(self, found: plugins.Plugin, kwargs: dict[str, Any], path: KeyPath) -> Any:
        """A late-bound plugin with `kwargs` checked; a stand-in when they are wrong."""
        group = found.group
        try:
            return plugins.bind(found, kwargs)
        except ValidationError as error:
            self.collect(plugins.options_model(found), kwargs, path, error)
        except ConfigError as error:
            self.problems += [_below(path, p, group) for p in error.problems]
        return self._fail(path)

    def problem(self, path: KeyPath, message: str, value: Any = UNSET, hint: str = "") -> None:
        """Note a problem at a path."""
        self.problems.append(Problem(dotted(path), message, value, hint=hint))

    def _source(self, data: dict[str, Any], path: KeyPath) -> Any:
        found = self._find("source", data, path)
        return self._fail(path) if found is None else self._instance(found, data, path)

    def _instance(self, found: plugins.Plugin, data: Mapping[str, Any], path: KeyPath) -> Any:
        try:
            cls = found.load()
        except ConfigError as error:
            self.problems += [_below(path, p, found.group) for p in error.problems]
            return self._fail(path)
        return self.node(cls, {k: v for k, v in data.items() if k != "_target_"}, path)

    def _find(self, group: str, data: Any, path: KeyPath) -> plugins.Plugin | None:
        known = plugins.plugins(group)
        type_field = plugins.TYPE_FIELDS.get(group, "")
        if not isinstance(data, Mapping):
            hint = f"choose one of: {', '.join(known)}" if len(path) == 1 else ""
            self.problem(path, f"expected a {group} node with a _target_", data, hint)
            return None
        if "_target_" in data:
            found = plugins.plugin_of_target(group, str(data["_target_"]))
            if found is None:
                targets = [p.target for p in known.values()]
                message = f"expected the class of a registered {group} plugin"
                self.problem(
                    (*path, "_target_"), message, data["_target_"], did_you_mean(str(data["_target_"]), targets)
                )
            return found
        name = data.get(type_field)
        if name in known:
            return known[name]
        where = (*path, type_field or "_target_")
        value = UNSET if name is None else name
        self.problem(where, f"expected the name of a {group}", value, did_you_mean(str(name), known))
        return None

    def _fail(self, path: KeyPath) -> _Failed:
        self._failed.add(path)
        return _Failed()

    def collect(self, cls: Any, data: Mapping[str, Any], path: KeyPath, error: ValidationError) -> None:
        """Note what pydantic found, except below nodes that have failed already."""
        for problem, where in problems_of(cls, data, error):
            full = (*path, *where)
            if not any(full[: len(f)] == f for f in self._failed):
                self.problems.append(Problem(dotted(full), *problem))


def _is_source(data: Mapping[str, Any]) -> bool:
    return "_target_" in data or plugins.TYPE_FIELDS["source"] in data


def _below(path: KeyPath, problem: Problem, group: str) -> Problem:
    key = dotted(path) if problem.key in ("", group) else f"{dotted(path)}.{problem.key}"
    return Problem(key, problem.message, problem.value, problem.origin, problem.hint)


def dotted(path: KeyPath) -> str:
    """A key path as it is written on the command line.

    >>> dotted(("model", "output", 0, "name"))
    'model.output.0.name'
    """
    return ".".join(map(str, path))


def build(tree: Mapping[str, Any], composition: Composition | None = None) -> Request:
    """The whole composed experiment, ready to be executed.

    Raises:
        ConfigError: everything that is wrong with it.
    """
    from .model_run import ModelRun
    from .request import Request

    builder = Builder()
    rest = dict(tree)
    backend = builder.bound("run_backend", rest.pop("run_backend", None), ("run_backend",))
    pipeline_node = rest.pop("pipeline", None)
    _refuse_choices(builder, pipeline_node)
    pipeline = builder.bound("pipeline", pipeline_node, ("pipeline",))
    processors = _processors(builder, rest.pop("postprocessor", None))
    try:
        run = ModelRun(**rest)
    except ConfigError as error:
        builder.problems += error.problems
    if builder.problems:
        raise ConfigError(builder.problems)
    composition = composition or Composition()
    return Request(run, backend, processors, pipeline, composition)


def _refuse_choices(builder: Builder, node: Any) -> None:
    """What a pipeline's caller in Python chooses by argument, a config chooses by group."""
    groups = {"run_backend": "run_backend", "run_kwargs": "run_backend"}
    groups |= {"processor": "postprocessor", "process_kwargs": "postprocessor"}
    for key in [k for k in groups if isinstance(node, Mapping) and k in node]:
        builder.problem(("pipeline", key), "a config says this elsewhere", node[key], f"see the group {groups[key]}")


def _processors(builder: Builder, chosen: Any) -> dict[str, Any]:
    if chosen is None:
        return {}
    if not isinstance(chosen, Mapping) or "_target_" in chosen:
        hint = "an option file of postprocessor starts with '# @package postprocessor.<name>'"
        builder.problem(("postprocessor",), "expected a mapping of name to postprocessor node", chosen, hint)
        return {}
    return {
        name: builder.bound("postprocessor", node, ("postprocessor", name))
        for name, node in chosen.items()
        if node is not None
    }
