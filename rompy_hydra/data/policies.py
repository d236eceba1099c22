"""What to do where data are missing."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

Gaps: TypeAlias = Literal["error", "interpolate"]
"""Times missing in between: refuse, or draw straight lines across."""
NanPolicy: TypeAlias = Literal["error", "nearest_wet", "keep"] | Annotated[float, Field(allow_inf_nan=False)]
"""Values missing: refuse, take the nearest point that has data, leave NaN, or take a number."""
