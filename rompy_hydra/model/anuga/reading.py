"""ANUGA's output as a lazy CF/UGRID dataset on the faces of the mesh."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ...core.geo import LOCAL, LON_LAT, cf_attributes, project
from ...core.lazy import LazyArray, as_slice
from ...errors import DataError, Problem
from . import case as files
from .case import Case

if TYPE_CHECKING:
    from ...core.mesh import Floats, Ints

CONVENTIONS = "CF-1.11 UGRID-1.0"


def open_output(workspace: Path) -> xr.Dataset:
    """Water level, depth and velocity at the face centres; a field is read when it is used.

    Face-centred values are what the solver computes; the values at nodes in the ``.sww`` are smoothed.

    Raises:
        DataError: there is no output to open, or it cannot be read.
    """
    case_file, output = workspace / files.CASE, workspace / files.OUTPUT
    if not (case_file.is_file() and output.is_file()):
        raise DataError(Problem("model", f"no output in {workspace}", hint="run the model first"))
    case = files.read_case(case_file)
    try:
        time_s, bed_m = _read(output, "time"), _read(output, "elevation_c").astype(np.float32)
    except (OSError, IndexError) as error:
        raise DataError(Problem("model", f"{output} cannot be read: {error}", hint="run the model again")) from error
    data = xr.Dataset(
        _fields(output, case, len(time_s), bed_m), _coordinates(case, workspace, time_s), _attributes(case)
    )
    data["bed_elevation"] = _bed(case, bed_m)
    data["mesh"] = ((), np.int32(0), _TOPOLOGY)
    if case.crs != LOCAL:
        data["crs"] = ((), np.int32(0), cf_attributes(case.crs))
    return data


_TOPOLOGY = {
    "cf_role": "mesh_topology",
    "long_name": "triangular mesh",
    "topology_dimension": np.int32(2),
    "node_coordinates": "node_x node_y",
    "face_coordinates": "face_x face_y",
    "face_node_connectivity": "face_nodes",
    "face_dimension": "face",
}


class _Derived(LazyArray):
    """(time, face) values computed from the file when they are asked for, and only those."""

    def __init__(self, output: Path, needs: tuple[str, ...], compute: Any, shape: tuple[int, int], bed_m: Floats):
        self.output, self.needs, self.compute, self.bed_m = output, needs, compute, bed_m
        self.shape, self.dtype = shape, np.dtype(np.float32)

    def read(self, wanted: list[Ints]) -> Any:
        """The values at these positions."""
        key = tuple(map(as_slice, wanted))
        values = [_read(self.output, name, key) for name in self.needs]
        return self.compute(self.bed_m[key[1]], *values).astype(np.float32)


def _read(output: Path, name: str, key: Any = slice(None)) -> Any:
    import netCDF4

    with netCDF4.Dataset(output) as data:
        data.set_auto_mask(False)
        return data[name][key]


def _fields(output: Path, case: Case, times: int, bed_m: Floats) -> dict[str, xr.Variable]:
    dry_m = case.dry_depth_m

    def level(bed: Any, stage: Any) -> Any:
        return np.where(stage - bed > dry_m, stage, np.nan)

    def depth(bed: Any, stage: Any) -> Any:
        return np.maximum(stage - bed, 0.0)

    def velocity(bed: Any, stage: Any, momentum: Any) -> Any:
        wet = stage - bed > dry_m
        return np.where(wet, momentum / np.where(wet, stage - bed, 1.0), np.nan)

    recipes = {
        "water_level": (level, ("stage_c",)),
        "depth": (depth, ("stage_c",)),
        "u": (velocity, ("stage_c", "xmomentum_c")),
        "v": (velocity, ("stage_c", "ymomentum_c")),
    }
    return {
        name: _Derived(output, needs, compute, (times, len(bed_m)), bed_m).as_variable(
            ("time", "face"), {**_field_attributes(name, case), **_on_faces(case)}
        )
        for name, (compute, needs) in recipes.items()
    }


def _field_attributes(name: str, case: Case) -> dict[str, Any]:
    dry = {"comment": f"missing where the water is no deeper than {case.dry_depth_m:g} m"}
    return {
        "water_level": {**_level_names(case), "units": "m", **dry},
        "depth": {
            "standard_name": "sea_floor_depth_below_sea_surface",
            "long_name": "depth of water",
            "units": "m",
            "comment": "zero on dry land",
        },
        "u": {
            "standard_name": "barotropic_sea_water_x_velocity",
            "long_name": "depth-averaged velocity along x",
            "units": "m s-1",
            **dry,
        },
        "v": {
            "standard_name": "barotropic_sea_water_y_velocity",
            "long_name": "depth-averaged velocity along y",
            "units": "m s-1",
            **dry,
        },
    }[name]


def _level_names(case: Case) -> dict[str, str]:
    over_msl = case.vertical_datum.upper() in ("MSL", "MEAN SEA LEVEL")
    name = "sea_surface_height_above_mean_sea_level" if over_msl else "water_surface_height_above_reference_datum"
    return {"standard_name": name, "long_name": f"water level above {case.vertical_datum or 'the vertical datum'}"}


def _bed(case: Case, bed_m: Floats) -> xr.Variable:
    names = {"long_name": f"elevation of the bed above {case.vertical_datum or 'the vertical datum'}"}
    return xr.Variable(("face",), bed_m, {**names, "units": "m", "positive": "up", **_on_faces(case)})


def _on_faces(case: Case) -> dict[str, str]:
    """The attributes that tie a field to the mesh and its reference system."""
    georeference = {} if case.crs == LOCAL else {"grid_mapping": "crs"}
    return {"mesh": "mesh", "location": "face", **georeference}


def _coordinates(case: Case, workspace: Path, time_s: Floats) -> dict[str, xr.Variable]:
    nodes = np.asarray(files.load_array(workspace, files.POINTS))[:, :2] + np.array(case.origin_m)
    triangles = np.asarray(files.load_array(workspace, files.TRIANGLES)).astype(np.int32)
    connectivity = {"cf_role": "face_node_connectivity", "long_name": "nodes of each face", "start_index": np.int32(0)}
    found = {
        "time": _time(case, time_s),
        "face_nodes": xr.Variable(("face", "vertex"), triangles, connectivity),
    }
    for place, at_m in (("node", nodes), ("face", nodes[triangles].mean(axis=1))):
        found |= _positions(place, at_m, case.crs)
    return found


def _time(case: Case, time_s: Floats) -> xr.Variable:
    start = np.datetime64(case.start.removesuffix("Z"), "ns")
    times = start + np.round(np.asarray(time_s) * 1e3).astype("timedelta64[ms]").astype("timedelta64[ns]")
    units = f"seconds since {case.start.removesuffix('Z').replace('T', ' ')}"
    encoding = {"units": units, "calendar": "proleptic_gregorian", "dtype": "float64"}
    attributes = {"standard_name": "time", "long_name": "time (UTC)", "axis": "T"}
    return xr.Variable(("time",), times, attributes, encoding)


def _positions(place: str, at_m: Floats, crs: str) -> dict[str, xr.Variable]:
    names = {"x": "projection_x_coordinate", "y": "projection_y_coordinate"}
    local = crs == LOCAL
    found = {
        f"{place}_{axis}": xr.Variable(
            (place,),
            at_m[:, i],
            {**({} if local else {"standard_name": name}), "long_name": f"{axis} of {place}s", "units": "m"},
        )
        for i, (axis, name) in enumerate(names.items())
    }
    if local:
        return found
    degrees = {"lon": ("longitude", "degrees_east"), "lat": ("latitude", "degrees_north")}
    lonlat = project(at_m[:, 0], at_m[:, 1], crs, LON_LAT)
    for (axis, (name, units)), values in zip(degrees.items(), lonlat, strict=True):
        attributes = {"standard_name": name, "long_name": f"{name} of {place}s", "units": units}
        found[f"{place}_{axis}"] = xr.Variable((place,), values, attributes)
    return found


def _attributes(case: Case) -> dict[str, Any]:
    return {
        "Conventions": CONVENTIONS,
        "title": case.name,
        "name": case.name,
        "source": f"ANUGA, finite-volume shallow water, {case.flow_algorithm}; without Coriolis force",
        "vertical_datum": case.vertical_datum,
        "crs": case.crs,
        "dry_depth_m": case.dry_depth_m,
    }
