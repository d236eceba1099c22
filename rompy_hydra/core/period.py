"""Times: ISO 8601 in, UTC inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_serializer, model_validator

from .node import Node

_ISO_DURATION = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<weeks>[\d.]+)W)?(?:(?P<days>[\d.]+)D)?"
    r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)
_SHORT_DURATION = re.compile(
    r"(?:(?P<weeks>[\d.]+)\s*w)?\s*(?:(?P<days>[\d.]+)\s*d)?\s*(?:(?P<hours>[\d.]+)\s*h)?\s*"
    r"(?:(?P<minutes>[\d.]+)\s*(?:min|m))?\s*(?:(?P<seconds>[\d.]+)\s*s)?"
)
_DATE_FIRST = re.compile(r"\d{4}-?\d{2}-?\d{2}")


def parse_duration(value: Any) -> timedelta:
    """An exact duration from ``PT6H``, ``P1DT12H``, ``6h``, ``1h30min``, ``2d`` or a timedelta.

    >>> parse_duration("PT6H") == parse_duration("6h")
    True

    Raises:
        ValueError: a bare number (no unit), a clock time such as ``10:30``, months or years (not exact).
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    if isinstance(value, int | float) or re.fullmatch(r"[-+\d.]+", text):
        raise ValueError(f"a duration needs a unit, e.g. {text}s")
    match = _ISO_DURATION.fullmatch(text.upper()) or _SHORT_DURATION.fullmatch(text.lower())
    parts = {} if match is None else {k: v for k, v in match.groupdict().items() if v and k != "sign"}
    if match is None or not parts:
        raise ValueError("expected a duration such as PT6H, P1DT12H, 6h or 30min (months and years are not exact)")
    try:
        length = timedelta(**{unit: float(number) for unit, number in parts.items()})
    except (ValueError, OverflowError):
        raise ValueError("expected a duration such as PT6H, P1DT12H, 6h or 30min") from None
    return -length if match.groupdict().get("sign") == "-" else length


def format_duration(length: timedelta) -> str:
    """ISO 8601 with exact seconds.

    >>> format_duration(timedelta(days=1, hours=6))
    'P1DT6H'
    """
    sign, length = ("-", -length) if length < timedelta(0) else ("", length)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second_text = f"{seconds}.{length.microseconds:06d}".rstrip("0") if length.microseconds else f"{seconds}"
    clock = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M")) if n)
    clock += f"{second_text}S" if second_text != "0" else ""
    days = f"{length.days}D" if length.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def parse_time(value: Any) -> datetime:
    """A time-zone aware UTC time from an ISO 8601 date or time; a naive one is taken as UTC.

    >>> parse_time("2023-01-01T08:00+08:00").isoformat()
    '2023-01-01T00:00:00+00:00'

    Raises:
        ValueError: a bare clock time such as ``10:30``, a number, anything that is not ISO 8601.
    """
    time = value if isinstance(value, datetime) else _from_iso(value)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _from_iso(value: Any) -> datetime:
    expected = "expected an ISO 8601 date and time such as 2023-01-01T06:00, UTC unless it says otherwise"
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or not _DATE_FIRST.match(text.strip()):
        raise ValueError(expected)
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"{expected} ({error})") from None


def format_time(time: datetime) -> str:
    """ISO 8601 in UTC with a trailing Z."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


UtcTime = Annotated[
    datetime,
    BeforeValidator(parse_time),
    PlainSerializer(format_time, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["PT6H", "30min"]}),
]
PositiveDuration = Annotated[Duration, Field(gt=timedelta(0))]


class Period(Node):
    """The simulated time: a start with an end or a duration, and the interval of the main output."""

    start: UtcTime
    """First instant, ISO 8601; UTC unless it carries an offset."""
    end: UtcTime | None = None
    """Last instant; give this or ``duration``."""
    duration: PositiveDuration | None = None
    """Length, e.g. ``PT6H`` or ``6h``; give this or ``end``."""
    interval: PositiveDuration = timedelta(hours=1)
    """Step of the main output, e.g. ``PT10M`` or ``10min``."""

    @model_validator(mode="after")
    def _one_length(self) -> Period:
        if self.end is not None and self.duration is not None:
            raise ValueError("give either end or duration, not both; set the other one to null")
        if self.end is None and self.duration is None:
            raise ValueError("needs an end or a duration")
        object.__setattr__(self, "end", self.stop)
        object.__setattr__(self, "duration", None)  # one way to say it, also when it is validated again
        if self.stop <= self.start:
            raise ValueError(f"end {format_time(self.stop)} is not after start {format_time(self.start)}")
        if self.interval > self.length:
            raise ValueError(
                f"interval {format_duration(self.interval)} is longer than the period {format_duration(self.length)}"
            )
        return self

    @model_serializer
    def _as_start_end_interval(self) -> dict[str, str]:
        return {
            "start": format_time(self.start),
            "end": format_time(self.stop),
            "interval": format_duration(self.interval),
        }

    @property
    def stop(self) -> datetime:
        """The last instant, however it was given."""
        return self.end if self.end is not None else self.start + (self.duration or timedelta(0))

    @property
    def length(self) -> timedelta:
        """The simulated time, however it was given."""
        return self.stop - self.start

    @property
    def seconds(self) -> float:
        """The simulated time in seconds."""
        return self.length.total_seconds()

    def times(self) -> Iterator[datetime]:
        """Start, start + interval, ... up to and including the end where it falls on a step."""
        time = self.start
        while time <= self.stop:
            yield time
            time += self.interval

    def __str__(self) -> str:
        return f"{format_time(self.start)} .. {format_time(self.stop)}"
