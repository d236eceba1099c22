"""A figure of what a source holds: a map in the middle of its times, and how the values vary in time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from ..core.times import time_text
from ..data.layout import SITE, TIME
from ..data.times import gaps_in
from .canvas import DPI, INK, LINES, STYLE, WIDTH_IN, label_map, save, stretch, time_axes

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats
    from ..data.describe import Description, Pictured

_MOST_ROWS = 4
_MOST_CELLS = 500
"""Along each side of a map; paper shows no more."""
_ROW_IN, _MAP_IN = 2.9, 6.5
"""Height of a row of a map and a series, and width of a map alone."""
_LARGE_M = 2000.0
"""A map of x and y is drawn in km when it is wider; of a smaller one the unit may be another, and is not named."""


def draw_data(path: Path, found: Description) -> bool:
    """Draw the variables that are understood, else all, the first four of them; save as PNG.

    Returns:
        Whether there was anything to draw.
    """
    shown = [p for p in found.pictured if p.info.low is not None and (p.field is not None or len(p.times_s) > 1)]
    known = [p for p in shown if p.info.quantity]
    shown = (known or shown)[:_MOST_ROWS]
    if not shown:
        return False
    figure = Figure(figsize=_size(shown), dpi=DPI, layout="constrained")
    rows: Any = figure.subfigures(len(shown), 1, squeeze=False)[:, 0]
    for one, row in zip(shown, rows, strict=True):
        _draw(row, one)
    figure.suptitle(found.title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    save(figure, path)
    return True


def _size(shown: list[Pictured]) -> tuple[float, float]:
    """Of the paper [inch]: rows of a map and a series, or maps alone."""
    if any(len(one.times_s) > 1 for one in shown):
        return WIDTH_IN + 2.0, 0.6 + _ROW_IN * len(shown)
    field: Any = shown[0].field
    lonlat = "lon" in field.coords
    x, y = (field.coords[n].values for n in (("lon", "lat") if lonlat else ("x", "y")))
    shape = float(stretch(y, lonlat) * np.ptp(y) / np.ptp(x)) if np.ptp(x) else 1.0
    return _MAP_IN, 0.6 + len(shown) * (0.8 + 0.7 * _MAP_IN * min(shape, 1.5))


def _draw(row: Any, one: Pictured) -> None:
    both = one.field is not None and len(one.times_s) > 1
    columns = np.atleast_1d(row.subplots(1, 2 if both else 1, width_ratios=[1.0, 1.25] if both else None))
    label = f"{one.info.name} ({one.info.units})" if one.info.units else one.info.name
    if one.field is not None:
        _map(row, columns[0], one.field, label)
    if len(one.times_s) > 1:
        _series(columns[-1], one, "" if both else label)
        if both:  # the bar beside it has the name and the units already
            columns[-1].set_title(label, loc="left", fontsize=9, color=INK)


def _map(row: Any, axes: Any, field: xr.DataArray, label: str) -> None:
    lonlat = "lon" in field.coords
    x, y = (field.coords[n].values for n in (("lon", "lat") if lonlat else ("x", "y")))
    sparse = tuple(slice(None, None, -(-n // _MOST_CELLS)) for n in field.shape)
    values = np.ma.masked_invalid(field.values[sparse])
    is_large = not lonlat and float(np.ptp(x)) > _LARGE_M
    scale = 1e-3 if is_large else 1.0
    corners = [scale * c[part] if c.ndim == 1 else c[sparse] for c, part in ((x, sparse[1]), (y, sparse[0]))]
    low, high = np.percentile(values.compressed(), [0.5, 99.5]) if values.count() else (0.0, 1.0)
    opposite = low < 0 < high
    limits = (-max(-low, high), max(-low, high)) if opposite else (low, high)
    drawn = axes.pcolormesh(
        *corners, values, shading="nearest", cmap="RdBu_r" if opposite else "viridis", vmin=limits[0], vmax=limits[1]
    )
    drawn.set_rasterized(True)
    axes.set_facecolor("#e9ecee")
    axes.set_aspect(stretch(corners[1], lonlat), adjustable="box")
    label_map(axes, lonlat, unit=" (km)" if is_large else "")
    bar = row.colorbar(drawn, ax=axes, shrink=0.9, pad=0.02, aspect=24, extend="both")
    bar.set_label(label, **STYLE)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8, colors=INK)
    when = f", {time_text(_seconds(field))}" if TIME in field.coords else ""
    axes.set_title(f"{label.partition(' (')[0]}{when}", loc="left", fontsize=9, color=INK)


def _seconds(field: xr.DataArray) -> float:
    return float(field.coords[TIME].values.astype("datetime64[ms]").astype(np.int64) / 1000)


def _series(axes: Any, one: Pictured, label: str) -> None:
    when: Floats = date2num((one.times_s * 1e3).astype("datetime64[ms]"))  # type: ignore[no-untyped-call]
    after = np.searchsorted(one.times_s, [gap.until_s for gap in gaps_in(one.times_s)])
    when = np.insert(when, after, when[after])
    low, mean, high = (np.insert(v, after, np.nan) for v in (one.low, one.mean, one.high))  # no line crosses a gap
    if not np.array_equal(one.low, one.high, equal_nan=True):
        many = "places" if one.field is not None or SITE in one.info.dims else "values"
        axes.fill_between(when, low, high, color=LINES[0], alpha=0.22, linewidth=0, label=f"all {many}")
    axes.plot(when, mean, color=LINES[0], linewidth=1.4, label="mean")
    if len(axes.get_legend_handles_labels()[1]) > 1:
        axes.legend(frameon=False, fontsize=8, ncols=2, loc="lower right", bbox_to_anchor=(1.0, 0.98), borderpad=0.1)
    time_axes(axes, when, label)
