"""pyproj, loaded so that it calls the PROJ library it brings.

The libraries of GRIB and of GeoTIFF bring others. Where one of them is loaded first, pyproj would call into that one,
not find its database, and crash the process at its end.
"""

from __future__ import annotations

import os
import sys

_flags = sys.getdlopenflags()
sys.setdlopenflags(_flags | getattr(os, "RTLD_DEEPBIND", 0))
try:
    from pyproj import CRS, Geod, Proj, Transformer
    from pyproj.exceptions import CRSError
finally:
    sys.setdlopenflags(_flags)

__all__ = ["CRS", "CRSError", "Geod", "Proj", "Transformer"]
