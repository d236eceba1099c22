"""GRIB files, written here as forecast centres write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.file import FileSource
from tests.source.winds import KEY, means, problem

pytest.importorskip("cfgrib", reason="GRIB files need the extra grib")
eccodes = pytest.importorskip("eccodes", reason="GRIB files need the extra grib")

GRID = {
    "Ni": 5,
    "Nj": 4,
    "latitudeOfFirstGridPointInDegrees": -31,
    "latitudeOfLastGridPointInDegrees": -34,
    "longitudeOfFirstGridPointInDegrees": 113,
    "longitudeOfLastGridPointInDegrees": 117,
    "iDirectionIncrementInDegrees": 1,
    "jDirectionIncrementInDegrees": 1,
}


def write(
    path: Path, names: Sequence[str] = ("10u", "10v"), hours: Sequence[int] = (0, 1, 2), edition: int = 2
) -> Path:
    """Fields that grow by one in each hour, latitudes from the north; a wind along the grid towards 0.5 and so on."""
    with path.open("wb") as file:
        for hour in hours:
            for number, name in enumerate(names):
                message = eccodes.codes_grib_new_from_samples(f"regular_ll_sfc_grib{edition}")
                told = {**GRID, "dataDate": 20230101, "dataTime": 100 * hour, "shortName": name, "bitsPerValue": 16}
                for key, value in told.items():
                    eccodes.codes_set(message, key, value)
                eccodes.codes_set_values(message, np.full(20, 3.0 + hour + 10 * number))
                eccodes.codes_write(message, file)
                eccodes.codes_release(message)
    return path


@pytest.mark.parametrize("edition", [1, 2])
def test_fields_are_read_with_their_names_and_units(tmp_path: Path, edition: int) -> None:
    source = FileSource(path=write(tmp_path / "wind.grib", edition=edition))
    assert means(source) == [3, 4, 5]
    assert means(source, "v10") == [13, 14, 15]
    with source.open() as data:
        assert not data.u10.variable._in_memory
        assert data.u10.units == "m s**-1"
    assert [p.name for p in tmp_path.iterdir()] == ["wind.grib"]  # and no index beside it


@pytest.mark.parametrize("name", ["wind.grb2", "WIND.GRIB", "wind.bin", "wind"])
def test_they_are_recognised_by_ending_or_by_content(tmp_path: Path, name: str) -> None:
    assert means(FileSource(path=write(tmp_path / name))) == [3, 4, 5]


def test_they_drive_an_experiment(tmp_path: Path) -> None:
    forcing = Forcing(wind={"kind": "grid", "source": FileSource(path=write(tmp_path / "wind.grib"))})
    box = {"kind": "box", "x": (114.9, 115.1), "y": (-32.6, -32.5), "resolution_m": 3000}
    domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
    start = datetime(2023, 1, 1, tzinfo=UTC)
    assert forcing.problems(Period(start=start, duration="2h"), domain) == []
    u, v = forcing.wind.at([start.replace(minute=30)], np.array([115.0]), np.array([-32.5]))
    assert (u.item(), v.item()) == pytest.approx((3.5, 13.5), abs=1e-3)  # 16 bits of a field


def test_the_files_of_days_are_joined(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{first}.grib", hours=(first, first + 1)) for first in (2, 0)]
    assert means(FileSource(path=files)) == [3, 4, 5, 6]


def test_of_fields_on_several_levels_the_user_says_which_are_meant(tmp_path: Path) -> None:
    path = write(tmp_path / "gfs.grb2", names=("10u", "10v", "2t"))
    found = problem(FileSource(path=path))
    assert found.key == f"{KEY}.options"
    assert found.message == f"{path} holds fields that do not go together: they differ in heightAboveGround"
    assert "options: {filter_by_keys: {typeOfLevel: heightAboveGround, level: 10}}" in found.hint
    chosen = {"filter_by_keys": {"typeOfLevel": "heightAboveGround", "level": 10}}
    assert means(FileSource(path=path, options=chosen)) == [3, 4, 5]


def test_a_filter_that_fits_nothing_is_told(tmp_path: Path) -> None:
    options = {"filter_by_keys": {"shortName": "10w"}}
    found = problem(FileSource(path=write(tmp_path / "wind.grib"), options=options))
    assert found.message.endswith("cannot be read: no field fits")
    assert "these options are not right: {'filter_by_keys': {'shortName': '10w'}}" in found.hint


def test_a_file_that_ends_within_a_field_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path / "wind.grib")
    content = path.read_bytes()
    for size in (10, len(content) // 3 + 5, len(content) - 3):
        path.write_bytes(content[:size])
        assert "is damaged or cut short" in problem(FileSource(path=path)).hint
    assert caplog.messages == []  # cfgrib would log a traceback and go on with fewer times


def test_components_at_different_times_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "wind.grib")
    path.write_bytes(path.read_bytes()[: 5 * path.stat().st_size // 6])  # the last field is gone
    assert problem(FileSource(path=path)).message.endswith("do not go together: they differ in time")


def test_grib_taken_for_something_else_is_told_for_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "wind.grib")
    for kind in ("netcdf", "zarr"):
        found = problem(FileSource(path=path, format=kind))
        assert "it looks like GRIB" in found.message
        assert found.hint == "it is format: grib"


def test_files_of_one_time_each_are_joined(tmp_path: Path) -> None:
    files = [str(write(tmp_path / f"{hour}.grib", hours=(hour,))) for hour in (2, 0, 1)]
    with FileSource(path=files).open() as data:
        assert data.u10.dims[0] == "valid_time"
        assert data.u10.mean(("latitude", "longitude")).values.tolist() == [3, 4, 5]
    period = Period(start=datetime(2023, 1, 1, tzinfo=UTC), duration="2h")
    domain = Domain(
        mesh={"kind": "box", "x": (115.05, 115.35), "y": (-32.45, -32.15), "resolution_m": 5000},
        bathymetry={"kind": "flat", "elevation_m": -5},
    )
    assert Forcing(wind={"kind": "grid", "source": FileSource(path=files)}).problems(period, domain) == []
