"""A figure of a domain before a run: bed, mesh or grid, segments of the boundary, stations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import MaxNLocator
from matplotlib.tri import Triangulation

from .canvas import INK, LAND, LINES, STYLE, draw_stations, height_in, map_axes, save, stretch, write_subtitle

if TYPE_CHECKING:
    from ..core.mesh import Floats, Ints

SEA = LinearSegmentedColormap.from_list("sea", ["#12325c", "#2b6ca3", "#6fb1d4", "#d3ebf3"])
"""Bed under the datum by elevation: deep to shallow."""
_LEVELS = 14
_FINEST_PT = 2.5
"""Mesh lines that are closer than this on paper would hide the bed, and are left out."""
_COLOURS = (*LINES[1:], LINES[0])
"""Of the segments; blue lines on blue water come last."""
_IN_A_ROW = 5
_UNIFORM_M = 1e-3


@dataclass(frozen=True)
class DomainView:
    """A domain to draw, in the units of the axes: degrees, or kilometres."""

    points: Floats
    """(n, 2) nodes."""
    triangles: Ints
    """(m, 3)."""
    bed_m: Floats
    """(n,) elevation of the bed at the nodes, positive up."""
    wires: Floats
    """(k, 2, 2) ends of the lines of the mesh or grid."""
    segments: dict[str, list[Floats]]
    """Name -> lines of (n, 2) points."""
    stations: dict[str, tuple[float, float]]
    lonlat: bool
    """Axes in degrees, else in kilometres."""
    crs: str
    """Name of the system of the axes."""
    vertical_datum: str


def draw_domain(path: Path, view: DomainView, title: str, subtitle: str = "") -> None:
    """Draw the bed filled, mesh lines, each segment of the boundary in its own colour, stations; save as PNG."""
    low, high = view.points.min(axis=0), view.points.max(axis=0)
    aspect = stretch(view.points[:, 1], view.lonlat)
    margin = 0.03 * max(high[0] - low[0], (high[1] - low[1]) * aspect) * np.array([1.0, 1.0 / aspect])
    rows = -(-min(len(view.segments), len(_COLOURS)) // _IN_A_ROW)
    room = 0.5 + 0.2 * rows
    figure, axes = map_axes(low - margin, high + margin, aspect, view.lonlat, view.crs, least_in=0.8, below_in=room)
    _bed(axes, view)
    about_lines = "" if _wires(axes, view) else "too fine for its lines to be drawn"
    _segments(axes, view.segments)
    draw_stations(axes, view.stations)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=22)
    write_subtitle(axes, ", ".join(filter(None, (subtitle, about_lines))), 7)
    save(figure, path)


def _bed(axes: Any, view: DomainView) -> None:
    levels = _levels(view.bed_m)
    middles = (levels[:-1] + levels[1:]) / 2
    colours = ListedColormap([_colour(z, levels) for z in middles])
    grid = Triangulation(view.points[:, 0], view.points[:, 1], view.triangles)
    within = np.clip(view.bed_m, levels[0], levels[-1])  # rounding beyond the last level would leave holes
    filled = axes.tricontourf(grid, within, levels, cmap=colours, norm=BoundaryNorm(levels, len(middles)))
    if view.bed_m.min() < 0 < view.bed_m.max():
        axes.tricontour(grid, view.bed_m, [0.0], colors=[INK], linewidths=0.8)
    ticks = levels[:: 1 if height_in(axes) > 2.5 else 3] if len(middles) > 1 else middles
    _colour_bar(axes, filled, ticks, f"bed above {view.vertical_datum} (m)")


def _colour_bar(axes: Any, filled: Any, ticks: Floats, label: str) -> None:
    beside = axes.inset_axes((1.02, 0.04, 0.025, 0.92))
    bar = axes.figure.colorbar(filled, cax=beside, spacing="proportional", ticks=ticks)
    bar.set_label(label, **STYLE)
    bar.outline.set_visible(False)
    beside.minorticks_off()
    beside.tick_params(labelsize=8, colors=INK)
    beside.yaxis.set_major_formatter(lambda z, _: f"{z:g}")


def _levels(bed_m: Floats) -> Floats:
    """Round elevations around those of the bed, zero among them where it is between."""
    low, high = float(bed_m.min()), float(bed_m.max())
    if high - low < _UNIFORM_M:
        return np.array([low - _UNIFORM_M, high + _UNIFORM_M])
    levels = np.asarray(MaxNLocator(_LEVELS).tick_values(low, high))
    return np.union1d(levels, [0.0]) if levels[0] < 0 < levels[-1] else levels


def _colour(z: float, levels: Floats) -> Any:
    if z < 0:
        lowest, highest = levels[0], min(levels[-1], 0.0)
        return SEA((z - lowest) / (highest - lowest))
    lowest, highest = max(levels[0], 0.0), levels[-1]
    return LAND((z - lowest) / (highest - lowest))


def _wires(axes: Any, view: DomainView) -> bool:
    """Draw the lines of the mesh, if they are far enough apart."""
    bottom, top = axes.get_ylim()
    lengths = np.hypot(*((view.wires[:, 1] - view.wires[:, 0]) / (axes.get_aspect(), 1.0)).T)
    apart_pt = 72 * float(np.median(lengths)) / (top - bottom) * height_in(axes)
    if apart_pt < _FINEST_PT:
        return False
    width = float(np.clip(0.03 * apart_pt, 0.15, 0.6))
    axes.add_collection(LineCollection(list(view.wires), colors=INK, linewidths=width, alpha=0.55))
    return True


def _segments(axes: Any, segments: dict[str, list[Floats]]) -> None:
    """Draw every segment; the shortest share a colour where there are more than colours."""
    longest = sorted(segments, key=lambda name: -sum(map(len, segments[name])))
    own = sorted(longest if len(longest) <= len(_COLOURS) else longest[: len(_COLOURS) - 1])
    colours = dict(zip(own, _COLOURS, strict=False))
    labels = {name: name for name in own}
    rest = [name for name in longest if name not in labels]
    labels |= {name: f"{len(rest)} others" for name in rest}
    shown = {}
    for name in [*own, *rest]:
        colour = colours.get(name, _COLOURS[-1])
        for line in segments[name]:
            axes.plot(*line.T, color="white", linewidth=4.0, solid_capstyle="butt", zorder=2.5)
            (drawn,) = axes.plot(*line.T, color=colour, linewidth=2.6, solid_capstyle="butt", zorder=2.6)
            shown[labels[name]] = drawn
    below = (-0.01, -0.5 / height_in(axes))
    style: dict[str, Any] = {
        "ncols": _IN_A_ROW,
        "frameon": False,
        "fontsize": 8,
        "handlelength": 1.6,
        "borderaxespad": 0.0,
    }
    axes.legend(list(shown.values()), list(shown), loc="upper left", bbox_to_anchor=below, **style)
