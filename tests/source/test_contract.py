"""Every built-in source passes the tests that sources of others are given."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import xarray as xr

from rompy_hydra import plugins
from rompy_hydra.source import remote
from rompy_hydra.source.base import Source
from rompy_hydra.source.constant import ConstantSource
from rompy_hydra.source.csv import CsvSource
from rompy_hydra.source.cyclone import CycloneSource
from rompy_hydra.source.dataset import DatasetSource
from rompy_hydra.source.file import FileSource
from rompy_hydra.source.intake import IntakeSource
from rompy_hydra.source.opendap import OpendapSource
from rompy_hydra.source.swan_grid import SwanGridSource
from rompy_hydra.source.wavespectra import WavespectraSource
from rompy_hydra.testing import SourceTests
from tests.source.dap_server import TOKEN
from tests.source.servers import Server
from tests.source.test_wavespectra import spectra
from tests.source.winds import wind, write_zarr
from tests.storms import straight, track

pytestmark = pytest.mark.usefixtures("cache")
SECRET = "s3cr3t-hunter2"


class Files(SourceTests):
    """Sources of files in a folder."""

    @pytest.fixture(autouse=True)
    def _files(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        self.write(wind())

    def write(self, data: xr.Dataset) -> None:
        """Put the data where the source looks for them."""

    def change(self) -> None:
        time.sleep(0.01)  # file systems count time in ticks
        self.write(wind(value=8))


class TestNetcdf(Files):
    def write(self, data: xr.Dataset) -> None:
        data.to_netcdf(self.folder / "wind.nc")

    def source(self) -> Source:
        return FileSource(path=self.folder / "wind.nc")

    def broken(self) -> Source:
        (self.folder / "half.nc").write_bytes((self.folder / "wind.nc").read_bytes()[:5000])
        return FileSource(path=self.folder / "half.nc")


class TestSeveralFiles(Files):
    def write(self, data: xr.Dataset) -> None:
        for i in range(2):
            data.isel(time=slice(2 * i, 2 * i + 2)).to_netcdf(self.folder / f"wind-{i}.nc")

    def source(self) -> Source:
        return FileSource(path=self.folder / "wind-*.nc")

    def broken(self) -> Source:
        return FileSource(path=self.folder / "wave-*.nc")


class TestZarr(Files):
    def write(self, data: xr.Dataset) -> None:
        path = self.folder / "wind.zarr"
        if path.exists():
            (path / "u10" / "0.0.0").write_bytes((path / "u10" / "1.0.0").read_bytes())
        else:
            write_zarr(data, path)

    def source(self) -> Source:
        return FileSource(path=self.folder / "wind.zarr")

    def broken(self) -> Source:
        return FileSource(path=self.folder / "wave.zarr")


class TestAtAnAddress(SourceTests):
    secret: ClassVar = SECRET

    @pytest.fixture(autouse=True)
    def _server(self, troubled: Server) -> None:
        self.server = troubled
        wind().to_netcdf(troubled.root / "contract.nc")

    def source(self) -> Source:
        address = f"{self.server.url}/token/contract.nc?token={SECRET}"
        return FileSource(path=address, storage={"headers": {"Authorization": SECRET}})

    def change(self) -> None:
        wind(value=8).to_netcdf(self.server.root / "contract.nc")
        remote._known.clear()  # as a later process would

    def broken(self) -> Source:
        return FileSource(path=f"{self.server.url}/403/contract.nc?token={SECRET}")


class TestCsv(Files):
    lazy: ClassVar = False

    def write(self, data: xr.Dataset) -> None:
        rows = [f"{str(t)[:19]},{float(v)}" for t, v in zip(data.time.values, data.u10[:, 0, 0], strict=True)]
        (self.folder / "wind.csv").write_text("\n".join(["time,u10", *rows, ""]))

    def source(self) -> Source:
        return CsvSource(path=self.folder / "wind.csv")

    def broken(self) -> Source:
        return CsvSource(path=self.folder / "wind.csv", columns={"u10": "u11"})


class TestCyclone(Files):
    def write(self, data: xr.Dataset) -> None:
        self.made = track(self.folder, straight(115, -15, -0.5, -float(data.u10.min()) / 3), resolution_deg=0.2)

    def source(self) -> Source:
        return self.made

    def broken(self) -> Source:
        return CycloneSource(path=self.folder / "bsh192024.dat")


class TestConstant(SourceTests):
    lazy: ClassVar = False
    value = 8.0

    def source(self) -> Source:
        return ConstantSource(values={"u10": self.value, "v10": 0})

    def test_units_of_what_has_no_value_are_refused(self):
        with pytest.raises(ValueError, match="units of u, which has no value; known: u10"):
            ConstantSource(values={"u10": 8.0}, units={"u": "knots"})

    def change(self) -> None:
        self.value = 9.0


class TestDataset(SourceTests):
    lazy: ClassVar = False

    @pytest.fixture(autouse=True)
    def _data(self) -> None:
        self.data = wind()

    def source(self) -> Source:
        return DatasetSource(data=self.data)

    def change(self) -> None:
        self.data = self.data.assign(u10=self.data.u10 + 1)


class TestIntake(Files):
    @pytest.fixture(autouse=True)
    def _needs_intake(self) -> None:
        pytest.importorskip("intake_xarray", reason="intake catalogues need the extra intake")

    def write(self, data: xr.Dataset) -> None:
        data.to_netcdf(self.folder / "wind.nc")
        entry = '{driver: netcdf, args: {urlpath: "{{ CATALOG_DIR }}/wind.nc"}}'
        (self.folder / "catalogue.yaml").write_text(f"sources:\n  wind: {entry}\n")

    def source(self, dataset_id: str = "wind") -> Source:
        return IntakeSource(catalog_uri=str(self.folder / "catalogue.yaml"), dataset_id=dataset_id)

    def broken(self) -> Source:
        return self.source("wave")


class TestOpendap(SourceTests):
    secret: ClassVar = TOKEN

    @pytest.fixture(autouse=True)
    def _server(self, dap: Server) -> None:
        self.server = dap
        wind().to_netcdf(dap.root / "contract.nc")

    def source(self) -> Source:
        return OpendapSource(url=f"{self.server.url}/bearer/contract.nc", token=TOKEN)

    def change(self) -> None:
        wind(hours=6).to_netcdf(self.server.root / "contract.nc")

    def broken(self) -> Source:
        return OpendapSource(url=f"{self.server.url}/dies/contract.nc", token=TOKEN)


class TestSwanGrid(Files):
    def write(self, data: xr.Dataset) -> None:
        with (self.folder / "wind.dat").open("w") as file:
            for time in range(data.sizes["time"]):
                for name in ("u10", "v10"):
                    np.savetxt(file, data[name].isel(time=time).values)

    def source(self) -> Source:
        sizes = wind().sizes
        grid = {"x": 0, "y": 0, "dx": 1, "nx": sizes["lon"], "ny": sizes["lat"], "is_lonlat": True}
        changes = {"start": "2023-01-01", "step": "1h"}
        path = self.folder / "wind.dat"
        return SwanGridSource.model_validate({"path": path, "quantity": "wind", **grid, **changes})

    def broken(self) -> Source:
        return self.source().model_copy(update={"nhedf": 10_000})


class TestWavespectra(Files):
    @pytest.fixture(autouse=True)
    def _needs_wavespectra(self) -> None:
        pytest.importorskip("wavespectra", reason="wave spectra need the extra waves")

    def write(self, data: xr.Dataset) -> None:
        spectra().assign_attrs(value=float(data.u10.min())).to_netcdf(self.folder / "spectra.nc")

    def source(self) -> Source:
        return WavespectraSource(path=self.folder / "spectra.nc", reader="wavespectra")

    def broken(self) -> Source:
        return WavespectraSource(path=self.folder / "spectra.nc", reader="ww3")


def test_no_source_is_without_these_tests() -> None:
    tested = {c.__name__.removeprefix("Test").lower() for c in every_class(SourceTests)}
    known = {name.replace("_", "") for name in plugins.plugins("source")}
    assert known - {"file", "datamesh"} <= tested  # of files above, of Datamesh by itself


def every_class(base: type) -> Iterator[type]:
    for cls in base.__subclasses__():
        yield cls
        yield from every_class(cls)
