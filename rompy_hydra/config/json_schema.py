"""JSON schemas of the config files, so that editors complete and check them.

An experiment file starts with ``# yaml-language-server: $schema=../../schema/experiment.json``.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from .. import plugins
from ..core.atomic import write_atomic
from ..errors import ConfigError
from ..source.base import Source

log = logging.getLogger(__name__)

_DIALECT = "http://json-schema.org/draft-07/schema#"
_INTERPOLATION = {"type": "string", "pattern": r"\$\{|^\?\?\?$"}
"""Any value may also be an interpolation, or the mark of a value that is still needed."""
_REFERENCE = "#/definitions/{model}"


def schema(directory: Path) -> list[Path]:
    """Write ``experiment.json``, and ``<group>/<option>.json`` for every plugin that can be imported.

    Raises:
        OSError: the directory cannot be written.
    """
    loaded = _loaded()
    sources = [cls for p, cls in loaded if p.group == "source" and issubclass(cls, BaseModel)]
    schemas = {f"{p.group}/{p.name}": _of_plugin(p, cls, sources) for p, cls in loaded}
    models = [cls for p, cls in loaded if p.group == "model" and issubclass(cls, BaseModel)]
    schemas["experiment"] = _of_experiment(models, sources)
    return [_write(directory / f"{name}.json", content) for name, content in sorted(schemas.items())]


def _loaded() -> list[tuple[plugins.Plugin, type]]:
    """Every usable plugin that can be imported; the others are warned about."""
    found = []
    for plugin in (p for group in plugins.ROMPY_GROUPS for p in plugins.plugins(group).values()):
        try:
            found.append((plugin, plugin.load()))
        except ConfigError as error:
            log.warning("no schema: %s", error.problems[0].message)
    return found


def _of_experiment(models: Sequence[type[BaseModel]], sources: Sequence[type[BaseModel]]) -> dict[str, Any]:
    from ..model_run import ModelRun

    content, references = _schema_of(ModelRun, [*models, *sources], sources)
    properties = content["properties"]
    properties["model"] = {"anyOf": [references[m] for m in models]}
    properties |= {group: _node(group) for group in ("run_backend", "pipeline")}
    properties["postprocessor"] = {"type": "object", "additionalProperties": _node("postprocessor")}
    properties |= {"defaults": {"type": "array", "description": "Options of config groups, in order."}, "hydra": {}}
    return {
        **content,
        "title": "rompy-hydra experiment",
        "description": "A whole experiment, or the part that differs.",
    }


def _node(group: str) -> dict[str, Any]:
    targets = [p.target for p in plugins.plugins(group).values()]
    return {"type": "object", "properties": {"_target_": {"enum": targets}}}


def _of_plugin(plugin: plugins.Plugin, cls: type, sources: Sequence[type[BaseModel]]) -> dict[str, Any]:
    own = {"_target_": {"const": plugin.target}, "defaults": {"type": "array"}}
    if issubclass(cls, BaseModel):
        content, _ = _schema_of(cls, sources if plugin.group == "model" else (), sources)
        return {**content, "title": plugin.name, "properties": {**content["properties"], **own}}
    names = list(inspect.signature(getattr(cls, plugins.METHODS[plugin.group])).parameters)[2:]
    properties = {**{n: {} for n in names if n != "kwargs"}, **own}
    return {"$schema": _DIALECT, "title": plugin.name, "type": "object", "properties": properties}


def _schema_of(
    cls: type[BaseModel], others: Sequence[type[BaseModel]], sources: Sequence[type[BaseModel]]
) -> tuple[dict[str, Any], dict[type, Any]]:
    """The schema of a class, and references to the others in it; any source may stand where a source is expected."""
    found, content = models_json_schema(
        [(c, "validation") for c in [cls, *others]], ref_template=_REFERENCE, schema_generator=_Generator
    )
    references = {c: reference for (c, _), reference in found.items()}
    definitions = {name: _loosened(d) for name, d in content["$defs"].items()}
    definitions[Source.__name__] = {"anyOf": [references[s] for s in sources if s in references] or [{}]}
    for plugin_class in others:
        _definition(definitions, references[plugin_class])["properties"]["_target_"] = {"type": "string"}
    return {"$schema": _DIALECT, **_definition(definitions, references[cls]), "definitions": definitions}, references


def _definition(definitions: dict[str, Any], reference: dict[str, str]) -> Any:
    return definitions[reference["$ref"].rpartition("/")[2]]


class _Generator(GenerateJsonSchema):
    """Leaves open what JSON schema cannot say."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
        return {}


def _loosened(node: dict[str, Any]) -> dict[str, Any]:
    """A file sets a part of the keys, and any of them with an interpolation."""
    if "properties" not in node:
        return node
    properties = {name: _or_interpolation(value) for name, value in node["properties"].items()}
    rest = {k: v for k, v in node.items() if k not in ("required", "properties")}
    return {**rest, "properties": properties}


def _or_interpolation(node: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {k: node[k] for k in ("description", "title", "default") if k in node}
    content = {k: v for k, v in node.items() if k not in about}
    if not content or content.get("type") == "string" or "const" in content:
        return node
    return {**about, "anyOf": [content, _INTERPOLATION]}


def _write(path: Path, content: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path
