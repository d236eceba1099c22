"""Tides, series of water level, surges and rivers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing, Tides, WaterLevelSeries
from rompy_hydra.forcing.constituents import SPEEDS_DEG_PER_HOUR
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.file import FileSource
from tests.conftest import SHARED

SSH = SHARED / "data" / "perth_nearshore" / "ssh.csv"
START = datetime(2023, 1, 1, tzinfo=UTC)
PERIOD = Period(start=START, duration="6h")
BOX = Domain(
    crs="local",
    mesh={"kind": "box", "x": (0, 100), "y": (0, 100), "resolution_m": 10},
    bathymetry={"kind": "flat", "elevation_m": -5},
)


def hours(*values: float) -> list[datetime]:
    return [START + timedelta(hours=h) for h in values]


def tides(**fields) -> Tides:
    m2 = {"M2": {"amplitude_m": 0.8, "phase_deg": 90.0}}
    return Tides(**{"constituents": m2, "phase_reference": "2023-01-01", **fields})


def level(**fields) -> WaterLevelSeries:
    return WaterLevelSeries(**{"times": hours(0, 3, 6), "values_m": [0.0, 3.0, 0.0], **fields})


def test_a_tide_is_the_sum_of_its_constituents():
    both = tides(
        constituents={"M2": {"amplitude_m": 0.8, "phase_deg": 90}, "S2": {"amplitude_m": 0.3, "phase_deg": -30}},
        mean_m=0.1,
    )
    t = np.array([0.0, 1.5, 100.0])
    expected = 0.1 + 0.8 * np.cos(np.radians(28.9841042 * t - 90)) + 0.3 * np.cos(np.radians(30.0 * t + 30))
    assert both.at(hours(*t)) == pytest.approx(expected, abs=1e-12)


def test_high_water_comes_a_phase_over_speed_after_the_reference():
    late = tides(constituents={"S2": {"amplitude_m": 1.0, "phase_deg": 60}}, phase_reference="2022-12-31T22:00")
    assert late.at(hours(0.0)) == pytest.approx([1.0])  # 60 / 30 = 2 hours


@given(st.sampled_from(sorted(SPEEDS_DEG_PER_HOUR)), st.floats(-180, 180), st.integers(-5, 5))
def test_each_constituent_comes_back_after_its_period(name: str, phase: float, turns: int):
    one = tides(constituents={name: {"amplitude_m": 1.0, "phase_deg": phase}})
    period_h = 360.0 / SPEEDS_DEG_PER_HOUR[name]
    first, again = one.at([START, START + turns * timedelta(hours=period_h)])
    assert again == pytest.approx(first, abs=1e-6)  # datetimes count microseconds


def test_compound_constituents_have_the_sum_of_the_speeds_of_their_parents():
    s = SPEEDS_DEG_PER_HOUR
    sums = {
        "M4": 2 * s["M2"],
        "M6": 3 * s["M2"],
        "M8": 4 * s["M2"],
        "MS4": s["M2"] + s["S2"],
        "MN4": s["M2"] + s["N2"],
        "MK3": s["M2"] + s["K1"],
        "2MK3": 2 * s["M2"] - s["K1"],
        "2SM2": 2 * s["S2"] - s["M2"],
        "MSF": s["S2"] - s["M2"],
        "MM": s["M2"] - s["N2"],
        "K2": 2 * s["K1"],
    }
    assert len(s) == 37
    assert {name: s[name] for name in sums} == pytest.approx(sums, abs=4e-7)  # the table has seven decimals
    assert s["P1"] == pytest.approx(2 * 15.0 - s["K1"], abs=2e-7)
    assert s["MF"] == pytest.approx(s["K1"] - s["O1"], abs=4e-7)
    assert s["SSA"] == pytest.approx(2 * s["SA"], abs=2e-7)


def test_a_phase_reference_is_needed():
    with pytest.raises(ValidationError, match="phase_reference"):
        Tides(constituents={"M2": {"amplitude_m": 1, "phase_deg": 0}})


def test_an_unknown_constituent_is_refused_with_the_nearest():
    with pytest.raises(ValidationError, match="there is no speed known for a constituent NU22; did you mean 'NU2'"):
        tides(constituents={"NU22": {"amplitude_m": 1, "phase_deg": 0}})


def test_a_tide_grows_smoothly_from_its_mean():
    ramped = tides(constituents={"S2": {"amplitude_m": 1.0, "phase_deg": 0}}, mean_m=0.2, ramp="12h")
    assert ramped.at(hours(0, 6, 12, 24)) == pytest.approx([0.2, 0.2 - 0.5, 1.2, 1.2])
    assert ramped.at(hours(24), start=START) == pytest.approx([1.2])


def test_a_surge_is_at_its_peak_at_its_time_and_at_half_at_its_duration():
    surge = {"peak_m": 1.5, "time": "2023-01-01T12:00", "duration": "6h"}
    with_surge = level(times=hours(0, 24), values_m=[0.0, 0.0], surge=surge)
    assert with_surge.at(hours(12, 9, 15)) == pytest.approx([1.5, 0.75, 0.75])
    assert tides(surge=surge).at(hours(12)) - tides().at(hours(12)) == pytest.approx([1.5])


def test_a_surge_that_misses_the_run_is_told():
    surge = {"peak_m": 1.5, "time": "2024-01-01", "duration": "6h"}
    (problem,) = Forcing(tides=tides(surge=surge)).problems(PERIOD, BOX)
    assert problem.key == "forcing.tides.surge.time"
    assert "peaks at 2024-01-01T00:00:00Z and lasts PT6H" in problem.message


def test_a_series_is_linear_between_its_values():
    assert level(offset_m=0.5).at(hours(0, 1, 3, 4.5)) == pytest.approx([0.5, 1.5, 3.5, 2.0])


def test_the_steps_of_a_series_are_the_ends_and_its_own_times_between():
    period = Period(start=START + timedelta(hours=1), duration="4h")
    assert level().steps(period) == hours(1, 3, 5)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"values_m": [1.0]}, "3 times and 1 values"),
        ({"times": hours(0, 3, 3)}, r"but times\[2\] 2023-01-01T03:00:00Z follows 2023-01-01T03:00:00Z"),
        ({"values_m": None}, "give a source, or times and values_m"),
        ({"times": []}, "give a source, or times and values_m"),
        ({"source": CsvSource(path="a.csv")}, "either a source or times and values_m, not both"),
        ({"source": "levels.csv"}, "expected a source"),
        ({"values_m": [0, float("nan"), 0]}, "finite"),
    ],
)
def test_a_series_that_is_incomplete_is_refused(fields, message: str):
    with pytest.raises(ValidationError, match=message):
        level(**fields)


@pytest.mark.parametrize(("start", "duration"), [("2022-12-31T23:50", "2h"), ("2023-01-01", "6h10min")])
def test_a_period_beyond_the_series_is_told_with_both_ranges(start: str, duration: str):
    period = Period(start=start, duration=duration)
    (problem,) = Forcing(water_level=level()).problems(period, BOX)
    assert problem.key == "forcing.water_level.times"
    assert problem.data
    assert "cover 2023-01-01T00:00:00Z .. 2023-01-01T06:00:00Z, the run needs" in problem.message
    with pytest.raises(DataError, match=r"forcing\.water_level\.times: the data cover"):
        level().at([period.start, period.stop])


@pytest.mark.parametrize(("own", "fields", "count"), [("LAT", {}, 1), ("MSL", {}, 0), ("LAT", {"offset_m": -0.6}, 0)])
def test_another_vertical_datum_needs_an_offset(own: str, fields, count: int):
    found = Forcing(water_level=level(vertical_datum=own, **fields)).problems(PERIOD, BOX)
    assert [p.message for p in found] == ["these data refer to LAT, the domain to MSL"] * count


def write(tmp_path: Path, values: list[str]) -> CsvSource:
    path = tmp_path / "ssh.csv"
    path.write_text("time,ssh\n" + "".join(f"2023-01-01T0{i}:00,{v}\n" for i, v in enumerate(values)))
    return CsvSource(path=path)


def test_a_series_from_a_table_needs_no_name_for_its_only_column(tmp_path: Path):
    node = WaterLevelSeries(source=write(tmp_path, ["0", "1", "4", "9"]))
    assert node.at(hours(0.5, 3)) == pytest.approx([0.5, 9])
    assert node.steps(Period(start=START, duration="150min")) == hours(0, 1, 2, 2.5)
    assert [i.key for i in Forcing(water_level=node).inputs()] == ["forcing.water_level.source.path"]


def test_units_of_a_table_can_be_told(tmp_path: Path):
    assert WaterLevelSeries(source=write(tmp_path, ["0", "100"]), units="cm").at(hours(1)) == pytest.approx([1.0])


def test_only_a_gap_within_the_period_is_refused(tmp_path: Path):
    node = WaterLevelSeries(source=write(tmp_path, ["0", "1", "", "3"]))
    assert node.problems("forcing.water_level", Period(start=START, duration="1h")) == []
    (problem,) = node.problems("forcing.water_level", Period(start=START, duration="90min"))
    assert "ssh is NaN or infinite at 1 of 3 times, the first is 2023-01-01T02:00:00Z" in problem.message


def test_a_missing_value_is_bridged_as_a_missing_row_is(tmp_path: Path):
    node = WaterLevelSeries(source=write(tmp_path, ["0", "1", "", "3", ""]), gaps="interpolate")
    assert node.problems("forcing.water_level", Period(start=START, duration="3h")) == []
    assert node.at(hours(1.5, 2)) == pytest.approx([1.5, 2.0])
    (problem,) = node.problems("forcing.water_level", Period(start=START, duration="4h"))
    assert "1 h are missing at its end" in problem.message


def test_levels_in_centimetres_taken_for_metres_are_told(tmp_path: Path):
    node = WaterLevelSeries(source=write(tmp_path, ["0", "120", "0"]))
    (problem,) = node.problems("forcing.water_level", Period(start=START, duration="1h"))
    assert "between 0 and 120 m, expected -50 .. 50 m" in problem.message


def test_a_missing_variable_is_told_with_its_key(tmp_path: Path):
    node = WaterLevelSeries(source=write(tmp_path, ["0", "1"]), variable="shs")
    (problem,) = Forcing(water_level=node).problems(Period(start=START, duration="1h"), BOX)
    assert (problem.key, problem.hint) == ("forcing.water_level.variable", "did you mean 'ssh'?")


@pytest.mark.real_data
@pytest.mark.skipif(not SSH.exists(), reason="the acceptance data are not here")
def test_the_sea_level_of_perth():
    forcing = Forcing(water_level={"source": CsvSource(path=SSH)})
    assert forcing.problems(Period(start=START, duration="24h"), BOX) == []
    assert forcing.water_level.at(hours(0, 1)) == pytest.approx([-0.6052159048248715, -0.4818331930165335])
    (problem,) = forcing.problems(Period(start=START, duration="25h"), BOX)
    assert "2023-01-02T00:00:00Z, the run needs 2023-01-01T00:00:00Z .. 2023-01-02T01:00:00Z" in problem.message


def test_rivers_have_a_place_and_a_discharge():
    swan = {"kind": "constant", "location": {"x_m": 50, "y_m": 50}, "radius_m": 20, "discharge_m3_s": 30}
    flood = {**swan, "kind": "series", "times": hours(0, 6), "discharge_m3_s": [0.0, 60.0]}
    forcing = Forcing(river={"swan": swan, "flood": flood})
    assert forcing.problems(PERIOD, BOX) == []
    assert forcing.river["swan"].at(hours(0, 1)).tolist() == [30, 30]
    assert forcing.river["flood"].at(hours(0, 1)) == pytest.approx([0, 10])


def test_a_river_outside_of_the_domain_is_told():
    away = {"kind": "constant", "location": {"x_m": 500, "y_m": 50}, "radius_m": 20, "discharge_m3_s": 30}
    (problem,) = Forcing(river={"away": away}).problems(PERIOD, BOX)
    assert problem.key == "forcing.river.away.location"


def test_a_dumped_forcing_names_its_source_in_full(tmp_path: Path):
    dumped = Forcing(water_level={"source": write(tmp_path, ["1"])}).model_dump(mode="json")
    assert dumped["water_level"]["source"]["path"].endswith("ssh.csv")
    assert dumped["water_level"]["source"]["source_type"] == "csv"


def test_no_tide_or_series_exceeds_its_highest_level():
    surge = {"peak_m": 0.5, "time": "2023-01-01T03:00Z", "duration": "2h"}
    parts = {"M2": {"amplitude_m": 0.4, "phase_deg": 90}, "S2": {"amplitude_m": 0.2, "phase_deg": 80}}
    tide = Forcing(tides=tides(constituents=parts, mean_m=0.1, surge=surge)).tides
    assert tide.highest_m(PERIOD) == pytest.approx(0.1 + 0.4 + 0.2 + 0.5)
    times = ["2023-01-01T00:00", "2023-01-01T03:00", "2023-01-02T00:00", "2023-01-03T00:00"]
    series = {"kind": "series", "times": times, "values_m": [0.0, 1.0, -1.0, 9.0], "offset_m": 0.25}
    assert Forcing(water_level=series).water_level.highest_m(PERIOD) == pytest.approx(1.25)
    lowered = {**series, "surge": {**surge, "peak_m": -0.5}}
    assert Forcing(water_level=lowered).water_level.highest_m(PERIOD) == pytest.approx(1.25)


def test_a_level_on_a_grid_is_needed_everywhere():
    with pytest.raises(ValidationError, match="no model runs without a level at its open boundary"):
        Forcing(water_level={"kind": "grid", "source": FileSource(path="ocean.nc"), "nan": "keep"})
