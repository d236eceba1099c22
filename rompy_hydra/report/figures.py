"""Figures of fields on triangles and structured grids, and of time series."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from .canvas import (
    DPI,
    INK,
    LAND,
    LINES,
    STYLE,
    WIDTH_IN,
    draw_stations,
    map_axes,
    save,
    stretch,
    time_axes,
    value_axes,
    write_subtitle,
)

if TYPE_CHECKING:
    from ..core.mesh import Floats, Ints

_ARROWS_ACROSS = 26
_LONGEST_ARROW = 0.055
"""Of the width of the map."""
_GREY = ListedColormap(["#b4babf"])
_DIRECTION_ARROW = 0.028
_UNIFORM_M = 0.01
"""A field that differs by less is called uniform, and its colours are not stretched over noise."""


@dataclass(frozen=True)
class Geometry:
    """The mesh to draw on, in the units of the axes."""

    corners: Floats
    """(m, 3, 2) corners of triangles, or (ny + 1, nx + 1, 2) of the cells of a structured grid, row by row."""
    centres: Floats
    """(m, 2)."""
    bed_m: Floats | None
    """(m,) elevation of the bed, positive up; None where it is not known."""
    lonlat: bool
    """Axes in degrees, else in kilometres."""
    structured: bool = False

    @property
    def stretch(self) -> float:
        """Height of a unit of y over the width of a unit of x."""
        return stretch(self.centres[np.isfinite(self.centres).all(axis=1), 1], self.lonlat)

    @property
    def limits(self) -> tuple[Floats, Floats]:
        """Lower left and upper right."""
        return np.nanmin(self.corners, axis=(0, 1)), np.nanmax(self.corners, axis=(0, 1))


@dataclass(frozen=True)
class Field:
    """What a map shows."""

    values: Floats
    """(m,) NaN where it is dry."""
    title: str
    subtitle: str
    label: str
    """Of the colour bar, with units."""
    cmap: str = "viridis"
    velocity: tuple[Floats, Floats] | None = None
    """(m,) components along x and y [m/s]."""
    towards: tuple[Floats, Floats] | None = None
    """(m,) components of a direction, of which the length means nothing."""
    noun: str = "level"
    """What a uniform field is called."""
    from_zero: bool = False
    """Whether colours begin at 0."""


def draw_map(path: Path, geometry: Geometry, field: Field, stations: dict[str, tuple[float, float]]) -> None:
    """Draw a field on its faces, dry land by its height, arrows of velocity and the stations; save as PNG."""
    labels_in = 0.0 if geometry.lonlat else 0.3
    figure, axes = map_axes(*geometry.limits, geometry.stretch, geometry.lonlat, below_in=labels_in)
    shown = _limits(field.values, from_zero=field.from_zero)
    water = _faces(axes, geometry, field.values, field.cmap, shown)
    _land(axes, geometry, np.isnan(field.values))
    if field.velocity is not None:
        _arrows(axes, geometry, field.velocity)
    if field.towards is not None:
        _directions(axes, geometry, field.towards)
    draw_stations(axes, stations)
    beyond = _extend(field.values, shown)
    bar = figure.colorbar(water, ax=axes, shrink=0.86, pad=0.02, aspect=28, extend=beyond, extendfrac=0.03)
    bar.set_label(field.label, **STYLE)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, colors=INK)
    bar.ax.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.set_title(
        f"{field.title}{_uniform(field.values, field.noun)}",
        loc="left",
        fontsize=12,
        fontweight="bold",
        color=INK,
        pad=22,
    )
    write_subtitle(axes, field.subtitle, 7)
    save(figure, path)


def _limits(values: Floats, from_zero: bool = False) -> tuple[float, float]:
    """Values between which all but one per cent at either end lie; 0.1 m around those of a uniform field."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(finite, [1, 99]))
    low = min(low, 0.0) if from_zero else low
    return (low, high) if high - low > _UNIFORM_M else ((low + high) / 2 - 0.1, (low + high) / 2 + 0.1)


def _uniform(values: Floats, noun: str = "level") -> str:
    """What a title says about a field that is the same everywhere, but for one per cent at either end."""
    finite = values[np.isfinite(values)]
    if not finite.size or np.ptp(np.percentile(finite, [1, 99])) > _UNIFORM_M:
        return ""
    return f"; {noun} uniform, {np.median(finite):.2f} m"


def _extend(values: Floats, limits: tuple[float, float]) -> str:
    """At which ends of the colour bar there are values beyond it."""
    below, above = np.nanmin(values, initial=limits[0]) < limits[0], np.nanmax(values, initial=limits[1]) > limits[1]
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get((bool(below), bool(above)), "neither")


