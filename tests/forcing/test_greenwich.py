"""Tides with Greenwich phases, written in the config or in a table."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing, Tides
from tests.conftest import SHARED
from tests.forcing.test_equilibrium import of_utide

pytest.importorskip("pyTMD")

PERTH = SHARED / "data" / "perth_nearshore" / "tide_cons_station.csv"
START = datetime(2023, 1, 1, tzinfo=UTC)
PERIOD = Period(start=START, duration="6h")
BOX = Domain(
    crs="local",
    mesh={"kind": "box", "x": (0, 100), "y": (0, 100), "resolution_m": 10},
    bathymetry={"kind": "flat", "elevation_m": -5},
)


def hours(*values: float) -> list[datetime]:
    return [START + timedelta(hours=h) for h in values]


def greenwich(**fields) -> Tides:
    return Tides(**{"phase_reference": "greenwich", **fields})


def problems(tides: Tides) -> list[tuple[str, str]]:
    return [(p.key, p.message) for p in Forcing(tides=tides).problems(PERIOD, BOX)]


def test_high_water_of_s2_comes_a_phase_over_its_speed_after_midnight():
    tide = greenwich(constituents={"S2": {"amplitude_m": 1.0, "phase_deg": 60}})
    assert tide.at(hours(2, 8, 14)) == pytest.approx([1.0, -1.0, 1.0])


@pytest.mark.parametrize("nodal", ["fes", "otis", "none"])
def test_a_predicted_tide_is_that_of_utide(nodal: str):
    names = ["M2", "S2", "N2", "K2", "K1", "O1", "P1", "Q1", "M4", "M3"]
    amplitudes = np.array([1.0, 0.4, 0.2, 0.1, 0.3, 0.2, 0.1, 0.04, 0.05, 0.02])
    phases = np.linspace(0.0, 350.0, len(names))
    times = [datetime(2021, 3, 1, tzinfo=UTC) + timedelta(hours=h) for h in range(24 * 30)]
    f, u, v = of_utide(names, times, nodal=nodal != "none")
    expected = (f * amplitudes * np.cos(np.radians(v + u - phases))).sum(axis=1)
    parts = {n: {"amplitude_m": a, "phase_deg": g} for n, a, g in zip(names, amplitudes, phases, strict=True)}
    predicted = greenwich(constituents=parts, nodal_corrections=nodal).at(times)
    assert np.abs(predicted - expected).max() < 0.01 * amplitudes.sum()
    assert np.sqrt(np.mean((predicted - expected) ** 2)) < 0.005 * np.std(expected)


def test_nodal_corrections_are_those_of_schureman_unless_told_otherwise():
    parts = {"O1": {"amplitude_m": 1.0, "phase_deg": 0}}
    times = hours(*range(25))
    standard, schureman, without = (
        greenwich(constituents=parts, **fields).at(times)
        for fields in ({}, {"nodal_corrections": "fes"}, {"nodal_corrections": "none"})
    )
    assert np.array_equal(standard, schureman)
    # N is 40 degrees: f = 1.009 + 0.187 cos N - 0.015 cos 2 N (Doodson); hours miss the top by 0.7 % at most.
    assert np.abs(standard).max() == pytest.approx(1.149, abs=0.01)
    assert np.abs(without).max() == pytest.approx(1.0, abs=0.01)


def test_nodal_corrections_do_not_go_with_phases_from_a_time():
    parts = {"O1": {"amplitude_m": 1.0, "phase_deg": 0}}
    with pytest.raises(ValidationError, match="belongs to phase_reference: greenwich"):
        Tides(constituents=parts, phase_reference="2023-01-01", nodal_corrections="otis")


@pytest.mark.parametrize("word", ["greenwich", "Greenwich", " GREENWICH "])
def test_the_word_may_be_written_as_one_likes(word: str):
    assert Tides(constituents={"M2": {"amplitude_m": 1, "phase_deg": 0}}, phase_reference=word).is_greenwich


@pytest.mark.parametrize("word", ["gmt", "local", 12])
def test_another_reference_is_refused_with_both_choices(word):
    with pytest.raises(ValidationError, match=r"ISO 8601 date and time .* or greenwich"):
        Tides(constituents={"M2": {"amplitude_m": 1, "phase_deg": 0}}, phase_reference=word)


def test_the_names_of_constituents_are_the_same_in_upper_and_lower_case():
    part = {"amplitude_m": 1.0, "phase_deg": 0.0}
    tide = Tides(constituents={"m2": part, "Lambda2": part, "rho1": part}, phase_reference="2023-01-01")
    assert sorted(tide.parts()) == ["LAM2", "M2", "RHO"]
    with pytest.raises(ValidationError, match="M2 is given twice"):
        greenwich(constituents={"m2": part, "M2": part})


def test_a_constituent_without_a_speed_here_needs_greenwich_phases():
    part = {"NO1": {"amplitude_m": 1.0, "phase_deg": 0.0}}
    with pytest.raises(ValidationError, match="no speed known for a constituent NO1"):
        Tides(constituents=part, phase_reference="2023-01-01")
    assert problems(greenwich(constituents=part)) == []
    assert np.isfinite(greenwich(constituents=part).at(hours(0, 1))).all()


def test_a_misspelt_constituent_is_told_before_anything_is_written():
    tide = greenwich(constituents={"NU22": {"amplitude_m": 1.0, "phase_deg": 0.0}})
    assert problems(tide) == [("forcing.tides.constituents", "pyTMD knows no constituent NU22")]


def test_missing_pytmd_is_told_before_anything_is_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyTMD", None)
    monkeypatch.delitem(sys.modules, "pyTMD.constituents", raising=False)
    tide = greenwich(constituents={"M2": {"amplitude_m": 1.0, "phase_deg": 0.0}})
    (problem,) = Forcing(tides=tide).problems(PERIOD, BOX)
    assert problem.key == "forcing.tides.phase_reference"
    assert problem.hint == 'pip install "rompy-hydra[tides]"'
    later = Tides(constituents={"M2": {"amplitude_m": 1, "phase_deg": 0}}, phase_reference="2023-01-01")
    assert problems(later) == []


def test_no_tide_exceeds_its_highest_level():
    parts = {name: {"amplitude_m": 0.3, "phase_deg": 200.0} for name in ("M2", "O1", "K1", "K2")}
    tide = greenwich(constituents=parts, mean_m=0.1)
    year = Period(start=datetime(2024, 6, 1, tzinfo=UTC), duration="365d")
    highest = tide.highest_m(year)
    assert tide.at([year.start + timedelta(hours=h) for h in range(0, 24 * 365)]).max() <= highest
    assert 0.1 + 1.2 < highest < 0.1 + 1.2 * 1.2


def test_the_ramp_begins_with_the_run_whatever_times_are_asked_for():
    tide = greenwich(constituents={"S2": {"amplitude_m": 1.0, "phase_deg": 0}}, ramp="24h", mean_m=0.5)
    assert tide.at(hours(12), start=START) == pytest.approx([0.5 + 0.5])
    assert tide.at(hours(12)) == pytest.approx([0.5])


def write(tmp_path: Path, text: str) -> dict[str, object]:
    (tmp_path / "station.csv").write_text(text)
    return {"path": tmp_path / "station.csv"}


def test_constituents_come_from_a_table_in_any_letters_and_units(tmp_path: Path):
    table = write(tmp_path, "Name;amp;g;note\nm2;80;90;\nO1;20;-30.5;x\n")
    tide = greenwich(table={**table, "delimiter": ";", "units": "cm"})
    parts = {"M2": {"amplitude_m": 0.8, "phase_deg": 90}, "O1": {"amplitude_m": 0.2, "phase_deg": -30.5}}
    assert tide.at(hours(0, 5)) == pytest.approx(greenwich(constituents=parts).at(hours(0, 5)))
    (file,) = Forcing(tides=tide).inputs()
    assert (file.key, file.path.name, file.coverage) == ("forcing.tides.table.path", "station.csv", "M2, O1")


def test_columns_of_a_table_can_be_named(tmp_path: Path):
    table = write(tmp_path, "c,h,k\nS2,1.0,60\n")
    node = greenwich(table={**table, "name": "c", "amplitude": "h", "phase": "k"})
    assert node.at(hours(2)) == pytest.approx([1.0])
    (problem,) = Forcing(tides=greenwich(table=table)).problems(PERIOD, BOX)
    assert problem.key == "forcing.tides.table.name"
    assert "no column constituent or name or con, but c, h, k" in problem.message


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("name,amplitude,phase\nM2,abc,0\n", "path", "line 2: expected a number as amplitude"),
        ("name,amplitude,phase\nM2,nan,0\n", "path", "line 2: expected a number as amplitude"),
        ("name,amplitude,phase\nM2,80,0\n", "units", "line 2: expected an amplitude of 0 to 20 m, found 80 m"),
        ("name,amplitude,phase\nM2,0.8,400\n", "path", "line 2: expected a phase of -360 to 360 degrees"),
        ("name,amplitude,phase\nM2,0.8,0\nm2,0.1,0\n", "path", "line 3: M2 is there twice"),
        ("name,amplitude,phase\nM2,0.8\n", "path", "line 2: expected 3 cells"),
        ("name,amplitude,phase\n", "path", "has no data"),
    ],
)
def test_a_faulty_table_is_told_with_its_line(tmp_path: Path, text: str, key: str, message: str):
    node = greenwich(table=write(tmp_path, text))
    (problem,) = Forcing(tides=node).problems(PERIOD, BOX)
    assert problem.key == f"forcing.tides.table.{key}"
    assert message in problem.message
    assert problem.data
    with pytest.raises(DataError):
        node.at(hours(0))


def test_a_missing_table_is_told_by_name(tmp_path: Path):
    (problem,) = Forcing(tides=greenwich(table={"path": tmp_path / "no.csv"})).problems(PERIOD, BOX)
    assert problem.key == "forcing.tides.table.path"
    assert "no such file" in problem.message


def test_a_table_may_count_its_phases_from_a_time(tmp_path: Path):
    table = write(tmp_path, "constituent,amplitude,phase\nS2,1.0,60\nNO1,0.1,0\n")
    (problem,) = Forcing(tides=Tides(table=table, phase_reference="2023-01-01")).problems(PERIOD, BOX)
    assert "no speed known for a constituent NO1" in problem.message
    table = write(tmp_path, "constituent,amplitude,phase\nS2,1.0,60\n")
    assert Tides(table=table, phase_reference="2023-01-01T01:00").at(hours(3)) == pytest.approx([1.0])


def test_constituents_are_given_once():
    with pytest.raises(ValidationError, match="give constituents, or a table of them"):
        greenwich()
    with pytest.raises(ValidationError, match="not both"):
        greenwich(constituents={"M2": {"amplitude_m": 1, "phase_deg": 0}}, table={"path": "a.csv"})


@pytest.mark.real_data
@pytest.mark.skipif(not PERTH.exists(), reason="the acceptance data are not here")
def test_the_constituents_of_perth():
    tide = greenwich(table={"path": PERTH})
    assert problems(tide) == []
    parts = tide.parts()
    assert len(parts) == 10
    assert (parts["K1"].amplitude_m, parts["K1"].phase_deg) == (0.18253767, 184.39871)
    levels = tide.at(hours(*range(24 * 29)))
    assert 0.2 < levels.max() < tide.highest_m(Period(start=START, duration="29d"))
