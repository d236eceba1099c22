"""Times: ISO 8601 in, UTC inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rompy_hydra.core.period import Period, format_duration, format_time, parse_duration, parse_time

START = "2023-01-01"
lengths = st.timedeltas(min_value=timedelta(days=-10_000), max_value=timedelta(days=10_000))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(min_value=datetime(1800, 1, 2), max_value=datetime(2300, 1, 1), timezones=zones)


@given(lengths)
def test_a_duration_survives_being_written_and_read(length: timedelta):
    assert parse_duration(format_duration(length)) == length


@given(moments)
def test_a_time_in_any_zone_is_the_same_moment_in_utc(moment: datetime):
    parsed = parse_time(moment.isoformat())
    assert parsed == moment
    assert parsed.tzinfo is UTC
    assert parse_time(format_time(parsed)) == parsed


@given(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59))
def test_iso_and_short_durations_mean_the_same(days: int, hours: int, minutes: int):
    iso, short = f"P{days}DT{hours}H{minutes}M", f"{days}d{hours}h{minutes}min"
    assert parse_duration(iso) == parse_duration(short) == timedelta(days=days, hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    "text", ["10:30", "1 month", "P1M", "P1Y", "6", 6, 6.5, "h", "", "PT", "6x", "1.2.3h", "nan h"]
)
def test_what_is_no_exact_duration_is_refused(text: object):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["10:30", "today", 20230101, 6930, "2023-13-01", "01/02/2023", "", None])
def test_what_is_no_date_is_refused(text: object):
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_time(text)


def test_a_bare_number_is_told_to_have_a_unit():
    with pytest.raises(ValueError, match=r"needs a unit, e\.g\. 6s"):
        parse_duration("6")


def test_a_naive_time_is_utc():
    assert parse_time("2023-01-01T06:00") == datetime(2023, 1, 1, 6, tzinfo=UTC)


def test_a_period_has_the_same_stop_by_end_and_by_duration():
    by_end, by_duration = Period(start=START, end="2023-01-01T06:00"), Period(start=START, duration="6h")
    assert by_end.stop == by_duration.stop
    assert by_end.model_dump() == by_duration.model_dump()
    assert by_end.seconds == 6 * 3600


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"end": "2022-12-31"}, "is not after start"),
        ({"end": START}, "is not after start"),
        ({"end": "2023-01-02", "duration": "6h"}, "either end or duration"),
        ({}, "needs an end or a duration"),
        ({"duration": "-6h"}, "duration"),
        ({"duration": "30min", "interval": "1h"}, "longer than the period"),
        ({"duration": "6h", "interval": "0s"}, "greater than"),
        ({"duration": True}, "true/false is not allowed"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(fields: dict[str, object], message: str):
    with pytest.raises(ValidationError, match=message):
        Period(start=START, **fields)


def test_the_times_of_a_period_include_both_ends():
    times = list(Period(start=START, duration="3h", interval="1h").times())
    assert [t.hour for t in times] == [0, 1, 2, 3]


def test_the_last_step_is_left_out_where_the_end_is_between_steps():
    assert len(list(Period(start=START, duration="150min", interval="1h").times())) == 3


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_dumped_period_is_read_back_the_same(length_s: int, interval_s: int):
    period = Period(start=START, duration=timedelta(seconds=max(length_s, interval_s)), interval=f"{interval_s}s")
    assert Period(**period.model_dump()).model_dump() == period.model_dump()