def _faces(axes: Any, geometry: Geometry, values: Floats, cmap: Any, limits: tuple[float, float]) -> Any:
    if geometry.structured:
        known = np.asarray(np.isfinite(geometry.corners).all(axis=-1))
        x, y = np.moveaxis(np.where(known[..., None], geometry.corners, geometry.limits[0]), -1, 0)
        whole = known[1:, 1:] & known[1:, :-1] & known[:-1, 1:] & known[:-1, :-1]
        cells = np.ma.masked_invalid(np.where(whole, values.reshape(whole.shape), np.nan))
        return axes.pcolormesh(x, y, cells, cmap=cmap, norm=Normalize(*limits), rasterized=True)
    shown = np.isfinite(values)
    faces = PolyCollection(list(geometry.corners[shown]), array=values[shown], cmap=cmap, norm=Normalize(*limits))
    faces.set(edgecolor="face", linewidth=0.5, antialiased=True, rasterized=True, snap=False)  # snapping leaves gaps
    return axes.add_collection(faces)


def _land(axes: Any, geometry: Geometry, dry: Any) -> None:
    """Dry land by its height; grey where there is none to tell."""
    if not dry.any():
        return
    if geometry.bed_m is None or not np.isfinite(geometry.bed_m[dry]).any():
        _faces(axes, geometry, np.where(dry, 0.0, np.nan), _GREY, (0.0, 1.0))
        return
    low, high = _limits(geometry.bed_m[dry])
    _faces(axes, geometry, np.where(dry, geometry.bed_m, np.nan), LAND, (low, max(high, low + 2.0)))


def _arrows(axes: Any, geometry: Geometry, velocity: tuple[Floats, Floats]) -> None:
    """Arrows on an even lattice, whatever the resolution of the mesh; a key tells the speed of the longest."""
    speed = np.hypot(*velocity)
    chosen = _lattice(geometry, np.isfinite(speed))
    if not len(chosen) or speed[chosen].max() < 1e-3:
        return
    fastest = _round_down(float(speed[chosen].max()))
    above = 1 + 0.22 / axes.figure.get_figheight()
    chosen = chosen[speed[chosen] > 0.04 * fastest]  # slower ones would be dots
    chosen = chosen[_tips_inside(geometry, chosen, velocity, fastest)]
    arrows = axes.quiver(
        *geometry.centres[chosen].T,
        *(component[chosen] for component in velocity),
        angles="uv",
        scale=fastest / _LONGEST_ARROW,
        scale_units="width",
        width=0.0022,
        headwidth=3.6,
        color="white",
        edgecolor=INK,
        linewidth=0.35,
        zorder=3,
    )
    axes.quiverkey(
        arrows, 0.93, above, fastest, f"{fastest:g} m/s", labelpos="W", fontproperties={"size": 8}, color=INK
    )


def _directions(axes: Any, geometry: Geometry, towards: tuple[Floats, Floats]) -> None:
    """Arrows of one length on an even lattice."""
    chosen = _lattice(geometry, np.isfinite(towards[0]) & np.isfinite(towards[1]))
    length = np.hypot(*towards)[chosen]
    arrows = [component[chosen] / np.where(length > 0, length, 1.0) for component in towards]
    axes.quiver(
        *geometry.centres[chosen].T,
        *arrows,
        angles="uv",
        pivot="middle",
        scale=1 / _DIRECTION_ARROW,
        scale_units="width",
        width=0.0022,
        headwidth=3.6,
        color="white",
        edgecolor=INK,
        linewidth=0.35,
        zorder=3,
    )


def _tips_inside(geometry: Geometry, chosen: Ints, velocity: tuple[Floats, Floats], fastest: float) -> Any:
    """Whether each arrow ends within the frame, which would cut off its head."""
    low, high = geometry.limits
    length = (high[0] - low[0]) * _LONGEST_ARROW / fastest
    tips = geometry.centres[chosen] + length * np.column_stack(
        [velocity[0][chosen], velocity[1][chosen] / geometry.stretch]
    )
    return ((tips > low) & (tips < high)).all(axis=1)


