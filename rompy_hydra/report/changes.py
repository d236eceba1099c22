"""What an experiment's data say in another way than it is understood here, for the keys that a user asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..forcing.grid import Gridded
from ..forcing.series import Series
from ..forcing.spectra import SpectraWaves
from .data import changes_lines

if TYPE_CHECKING:
    from ..data.understand import Change
    from ..model.base import Experiment


def changes_of(experiment: Experiment, key: str) -> dict[str, list[Change]]:
    """What is changed for each node with a source at, around or above a key.

    Args:
        experiment: the experiment.
        key: ``forcing.wind``, ``forcing.wind.source``, or ``forcing`` for all of them.

    Raises:
        DataError: a source cannot be read.
    """
    return {node: find() for node, find in _nodes(experiment) if _concerns(key, node)}


def changes_text(changes: Mapping[str, Sequence[Change]]) -> str:
    """A table for each node; empty where there is none."""
    lines = []
    for node, found in changes.items():
        lines += list(changes_lines(found, f"{node} is understood as")) or [f"{node} is understood as it is"]
    return "\n".join(lines)


def _nodes(experiment: Experiment) -> Iterator[tuple[str, Callable[[], list[Change]]]]:
    from ..domain.bathymetry import Grid
    from ..domain.grid_elevation import grid_changes

    domain = experiment.domain
    if domain is not None and isinstance(domain.bathymetry, Grid):
        bed = domain.bathymetry
        yield "domain.bathymetry", lambda: grid_changes(domain, bed)
    for key, node in experiment.forcing.nodes():
        if isinstance(node, Gridded | Series | SpectraWaves):
            yield key, lambda key=key, node=node: node.changes(key)  # type: ignore[misc]


def _concerns(key: str, node: str) -> bool:
    return f"{node}.".startswith(f"{key}.") or key.startswith(f"{node}.")
