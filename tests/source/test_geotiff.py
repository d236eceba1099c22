"""GeoTIFF files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rompy_hydra.domain import Domain
from rompy_hydra.source.base import opened
from rompy_hydra.source.file import FileSource
from tests.source.winds import KEY, problem

pytest.importorskip("rioxarray", reason="GeoTIFF files need the extra geotiff")
rasterio = pytest.importorskip("rasterio", reason="GeoTIFF files need the extra geotiff")

BED = np.array([[-1.0, -2, -3, -4], [-5, -6, -7, -8], [-9, -10, -11, -12]])
"""Elevation from north to south."""


def write(path: Path, values: Any = BED, crs: str | None = "EPSG:4326", step: float = 0.1, **how: Any) -> Path:
    """The north-western corner at 115 E, 32 S, or at 380 km, 6400 km of a projection."""
    west, north = (115.0, -32.0) if crs == "EPSG:4326" else (380_000.0, 6_400_000.0)
    array = np.asarray(values)
    profile = {"driver": "GTiff", "height": array.shape[0], "width": array.shape[1], "count": 1, "dtype": array.dtype}
    place = {"crs": crs, "transform": rasterio.Affine(step, 0, west, 0, -step, north)} if crs else {}
    scale = {k: how.pop(k) for k in ("scales", "offsets") if k in how}
    with rasterio.open(path, "w", **profile, **place, **how) as file:
        file.write(array, 1)
        for name, value in scale.items():
            setattr(file, name, (value,))
    return path


def read(source: FileSource) -> Any:
    with opened(source, KEY) as data:
        return data.band_data.squeeze().load()


def test_the_points_are_the_middles_of_the_pixels_from_north_to_south(tmp_path: Path) -> None:
    source = FileSource(path=write(tmp_path / "bed.tif"))
    found = read(source)
    assert found.values.tolist() == BED.tolist()
    assert found.y.values == pytest.approx([-32.05, -32.15, -32.25])
    assert found.x.values == pytest.approx([115.05, 115.15, 115.25, 115.35])
    with source.open() as data:
        assert not data.band_data.variable._in_memory


def test_pixels_without_data_are_nan(tmp_path: Path) -> None:
    values = BED.copy()
    values[0, 0] = -9999
    found = read(FileSource(path=write(tmp_path / "bed.tif", values, nodata=-9999)))
    assert np.isnan(found.values).nonzero() == ([0], [0])


def test_scale_and_offset_are_applied(tmp_path: Path) -> None:
    packed = (BED * 10).astype(np.int16)
    packed[1, 1] = -32768
    path = write(tmp_path / "bed.tif", packed, nodata=-32768, scales=0.1, offsets=5.0)
    expected = np.where(packed == -32768, np.nan, BED + 5)
    np.testing.assert_allclose(read(FileSource(path=path)).values, expected, rtol=1e-6)  # single precision


@pytest.mark.parametrize(("crs", "step"), [("EPSG:4326", 0.1), ("EPSG:32750", 5000.0)])
def test_a_bathymetry_says_its_own_reference_system(tmp_path: Path, crs: str, step: float) -> None:
    path = write(tmp_path / "bed.tif", crs=crs, step=step)
    bed = {"kind": "grid", "source": FileSource(path=path), "sign": "elevation"}
    middle = (115.2, -32.15) if crs == "EPSG:4326" else (390_000.0, 6_392_500.0)
    size = 0.02 if crs == "EPSG:4326" else 2000.0
    box = {"kind": "box", "x": (middle[0] - size, middle[0] + size), "y": (middle[1] - size, middle[1] + size)}
    domain = Domain(crs=crs, mesh={**box, "resolution_m": 500}, bathymetry=bed)
    assert domain.problems() == []
    (found,) = domain.inputs()
    assert found.coverage.startswith("band_data: ")
    assert found.coverage.endswith("3 x 4 points")


def test_an_image_without_a_place_is_refused(tmp_path: Path) -> None:
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        path = write(tmp_path / "chart.tif", crs=None)
    found = problem(FileSource(path=path))
    assert found.message == "chart.tif is an image that does not say where on Earth its points are"
    assert "world file" in found.hint
    (tmp_path / "chart.tfw").write_text("0.1\n0\n0\n-0.1\n115.05\n-32.05\n")
    assert read(FileSource(path=path)).x.values == pytest.approx([115.05, 115.15, 115.25, 115.35])


def test_a_rotated_image_is_told_as_such(tmp_path: Path) -> None:
    path = write(tmp_path / "bed.tif")
    with rasterio.open(path, "r+") as image:
        image.transform = image.transform @ rasterio.Affine.rotation(20.0)
    found = problem(FileSource(path=path))
    assert found.message == "bed.tif is a rotated image: its rows are not along x"
    assert "gdalwarp" in found.hint


def test_an_image_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "bed.tif", np.tile(BED, (100, 100)))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "is damaged or cut short" in problem(FileSource(path=path), name="band_data").hint
    path.write_bytes(content[:100])
    assert "begins like a TIFF image but cannot be read" in problem(FileSource(path=path)).message
