"""What is read for forcing: how it is recognised, its SI unit, and what values are of this world."""

from __future__ import annotations

from dataclasses import dataclass

from ..source.conventions import ANYTHING, Like


@dataclass(frozen=True)
class Quantity:
    """One physical quantity."""

    si: str
    """Unit in which it is handed to a model."""
    lowest: float
    """Below this the unit is wrong, or the data are."""
    highest: float
    like: Like = ANYTHING
    """How its variable is recognised."""


QUANTITIES = {
    "water_level": Quantity("m", -50.0, 50.0),
    "discharge": Quantity("m3 s-1", -1e6, 1e6),
    "pressure": Quantity(
        "Pa",
        80_000.0,
        110_000.0,
        Like(("air_pressure_at_mean_sea_level", "air_pressure_at_sea_level"), ("msl", "mslp", "prmsl", "pressure")),
    ),
    "eastward_wind": Quantity(
        "m s-1", -120.0, 120.0, Like(("eastward_wind",), ("u10", "U10", "uwnd", "u"), sole=False)
    ),
    "northward_wind": Quantity(
        "m s-1", -120.0, 120.0, Like(("northward_wind",), ("v10", "V10", "vwnd", "v"), sole=False)
    ),
    "wind_speed": Quantity("m s-1", 0.0, 120.0, Like(("wind_speed",), sole=False)),
    "wind_from_direction": Quantity("degree", -360.0, 360.0, Like(("wind_from_direction",), sole=False)),
}
"""By CF-like name."""
