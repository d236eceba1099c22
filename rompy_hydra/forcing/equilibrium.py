"""Equilibrium arguments and nodal corrections; the only place that knows pyTMD.

    eta(t) = sum f A cos(V0 + u - g)

with amplitude A and Greenwich phase lag g of a constituent, its equilibrium argument V0 at Greenwich, and the factor f
and angle u by which the moon's nodes change it over 18.6 years: Schureman (1940), Manual of Harmonic Analysis and
Prediction of Tides, paragraphs 74-78; Pugh & Woodworth (2014), Sea-Level Science, section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from ..core.extras import install_command, quiet_import
from ..errors import ConfigError, Problem, did_you_mean
from .constituents import USUAL_NAMES

if TYPE_CHECKING:
    from ..core.mesh import Floats

Corrections = Literal["otis", "fes"]
"""Whose arguments and nodal corrections: those of OTIS, which go with TPXO, after Cartwright and Doodson; or those of
FES, after Schureman, as NOAA's. They differ by 0.02 degrees in M2, by 90 in S1, and by up to 2 degrees in the small."""

_MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
_THEIR_NAMES = {"LAM2": "lambda2", "RHO": "rho1"}
_TT_MINUS_UT_S = 69.0
"""Within 5 s from 2005 to 2030; a second turns M2 by 0.0003 degrees."""
_THEIR_OPTIONS: dict[Corrections, dict[str, Any]] = {
    # With its other two choices for M1 pyTMD 3.0 leaves out the perigee or counts it backwards, and SA is that of the
    # perihelion unless told otherwise: FES and NOAA count SA from the equinox.
    "otis": {"corrections": "OTIS", "M1": "Ray"},
    "fes": {
        "corrections": "FES",
        "M1": "Doodson",
        "climate_solar_perigee": True,
        "deltat": _TT_MINUS_UT_S / 86400.0,
    },
}
_CORRECTED_DEG = {"M3": 180.0}
"""M3 is 3 T - 3 s + 3 h with T from noon (Schureman, FES, UTide); pyTMD 3.0 has it from midnight."""


@dataclass(frozen=True, eq=False)
class Arguments:
    """What turns and scales the constituents: (nt, nc) each."""

    f: Floats
    """Nodal factors [1]."""
    u_deg: Floats
    """Nodal angles [degrees]."""
    v0_deg: Floats
    """Equilibrium arguments [degrees], up to whole turns."""
    corrections: Corrections
    """Whose corrections they are."""


def arguments(times: Sequence[datetime], names: Sequence[str], corrections: Corrections, key: str) -> Arguments:
    """Nodal corrections and equilibrium arguments of constituents at times.

    Args:
        names: canonical names.
        key: config key that asks for them.

    Raises:
        ConfigError: pyTMD is not installed, or does not know a constituent.
    """
    import numpy as np

    table = _pytmd(key)
    if problems := unknown_names(names, key):
        raise ConfigError(problems)
    days = np.array([(t - _MJD_EPOCH) / timedelta(days=1) for t in times], dtype=np.float64)
    u, f, v0_deg = table.arguments(days, [_their(n) for n in names], **_THEIR_OPTIONS[corrections])
    return Arguments(f, np.degrees(u), v0_deg + [_CORRECTED_DEG.get(n, 0.0) for n in names], corrections)


def missing(key: str) -> list[Problem]:
    """The problem that pyTMD is not installed, if it is not."""
    try:
        _pytmd(key)
    except ConfigError as error:
        return list(error.problems)
    return []


def unknown_names(names: Sequence[str], key: str) -> list[Problem]:
    """A problem for each constituent that pyTMD does not know.

    Raises:
        ConfigError: it is not installed.
    """
    _pytmd(key)
    wrong = [name for name in names if not _is_known(name)]
    return [Problem(key, f"pyTMD knows no constituent {n}", hint=did_you_mean(n, USUAL_NAMES)) for n in wrong]


@cache
def _is_known(name: str) -> bool:
    try:
        _pytmd("").coefficients_table([_their(name)])
    except ValueError:
        return False
    return True


def _their(name: str) -> str:
    return _THEIR_NAMES.get(name, name.lower())


def _pytmd(key: str) -> Any:
    try:
        with quiet_import():
            import pyTMD.constituents
    except ImportError as error:
        message = "Greenwich phases need equilibrium arguments, which pyTMD 3 computes; it is not installed"
        raise ConfigError(Problem(key, message, hint=install_command("tides"))) from error
    return pyTMD.constituents
