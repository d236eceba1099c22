"""What data are about: how a quantity is recognised, the unit in which models get it, and what is of this world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Quantity:
    """One physical quantity."""

    name: str
    """CF standard name; what a variable of it is called here."""
    units: str
    """Unit in which a model gets it."""
    lowest: float
    """Below this the unit is wrong, or the data are."""
    highest: float
    standard: tuple[str, ...] = ()
    """Other CF standard names that mean it here."""
    usual: tuple[str, ...] = ()
    """Usual names of its variable, the likeliest first, in any case of letters."""
    opposite: tuple[str, ...] = ()
    """CF standard names of the same with the other sign, or of the opposite direction."""
    along_grid: tuple[str, ...] = ()
    """CF standard names of the component along the axis of the grid that comes nearest."""
    bare: tuple[str, ...] = ()
    """Units that data may say and that mean the unit here."""
    sole: bool = False
    """Whether the only variable of a table or file is it, whatever its name, unless that is one of another quantity."""
    is_lasting: bool = True
    """Whether a field without time is one that holds always, as a mean may."""
    height_m: float | None = None
    """Height over the ground at which it is meant."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every CF standard name that it may have in data."""
        return (self.name, *self.standard, *self.opposite, *self.along_grid)

    @property
    def called(self) -> tuple[str, ...]:
        """Names by which its variable is known without attributes, the likeliest first."""
        return (self.name, *self.usual)

    @property
    def is_direction(self) -> bool:
        """Whether it is an angle, so that its opposite is 180 degrees off."""
        return self.units == "degree"


ELEVATION = Quantity(
    "height_above_geopotential_datum",
    "m",
    -12_000.0,
    9_000.0,
    (
        "altitude",
        "bedrock_altitude",
        "ground_level_altitude",
        "height",
        "height_above_mean_sea_level",
        "height_above_reference_ellipsoid",
        "sea_floor_altitude",
        "surface_altitude",
    ),
    ("elevation", "z", "topo", "bathymetry", "bathy", "depth", "band_data"),
    (
        "depth",
        "sea_floor_depth_below_geoid",
        "sea_floor_depth_below_geopotential_datum",
        "sea_floor_depth_below_mean_sea_level",
        "sea_floor_depth_below_reference_ellipsoid",
        "sea_floor_depth_below_sea_surface",
    ),
    sole=True,
)
"""The bed, positive up; of a name alone nothing follows for its sign."""

