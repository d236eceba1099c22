"""What drives the sea: tides, water level, wind, pressure, rivers; the same for every model."""

from .atlas import AtlasTides
from .forcing import Forcing
from .level import Level, LevelNode
from .surge import Surge
from .tides import Tides
from .water import WaterLevel, WaterLevelGrid, WaterLevelSeries

__all__ = [
    "AtlasTides",
    "Forcing",
    "Level",
    "LevelNode",
    "Surge",
    "Tides",
    "WaterLevel",
    "WaterLevelGrid",
    "WaterLevelSeries",
]
