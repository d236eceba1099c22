"""PROJECT, SET and COORDINATES."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ....errors import ConfigError, Problem

if TYPE_CHECKING:
    from .state import State


def start(state: State, crs: str | None) -> None:
    """Name, constants and reference system.

    Raises:
        ConfigError: no such reference system.
    """
    _name(state)
    _constants(state)
    _coordinates(state, crs)


def _name(state: State) -> None:
    found = state.last("project")
    name = state.path.stem
    if found is not None:
        state.express(*state.named("project"))
        name = f"{found.node.name or ''} {found.node.nr}".strip() or name
    state.set("name", re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-") or "swan")


def _constants(state: State) -> None:
    constants: dict[str, Any] = {}
    state.convention = "cartesian"
    for entry in list(state.named("set")):
        state.convention = entry.node.convention or state.convention
        constants |= state.own_form(entry, "convention")
        state.express(entry)
    state.nor = constants.pop("nor", 90.0)
    if state.convention == "cartesian":
        state.notes.append("directions are nautical here, in the output too; in the command file they are Cartesian")
    if constants:
        state.set("model.constants", constants)


def _coordinates(state: State, crs: str | None) -> None:
    if crs is not None and not re.fullmatch(r"EPSG:\d+", crs):
        raise ConfigError(Problem("", "expected a reference system such as EPSG:32631", crs))
    found = state.last("coordinates")
    is_spherical = found is not None and found.node.kind == "spherical"
    state.set("domain.crs", "EPSG:4326" if is_spherical else crs or "local")
    if not is_spherical and (state.nor != 90.0 or crs):
        reason = "directions are from the north that the command file has"
        state.keep_lines("start", (f"SET NOR={state.nor:g}",), reason)
    if found is None:
        return
    if found.node.kind == "spherical":
        if found.node.projection is not None:
            state.set("model.grid.projection", found.node.projection)
        if found.node.rearth is not None:
            state.notes.append(f"{found.where}: the radius of the Earth is SWAN's own, not {found.node.rearth:g} m")
    if found.node.repeating:
        state.set("model.grid.repeating", True)
    state.express(*state.named("coordinates"))
