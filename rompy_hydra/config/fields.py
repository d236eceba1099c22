"""Walking the classes behind a config: which field a dotted key is, in words."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .. import plugins
from ..core.later import made
from ..core.sizes import Size, parse_size
from ..errors import UNSET, ConfigError, Problem
from ..model.base import Model
from ..source.base import Source

_WORDS = {
    datetime: "time, ISO 8601",
    timedelta: "duration, e.g. PT6H or 30min",
    Path: "path",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    type(None): "null",
    Any: "anything",
}
_SIZE = "size with its unit, e.g. 4GB"
_UNITS = {
    "m": "m", "m2": "m2", "m3_s": "m3/s", "m_s": "m/s", "s": "s", "h": "h", "deg": "degrees", "pa": "Pa", "hpa": "hPa",
    "km": "km", "mb": "MB", "kg_m3": "kg/m3", "m2_s": "m2/s", "lon": "degrees east", "lat": "degrees north",
}  # fmt: skip
_LIMITS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class Field:
    """One place in the schema: what may stand there, and what is known of it."""

    annotation: Any
    doc: str = ""
    default: Any = UNSET
    """UNSET where a value has to be given."""
    limits: tuple[str, ...] = ()

    @classmethod
    def of(cls, info: FieldInfo) -> Field:
        """From a field of a pydantic class."""
        default = info.get_default(call_default_factory=True, validated_data={})
        limits = [
            f"{sign} {getattr(m, name) or 0}"
            for m in info.metadata
            for name, sign in _LIMITS.items()
            if hasattr(m, name)
        ]
        return cls(
            Size if BeforeValidator(parse_size) in info.metadata else info.annotation,
            info.description or "",
            UNSET if default is PydanticUndefined else default,
            tuple(limits),
        )

    def type_text(self) -> str:
        """The type for people."""
        return ", ".join([_type_text(self.annotation), *self.limits])


def root() -> dict[str, Field]:
    """The top level of an experiment."""
    from ..model_run import ModelRun

    fields = {name: Field.of(info) for name, info in ModelRun.model_fields.items()}
    late = {
        "run_backend": "Where and how the model is executed.",
        "postprocessor": "What is made of the output: name -> postprocessor.",
        "pipeline": "In which order the stages are carried out.",
    }
    return {**fields, **{group: Field(PluginOf(group), doc) for group, doc in late.items()}}


@dataclass(frozen=True)
class PluginOf:
    """Stands for "a plugin of this group" where a class is expected."""

    group: str


def inside(field: Field, value: Any) -> dict[str, Field]:
    """The keys that are possible inside a field; what its value chooses decides."""
    found: dict[str, Field] = {}
    for annotation in _chosen(field.annotation, value):
        found |= _keys(annotation, value)
    return found


def step(field: Field, name: str, value: Any) -> Field | None:
    """The field behind one more step of a dotted key; None if there is none."""
    known = inside(field, value)
    if name in known:
        return known[name]
    for annotation in _chosen(field.annotation, value):
        origin, args = get_origin(annotation), get_args(annotation)
        if origin in (dict, Mapping) and len(args) == 2:
            return Field(args[1], field.doc)
        if origin in (list, tuple, Sequence) and args and name.isdigit():
            return Field(args[0], field.doc)
        if annotation in (dict, list, Any):
            return Field(Any, field.doc)
    return None


def _keys(annotation: Any, value: Any) -> dict[str, Field]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return {name: Field.of(info) for name, info in annotation.model_fields.items()}
    if isinstance(annotation, types.FunctionType):
        return _parameters(annotation)
    if annotation == PluginOf("postprocessor"):
        names = value if isinstance(value, Mapping) else {}
        return {n: Field(OnePostprocessor(), plugins_doc("postprocessor", v)) for n, v in names.items()}
    if get_origin(annotation) is dict and isinstance(value, Mapping):
        return {str(k): Field(get_args(annotation)[1]) for k in value}
    return {}


@dataclass(frozen=True)
class OnePostprocessor:
    """Stands for one node below ``postprocessor``."""


def plugins_doc(group: str, node: Any) -> str:
    """The first line of the docstring of the plugin that a node names."""
    target = str(node.get("_target_", "")) if isinstance(node, Mapping) else ""
    found = plugins.plugin_of_target(group, target)
    return found.description if found else ""


def _parameters(method: Any) -> dict[str, Field]:
    """Options of a plugin that is a plain class: the parameters of its method."""
    parameters = list(inspect.signature(method).parameters.values())[2:]
    return {
        p.name: Field(
            Any if p.annotation is p.empty else p.annotation, "", UNSET if p.default is p.empty else p.default
        )
        for p in parameters
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    }


def _chosen(annotation: Any, value: Any) -> Iterator[Any]:
    """The members of an annotation that a value selects; all of them where it says nothing."""
    members = list(_members(annotation))
    for member in members:
        if member == PluginOf("postprocessor"):
            yield member
        elif isinstance(member, PluginOf):
            yield from _plugin_class(member.group, value)
        elif isinstance(member, OnePostprocessor):
            yield from _plugin_class("postprocessor", value)
        elif member in (Model, Source):
            yield from _plugin_class("model" if member is Model else "source", value)
        elif not _is_another_kind(member, value):
            yield member


def _members(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        plain = made(annotation)
        yield from _members(get_args(annotation)[0] if plain is annotation else plain)
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _members(part)
    else:
        yield annotation


def _plugin_class(group: str, value: Any) -> Iterator[Any]:
    node = value if isinstance(value, Mapping) else {}
    found = plugins.plugin_of_target(group, str(node.get("_target_", "")))
    found = found or plugins.plugins(group).get(str(node.get(plugins.TYPE_FIELDS.get(group, ""), "")))
    if found is None:
        return
    cls = found.load()
    is_model = issubclass(cls, BaseModel)
    yield cls if is_model else getattr(cls, plugins.METHODS[group])


def _is_another_kind(member: Any, value: Any) -> bool:
    """Whether a member of a union is ruled out by the value's own discriminator."""
    if not isinstance(value, Mapping) or not (inspect.isclass(member) and issubclass(member, BaseModel)):
        return False
    for name, info in member.model_fields.items():
        if get_origin(info.annotation) is Literal and name in value and value[name] not in get_args(info.annotation):
            return True
    return False


