"""What regular and curvilinear grids have in common; light to import."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..mesh import Floats
    from .raw_mesh import RawMesh


class StructuredGrid(ABC):
    """Points in ny rows of nx columns. The sides are named in the grid's own frame: the first row is the ``south``, the
    last column the ``east``, the last row the ``north``, the first column the ``west``, wherever they lie on Earth."""

    crs: str
    """``EPSG:n`` or ``local``."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Numbers of points: rows (ny), columns (nx)."""

    @property
    @abstractmethod
    def points(self) -> Floats:
        """(ny, nx, 2) x and y, or longitude and latitude; NaN where points are missing."""

    def raw_mesh(self) -> RawMesh:
        """Its cells, each cut in two triangles along the shorter diagonal, with the sides as segments of the boundary.

        Diagonals of equal length alternate. Where cells are missing the boundary is called ``land_1``, ``land_2``, ...
        along the outer line, counter-clockwise, and ``island_1``, ``island_2``, ... around holes. Made once for a grid.
        """
        from .cells import raw_mesh

        return raw_mesh(self)

    def perimeter(self, spacing_m: float | None = None, segment: str | None = None) -> list[Floats]:
        """Closed lines of (n, 2) points along the boundary, islands last; or the lines of a side or another segment.

        The lines have the grid on their left, and the outer one begins at the first point. They have the points of the
        grid, or points at equal steps of at most `spacing_m` between the corners: on a rotated or curvilinear grid they
        follow its true sides. For lon/lat the steps are measured on the ellipsoid.

        Raises:
            ValueError: a spacing that is not positive, a segment that there is not.
        """
        from .boundary import perimeter
        from .cells import boundary_edges

        mesh = self.raw_mesh()
        return perimeter(mesh.points, boundary_edges(self), self.crs, spacing_m, segment)
