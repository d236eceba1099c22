"""Interpolate 240 fields of 61 x 61 points to 200 x 240, by weights that are there already and by xarray.

python interpolate.py own|xarray
"""

from __future__ import annotations

import sys

import numpy as np
import xarray as xr
from measured import measured

LAT, LON = np.linspace(-40, -10, 61), np.linspace(110, 140, 61)
TO_LAT, TO_LON = np.linspace(-39, -11, 200), np.linspace(111, 139, 240)
_TIMES = 5
"""The fastest of so many counts."""


def main(how: str) -> None:
    """Report the time of one interpolation."""
    fields = np.random.default_rng(0).normal(0, 6, (240, 61, 61)).astype("f4")
    action = {"own": own, "xarray": with_xarray}[how](fields)
    with measured(best_of=_TIMES) as repeat:
        repeat(action)


def own(fields):
    """Weights made once."""
    from rompy_hydra.core.axis import Axis
    from rompy_hydra.core.weights import bilinear

    lat, lon = np.meshgrid(TO_LAT, TO_LON, indexing="ij")
    weights = bilinear(Axis(LAT), Axis(LON, is_circle=True), lon.ravel(), lat.ravel())
    weights.apply(fields[:1])  # the transposed matrix is made once, too
    return lambda: weights.apply(fields)


def with_xarray(fields):
    """What rompy's users call."""
    array = xr.DataArray(fields, {"time": np.arange(240), "lat": LAT, "lon": LON}, ("time", "lat", "lon"))
    return lambda: array.interp(lat=TO_LAT, lon=TO_LON).to_numpy()


if __name__ == "__main__":
    main(sys.argv[1])
