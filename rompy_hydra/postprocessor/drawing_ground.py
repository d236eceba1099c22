"""What the fields of an output are drawn on, whatever its grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import PostprocessError, Problem
from .subject import Subject, has_lonlat, positions

if TYPE_CHECKING:
    import xarray as xr

    from ..core.mesh import Floats
    from ..report.figures import Geometry

_BED = "bed_elevation"
_KEY = "postprocessor.plots"
_HINT = "the plots postprocessor draws triangles and structured grids; leave it out for this model"


@dataclass(frozen=True)
class Ground:
    """The cells of a map, and how the values of a field become theirs."""

    geometry: Geometry
    cells: Callable[[Any], Floats]
    """Values of a field in its own shape -> (m,)."""


def ground_of(data: xr.Dataset, subject: Subject) -> Ground:
    """The cells that the fields of an output are drawn on.

    Raises:
        PostprocessError: the output does not tell where its values are.
    """
    lonlat = has_lonlat(data, subject.dims)
    if subject.is_structured:
        return _structured(data, subject, lonlat)
    on_faces = subject.dims == ("face",)
    needed = {"face_nodes", "node_x", _BED} if on_faces else {"face_nodes"}
    if missing := sorted(needed - set(data.variables)):
        raise PostprocessError(Problem(_KEY, f"the output has no {', '.join(missing)}", hint=_HINT))
    return _triangles(data, on_faces)


def _scaled(data: xr.Dataset, dims: tuple[str, ...], lonlat: bool) -> tuple[Floats, Floats]:
    """Places in degrees without a break, or in kilometres."""
    import numpy as np

    from ..core.axis import near, unbroken

    found = positions(data, dims, ("lon", "lat") if lonlat else ("x", "y"))
    if found is None:
        message = f"the output has no coordinates over {', '.join(dims)}"
        raise PostprocessError(Problem(_KEY, message, hint=_HINT))
    x, y = found
    if not lonlat:
        return x / 1e3, y / 1e3
    known = np.isfinite(x)
    return near(x, float(unbroken(x[known]).mean())), y


def _triangles(data: xr.Dataset, on_faces: bool) -> Ground:
    import numpy as np

    from ..report.figures import Geometry

    lonlat = has_lonlat(data, ("node",))
    nodes = np.column_stack(_scaled(data, ("node",), lonlat))
    triangles = data["face_nodes"].to_numpy()
    corners = nodes[triangles]
    bed = data[_BED].to_numpy() if _BED in data.variables else None

    def from_nodes(values: Any) -> Floats:
        """Mean of the nodes of each face, as long as two of them are wet."""
        at = values[triangles]
        wet = np.isfinite(at).sum(axis=1)
        return np.where(wet >= 2, np.nansum(at, axis=1) / np.maximum(wet, 1), np.nan)

    cells = np.asarray if on_faces else from_nodes
    bed_m = bed if bed is None or on_faces else bed[triangles].mean(axis=1)
    return Ground(Geometry(corners, corners.mean(axis=1), bed_m, lonlat), cells)


def _structured(data: xr.Dataset, subject: Subject, lonlat: bool) -> Ground:
    import numpy as np

    from ..report.figures import Geometry

    x, y = _scaled(data, subject.dims, lonlat)
    corners = np.stack([_corners(axis) for axis in (x, y)], axis=-1)
    bed = data[_BED].transpose(*subject.dims).to_numpy().ravel() if _BED in data.variables else None

    def flat(values: Any) -> Floats:
        return np.asarray(values).ravel()

    return Ground(Geometry(corners, np.column_stack([x.ravel(), y.ravel()]), bed, lonlat, structured=True), flat)


def _corners(at: Floats) -> Floats:
    """(ny + 1, nx + 1) corners of cells around (ny, nx) points, half a step beyond the first and the last.

    >>> import numpy as np
    >>> _corners(np.array([[0.0, 2.0], [0.0, 2.0]]))[0].tolist()
    [-1.0, 1.0, 3.0]
    """
    import numpy as np

    for axis in (0, 1):
        first, last = (np.take(at, i, axis=axis) for i in (0, -1))
        second, fore = (np.take(at, i, axis=axis) for i in (1, -2)) if at.shape[axis] > 1 else (first + 1, last - 1)
        ends = [np.expand_dims(e, axis) for e in (2 * first - second, 2 * last - fore)]
        wide = np.concatenate([ends[0], at, ends[1]], axis=axis)
        at = (np.delete(wide, -1, axis=axis) + np.delete(wide, 0, axis=axis)) / 2
    return at
