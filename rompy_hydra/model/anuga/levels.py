"""Water level at the open segments, from the forcing that a boundary condition asks for."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ...domain.meshes import SIDES, BoxMesh
from ...errors import Problem, did_you_mean
from .config import Boundary, LevelSeries, Reflective, Tide

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...core.period import Period
    from ...forcing import Forcing
    from ..base import Experiment
    from .model import Anuga

LAND, ISLAND, OCEAN = "land", "island", "ocean"
"""Segments that have a condition without being named in ``model.boundaries``; so do ``land_1`` or ``island_2``."""
STEP = timedelta(minutes=1)
"""Step of a boundary series: straight lines between minutes follow M2 to 1e-5 of its amplitude, M8 to 1e-4."""


def conditions(model: Anuga, experiment: Experiment, segments: tuple[str, ...]) -> dict[str, Boundary]:
    """The condition on each segment of the domain that has one, by its config or by default.

    Land, the shores of islands and unnamed sides of a box reflect; the segment ``ocean`` takes the tides and the series
    of the forcing, added where both are given.
    """
    found = {**_defaults(experiment, segments), **model.boundaries}
    return {name: found[name] for name in segments if name in found}


def _defaults(experiment: Experiment, segments: tuple[str, ...]) -> dict[str, Boundary]:
    islands = getattr(experiment.domain.mesh, "holes", ()) if experiment.domain else ()
    named_land = (name for name in segments if re.fullmatch(rf"({LAND}|{ISLAND})(_\d+)?", name))
    shores = [*islands, *named_land, *closed_sides(experiment, segments)]
    found: dict[str, Boundary] = {name: Reflective() for name in shores}
    if experiment.forcing.tides is not None:
        found[OCEAN] = Tide()
    elif experiment.forcing.water_level is not None:
        found[OCEAN] = LevelSeries()
    return found


def closed_sides(experiment: Experiment, segments: tuple[str, ...]) -> list[str]:
    """Sides of a box that ``domain.boundaries`` does not mention: land, as the unnamed edges of a polygon."""
    domain = experiment.domain
    if domain is None or not isinstance(domain.mesh, BoxMesh):
        return []
    return [side for side in SIDES if side in segments and side not in domain.boundaries]


def level_nodes(condition: Tide | LevelSeries, forcing: Forcing) -> list[Any]:
    """The nodes of forcing whose levels add up to the condition."""
    wanted = [forcing.tides, forcing.water_level] if isinstance(condition, Tide) else [forcing.water_level]
    return [node for node in wanted if node is not None]


def level_at(nodes: list[Any], times: list[Any]) -> Floats:
    """(nt,) sum of the levels [m]."""
    import numpy as np

    level_m: Floats = np.sum([node.at(times) for node in nodes], axis=0)
    return level_m


def highest_levels_m(
    model: Anuga, experiment: Experiment, segments: tuple[str, ...], period: Period
) -> dict[str, float]:
    """Segment -> a level that the water given there does not exceed [m]; for forcing without problems."""
    return {
        name: sum(node.highest_m(period) for node in level_nodes(condition, experiment.forcing))
        for name, condition in conditions(model, experiment, segments).items()
        if isinstance(condition, Tide | LevelSeries)
    }


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
