"""Data on an OPeNDAP server, of which only the needed part is sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.core import inputs, secrets
from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import ConfigError
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.opendap import OpendapSource
from tests.source.dap_server import TOKEN
from tests.source.servers import Server, served
from tests.source.winds import KEY, means, problem, wind

pytest.importorskip("pydap", reason="OPeNDAP servers need the extra opendap")
pytestmark = pytest.mark.usefixtures("cache")

FIELDS = [3, 4, 5, 6, 7]
START = datetime(2023, 1, 1, tzinfo=UTC)
BOX = {"kind": "box", "x": (115.05, 115.35), "y": (-32.45, -32.15), "resolution_m": 5000}
HOURS, LAT, LON = 48, np.arange(-30.0, -35.01, -0.25), np.arange(110.0, 120.01, 0.25)


@pytest.fixture(scope="module")
def server(dap: Server) -> Server:
    wind().to_netcdf(dap.root / "wind.nc")
    packed = {"dtype": "int16", "scale_factor": 0.01, "add_offset": 3.0, "_FillValue": -32767}
    reanalysis().to_netcdf(dap.root / "era5.nc", encoding={"u10": packed, "v10": packed})
    return dap


def reanalysis() -> xr.Dataset:
    """Two days of hourly wind, latitudes from the north; linear in longitude and time."""
    times = np.datetime64("2023-01-01", "ns") + np.arange(HOURS) * np.timedelta64(1, "h")
    field = 0.1 * np.arange(HOURS)[:, None, None] + LON - 115 + 0 * LAT[:, None]
    fields = {
        n: (("time", "latitude", "longitude"), s * field, {"units": "m s**-1"}) for n, s in (("u10", 1), ("v10", -2))
    }
    return xr.Dataset(fields, {"time": times, "latitude": LAT, "longitude": LON})


def at(server: Server, trouble: str, name: str = "wind.nc", **options: Any) -> OpendapSource:
    return OpendapSource(url=f"{server.url}/{trouble}/{name}", **options)


def subsets(asked: list[str], name: str) -> list[list[tuple[int, int]]]:
    """First and last position along each dimension, for each request of values of a variable."""
    found = [unquote(a) for a in asked if f"?{name}.{name}" in unquote(a)]
    return [[(int(i), int(j)) for i, j in re.findall(r"\[(\d+):1:(\d+)\]", a)] for a in found]


def forcing(server: Server, trouble: str = "fine") -> Forcing:
    return Forcing(wind={"kind": "grid", "source": at(server, trouble, "era5.nc")})


def domain(**box: Any) -> Domain:
    return Domain(mesh={**BOX, **box}, bathymetry={"kind": "flat", "elevation_m": -5})


def test_values_are_sent_when_they_are_read_and_no_others(server: Server) -> None:
    source = at(server, "fine")
    with server.asked() as opening, source.open() as data:
        assert not data.u10.variable._in_memory
        assert data.u10.units == "m s-1"
    assert subsets(opening, "u10") == []
    with source.open() as data, server.asked() as reading:
        assert float(data.u10[3, 1, 2]) == 6.0
    assert subsets(reading, "u10") == [[(3, 3), (1, 1), (2, 2)]]
    assert means(source) == FIELDS


def test_packed_numbers_and_their_attributes_arrive(server: Server) -> None:
    with at(server, "fine", "era5.nc").open() as data:
        assert data.u10[5, 0, [0, 20, 40]].values == pytest.approx([-4.5, 0.5, 5.5], abs=0.005)  # half a step
        assert data.time.values[-1] == np.datetime64("2023-01-02T23:00")


def test_an_experiment_asks_for_its_own_period_and_place_only(server: Server) -> None:
    period = Period(start=START.replace(hour=6), duration="4h")
    with server.asked() as asked, forcing(server).wind.prepared(period, domain()) as ready:
        u, v = ready.at([START.replace(hour=7, minute=30)], np.array([115.2]), np.array([-32.3]))
    assert (u.item(), v.item()) == pytest.approx((0.95, -1.9), abs=0.01)
    for name in ("u10", "v10"):
        (part,) = subsets(asked, name)
        assert part[0] == (5, 11)  # 6 to 10 o'clock, and a step on each side
        assert LAT[part[1][0]] <= -31.75  # and a cell on each side of 32.15..32.45
        assert LAT[part[1][1]] >= -32.75
        assert (LON[part[2][0]], LON[part[2][1]]) == (114.75, 115.75)


def test_what_was_cut_is_not_asked_for_again(server: Server) -> None:
    period = Period(start=START.replace(hour=6), duration="4h")
    for again in (False, True):
        with server.asked() as asked, forcing(server).wind.prepared(period, domain()):
            pass
        assert len(subsets(asked, "u10")) == (0 if again else 1)


def test_a_check_looks_at_three_times_and_tells_what_is_covered(server: Server) -> None:
    made = forcing(server)
    with server.asked() as asked:
        assert made.problems(Period(start=START, duration="1d"), domain()) == []
    assert sum(last - first + 1 for (first, last), *_ in subsets(asked, "u10")) <= 6
    (found,) = made.inputs()
    assert (found.key, found.name) == (f"{KEY}.url", f"{server.url}/fine/era5.nc")
    times = "2023-01-01T00:00:00Z .. 2023-01-02T23:00:00Z every 1 h, 48 times"
    assert found.coverage == f"u10, v10: {times}; lon 110.000 .. 120.000, lat -35.000 .. -30.000, 21 x 41 points"


def test_a_period_or_place_beyond_the_data_is_told_before_values_are_sent(server: Server) -> None:
    made = forcing(server)
    with server.asked() as asked:
        (late,) = made.problems(Period(start=START, duration="3d"), domain())
        (far,) = made.problems(Period(start=START, duration="1h"), domain(x=(119.9, 120.3)))
    assert late.key == far.key == KEY
    assert "the data cover 2023-01-01T00:00:00Z .. 2023-01-02T23:00:00Z, the run needs " in late.message
    assert "u10 covers lon 110.000 .. 120.000" in far.message
    assert subsets(asked, "u10") == []


@pytest.mark.parametrize(
    ("trouble", "message", "hint"),
    [
        ("401", "may not be read: the server answers 401", "give user and password, or a token"),
        ("404", "there are no data at ", "open it with .html at its end in a browser"),
        ("500", "cannot be opened: the server answers 500", "the server is in trouble"),
        ("web", "is no OPeNDAP data set: the server answers with '<html><body>Please accept", "accept a licence"),
    ],
)
def test_refusals_are_told_with_the_answer_and_what_to_do(
    server: Server, trouble: str, message: str, hint: str
) -> None:
    found = problem(at(server, trouble))
    assert found.key == f"{KEY}.url"
    assert f"{server.url}/{trouble}/wind.nc" in found.message
    assert message in found.message
    assert hint in found.hint
    (same,) = forcing(server, trouble).problems(Period(start=START, duration="1h"), domain())
    assert (same.key, same.data) == (f"{KEY}.url", True)
    assert at(server, trouble).inputs(KEY)[0].version == ""


def test_a_server_that_dies_while_it_sends_is_told_as_such(server: Server) -> None:
    found = problem(at(server, "dies"))
    assert found.key == KEY
    assert found.message.startswith("the data cannot be read to their end: ")
    assert found.hint == "check the address and the network, and try again later"
    (same,) = forcing(server, "dies").problems(Period(start=START, duration="1h"), domain())
    assert same.message.startswith("the data cannot be read to their end: ")


def test_a_server_that_is_gone_is_told_when_opening_and_when_reading(tmp_path: Path) -> None:
    with served(tmp_path / "files", "tests.source.dap_server") as running:
        wind().to_netcdf(running.root / "wind.nc")
        source = at(running, "fine")
        data = source.open()
    with pytest.raises(OSError, match="refused"), data:
        data.u10.load()
    found = problem(source)
    assert found.message == f"{running.url}/fine/wind.nc cannot be reached: [Errno 111] Connection refused"


def test_user_and_password_are_used_for_the_values_too(server: Server) -> None:
    assert means(at(server, "basic", user="ann", password=TOKEN)) == FIELDS


def test_a_token_is_used_for_the_values_too(server: Server) -> None:
    assert means(at(server, "bearer", token=TOKEN)) == FIELDS
    assert "401 Unauthorized" in problem(at(server, "bearer", token="old")).message
    assert TOKEN not in secrets.mask(f"the library logs Bearer {TOKEN}")


def test_a_credential_is_shown_nowhere(server: Server) -> None:
    source = at(server, "401", user="ann", password=TOKEN)
    shown = [str(problem(source)), repr(source), str(source.model_dump(context={"state": "science"}))]
    assert not any(TOKEN in text for text in shown)
    assert source.identity() == at(server, "401").identity()


@pytest.mark.parametrize(("given", "missing"), [("user", "password"), ("password", "user")])
def test_user_and_password_belong_together(server: Server, given: str, missing: str) -> None:
    found = problem(at(server, "fine", **{given: "ann"}), ConfigError)
    assert (found.key, found.hint) == (f"{KEY}.{missing}", f"give {missing} too")


def test_another_description_is_another_version(server: Server) -> None:
    path = server.root / "changing.nc"
    versions = []
    for hours in (5, 5, 6):
        wind(hours).to_netcdf(path)
        versions.append(at(server, "fine", "changing.nc").inputs(KEY)[0].version)
    assert versions[0] == versions[1] != versions[2]


def cut(server: Server, name: str, trouble: str) -> float:
    source = at(server, trouble, name)
    made = Forcing(wind={"kind": "grid", "source": source})
    period = Period(start=START, duration="2h")
    with made.wind.prepared(period, domain()) as ready:
        return ready.at([START], np.array([115.2]), np.array([-32.3]))[0].item()


def test_a_cut_of_data_that_only_a_description_is_known_of_is_kept_for_this_process(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for process, value in (("one", 3), ("one", 8), ("another", 8)):
        wind(value=value).to_netcdf(server.root / "overwritten.nc")
        monkeypatch.setattr(inputs, "THIS_PROCESS", process)
        found.append(cut(server, "overwritten.nc", "fine"))
    assert found == [3, 3, 8]
    (one,) = at(server, "fine", "overwritten.nc").inputs(KEY)
    assert (one.identified, one.record({}).identified) == (False, False)
    monkeypatch.setattr(inputs, "THIS_PROCESS", "one")
    before = one.record({})
    monkeypatch.setattr(inputs, "THIS_PROCESS", "another")
    assert before == one.record({})  # a run is current as long as the description is the same


def test_the_time_of_change_that_a_server_tells_identifies_the_data(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = server.root / "dated.nc", []
    for process, value in (("one", 3), ("another", 3), ("one", 8)):
        wind(value=value).to_netcdf(path)
        os.utime(path, (0, 1_700_000_000 + value))
        monkeypatch.setattr(inputs, "THIS_PROCESS", process)
        with server.asked() as asked:
            u = cut(server, "dated.nc", "dated")
        found.append((u, len(subsets(asked, "u10"))))
    assert found == [(3, 1), (3, 0), (8, 1)]
    assert at(server, "dated", "dated.nc").inputs(KEY)[0].identified
    assert not at(server, "now", "dated.nc").inputs(KEY)[0].identified


def test_a_failed_look_is_no_version(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = at(server, "500").inputs(KEY)
    assert not one.identified
    before = one.state, one.record({}).sha256
    assert before == (one.state, one.record({}).sha256)
    monkeypatch.setattr(inputs, "THIS_PROCESS", "another")
    assert before[0] != one.state
    assert before[1] != one.record({}).sha256


def test_opening_loads_no_other_engine_and_leaves_the_logs_alone(server: Server) -> None:
    code = f"""
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
before = logging.root.handlers[:], logging.root.level
from rompy_hydra.source.opendap import OpendapSource
with OpendapSource(url="{server.url}/fine/wind.nc?token={TOKEN}").open() as data:
    data.u10.load()
assert before == (logging.root.handlers, logging.root.level)
print(sorted({{"cfgrib", "rasterio", "wavespectra"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert TOKEN not in done.stderr


@pytest.mark.parametrize("url", ["wind.nc", "dap2://x.org/wind.nc", "s3://b/wind.nc"])
def test_other_addresses_are_wrong_config(url: str) -> None:
    with pytest.raises(ValidationError):
        OpendapSource(url=url)
