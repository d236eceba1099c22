"""Waves at the boundary, by the names of its segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Tag

from ..core.grid.names import LAND
from ..core.kinds import BY_KIND
from ..errors import ConfigError, DataError, Problem, did_you_mean
from .spectra import SpectraWaves
from .wave_parameters import ParametricWaves, PointWaves
from .wave_series import WaveSeries

if TYPE_CHECKING:
    from ..domain import Domain

_NODE = ("kind", "hs", "source", "points", "shape")
"""Keys of a node that no segment is called by."""


def _by_segment(value: Any) -> Any:
    if isinstance(value, dict) and any(n in value and not _is_node(value[n]) for n in _NODE):
        raise ValueError("waves come in through segments: write waves: {west: {kind: parametric, ...}}")
    return value


def _is_node(value: Any) -> bool:
    return hasattr(value, "kind") or (isinstance(value, dict) and "kind" in value)


SegmentWaves = Annotated[
    Annotated[ParametricWaves, Tag("parametric")]
    | Annotated[PointWaves, Tag("points")]
    | Annotated[WaveSeries, Tag("series")]
    | Annotated[SpectraWaves, Tag("spectra")],
    BY_KIND,
]
Waves = Annotated[dict[str, SegmentWaves], BeforeValidator(_by_segment)]
"""Waves by the segment of the boundary through which they come in."""


def segment_problems(waves: dict[str, SegmentWaves], domain: Domain | None) -> list[Problem]:
    """Waves on segments that the domain does not have, or that are land."""
    try:
        segments = () if domain is None else domain.segment_names()
    except (ConfigError, DataError):
        return []  # the problems of the domain say why
    return [
        problem
        for name in waves
        if segments and (problem := _segment_problem(name, segments, f"forcing.waves.{name}")) is not None
    ]


def _segment_problem(name: str, segments: tuple[str, ...], key: str) -> Problem | None:
    if name not in segments:
        message = f"the domain has no boundary segment {name}, but {', '.join(segments)}"
        return Problem(key, message, name, hint=did_you_mean(name, segments))
    if name == LAND:
        hint = "name the open edges in domain.boundaries, and give waves for these"
        return Problem(key, f"no waves come in through {LAND}, the edges without a name", name, hint=hint)
    return None
