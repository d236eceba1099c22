"""Reference systems: zones, and coordinates from one system to another."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, Problem

if TYPE_CHECKING:
    from .mesh import Floats

LON_LAT = "EPSG:4326"
LOCAL = "local"


def utm_zone(lon: float, lat: float) -> str:
    """``EPSG:n`` of the UTM zone (WGS 84) of a place, by its longitude alone.

    >>> utm_zone(115.6, -32.6)
    'EPSG:32750'

    Raises:
        ConfigError: beyond 84 degrees north or 80 degrees south there is no UTM.
    """
    if not -80 <= lat <= 84:
        hint = "set domain.projection to a metric system such as EPSG:3413 (Arctic) or EPSG:3031 (Antarctic)"
        raise ConfigError(Problem("domain.crs", f"there is no UTM zone at latitude {lat:g}", hint=hint))
    zone = int(((lon + 180.0) % 360.0) // 6) + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def is_lonlat(crs: str) -> bool:
    """Whether coordinates are degrees of longitude and latitude."""
    return crs == LON_LAT


def project(x: Floats, y: Floats, source: str, target: str) -> tuple[Floats, Floats]:
    """Coordinates from one system in another, always east before north.

    Raises:
        ConfigError: one of the two is ``local`` (and the other is not), or unknown.
    """
    if source == target:
        return x, y
    if is_lonlat(source):
        from .axis import wrap

        x = wrap(x)  # the same place in another convention is the same to the last bit
    there_x, there_y = _transformer(source, target).transform(x, y)
    return there_x, there_y


def project_point(point: tuple[float, float], source: str, target: str) -> tuple[float, float]:
    """One point from one system in another."""
    if source == target:
        return point
    x, y = project(*point, source, target)  # type: ignore[arg-type]  # numbers as well
    return float(x), float(y)


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> Any:
    if LOCAL in (source, target):
        message = f"a domain with crs local is nowhere on Earth, so {source} cannot become {target}"
        raise ConfigError(Problem("domain.crs", message, hint="set domain.crs to EPSG:4326 or a metric EPSG:n"))
    from .proj import Transformer

    _checked(source), _checked(target)
    return Transformer.from_crs(source, target, always_xy=True)


def distances_m(begin: Floats, end: Floats, crs: str) -> Floats:
    """(n,) distances [m] between (n, 2) points: on the ellipsoid for lon/lat, else in the plane of the system."""
    if is_lonlat(crs):
        found: Floats = _ellipsoid().inv(*begin.T, *end.T)[2]
        return found
    offset: Floats = ((end - begin) ** 2).sum(axis=1) ** 0.5
    return offset


@lru_cache(maxsize=1)
def _ellipsoid() -> Any:
    from .proj import Geod

    return Geod(ellps="WGS84")


def convergence_deg(lon: Floats, lat: Floats, crs: str) -> Floats:
    """(n,) meridian convergence of a metric system at places on Earth [degrees].

    It is the direction of grid north, clockwise from true north: near the central meridian of a UTM zone
    (lon - meridian) sin(lat), Snyder (1987), Map Projections, eq. 8-10 ff.
    """
    found: Floats = _projection(crs).get_factors(lon, lat, errcheck=True).meridian_convergence
    return found


@lru_cache(maxsize=16)
def _projection(crs: str) -> Any:
    from .proj import Proj

    return Proj(_checked(crs))


def eccentricity_squared(crs: str) -> float:
    """Of the ellipsoid of a system; 0 for a sphere."""
    return float(_checked(crs).get_geod().es)


@lru_cache(maxsize=16)
def metres_per_unit(crs: str | None) -> float | None:
    """Length of the unit of a system [m], 1 of none; None for a system that counts in degrees."""
    if crs in (None, LOCAL):
        return 1.0
    known = _checked(str(crs))
    return None if known.is_geographic else float(known.axis_info[0].unit_conversion_factor)


def _checked(crs: str) -> Any:
    from .proj import CRS, CRSError

    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        hint = "look it up at epsg.io; WGS 84 lon/lat is EPSG:4326"
        raise ConfigError(
            Problem("domain.crs", f"{crs} is not a reference system that PROJ knows", hint=hint)
        ) from error


def cf_attributes(crs: str) -> dict[str, Any]:
    """The attributes of a CF grid mapping variable, with the ``EPSG:n`` as ``epsg_code``."""
    return {**_checked(crs).to_cf(), "epsg_code": crs}


def metric_fault(crs: str) -> str:
    """Why a system cannot be computed in, or nothing.

    Raises:
        ConfigError: PROJ does not know it.
    """
    if crs == LOCAL or _is_utm(crs):
        return ""
    known = _checked(crs)
    if known.is_geographic:
        return f"{crs} ({known.name}) counts in degrees; only EPSG:4326 is taken as lon/lat"
    units = {axis.unit_name for axis in known.axis_info[:2]}
    return (
        "" if units <= {"metre", "meter"} else f"{crs} ({known.name}) counts in {', '.join(sorted(units))}, not metres"
    )


def _is_utm(crs: str) -> bool:
    number = int(crs.removeprefix("EPSG:"))
    return number // 100 in (326, 327) and 1 <= number % 100 <= 60
