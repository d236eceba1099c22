"""Which fields of an experiment SWAN is given, and how."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import raise_for
from .compute_part import starts
from .inputs import (
    At,
    InputField,
    Steps,
    along,
    even_steps,
    on_own_grid,
    on_points,
    own_grid,
    sampled,
    still,
    typical_spacing,
    uniform,
)
from .language.grids import ICE, WIND
from .language.nodes import node_of
from .quantities import BOTTOM, CURRENT, FIELDS, ICE_CONCENTRATION, ICE_THICKNESS, WATER_LEVEL, Input
from .quantities import WIND as WIND_INPUT

if TYPE_CHECKING:
    from ...data.fields import Fields
    from .assembly import Site
    from .language.nodes import CommandNode

_TIDE_STEP_S = 600
"""Between times at which a tide or a surge is written: lines between them are within 0.1 % of its range."""
_LEVEL_POINTS = 60
"""Along each axis of a regular grid: a level varies more smoothly than waves do."""


def input_fields(site: Site) -> Iterator[InputField]:
    """Every input grid, in SWAN's order.

    Raises:
        DataError: data cannot be read, or do not cover the domain and the period.
    """
    geometry = site.geometry
    yield on_points("domain.bathymetry", BOTTOM, lambda: -geometry.bed_m, geometry)
    yield from _levels(site)
    yield from _vector(site, "forcing.current", site.experiment.forcing.current, CURRENT)
    yield from _vector(site, "forcing.wind", site.experiment.forcing.wind, WIND_INPUT)
    yield from _ice(site)
    for name, quantity in FIELDS.items():
        if (node := getattr(site.model.fields, name)) is not None:
            yield _gridded(site, f"model.fields.{name}", node, quantity)


def constants(site: Site) -> Iterator[tuple[str, CommandNode]]:
    """Commands for what is the same everywhere and always."""
    wind, ice = site.experiment.forcing.wind, site.experiment.forcing.ice
    if wind is not None and wind.kind == "constant":
        u, v = (float(c[0]) for c in wind.at([site.period.start]))
        from_deg = math.degrees(math.atan2(-u, -v)) % 360
        yield "forcing.wind", node_of(WIND, vel=math.hypot(u, v), dir=round(from_deg, 6))
    if ice is not None and ice.kind == "constant":
        yield "forcing.ice", node_of(ICE, aice=ice.concentration, hice=ice.thickness_m or 0.0)


def _steps(site: Site, node: Any, key: str) -> Steps:
    if site.model.mode.kind == "stationary":
        return still(site.period)
    return even_steps([node], site.period, key, starts(site))


def _vector(site: Site, key: str, node: Any, quantity: Input) -> Iterator[InputField]:
    if node is None or (node.kind == "constant" and quantity is WIND_INPUT):
        return
    if node.is_uniform:
        steps = still(site.period) if node.kind == "constant" else _steps(site, node, key)
        yield uniform(key, quantity, partial(_turned, site, node), steps, site.geometry)
        return
    yield _gridded(site, key, node, quantity)


def _turned(site: Site, node: Any, times: list[datetime]) -> tuple[Any, ...]:
    """Components along SWAN's axes of what is the same everywhere, at the centre."""
    west, south, east, north = site.geometry.box
    centre = np.array([[(west + east) / 2, (south + north) / 2]])
    u, v = (np.reshape(c, (-1, 1)) for c in node.at(times))
    return tuple(c[:, 0] for c in along(u, v, centre, None, site.geometry))


def _ice(site: Site) -> Iterator[InputField]:
    node = site.experiment.forcing.ice
    if node is None or node.kind == "constant":
        return
    yield _gridded(site, "forcing.ice", node, ICE_CONCENTRATION, 0)
    if node.thickness is not None:
        yield _gridded(site, "forcing.ice", node, ICE_THICKNESS, 1)


