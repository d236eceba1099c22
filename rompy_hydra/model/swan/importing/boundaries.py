"""BOUND SHAPE, BOUNDSPEC, BOUNDNEST and INITIAL: waves at the boundary and at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....core.period import format_time
from ..language.boundaries import BOUND_SHAPE
from ..language.nodes import class_of
from .parameter_files import read_parameters
from .places import side_of
from .state import given, lines_of

if TYPE_CHECKING:
    from .state import Entry, State

_SHAPES = {"gamma": "gamma", "sigfr": "width_hz", "d": "depth_m"}
_ENDS = ("west", "east")
"""Sides of a one-dimensional grid."""
_DEFAULT_DEGREES, _DEFAULT_POWER = 30.0, 2.0


def boundaries(state: State) -> None:
    """Waves of every boundary: those along a whole side in the config, others as they are."""
    shape: Any = class_of(BOUND_SHAPE, "jonswap")()
    shapes: list[Entry] = []
    for entry in list(state.named("bound_shape", "boundspec")):
        if entry.parsed.name == "bound_shape":
            shape = entry.node
            shapes.append(entry)
            continue
        waves, reason = _waves(state, entry, shape)
        if waves is None:
            _keep(state, entry, shape, reason)
        else:
            state.set(f"forcing.waves.{waves[0]}", waves[1])
            state.express(entry)
    state.express(*shapes)
    _nest(state)
    _initial(state)


def _waves(state: State, entry: Entry, shape: Any) -> tuple[tuple[str, dict[str, Any]] | None, str]:
    """Segment and node, or why there is none."""
    name = side_of(state, entry.node)
    if name is None:
        return None, "it is not a whole side of the grid"
    if state.is_line and name not in _ENDS:
        return None, "it is not an end of the line"
    if name in (state.get("forcing.waves") or {}):
        return None, "there is another one on this side"
    spectrum = entry.node.spectrum
    if spectrum.kind == "constant":
        return (name, {"kind": "parametric", **_sea(state, spectrum, shape), **_shape(shape)}), ""
    if spectrum.kind == "constant_file" and (series := read_parameters(state.folder / spectrum.fname)) is not None:
        return (name, {"kind": "series", **_series(state, series, shape), **_shape(shape)}), ""
    return None, "its spectra are in a file" if "file" in spectrum.kind else "its waves differ along the side"


def _sea(state: State, spectrum: Any, shape: Any) -> dict[str, Any]:
    period = "tm01" if shape.period == "mean" else "tp"
    width = "spread_deg" if shape.spreading == "degrees" else "spread_power"
    dd = spectrum.dd or (_DEFAULT_DEGREES if width == "spread_deg" else _DEFAULT_POWER)
    return {"hs": spectrum.hs, period: spectrum.per, "from_deg": state.from_deg(spectrum.dir), width: dd}


def _series(state: State, series: list[Any], shape: Any) -> dict[str, Any]:
    times, hs, per, direction, dd = zip(*series, strict=True)
    found: dict[str, Any] = {"times": [format_time(t) for t in times], "hs_m": list(hs)}
    found["tm01_s" if shape.period == "mean" else "tp_s"] = list(per)
    found["from_deg"] = [state.from_deg(d) for d in direction]
    if shape.spreading == "degrees":
        found["spread_deg"] = list(dd)
    else:
        found["spread_power"] = dd[0]
        if len(set(dd)) > 1:
            state.notes.append(f"of the powers of directional spreading in time only the first, {dd[0]:g}, is taken")
    return found


def _shape(shape: Any) -> dict[str, Any]:
    """The shape of the spectrum, where it is not the usual one."""
    kind = shape.kind
    found = {ours: value for swan, ours in _SHAPES.items() if (value := getattr(shape, swan, None)) is not None}
    return {} if kind == "jonswap" and not found else {"shape": {"kind": kind, **found}}


def _keep(state: State, entry: Entry, shape: Any, reason: str) -> None:
    """The command with the shape before it, directions nautical as the config has them."""
    node = entry.node
    spectrum = node.spectrum
    if state.convention == "cartesian":
        if spectrum.kind == "constant":
            spectrum = spectrum.model_copy(update={"dir": state.from_deg(spectrum.dir)})
        elif spectrum.kind == "variable":
            points = [(a, hs, per, state.from_deg(d), dd) for a, hs, per, d, dd in spectrum.points]
            spectrum = spectrum.model_copy(update={"points": points})
        elif read_parameters(state.folder / getattr(spectrum, "fname", "")) is not None:
            state.notes.append(f"{entry.where}: directions in {spectrum.fname} have to be made nautical")
    node = node.model_copy(update={"spectrum": spectrum})
    state.keep(entry, reason, "boundaries", (*lines_of(shape), *lines_of(node)))


def _nest(state: State) -> None:
    kinds = {"boundnest1": "swan", "boundnest2": "wam", "boundnest3": "ww3"}
    found = list(state.named(*kinds))
    if not found:
        return
    node = found[0].node
    nest: dict[str, Any] = {"file": state.file(node.fname), "kind": kinds[found[0].parsed.name]}
    if getattr(node, "closure", None) == "open":
        nest["closed"] = False
    layout = getattr(node, "format", None)
    if layout is not None and nest["kind"] != "swan":
        nest["layout"] = {"workstation": "wkstat"}.get(layout, layout)
    if getattr(node, "xgc", None) is not None:
        nest["origin"] = [node.xgc, node.ygc]
    state.set("model.boundary", nest)
    state.express(found[0])
    for other in found[1:]:
        state.keep(other, "there is another one before it", "boundaries")


def _begin(state: State, start: dict[str, Any]) -> None:
    state.set("model.initial", start)
    if start["kind"] == "local_wind" and state.convention == "cartesian":
        state.notes.append(
            "model.initial: SWAN 41.45 starts the waves of the local wind in wrong directions where directions are "
            "nautical, as they are here; the first hours differ, and model/swan/initial=steady has no such fault"
        )


def _initial(state: State) -> None:
    found = state.last("initial")
    if state.get("model.mode.kind") == "stationary":
        if found is not None:
            state.keep(found, "it is a first guess of a stationary run", "boundaries")
        return
    start = {"kind": "steady" if state.begins_steady else "local_wind"}
    if found is None:
        _begin(state, start)
        return
    node = found.node
    if node.kind == "zero":
        start = {"kind": "zero"}
    elif node.kind == "hotstart" and node.files == "multiple":
        _keep_pieces(state, found)
        return
    elif node.kind == "hotstart":
        text = "unformatted" if node.format == "unformatted" else "text"
        start = {"kind": "hotstart", "file": state.file(node.fname), "format": text}
    elif node.kind == "par":
        state.set("model.initial", {"kind": "local_wind"})
        values = {**given(node, "kind"), "dir": state.from_deg(node.dir)}
        state.keep(
            found, "its period and spread are as the boundaries say", "boundaries", lines_of(type(node)(**values))
        )
        return
    _begin(state, start)
    state.express(found)


def _keep_pieces(state: State, found: Entry) -> None:
    """A restart of an MPI run: the config names one file, and takes pieces of its own runs alone."""
    pieces = state.pieces(found.node.fname)
    ranks = f"model.parallel=mpi and run_backend.cpus={len(pieces)}" if pieces else "files, of which there are none"
    state.notes.append(f"{found.where}: the restart is in a file of each MPI rank: it needs {ranks}")
    state.set("model.initial", {"kind": "zero"})
    state.keep(found, "it is in pieces, which the config takes of its own runs alone", "boundaries")