HS = "sea_surface_wave_significant_height"
TP = "sea_surface_wave_period_at_variance_spectral_density_maximum"
FP = "sea_surface_wave_peak_frequency"
TM01 = "sea_surface_wave_mean_period_from_variance_spectral_density_first_frequency_moment"
WAVES_FROM = "sea_surface_wave_from_direction"
WAVE_SPREAD = "sea_surface_wave_directional_spread"
_LONGEST_S = 40.0
"""Waves that are longer are no wind waves or swell."""
_WIND = 120.0
_WIND_HEIGHT_M = 10.0
_CURRENT = 10.0
_ROUNDED = 1e-3
"""By which packed fractions are beyond 0 and 1."""
_ALL = (
    Quantity(
        "eastward_wind",
        "m s-1",
        -_WIND,
        _WIND,
        usual=("u10", "10u", "10m_u_component_of_wind", "uwnd", "ugrd10m", "u_10m", "uas", "u"),
        along_grid=("x_wind", "grid_eastward_wind"),
        height_m=_WIND_HEIGHT_M,
    ),
    Quantity(
        "northward_wind",
        "m s-1",
        -_WIND,
        _WIND,
        usual=("v10", "10v", "10m_v_component_of_wind", "vwnd", "vgrd10m", "v_10m", "vas", "v"),
        along_grid=("y_wind", "grid_northward_wind"),
        height_m=_WIND_HEIGHT_M,
    ),
    Quantity(
        "wind_speed",
        "m s-1",
        0.0,
        _WIND,
        ("wind_speed_at_10m_above_ground_level",),
        ("wspd", "ws10", "wnd"),
        height_m=_WIND_HEIGHT_M,
    ),
    Quantity(
        "wind_from_direction",
        "degree",
        -360.0,
        360.0,
        ("wind_from_direction_at_10m_above_ground_level",),
        ("wdir", "wd10", "dwi"),
        ("wind_to_direction",),
        height_m=_WIND_HEIGHT_M,
    ),
    Quantity(
        "air_pressure_at_mean_sea_level",
        "Pa",
        80_000.0,
        110_000.0,
        ("air_pressure_at_sea_level",),
        ("msl", "mslp", "prmsl", "prmslmsl", "slp", "psl", "pressure", "mean_sea_level_pressure"),
        sole=True,
    ),
    Quantity("surface_air_pressure", "Pa", 30_000.0, 110_000.0, (), ("sp", "ps", "psfc")),
    Quantity(
        "sea_surface_height_above_mean_sea_level",
        "m",
        -50.0,
        50.0,
        (
            "sea_surface_height",
            "sea_surface_height_above_geoid",
            "sea_surface_height_above_geopotential_datum",
            "sea_surface_height_above_reference_ellipsoid",
            "sea_surface_elevation",
            "water_surface_height_above_reference_datum",
            "water_surface_reference_datum_altitude",
            "water_level",
        ),
        ("zos", "ssh", "surf_el", "zeta", "water_level", "elevation", "eta"),
        sole=True,
        is_lasting=False,
    ),
    Quantity(
        "water_volume_transport_in_river_channel",
        "m3 s-1",
        -1e6,
        1e6,
        ("water_volume_transport_into_sea_water_from_rivers",),
        ("discharge", "flow", "q"),
        sole=True,
    ),
    Quantity(
        "eastward_sea_water_velocity",
        "m s-1",
        -_CURRENT,
        _CURRENT,
        ("surface_eastward_sea_water_velocity", "barotropic_eastward_sea_water_velocity"),
        ("uo", "water_u", "u_eastward", "ucur", "u"),
        along_grid=("sea_water_x_velocity", "barotropic_sea_water_x_velocity"),
    ),
    Quantity(
        "northward_sea_water_velocity",
        "m s-1",
        -_CURRENT,
        _CURRENT,
        ("surface_northward_sea_water_velocity", "barotropic_northward_sea_water_velocity"),
        ("vo", "water_v", "v_northward", "vcur", "v"),
        along_grid=("sea_water_y_velocity", "barotropic_sea_water_y_velocity"),
    ),
    Quantity("sea_water_speed", "m s-1", 0.0, _CURRENT, (), ("current_speed", "cspd")),
    Quantity(
        "sea_water_velocity_to_direction",
        "degree",
        -360.0,
        360.0,
        ("direction_of_sea_water_velocity",),
        ("current_direction", "cdir"),
        ("sea_water_velocity_from_direction",),
    ),
    Quantity(
        "sea_water_practical_salinity",
        "0.001",
        0.0,
        350.0,
        ("sea_water_salinity",),
        ("so", "salinity", "salt"),
        bare=("1",),  # as CF has it of practical salinity, whose numbers are about 35 all the same
    ),
    Quantity(
        "sea_water_temperature",
        "degC",
        -5.0,
        50.0,
        ("sea_water_potential_temperature", "sea_water_conservative_temperature", "sea_surface_temperature"),
        ("thetao", "water_temp", "temperature", "temp"),
    ),
    Quantity("air_temperature", "degC", -90.0, 60.0, (), ("t2m", "2t", "tas", "air_temperature")),
    Quantity("sea_ice_area_fraction", "1", -_ROUNDED, 1.0 + _ROUNDED, (), ("siconc", "ci", "ice", "icec", "aice")),
    Quantity("sea_ice_thickness", "m", -_ROUNDED, 50.0, (), ("sithick", "hice", "icetk", "sit")),
    Quantity(
        HS,
        "m",
        0.0,
        30.0,
        ("significant_height_of_wind_and_swell_waves",),
        ("hs", "swh", "hsig", "hm0", "vhm0", "significant_wave_height"),
    ),
    Quantity(
        TP,
        "s",
        0.0,
        _LONGEST_S,
        (
            "sea_surface_wave_peak_period",
            "sea_surface_wave_period_at_variance_spectral_density_maximum_from_directional_spectrum",
        ),
        ("tp", "tps", "tpeak", "peak_period", "rtp", "pp1d", "vtpk", "peak_wave_period"),
    ),
    Quantity(FP, "Hz", 0.0, 10.0, ("dominant_wave_frequency",), ("fp", "peak_frequency", "peak_wave_frequency")),
    Quantity(
        TM01,
        "s",
        0.0,
        _LONGEST_S,
        ("sea_surface_wind_wave_mean_period_from_variance_spectral_density_first_frequency_moment",),
        ("tm01", "t01", "mp1", "tm1"),
    ),
    Quantity(
        WAVES_FROM,
        "degree",
        -360.0,
        360.0,
        (
            "sea_surface_wave_from_direction_at_variance_spectral_density_maximum",
            "sea_surface_wave_peak_from_direction",
            "sea_surface_wind_wave_from_direction",
        ),
        (
            *("dir", "dirm", "mwd", "mean_wave_direction", "wave_direction", "vmdir"),
            *("dp", "dpm", "pdir", "dirp", "peak_direction", "vpkdir"),
        ),
        ("sea_surface_wave_to_direction", "sea_surface_wave_to_direction_at_variance_spectral_density_maximum"),
    ),
    Quantity(
        WAVE_SPREAD,
        "degree",
        0.0,
        90.0,
        ("sea_surface_wave_directional_spread_at_variance_spectral_density_maximum",),
        ("spr", "dspr", "spread", "directional_spread", "wdw", "vspr"),
    ),
    Quantity(
        "sea_floor_friction_coefficient",
        "1",
        0.0,
        100.0,
        usual=("friction", "cfjon", "cfw", "roughness", "kn"),
        bare=("m2 s-3", "m"),  # the law whose coefficient it is decides its unit
        sole=True,
    ),
    Quantity("plants_per_area", "m-2", 0.0, 1e6, usual=("nplants", "plants", "vegetation"), sole=True),
    Quantity("turbulent_viscosity", "m2 s-1", 0.0, 1e3, usual=("turb", "viscosity"), sole=True),
    Quantity("fluid_mud_thickness", "m", 0.0, 100.0, usual=("mud", "mudlayer"), sole=True),
    Quantity(
        "air_sea_temperature_difference",
        "K",
        -100.0,
        100.0,
        usual=("astd",),
        bare=("degC", "degrees_Celsius", "celsius"),  # of a difference
        sole=True,
    ),
    ELEVATION,
)  # fmt: skip

