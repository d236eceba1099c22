"""UGRID netCDF meshes (ugrid-conventions 1.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..geo import LOCAL, cf_attributes, is_lonlat
from ..mesh import Floats, Ints
from .names import LAND
from .raw_mesh import EdgeNames, RawMesh, split_quads

SignOf = Callable[[Mapping[str, Any]], str | None]
"""``elevation`` (positive up), ``depth`` (positive down) or None, from the attributes of a variable."""


def read(path: Path, sign_of: SignOf) -> RawMesh:
    """The two-dimensional mesh of a UGRID file, with the names of its boundary edges where it has them.

    Names come from an integer variable along the dimension of ``boundary_node_connectivity`` with CF ``flag_values``
    and ``flag_meanings``; an outer edge without a name is ``land``. The first node variable that `sign_of` calls an
    elevation or a depth becomes the elevation.

    Raises:
        ValueError: there is no mesh topology, it is incomplete, or the mesh is not sound.
    """
    import netCDF4

    with netCDF4.Dataset(path) as data:
        topology = _topology(data)
        x, y = (_get(data, name) for name in _attribute(topology, "node_coordinates").split()[:2])
        if getattr(data[_attribute(topology, "node_coordinates").split()[0]], "standard_name", "") == "latitude":
            x, y = y, x
        cells = _indices(data, _attribute(topology, "face_node_connectivity"))
        names = _edge_names(data, topology)
        elevation = _elevation(data, topology, sign_of)
    return RawMesh(np.stack([x, y], axis=1).astype(np.float64), _triangles(cells), names, LAND, elevation).checked()


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


def _elevation(data: Any, topology: Any, sign_of: SignOf) -> Floats | None:
    nodes = data[_attribute(topology, "node_coordinates").split()[0]].dimensions
    for variable in data.variables.values():
        sign = sign_of({name: variable.getncattr(name) for name in variable.ncattrs()})
        if variable.dimensions == nodes and sign:
            values = np.asarray(_get(data, variable.name), dtype=np.float64)
            return values if sign == "elevation" else -values
    return None


def write(path: Path, mesh: RawMesh, crs: str, vertical_datum: str = "") -> None:
    """Write a mesh with its named boundary edges, and elevations where it has them; the same bytes when repeated.

    Blanks in the names of segments become underscores, because CF separates ``flag_meanings`` by blanks. Reading gives
    the same mesh.

    Args:
        path: the file; a reader never sees half of it.
        mesh: in the coordinates of `crs`.
        crs: ``EPSG:n`` or ``local``.
        vertical_datum: what the elevations refer to.

    Raises:
        OSError: it could not be written.
    """
    import netCDF4

    partial = path.with_name(f".{path.name}.part")
    try:
        with netCDF4.Dataset(partial, "w") as data:
            data.setncatts({"Conventions": "CF-1.11 UGRID-1.0", "crs": crs})
            _write_topology(data, mesh, crs)
            _write_segments(data, mesh.edges())
            if mesh.elevation_m is not None:
                _write_elevation(data, mesh.elevation_m, crs, vertical_datum)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_topology(data: Any, mesh: RawMesh, crs: str) -> None:
    axes = ("lon", "lat") if is_lonlat(crs) else ("x", "y")
    topology = {
        "cf_role": "mesh_topology",
        "topology_dimension": np.int32(2),
        "node_coordinates": " ".join(f"node_{axis}" for axis in axes),
        "face_node_connectivity": "face_nodes",
        "boundary_node_connectivity": "boundary_nodes",
    }
    _variable(data, "mesh", (), np.int32(0), topology)
    if crs != LOCAL:
        _variable(data, "crs", (), np.int32(0), cf_attributes(crs))
    for axis, values in zip(axes, mesh.points.T, strict=True):
        _variable(data, f"node_{axis}", ("node",), values, _axis(axis, crs))
    connectivity = {"cf_role": "face_node_connectivity", "start_index": np.int32(0)}
    _variable(data, "face_nodes", ("face", "vertex"), mesh.triangles.astype(np.int32), connectivity)


def _axis(axis: str, crs: str) -> dict[str, str]:
    names = {"lon": ("longitude", "degrees_east"), "lat": ("latitude", "degrees_north")}
    name, units = names.get(axis, (f"projection_{axis}_coordinate", "m"))
    return {**({} if crs == LOCAL else {"standard_name": name}), "long_name": f"{axis} of nodes", "units": units}


def _write_segments(data: Any, edges: dict[str, Ints]) -> None:
    connectivity = {"cf_role": "boundary_node_connectivity", "start_index": np.int32(0)}
    nodes = np.concatenate(list(edges.values())).astype(np.int32)
    _variable(data, "boundary_nodes", ("boundary_edge", "edge_end"), nodes, connectivity)
    numbers = np.arange(1, len(edges) + 1, dtype=np.int32)
    meanings = " ".join("_".join(name.split()) for name in edges)
    flags = {"long_name": "segment of the boundary", "flag_values": numbers, "flag_meanings": meanings}
    values = np.repeat(numbers, [len(own) for own in edges.values()])
    _variable(data, "boundary_segment", ("boundary_edge",), values, flags)


def _write_elevation(data: Any, elevation_m: Floats, crs: str, vertical_datum: str) -> None:
    attributes = {
        "long_name": f"elevation of the bed above {vertical_datum or 'the vertical datum'}",
        "units": "m",
        "positive": "up",
        "mesh": "mesh",
        "location": "node",
        **({} if crs == LOCAL else {"grid_mapping": "crs"}),
    }
    _variable(data, "bed_elevation", ("node",), elevation_m, attributes)


def _variable(data: Any, name: str, dimensions: tuple[str, ...], values: Any, attributes: Mapping[str, Any]) -> None:
    for dimension, size in zip(dimensions, np.shape(values), strict=True):
        if dimension not in data.dimensions:
            data.createDimension(dimension, size)
    variable = data.createVariable(name, np.asarray(values).dtype, dimensions)
    variable.setncatts(attributes)
    variable[...] = values