def _lattice(geometry: Geometry, usable: Any) -> Ints:
    """The usable face nearest to the middle of each square of a lattice; of a structured grid, every so many points."""
    if geometry.structured:
        rows, columns = (n - 1 for n in geometry.corners.shape[:2])
        step = -(-max(rows, columns) // _ARROWS_ACROSS)
        kept = np.zeros((rows, columns), bool)
        kept[(rows - 1) % step // 2 :: step, (columns - 1) % step // 2 :: step] = True
        return np.flatnonzero(kept.ravel() & usable)
    low, high = geometry.limits
    across = (high[0] - low[0]) / _ARROWS_ACROSS
    size = np.array([across, across / geometry.stretch])
    faces = np.flatnonzero(usable)
    places = (geometry.centres[faces] - low) / size
    squares = np.floor(places).astype(int)
    order = np.argsort(np.hypot(*(places - squares - 0.5).T), kind="stable")
    _, first = np.unique(squares[order], axis=0, return_index=True)
    return np.asarray(faces[order][first])


def _round_down(value: float) -> float:
    """The next lower of 1, 2, 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step for step in (1, 2, 5) if step * power <= value * 1.0001) * power)


def draw_series(path: Path, times: Any, panels: dict[str, dict[str, Floats]], title: str, subtitle: str) -> None:
    """Draw time series, one panel for each quantity and one line for each station; save as PNG.

    Args:
        path: the PNG.
        times: (nt,) datetime64, UTC.
        panels: label of the axis, with units -> station -> (nt,) values, NaN where there are none.
        title, subtitle: above the panels.
    """
    figure = Figure(figsize=(WIDTH_IN, 1.2 + 2.5 * len(panels)), dpi=DPI, layout="constrained")
    rows = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    when: Floats = date2num(times)  # type: ignore[no-untyped-call]
    for axes, (label, lines) in zip(rows, panels.items(), strict=True):
        _panel(axes, when, label, lines)
    rows[0].set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=40)
    write_subtitle(rows[0], subtitle, 24)
    rows[0].legend(
        ncols=6,
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.99),
        frameon=False,
        fontsize=8,
        handlelength=1.6,
        columnspacing=1.4,
    )
    rows[-1].set_xlabel("time (UTC)", **STYLE)
    save(figure, path)


def _panel(axes: Any, when: Any, label: str, lines: dict[str, Floats]) -> None:
    compass = "°" in label
    dots = len(when) == 1 or compass  # a line between two directions would go round the wrong way
    size = 3.5 if len(when) < 150 else 1.8
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": size, "clip_on": False}
    for i, (station, values) in enumerate(lines.items()):
        name = station if np.isfinite(values).any() else f"{station} (dry)"
        axes.plot(when, values, label=name, color=LINES[i % len(LINES)], **(look if dots else {"linewidth": 1.5}))
    if compass:
        axes.set_ylim(0, 360)
        axes.set_yticks(range(0, 361, 90), ["N", "E", "S", "W", "N"])
        time_axes(axes, when, label, plain=False)
        return
    low, high = axes.get_ylim()
    if high - low < _UNIFORM_M:
        axes.set_ylim((low + high) / 2 - 0.1, (low + high) / 2 + 0.1)
    time_axes(axes, when, label)


@dataclass(frozen=True)
class Curve:
    """One quantity of a model beside what is known of it."""

    label: str
    """Of the axis, with units."""
    x: Floats
    """(k,) of the curve."""
    y: Floats
    """(k,) what is known, NaN where it is not."""
    at: Floats
    """(n,) of the model's points."""
    model: Floats
    """(n,)."""
    note: str
    """Written into the panel."""


def draw_curves(path: Path, panels: list[Curve], title: str, along: str, names: list[str]) -> None:
    """Draw a model's points on the curves that are known; save as PNG.

    Args:
        path: the PNG.
        panels: one for each quantity.
        title: above the panels.
        along: label of the x axis, with units.
        names: of the points, where x only counts them; what is known is drawn as points too.
    """
    figure = Figure(figsize=(WIDTH_IN, 1.2 + 2.5 * len(panels)), dpi=DPI, layout="constrained")
    rows = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for axes, panel in zip(rows, panels, strict=True):
        known = {"linestyle": "", "marker": "_", "markersize": 14} if names else {"linewidth": 1.5}
        axes.plot(panel.x, panel.y, color=LINES[0], label="known", **known)
        axes.plot(panel.at, panel.model, "o", color=LINES[1], markersize=5, label="model")
        value_axes(axes, panel.label)
        axes.set_title(panel.note, loc="right", fontsize=8, color=INK)
    rows[0].legend(frameon=False, fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    if names:
        rows[-1].set_xticks(range(len(names)), names)
    rows[-1].set_xlabel(along, **STYLE)
    save(figure, path)
