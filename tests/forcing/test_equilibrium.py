"""Equilibrium arguments and nodal corrections, beside published numbers and a prediction of others."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from rompy_hydra.errors import ConfigError
from rompy_hydra.forcing.constituents import SPEEDS_DEG_PER_HOUR, USUAL_NAMES
from rompy_hydra.forcing.equilibrium import Corrections, arguments, missing, unknown_names

pytest.importorskip("pyTMD")

NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
S, H, P = 218.3164, 280.4665, 83.3532
"""Mean longitudes of moon, sun and lunar perigee at noon of 2000-01-01: Meeus (1998), Astronomical Algorithms,
chapters 22, 25 and 47."""
BY_HAND_AT_NOON = {
    "M2": 2 * (H - S),
    "S2": 0.0,
    "N2": -3 * S + 2 * H + P,
    "K2": 2 * H,
    "K1": H - 90,
    "O1": -2 * S + H + 90,
    "P1": -H + 90,
    "Q1": -3 * S + H + P + 90,
    "M3": 3 * (H - S),
    "M4": 4 * (H - S),
    "L2": -S + 2 * H - P + 180,
    "MF": 2 * S,
    "MM": S - P,
    "SSA": 2 * H,
}
"""Schureman (1940), table 2, with T = 0, the hour angle of the mean sun at noon."""


def turned(degrees: Any) -> Any:
    """Between -180 and 180."""
    return (np.asarray(degrees) + 180.0) % 360.0 - 180.0


def found(names: list[str], *times: datetime, corrections: Corrections = "fes") -> Any:
    return arguments(times, names, corrections, "forcing.tides")


@pytest.mark.parametrize("corrections", ["fes", "otis"])
def test_the_arguments_at_noon_of_2000_are_those_worked_out_by_hand(corrections: Corrections):
    v0_deg = found(list(BY_HAND_AT_NOON), NOON_2000, corrections=corrections).v0_deg[0]
    # TT - UT is 0.04 degrees in M4; the longitudes of OTIS are linear in time, and off by 0.01.
    assert turned(v0_deg - list(BY_HAND_AT_NOON.values())) == pytest.approx(0.0, abs=0.06)


def test_solar_constituents_count_hours_from_midnight_or_noon():
    six = datetime(2023, 5, 4, 6, tzinfo=UTC)
    assert turned(found(["S2", "S1", "S4"], six).v0_deg[0]) == pytest.approx([-180.0, -90.0, 0.0])


def test_annual_constituents_count_from_the_equinox():
    assert turned(found(["SA"], NOON_2000).v0_deg[0] - H) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("corrections", ["fes", "otis"])
@pytest.mark.parametrize("name", sorted(SPEEDS_DEG_PER_HOUR))
def test_arguments_turn_with_the_published_speeds(name: str, corrections: Corrections):
    years = 18.6 if name == "M1" else 1.0  # the nodes turn M1 once in 8.85 years, and are part of its speed
    hours = 1 + 24 * 365.25 * years * np.arange(0, 1.0001, 0.01 if name == "M1" else 0.5)
    at = found([name], *(NOON_2000 + timedelta(hours=h) for h in hours), corrections=corrections)
    angle = (at.v0_deg + (at.u_deg if name == "M1" else 0.0))[:, 0]
    ahead = np.unwrap(angle - SPEEDS_DEG_PER_HOUR[name] * hours, period=360.0)
    # Seven decimals are 4e-4 degrees in a year, and M1 leaves its mean by up to half a radian on the way.
    assert (ahead[-1] - ahead[0]) / (hours[-1] - hours[0]) == pytest.approx(0.0, abs=3e-4 if name == "M1" else 4e-6)


NODE_AT_EQUINOX, NODE_OPPOSITE = datetime(2006, 6, 20, tzinfo=UTC), datetime(2015, 10, 8, tzinfo=UTC)
"""The ascending node of the moon at longitude 0 and 180: the greatest and the least declination of the moon."""


@pytest.mark.parametrize("corrections", ["fes", "otis"])
@pytest.mark.parametrize(
    ("name", "at_equinox", "opposite"),
    [
        ("M2", 0.963, 1.037),
        ("O1", 1.181, 0.807),
        ("K1", 1.112, 0.882),
        ("K2", 1.318, 0.748),
        ("MF", 1.457, 0.629),
        ("S2", 1.0, 1.0),
    ],
)
def test_nodal_factors_reach_their_published_extremes(name: str, at_equinox, opposite, corrections: Corrections):
    """Pugh & Woodworth (2014), Sea-Level Science, table 4.3; Schureman's and Doodson's differ in the third digit."""
    f = found([name], NODE_AT_EQUINOX, NODE_OPPOSITE, corrections=corrections).f[:, 0]
    assert f == pytest.approx([at_equinox, opposite], abs=0.013)


def test_nodal_angles_vanish_with_the_node_at_the_equinoxes():
    u_deg = found(["M2", "O1", "K1", "K2"], NODE_AT_EQUINOX, NODE_OPPOSITE).u_deg
    assert u_deg == pytest.approx(0.0, abs=0.5)


def of_utide(names: list[str], times: list[datetime], nodal: bool) -> tuple[Any, Any, Any]:
    """f, u and V [degrees] of UTide: T_TIDE's arguments and satellites, after Foreman (1977)."""
    utide = pytest.importorskip("utide")
    from utide.harmonics import FUV

    theirs = {"LAM2": "LDA2", "RHO": "RHO1"}
    known = [str(name) for name in utide._ut_constants.ut_constants.const.name]
    days = np.array([(t - datetime(1, 1, 1, tzinfo=UTC)) / timedelta(days=1) + 1 for t in times])
    indices = [known.index(theirs.get(name, name)) for name in names]
    f, u, v = FUV(days, days[0], indices, -20.0, [False, not nodal, False, False])
    return f * np.ones_like(v), u * np.ones_like(v) * 360.0, v * 360.0


