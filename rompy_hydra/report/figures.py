"""Figures of fields on triangles and of time series; no state shared between them, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.dates import ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

if TYPE_CHECKING:
    from ..core.mesh import Floats, Ints

LAND = LinearSegmentedColormap.from_list("land", ["#cfc4a2", "#a79a74", "#7d7355", "#5d563f"])
"""Dry land by height: sand to rock."""
_INK = "#26323a"
_WIDTH_IN, _DPI = 9.0, 140
_ARROWS_ACROSS = 26
_LONGEST_ARROW = 0.055
"""Of the width of the map."""
_UNIFORM_M = 0.01
"""A field that differs by less is called uniform, and its colours are not stretched over noise."""
_STYLE: dict[str, Any] = {"fontsize": 9, "color": _INK}


@dataclass(frozen=True)
class Geometry:
    """The mesh to draw on, in the units of the axes."""

    corners: Floats
    """(m, 3, 2) corners of the faces."""
    centres: Floats
    """(m, 2)."""
    bed_m: Floats
    """(m,) elevation of the bed, positive up."""
    lonlat: bool
    """Axes in degrees, else in kilometres."""

    @property
    def stretch(self) -> float:
        """Height of a unit of y over the width of a unit of x."""
        return float(1 / np.cos(np.radians(self.centres[:, 1].mean()))) if self.lonlat else 1.0


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


def draw_map(path: Path, geometry: Geometry, field: Field, stations: dict[str, tuple[float, float]]) -> None:
    """Draw a field on its faces, dry land by its height, arrows of velocity and the stations; save as PNG."""
    figure, axes = _map_axes(geometry)
    shown = _limits(field.values)
    water = _faces(axes, geometry, field.values, field.cmap, shown)
    _land(axes, geometry, np.isnan(field.values))
    if field.velocity is not None:
        _arrows(axes, geometry, field.velocity)
    _stations(axes, stations)
    beyond = _extend(field.values, shown)
    bar = figure.colorbar(water, ax=axes, shrink=0.86, pad=0.02, aspect=28, extend=beyond, extendfrac=0.03)
    bar.set_label(field.label, **_STYLE)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, colors=_INK)
    bar.ax.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.set_title(
        f"{field.title}{_uniform(field.values)}", loc="left", fontsize=12, fontweight="bold", color=_INK, pad=22
    )
    _subtitle(axes, field.subtitle, 7)
    _save(figure, path)


def _subtitle(axes: Any, text: str, points_above: float) -> None:
    place = {"xycoords": "axes fraction", "xytext": (0, points_above), "textcoords": "offset points"}
    axes.annotate(text, (0, 1), **place, fontsize=9, color="#5b6770")


def _map_axes(geometry: Geometry) -> tuple[Figure, Any]:
    low, high = geometry.corners.min(axis=(0, 1)), geometry.corners.max(axis=(0, 1))
    width, height = high - low
    tall = float(np.clip(0.80 * _WIDTH_IN * geometry.stretch * height / width, 3.2, 10.5))
    figure = Figure(figsize=(_WIDTH_IN, tall + 1.3), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_aspect(geometry.stretch)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_facecolor("#e9ecee")
    _label_axes(axes, geometry.lonlat)
    return figure, axes


def _label_axes(axes: Any, lonlat: bool) -> None:
    for axis, negative, positive, name in ((axes.xaxis, "W", "E", "x (km)"), (axes.yaxis, "S", "N", "y (km)")):
        axis.set_major_locator(MaxNLocator(6))
        if lonlat:
            axis.set_major_formatter(FuncFormatter(_degrees(negative, positive)))
        else:
            axis.set_label_text(name, **_STYLE)
    axes.tick_params(labelsize=8, colors=_INK)
    axes.spines[:].set_color("#9aa5ad")


def _degrees(negative: str, positive: str) -> Any:
    def text(value: float, _: Any) -> str:
        return f"{abs(value):.4f}".rstrip("0").rstrip(".") + f"°{negative if value < 0 else positive}"

    return text


def _limits(values: Floats) -> tuple[float, float]:
    """Values between which all but one per cent at either end lie; 0.1 m around those of a uniform field."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(finite, [1, 99]))
    return (low, high) if high - low > _UNIFORM_M else ((low + high) / 2 - 0.1, (low + high) / 2 + 0.1)


def _uniform(values: Floats) -> str:
    """What a title says about a field that is the same everywhere, but for one per cent at either end."""
    finite = values[np.isfinite(values)]
    if not finite.size or np.ptp(np.percentile(finite, [1, 99])) > _UNIFORM_M:
        return ""
    return f"; level uniform, {np.median(finite):.2f} m"


def _extend(values: Floats, limits: tuple[float, float]) -> str:
    """At which ends of the colour bar there are values beyond it."""
    below, above = np.nanmin(values, initial=limits[0]) < limits[0], np.nanmax(values, initial=limits[1]) > limits[1]
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get((bool(below), bool(above)), "neither")


