"""INPGRID, READINP, WIND and ICE: bathymetry and forcing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....core.period import format_time
from ....errors import ConfigError, Problem
from .layout import layout_of
from .times import duration

if TYPE_CHECKING:
    from .state import Entry, State

DRY_M = 99.0
"""Elevation of the bed where a depth is missing: SWAN takes it for land."""
_FORCING = {"wind": "wind", "current": "current", "wlevel": "water_level"}
"""Quantity of the table -> that of the source, and key in forcing."""
_FIELDS = {
    "friction": ("friction", "friction"),
    "nplants": ("plants", "vegetation"),
    "turbulence": ("turbulence", "turbulence"),
    "mudlayer": ("mud", "mud"),
}
"""Quantity of the table -> that of the source, and key in ``model.fields``."""


def fields(state: State) -> None:
    """The bed, what is the same everywhere, and fields.

    Raises:
        ConfigError: there is no bed.
    """
    grids = {e.node.quantity: e for e in state.named("inpgrid")}
    reads = {e.node.quantity: e for e in state.named("readinp")}
    if state.get("domain.bathymetry") is None:
        _bottom(state, grids.get("bottom"), reads.get("bottom"))
    else:
        state.express(*(e for e in (grids.get("bottom"), reads.get("bottom")) if e is not None))
    for quantity in [q for q in grids if q != "bottom"]:
        _field(state, quantity, grids[quantity], reads.get(quantity))
    _wind(state)
    _ice(state)


def _bottom(state: State, grid: Entry | None, read: Entry | None) -> None:
    if grid is None or read is None:
        hint = "INPGRID BOTTOM and READINP BOTTOM are needed"
        raise ConfigError(Problem("", f"{state.path.name}: there is no bottom that can be read", hint=hint))
    source = _source(state, "bottom", grid, read)
    bathymetry: dict[str, Any] = {"kind": "grid", "source": source}
    if "exception" in source:
        bathymetry["nan"] = DRY_M
        state.notes.append(
            f"{grid.where}: points without a depth are dry land here, for SWAN they are no points at all"
        )
    state.set("domain.bathymetry", bathymetry)
    state.express(grid, read)


def _field(state: State, quantity: str, grid: Entry, read: Entry | None) -> None:
    reason = _why_not(state, quantity, grid, read)
    if reason or read is None:
        for entry in (grid, read):
            if entry is not None:
                state.keep(entry, reason or "nothing is read on it", "grids")
        return
    source_quantity, key = _FIELDS.get(quantity, (_FORCING.get(quantity, ""), f"forcing.{_FORCING.get(quantity)}"))
    key = key if "." in key else f"model.fields.{key}"
    crs = state.get("domain.crs")
    where = {} if crs == "EPSG:4326" else {"crs": crs}
    state.set(key, {"kind": "grid", "source": _source(state, source_quantity, grid, read), **where})
    state.express(grid, read)


def _why_not(state: State, quantity: str, grid: Entry, read: Entry | None) -> str:
    """Why a field is passed on as it is; empty where it is data of the experiment."""
    if quantity not in {**_FORCING, **_FIELDS}:
        return "the config has no key for this field"
    if read is None:
        return "nothing is read on this grid"
    if state.is_local:
        return "fields on a grid need a domain on Earth; import with --crs EPSG:n to have them as data"
    if grid.node.kind != "regular" or grid.node.alpinp:
        return "its grid is not along the axes"
    if grid.node.exception is not None:
        return "it has points without values"
    if quantity == "wlevel" and grid.node.nonstationary is None:
        return "it does not change in time"
    return ""


def _source(state: State, quantity: str, grid: Entry, read: Entry) -> dict[str, Any]:
    """The source of a field; in one dimension SWAN takes the first row of the file whatever INPGRID says."""
    node = grid.node
    found: dict[str, Any] = {"source_type": "swan_grid", "quantity": quantity, **layout_of(state, read.node)}
    if node.kind == "regular":
        found |= {"x": node.xpinp, "y": node.ypinp, "dx": node.dxinp, "dy": node.dyinp or node.dxinp}
        found |= {"nx": node.mxinp + 1, "ny": 1 if state.is_line else node.myinp + 1}
        if node.alpinp:
            found["rotation_deg"] = node.alpinp
    elif node.kind == "curvilinear" and state.grid_size is not None and not (node.stagrx or node.stagry):
        nx, ny = state.grid_size
        found |= {"nx": nx, "ny": ny, "coordinate_file": state.grid_layout}
    else:
        raise ConfigError(Problem("", f"{grid.where}: a bottom on such a grid is not imported"))
    if state.get("domain.crs") == "EPSG:4326":
        found["is_lonlat"] = True
    if node.exception is not None:
        found["exception"] = node.exception.excval
    if (moves := node.nonstationary) is not None:
        found |= {"start": format_time(moves.tbeginp), "step": duration(moves.deltinp)}
        if moves.tendinp is not None:
            found["stop"] = format_time(moves.tendinp)
    return found


def _wind(state: State) -> None:
    found = state.last("wind")
    if found is None:
        return
    node = found.node
    from_deg = state.from_deg(node.dir)
    if node.astd or state.get("forcing.wind") is not None or state.nor != 90.0:
        line = f"WIND VEL={node.vel:g} DIR={from_deg:g}" + (f" ASTD={node.astd:g}" if node.astd else "")
        state.keep(found, "beside its speed and direction there is more to it", "grids", (line,))
        return
    state.set("forcing.wind", {"kind": "constant", "speed_m_s": node.vel, "from_deg": from_deg})
    state.express(*state.named("wind"))


def _ice(state: State) -> None:
    found = state.last("ice")
    if found is not None:
        ice = {"kind": "constant", "concentration": found.node.aice, "thickness_m": found.node.hice}
        state.set("forcing.ice", ice)
        state.express(*state.named("ice"))
