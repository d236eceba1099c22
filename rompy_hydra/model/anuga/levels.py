"""Water level at the open segments, from the forcing that a boundary condition asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from ...domain.meshes import Made
from ...errors import Problem, did_you_mean
from .config import Boundary, LevelSeries, Reflective, Tide

if TYPE_CHECKING:
    from ...core.mesh import Floats, Mesh
    from ...core.period import Period
    from ...domain import Domain
    from ...forcing import Forcing, Level, LevelNode
    from ..base import Experiment
    from .model import Anuga

LAND, ISLAND, OCEAN = "land", "island", "ocean"
"""Segments that have a condition without being named in ``model.boundaries``; so do ``land_1`` or ``island_2``."""
STEP = timedelta(minutes=1)
"""Step of a boundary series: straight lines between minutes are off by (speed 60 s)**2 / 8 of each constituent's
amplitude at most, 1e-5 of M2 and 1.4e-4 of M8."""
Places: TypeAlias = "tuple[Floats, Floats] | None"
"""Longitudes and latitudes, or none where they make no difference."""


def conditions(model: Anuga, experiment: Experiment, segments: tuple[str, ...]) -> dict[str, Boundary]:
    """The condition on each segment of the domain that has one, by its config or by default.

    Land, the shores of islands and unnamed sides of a box or grid reflect; the segment ``ocean`` takes the tides and
    the series of the forcing, added where both are given.
    """
    found = {**_defaults(experiment, segments), **model.boundaries}
    return {name: found[name] for name in segments if name in found}


def _defaults(experiment: Experiment, segments: tuple[str, ...]) -> dict[str, Boundary]:
    islands = getattr(experiment.domain.mesh, "holes", ()) if experiment.domain else ()
    named_land = (name for name in segments if re.fullmatch(rf"({LAND}|{ISLAND})(_\d+)?", name))
    closed = experiment.domain.unnamed_sides() if experiment.domain else []
    shores = [*islands, *named_land, *closed]
    found: dict[str, Boundary] = {name: Reflective() for name in shores}
    if experiment.forcing.tides is not None:
        found[OCEAN] = Tide()
    elif experiment.forcing.water_level is not None:
        found[OCEAN] = LevelSeries()
    return found


def level_nodes(condition: Tide | LevelSeries, forcing: Forcing) -> dict[str, LevelNode]:
    """The nodes of forcing whose levels add up to the condition, by their config keys."""
    names = ("tides", "water_level") if isinstance(condition, Tide) else ("water_level",)
    return {f"forcing.{name}": node for name in names if (node := getattr(forcing, name)) is not None}


def prescribed(model: Anuga, experiment: Experiment, segments: tuple[str, ...]) -> dict[str, Tide | LevelSeries]:
    """The segments whose level is given."""
    taken = conditions(model, experiment, segments)
    return {name: c for name, c in taken.items() if isinstance(c, Tide | LevelSeries)}


def is_uniform(nodes: Iterable[LevelNode]) -> bool:
    """Whether the level is the same along the whole segment."""
    return all(node.is_uniform for node in nodes)


def varied_segments(model: Anuga, experiment: Experiment, segments: tuple[str, ...]) -> list[str]:
    """The segments along which the given level varies."""
    given = prescribed(model, experiment, segments).items()
    return [name for name, c in given if not is_uniform(level_nodes(c, experiment.forcing).values())]


def segment_places(domain: Domain, segment: str, nodes: Iterable[LevelNode]) -> Places:
    """Longitudes and latitudes along a segment, as dense as the mesh to be made; none where they make no difference."""
    if is_uniform(nodes):
        return None
    if isinstance(domain.mesh, Made):
        from ...domain.extent import segment_points

        points_m = segment_points(domain)[segment]
    else:
        points_m = edge_middles(domain.build_mesh(), segment)
    return domain.lonlat(points_m[:, 0], points_m[:, 1])


def edge_middles(mesh: Mesh, segment: str) -> Floats:
    """(k, 2) middles of the edges of a segment [m]."""
    middles: Floats = mesh.points_m[mesh.edge_nodes(segment)].mean(axis=1)
    return middles


def level_at(levels: Iterable[Level], times: Sequence[datetime], start: datetime, places: Places = None) -> Floats:
    """Sum of the levels [m]: (nt,), or (nt, n) at places.

    Args:
        start: when the run begins.
    """
    import numpy as np

    shape = (len(times),) if places is None else (len(times), -1)
    lon, lat = places or (None, None)
    parts = [level.at(times, lon, lat, start).reshape(shape) for level in levels]
    level_m: Floats = np.asarray(sum(parts[1:], parts[0]))
    return level_m


def highest_levels_m(
    model: Anuga, experiment: Experiment, domain: Domain, segments: tuple[str, ...], period: Period
) -> dict[str, float]:
    """Segment -> a level that the water given there does not exceed [m]; for forcing without problems."""
    found = {}
    for name, condition in prescribed(model, experiment, segments).items():
        nodes = level_nodes(condition, experiment.forcing).values()
        places = segment_places(domain, name, nodes)
        found[name] = sum(n.highest_m(period, *(() if n.is_uniform else places or ())) for n in nodes)
    return found


def place_problems(model: Anuga, experiment: Experiment, domain: Domain, segments: tuple[str, ...]) -> list[Problem]:
    """Levels that cannot be given along the segments that take them; for segments and forcing without problems."""
    given = prescribed(model, experiment, segments)
    found: list[Problem] = []
    for name in varied_segments(model, experiment, segments):
        nodes = level_nodes(given[name], experiment.forcing)
        places = segment_places(domain, name, nodes.values())
        if places is not None:
            found += [p for key, node in nodes.items() for p in node.place_problems(key, *places, experiment.period)]
    return list(dict.fromkeys(found))


def highest_stage_m(model: Anuga, experiment: Experiment, levels_m: dict[str, float]) -> float:
    """A level below which the bed has to begin for a run to hold water [m]; without limit where rivers enter."""
    if experiment.forcing.river:
        return math.inf
    initial_m = model.initial_stage_m if model.initial_stage_m is not None or levels_m else 0.0
    return max([*levels_m.values(), *([] if initial_m is None else [initial_m])])


def boundary_problems(model: Anuga, experiment: Experiment, segments: tuple[str, ...]) -> list[Problem]:
    """Segments that do not exist or have no condition, conditions without forcing, forcing without a condition."""
    taken = conditions(model, experiment, segments)
    unknown = [
        Problem(
            f"model.boundaries.{n}", "the domain has no boundary segment of this name", hint=did_you_mean(n, segments)
        )
        for n in model.boundaries
        if n not in segments
    ]
    return [
        *unknown,
        *_without_condition(segments, taken),
        *_without_forcing(taken, experiment.forcing),
        *_unused(taken, experiment.forcing),
    ]


def _without_condition(segments: tuple[str, ...], taken: dict[str, Boundary]) -> list[Problem]:
    return [
        Problem(
            f"model.boundaries.{name}",
            f"the boundary segment '{name}' of the domain has no condition",
            hint=f"set model.boundaries.{name}.kind to tide, series, reflective or transmissive"
            + (", or give forcing.tides or forcing.water_level" if name == OCEAN else ""),
        )
        for name in segments
        if name not in taken
    ]


def _without_forcing(taken: dict[str, Boundary], forcing: Forcing) -> list[Problem]:
    needed = {"tide": "tides", "series": "water_level"}
    found = [
        Problem(f"forcing.{need}", f"the boundary segment '{name}' has kind {c.kind}, which needs forcing.{need}")
        for name, c in taken.items()
        if (need := needed.get(c.kind)) and getattr(forcing, need) is None
    ]
    if forcing.pressure is None:
        found += [
            Problem(f"model.boundaries.{name}.inverse_barometer", "an inverse barometer needs forcing.pressure", True)
            for name, c in taken.items()
            if isinstance(c, Tide | LevelSeries) and c.inverse_barometer
        ]
    return found


def _unused(taken: dict[str, Boundary], forcing: Forcing) -> list[Problem]:
    """A water level that is given and that no segment takes: a run without it would not be what was asked for."""
    kinds = {c.kind for c in taken.values()}
    takers = {"tides": {"tide"}, "water_level": {"tide", "series"}}
    return [
        Problem(
            f"forcing.{name}",
            f"it is given, but no boundary segment takes it (kind {' or '.join(sorted(kinds_that_take))})",
            hint=f"add a segment to model.boundaries, or set forcing.{name}=null",
        )
        for name, kinds_that_take in takers.items()
        if getattr(forcing, name) is not None and not kinds & kinds_that_take
    ]
