"""Values that are not of this world: the unit is wrong, or a number stands for no value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.times import seconds_of, time_text
from ..core.units import AS_IT_IS, Conversion
from ..errors import DataError, Problem
from ..source.missing import near
from .layout import TIME

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from ..core.mesh import Floats, Ints
    from .quantities import Quantity

HUGE = 1e10
"""Nothing that is measured here has such numbers, in any unit."""
_FAR, _APART = 0.5, 0.1
"""A number stands out that is further from all others than this share of itself; or further than they are apart."""
_AT_ONCE = 2**16
"""Values that stay in the processor's cache while they are looked at twice."""
_EDGE = 0.1
"""Share of the limits at each end that is reached now and then, and never everywhere."""


@dataclass(frozen=True)
class Judge:
    """Tells what is wrong with values of one variable."""

    quantity: Quantity
    name: str
    """What the config or the data call it."""
    key: str
    """Config key that names it."""
    node: str
    """Config key of the node that has ``units`` and ``source``."""
    turned: Conversion = AS_IT_IS
    """From the numbers of the data to these values."""
    doubted: Sequence[float] = ()
    """Numbers of the data that may stand for no value; none where the user said which do."""
    dims: tuple[str, ...] = ()
    coords: Mapping[str, xr.Variable] = field(default_factory=dict)
    file: str = ""

    def check(self, values: NDArray[Any], wanted: list[Ints]) -> None:
        """Nothing for values of this world, at these positions along each dimension; missing ones may be among them.

        Raises:
            DataError: names the first value that is not, its time and its place.
        """
        for problem in self.problems(values, wanted):
            raise DataError(problem)

    def problems(self, values: Floats, wanted: list[Ints] | None = None) -> Iterator[Problem]:
        """What is wrong with them; one thing at most."""
        ends = _ends(values)
        if ends is None:
            return
        low, high = ends
        if low < self.quantity.lowest or high > self.quantity.highest:
            yield self._beyond(values, low, high, wanted)
            return
        turned = np.asarray(self.doubted) * self.turned.scale + self.turned.offset
        for i in np.flatnonzero(near(low, turned) | near(high, turned)):
            raw, value = self.doubted[int(i)], float(turned[i])
            if self._stands_out(values, raw, value):
                yield self._doubtful(values, raw, value, wanted)
                return

    def _beyond(self, values: Floats, low: float, high: float, wanted: list[Ints] | None) -> Problem:
        limits = self.quantity
        strange = np.isfinite(values) & ((values < limits.lowest) | (values > limits.highest))
        message = f"{self.name} is between {low:g} and {high:g} {limits.units}"
        expected = f"expected {limits.lowest:g} .. {limits.highest:g} {limits.units}"
        where = self._where(strange, wanted)
        return Problem(self.key, f"{message}, {expected}{where}", hint=self._hint(low, high), data=True)

    def _hint(self, low: float, high: float) -> str:
        units = f"if the values are in other units, say so: {self.node}.units"
        if not self.doubted:
            return units
        missing = f"{self.node}.source.missing"
        ends = [(end, (end - self.turned.offset) / self.turned.scale) for end in (low, high)]
        fill = next((r for _, r in ends if abs(r) >= HUGE or any(near(r, f) for f in self.doubted)), None)
        if fill is not None:
            return f"is {fill:.7g} a missing value? then set {missing} to it"
        beyond = next(r for end, r in ends if not self.quantity.lowest <= end <= self.quantity.highest)
        return f"{units}; if {beyond:.7g} stands for no value, set {missing} to it"

    def _stands_out(self, values: Floats, raw: float, value: float) -> bool:
        """Whether a number is far from all other values: by half of itself, or by more than these are apart."""
        others = values[np.isfinite(values) & ~near(values, value)]
        if others.size == 0:
            share = (value - self.quantity.lowest) / (self.quantity.highest - self.quantity.lowest)
            return raw < 0 or not _EDGE < share < 1.0 - _EDGE
        low, high = float(others.min()), float(others.max())
        gap = max(low - value, value - high) / abs(self.turned.scale)
        apart = (high - low) / abs(self.turned.scale)
        return gap > _FAR * abs(raw) or gap > max(apart, _APART * abs(raw))

    def _doubtful(self, values: Floats, raw: float, value: float, wanted: list[Ints] | None) -> Problem:
        found = near(values, value)
        message = f"{self.name} is {raw:g}, far from all other values"
        hint = f"if it is no value, set {self.node}.source.missing: {raw:g}; if it is one, set it to []"
        return Problem(self.key, f"{message}{self._where(found, wanted)}", hint=hint, data=True)

    def _where(self, flags: Any, wanted: list[Ints] | None) -> str:
        """The first of values, with its time, place and file."""
        if wanted is None:
            return ""
        first = np.unravel_index(int(np.argmax(flags)), np.shape(flags))
        at = {d: int(w[i]) for d, w, i in zip(self.dims, wanted, first, strict=True)}
        words = [_text(n, c[tuple(at[str(d)] for d in c.dims)]) for n, c in self.coords.items()]
        words += [f"in {self.file}"] if self.file else []
        return f"; the first is at {', '.join(words)}" if words else ""


