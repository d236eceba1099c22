"""Cutting long data: memory does not grow with their length, chunks are not read again and again, nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.file import FileSource

MB = 2**20
CUTTING = """
import sys
from pathlib import Path
from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.file import FileSource

path, hours, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
box = {"kind": "box", "x": (101.0, 129.0), "y": (-39.0, -11.0), "resolution_m": 200_000}
domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
pressure = Forcing(pressure={"kind": "grid", "source": FileSource(path=path)}).pressure
with pressure.prepared(Period(start="2023-01-01", duration=f"{hours}h"), domain) as ready:
    print(ready.fields.first.sizes["time"], Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])  # kB
"""


def pressures(path: Path, times: int, rows: int = 120, chunks: tuple[int, int, int] | None = None) -> Path:
    """Pressures of many times, as a model writes them: 4 bytes, random, so that zlib saves little."""
    rng = np.random.default_rng(0)
    values = (101_325.0 + 100 * rng.standard_normal((times, rows, rows), dtype=np.float32)).astype("f4")
    coords = {
        "time": np.datetime64("2023-01-01", "ns") + np.arange(times) * np.timedelta64(1, "h"),
        "lat": np.linspace(-40.0, -10.0, rows),
        "lon": np.linspace(100.0, 130.0, rows),
    }
    data = xr.Dataset({"msl": (("time", "lat", "lon"), values, {"units": "Pa"})}, coords)
    encoding = {"zlib": True, "complevel": 1, "chunksizes": chunks} if chunks else {"contiguous": True}
    data.to_netcdf(path, encoding={"msl": encoding})
    return path


def peak(path: Path, times: int, cache: Path) -> float:
    """Bytes that a process takes at most that cuts all of it."""
    environment = {**os.environ, "ROMPY_HYDRA_CACHE": str(cache)}
    words = [sys.executable, "-c", CUTTING, str(path), str(times - 1), str(times)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120, check=True)
    found, kilobytes = map(int, done.stdout.split())
    assert found == times
    return kilobytes * 1024


@pytest.mark.parametrize("chunks", [None, (400, 50, 50)], ids=["contiguous", "many times in a chunk"])
def test_memory_does_not_grow_with_the_number_of_times(tmp_path: Path, chunks: tuple[int, int, int] | None):
    peaks = []
    for times in (800, 3200):  # 46 and 184 MB of values; both more than blocks of 16 MB and a cache of 64 MB for chunks
        path = pressures(tmp_path / f"{times}.nc", times, chunks=chunks)
        peaks.append(peak(path, times, tmp_path / f"cache{times}"))
    assert peaks[1] - peaks[0] < 20 * MB


def bytes_read() -> int:
    """What this process has read so far, from files in memory too."""
    path = Path("/proc/self/io")
    if not path.exists():
        pytest.skip("this system does not count what a process reads")
    return int(path.read_text().split("rchar: ")[1].split()[0])


def test_a_file_in_chunks_of_all_times_is_not_read_again_for_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The usual loop over times reads 36 chunks of 50 x 50 for each of 170 times: they do not fit into HDF5's cache."""
    monkeypatch.setenv("ROMPY_HYDRA_CACHE", str(tmp_path / "cache"))
    path = pressures(tmp_path / "msl.nc", 200, rows=300, chunks=(200, 50, 50))
    with xr.open_dataset(path) as data:
        before = bytes_read()
        for i in range(5):
            data.msl.isel(time=i).values  # noqa: B018  reads
        naive = (bytes_read() - before) / 5 * 170
    box = {"kind": "box", "x": (101.0, 129.0), "y": (-39.0, -11.0), "resolution_m": 200_000}
    domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
    pressure = Forcing(pressure={"kind": "grid", "source": FileSource(path=path)}).pressure
    before = bytes_read()
    with pressure.prepared(Period(start="2023-01-01", duration="169h"), domain) as ready:
        assert ready.fields.first.sizes["time"] >= 170
    assert naive > 20 * (bytes_read() - before)  # with the temporary file and the cut itself


HANGING = """
import os, sys, tempfile
import xarray as xr
from rompy_hydra import Period
from rompy_hydra.domain import Domain
from rompy_hydra.forcing import Forcing
from rompy_hydra.source.dataset import DatasetSource

box = {"kind": "box", "x": (101.0, 129.0), "y": (-39.0, -11.0), "resolution_m": 200_000}
domain = Domain(mesh=box, bathymetry={"kind": "flat", "elevation_m": -5})
for _ in range(10):
    os.environ["ROMPY_HYDRA_CACHE"] = tempfile.mkdtemp(dir=sys.argv[2])
    with xr.open_dataset(sys.argv[1], chunks={"time": 24}) as data:
        grid = {"kind": "grid", "source": DatasetSource(data=data)}
        with Forcing(pressure=grid).pressure.prepared(Period(start="2023-01-01", duration="10d"), domain) as ready:
            print(ready.fields.first.sizes["time"], flush=True)
"""


def test_chunks_of_dask_are_cut_ten_times_without_a_hang(tmp_path: Path):
    """dask's threads and netCDF-C's lock stop each other now and then: xarray's own to_netcdf hung 5 times of 20."""
    path = pressures(tmp_path / "msl.nc", 250, chunks=(24, 60, 60))
    words = [sys.executable, "-c", HANGING, str(path), str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout.split() == ["242"] * 10
