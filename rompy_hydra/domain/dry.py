"""Beds that no water reaches: a wrong sign or datum makes all land, and a run of it succeeds with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import UNSET, Problem
from .bathymetry import Flat, Grid, MeshDepths, Profile
from .meshes import FileMesh

if TYPE_CHECKING:
    from ..core.mesh import Floats
    from .domain import Domain


def lowest_m(bed: Flat | Profile) -> float:
    """An elevation that no point of an idealised bed is below [m]."""
    base = bed.elevation_m if isinstance(bed, Flat) else min(bed.elevation_m)
    return base + sum(min(feature.height_m, 0.0) for feature in bed.features.values())


def dry_bed(domain: Domain, lowest_bed_m: float, highest_level_m: float) -> Iterator[Problem]:
    """A bed that lies wholly above the highest water level."""
    if lowest_bed_m < highest_level_m:
        return
    water = f"the water reaches {highest_level_m:.2f} m over {domain.vertical_datum}"
    message = f"all of the domain is dry: {water}, the bed is at {lowest_bed_m:.2f} m or higher"
    sign = domain.bathymetry.sign if isinstance(domain.bathymetry, Grid) else None
    key, value = ("domain.bathymetry.sign", sign) if sign else ("domain.bathymetry", UNSET)
    yield Problem(key, message, value, hint=_hint(domain, lowest_bed_m), data=domain.is_measured)


def _hint(domain: Domain, lowest_bed_m: float) -> str:
    bed = domain.bathymetry
    if lowest_bed_m < 0:
        return "is the water level right, in its units and its datum? or are those of the bathymetry wrong"
    if isinstance(bed, MeshDepths):
        return "are the depths in the mesh file positive down, as its format has them? if not, correct the file"
    if not isinstance(bed, Grid):
        return "elevations are positive up: negative under water"
    from .grid_elevation import open_grid

    with open_grid(domain, bed) as grid:
        sign = grid.sign
    said, numbers = "it" if bed.sign else "the file", "negative" if sign == "depth" else "positive"
    return f"is bathymetry.sign right? {said} says {sign}, and all numbers here are {numbers}"


def dry_segments(domain: Domain, highest_level_m: Mapping[str, float]) -> Iterator[Problem]:
    """Boundary segments that lie wholly above the water level that they are given."""
    for name, lowest_bed_m in lowest_beds(domain, list(highest_level_m)).items():
        if lowest_bed_m < highest_level_m[name]:
            continue
        level = f"its water level reaches {highest_level_m[name]:.2f} m over {domain.vertical_datum}"
        message = f"the boundary segment '{name}' is on land: {level}, its bed is at {lowest_bed_m:.2f} m or higher"
        message += f"; {_share_above(domain, highest_level_m[name]):.0%} of the domain is above that level"
        hint = "make other edges this segment, or correct the sign or the datum of the bathymetry"
        yield Problem(f"domain.boundaries.{name}", message, hint=hint)


def lowest_beds(domain: Domain, names: list[str]) -> dict[str, float]:
    """Boundary segment -> the lowest bed along it [m]."""
    bed = domain.bathymetry
    if isinstance(bed, Flat) and not bed.features:
        return dict.fromkeys(names, bed.elevation_m)
    return {name: float(bed_m.min()) for name, bed_m in _beds(domain, names)}


def _share_above(domain: Domain, level_m: float) -> float:
    """Share of the domain with a bed above a level."""
    from .extent import sample_points

    return float((domain.elevation_at(*sample_points(domain).T) >= level_m).mean())


def _beds(domain: Domain, names: list[str]) -> Iterator[tuple[str, Floats]]:
    """Segment -> (n,) bed along it [m]."""
    if isinstance(domain.mesh, FileMesh):
        mesh = domain.build_mesh()
        bed_m = domain.bed_m(mesh)
        yield from ((name, bed_m[mesh.edge_nodes(name).ravel()]) for name in names)
        return
    from .extent import segment_points

    for name, points in segment_points(domain).items():
        if name in names:
            yield name, domain.elevation_at(*points.T)
