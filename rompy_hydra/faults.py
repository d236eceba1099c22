"""What pydantic found wrong, in a modeller's words and at the key that was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from pydantic import BaseModel, Tag, ValidationError

from .core.later import made
from .core.period import format_duration
from .errors import UNSET, did_you_mean

KeyPath = tuple[str | int, ...]
"""The steps of a dotted key."""
Fault = tuple[str, Any, str, str]
"""Message, value, origin and hint of a problem."""


def problems_of(cls: Any, data: Any, error: ValidationError) -> list[tuple[Fault, KeyPath]]:
    """(message, value, origin, hint) and key path of each pydantic error, without the tags of unions."""
    found = []
    for item in error.errors(include_url=False):
        where, names = _locate(cls, data, item["loc"])
        if item["type"] in ("union_tag_invalid", "union_tag_not_found"):
            found.append(_wrong_kind(cls, item, where))
            continue
        of_all = item["type"] == "value_error" and not where  # the whole node is no answer to what is wrong in it
        value = UNSET if of_all or item["type"] == "missing" else _plain(item["input"])
        found.append(((_message(item), value, "", _hint(item, names)), where))
    deepest = [w for _, w in found]
    return [(p, w) for p, w in found if not any(len(d) > len(w) and d[: len(w)] == w for d in deepest)]


def _wrong_kind(cls: Any, item: Any, where: KeyPath) -> tuple[Fault, KeyPath]:
    """A node whose ``kind``, or what it is called there, is missing or not one of the known ones."""
    fields = _fields_at(cls, item["loc"])
    tags = sorted({tag for field in fields for tag in _tags_in(field.annotation)})
    key = _discriminator(fields, tags)
    if not isinstance(item["input"], Mapping | BaseModel):
        return (f"expected a node with a key {key}: {', '.join(tags)}", item["input"], "", ""), where
    value = item["ctx"].get("tag", UNSET)
    hint = did_you_mean(str(value), tags) if value is not UNSET else ""
    return (f"expected one of {', '.join(tags)}", value, "", hint), (*where, key)


def _discriminator(fields: list[Any], tags: list[str]) -> str:
    """The key by whose value the members of a union are told apart: mostly ``kind``."""
    members = [m for field in fields for m in _models_in(field.annotation)]
    return next((n for m in members for n, f in m.model_fields.items() if f.default in tags), "kind")


def _fields_at(cls: Any, loc: tuple[str | int, ...]) -> list[Any]:
    """The last field on the way, perhaps through the keys of a mapping."""
    candidates: list[Any] = [cls]
    fields: list[Any] = []
    for step in loc:
        fields = [f for c in candidates if (f := getattr(c, "model_fields", {}).get(step))] or fields
        candidates = [m for c in candidates for m in _models_of_step(c, step)] or candidates
    return fields


def _tags_in(annotation: Any) -> list[str]:
    annotation = made(annotation)
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
    annotation = made(annotation)
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
    if item["type"] == "list_type" and isinstance(item["input"], str):
        return "write [...] around it for a list of one"
    if item["type"] in ("literal_error", "enum"):
        expected = str(item["ctx"].get("expected", ""))
        return did_you_mean(str(item["input"]), [w.strip(" '") for w in expected.replace(" or ", ", ").split(",")])
    return ""


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, BaseModel):  # as it shows itself, which is without credentials
        value = {k: v for k, v in value.__repr_args__() if k in value.model_fields_set}
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _is_model(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, BaseModel)