IN_UTIDE = sorted(USUAL_NAMES - {"2MK3", "M1", "MSQM", "MTM", "S1", "SA"})
"""It has not the first four; its S1 and SA count from the perihelion."""


@pytest.mark.parametrize("corrections", ["fes", "otis"])
def test_arguments_are_those_of_utide(corrections: Corrections):
    times = [datetime(year, 5, 1, 3, tzinfo=UTC) for year in (1995, 2004, 2013, 2022, 2030)]
    _, _, v = of_utide(IN_UTIDE, times, nodal=False)
    # The longitude of the perihelion in OTIS is that of 1992, now half a degree behind: T2.
    assert turned(found(IN_UTIDE, *times, corrections=corrections).v0_deg - v) == pytest.approx(0.0, abs=0.8)


@pytest.mark.parametrize("corrections", ["fes", "otis"])
def test_the_nodal_corrections_of_the_large_constituents_are_those_of_utide(corrections: Corrections):
    names = ["M2", "S2", "N2", "K2", "K1", "O1", "P1", "Q1", "M4", "MS4"]
    times = [datetime(year, 2, 1, tzinfo=UTC) for year in range(1995, 2031, 2)]
    f, u, v = of_utide(names, times, nodal=True)
    ours = found(names, *times, corrections=corrections)
    ahead = turned(ours.v0_deg + ours.u_deg - v - u)
    # Theories of the nodal cycle differ most in Q1 and P1; M2 and K1 have hardly anything left to differ in.
    assert ours.f == pytest.approx(f, abs=0.02)
    assert ahead == pytest.approx(0.0, abs=1.5)
    well_known = [names.index(name) for name in ("M2", "K1")]
    assert ours.f[:, well_known] == pytest.approx(f[:, well_known], abs=2e-3)
    assert ahead[:, well_known] == pytest.approx(0.0, abs=0.15)


def test_without_pytmd_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyTMD", None)
    monkeypatch.delitem(sys.modules, "pyTMD.constituents", raising=False)
    with pytest.raises(ConfigError, match=r'forcing\.tides: Greenwich .*\n.*pip install "rompy-hydra\[tides\]"'):
        found(["M2"], NOON_2000)
    (problem,) = missing("forcing.tides.phase_reference")
    assert problem.key == "forcing.tides.phase_reference"


def test_logging_stays_as_it_was():
    code = (
        "import logging; from rompy_hydra.forcing.equilibrium import missing; assert missing('forcing.tides') == [];"
        "assert logging.root.handlers == [], logging.root.handlers"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_constituent_that_nobody_knows_is_told_with_the_nearest():
    (problem,) = unknown_names(["M2", "NU22"], "forcing.tides.constituents")
    assert problem.message == "pyTMD knows no constituent NU22"
    assert problem.hint == "did you mean 'NU2'?"
    with pytest.raises(ConfigError, match="NU22"):
        found(["NU22"], NOON_2000)
