"""SWAN's input quantities, as far as their numbers are concerned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Input:
    """One quantity of INPGRID and READINP."""

    name: str
    """As the commands have it."""
    file: str
    resolution: float
    """Differences that matter, in SI units: text has at least as many decimals."""
    lowest: float
    """No value of this world is below it."""
    highest: float
    components: int = 1


BOTTOM = Input("bottom", "bottom.grd", 1e-3, -9_999.0, 12_000.0)
WATER_LEVEL = Input("wlevel", "wlevel.grd", 1e-3, -100.0, 100.0)
CURRENT = Input("current", "current.grd", 1e-4, -20.0, 20.0, 2)
WIND = Input("wind", "wind.grd", 1e-3, -150.0, 150.0, 2)
ICE_CONCENTRATION = Input("aice", "aice.grd", 1e-4, 0.0, 1.0)
ICE_THICKNESS = Input("hice", "hice.grd", 1e-3, 0.0, 200.0)
FRICTION = Input("friction", "friction.grd", 1e-6, 0.0, 100.0)
PLANTS = Input("nplants", "plants.grd", 1e-3, 0.0, 1e6)
TURBULENCE = Input("turbulence", "turbulence.grd", 1e-6, 0.0, 1e3)
MUD = Input("mudlayer", "mud.grd", 1e-4, 0.0, 100.0)
AIR_SEA = Input("astd", "astd.grd", 1e-2, -100.0, 100.0)
SEA_SWELL_HEIGHT = Input("hss", "hss.grd", 1e-3, 0.0, 50.0)
SEA_SWELL_PERIOD = Input("tss", "tss.grd", 1e-3, 0.0, 100.0)

FIELDS = {
    "friction": FRICTION,
    "vegetation": PLANTS,
    "turbulence": TURBULENCE,
    "mud": MUD,
    "air_sea_temperature_difference": AIR_SEA,
    "sea_swell_height": SEA_SWELL_HEIGHT,
    "sea_swell_period": SEA_SWELL_PERIOD,
}
"""By their key in ``model.fields``."""