def _gridded(site: Site, key: str, node: Any, quantity: Input, number: int | None = None) -> InputField:
    """Data on a grid: as they are where SWAN can read that; `number` of one array where the node has several."""
    from ...forcing.gridded import ask_of, needed

    with ask_of(node, key).open() as whole:
        need = needed(whole, site.period, site.domain)
        raise_for(whole.problems(need))
        steps = _steps(site, node, key) if len(whole.times_s) else still(site.period)
        part = _one(whole.cut(need), number)
        grid, spacing = own_grid(part, site.geometry, steps), typical_spacing(part, site.geometry)
    opened = partial(_fields, site, key, node, number)
    if grid is not None:
        return on_own_grid(key, quantity, opened, steps, grid)
    return sampled(key, quantity, partial(_at, opened), steps, site.geometry, spacing, is_read=True)


@contextmanager
def _fields(site: Site, key: str, node: Any, number: int | None) -> Iterator[Fields]:
    """The part of the data that is needed, from the cache."""
    from ...forcing.gridded import ask_of, needed

    ask = ask_of(node, key)
    with ask.open() as whole:
        need = needed(whole, site.period, site.domain)
    with ask.cut(need) as part:
        yield _one(part, number)


@contextmanager
def _at(opened: Callable[[], AbstractContextManager[Fields]]) -> Iterator[At]:
    with opened() as fields:
        kept: dict[int, Any] = {}

        def at(times: list[datetime], lon: Any, lat: Any) -> tuple[Any, ...]:
            if len(lon) not in kept:
                kept[len(lon)] = fields.on(*fields.places(lon, lat))
            return tuple(kept[len(lon)].at(times).values())

        yield at


def _one(fields: Fields, number: int | None) -> Fields:
    return fields if number is None else replace(fields, arrays=dict([list(fields.arrays.items())[number]]))


def _levels(site: Site) -> Iterator[InputField]:
    """Tides and water level together."""
    forcing = site.experiment.forcing
    nodes = [node for node in (forcing.tides, forcing.water_level) if node is not None]
    if not nodes:
        return
    key = "forcing.tides" if forcing.tides is not None else "forcing.water_level"
    steps = _level_steps(site, nodes, key)
    if all(node.is_uniform for node in nodes):
        yield uniform(key, WATER_LEVEL, lambda times: (_sum(site, nodes, times),), steps, site.geometry)
        return
    west, south, east, north = site.geometry.box
    spacing = 2 * max(east - west, north - south) / _LEVEL_POINTS
    yield sampled(key, WATER_LEVEL, partial(_level_at, site, nodes), steps, site.geometry, spacing)


def _level_steps(site: Site, nodes: list[Any], key: str) -> Steps:
    if site.model.mode.kind == "stationary":
        return still(site.period)
    tide_s = timedelta(seconds=_TIDE_STEP_S)
    is_curved = site.experiment.forcing.tides is not None or any(node.surge is not None for node in nodes)
    more = [site.period.start + tide_s] if is_curved and site.period.length > tide_s else []
    return even_steps(nodes, site.period, key, [*starts(site), *more])


@contextmanager
def _level_at(site: Site, nodes: list[Any]) -> Iterator[At]:
    with ExitStack() as opened:
        ready = [opened.enter_context(node.prepared(site.period, site.domain)) for node in nodes]
        uniform_ones = [node.is_uniform for node in nodes]

        def at(times: list[datetime], lon: Any, lat: Any) -> tuple[Any, ...]:
            start = site.period.start
            parts = [
                np.reshape(one.at(times, start=start), (-1, 1)) if alone else one.at(times, lon, lat, start=start)
                for one, alone in zip(ready, uniform_ones, strict=True)
            ]
            return (np.broadcast_to(sum(parts), (len(times), len(lon))),)

        yield at


def _sum(site: Site, nodes: list[Any], times: list[datetime]) -> Any:
    return sum(np.asarray(node.at(times, start=site.period.start)) for node in nodes)
