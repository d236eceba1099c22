"""A netCDF-3 file that is cut short is never read as zeros."""

from __future__ import annotations

from pathlib import Path

import netCDF4
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_hydra.source.classic import check_whole
from rompy_hydra.source.file import FileSource
from tests.source.winds import means, problem, wind

KINDS = ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"]
SHAPES = st.lists(st.lists(st.sampled_from(["time", "x", "y", "one"]), max_size=3, unique=True), min_size=1, max_size=4)


def write(path: Path, kind: str, variables: list[tuple[str, tuple[str, ...]]], records: int) -> None:
    """Variables of (type, dimensions), the first of which is that of the records where there is one."""
    with netCDF4.Dataset(path, "w", format=kind) as file:
        for name, size in {"time": None, "x": 3, "y": 5, "one": 1}.items():
            file.createDimension(name, size)
        file.history = "odd length"
        for number, (dtype, dims) in enumerate(variables):
            variable = file.createVariable(f"v{number}", dtype, dims)
            variable.units = "m"
            shape = [records if d == "time" else len(file.dimensions[d]) for d in dims]
            variable[...] = np.ones(shape)


def is_whole(path: Path) -> bool:
    try:
        check_whole(path)
    except OSError:
        return False
    return True


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), shapes=SHAPES, records=st.integers(0, 3), data=st.data())
def test_it_needs_its_last_value_and_at_most_what_fills_it_up(tmp_path: Path, kind, shapes, records: int, data) -> None:
    ordered = [tuple(sorted(dims, key=lambda d: d != "time")) for dims in shapes]
    types = [data.draw(st.sampled_from(["i1", "i2", "i4", "f4", "f8"])) for _ in ordered]
    path = tmp_path / "any.nc"
    write(path, kind, list(zip(types, ordered, strict=True)), records)
    content = path.read_bytes()
    assert is_whole(path)
    last = next(n for n in range(len(content), -1, -1) if n == 0 or not _whole_at(path, content, n - 1))
    assert len(content) - last < 4


def _whole_at(path: Path, content: bytes, count: int) -> bool:
    path.write_bytes(content[:count])
    return is_whole(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unlimited", [True, False])
@pytest.mark.parametrize("part", [0.5, 0.9, 0.998])
def test_fields_that_are_cut_short_are_refused_with_both_sizes(
    tmp_path: Path, kind: str, unlimited: bool, part: float
) -> None:
    path = tmp_path / "wind.nc"
    kind = kind.replace("_OFFSET", "")
    if kind == "NETCDF3_64BIT_DATA":
        write(path, kind, [("f8", ("time", "y", "x"))] if unlimited else [("f8", ("y", "x"))] * 9, 20)
    else:
        wind().to_netcdf(path, format=kind, unlimited_dims=["time"] if unlimited else [])
        assert means(FileSource(path=path)) == [3, 4, 5, 6, 7]
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: int(part * size)])
    message = problem(FileSource(path=path)).message
    assert f"begins like netCDF-3 but cannot be read: it is cut short: {int(part * size)} of {size} bytes" in message


@pytest.mark.parametrize("size", [3, 4, 9, 60])
def test_half_a_header_is_told_as_damage(tmp_path: Path, size: int) -> None:
    path = tmp_path / "wind.nc"
    wind().to_netcdf(path, format="NETCDF3_CLASSIC")
    path.write_bytes(path.read_bytes()[:size])
    assert "is damaged or cut short" in problem(FileSource(path=path)).hint
