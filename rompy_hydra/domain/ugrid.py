"""UGRID netCDF meshes (ugrid-conventions 1.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..core.mesh import Floats, Ints
from .meshes import LAND
from .raw_mesh import EdgeNames, RawMesh, split_quads


def read(path: Path) -> RawMesh:
    """The two-dimensional mesh of a UGRID file, with the names of its boundary edges where it has them.

    Names come from an integer variable along the dimension of ``boundary_node_connectivity`` with CF ``flag_values``
    and ``flag_meanings``; an outer edge without a name is ``land``. A node variable with a CF standard name of depth or
    altitude becomes the elevation.

    Raises:
        ValueError: there is no mesh topology, or it is incomplete.
    """
    import netCDF4

    with netCDF4.Dataset(path) as data:
        topology = _topology(data)
        x, y = (_get(data, name) for name in _attribute(topology, "node_coordinates").split()[:2])
        if getattr(data[_attribute(topology, "node_coordinates").split()[0]], "standard_name", "") == "latitude":
            x, y = y, x
        cells = _indices(data, _attribute(topology, "face_node_connectivity"))
        names = _edge_names(data, topology)
        elevation = _elevation(data, topology)
    return RawMesh(np.stack([x, y], axis=1).astype(np.float64), _triangles(cells), names, LAND, elevation)


def _topology(data: Any) -> Any:
    for variable in data.variables.values():
        if getattr(variable, "cf_role", "") == "mesh_topology" and int(getattr(variable, "topology_dimension", 2)) == 2:
            return variable
    raise ValueError(f"it has no variable with cf_role = mesh_topology, but {', '.join(data.variables)}")


def _attribute(topology: Any, name: str) -> str:
    if name not in topology.ncattrs():
        raise ValueError(f"its mesh topology {topology.name} has no attribute {name}")
    return str(topology.getncattr(name))


def _get(data: Any, name: str) -> Any:
    if name not in data.variables:
        raise ValueError(f"it has no variable {name}, but {', '.join(data.variables)}")
    return np.ma.filled(data[name][:], -1 if data[name].dtype.kind in "iu" else np.nan)


def _indices(data: Any, name: str) -> Ints:
    raw = np.ma.getdata(data[name][:]) if name in data.variables else _get(data, name)
    missing = np.ma.getmaskarray(data[name][:])
    start = int(getattr(data[name], "start_index", 0))
    if raw.shape[0] <= 4 < raw.shape[1]:  # the convention allows either order of dimensions
        raw, missing = raw.T, missing.T
    return np.where(missing | (raw < start), -1, raw.astype(np.int64) - start)


def _triangles(cells: Ints) -> Ints:
    if cells.shape[1] == 3:
        return cells
    if cells.shape[1] == 4:
        return split_quads(cells)
    raise ValueError(f"its faces have up to {cells.shape[1]} corners; only triangles and quadrangles are understood")


def _edge_names(data: Any, topology: Any) -> EdgeNames:
    if "boundary_node_connectivity" not in topology.ncattrs():
        return {}
    connectivity = topology.getncattr("boundary_node_connectivity")
    edges = _indices(data, connectivity)
    flags = _flags(data, data[connectivity].dimensions)
    if flags is None:
        return {}
    meanings = dict(zip(np.atleast_1d(flags.flag_values).tolist(), flags.flag_meanings.split(), strict=True))
    pairs = zip(np.sort(edges, axis=1).tolist(), np.ma.getdata(flags[:]).tolist(), strict=True)
    return {(a, b): meanings[value] for (a, b), value in pairs}


def _flags(data: Any, dimensions: tuple[str, ...]) -> Any:
    for variable in data.variables.values():
        if (
            len(variable.dimensions) == 1
            and variable.dimensions[0] in dimensions
            and hasattr(variable, "flag_meanings")
        ):
            return variable
    return None


def _elevation(data: Any, topology: Any) -> Floats | None:
    from ..data.quantities import vertical_sign

    nodes = data[_attribute(topology, "node_coordinates").split()[0]].dimensions
    for variable in data.variables.values():
        sign = vertical_sign({name: variable.getncattr(name) for name in variable.ncattrs()})
        if variable.dimensions == nodes and sign:
            values = np.asarray(_get(data, variable.name), dtype=np.float64)
            return values if sign == "elevation" else -values
    return None
