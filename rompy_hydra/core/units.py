"""Units of data, converted by UDUNITS, whose spellings the CF conventions prescribe."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..errors import DataError, Problem

if TYPE_CHECKING:
    from .mesh import Floats

_SAME = {
    **dict.fromkeys(("m/s", "m s**-1", "m.s-1", "m s^-1", "m s^{-1}", "ms-1", "ms^-1", "ms**-1"), "m s-1"),
    **dict.fromkeys(("metre/second", "meter/second", "meters per second", "metres per second"), "m s-1"),
    **dict.fromkeys(("metre", "meter", "metres", "meters"), "m"),
    **dict.fromkeys(("pa", "pascal", "pascals"), "Pa"),
    **dict.fromkeys(("degrees", "deg", "°", "degree_true", "degrees_true", "degree true", "degrees true"), "degree"),
    **dict.fromkeys(("m3/s", "m^3/s", "m**3 s**-1", "m3.s-1", "m**3/s", "cumec", "cumecs"), "m3 s-1"),
    **dict.fromkeys(("psu", "pss-78", "practical salinity unit", "1e-3", "ppt"), "0.001"),
    **dict.fromkeys(("c", "celsius", "deg c", "degrees c", "deg_c", "degree_c", "degree_celsius", "degrees_c"), "degC"),
    **dict.fromkeys(("degree celsius", "degrees celsius", "degrees_celsius", "deg celsius"), "degC"),
    **dict.fromkeys(("hectopascal", "hectopascals", "hpa", "mb", "mbar", "millibar", "millibars"), "hPa"),
    **dict.fromkeys(("kn", "kt", "kts", "knot", "nmi/h", "nmi h-1", "nm/h", "nm h-1"), "knots"),
    **dict.fromkeys(("nmi", "nm", "nautical mile", "nautical miles"), "nautical_mile"),
    **dict.fromkeys(("kph", "kmh", "kmph"), "km/h"),
    "mph": "mile/hour",
    **dict.fromkeys(("", "1", "none", "dimensionless", "unitless", "fraction", "(0 - 1)", "0-1", "-"), "1"),
}
"""What data call a unit, in any case of letters -> how UDUNITS spells it; spares loading it for the commonest ones, and
knows the field's own words, of which UDUNITS knows nothing (psu, cumec, kn) or something else (mb: millibarn, mph:
milliphot, nmi: nanomile, ppt: 1e-12, degrees Celsius: an angle times a temperature)."""


class Conversion(NamedTuple):
    """From one unit to another: scale * value + offset."""

    scale: float = 1.0
    offset: float = 0.0

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing."""
        return self == (1.0, 0.0)

    @property
    def negative(self) -> Conversion:
        """The same with the other sign."""
        return Conversion(-self.scale, -self.offset)

    def __call__(self, values: Floats) -> Floats:
        """The values in the other unit."""
        return values if self.is_none else values * self.scale + self.offset


AS_IT_IS = Conversion()


def conversion(units: str, to: str, key: str) -> Conversion:
    """How values in `units` become values in `to`; data without units are taken to be in it.

    >>> conversion("hPa", "Pa", "forcing.pressure")
    Conversion(scale=100.0, offset=0.0)
    >>> conversion("degC", "K", "forcing.air_temperature").offset
    273.15

    Raises:
        DataError: units that are not understood, or measure something else.
    """
    there = _SAME.get(to.lower(), to)
    here = _SAME.get(units.strip().lower(), units.strip()) if units.strip() else there
    if here == there:
        return AS_IT_IS
    fault = _fault(here, there)
    if fault:
        hint = f"set {key}.units to what the numbers are in, such as {to}"
        if there == "degree":  # the key is that of the speed beside it
            hint = "correct the attribute units of the direction in the data: degree, or radian"
        raise DataError(Problem(key, f"units {units!r} {fault}, expected {to}", units, hint=hint))
    return _conversion(here, there)


@lru_cache(maxsize=64)
def _fault(here: str, there: str) -> str:
    from cf_units import Unit

    if (here, there) == ("1", "degree"):  # for UDUNITS it is a radian
        return "say neither degrees nor radians"
    try:
        unit = Unit(here)
    except ValueError:
        return "are not understood"
    return "" if unit.is_convertible(Unit(there)) else "measure something else"


@lru_cache(maxsize=64)
def _conversion(here: str, there: str) -> Conversion:
    from cf_units import Unit

    source, target = Unit(here), Unit(there)
    offset = float(source.convert(0.0, target))
    return Conversion(float(source.convert(1.0, target)) - offset, offset)
