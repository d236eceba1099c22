"""The shallow-water model ANUGA: finite volumes on triangles, wetting and drying, no Coriolis force."""

from .model import Anuga

__all__ = ["Anuga"]
