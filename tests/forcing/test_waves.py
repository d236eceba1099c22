"""Waves by their parameters: written in the config, along a segment, and as series of buoys and models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.data.vectors import directions_at
from rompy_hydra.domain import Domain
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import Forcing
from rompy_hydra.model.base import Experiment
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.dataset import DatasetSource
from tests.conftest import SHARED
from tests.data.lookalike import START, hours

PERTH = SHARED / "data" / "perth_nearshore"
PERIOD = Period(start=START, duration="6h")
SWELL = {"kind": "parametric", "hs": 2.0, "tp": 12.0, "from_deg": 225.0, "spread_deg": 20.0}
BOX = Domain(
    mesh={"kind": "box", "x": (115.4, 115.6), "y": (-32.7, -32.5), "resolution_m": 2000},
    bathymetry={"kind": "flat", "elevation_m": -20},
)


def waves(**fields: Any) -> Any:
    return Forcing(waves={"west": fields}).waves["west"]


def problems(domain: Domain | None = BOX, **fields: Any) -> list[Any]:
    return Forcing(waves={"west": fields}).problems(PERIOD, domain)


class TestParametric:
    def test_parameters_hold_at_all_times(self):
        found = waves(**SWELL).parameters_at(hours(0, 1, 2))
        assert found.hs_m.tolist() == [2.0] * 3
        assert (found.period_s[0], found.is_peak, found.from_deg[0]) == (12.0, True, 225.0)
        assert (found.spread[0], found.is_power) == (20.0, False)
        assert waves(**SWELL).steps(PERIOD) == hours(0, 6)
        assert Forcing(waves={"west": SWELL}).problems(PERIOD, BOX) == []
        assert Forcing(waves={"west": SWELL}).inputs() == []

    def test_a_mean_period_and_a_power_are_told_from_a_peak_period_and_degrees(self):
        mean = {**SWELL, "tp": None, "tm01": 9.0, "spread_deg": None, "spread_power": 500, "from_deg": -90}
        found = waves(**mean).parameters_at(hours(0))
        assert (found.period_s[0], found.is_peak, found.from_deg[0]) == (9.0, False, 270.0)
        assert (found.spread[0], found.is_power) == (500.0, True)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"hs": 0}, "greater than 0"),
            ({"hs": -1}, "greater than 0"),
            ({"tp": 0}, "greater than 0"),
            ({"tp": 41}, "less than or equal to 40"),
            ({"tp": None}, "expected tp or tm01, got neither"),
            ({"tm01": 9}, "expected tp or tm01, got tp and tm01"),
            ({"spread_deg": None}, "expected spread_deg or spread_power, got neither"),
            ({"spread_power": 4}, "got spread_deg and spread_power"),
            ({"hs": 6, "tp": 5}, r"hs 6 m is too steep: waves of 5 s are at most 5\.46 m high"),  # 0.14 g T2 / 2 pi
            ({"shape": {"kind": "jonswap", "gamma": -5}}, r"expected a peak enhancement of 1 \.\. 10"),
            ({"shape": {"kind": "tma", "gamma": 10.5, "depth_m": 10}}, r"expected a peak enhancement of 1 \.\. 10"),
            ({"shape": {"kind": "gauss"}}, "width_hz"),
            ({"shape": {"kind": "pm", "gamma": 3}}, "gamma"),
            ({"shape": "pm"}, r"write shape: \{kind: pm\}"),
        ],
    )
    def test_waves_that_cannot_be_are_refused(self, change: dict[str, Any], message: str):
        with pytest.raises(ValidationError, match=message):
            waves(**{**SWELL, **change})

    def test_shapes_have_their_usual_values(self):
        assert waves(**SWELL).shape.model_dump() == {"kind": "jonswap", "gamma": 3.3}
        gauss = waves(**SWELL, shape={"kind": "gauss", "width_hz": 0.01}).shape
        assert gauss.width_hz == 0.01


class TestPoints:
    def test_points_along_a_segment_have_parameters_of_their_own(self):
        sea = {k: v for k, v in SWELL.items() if k != "kind"}
        found = waves(kind="points", points=[{**sea, "distance_m": 0}, {**sea, "distance_m": 5e3, "hs": 1.0}])
        assert found.distances_m == (0.0, 5e3)
        assert [p.hs_m.tolist() for p in found.parameters_at(hours(0, 1))] == [[2.0, 2.0], [1.0, 1.0]]

    @pytest.mark.parametrize(
        ("second", "message"),
        [
            ({"distance_m": 0}, "distances have to increase, but distance_m 0 of point 1 follows 0"),
            ({"distance_m": 9, "tp": None, "tm01": 8}, "some points have tp and some tm01"),
            ({"distance_m": 9, "hs": 9, "tp": 6}, "too steep"),
        ],
    )
    def test_points_are_in_order_and_of_one_kind(self, second: dict[str, Any], message: str):
        sea = {k: v for k, v in SWELL.items() if k != "kind"}
        with pytest.raises(ValidationError, match=message):
            waves(kind="points", points=[{**sea, "distance_m": 0}, {**sea, **second}])


class TestSegments:
    def test_a_segment_that_the_domain_has_not_is_told_with_the_nearest_name(self):
        (problem,) = Forcing(waves={"wset": SWELL}).problems(PERIOD, BOX)
        assert problem.key == "forcing.waves.wset"
        assert problem.message == "the domain has no boundary segment wset, but east, north, south, west"
        assert problem.hint == "did you mean 'west'?"

    def test_no_waves_come_in_through_land(self):
        corners = [(115.4, -32.7), (115.6, -32.7), (115.6, -32.5), (115.4, -32.5)]
        mesh = {"kind": "polygon", "outline": corners, "resolution_m": 2000}
        domain = Domain(mesh=mesh, boundaries={"ocean": [3]}, bathymetry={"kind": "flat", "elevation_m": -9})
        assert Forcing(waves={"ocean": SWELL}).problems(PERIOD, domain) == []
        (problem,) = Forcing(waves={"land": SWELL}).problems(PERIOD, domain)
        assert "no waves come in through land" in problem.message

    @pytest.mark.parametrize("node", [SWELL, {"kind": "spectra", "source": {}}, {"hs": 2}])
    def test_a_node_where_its_segment_is_expected_is_told(self, node: dict[str, Any]):
        with pytest.raises(ValidationError, match="waves come in through segments"):
            Forcing(waves=node)

    def test_nodes_have_the_key_of_their_segment(self):
        forcing = Forcing(waves={"west": SWELL, "south": SWELL})
        assert [key for key, _ in forcing.nodes()] == ["forcing.waves.west", "forcing.waves.south"]


def written(**fields: Any) -> dict[str, Any]:
    """A series that is written in the config."""
    node = {"kind": "series", "times": hours(0, 6), "hs_m": [1, 2], "tp_s": [8, 10], "from_deg": [350, 10]}
    return {**node, "spread_deg": 25.0, **fields}


def buoy(drop: tuple[str, ...] = (), **columns: Any) -> DatasetSource:
    """An hourly record of eight hours; a column is a number or values, with a CF name or units where there are any."""
    usual = {"hs": 1.5, "tp": 9.0, "mwd": 200.0, "spr": 30.0}
    found = {n: v if isinstance(v, tuple) else (v, {}) for n, v in (usual | columns).items() if n not in drop}
    times = np.datetime64("2022-12-31T23", "ns") + np.arange(9) * np.timedelta64(1, "h")
    data = {n: ("time", np.broadcast_to(np.asarray(v, float), 9).copy(), a) for n, (v, a) in found.items()}
    return DatasetSource(data=xr.Dataset(data, {"time": times}))


class TestSeries:
    def test_values_are_linear_in_time_and_directions_go_the_short_way_round(self):
        found = waves(**written()).parameters_at(hours(0, 3, 6))
        assert found.hs_m == pytest.approx([1.0, 1.5, 2.0])
        assert found.period_s == pytest.approx([8.0, 9.0, 10.0])
        assert found.from_deg == pytest.approx([350.0, 0.0, 10.0], abs=1e-9)
        assert (found.spread.tolist(), found.is_power, found.is_peak) == ([25.0] * 3, False, True)
        assert problems(**written()) == []

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"spread_deg": None}, "expected one of spread_deg, spread_power, got neither"),
            ({"spread_deg": [20]}, "got 2 times and 1 values in spread_deg"),
            ({"spread_deg": 95.0}, "more than 0 and at most 80 degrees"),
            ({"tm01_s": [7, 8]}, "give a source, or times and hs_m and tp_s and from_deg"),
            ({"tp": "tp"}, "tp name variables of a source"),
            ({"hs_m": [1]}, "2 times and 1 values in hs_m"),
        ],
    )
    def test_a_series_that_is_not_whole_is_refused(self, change: dict[str, Any], message: str):
        with pytest.raises(ValidationError, match=message):
            waves(**written(**change))

    def test_a_width_at_each_time_or_as_a_power_is_taken(self):
        assert waves(**written(spread_deg=[20, 30])).parameters_at(hours(3)).spread == pytest.approx([25.0])
        power = waves(**written(spread_deg=None, spread_power=8)).parameters_at(hours(3))
        assert (power.spread.tolist(), power.is_power) == ([8.0], True)

    @pytest.mark.parametrize(
        ("source", "period", "direction"),
        [
            (buoy(), 9.0, 200.0),
            (buoy(("tp",), fp=0.125), 8.0, 200.0),
            (buoy(("tp",), t01=7.0), 7.0, 200.0),
            (buoy(("hs", "tp"), Hm0=(150.0, {"units": "cm"}), pp1d=9.0), 9.0, 200.0),
            (buoy(("mwd",), d=(20.0, {"standard_name": "sea_surface_wave_to_direction", "units": "degree"})), 9.0, 200),
            (buoy(("spr",), w=(np.pi / 6, {"standard_name": "sea_surface_wave_directional_spread", "units": "radian"})),
             9.0, 200.0),
        ],
    )  # fmt: skip
    def test_parameters_are_found_by_their_names_and_units(
        self, source: DatasetSource, period: float, direction: float
    ):
        node = {"kind": "series", "source": source}
        assert problems(**node) == []
        found = waves(**node).parameters_at(hours(0, 6))
        assert found.hs_m == pytest.approx([1.5, 1.5])
        assert found.period_s == pytest.approx([period] * 2)
        assert found.from_deg == pytest.approx([direction] * 2)
        assert found.spread == pytest.approx([30.0] * 2)
        assert found.is_peak == ("t01" not in source.data)

    def test_a_peak_frequency_becomes_a_period_before_it_is_interpolated(self):
        fp = 1.0 / np.array([8, 8, 12, 8, 8, 8, 8, 8, 8])
        found = waves(kind="series", source=buoy(("tp",), fp=fp)).parameters_at(hours(0.5))
        assert found.period_s == pytest.approx([10.0])

    def test_data_without_a_width_say_that_one_number_does(self):
        node = {"kind": "series", "source": buoy(("spr",))}
        (problem,) = problems(**node)
        assert problem.key == "forcing.waves.west.spread"
        assert "or give one width for all times: forcing.waves.west.spread_deg: 25" in problem.hint
        assert waves(**node, spread_deg=25).parameters_at(hours(1)).spread.tolist() == [25.0]

    def test_of_two_directions_the_user_is_asked_which(self):
        node = {"kind": "series", "source": buoy(dp=210.0)}
        (problem,) = problems(**node)
        assert problem.key == "forcing.waves.west.direction"
        assert "several variables are sea_surface_wave_from_direction: mwd, dp" in problem.message
        assert waves(**node, direction="dp").parameters_at(hours(1)).from_deg == pytest.approx([210.0])

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            ({"tp": "a", "fp": "b"}, "expected one of tp, fp and tm01, got tp and fp"),
            ({"hs": "a", "tp": "a"}, "have to be different ones"),
            ({"spread": "a", "spread_deg": 20}, "expected one of spread_deg, spread_power and spread"),
            ({"spread_deg": [20, 30]}, "with a source give one number, or spread"),
        ],
    )
    def test_names_that_contradict_each_other_are_refused(self, names: dict[str, Any], message: str):
        with pytest.raises(ValidationError, match=message):
            waves(kind="series", source=buoy(), **names)

    def test_a_calm_is_no_error_and_has_the_period_around_it(self):
        calm = np.array([1.5, 1.5, 0, 0, 1.5, 1.5, 1.5, 1.5, 1.5])
        node = {"kind": "series", "source": buoy(hs=calm, tp=np.where(calm > 0, 9.0, 0.0))}
        assert problems(**node) == []
        found = waves(**node).parameters_at(hours(0, 1, 2, 3))
        assert (found.hs_m.tolist(), found.period_s.tolist()) == ([1.5, 0.0, 0.0, 1.5], [9.0] * 4)

    def test_waves_without_a_period_are_refused(self):
        (problem,) = problems(kind="series", source=buoy(tp=[9, 9, 9, 0, 9, 9, 9, 9, 9]))
        assert "waves have no period at 1 of 7 times, the first is 2023-01-01T02:00:00Z" in problem.message

    def test_a_missing_value_is_told_with_its_time_and_may_be_interpolated(self):
        node = {"kind": "series", "source": buoy(hs=[1.5, 1.5, 1.5, np.nan, 1.5, 1.5, 1.5, 1.5, 1.5])}
        (problem,) = problems(**node)
        assert "hs is NaN or infinite at 1 of 7 times, the first is 2023-01-01T02:00:00Z" in problem.message
        assert "forcing.waves.west.gaps: interpolate" in problem.hint
        assert waves(**node, gaps="interpolate").parameters_at(hours(2)).hs_m == pytest.approx([1.5])

    def test_waves_that_are_too_steep_are_told_with_their_time(self):
        (problem,) = problems(kind="series", source=buoy(hs=[1, 1, 1, 1, 7, 1, 1, 1, 1], tp=5.0))
        assert "hs 7 m with a period of 5 s at 2023-01-01T03:00:00Z" in problem.message

    def test_a_series_that_ends_before_the_run_is_told_with_both_ranges(self):
        found = Forcing(waves={"west": {"kind": "series", "source": buoy()}}).problems(
            Period(start=START, duration="9h"), BOX
        )
        assert (
            "the run needs 2023-01-01T00:00:00Z .. 2023-01-01T09:00:00Z; 2 h are missing at its end" in found[0].message
        )

    @pytest.mark.real_data
    @pytest.mark.skipif(not PERTH.exists(), reason="the acceptance data are not here")
    def test_a_real_record_with_peak_frequencies_is_read(self):
        path = PERTH / "wave-params-20230101.csv"
        node = {"kind": "series", "source": CsvSource(path=path), "direction": "dp"}
        assert problems(**node) == []
        found = waves(**node).parameters_at(hours(0, 1))
        rows = np.genfromtxt(path, delimiter=",", names=True, usecols=("dp", "fp", "hs", "spr"))[:2]
        assert found.hs_m == pytest.approx(rows["hs"])
        assert found.period_s == pytest.approx(1 / rows["fp"])
        assert found.from_deg == pytest.approx(rows["dp"])
        assert found.spread == pytest.approx(rows["spr"])
        (ambiguous,) = problems(kind="series", source=CsvSource(path=path))
        assert "several variables are sea_surface_wave_from_direction: dir, dp" in ambiguous.message


def apart_deg(one: Any, other: Any) -> Any:
    return np.abs((np.asarray(one) - other + 180.0) % 360.0 - 180.0)


class TestDirections:
    @given(st.floats(0, 360), st.floats(-179.9, 179.9), st.floats(0, 1))
    def test_between_two_directions_is_the_shorter_arc(self, first: float, turn: float, share: float):
        found = directions_at(np.array([0.0, 1.0]), np.array([first, first + turn]), np.array([share]))
        assert (found >= 0.0).all()
        assert (found < 360.0).all()
        behind, ahead = apart_deg(found, first), apart_deg(found, first + turn)
        assert behind + ahead == pytest.approx(abs(turn), abs=1e-6)

    @given(st.lists(st.floats(-360, 360), min_size=1, max_size=9))
    def test_directions_at_their_own_times_are_themselves(self, values: list[float]):
        axis = np.arange(len(values), dtype=float)
        assert apart_deg(directions_at(axis, np.array(values), axis), values) == pytest.approx(0.0, abs=1e-9)

    @given(st.floats(0, 360), st.floats(-170, 170), st.floats(0.01, 0.99), st.floats(-360, 360))
    def test_turning_the_data_turns_the_result(self, first: float, turn: float, share: float, by: float):
        axis, pair, at = np.array([0.0, 1.0]), np.array([first, first + turn]), np.array([share])
        assert apart_deg(directions_at(axis, pair + by, at), directions_at(axis, pair, at) + by) < 1e-6

    def test_between_opposite_directions_the_first_holds_until_the_middle(self):
        found = directions_at(np.array([0.0, 1.0]), np.array([90.0, 270.0]), np.array([0.25, 0.5, 0.75]))
        assert found == pytest.approx([90.0, 90.0, 270.0])


def test_anuga_refuses_what_it_lacks_and_says_why():
    from rompy_hydra.model.anuga.model import Anuga

    ice, current = {"kind": "constant", "concentration": 0.5}, {"kind": "constant", "u_m_s": 1, "v_m_s": 0}
    forcing = Forcing(waves={"west": SWELL}, ice=ice, current=current)
    found = {p.key: p for p in Anuga().plan(Experiment(period=PERIOD, domain=BOX, forcing=forcing)).problems}
    assert "model anuga cannot use this forcing: ANUGA has no waves" in found["forcing.waves"].message
    assert found["forcing.waves"].hint == "set forcing.waves=null"
    assert {"forcing.ice", "forcing.current"} <= found.keys()


def test_an_experiment_file_is_swept_over_the_wave_height(cli: Any, tmp_path: Path):
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    node = "{kind: parametric, hs: 2, tp: 12, from_deg: 225, spread_deg: 20}"
    text = f"# @package _global_\ndefaults:\n  - tidal_bay\nforcing:\n  waves:\n    ocean: {node}\n"
    (tmp_path / "conf" / "experiment" / "swell.yaml").write_text(text)
    found = cli("explain", "forcing.waves.ocean.hs", "experiment=swell", "forcing.waves.ocean.hs=3")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "3" in found.stdout
    assert "Significant wave height" in found.stdout
    wrong = cli("check", "experiment=swell", "forcing.waves.ocean.hs=40")
    assert wrong.returncode == 2
    assert "forcing.waves.ocean" in wrong.stdout + wrong.stderr


def test_a_series_that_is_too_short_gives_no_parameters():
    with pytest.raises(DataError, match=r"forcing\.waves"):
        waves(kind="series", source=buoy()).parameters_at(hours(0, 20))
