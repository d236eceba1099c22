"""Reading block by block along time: every value once, in blocks that fit, chunk by chunk as it is stored."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from numcodecs.abc import Codec
from numcodecs.registry import register_codec
from numcodecs.zlib import Zlib

from rompy_hydra.data.blocks import blocks
from rompy_hydra.data.understand import Understood

TIMES, ROWS, COLUMNS = 120, 40, 60
STEP_BYTES = ROWS * COLUMNS * 4


def field(times: int = TIMES) -> xr.Dataset:
    rng = np.random.default_rng(5)
    coords = {
        "time": np.datetime64("2023-01-01", "ns") + np.arange(times) * np.timedelta64(1, "h"),
        "lat": np.linspace(-40.0, -30.0, ROWS),
        "lon": np.linspace(110.0, 120.0, COLUMNS),
    }
    values = rng.normal(size=(times, ROWS, COLUMNS)).astype("f4")
    return xr.Dataset({"msl": (("time", "lat", "lon"), values, {"units": "Pa"})}, coords)


def understood(data: xr.Dataset) -> xr.DataArray:
    return Understood(data, "forcing.pressure.source").plain("msl")


def pieces(data: xr.Dataset, budget: int) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Where blocks begin and end, and all their values."""
    found = list(blocks([understood(data)], "forcing.pressure.source", budget))
    parts = [(part.start, part.stop) for part, _ in found]
    assert all(block.shape[0] == part.stop - part.start for part, [block] in found)
    return parts, np.concatenate([block for _, [block] in found])


LAYOUTS: dict[str, tuple[int, int, int] | None] = {
    "contiguous": None,
    "one time": (1, ROWS, COLUMNS),
    "a day": (24, ROWS, COLUMNS),
    "a week of tiles": (50, 17, 23),
    "all times": (TIMES, 10, 10),
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("steps", [1, 7, 30, 500])
def test_blocks_are_all_of_the_data_in_order_whatever_the_layout(tmp_path: Path, name: str, steps: int):
    chunks = LAYOUTS[name]
    encoding = {"msl": {"zlib": True, "chunksizes": chunks} if chunks else {"contiguous": True}}
    field().isel(lat=slice(None, None, -1)).to_netcdf(tmp_path / "a.nc", encoding=encoding)
    with xr.open_dataset(tmp_path / "a.nc") as data:
        parts, values = pieces(data, steps * STEP_BYTES)
    assert [parts[0][0], parts[-1][1]] == [0, TIMES]
    assert all(before[1] == after[0] for before, after in pairwise(parts))
    assert max(stop - start for start, stop in parts) <= max(steps, 1)
    assert values.tobytes() == field().msl.values.tobytes()


@pytest.mark.parametrize(
    ("chunk", "steps", "first"),
    [
        (24, 30, [(0, 24), (24, 48), (48, 72)]),  # whole days, as many as fit
        (24, 60, [(0, 48), (48, 96), (96, 120)]),
        (24, 10, [(0, 10), (10, 20), (20, 24), (24, 34)]),  # a day does not fit: it is kept and read in parts
        (1, 30, [(0, 30), (30, 60), (60, 90), (90, 120)]),
    ],
)
def test_blocks_are_whole_chunks_where_these_fit(tmp_path: Path, chunk: int, steps: int, first: list[tuple[int, int]]):
    field().to_netcdf(tmp_path / "a.nc", encoding={"msl": {"zlib": True, "chunksizes": (chunk, ROWS, COLUMNS)}})
    with xr.open_dataset(tmp_path / "a.nc") as data:
        parts, _ = pieces(data, steps * STEP_BYTES)
    assert parts[: len(first)] == first


def test_variables_come_together_and_one_without_time_with_each_block():
    data = field()
    still = data.msl[0].drop_vars("time")
    arrays = [understood(data), Understood(still.to_dataset(), "k").plain("msl"), understood(data * 2)]
    for part, [first, fixed, second] in blocks(arrays, "k", 20 * STEP_BYTES):
        assert part.stop - part.start == 10  # the budget is for both
        assert np.array_equal(second, 2 * first)
        assert np.array_equal(fixed, still.values)


def test_what_does_not_change_comes_once():
    still = field().msl[0].drop_vars("time").to_dataset()
    [(part, [values])] = blocks([Understood(still, "k").plain("msl")], "k")
    assert (part, values.shape) == (slice(0, 0), (ROWS, COLUMNS))


class Counting(Codec):  # type: ignore[misc]
    """zlib that counts what it decompresses."""

    codec_id = "counting"
    decompressed = 0

    def encode(self, buf: Any) -> Any:
        return Zlib(1).encode(buf)

    def decode(self, buf: Any, out: Any = None) -> Any:
        Counting.decompressed += 1
        return Zlib(1).decode(buf, out)


register_codec(Counting)


def compressed(path: Path, chunks: tuple[int, int, int]) -> xr.Dataset:
    import zarr

    version = {"zarr_format": 2} if zarr.__version__ >= "3" else {}
    codec = {"compressors": [Counting()]} if zarr.__version__ >= "3" else {"compressor": Counting()}
    field().to_zarr(path, encoding={"msl": {"chunks": chunks, **codec}}, consolidated=False, **version)
    Counting.decompressed = 0
    return xr.open_zarr(path, chunks=None, consolidated=False)


@pytest.mark.parametrize(
    "chunks", [(TIMES, 10, 10), (TIMES, ROWS, COLUMNS), (24, ROWS, COLUMNS), (30, 20, 20), (1, ROWS, COLUMNS)]
)
@pytest.mark.parametrize("steps", [4, 50])
def test_every_chunk_is_decompressed_once(tmp_path: Path, chunks: tuple[int, int, int], steps: int):
    with compressed(tmp_path / "a.zarr", chunks) as data:
        _, values = pieces(data, steps * STEP_BYTES)
        count = int(np.prod([-(-n // c) for n, c in zip((TIMES, ROWS, COLUMNS), chunks, strict=True)]))
        assert Counting.decompressed == count
    assert values.tobytes() == field().msl.values.tobytes()


def test_time_by_time_costs_twenty_times_as_much(tmp_path: Path):
    """The usual loop over times decompresses every chunk for every time, where a chunk holds all times."""
    with compressed(tmp_path / "a.zarr", (TIMES, 10, 10)) as data:
        for i in range(10):
            data.msl.isel(time=i).values  # noqa: B018  reads
        each = Counting.decompressed / 10
        Counting.decompressed = 0
        pieces(data, 4 * STEP_BYTES)
        assert each * TIMES >= 20 * Counting.decompressed


def test_a_long_series_in_one_chunk_is_read_in_parts(tmp_path: Path):
    count = 5000
    times = np.datetime64("2023-01-01", "ns") + np.arange(count) * np.timedelta64(1, "m")
    series = xr.Dataset({"msl": ("time", np.arange(float(count)))}, {"time": times})
    series.to_netcdf(tmp_path / "a.nc", encoding={"msl": {"zlib": True, "chunksizes": (count,)}})
    with xr.open_dataset(tmp_path / "a.nc") as data:
        parts, values = pieces(data, 8000)
    assert len(parts) == 5
    assert values.tobytes() == series.msl.values.tobytes()
