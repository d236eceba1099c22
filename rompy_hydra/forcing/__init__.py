"""What drives the sea: tides, water level, wind, pressure, rivers; the same for every model."""

from .forcing import Forcing
from .water import Surge, Tides, WaterLevel

__all__ = ["Forcing", "Surge", "Tides", "WaterLevel"]
