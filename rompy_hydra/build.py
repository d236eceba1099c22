"""From a plain tree to typed objects, reporting every problem at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, Tag, ValidationError

from . import plugins
from .core.composition import Composition
from .core.period import format_duration
from .errors import UNSET, ConfigError, Problem, did_you_mean

if TYPE_CHECKING:
    from .request import Request

KeyPath = tuple[str | int, ...]


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


def _is_model(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, BaseModel)


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


def problems_of(cls: Any, data: Any, error: ValidationError) -> list[tuple[tuple[str, Any, str, str], KeyPath]]:
    """(message, value, origin, hint) and key path of each pydantic error, without the tags of unions."""
    found = []
    for item in error.errors(include_url=False):
        where, names = _locate(cls, data, item["loc"])
        if item["type"] in ("union_tag_invalid", "union_tag_not_found"):
            found.append(_wrong_kind(cls, item, where))
            continue
        value = UNSET if item["type"] == "missing" else _plain(item["input"])
        found.append(((_message(item), value, "", _hint(item, names)), where))
    deepest = [w for _, w in found]
    return [(p, w) for p, w in found if not any(len(d) > len(w) and d[: len(w)] == w for d in deepest)]


def _wrong_kind(cls: Any, item: Any, where: KeyPath) -> tuple[tuple[str, Any, str, str], KeyPath]:
    """A node whose ``kind`` is missing or not one of the known ones."""
    tags = _tags_at(cls, item["loc"])
    if not isinstance(item["input"], Mapping | BaseModel):
        return (f"expected a node with a key kind: {', '.join(tags)}", item["input"], "", ""), where
    value = item["ctx"].get("tag", UNSET)
    hint = did_you_mean(str(value), tags) if value is not UNSET else ""
    return (f"expected one of {', '.join(tags)}", value, "", hint), (*where, "kind")


def _tags_at(cls: Any, loc: tuple[str | int, ...]) -> list[str]:
    """The kinds that were possible: of the last field on the way, perhaps through the keys of a mapping."""
    candidates: list[Any] = [cls]
    fields: list[Any] = []
    for step in loc:
        fields = [f for c in candidates if (f := getattr(c, "model_fields", {}).get(step))] or fields
        candidates = [m for c in candidates for m in _models_of_step(c, step)] or candidates
    return sorted({tag for field in fields for tag in _tags_in(field.annotation)})


def _tags_in(annotation: Any) -> list[str]:
    own = [m.tag for m in getattr(annotation, "__metadata__", ()) if isinstance(m, Tag)]
    return own + [tag for part in get_args(annotation) for tag in _tags_in(part)]


def _locate(cls: Any, data: Any, loc: tuple[str | int, ...]) -> tuple[KeyPath, list[str]]:
    """The key path of an error, and the names that were possible at its last step."""
    where: list[str | int] = []
    for i, step in enumerate(loc):
        last = i == len(loc) - 1
        inside = isinstance(data, Mapping) and step in data
        element = isinstance(data, list | tuple) and isinstance(step, int)
        if inside or element:
            data = data[step]
            where.append(step)
        elif last and isinstance(data, Mapping) and not _is_tag(data, step):
            where.append(step)
    return tuple(where), _field_names(cls, loc[:-1])


def _is_tag(data: Mapping[str, Any], step: str | int) -> bool:
    return step in data.values() or (isinstance(step, str) and step.startswith(("function-", "tagged-union")))


def _field_names(cls: Any, loc: tuple[str | int, ...]) -> list[str]:
    """Names of the fields of the model that `loc` leads to."""
    candidates = [cls]
    for step in loc:
        nested = [m for c in candidates for m in _models_of_step(c, step)]
        candidates = nested or candidates
    return sorted({name for c in candidates for name in getattr(c, "model_fields", {})})


def _models_of_step(cls: Any, step: str | int) -> list[Any]:
    fields = getattr(cls, "model_fields", {})
    if step in fields:
        return _models_in(fields[step].annotation)
    tagged = [f for f in fields.values() if getattr(f, "default", None) == step]
    return [cls] if tagged else []


def _models_in(annotation: Any) -> list[Any]:
    if _is_model(annotation):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models_in(part)]


_WORDS = {
    "datetime.timedelta(0)": "no time at all",
    "a valid dictionary": "a mapping of keys to values",
    "a valid list": "a list",
}
"""What pydantic says -> what a modeller reads."""


def _message(item: Any) -> str:
    kind, text = item["type"], str(item["msg"])
    if kind == "extra_forbidden":
        return "there is no such key here"
    if kind == "missing":
        return "this key is needed"
    if kind == "path_type":
        return "expected a path"
    text = text.removeprefix("Value error, ").replace("Input should be", "expected")
    for theirs, ours in _WORDS.items():
        text = text.replace(theirs, ours)
    return _lower_first(re.sub(r" or instance of \w+", "", text))


def _hint(item: Any, names: list[str]) -> str:
    if item["type"] == "extra_forbidden":
        return did_you_mean(str(item["loc"][-1]), names)
    if item["input"] is None and item["type"] in ("dict_type", "list_type"):
        return "write {} for none" if item["type"] == "dict_type" else "write [] for none"
    if item["type"] in ("literal_error", "enum"):
        expected = str(item["ctx"].get("expected", ""))
        return did_you_mean(str(item["input"]), [w.strip(" '") for w in expected.replace(" or ", ", ").split(",")])
    return ""


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return format_duration(value)
    return dict(value) if isinstance(value, BaseModel) else value


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
