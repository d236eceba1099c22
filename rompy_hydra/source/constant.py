"""Values that are the same at all times and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from ..core.inputs import Input
from ..errors import did_you_mean
from .base import Source

if TYPE_CHECKING:
    import xarray as xr


class ConstantSource(Source):
    """Values that hold at all times and places, to stand in for data."""

    source_type: Literal["constant"] = "constant"
    values: dict[str, float] = Field(min_length=1)
    """Variable -> value: ``{u10: 8, v10: -3}``."""
    units: dict[str, str] = {}
    """Variable -> unit of its value; without one it is in the unit of its quantity."""

    @model_validator(mode="after")
    def _units_of_values(self) -> ConstantSource:
        if unknown := next((n for n in self.units if n not in self.values), None):
            raise ValueError(f"units of {unknown}, which has no value; {did_you_mean(unknown, self.values)}")
        return self

    def open(self) -> xr.Dataset:
        """Variables without dimensions."""
        import xarray as xr

        return xr.Dataset(
            {n: ((), v, {"units": self.units[n]} if n in self.units else {}) for n, v in self.values.items()}
        )

    def inputs(self, key: str) -> list[Input]:
        """No files."""
        return []
