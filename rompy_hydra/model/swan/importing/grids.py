"""CGRID and READGRID: the mesh of the domain and the spectrum."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import ConfigError, Problem
from .layout import layout_of

if TYPE_CHECKING:
    from ....core.mesh import Floats
    from .state import Entry, State

_STEP = math.log(1.1)
"""From one frequency to the next where only two of three are given."""


def grids(state: State) -> None:
    """The mesh and the spectrum.

    Raises:
        ConfigError: there is no grid, or one that is not imported.
    """
    found = state.last("cgrid")
    if found is None:
        raise ConfigError(Problem("", f"{state.path.name}: there is no CGRID that can be read"))
    shapes: dict[str, Callable[[State, Entry], None]] = {
        "regular": _regular,
        "curvilinear": _curvilinear,
        "unstructured": _unstructured,
    }
    if state.is_line and found.node.kind != "regular":
        raise ConfigError(Problem("", f"{found.where}: one-dimensional runs are imported on regular grids alone"))
    shapes[found.node.kind](state, found)
    _spectral(state, found.node)
    state.express(found)


def _regular(state: State, found: Entry) -> None:
    node = found.node
    size, cells = [node.xlenc, node.ylenc], [node.mxc, node.myc]
    if state.is_line:
        size, cells = [node.xlenc, node.xlenc / node.mxc], [node.mxc, 1]
    elif not node.ylenc or not node.myc:
        hint = "a one-dimensional grid needs MODE ONED"
        raise ConfigError(Problem("", f"{found.where}: the grid has no width, as in one dimension", hint=hint))
    mesh: dict[str, Any] = {"kind": "regular", "x": node.xpc or 0.0, "y": node.ypc or 0.0}
    mesh |= {"size": size, "cells": cells}
    if node.alpc:
        mesh["rotation_deg"] = node.alpc
    state.set("domain.mesh", mesh)


def _curvilinear(state: State, found: Entry) -> None:
    read = next((e for e in state.named("readgrid") if e.node.kind == "coordinates"), None)
    if read is None:
        raise ConfigError(Problem("", f"{found.where}: there is no READGRID COORDINATES that can be read"))
    layout = layout_of(state, read.node)
    if found.node.exception is not None:
        exception = found.node.exception
        layout["exception"] = [exception.xexc, exception.xexc if exception.yexc is None else exception.yexc]
    size = (found.node.mxc + 1, found.node.myc + 1)
    x, y = _coordinates(layout, size, state.folder)
    state.is_upright = _leads(x, y, axis=1) == "x" and _leads(x, y, axis=0) == "y"
    name = f"{state.config['name']}_grid.nc"
    state.products[name] = partial(_write_grid, x, y, state.get("domain.crs"))
    state.set("domain.mesh", {"kind": "curvilinear", "path": f"${{data_dir}}/{name}"})
    state.grid_layout, state.grid_size = layout, size
    state.notes.append(f"{read.where}: the coordinates of the grid are in {name}, which is written with the config")
    if not state.is_upright:
        state.notes.append(f"{read.where}: rows and columns get another order, in which columns lead east")
    state.express(read)


def _coordinates(layout: dict[str, Any], size: tuple[int, int], folder: Path) -> tuple[Floats, Floats]:
    from ....source.swan_files import CoordinateFile, places

    path = str(layout["path"]).replace("${data_dir}", str(folder))
    return places(CoordinateFile.model_validate({**layout, "path": path}), *size)


def _leads(x: Floats, y: Floats, axis: int) -> str:
    """Whether an axis of a grid leads along ``x`` or ``y`` on the whole, or against one of them."""
    import numpy as np

    along_x, along_y = (float(np.nanmean(np.diff(c, axis=axis))) for c in (x, y))
    name, step = ("x", along_x) if abs(along_x) > abs(along_y) else ("y", along_y)
    return name if step > 0.0 else f"-{name}"


def _write_grid(x: Floats, y: Floats, crs: str, target: Path) -> None:
    import xarray as xr

    degrees = crs == "EPSG:4326"
    names = ("longitude", "latitude") if degrees else ("projection_x_coordinate", "projection_y_coordinate")
    units = ("degrees_east", "degrees_north") if degrees else ("m", "m")
    variables = {
        short: (("j", "i"), values, {"standard_name": name, "units": unit})
        for short, values, name, unit in zip("xy", (x, y), names, units, strict=True)
    }
    xr.Dataset(coords=variables).to_netcdf(target)


def _unstructured(state: State, found: Entry) -> None:
    read = next((e for e in state.named("readgrid") if e.node.kind != "coordinates"), None)
    if read is None or read.node.kind != "adcirc":
        hint = "convert the mesh to ADCIRC's fort.14, and read it with READGRID UNSTRUCTURED ADCIRC"
        where = found.where if read is None else read.where
        raise ConfigError(Problem("", f"{where}: of meshes only fort.14 is imported", hint=hint))
    state.set("domain.mesh", {"kind": "file", "path": state.file("fort.14")})
    state.set("domain.bathymetry", {"kind": "mesh"})
    state.notes.append(f"{read.where}: a point that is both open and land is open here, for SWAN it is land")
    state.express(read)


def _spectral(state: State, node: Any) -> None:
    directions = node.directions
    spectral: dict[str, Any] = {"directions": directions.mdc}
    if directions.kind == "sector":
        sector = directions.dir1, directions.dir2
        if state.convention == "cartesian":
            sector = state.from_deg(directions.dir2), state.from_deg(directions.dir1)
        spectral["sector_deg"] = list(sector)
    low, high, steps = node.flow, node.fhigh, node.msc
    if steps is None:
        steps = round(math.log(high / low) / _STEP)
    low = high / math.exp(_STEP * steps) if low is None else low
    high = low * math.exp(_STEP * steps) if high is None else high
    state.set("model.spectral", {**spectral, "low_hz": low, "high_hz": high, "frequencies": steps + 1})
