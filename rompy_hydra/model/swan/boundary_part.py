"""Waves at the boundary and at the start: BOUND SHAPE, BOUNDSPEC, BOUNDNEST and INITIAL, with their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.geo import distances_m
from ...core.mesh import Mesh
from ...errors import ConfigError, Problem, raise_for
from ...forcing.spectra import SpectraWaves
from ...forcing.wave_parameters import PointWaves, WaveParameters
from ...forcing.wave_series import WaveSeries
from .assembly import InputFile, Part, Site, copier
from .geometry import Geometry, Stretch
from .language.boundaries import BOUND_SHAPE, BOUNDNEST1, BOUNDNEST2, BOUNDNEST3, BOUNDSPEC, INITIAL
from .language.nodes import node_of
from .other_runs import Found, hotstart_file, nest_file
from .writing import file_names, write_parameters, write_spectra

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...core.period import Period
    from .config import Nest

NEST_FILE, HOTSTART_FILE = "nest.bnd", "hotstart.hot"
_MOST_PLACES = 100
"""Places along a stretch of boundary for which spectra are written; SWAN interpolates between them."""


def boundaries(site: Site) -> Part:
    """Waves of every segment, those of a larger run, and the state to start from."""
    part = Part()
    names = file_names(site.experiment.forcing.waves or {}, ".bnd")
    for name, node in (site.experiment.forcing.waves or {}).items():
        for number, stretch in site.geometry.numbered:
            if stretch.name == name:
                several = len(site.geometry.stretches[name]) > 1
                file = names[name].replace(".bnd", f"_{number}.bnd") if several else names[name]
                _say_waves(site, part, f"forcing.waves.{name}", node, (number, stretch), file)
    _say_nest(site, part)
    _say_initial(site, part)
    return part


def _say_waves(site: Site, part: Part, key: str, node: Any, where: tuple[int, Stretch], file: str) -> None:
    if isinstance(node, SpectraWaves):
        spectrum = _spectra(site, part, key, node, where[1], file)
    else:
        spectrum, first = _parameters(site, part, key, node, where[1], file)
        part.say(key, _shape(node.shape, first))
    kind, place = _place(site, *where)
    part.say(key, node_of(BOUNDSPEC, kind, **place, spectrum=spectrum))


def _shape(shape: Any, parameters: WaveParameters) -> Any:
    """BOUND SHAPE, which SWAN applies to the boundaries after it: what the period and the spread are goes with it."""
    options = {
        "period": "peak" if parameters.is_peak else "mean",
        "spreading": "power" if parameters.is_power else "degrees",
    }
    own = {"gamma": "gamma", "width_hz": "sigfr", "depth_m": "d"}
    given = {swan: getattr(shape, name) for name, swan in own.items() if name in type(shape).model_fields}
    return node_of(BOUND_SHAPE, shape.kind, **given, **options)


def _parameters(
    site: Site, part: Part, key: str, node: Any, stretch: Stretch, file: str
) -> tuple[dict[str, Any], WaveParameters]:
    """What BOUNDSPEC says after CONSTANT or VARIABLE, and the parameters at the start."""
    start = [site.period.start]
    if isinstance(node, PointWaves):
        found = node.parameters_at(start)
        along = _along(site.geometry, stretch, node.distances_m)
        points = [(d, *_four(p)) for d, p in zip(along, found, strict=True)]
        return {"kind": "variable", "points": points}, found[0]
    if not isinstance(node, WaveSeries):
        first = node.parameters_at(start)
        return _constant(first), first
    first = node.parameters_at(start, key)
    if site.model.mode.kind == "stationary":
        return _constant(first), first
    part.files.append(InputFile(file, key, partial(_write_series, node=node, key=key, period=site.period)))
    return {"kind": "constant_file", "fname": file}, first


def _constant(found: WaveParameters) -> dict[str, Any]:
    return {"kind": "constant", **dict(zip(("hs", "per", "dir", "dd"), _four(found), strict=True))}


def _four(found: WaveParameters) -> tuple[float, float, float, float]:
    """Height, period, direction and spread at the first time."""
    return float(found.hs_m[0]), float(found.period_s[0]), float(found.from_deg[0]) % 360, float(found.spread[0])


def _write_series(path: Path, node: WaveSeries, key: str, period: Period) -> None:
    times = node.steps(period)
    found = node.parameters_at(times, key)
    stamps = np.array([t.replace(tzinfo=None) for t in times], dtype="datetime64[s]")
    write_parameters(path, stamps, found.hs_m, found.period_s, found.from_deg, found.spread)


def _spectra(site: Site, part: Part, key: str, node: SpectraWaves, stretch: Stretch, file: str) -> dict[str, Any]:
    chosen = _places(stretch)
    points = site.geometry.points[stretch.nodes[chosen]]
    writer = partial(_write_spectra, site=site, node=node, key=key, points=points)
    look = partial(_look, site=site, node=node, key=key, points=points)
    part.files.append(InputFile(file, key, writer, look=look))
    if len(chosen) == 1:
        return {"kind": "constant_file", "fname": file, "seq": 1}
    rows = [
        {"len": float(stretch.along[at]), "fname": file if number == 1 else "", "seq": number}
        for number, at in enumerate(chosen, start=1)
    ]
    return {"kind": "variable_file", "points": rows}


def _places(stretch: Stretch) -> Sequence[int]:
    """Numbers of the points of a stretch for which spectra are written."""
    count = len(stretch.nodes)
    return list(dict.fromkeys(np.linspace(0, count - 1, min(count, _MOST_PLACES)).round().astype(int).tolist()))


def _look(site: Site, node: SpectraWaves, key: str, points: Floats) -> None:
    """Spectra near these points, that are there and of this world."""
    raise_for(node.place_problems(key, *site.geometry.lonlat(*points.T), site.period))


def _write_spectra(path: Path, site: Site, node: SpectraWaves, key: str, points: Floats) -> None:
    lon, lat = site.geometry.lonlat(*points.T)
    with node.prepared(site.period, site.domain, key) as ready:
        blocks: Iterator[Any] = (efth for _, efth in ready.blocks(lon, lat))
        times = None
        if site.model.mode.kind == "stationary":
            blocks = iter([_at_start(blocks, ready.times, site.period.start)])
        else:
            times = np.array([t.replace(tzinfo=None) for t in ready.times], dtype="datetime64[s]")
        lonlat = site.geometry.is_spherical
        write_spectra(path, times, points, ready.freq_hz, ready.dir_from_deg, blocks, is_lonlat=lonlat)


def _at_start(blocks: Iterator[Any], times: Sequence[datetime], start: datetime) -> Any:
    """(1, n, nf, nd) spectra at the start, linear between the times before and after it."""
    before, *others = islice((one for block in blocks for one in block), 2)
    if start <= times[0] or not others:
        return before[None]
    share = (start - times[0]) / (times[1] - times[0])
    return ((1.0 - share) * before + share * others[0])[None]


def _place(site: Site, number: int, stretch: Stretch) -> tuple[str, dict[str, Any]]:
    """What BOUNDSPEC says of the place: points of the grid where the line bends, or the number of a mesh's boundary."""
    if isinstance(site.geometry.shape, Mesh):
        return "side_k", {"k": number}
    j, i = np.unravel_index(stretch.nodes, site.geometry.size)
    if site.model.grid.repeating:  # whose last column is its first
        j, i = (numbers[i < site.geometry.size[1] - 1] for numbers in (j, i))
    steps = np.stack([np.diff(i), np.diff(j)], axis=1)
    bends = [n + 1 for n in range(len(steps) - 1) if (steps[n] != steps[n + 1]).any()]
    kept = [0, *bends, len(i) - 1]
    return "segment_ij", {"segment": [(int(i[n]), int(j[n])) for n in kept]}


