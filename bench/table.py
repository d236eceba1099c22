"""Measurements in turn, and lines of a table."""

from __future__ import annotations

from collections.abc import Callable

from measure import Sample, Usage


def in_turn(measurements: dict[str, Callable[[], Usage]], runs: int) -> dict[str, Sample]:
    """Every measurement once, then every one again, and so on."""
    rounds = [{name: measure() for name, measure in measurements.items()} for _ in range(runs)]
    return {name: Sample(tuple(one[name] for one in rounds)) for name in measurements}


def row(first: str, *columns: str) -> None:
    """One line of a table."""
    print(f"  {first:<40}" + "".join(f"{column:>18}" for column in columns))


def pair(values: tuple[float, float], digits: int = 2) -> str:
    """Minimum and median as text."""
    return f"{values[0]:.{digits}f} ({values[1]:.{digits}f})"


def target(what: str, value: float, limit: float, unit: str) -> None:
    """One goal and whether it is met."""
    print(f"  -> {what}: {value:.2f} {unit}, goal below {limit:g}: {'met' if value < limit else 'MISSED'}")
