"""Dimensions and coordinates of a place, as CF and UGRID have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ....core.geo import LOCAL, LON_LAT, project
from ..case import Case
from .parts import Place
from .tables import STATIONS

if TYPE_CHECKING:
    from ....core.mesh import Floats, Ints

_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "lon": {"standard_name": "longitude", "long_name": "longitude", "units": "degrees_east"},
    "lat": {"standard_name": "latitude", "long_name": "latitude", "units": "degrees_north"},
    "x": {"standard_name": "projection_x_coordinate", "long_name": "x", "units": "m"},
    "y": {"standard_name": "projection_y_coordinate", "long_name": "y", "units": "m"},
}


def dimensions(case: Case, place: Place, location: str, prefix: str) -> tuple[str, ...]:
    """Names of the dimensions of a place.

    Args:
        case: what the run is.
        place: the place.
        location: SWAN's name of the set of points.
        prefix: of everything at this place; nothing for the main grid.
    """
    if place.layout == "regular":
        axes = ("lat", "lon") if case.is_spherical else ("y", "x")
        return tuple(f"{prefix}{axis}" for axis in axes)
    if place.layout == "curvilinear":
        return f"{prefix}yc", f"{prefix}xc"
    return ("station",) if location == STATIONS else (f"{prefix.removesuffix('_') or 'node'}",)


def coordinates(case: Case, place: Place, location: str, prefix: str) -> dict[str, xr.Variable]:
    """The coordinate variables of a place; longitude and latitude as well where coordinates are metres on Earth."""
    dims = dimensions(case, place, location, prefix)
    before = "node_" if dims == ("node",) else prefix
    own = ("lon", "lat") if case.is_spherical else ("x", "y")
    found: dict[str, xr.Variable] = {}
    for name, values, along in zip(own, (place.x, place.y), _along(place, dims), strict=True):
        found[f"{before}{name}"] = xr.Variable(along, values, _attributes(case, name, place.layout))
    if not case.is_spherical and case.crs != LOCAL:
        for name, values in zip(("lon", "lat"), _lonlat(case, place), strict=True):
            found[f"{before}{name}"] = xr.Variable(dims, values, _ATTRIBUTES[name])
    if location == STATIONS and len(case.stations) == place.shape[0]:
        names = {"long_name": "station", "cf_role": "timeseries_id"}
        found["station_name"] = xr.Variable(dims, np.array([s[0] for s in case.stations]), names)
    return found


def _along(place: Place, dims: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ((dims[1],), (dims[0],)) if place.layout == "regular" else (dims, dims)


def _attributes(case: Case, name: str, layout: str) -> dict[str, Any]:
    attributes = dict(_ATTRIBUTES[name])
    if case.crs == LOCAL:
        attributes.pop("standard_name")
    if layout == "regular":
        attributes["axis"] = {"lon": "X", "x": "X"}.get(name, "Y")
    return attributes


def _lonlat(case: Case, place: Place) -> tuple[Floats, Floats]:
    x, y = np.meshgrid(place.x, place.y) if place.layout == "regular" else (place.x, place.y)
    return project(x, y, case.crs, LON_LAT)


def mesh_variables(mesh: tuple[Floats, Ints] | None, place: Place) -> dict[str, xr.Variable]:
    """UGRID variables of (n, 2) nodes and the (m, 3) triangles between them; none where they are not at this place."""
    if mesh is None or len(mesh[0]) != place.shape[0]:
        return {}
    faces = {"cf_role": "face_node_connectivity", "long_name": "nodes of each face", "start_index": np.int32(0)}
    return {
        "face_nodes": xr.Variable(("face", "vertex"), mesh[1].astype(np.int32), faces),
        "mesh": xr.Variable((), np.int32(0), _TOPOLOGY),
    }


_TOPOLOGY = {
    "cf_role": "mesh_topology",
    "long_name": "triangular mesh",
    "topology_dimension": np.int32(2),
    "node_coordinates": "node_x node_y",
    "face_node_connectivity": "face_nodes",
    "face_dimension": "face",
}
