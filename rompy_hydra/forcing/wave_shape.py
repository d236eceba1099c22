"""Config of the shape of a wave spectrum over its frequencies."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag

from ..core.kinds import BY_KIND
from ..core.node import Node

_GAMMA = (1.0, 10.0)


def _checked_gamma(value: Any) -> Any:
    if isinstance(value, int | float) and not _GAMMA[0] <= value <= _GAMMA[1]:
        hint = "1 is a Pierson-Moskowitz spectrum, 3.3 the mean of JONSWAP, 7 a young sea"
        raise ValueError(f"expected a peak enhancement of {_GAMMA[0]:g} .. {_GAMMA[1]:g}; {hint}")
    return value


Gamma = Annotated[float, BeforeValidator(_checked_gamma)]


class Jonswap(Node):
    """Of a growing wind sea (Hasselmann et al. 1973)."""

    kind: Literal["jonswap"] = "jonswap"
    gamma: Gamma = 3.3
    """Peak enhancement factor [1], 1 .. 10."""


class PiersonMoskowitz(Node):
    """Of a fully developed wind sea (Pierson and Moskowitz 1964)."""

    kind: Literal["pm"] = "pm"


class Gauss(Node):
    """A bell around the peak frequency, as of swell."""

    kind: Literal["gauss"] = "gauss"
    width_hz: float = Field(gt=0, le=1)
    """Standard deviation over frequencies [Hz]."""


class Bin(Node):
    """All energy in the one frequency that is nearest."""

    kind: Literal["bin"] = "bin"


class Tma(Node):
    """JONSWAP in water of finite depth (Bouws et al. 1985)."""

    kind: Literal["tma"] = "tma"
    gamma: Gamma = 3.3
    """Peak enhancement factor [1], 1 .. 10."""
    depth_m: float = Field(gt=0, le=12_000)
    """Depth of the water [m]."""


def _as_node(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError(f"write shape: {{kind: {value}}}")  # noqa: TRY004  pydantic's
    return value


Shape = Annotated[
    Annotated[Jonswap, Tag("jonswap")]
    | Annotated[PiersonMoskowitz, Tag("pm")]
    | Annotated[Gauss, Tag("gauss")]
    | Annotated[Bin, Tag("bin")]
    | Annotated[Tma, Tag("tma")],
    BY_KIND,
    BeforeValidator(_as_node),
]