def _faces(axes: Any, geometry: Geometry, values: Floats, cmap: Any, limits: tuple[float, float]) -> Any:
    shown = np.isfinite(values)
    faces = PolyCollection(list(geometry.corners[shown]), array=values[shown], cmap=cmap, norm=Normalize(*limits))
    faces.set(edgecolor="face", linewidth=0.5, antialiased=True, rasterized=True, snap=False)  # snapping leaves gaps
    return axes.add_collection(faces)


def _land(axes: Any, geometry: Geometry, dry: Any) -> None:
    if dry.any():
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
        edgecolor=_INK,
        linewidth=0.35,
        zorder=3,
    )
    axes.quiverkey(
        arrows, 0.93, above, fastest, f"{fastest:g} m/s", labelpos="W", fontproperties={"size": 8}, color=_INK
    )


def _tips_inside(geometry: Geometry, chosen: Ints, velocity: tuple[Floats, Floats], fastest: float) -> Any:
    """Whether each arrow ends within the frame, which would cut off its head."""
    low, high = geometry.corners.min(axis=(0, 1)), geometry.corners.max(axis=(0, 1))
    length = (high[0] - low[0]) * _LONGEST_ARROW / fastest
    tips = geometry.centres[chosen] + length * np.column_stack(
        [velocity[0][chosen], velocity[1][chosen] / geometry.stretch]
    )
    return ((tips > low) & (tips < high)).all(axis=1)


def _lattice(geometry: Geometry, usable: Any) -> Ints:
    """The usable face nearest to the middle of each square of a lattice."""
    low = geometry.corners.min(axis=(0, 1))
    across = (geometry.corners[..., 0].max() - low[0]) / _ARROWS_ACROSS
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


def _stations(axes: Any, stations: dict[str, tuple[float, float]]) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for name, (x, y) in stations.items():
        axes.plot(x, y, marker="o", markersize=5, color="#ff5a36", markeredgecolor="white", zorder=4)
        to_the_left = x + (0.02 + 0.011 * len(name)) * (right - left) > right
        below = y + 0.05 * (top - bottom) > top
        axes.annotate(
            name,
            (x, y),
            xytext=(-6 if to_the_left else 6, -5 if below else 5),
            textcoords="offset points",
            ha="right" if to_the_left else "left",
            va="top" if below else "bottom",
            fontsize=8,
            color=_INK,
            zorder=5,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": "white", "alpha": 0.75, "edgecolor": "none"},
        )


def draw_series(path: Path, times: Any, panels: dict[str, dict[str, Floats]], title: str, subtitle: str) -> None:
    """Draw time series, one panel for each quantity and one line for each station; save as PNG.

    Args:
        path: the PNG.
        times: (nt,) datetime64, UTC.
        panels: label of the axis, with units -> station -> (nt,) values, NaN where there are none.
        title, subtitle: above the panels.
    """
    figure = Figure(figsize=(_WIDTH_IN, 1.2 + 2.5 * len(panels)), dpi=_DPI, layout="constrained")
    rows = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    when: Floats = date2num(times)  # type: ignore[no-untyped-call]
    for axes, (label, lines) in zip(rows, panels.items(), strict=True):
        _panel(axes, when, label, lines)
    rows[0].set_title(title, loc="left", fontsize=12, fontweight="bold", color=_INK, pad=40)
    _subtitle(rows[0], subtitle, 24)
    rows[0].legend(
        ncols=6,
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.99),
        frameon=False,
        fontsize=8,
        handlelength=1.6,
        columnspacing=1.4,
    )
    rows[-1].set_xlabel("time (UTC)", **_STYLE)
    _save(figure, path)


_LINES = ("#0b5fa5", "#d1495b", "#2a9d8f", "#e09f3e", "#6d597a", "#5f6c37", "#8d5524", "#1b1b1e")
"""Distinct for readers with any colour vision, in this order."""


def _panel(axes: Any, when: Any, label: str, lines: dict[str, Floats]) -> None:
    for i, (station, values) in enumerate(lines.items()):
        axes.plot(when, values, label=station, color=_LINES[i % len(_LINES)], linewidth=1.5)
    low, high = axes.get_ylim()
    if high - low < _UNIFORM_M:
        axes.set_ylim((low + high) / 2 - 0.1, (low + high) / 2 + 0.1)
    axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.set_ylabel(label, **_STYLE)
    axes.set_xlim(when[0], when[-1] if len(when) > 1 else when[0] + 1)
    axes.grid(color="#dfe4e7", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=_INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9aa5ad")
    axes.xaxis_date(tz="UTC")
    formatter = ConciseDateFormatter(axes.xaxis.get_major_locator(), tz="UTC")  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)


def _save(figure: Figure, path: Path) -> None:
    """Write the PNG so that it is absent or complete, and the same whenever it is repeated."""
    partial = path.with_name(f".{path.name}.part")
    try:
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(str(partial), metadata={"Software": None})
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