def _along(geometry: Geometry, stretch: Stretch, distances: Sequence[float]) -> list[float]:
    """Distances in metres along a stretch, in the unit of SWAN's coordinates."""
    if not geometry.is_spherical or len(stretch.nodes) < 2:
        return list(distances)
    line = geometry.points[stretch.nodes]
    metres = np.append(0.0, np.cumsum(distances_m(line[:-1], line[1:], geometry.crs)))
    beyond = np.maximum(np.asarray(distances) - metres[-1], 0.0) * stretch.along[-1] / metres[-1]
    found: list[float] = (np.interp(distances, metres, stretch.along) + beyond).tolist()
    return found


def _say_nest(site: Site, part: Part) -> None:
    nest = site.model.boundary
    if nest.from_run is None and nest.file is None:
        return
    found = nest_file(site.experiment, nest, stationary=site.model.mode.kind == "stationary")
    part.files += _copies(found, NEST_FILE, "model.boundary")
    part.say("model.boundary", _nest_command(nest))


def _nest_command(nest: Nest) -> Any:
    closure = {"closure": "closed" if nest.closed else "open"}
    origin = {} if nest.origin is None else dict(zip(("xgc", "ygc"), nest.origin, strict=True))
    if nest.kind == "swan":
        return node_of(BOUNDNEST1, fname=NEST_FILE, **closure)
    if nest.kind == "ww3":
        layout = "free" if nest.layout == "free" else "unformatted"
        return node_of(BOUNDNEST3, fname=NEST_FILE, format=layout, **closure, **origin)
    layout = {"free": "free", "cray": "cray"}.get(nest.layout, "workstation")
    return node_of(BOUNDNEST2, fname=NEST_FILE, format=layout, **origin)


def _say_initial(site: Site, part: Part) -> None:
    initial, key = site.model.initial, "model.initial"
    if initial.kind in ("zero", "local_wind"):
        part.say(key, node_of(INITIAL, "zero" if initial.kind == "zero" else "default"))
    elif initial.kind == "parametric":
        shape = {"kind": "jonswap", "period": "peak", "spreading": "degrees"}
        part.say(key, node_of(BOUND_SHAPE, shape.pop("kind"), **shape))
        values = {"hs": initial.hs, "per": initial.tp, "dir": initial.from_deg % 360, "dd": initial.spread_deg}
        part.say(key, node_of(INITIAL, "par", **values))
    elif initial.kind == "hotstart":
        _say_hotstart(site, part, hotstart_file(site.experiment, initial, site.period.start))


def _say_hotstart(site: Site, part: Part, found: Found) -> None:
    key = "model.initial"
    if found.ranks and site.model.parallel != "mpi":
        message = f"the restart file is in {found.ranks} pieces, of an MPI run, which only as many MPI ranks can read"
        raise ConfigError(Problem(key, message, hint=f"set model.parallel=mpi and run_backend.cpus={found.ranks}"))
    if found.ranks:
        part.notes.append(f"goes on from a restart of {found.ranks} MPI ranks: needs run_backend.cpus={found.ranks}")
    part.files += _copies(found, HOTSTART_FILE, key)
    layout = "unformatted" if found.is_unformatted else "free"
    files = "multiple" if found.ranks else "single"
    part.say(key, node_of(INITIAL, "hotstart", files=files, fname=HOTSTART_FILE, format=layout))


def _copies(found: Found, name: str, key: str) -> list[InputFile]:
    return [InputFile(name + end, key, copier(path)) for end, path in found.paths.items()]
