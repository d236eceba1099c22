"""All that a run of SWAN wrote as one lazy CF dataset.

Fields of the computational grid have plain names: ``hs(time, lat, lon)``, over ``y, x`` in metres, ``yc, xc`` on a
curvilinear or rotated grid, ``node`` on triangles. Series at the stations of the domain are ``station_hs(time,
station)``, their spectra ``efth(time, station, freq, direction)``. Other sets of points have
the name that they have in SWAN in front: ``fine_hs(time, fine_lat, fine_lon)``; tables and spectra of a grid are those
of its points, ``fine_points_hs(time, fine_points)``. What was written at other times has a time of its own, such as
``station_time``; a stationary result has the begin of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ....core.geo import LOCAL, cf_attributes
from ....core.lazy import combined
from ....errors import DataError, Problem
from ..case import CASE, Case, OutputFile, read_case
from .netcdf_blocks import read_netcdf
from .parts import KEY, Part, Place
from .placing import coordinates, dimensions, mesh_variables
from .spectra import read_spectra
from .tables import STATIONS, read_table
from .text_blocks import read_text
from .told_places import COMPGRID, Told, told_by_commands

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONVENTIONS = "CF-1.11 UGRID-1.0"
_PRIMARY = "hs"
_EASTWARD = {
    "x_wind": "eastward_wind",
    "y_wind": "northward_wind",
    "sea_water_x_velocity": "eastward_sea_water_velocity",
    "sea_water_y_velocity": "northward_sea_water_velocity",
}
"""What components along x and y are where x is east."""


def open_output(workspace: Path) -> xr.Dataset:
    """Everything that a run wrote and that is no input of another run; a field is read when it is used.

    Raises:
        DataError: there is no output to open, a file of it is missing, or cannot be read.
    """
    if not (workspace / CASE).is_file():
        raise DataError(Problem("model", f"no output in {workspace}", hint="run the model first"))
    case = read_case(workspace)
    readable = [o for o in case.outputs if o.kind in ("block", "table", "spectra")]
    if missing := [o.path for o in readable if not (workspace / o.path).is_file()]:
        message = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in {workspace}"
        raise DataError(Problem("model", message, hint="run the model first"))
    if not readable:
        hint = "add a block, a table or spectra to the output"
        raise DataError(Problem(KEY, "the run wrote nothing that can be opened", hint=hint))
    told = told_by_commands(workspace)
    assembly = _Assembly(case, told, _grids(readable))
    for part in _parts(workspace, case, readable, told):
        assembly.add(part)
    return assembly.dataset()


def _grids(outputs: list[OutputFile]) -> tuple[str, ...]:
    blocks = {o.location for o in outputs if o.kind == "block"}
    return tuple(sorted(blocks, key=lambda name: (name != COMPGRID, name)))


def _parts(workspace: Path, case: Case, outputs: list[OutputFile], told: Told) -> Iterator[Part]:
    """The files, first blocks, and first netCDF, since it tells places that text does not."""
    places = dict(told.places)
    kinds = ("block", "table", "spectra")
    for output in sorted(outputs, key=lambda o: (kinds.index(o.kind), o.format != "netcdf")):
        part = _part(workspace / output.path, case, output, places.get(output.location), told.partitions)
        places.setdefault(output.location, part.place)
        yield part


def _part(path: Path, case: Case, output: OutputFile, known: Place | None, partitions: int) -> Part:
    if output.kind == "spectra":
        return read_spectra(path, case, output)
    if output.format == "netcdf":
        return read_netcdf(path, case, output, known)
    if output.kind == "block":
        return read_text(path, case, output, known, partitions)
    return read_table(path, case, output, known)


@dataclass
class _Assembly:
    """Parts put together, each with its dimensions."""

    case: Case
    told: Told
    grids: tuple[str, ...]
    """Locations of which there are blocks, first that whose fields have plain names."""
    variables: dict[str, xr.Variable] = field(default_factory=dict)
    axes: dict[str, xr.Variable] = field(default_factory=dict)
    times: dict[str, NDArray[np.datetime64]] = field(default_factory=dict)
    mesh: dict[str, xr.Variable] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Take the fields of a file that no other has brought."""
        location = part.output.location
        if part.output.kind != "block" and location in self.grids:
            location += "_POINTS"
        prefix = {self.grids[0] if self.grids else "": "", STATIONS: "station_"}.get(location, f"{location.lower()}_")
        dims = dimensions(self.case, part.place, location, prefix)
        self.axes |= coordinates(self.case, part.place, location, prefix)
        if dims == ("node",) and not self.mesh:
            self.mesh = mesh_variables(self.told.mesh, part.place)
        names = {f"place_{i}": d for i, d in enumerate(dims)} | self._spectral(part, prefix)
        names["time"] = self._time(part.times, prefix)
        for name, variable in part.fields.items():
            self._take(self._name(name, location, prefix), variable, names)

    def _name(self, name: str, location: str, prefix: str) -> str:
        return name if location == STATIONS and name.startswith("ef") else f"{prefix}{name}"

    def _take(self, name: str, variable: xr.Variable, dims: dict[str, str]) -> None:
        if name in self.variables:
            return
        own = [dims[str(d)] for d in variable.dims]
        attributes = {**variable.attrs, **({"grid_mapping": "crs"} if self.case.crs != LOCAL else {})}
        if self.case.is_spherical and (standard := attributes.get("standard_name")) in _EASTWARD:
            attributes["standard_name"] = _EASTWARD[standard]
        if self.mesh and "node" in own:
            attributes |= {"mesh": "mesh", "location": "node"}
        self.variables[name] = xr.Variable(own, variable._data, attributes)

    def _time(self, times: NDArray[np.datetime64], prefix: str) -> str:
        """The dimension of these times, a new one where no other file has them."""
        for name, known in self.times.items():
            if np.array_equal(known, times):
                return name
        wanted = f"{prefix}time" if self.times else "time"
        while wanted in self.times:
            wanted += "_too"
        self.times[wanted] = times
        return wanted

    def _spectral(self, part: Part, prefix: str) -> dict[str, str]:
        found = {}
        for name, axis in part.axes.items():
            known = self.axes.get(name)
            same = known is None or (known.shape == axis.shape and np.allclose(known, axis, rtol=1e-3))
            found[name] = name if same else f"{prefix}{name}"
            self.axes.setdefault(found[name], xr.Variable((found[name],), axis.values, axis.attrs))
        return found

    def dataset(self) -> xr.Dataset:
        """All of it."""
        times = {name: _time_variable(name, times, self.case) for name, times in self.times.items()}
        data = xr.Dataset(self.variables, {**times, **self.axes}, self._attributes())
        if (bed := self._bed()) is not None:
            data["bed_elevation"] = bed
        data = data.assign(self.mesh).set_coords([n for n in ("face_nodes",) if n in self.mesh])
        if self.case.crs != LOCAL:
            data["crs"] = ((), np.int32(0), cf_attributes(self.case.crs))
        return data

    def _bed(self) -> xr.Variable | None:
        """Height of the bed, of dry land as well, where SWAN wrote its depth."""
        if "botlev" not in self.variables:
            return None
        depth = self.variables["botlev"].isel({self.variables["botlev"].dims[0]: 0})
        dims = [str(d) for d in depth.dims]
        bed = combined(dims, depth.shape, [depth], np.negative)
        name = f"elevation of the bed above {self.case.vertical_datum or 'the vertical datum'}"
        ties = {k: v for k, v in depth.attrs.items() if k in ("grid_mapping", "mesh", "location")}
        bed.attrs = {"long_name": name, "units": "m", "positive": "up", **ties}
        return bed

    def _attributes(self) -> dict[str, Any]:
        case = self.case
        wanted = (_PRIMARY, f"station_{_PRIMARY}", *self.variables)
        nests = {"nest_files": ", ".join(o.path for o in case.outputs if o.kind == "nest")}
        return {
            "Conventions": CONVENTIONS,
            "title": case.name,
            "name": case.name,
            "source": f"SWAN {case.version}, third-generation spectral wave model".replace("SWAN ,", "SWAN,"),
            "vertical_datum": case.vertical_datum,
            "crs": case.crs,
            "directions": "clockwise from north, where waves come from",
            "primary_variable": next(n for n in wanted if n in self.variables),
            **{name: files for name, files in nests.items() if files},
        }


def _time_variable(name: str, times: NDArray[np.datetime64], case: Case) -> xr.Variable:
    units = f"seconds since {case.start.removesuffix('Z').replace('T', ' ')}"
    encoding = {"units": units, "calendar": "proleptic_gregorian", "dtype": "float64"}
    attributes = {"standard_name": "time", "long_name": "time (UTC)", "axis": "T"}
    return xr.Variable((name,), times, attributes, encoding)
