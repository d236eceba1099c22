"""Vectors in turned axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .mesh import Floats


def turned(u: Floats, v: Floats, angle_deg: Floats | float) -> tuple[Floats, Floats]:
    """Components of a vector that is turned to the left; or, of one along axes that are so turned, along the others.

    >>> [round(float(c), 6) for c in turned(1.0, 0.0, 90.0)]
    [0.0, 1.0]
    """
    angle = np.radians(angle_deg)
    return u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