def _type_text(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        plain = made(annotation)
        return _SIZE if annotation == Size else _type_text(args[0] if plain is annotation else plain)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type_text(a) for a in args))
    if origin is Literal:
        return " or ".join(str(a) for a in args)
    if origin is dict:
        return f"mapping of {_type_text(args[0])} to {_type_text(args[1])}"
    if origin in (list, tuple):
        return f"list of {_type_text(args[0])}"
    if isinstance(annotation, PluginOf):
        return f"plugin: {', '.join(plugins.plugins(annotation.group))}"
    if annotation in (Model, Source):
        group = "model" if annotation is Model else "source"
        return f"{group}: {', '.join(plugins.plugins(group))}"
    if isinstance(annotation, OnePostprocessor):
        return "postprocessor"
    kind = getattr(annotation, "model_fields", {}).get("kind")
    if kind is not None and get_origin(kind.annotation) is Literal:
        return f"kind {_type_text(kind.annotation)}"
    return _WORDS.get(annotation) or str(getattr(annotation, "__name__", annotation))


def units(key: str) -> str:
    """The unit that the name of a key carries, e.g. m/s for ``speed_m_s``; empty for none.

    >>> units("model.wind.speed_m_s"), units("model.friction.law")
    ('m/s', '')
    """
    words = key.rpartition(".")[2].split("_")
    for length in (2, 1):
        unit = _UNITS.get("_".join(words[-length:]))
        if unit and (len(words) > length or unit.startswith("degrees ")):
            return unit
    return ""


def unknown_key(key: str, hint: str) -> ConfigError:
    """There is no such key, neither set nor in the schema."""
    return ConfigError(Problem(key, "there is no such key", hint=hint))
