"""What drives the sea: tides, water level, wind, pressure, current, ice, waves, rivers; the same for every model."""

from .atlas import AtlasTides
from .forcing import Forcing
from .ice import IceValues
from .level import Level, LevelNode
from .spectra import SpectraWaves
from .surge import Surge
from .tides import Tides
from .water import WaterLevel, WaterLevelGrid, WaterLevelSeries
from .wave_parameters import ParametricWaves, PointWaves, WaveParameters
from .wave_series import WaveSeries

__all__ = [
    "AtlasTides",
    "Forcing",
    "IceValues",
    "Level",
    "LevelNode",
    "ParametricWaves",
    "PointWaves",
    "SpectraWaves",
    "Surge",
    "Tides",
    "WaterLevel",
    "WaterLevelGrid",
    "WaterLevelSeries",
    "WaveParameters",
    "WaveSeries",
]
