"""Sets of points, blocks, tables, spectra and nests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.period import format_time
from ..reading.variables import Format, problems
from .state import given
from .times import duration

if TYPE_CHECKING:
    from .state import Entry, State

_PLACES = ("time", "xp", "yp")
"""Columns that every table has."""
_GRID = "COMPGRID"
_USUAL = ["hs", "tps", "dir", "depth"]
_LONGEST_NAME = 20


def output(state: State) -> None:
    """``model.output``."""
    state.set("model.output.fields", {})
    _sets(state)
    _options(state)
    writers: dict[str, Callable[[State, Entry], str]] = {
        "block": _block,
        "table": _table,
        "specout": _spectra,
        "nestout": _nest,
    }
    for entry in list(state.named(*writers)):
        if reason := writers[entry.parsed.name](state, entry):
            state.keep(entry, reason, "output")
        else:
            state.express(entry)
    found = state.config["model"]["output"]
    if not any(found.get(kind) for kind in ("fields", "tables", "spectra", "nests")):
        found["fields"] = {"fields": {"variables": _USUAL, "format": "text"}}
        state.notes.append("fields of wave height, period and direction are written beside what is asked for")


def _sets(state: State) -> None:
    for entry in list(state.named("points", "frame", "group", "curve")):
        node, kind = entry.node, entry.parsed.name
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,7}", node.sname):
            state.keep(entry, "the config has no such names", "output")
        elif kind == "points" and node.kind == "file":
            state.keep(entry, "its points are in a file", "output")
        else:
            values = given(node, "sname", "kind")
            state.set(f"model.output.sets.{node.sname}", {"kind": kind, **values})
            state.express(entry)


def _options(state: State) -> None:
    for entry in list(state.named("quantity")):
        if reason := _why_not(entry.node.quantities, "table"):
            state.keep(entry, reason, "output")
            continue
        if said := state.own_form(entry, "quantities"):
            for word in entry.node.quantities:
                state.set(f"model.output.quantities.{word}", said)
        state.express(entry)
    for name, key in (("output_options", "options"), ("test", "test")):
        if (found := state.last(name)) is not None:
            if said := state.own_form(found):
                state.set(f"model.output.{key}", said)
            state.express(found)


def _why_not(words: Iterable[str], form: Format) -> str:
    """Why the config does not take a list of quantities; empty where it does."""
    unknown = [word.upper() for word in words if problems([word], "", form)]
    if unknown:
        return f"the config has no {', '.join(unknown)}{' in netCDF' if form == 'netcdf' else ''}"
    return next((problem.message for problem in problems(list(words), "", form)), "")


def _block(state: State, entry: Entry) -> str:
    node = entry.node
    ending = Path(node.fname).suffix.lower()
    if ending in (".mat", ".vtk"):
        return f"the config has no {ending} files"
    words = [row if isinstance(row, str) else row.quantity for row in node.quantities]
    if "partit" in words:
        return "the config has no partitions"
    values = {"variables": words, "format": "netcdf" if ending == ".nc" else "text"}
    return _why_not(words, "netcdf" if ending == ".nc" else "block") or _add(state, entry, "fields", values)


def _table(state: State, entry: Entry) -> str:
    if entry.node.fname is None:
        return "it is written into the print file"
    if Path(entry.node.fname).suffix.lower() == ".nc":
        return "the config has no tables in netCDF"
    words = [word for word in entry.node.quantities if word not in _PLACES]
    if not words:
        return "it has no quantities but places"
    return _why_not([*_PLACES, *words], "table") or _add(state, entry, "tables", {"variables": words})


def _spectra(state: State, entry: Entry) -> str:
    node = entry.node
    if node.scale == "l" or any(getattr(node, flag) for flag in ("month", "escale", "compress", "mdgrid", "noaux")):
        return "the config has no such spectra"
    values: dict[str, Any] = {"dimensions": 1 if node.dimensions == "one" else 2}
    if node.frequency == "relative":
        values["frequency"] = "relative"
    if Path(node.fname).suffix.lower() == ".nc":
        values["format"] = "netcdf"
    return _add(state, entry, "spectra", values)


def _add(state: State, entry: Entry, kind: str, values: dict[str, Any]) -> str:
    """Add an output; why not, where it is of points that the config does not have."""
    node = entry.node
    at = "grid" if node.sname.upper() == _GRID else node.sname
    if at != "grid" and at not in (state.get("model.output.sets") or {}):
        return "its points are not in the config"
    name = _file_name(state, node.fname)
    state.set(f"model.output.{kind}.{name}", {"at": at, **values, **_when(state, node.output)})
    if Path(node.fname).stem != name:
        state.notes.append(f"{entry.where}: {node.fname} is called {name}")
    return ""


def _file_name(state: State, name: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", Path(name).stem).lstrip("_-")[:_LONGEST_NAME] or "output"
    groups = (state.get(f"model.output.{kind}") or {} for kind in ("fields", "tables", "spectra", "nests"))
    taken = {name for group in groups for name in group}
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem[: _LONGEST_NAME - 3]}_{number}"
    return found


def _when(state: State, node: Any) -> dict[str, Any]:
    """Start and interval; at the end alone where the command says nothing."""
    kind = state.get("model.mode.kind")
    if node is None and kind == "nonstationary":
        assert state.stop is not None  # the mode is known before
        return {"start": format_time(state.stop), "interval": state.get("period.interval")}
    if node is None or kind == "stationary":
        return {}
    return {"start": format_time(node.tbeg), "interval": duration(node.delt)}


def _nest(state: State, entry: Entry) -> str:
    grid = next((e for e in state.named("ngrid") if e.node.sname == entry.node.sname), None)
    if grid is None:
        return "its grid is not in the config"
    if reason := _why_no_nest(state, grid, entry):
        state.keep(grid, reason, "output")
        return reason
    node = grid.node
    nest: dict[str, Any] = {
        "x": node.xpn,
        "y": node.ypn,
        "size": [node.xlenn, node.ylenn],
        "cells": [node.mxn, node.myn],
    }
    if node.alpn:
        nest["rotation_deg"] = node.alpn
    when = _when(state, entry.node.output)
    state.set(f"model.output.nests.{node.sname}", {**nest, **{k: v for k, v in when.items() if k == "interval"}})
    state.express(grid)
    return ""


def _why_no_nest(state: State, grid: Entry, entry: Entry) -> str:
    if grid.node.kind != "regular" or not (grid.node.mxn and grid.node.myn):
        return "its grid is not in the config"
    begin = state.get("period.start")
    is_later = _when(state, entry.node.output).get("start", begin) != begin
    return "the config has no nests that begin at another time than the period" if is_later else ""
