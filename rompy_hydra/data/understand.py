"""A source's data with their conventions understood: one form of names, units, orders and longitudes, lazily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from ..core.lazy import as_array, checked, rearranged
from ..core.units import AS_IT_IS, Conversion, conversion
from ..errors import DataError, Problem, did_you_mean
from .axes import Frame, frame_of, with_coordinates
from .coordinates import in_its_units
from .crs import own_crs
from .layout import ORIGINAL, lay_out
from .levels import other_level
from .plausible import check_numbers, check_packing, judge
from .quantities import Quantity, is_of_another, standard_name, vertical_sign


@dataclass(frozen=True)
class Change:
    """One thing that is said in another way here than in the data."""

    what: str
    """Variable or coordinate, as the data call it."""
    found: str
    made: str
    why: str
    """What tells so."""


class Understood:
    """Data whose variables are asked for by what they are about.

    A variable comes as a lazy array in the unit of its quantity, with the dimensions time (UTC, increasing), others as
    they are, then lat and lon (y and x for a projection), both increasing, longitudes without a break.
    """

    def __init__(
        self,
        data: xr.Dataset,
        key: str,
        node: str = "",
        coordinates: Mapping[str, str] | None = None,
        doubted: Sequence[float] = (),
        crs: str | None = None,
    ):
        """Look at data.

        Args:
            data: as the source opens them.
            key: config key of the source, for messages.
            node: config key of the node with ``units``; by default that of the source.
            coordinates: axis -> the coordinate that the user says is meant.
            doubted: numbers that may stand for no value.
            crs: reference system of the places, where the user says so.
        """
        self.data = with_coordinates(data)
        self.key, self.node = key, node or key
        self.coordinates, self.doubted, self.crs = coordinates or {}, doubted, crs
        self.changes: dict[Change, None] = {}
        """What was said in another way so far, in order."""

    def variable(self, quantity: Quantity, name: str | None, key: str) -> tuple[str, str]:
        """The name in the data of the variable of a quantity, and what tells so.

        Args:
            quantity: what is looked for.
            name: the name that the user says is meant, or None.
            key: config key of that name.

        Raises:
            DataError: there is none, or several are possible; names those present.
        """
        present = [str(n) for n in self.data.data_vars]
        if name is not None:
            if name not in present:
                message = f"the data have no variable {name}, but {', '.join(present) or 'none at all'}"
                raise DataError(Problem(key, message, name, hint=did_you_mean(name, present)))
            return name, "the config"
        here = [n for n in present if not self._other(n, quantity)]
        said = [n for n in here if standard_name(self.data[n].attrs)]
        called = [n for n in here if n.lower() in quantity.called]
        called = [n for n in called if len(n) > 1] or called  # u10 rather than u, at whatever height that is
        if found := said if len(said) == 1 else [n for n in said if n in called]:
            if len(found) == 1:
                return found[0], f"standard_name {self.data[found[0]].attrs['standard_name']!r}"
        elif not said and len(called) == 1:
            return called[0], "its name"
        elif quantity.sole and here == present and len(here) == 1 and not is_of_another(here[0], quantity):
            return here[0], "the only variable"
        raise DataError(self._unknown(quantity, key, said or called))

    def _other(self, name: str, quantity: Quantity) -> str:
        """What else than a quantity a variable is, or at which other height; empty where nothing says so."""
        array = self.data[name]
        standard = standard_name(array.attrs)
        if standard and standard not in quantity.names:
            return standard
        return "" if quantity.height_m is None else other_level(name, array, quantity.height_m)

    def _unknown(self, quantity: Quantity, key: str, several: list[str]) -> Problem:
        others = {str(n): self._other(str(n), quantity) for n in self.data.data_vars}
        told = [f"{n} ({other})" if other else n for n, other in others.items()]
        message = f"nothing tells which variable is {quantity.name}; there are {', '.join(told) or 'none'}"
        if several:
            message = f"several variables are {quantity.name}: {', '.join(several)}"
        likely = several or [n for n, other in others.items() if not other] or [*others, "NAME"]
        return Problem(key, message, hint=f"say which one is meant, e.g. {key}: {likely[0]}")

    def frame(self, name: str, lonlat: bool | None = None) -> Frame:
        """The coordinates of a variable of the data."""
        return frame_of(self.data[name], self.key, self.coordinates, lonlat)

    def field(
        self,
        quantity: Quantity,
        name: str | None = None,
        key: str = "",
        units: str | None = None,
        lonlat: bool | None = None,
        sign: float | None = None,
    ) -> xr.DataArray:
        """The lazy variable of a quantity; reading values that are not of this world raises a DataError.

        Args:
            quantity: what is looked for.
            name: its name in the data, where the user says so.
            key: config key of that name.
            units: what its numbers are in, where the user says so.
            lonlat: whether its places are longitude and latitude, where the user says so.
            sign: -1 where the user says that the numbers count the other way; None where the data have to say.

        Raises:
            DataError: it is not there, or its units, axes or times are not usable.
        """
        key = key or self.key
        raw, why = self.variable(quantity, name, key)
        turned = self.turned(raw, quantity, units, sign)
        if raw != quantity.name:
            self.note(raw, "variable", quantity.name, why)
        found = self.plain(raw, lonlat, turned)
        found.attrs = {"standard_name": quantity.name, "units": quantity.units, ORIGINAL: raw}
        check_numbers(found, self.key)
        path = str(self.data[raw].encoding.get("source", ""))
        looked_at = judge(quantity, found, key, self.node, turned, self.doubted, path)
        variable = checked(found.variable, looked_at.check)
        return as_array(variable, found.coords.variables, quantity.name)

    def plain(self, name: str, lonlat: bool | None = None, turned: Conversion = AS_IT_IS) -> xr.DataArray:
        """A variable of the data by its own name, lazily, laid out as all are; in its own unit unless `turned`.

        Raises:
            DataError: its axes or times are not usable.
        """
        check_packing(self.data[name], self.key)
        frame = self.frame(name, lonlat)
        array = in_its_units(self.data[name], frame, self.crs or own_crs(self.data, name), self.key, self.note)
        layout = lay_out(array, frame, self.key, self.note)
        seen = rearranged(array.variable, list(layout.names), layout.picks, turned)
        variable = xr.Variable(list(layout.names.values()), seen._data, array.attrs, seen.encoding)
        return as_array(variable, layout.coords, name)

    def turned(self, name: str, quantity: Quantity, units: str | None = None, sign: float | None = None) -> Conversion:
        """How the numbers of a variable become those of a quantity: its unit, its sign, where directions come from.

        Raises:
            DataError: units that are not understood, or measure something else.
        """
        array = self.data[name]
        standard = standard_name(array.attrs)
        found = self._in_units(name, quantity, units, str(array.attrs.get("units", "")))
        packed = array.encoding.get("dtype")
        if packed is not None and np.issubdtype(packed, np.integer) and "scale_factor" in array.encoding:
            self.note(name, f"packed {packed}", str(array.dtype), "scale_factor and add_offset")
        for limit in ("valid_range", "valid_min", "valid_max"):
            if limit in array.attrs:
                self.note(name, f"{limit} {array.attrs[limit]}", "missing beyond it", limit)
        is_opposite = standard in quantity.opposite if sign is None else sign < 0
        if not is_opposite:
            return found
        said = standard if standard in quantity.opposite else "positive down"
        why = "standard_name" if said == standard else "positive" if vertical_sign(array.attrs) else "the config"
        self.note(name, said, quantity.name, why)
        return found._replace(offset=found.offset - 180.0) if quantity.is_direction else found.negative

    def _in_units(self, name: str, quantity: Quantity, told: str | None, said: str) -> Conversion:
        """From the units that the user tells, else those that the data say, else that of the quantity."""
        stated = told or said
        found = AS_IT_IS if stated in quantity.bare else conversion(stated, quantity.units, self.node)
        if not stated and quantity.units != "1":
            self.note(name, "no units", quantity.units, "assumed")
        elif told and said and told != said:
            self.note(name, said, quantity.units, f"the config says {told}")
        elif not found.is_none:
            self.note(name, stated, quantity.units, "the config" if told else "units")
        return found

    def note(self, what: str, found: str, made: str, why: str) -> None:
        """Remember that something is said in another way here."""
        self.changes.setdefault(Change(what, found, made, why))