QUANTITIES = {quantity.name: quantity for quantity in _ALL}
"""By name. Which of two quantities with the same usual names, such as u, is meant, only the asking tells."""


@dataclass(frozen=True)
class Vector:
    """The names of the quantities that say the same vector, as components or as speed and direction."""

    east: str
    north: str
    speed: str
    direction: str
    """Clockwise from north."""
    comes_from: bool
    """Whether the direction is the one that it comes from, as that of a wind, and not the one that it goes to."""

    @property
    def by_field(self) -> dict[str, str]:
        """Field of a config node -> the quantity that it holds or names."""
        return {
            **dict.fromkeys(("u", "u_m_s"), self.east),
            **dict.fromkeys(("v", "v_m_s"), self.north),
            **dict.fromkeys(("speed", "speed_m_s"), self.speed),
            **dict.fromkeys(("direction", "from_deg", "to_deg"), self.direction),
        }


WIND = Vector("eastward_wind", "northward_wind", "wind_speed", "wind_from_direction", comes_from=True)
CURRENT = Vector(
    "eastward_sea_water_velocity",
    "northward_sea_water_velocity",
    "sea_water_speed",
    "sea_water_velocity_to_direction",
    comes_from=False,
)


def vector_of(names: Iterable[str]) -> Vector | None:
    """The vector that quantities of these names say; None where they say none."""
    found = set(names)
    return next((v for v in (WIND, CURRENT) if found & {v.east, v.speed}), None)


def recognised(name: str, standard_name: str, among: Iterable[Quantity] = _ALL) -> Quantity | None:
    """The quantity of a variable, by its CF standard name or else by a usual name that belongs to one quantity only."""
    for quantity in among:
        if standard_name and standard_name in quantity.names:
            return quantity
    by_name = [q for q in among if name.lower() in q.called]
    return by_name[0] if len(by_name) == 1 and not standard_name else None


def standard_name(attributes: Mapping[str, Any]) -> str:
    """The CF standard name of a variable; empty where it has none, or cfgrib's ``unknown``."""
    found = str(attributes.get("standard_name", ""))
    return "" if found == "unknown" else found


def is_of_another(name: str, quantity: Quantity) -> bool:
    """Whether a name is a usual one, of other quantities than this."""
    return name.lower() not in quantity.called and any(name.lower() in q.called for q in _ALL)


Sign = Literal["elevation", "depth"]


def vertical_sign(attributes: Mapping[str, Any]) -> Sign | None:
    """Whether attributes speak of elevations (positive up) or depths (positive down); None if of neither."""
    positive = str(attributes.get("positive", "")).lower()
    if positive in ("up", "down"):
        return "elevation" if positive == "up" else "depth"
    name = standard_name(attributes)
    if name in ELEVATION.opposite:
        return "depth"
    return "elevation" if name in (ELEVATION.name, *ELEVATION.standard) else None
