"""What is wrong with waves at the boundary: over land, on their way out, beside a nest; lines outside of the grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ...core.mesh import Floats, Ints
from ...errors import DataError, Problem
from ...forcing.wave_parameters import ParametricWaves
from .assembly import Site
from .geometry import Geometry, Stretch
from .other_runs import nest_file

_WIND = re.compile(r"\s*(INP\w*\s+)?WI", re.IGNORECASE)
_BOUNDARY = re.compile(r"\s*BOU", re.IGNORECASE)
_LEAVING = 100.0
"""Waves that head further than this from the inward normal leave, but for what spreads back [degrees]."""
_BESIDE = 0.1
"""Part of the distance of its places by which a nest may lie beside the boundary; SWAN overlooks places further off."""


def boundary(site: Site) -> Iterator[Problem]:
    """Waves over land or on their way out, no waves at all, a nest that is elsewhere, obstacles outside of the grid."""
    waves = site.experiment.forcing.waves or {}
    for name, node in waves.items():
        if parts := site.geometry.stretches.get(name):
            yield from _on_land(site, name, np.concatenate([p.nodes for p in parts]))
            yield from _on_the_way_out(site, name, node, parts)
    is_driven = waves_come_in(site) or site.experiment.forcing.wind is not None or extra_wind(site)
    if not is_driven and site.model.initial.kind != "hotstart":
        message = "no waves come in at a boundary, and no wind makes any"
        yield Problem("forcing.waves", message, hint="give forcing.waves, forcing.wind or model.boundary")
    yield from _nest(site)
    yield from _obstacles(site)


def extra_wind(site: Site) -> bool:
    """Whether a wind is among the lines that are passed on."""
    return any(_WIND.match(line) for line in site.model.extra_commands.get("grids", []))


def waves_come_in(site: Site) -> bool:
    """Whether there are waves at any boundary, those in lines that are passed on too."""
    nest, extra = site.model.boundary, site.model.extra_commands.get("boundaries", [])
    passed_on = any(_BOUNDARY.match(line) for line in extra)
    return bool(site.experiment.forcing.waves) or nest.from_run is not None or nest.file is not None or passed_on


def highest_level_m(site: Site) -> float | None:
    """The highest water level over the datum [m]; None where it is on a grid."""
    forcing: Any = site.experiment.forcing
    nodes = [n for n in (forcing.tides, forcing.water_level) if n is not None]
    if not all(n.is_uniform for n in nodes):
        return None
    return float((site.model.constants.level or 0.0) + sum(n.highest_m(site.period) for n in nodes))


def _on_land(site: Site, name: str, nodes: Ints) -> Iterator[Problem]:
    bed = site.geometry.bed_m[nodes]
    try:
        level = highest_level_m(site)
    except DataError:
        return  # the problems of the forcing say why
    if level is None or (bed[np.isfinite(bed)] < level).any():
        return
    message = f"the boundary segment '{name}' is on land: its bed is at {np.nanmin(bed):.2f} m or higher"
    yield Problem(f"forcing.waves.{name}", message, hint="give waves at another segment, or correct the bathymetry")


def _on_the_way_out(site: Site, name: str, node: Any, parts: list[Stretch]) -> Iterator[Problem]:
    """Waves of one direction that head out of the domain all along their segment."""
    if not isinstance(node, ParametricWaves) or site.geometry.is_line:
        return
    towards = np.radians(site.geometry.north_deg() - node.from_deg - 180.0)
    heading = np.array([np.cos(towards), np.sin(towards)])
    inward = np.concatenate([_inward(site.geometry, part) for part in parts])
    off = np.degrees(np.arccos(np.clip(inward @ heading, -1.0, 1.0)))
    if len(off) and off.min() > _LEAVING:
        message = f"waves from {node.from_deg:g} degrees leave the domain through {name}"
        hint = "from_deg is where they come from, clockwise from north: 270 are waves from the west"
        yield Problem(f"forcing.waves.{name}.from_deg", message, node.from_deg, hint=hint)


def _inward(geometry: Geometry, part: Stretch) -> Floats:
    """(k, 2) unit vectors into the domain, of the steps along a stretch with the water on its left."""
    steps = np.diff(geometry.points[part.nodes], axis=0)
    if geometry.is_spherical:
        steps[:, 0] *= np.cos(np.radians(geometry.points[part.nodes][:-1, 1]))
    left = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
    found: Floats = left / np.hypot(*left.T)[:, None]
    return found


def _nest(site: Site) -> Iterator[Problem]:
    nest = site.model.boundary
    if nest.from_run is None and nest.file is None:
        return
    key = "model.boundary.from_run" if nest.from_run is not None else "model.boundary.file"
    if nest.closed and site.experiment.forcing.waves:
        message = "a closed nest gives the waves of the whole boundary; forcing.waves would have no effect"
        yield Problem("forcing.waves", message, hint="forcing.waves=null, or model.boundary.closed=false")
    if nest.kind != "swan":
        return
    try:
        found = nest_file(site.experiment, nest, stationary=site.model.mode.kind == "stationary")
    except DataError:
        return  # what assembles the commands says why
    places = _places(found.path)
    if len(places) > 1:
        yield from _beside(site, key, places)


def _places(path: Path) -> Floats:
    """(n, 2) places of the spectra in a file of SWAN."""
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in islice(lines, 20):
            if line.split()[:1] in (["LOCATIONS"], ["LONLAT"]):
                count = int(next(lines).split()[0])
                rows = [row.split()[:2] for row in islice(lines, count)]
                return np.array(rows, dtype=np.float64).reshape(-1, 2)
    return np.empty((0, 2))


def _beside(site: Site, key: str, places: Floats) -> Iterator[Problem]:
    """Places of a nest that are not on the boundary: SWAN overlooks them without a word."""
    lines = [site.geometry.points[p.nodes] for parts in site.geometry.stretches.values() for p in parts]
    off = np.min([_distances(places, line) for line in lines if len(line) > 1], axis=0)
    apart = np.hypot(*np.diff(places, axis=0).T)
    beside = off > _BESIDE * np.median(apart)
    if not beside.any():
        return
    x, y = places[int(np.argmax(off))]
    west, south, east, north = site.geometry.box
    message = (
        f"{int(beside.sum())} of {len(places)} places of the nest are not on the boundary of this grid, the furthest "
        f"at {x:g}, {y:g}; the grid reaches from {west:g} to {east:g} and from {south:g} to {north:g}"
    )
    yield Problem(key, message, hint="take the grid that the nest was made for: model.output.nests of the other run")


def _distances(places: Floats, line: Floats) -> Floats:
    """(n,) distances of places to a line."""
    begin, along = line[:-1], np.diff(line, axis=0)
    offset = places[:, None, :] - begin
    share = np.clip((offset * along).sum(axis=2) / (along**2).sum(axis=1), 0.0, 1.0)
    found: Floats = np.hypot(*np.moveaxis(offset - share[..., None] * along, -1, 0)).min(axis=1)
    return found


def _obstacles(site: Site) -> Iterator[Problem]:
    """Obstacles that do not touch the box around the grid."""
    west, south, east, north = site.geometry.box
    for name, node in site.model.physics.obstacles.items():
        x, y = np.array(node.line, dtype=np.float64).T
        if x.max() < west or x.min() > east or y.max() < south or y.min() > north:
            message = f"it is outside of the grid, which reaches from {west:g} to {east:g} and {south:g} to {north:g}"
            hint = "its line is in the coordinates in which SWAN computes"
            yield Problem(f"model.physics.obstacles.{name}.line", message, node.line, hint=hint)
