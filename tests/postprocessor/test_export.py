"""The export postprocessor: one file, complete, repeatable, readable by others."""

import netCDF4
import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from rompy_hydra.postprocessor import export
from rompy_hydra.postprocessor.export import Export

from .conftest import output, rewrite


def test_the_file_holds_what_the_model_opened(run):
    result = Export().process(run)
    assert result["success"]
    assert result["files"] == [str(run.products / n) for n in ("basin.nc", "basin_stations.nc", "basin_stations.csv")]
    with xr.open_dataset(run.products / "basin.nc") as back:
        for name in ("water_level", "u", "v", "bed_elevation", "face_nodes", "time"):
            np.testing.assert_array_equal(back[name].values, output()[name].values)
        assert back["water_level"].attrs["mesh"] == "mesh"
        assert back.attrs["Conventions"] == "CF-1.11 UGRID-1.0"
        assert back.attrs["run_id"] == "basin-1234"


def test_fields_are_compressed_and_tied_to_their_positions(run):
    Export().process(run)
    with netCDF4.Dataset(run.products / "basin.nc") as file:
        level = file["water_level"]
        assert level.filters()["zlib"]
        assert level.filters()["shuffle"]
        assert level.coordinates == "face_x face_y"
        assert file["time"].units == "seconds since 2023-01-01"
        assert np.isnan(level._FillValue)


def test_repeating_gives_the_same_bytes(run):
    path = run.products / "basin.nc"
    Export().process(run)
    first = path.read_bytes()
    Export().process(run)
    assert path.read_bytes() == first


def test_many_slabs_make_the_same_file_as_one(run, monkeypatch):
    Export().process(run)
    whole = (run.products / "basin.nc").read_bytes()
    monkeypatch.setattr(export, "_SLAB_VALUES", 1)
    Export().process(run)
    assert (run.products / "basin.nc").read_bytes() == whole


@pytest.mark.parametrize(
    ("shape", "expected"), [((10, 100), (10, 100)), ((500, 2000), (131, 2000)), ((3, 10**6), (1, 2**18))]
)
def test_chunks_hold_whole_fields_where_they_are_small(shape, expected):
    assert export._chunks(shape) == expected


def test_significant_digits_make_a_smaller_file_that_is_near(run):
    data = output(2000)
    data["water_level"] += np.random.default_rng(1).normal(0, 0.1, data["water_level"].shape).astype("float32")
    rewrite(run, data)
    full = Export(filename="full.nc").process(run)["files"][0]
    short = Export(filename="short.nc", significant_digits=3).process(run)["files"][0]
    with xr.open_dataset(full) as a, xr.open_dataset(short) as b:
        np.testing.assert_allclose(b["water_level"], a["water_level"], rtol=1e-3)
    assert (run.products / "short.nc").stat().st_size < 0.9 * (run.products / "full.nc").stat().st_size


def test_output_that_is_damaged_leaves_the_older_file_and_nothing_else(run):
    Export().process(run)
    before = (run.products / "basin.nc").read_bytes()
    rewrite(run, output(), v={"fletcher32": True})
    damage(run.workspace / "out.nc", output()["v"].values[-1].tobytes())
    with pytest.raises(RuntimeError, match="HDF error"):
        Export().process(run)
    assert {p.name for p in run.products.iterdir()} == {"basin.nc", "basin_stations.nc", "basin_stations.csv"}
    assert (run.products / "basin.nc").read_bytes() == before


def damage(path, part):
    """Change the first byte of a part of a file, so that its checksum no longer fits."""
    content = bytearray(path.read_bytes())
    content[content.index(part)] ^= 0xFF
    path.write_bytes(content)


def test_a_filename_is_a_name_and_not_a_path():
    with pytest.raises(ValidationError):
        Export(filename="../elsewhere.nc")
