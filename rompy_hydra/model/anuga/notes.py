"""What a user should know about a run although it is not wrong: what drives it in numbers, its size, what it lacks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ...core.geo import LOCAL
from ...domain.dry import lowest_beds
from ...domain.meshes import BoxMesh, Made
from .config import LevelSeries, Tide
from .levels import Places, level_at, level_nodes, prescribed, segment_places
from .sizing import GRAVITY_M_S2

if TYPE_CHECKING:
    from ...core.mesh import Floats
    from ...core.period import Period
    from ...domain import Domain
    from ...forcing import LevelNode
    from ..base import Experiment
    from .model import Anuga

NO_CORIOLIS = "ANUGA has no Coriolis force: keep the domain small against the Rossby radius, sqrt(g h) / f"
FEW_CELLS = 50
"""Fewer triangles resolve nothing."""
LONG_RUN_S = 43200.0
"""Longer than one waits for without having meant it."""
_S_PER_STEP, _S_PER_CELL_STEP = 1e-4, 6.5e-7
"""Wall time of a step, and of each triangle in it, on one core of 2020s hardware; fits 2e3 triangles within a fifth."""
_EARTH_RAD_S = 7.2921e-5
_SMALL = 0.1
_STEP = timedelta(minutes=10)
"""An extreme of M2 between two such times is missed by a thousandth of its amplitude at most."""
_MOST_FIELDS = 200
_MOST_PLACES = 50


def notes(model: Anuga, experiment: Experiment, domain: Domain, period: Period, size: tuple[int, int]) -> list[str]:
    """Notes on an experiment without problems; `size` is its triangles and time steps."""
    return [
        coriolis(domain),
        *domain.notes(),
        *_size(*size),
        *_start(model),
        *_levels(model, experiment, domain, period),
        *_air(model, experiment, domain, period),
        *_rivers(experiment, domain, period),
    ]


def coriolis(domain: Domain) -> str:
    """What the missing Coriolis force means here: the width of the domain against its Rossby radius.

    A tide that runs along a coast falls off by exp(-distance / radius) away from it: a Kelvin wave, Gill (1982),
    Atmosphere-Ocean Dynamics, section 10.4.
    """
    if domain.crs == LOCAL:
        return NO_CORIOLIS
    import numpy as np

    from ...domain.extent import sample_points

    points_m = sample_points(domain)
    across_m = float(np.ptp(points_m, axis=0).max())
    bed_m = domain.elevation_at(*points_m.T)
    depth_m = float(-bed_m[bed_m < 0].mean()) if (bed_m < 0).any() else 0.0
    _, lat = domain.lonlat(*points_m.mean(axis=0, keepdims=True).T)
    radius_m = math.sqrt(GRAVITY_M_S2 * depth_m) / max(
        2 * _EARTH_RAD_S * abs(math.sin(math.radians(float(lat[0])))), 1e-9
    )
    numbers = f"the domain is {across_m / 1e3:.3g} km across, the Rossby radius sqrt(g h) / f {radius_m / 1e3:.3g} km"
    if across_m > radius_m / 2:
        return f"WARNING: {numbers}, and ANUGA has no Coriolis force: tides and wind-driven flow will be wrong"
    if (share := 1.0 - math.exp(-across_m / radius_m)) > _SMALL:
        missed = f"the height of a tide can differ by {share:.0%} across it by the Coriolis force, which ANUGA has not"
        return f"WARNING: {numbers}: {missed}"
    return f"ANUGA has no Coriolis force, which is small here: {numbers}"


def _size(cells: int, steps: int) -> Iterator[str]:
    wall_s = steps * (_S_PER_STEP + _S_PER_CELL_STEP * cells)
    time = _words(wall_s)
    if wall_s > LONG_RUN_S:
        yield f"WARNING: {cells:.1e} triangles x {steps:.1e} steps take about {time} on one core; check resolution_m"
    else:
        yield f"the run takes about {time} on one core"
    if cells < FEW_CELLS:
        yield f"WARNING: {cells} triangles resolve nothing; lower domain.mesh.resolution_m"


def _words(wall_s: float) -> str:
    units = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))
    for unit_s, name in units:
        if wall_s >= 2 * unit_s:
            return f"{wall_s / unit_s:.2g} {name}" if wall_s < 100 * unit_s else f"{wall_s / unit_s:.0f} {name}"
    return f"{max(wall_s, 1):.0f} s"


def _start(model: Anuga) -> Iterator[str]:
    if model.initial_stage_m is None:
        yield "the run starts from rest at the water level of the open boundary"


def _levels(model: Anuga, experiment: Experiment, domain: Domain, period: Period) -> Iterator[str]:
    segments = domain.segment_names()
    if closed := [s for s in domain.unnamed_sides() if s not in model.boundaries]:
        yield f"closed by default: the {', '.join(closed)} of the {_shape(domain)}, without a name in domain.boundaries"
    given = prescribed(model, experiment, segments)
    lowest_m = lowest_beds(domain, list(given))
    told: list[str] = []
    for name, condition in given.items():
        nodes = level_nodes(condition, experiment.forcing).values()
        places = segment_places(domain, name, nodes)
        level_m = level_at(nodes, _times(nodes, period), period.start, _thinned(places))
        yield f"boundary {name}: {_level(condition, len(nodes), level_m, domain)}"
        if (low_m := float(level_m.min())) < lowest_m[name]:
            bed = f"its bed is at {lowest_m[name]:.2f} m or higher"
            yield f"WARNING: boundary {name} falls dry: its level goes down to {low_m:.2f} m, {bed}"
        told += [note for node in nodes for note in node.notes(*(() if node.is_uniform else places or ()))]
    yield from dict.fromkeys(told)
    if experiment.forcing.pressure and given and not any(c.inverse_barometer for c in given.values()):
        yield "air pressure acts inside the domain only: no open boundary has inverse_barometer: true"


def _shape(domain: Domain) -> str:
    return "box" if isinstance(domain.mesh, BoxMesh) else "grid"


def _level(condition: Tide | LevelSeries, count: int, level_m: Floats, domain: Domain) -> str:
    """``tide + series added, -1.32 .. 1.50 m over MSL``."""
    import numpy as np

    what = "tide + series added" if count == 2 else condition.kind
    words = f"{what}, {level_m.min():.2f} .. {level_m.max():.2f} m over {domain.vertical_datum}"
    if level_m.ndim > 1:
        words += f", at one time up to {np.ptp(level_m, axis=1).max():.2f} m apart along it"
    words += ", and the inverse barometer" if condition.inverse_barometer else ""
    if condition.radiation:
        words += f"; radiation {condition.radiation:g} lets waves out and holds up a steady flow"
    return words


def _thinned(places: Places) -> Places:
    if places is None:
        return None
    every = 1 + len(places[0]) // _MOST_PLACES
    return places[0][::every], places[1][::every]


def _times(nodes: Collection[LevelNode], period: Period) -> list[datetime]:
    count = int(period.length / _STEP)
    times = {period.start + i * _STEP for i in range(count + 1)} | {period.stop}
    return sorted(times.union(*(node.steps(period) for node in nodes)))


def _air(model: Anuga, experiment: Experiment, domain: Domain, period: Period) -> Iterator[str]:
    wind: Any = experiment.forcing.wind
    if wind is None:
        return
    import numpy as np

    times, where = wind.steps(period), ""
    place: tuple[Any, ...] = ()
    if not wind.is_uniform:
        from ...domain.extent import sample_points

        times, where = times[:: 1 + len(times) // _MOST_FIELDS], " at the centre of the domain"
        place = domain.lonlat(*sample_points(domain).mean(axis=0, keepdims=True).T)
    drag = model.wind_drag
    speed_m_s = np.hypot(*wind.at(times, *place))
    yield f"wind{where}: {_range(speed_m_s, '.1f')} m/s; drag {drag.law}, at most {drag.limit:g}; air 1.22 kg/m3"


def _range(values: Any, spec: str) -> str:
    low, high = format(float(values.min()), spec), format(float(values.max()), spec)
    return low if low == high else f"{low} .. {high}"


def _rivers(experiment: Experiment, domain: Domain, period: Period) -> Iterator[str]:
    for name, river in sorted((experiment.forcing.river or {}).items()):
        yield f"river {name}: {_range(river.at(river.steps(period)), '.4g')} m3/s"
        side_m = _resolution_m(domain, domain.locate(river.location))
        if side_m is not None and river.radius_m < side_m:
            yield (
                f"WARNING: river {name}: radius_m {river.radius_m:g} is less than a triangle there, {side_m:g} m: "
                "all water enters one or two of them"
            )


def _resolution_m(domain: Domain, at_m: tuple[float, float]) -> float | None:
    """Length of a triangle's edge at a place [m], where the mesh is to be made."""
    if not isinstance(domain.mesh, Made):
        return None
    import numpy as np

    x_m, y_m = np.array(at_m).reshape(2, 1)
    regions = domain.mesh.regions.items()
    inside = [region.resolution_m for name, region in regions if domain.inside(x_m, y_m, name)[0]]
    return min(inside, default=domain.mesh.resolution_m)
