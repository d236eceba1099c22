"""Known answers of wave theory, beside which a model can be put."""

from .friction import friction_decay as friction_decay
from .growth import GROWTH_LAWS as GROWTH_LAWS
from .growth import WindSea as WindSea
from .growth import kahma_calkoen as kahma_calkoen
from .growth import wilson as wilson
from .growth import young_verhagen as young_verhagen
from .linear import GRAVITY as GRAVITY
from .linear import group_speed as group_speed
from .linear import phase_speed as phase_speed
from .linear import refract as refract
from .linear import wavenumber as wavenumber
from .spectrum import jonswap as jonswap
from .spectrum import tm01_over_tp as tm01_over_tp
from .spectrum import tm02_over_tp as tm02_over_tp
from .surf_zone import Breaking as Breaking
from .surf_zone import SurfZone as SurfZone
from .surf_zone import breaking_fraction as breaking_fraction
from .surf_zone import surf_zone as surf_zone
