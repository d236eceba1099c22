"""Where: mesh, reference systems, bathymetry, named boundary segments, stations; the same for every model."""

from .domain import Domain
from .place import Place, Point

__all__ = ["Domain", "Place", "Point"]
