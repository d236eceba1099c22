"""What all figures have in common: paper, axes of a map, stations, saving. No state is shared, nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

if TYPE_CHECKING:
    from ..core.mesh import Floats

LAND = LinearSegmentedColormap.from_list("land", ["#cfc4a2", "#a79a74", "#7d7355", "#5d563f"])
"""Dry land by height: sand to rock."""
LINES = ("#0b5fa5", "#d1495b", "#2a9d8f", "#e09f3e", "#6d597a", "#5f6c37", "#8d5524", "#1b1b1e")
"""Distinct for readers with any colour vision, in this order."""
INK = "#26323a"
WIDTH_IN, DPI = 9.0, 140
_MAP_IN, _TALLEST_IN = 6.8, 10.0
"""Width of a map without its colour bar, and the height at which it becomes narrower."""
STYLE: dict[str, Any] = {"fontsize": 9, "color": INK}


def stretch(lat: Floats, lonlat: bool) -> float:
    """Height of a unit of y over the width of a unit of x."""
    return float(1 / np.cos(np.radians(lat.mean()))) if lonlat else 1.0


def map_axes(
    low: Floats, high: Floats, aspect: float, lonlat: bool, crs: str = "", least_in: float = 3.2, below_in: float = 0.0
) -> tuple[Figure, Any]:
    """A figure with the axes of a map between two corners, in degrees or km.

    Args:
        low, high: lower left and upper right corner.
        aspect: height of a unit of y over the width of a unit of x.
        lonlat: degrees, else km.
        crs: named on the axes where it is given.
        least_in: height of the map at least [inch]; a flatter one is drawn in the middle.
        below_in: room for a legend below it [inch].
    """
    shape = aspect * float((high - low)[1] / (high - low)[0])
    wide = min(_MAP_IN, _TALLEST_IN / shape)
    size = wide + WIDTH_IN - _MAP_IN, max(wide * shape, least_in) + 1.3 + below_in
    figure = Figure(figsize=size, dpi=DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_aspect(aspect)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_facecolor("#e9ecee")
    label_map(axes, lonlat, crs)
    return figure, axes


def height_in(axes: Any) -> float:
    """Height of a map on paper [inch]."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    wide = axes.figure.get_figwidth() - WIDTH_IN + _MAP_IN
    return float(wide * axes.get_aspect() * (top - bottom) / (right - left))


def label_map(axes: Any, lonlat: bool, crs: str = "", unit: str = " (km)") -> None:
    """Ticks in degrees with their letters, or in km or another unit."""
    names = ("longitude", "latitude") if lonlat else (f"x{unit}", f"y{unit}")
    for axis, negative, positive, name in ((axes.xaxis, "W", "E", names[0]), (axes.yaxis, "S", "N", names[1])):
        axis.set_major_locator(MaxNLocator(6))
        if lonlat:
            axis.set_major_formatter(FuncFormatter(_degrees(negative, positive)))
        else:
            axis.get_major_formatter().set_useOffset(False)
        if crs or not lonlat:
            axis.set_label_text(f"{name}, {crs}" if crs else name, **STYLE)
    axes.tick_params(labelsize=8, colors=INK)
    axes.spines[:].set_color("#9aa5ad")


def _degrees(negative: str, positive: str) -> Any:
    def text(value: float, _: Any) -> str:
        value -= 360.0 if value > 180.0 else 0.0  # over the dateline
        return f"{abs(value):.4f}".rstrip("0").rstrip(".") + f"°{negative if value < 0 else positive}"

    return text


def write_subtitle(axes: Any, text: str, points_above: float) -> None:
    """Write a line between the title and the axes."""
    place = {"xycoords": "axes fraction", "xytext": (0, points_above), "textcoords": "offset points"}
    axes.annotate(text, (0, 1), **place, fontsize=9, color="#5b6770")


def draw_stations(axes: Any, stations: dict[str, tuple[float, float]]) -> None:
    """Mark places with their names, which stay within the frame."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    label_y = 0.25 / height_in(axes) * (top - bottom)  # a label is 0.2 inches high
    for name, (x, y) in stations.items():
        axes.plot(x, y, marker="o", markersize=5, color="#ff5a36", markeredgecolor="white", zorder=4)
        to_the_left = x + (0.02 + 0.011 * len(name)) * (right - left) > right
        below = y + label_y > top
        axes.annotate(
            name,
            (x, y),
            xytext=(-6 if to_the_left else 6, -5 if below else 5),
            textcoords="offset points",
            ha="right" if to_the_left else "left",
            va="top" if below else "bottom",
            fontsize=8,
            color=INK,
            zorder=5,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": "white", "alpha": 0.75, "edgecolor": "none"},
        )


def value_axes(axes: Any, label: str, plain: bool = True) -> None:
    """Dress axes whose values have this label, with their units; `plain` are values whose ticks are numbers."""
    if plain:
        axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.set_ylabel(label, **STYLE)
    axes.grid(color="#dfe4e7", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9aa5ad")


def time_axes(axes: Any, when: Floats, label: str, plain: bool = True) -> None:
    """Dress axes with dates along them; `when` as matplotlib's days, `label` of the values with their units."""
    value_axes(axes, label, plain)
    axes.set_xlim(when[0], when[-1] if len(when) > 1 else when[0] + 1)
    axes.xaxis_date(tz="UTC")
    formatter = ConciseDateFormatter(axes.xaxis.get_major_locator(), tz="UTC")  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)


def save(figure: Figure, path: Path) -> None:
    """Write the PNG so that it is absent or complete, and the same whenever it is repeated."""
    partial = path.with_name(f".{path.name}.part")
    try:
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(str(partial), metadata={"Software": None})
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
