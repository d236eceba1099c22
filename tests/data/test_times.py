"""Times of data: understood, in order, covering the period, without gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.times import seconds_of, time_text
from rompy_hydra.data.times import bracket, coverage_problem, gap_problem, gaps_in, step_words, times_of
from rompy_hydra.errors import DataError
from rompy_hydra.source.base import opened
from rompy_hydra.source.file import FileSource

H = 3600.0


def coordinate(values: Any, **attributes: Any) -> xr.DataArray:
    return xr.DataArray(values, dims="time", coords={"time": values}, name="time", attrs=attributes).time


def stamps(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[ns]")


def refused(values: Any) -> tuple[str, str]:
    with pytest.raises(DataError) as caught:
        times_of(coordinate(values), "forcing.wind.source")
    (problem,) = caught.value.problems
    assert problem.key == "forcing.wind.source"
    return problem.message, problem.hint


class TestUnderstood:
    def test_times_out_of_order_are_put_in_order(self):
        found = times_of(coordinate(stamps("2023-01-01T02", "2023-01-01T00", "2023-01-01T01")), "k")
        assert found.order.tolist() == [1, 2, 0]
        assert (found.seconds - found.seconds[0]).tolist() == [0.0, H, 2 * H]

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_any_resolution_of_numpy_is_the_same(self, unit: str):
        found = times_of(coordinate(stamps("2023-01-01T00:10").astype(f"datetime64[{unit}]")), "k")
        assert time_text(found.seconds[0]) == "2023-01-01T00:10:00Z"

    @pytest.mark.parametrize("units", ["days since 1990-01-01", "hours since 1900-01-01"])
    def test_ten_minutes_are_ten_minutes_in_days_of_double_precision(self, units: str):
        """As WW3 and others write them: 1/144 of a day is no number of a computer."""
        exact = stamps("2023-01-01") + np.arange(145) * np.timedelta64(10, "m")
        length, origin = (86400 if units.startswith("days") else 3600), np.datetime64(units.split()[-1])
        raw = xr.Dataset(coords={"time": ("time", (exact - origin) / np.timedelta64(length, "s"), {"units": units})})
        decoded = xr.decode_cf(raw).time
        assert not np.array_equal(decoded.values, exact)  # off by up to 300 ns
        assert np.array_equal(times_of(decoded, "k").seconds, seconds_of(exact))

    def test_a_period_that_ends_with_rounded_times_is_covered(self):
        late = stamps("2023-01-01T00:00:00.000000300", "2023-01-01T00:59:59.999999700")
        axis_s = times_of(coordinate(late), "k").seconds
        assert coverage_problem("k", axis_s, *seconds_of(stamps("2023-01-01T00", "2023-01-01T01"))) is None

    def test_a_calendar_without_leap_days_has_a_gap_at_the_end_of_february(self):
        days = xr.date_range("2024-02-26", periods=6, freq="D", calendar="noleap", use_cftime=True)
        found = times_of(coordinate(days), "k")
        assert found.calendar == "noleap"
        (gap,) = gaps_in(found.seconds)
        assert (time_text(gap.after_s), time_text(gap.until_s)) == ("2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z")

    @pytest.mark.parametrize("calendar", ["360_day", "all_leap", "julian"])
    def test_a_calendar_with_days_that_do_not_exist_is_refused_with_what_converts_it(self, calendar: str):
        message, hint = refused(xr.date_range("2023-01-01", periods=3, freq="D", calendar=calendar, use_cftime=True))
        assert message == f"coordinate time is in the calendar {calendar}, which has days that do not exist"
        assert "xarray.Dataset.convert_calendar('standard', dim='time')" in hint

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ([0, 1, 2], "coordinate time holds no times; the first value is '0'"),
            (["noon", "one", "two"], "coordinate time holds no times; the first value is 'noon'"),
            ([0.5, 1.5], "coordinate time holds no times; the first value is '0.5'"),
            (np.arange(3).astype("timedelta64[s]"), "coordinate time holds no times; the first value is '0 seconds'"),
            (stamps("2023-01-01", "NaT", "2023-01-03"), "coordinate time lacks a time at position 1"),
            (
                stamps("2023-01-01", "2023-01-02", "2023-01-01"),
                "time 2023-01-01T00:00:00Z is there twice, at positions 0 and 2",
            ),
        ],
    )
    def test_what_is_no_time_is_refused(self, values: Any, message: str):
        assert refused(values)[0] == message

    @pytest.mark.filterwarnings("error")
    def test_times_with_a_zone_are_taken_in_utc(self):
        import pandas as pd

        local = pd.date_range("2023-01-01 08:00", periods=3, freq="h", tz="Australia/Perth")
        found = times_of(coordinate(local), "k")
        assert [time_text(t) for t in found.seconds[:2]] == ["2023-01-01T00:00:00Z", "2023-01-01T01:00:00Z"]
        texts = times_of(coordinate([t.isoformat() for t in local]), "k")
        assert texts.seconds.tolist() == found.seconds.tolist()


def stored(tmp_path: Path, values: Any, units: str, dtype: str = "f8", calendar: str = "standard") -> xr.DataArray:
    """A time coordinate as it comes from a file."""
    attributes = {"units": units, "calendar": calendar}
    raw = xr.Dataset(coords={"time": ("time", np.asarray(values, dtype=dtype), attributes)})
    raw.to_netcdf(tmp_path / "time.nc")
    with xr.open_dataset(tmp_path / "time.nc") as data:
        return data.time.load()


class TestUnitsOfFiles:
    @pytest.mark.parametrize(
        ("origin", "first"),
        [
            ("2023-01-01", "2023-01-01T00:00:00Z"),
            ("2023-1-1 0:0:0.0", "2023-01-01T00:00:00Z"),
            ("20230101", "2023-01-01T00:00:00Z"),
            ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
            ("2023-01-01 00:00 UTC", "2023-01-01T00:00:00Z"),
            ("2023-01-01 08:00:00 +08:00", "2023-01-01T00:00:00Z"),
            ("2023-01-01 08:00:00+8", "2023-01-01T00:00:00Z"),
            ("2022-12-31 18:00:00 -6:00", "2023-01-01T00:00:00Z"),
        ],
    )
    def test_offsets_are_counted(self, tmp_path: Path, origin: str, first: str):
        found = times_of(stored(tmp_path, [0, 1, 2], f"hours since {origin}"), "k")
        assert time_text(found.seconds[0]) == first

    @pytest.mark.parametrize(
        ("origin", "calendar"),
        [
            ("2023-01-01 00:00:00 AWST", "standard"),
            ("2023-01-01 00:00:00 EST", "standard"),
            ("05-01-2023 00:00:00", "standard"),  # the first of May, or the fifth of January
            ("01/02/2023", "standard"),
            ("2023-01-01 00:00:00 +8", "noleap"),  # which the reader of this calendar passes over
        ],
    )
    def test_what_would_be_passed_over_or_guessed_is_refused(self, tmp_path: Path, origin: str, calendar: str):
        with pytest.raises(DataError) as caught:
            times_of(stored(tmp_path, [0, 1, 2], f"hours since {origin}", calendar=calendar), "k")
        (problem,) = caught.value.problems
        assert problem.message == f"coordinate time counts in 'hours since {origin}', of which a part is not understood"

    @pytest.mark.parametrize(
        ("values", "units", "apart"),
        [
            (26663 + np.arange(9) / 24, "days since 1950-01-01", "2.81 min"),
            (1672531200 + 3600 * np.arange(9), "seconds since 1970-01-01", "128 s"),
        ],
    )
    def test_times_that_single_precision_has_rounded_are_refused(self, tmp_path: Path, values, units: str, apart: str):
        with pytest.raises(DataError, match=f"is rounded: in single precision, its times are {apart} apart"):
            times_of(stored(tmp_path, values, units, "f4"), "k")
        assert times_of(stored(tmp_path, values, units), "k").seconds.size == 9

    def test_single_precision_is_enough_for_whole_hours_since_long_ago(self, tmp_path: Path):
        found = times_of(stored(tmp_path, 1_078_200 + np.arange(9), "hours since 1900-01-01", "f4"), "k")
        assert np.diff(found.seconds).tolist() == [H] * 8


HOURLY = seconds_of(stamps("2023-01-01")) + H * np.arange(13)
START = float(HOURLY[0])


class TestCoverage:
    def test_a_wind_that_ends_ten_minutes_early_is_refused_with_both_times(self):
        problem = coverage_problem("forcing.wind.source", HOURLY, START, START + 12 * H + 600)
        assert problem is not None
        assert problem.message == (
            "the data cover 2023-01-01T00:00:00Z .. 2023-01-01T12:00:00Z, "
            "the run needs 2023-01-01T00:00:00Z .. 2023-01-01T12:10:00Z; 10 min are missing at its end"
        )
        assert problem.hint == "change period.start or the period's length, or give data that cover it"
        assert problem.data

    def test_half_a_day_of_wind_does_not_pass_for_four_and_a_half(self):
        problem = coverage_problem("k", HOURLY, START, START + 4.5 * 24 * H)
        assert problem is not None
        assert problem.message.endswith("; 4 d are missing at its end")

    def test_what_is_missing_at_both_ends_is_told(self):
        problem = coverage_problem("k", HOURLY, START - 30.0, START + 13 * H)
        assert problem is not None
        assert problem.message.endswith("; 30 s are missing at its start and 1 h are missing at its end")

    @pytest.mark.parametrize("days", [-10, 10])
    def test_another_year_has_no_time_in_common(self, days: int):
        problem = coverage_problem("k", HOURLY, START + days * 24 * H, START + days * 24 * H + H)
        assert problem is not None
        assert problem.message.endswith("; they have no time in common")

    def test_a_period_that_just_fits_is_covered(self):
        assert coverage_problem("k", HOURLY, START, START + 12 * H) is None


class TestBracket:
    """In numbers of steps: what interpolation needs, and one step more on each side."""

    @pytest.mark.parametrize(
        ("first_h", "last_h", "part"),
        [
            (2.5, 4.5, slice(2, 6)),
            (2.0, 4.0, slice(2, 5)),
            (0.0, 12.0, slice(0, 13)),
            (3.2, 3.3, slice(3, 5)),
            (3.0, 3.0, slice(3, 4)),
            (12.0, 12.0, slice(12, 13)),
        ],
    )
    def test_it_holds_the_times_around(self, first_h: float, last_h: float, part: slice):
        assert bracket(HOURLY, START + first_h * H, START + last_h * H) == part
        wider = slice(max(0, part.start - 1), min(13, part.stop + 1))
        assert bracket(HOURLY, START + first_h * H, START + last_h * H, pad=1) == wider

    def test_beyond_the_data_it_is_what_there_is(self):
        assert bracket(HOURLY, START - 9 * H, START + 99 * H, pad=2) == slice(0, 13)
        assert bracket(HOURLY, START - 9 * H, START - 8 * H) == slice(0, 1)


def with_gaps() -> np.ndarray:
    return np.delete(HOURLY, [3, 7, 8])


class TestGaps:
    def test_they_are_refused_with_the_longest_and_what_accepts_them(self):
        problem = gap_problem("forcing.wind.source", with_gaps(), (START, START + 12 * H), "error", "forcing")
        assert problem is not None
        assert problem.message == (
            "the data have 2 gaps within the period: the longest lasts 3 h, "
            "from 2023-01-01T06:00:00Z to 2023-01-01T09:00:00Z; the usual step is 1 h"
        )
        assert problem.hint == "give data without the gap, or accept straight lines across: forcing.gaps: interpolate"
        assert gap_problem("k", with_gaps(), (START, START + 12 * H), "interpolate", "n") is None

    @pytest.mark.parametrize(("first_h", "last_h"), [(0.0, 2.0), (4.0, 6.0), (9.0, 12.0)])
    def test_those_outside_of_the_period_do_not_matter(self, first_h: float, last_h: float):
        assert gap_problem("k", with_gaps(), (START + first_h * H, START + last_h * H), "error", "n") is None

    def test_one_in_which_the_period_begins_matters(self):
        problem = gap_problem("k", with_gaps(), (START + 2.5 * H, START + 5 * H), "error", "n")
        assert problem is not None
        assert "the data have 1 gap within the period: the longest lasts 2 h" in problem.message

    def test_months_have_none(self):
        months = seconds_of(np.arange("2023-01", "2024-02", dtype="datetime64[M]").astype("datetime64[s]"))
        assert gaps_in(months) == []

    @pytest.mark.parametrize(
        "hours",
        [
            np.r_[np.arange(0, 24, 6), np.arange(24, 60)],  # analyses, then a forecast
            np.r_[np.arange(0, 240, 6), np.arange(240, 250)],
            np.r_[np.arange(0, 120), np.arange(120, 241, 3), np.arange(252, 385, 12)],  # as the forecasts of GFS
            [0.0, 9.0],
            [0.0, 1.0, 2.4],
        ],
    )
    def test_a_step_that_stays_another_one_is_none(self, hours: Any):
        assert gaps_in(START + H * np.asarray(hours)) == []

    @pytest.mark.parametrize(
        ("hours", "lengths"),
        [
            ([0, 1, 8], [7]),
            ([0, 8, 9], [8]),
            ([0, 1, 7, 8], [6]),
            ([0, 1, 2, 10, 18, 19, 20], [8, 8]),  # one time in the middle of what is missing
            (np.r_[np.arange(0, 100), np.arange(110, 150, 3)], [11]),
        ],
    )
    def test_a_step_unlike_those_beside_it_is_one_even_of_three_times(self, hours: Any, lengths: list[int]):
        assert [gap.length_s / H for gap in gaps_in(START + H * np.asarray(hours))] == lengths

    @pytest.mark.parametrize(("missing", "count"), [([5], 1), ([5, 6, 7], 3)])
    def test_each_one_knows_how_many_times_are_not_there(self, missing: list[int], count: int):
        (gap,) = gaps_in(np.delete(HOURLY, missing))
        assert (gap.missing, gap.length_s, gap.usual_s) == (count, (count + 1) * H, H)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([0.0], "a single time"),
        ([0.0, 1.0, 2.0], "1 h"),
        ([0.0, 0.5, 1.0, 1.5, 4.0], "30 min, 1 gap of up to 150 min"),
        ([0.0, 1.0, 2.2, 3.2, 4.2], "1 h to 72 min"),
    ],
)
def test_the_step_in_words(hours: list[float], words: str):
    assert step_words(START + H * np.array(hours)) == words


@pytest.mark.parametrize("year", ["0001", "1677", "2262", "9990"])
def test_years_that_nanoseconds_do_not_reach_are_refused(year: str):
    message, hint = refused(np.array([f"{year}-06-01", f"{year}-06-02"], "datetime64[us]"))
    assert f"coordinate time holds {year}-06-01 at position 0" in message
    assert "fill value" in hint


def test_a_time_that_was_never_written_is_told_as_such(tmp_path: Path):
    with netCDF4.Dataset(tmp_path / "a.nc", "w") as file:
        file.createDimension("time", 3)
        file.createVariable("u10", "f8", ("time",))[:] = 1.0
        times = file.createVariable("time", "f8", ("time",), fill_value=False)
        times.units = "hours since 2023-01-01"
        times.set_auto_mask(False)
        times[:] = [0.0, 9.96921e36, 2.0]
    with (
        pytest.raises(DataError, match="a time of the data is none") as caught,
        opened(FileSource(path=tmp_path / "a.nc"), "forcing.wind.source"),
    ):
        pass
    assert caught.value.problems[0].key == "forcing.wind.source"
