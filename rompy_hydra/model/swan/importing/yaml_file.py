"""An imported set-up as a config file for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ....core.yaml_text import experiment_yaml, literal
from .state import SECTIONS

if TYPE_CHECKING:
    from .state import Kept, State

_PARTS = (
    "version",
    "grid",
    "spectral",
    "mode",
    "constants",
    "physics",
    "numerics",
    "boundary",
    "initial",
    "output",
    "fields",
)


def experiment_text(state: State) -> str:
    """The experiment as YAML: the sections in their order, and each command that is passed on with the reason."""
    return "\n".join([*_heading(state), *_body(state)]) + "\n"


def summary(state: State) -> list[str]:
    """What became of the commands, in lines."""
    kept = [k for k in state.kept if k.where != state.path.name]
    lines = [f"{state.expressed} commands expressed, {len(kept)} passed on as they are"]
    lines += [f"  {k.where}  {k.lines[-1].strip()[:60]}  ({k.reason})" for k in kept]
    return [*lines, *(f"  note: {note}" for note in state.notes)]


def _heading(state: State) -> Iterator[str]:
    yield "# @package _global_"
    yield f"# Imported from {state.path.name}."
    yield from (f"# - {note}" for note in state.notes)
    yield "defaults:"
    yield "  - override /model: null  # all of it is below"


def _body(state: State) -> Iterator[str]:
    config = state.config
    yield from _dumped({"name": config["name"], "data_dir": str(state.folder)})
    for key in ("period", "domain", "forcing"):
        yield ""
        yield from _dumped({key: config.get(key, {})})
    yield ""
    yield "model:"
    yield "  _target_: rompy_hydra.model.swan.Swan"
    yield "  model_type: swan"
    yield "  encoding: unformatted  # fields are written without rounding"
    model = config["model"]
    for part in _PARTS:
        if model.get(part) is not None:
            yield from _indented(_dumped({part: model[part]}))
    yield from _indented(_extra(state))
    if state.files:
        files = {name: state.file(str(path.relative_to(state.folder))) for name, path in sorted(state.files.items())}
        yield from _indented(_dumped({"files": files}))


def _extra(state: State) -> Iterator[str]:
    if not state.kept:
        return
    yield "extra_commands:"
    ordered = sorted(state.kept, key=lambda k: SECTIONS.index(k.section))
    for section, group in groupby(ordered, key=lambda k: k.section):
        yield f"  {section}:"
        for kept in group:
            yield from _one(kept)


def _one(kept: Kept) -> Iterator[str]:
    yield f"    # {kept.where}: {' '.join(kept.reason.split())}"
    yield from (f"    - {json.dumps(literal(line.rstrip()), ensure_ascii=False)}" for line in kept.lines)


def _dumped(data: dict[str, Any]) -> list[str]:
    has_nodes = any(isinstance(value, dict | list) for value in data.values())
    return experiment_yaml(data, dict(_interpolations(data, "")), short=has_nodes).splitlines()


def _interpolations(data: Any, path: str) -> Iterator[tuple[str, str]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in items:
        key = f"{path}.{name}".lstrip(".")
        if isinstance(value, str) and value.startswith("${data_dir}/"):
            yield key, value
        yield from _interpolations(value, key)


def _indented(lines: Any) -> Iterator[str]:
    yield from (f"  {line}" if line else "" for line in lines)
