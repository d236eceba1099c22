"""The computational grid, and the input grids of every field."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from ...core.grid.curvilinear import CurvilinearGrid
from ...core.grid.regular import RegularGrid
from ...core.mesh import Mesh
from ...errors import DataError, Problem
from .assembly import InputFile, Part, Site
from .config import Spectral
from .field_inputs import constants, input_fields
from .geometry import Geometry
from .inputs import InputField
from .language.grids import CGRID, INPGRID, READGRID, READINP
from .language.nodes import CommandNode, node_of
from .quantities import BOTTOM
from .writing import (
    Encoding,
    Reading,
    choose_encoding,
    coordinate_encoding,
    reading_of,
    write_curvilinear,
    write_fields,
    write_triangle,
)

COORDINATES_FILE, MESH_STEM = "grid.xy", "mesh"
_MISSING = -999_999.0
"""Coordinates of points that are missing."""
_BYTES = 4
"""Of a number in a record of single precision."""


def grids(site: Site) -> Part:
    """CGRID with its coordinates, INPGRID and READINP of every field, and what is the same everywhere and always."""
    part = Part()
    _computational(site, part)
    for found in input_fields(site):
        _say_field(site, part, found)
    for key, node in constants(site):
        part.say(key, node)
    return part


def _computational(site: Site, part: Part) -> None:
    geometry = site.geometry
    part.say("model.spectral", cgrid(site))
    if isinstance(geometry.shape, Mesh):
        _mesh(geometry, part)
    elif not isinstance(geometry.shape, RegularGrid):
        _coordinates(geometry, geometry.shape, part, None if geometry.there.all() else _MISSING)


def cgrid(site: Site) -> CommandNode:
    """CGRID: the computational grid and the spectrum."""
    geometry, spectral = site.geometry, _spectral(site.model.spectral)
    if isinstance(geometry.shape, Mesh):
        return node_of(CGRID, "unstructured", **spectral)
    if isinstance(geometry.shape, RegularGrid):
        return node_of(CGRID, "regular", **_regular(geometry, geometry.shape), **spectral)
    ny, nx = geometry.size
    exception = {} if geometry.there.all() else {"exception": {"xexc": _MISSING, "yexc": _MISSING}}
    return node_of(CGRID, "curvilinear", mxc=nx - 1, myc=ny - 1, **exception, **spectral)


def _spectral(spectral: Spectral) -> dict[str, Any]:
    directions: dict[str, Any] = {"kind": "circle", "mdc": spectral.directions}
    if spectral.sector_deg is not None:
        first, last = spectral.sector_deg
        directions = {"kind": "sector", "dir1": first, "dir2": last, "mdc": spectral.directions}
    return {"directions": directions, "flow": spectral.low_hz, "fhigh": spectral.high_hz, "msc": spectral.steps}


def _regular(geometry: Geometry, grid: RegularGrid) -> dict[str, Any]:
    (xlen, ylen), (ny, nx) = grid.size, geometry.size
    where = {"xpc": grid.x0, "ypc": grid.y0, "alpc": grid.rotation_deg}
    return {**where, "xlenc": xlen, "ylenc": 0.0 if geometry.is_line else ylen, "mxc": nx - 1, "myc": ny - 1}


def _mesh(geometry: Geometry, part: Part) -> None:
    def write(target: Path) -> None:
        assert isinstance(geometry.shape, Mesh)
        stem, markers = target.with_name(MESH_STEM), geometry.markers
        write_triangle(stem, geometry.points, geometry.shape.triangles, markers, is_lonlat=geometry.is_spherical)

    part.say("domain.mesh", node_of(READGRID, "triangle", fname=MESH_STEM))
    part.files += [InputFile(f"{MESH_STEM}.node", "domain.mesh", write)]
    part.files += [InputFile(f"{MESH_STEM}.ele", "domain.mesh", lambda _: None)]


def _coordinates(geometry: Geometry, grid: CurvilinearGrid, part: Part, exception: float | None) -> None:
    rows = geometry.size[0]
    x, y = grid.x[:rows], grid.y[:rows]
    options: dict[str, Any] = {"is_lonlat": geometry.is_spherical, "exception": exception}
    reading = reading_of(coordinate_encoding(x, y, **options), x.shape[1])
    node = node_of(READGRID, "coordinates", fname=COORDINATES_FILE, **_words(reading, is_vector=True, moves=False))
    part.say("domain.mesh", node)
    part.files.append(InputFile(COORDINATES_FILE, "domain.mesh", partial(write_curvilinear, x=x, y=y, **options)))


def _say_field(site: Site, part: Part, found: InputField) -> None:
    quantity, moves = found.quantity, found.steps.count > 1
    columns = found.size[-1]
    exception = quantity.lowest if quantity is BOTTOM else None
    encoding = choose_encoding(found.count, site.model.encoding, quantity.lowest, quantity.highest, quantity.resolution)
    reading = reading_of(encoding, columns)
    part.say(found.key, _inpgrid(found, exception))
    words = _words(reading, is_vector=quantity.components > 1, moves=moves)
    source = {"kind": "file", "fname": quantity.file}
    part.say(found.key, node_of(READINP, quantity=quantity.name, fac=1.0, source=source, **words))
    width = _BYTES if encoding.decimal is None else encoding.decimal.width
    writer = partial(_write, found=found, encoding=encoding, exception=exception)
    part.files.append(InputFile(quantity.file, found.key, writer, found.count * width / 1e6, found.look))


def _write(path: Path, found: InputField, encoding: Encoding, exception: float | None) -> None:
    try:
        write_fields(path, found.blocks(found.steps), encoding, exception)
    except ValueError as error:
        hint = "SWAN needs a value at every point" if "finite" in str(error) else "are the units of the data right?"
        raise DataError(Problem(found.key, f"{found.quantity.name}: {error}", hint=hint, data=True)) from error


def _inpgrid(found: InputField, exception: float | None) -> Any:
    options: dict[str, Any] = {} if exception is None else {"exception": {"excval": exception}}
    if found.steps.count > 1:
        steps = found.steps
        times = {"tbeginp": steps.first, "deltinp": steps.times(1, 2)[0] - steps.first, "tendinp": steps.last}
        options["nonstationary"] = times
    name = found.quantity.name
    if found.grid is not None:
        grid = found.grid
        ny, nx = found.size
        where = {"xpinp": grid.x0, "ypinp": grid.y0, "alpinp": grid.rotation_deg, "mxinp": nx - 1, "myinp": ny - 1}
        return node_of(INPGRID, "regular", quantity=name, **where, dxinp=grid.dx, dyinp=grid.dy, **options)
    kind = "unstructured" if len(found.size) == 1 else "curvilinear"
    return node_of(INPGRID, kind, quantity=name, **options)


def _words(reading: Reading, *, is_vector: bool, moves: bool) -> dict[str, Any]:
    """The end of READINP or READGRID."""
    numbers = {"idla": reading.idla, "nhedf": reading.nhedf}
    numbers |= {"nhedt": reading.nhedt} if moves else {}
    numbers |= {"nhedvec": reading.nhedvec} if is_vector else {}
    form: dict[str, Any] = {"kind": "unformatted"}
    if reading.form != "UNFORMATTED":
        form = {"kind": "fortran", "form": reading.form.split("'")[1]}
    return {**numbers, "format": form}