def judge(
    quantity: Quantity,
    array: xr.DataArray,
    key: str,
    node: str,
    turned: Conversion,
    doubted: Sequence[float],
    path: str,
) -> Judge:
    """The judge of a variable as it is laid out, from a file."""
    coords = {str(n): c for n, c in array.coords.variables.items()}
    return Judge(
        quantity, str(array.name), key, node, turned, doubted, tuple(map(str, array.dims)), coords, Path(path).name
    )


def _ends(values: Floats) -> tuple[float, float] | None:
    """The lowest and highest finite value; None where there is none."""
    stored = tuple(slice(None, None, -1 if step < 0 else 1) for step in values.strides)  # no copy of what was turned
    flat = values[stored].reshape(-1)
    parts = [flat[i : i + _AT_ONCE] for i in range(0, flat.size, _AT_ONCE)]
    if not parts:
        return None
    ends = np.array([(np.fmin.reduce(part), np.fmax.reduce(part)) for part in parts])
    low, high = float(np.fmin.reduce(ends[:, 0])), float(np.fmax.reduce(ends[:, 1]))
    if np.isinf([low, high]).any():
        return _ends(values[np.isfinite(values)])
    return None if np.isnan(low) else (low, high)


def _text(name: str, coordinate: xr.Variable) -> str:
    if name == TIME:
        return time_text(float(seconds_of(coordinate.values)))
    value = coordinate.values.item()
    return f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {value}"


def check_packing(array: xr.DataArray, key: str) -> None:
    """Nothing for a variable that is not packed, or can be unpacked.

    Raises:
        DataError: ``scale_factor`` or ``add_offset`` is no number, or everything would become the same.
    """
    for name in ("scale_factor", "add_offset"):
        value = array.encoding.get(name, 1.0)
        is_text = np.asarray(value).dtype.kind not in "iuf"
        if is_text or not np.isfinite(value).all() or (name == "scale_factor" and not np.all(value)):
            told = f"the text {value!r}" if is_text else f"{value}"
            message = f"{array.name} cannot be unpacked: its attribute {name} is {told}"
            raise DataError(Problem(key, message, hint="correct the attribute in the data"))


def check_numbers(array: xr.DataArray, key: str) -> None:
    """Nothing for a variable of numbers.

    Raises:
        DataError: it holds something else.
    """
    if array.dtype.kind not in "iuf":
        kind = _KINDS.get(array.dtype.kind, str(array.dtype))
        raise DataError(Problem(key, f"{array.name} holds {kind}, expected numbers", hint="give a variable of numbers"))


_KINDS = {"b": "true and false", "c": "complex numbers", "m": "lengths of time", "M": "times"} | dict.fromkeys(
    "USO", "text"
)
