"""Wave spectra of several models: from real files where they are, and as wavespectra itself writes them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from rompy_hydra.errors import ConfigError
from rompy_hydra.source.base import opened
from rompy_hydra.source.wavespectra import WavespectraSource
from tests.conftest import SHARED
from tests.source.winds import KEY, problem

pytest.importorskip("wavespectra", reason="wave spectra need the extra waves")
# its readers of text leave files for Python to close
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

WW3 = SHARED / "data" / "perth_nearshore" / "ww3-spectra-20230101.nc"
SITES = SHARED / "data" / "australia" / "spectra-20230101.nc"
real_data = [pytest.mark.real_data, pytest.mark.skipif(not WW3.exists(), reason="the acceptance data are not here")]


def spectra() -> xr.Dataset:
    """A swell of 2 m and 12 s that comes from 225 degrees, at two sites and three times."""
    freq, direction = 0.04 * 1.1 ** np.arange(20), np.arange(0.0, 360.0, 15.0)
    shape = np.exp(-((freq[:, None] - 1 / 12) ** 2) / 2e-4) * np.exp(-((direction - 225) ** 2) / 800)
    variance = np.trapezoid(shape.sum(axis=1) * 15.0, freq)
    growing = np.array([1.0, 1.5, 2.0])[:, None, None, None] * np.ones((3, 2, 1, 1))
    return xr.Dataset(
        {
            "efth": (("time", "site", "freq", "dir"), growing * shape / variance * (2.0 / 4) ** 2),
            "lon": ("site", [115.5, 115.6]),
            "lat": ("site", [-32.5, -32.7]),
        },
        {
            "time": np.datetime64("2023-01-01", "ns") + np.arange(3) * np.timedelta64(3, "h"),
            "site": [0, 1],
            "freq": freq,
            "dir": direction,
        },
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    import wavespectra  # noqa: F401  registers the accessor

    def save(name: str, method: str, **how: Any) -> Path:
        getattr(spectra().spec, method)(str(tmp_path / name), **how)
        return tmp_path / name

    return save


def heights(data: xr.Dataset) -> np.ndarray[Any, Any]:
    """Significant wave heights [m] by definition: four times the root of the variance."""
    step = float(abs(data.dir[1] - data.dir[0]))
    dims = [d for d in data.efth.dims if d not in ("freq", "dir")]
    ordered = data.efth.transpose(*dims, "freq", "dir").values
    return 4 * np.sqrt(np.trapezoid(ordered.sum(axis=-1) * step, data.freq.values, axis=-1))


@pytest.mark.parametrize(
    ("reader", "name", "method", "options"),
    [
        ("ww3", "spectra.nc", "to_ww3", {}),
        ("netcdf", "spectra.nc", "to_netcdf", {}),
        ("wavespectra", "spectra.nc", "to_netcdf", {}),
        ("swan", "spectra.spec", "to_swan", {"as_site": True}),
        ("read_swan", "spectra.spec", "to_swan", {"as_site": True}),
        ("json", "spectra.json", "to_json", {}),
    ],
)
def test_each_reader_gives_the_same_heights_and_directions(
    write, reader: str, name: str, method: str, options: dict[str, Any]
) -> None:
    source = WavespectraSource(path=write(name, method), reader=reader, options=options)
    with opened(source, KEY) as data:
        assert heights(data)[:, 0] == pytest.approx(2 * np.sqrt([1.0, 1.5, 2.0]), rel=2e-3)  # text has 5 digits
        energy = data.efth.isel(time=0, site=0).sum("freq").load()
        assert float(energy.dir[int(energy.argmax("dir"))]) == 225.0
        assert data.efth.attrs["units"] == "m2 s degree-1"


def test_the_file_is_an_input_with_its_key(write, tmp_path: Path) -> None:
    path = write("spectra.nc", "to_ww3")
    (found,) = WavespectraSource(path=path, reader="ww3").inputs(KEY)
    assert (found.key, found.path) == (f"{KEY}.path", path)
    write("more.nc", "to_ww3")
    pattern = WavespectraSource(path=str(tmp_path / "*.nc"), reader="ww3")
    assert [i.path.name for i in pattern.inputs(KEY) if i.path] == ["more.nc", "spectra.nc"]
    (gone,) = WavespectraSource(path=tmp_path / "gone.nc", reader="ww3").inputs(KEY)
    assert gone.path == tmp_path / "gone.nc"


def test_netcdf_is_read_lazily_and_closed(write) -> None:
    path = write("spectra.nc", "to_ww3")
    with WavespectraSource(path=path, reader="ww3").open() as data:
        assert not data.efth.variable._in_memory
    spectra().to_netcdf(path)  # which HDF5 would refuse of a file that is still open


@pytest.mark.parametrize(("written", "reader"), [("to_netcdf", "ww3"), ("to_ww3", "wavespectra")])
def test_a_file_in_the_terms_of_another_reader_is_refused(write, written: str, reader: str) -> None:
    """Else its numbers would be divided by 57, or taken for 57 times as much."""
    found = problem(WavespectraSource(path=write("spectra.nc", written), reader=reader), name="efth")
    assert found.key == f"{KEY}.path"
    assert f"the reader {reader} cannot read" in found.message
    assert "its variables have other names than those of such files" in found.message
    assert found.hint == "is it the right reader, and the file whole?"


@pytest.mark.parametrize(
    ("reader", "hint"), [("swann", "did you mean 'swan'?"), ("dataset", "did you mean"), ("zzz", "known: awac")]
)
def test_an_unknown_reader_is_wrong_config(write, reader: str, hint: str) -> None:
    found = problem(WavespectraSource(path=write("spectra.nc", "to_ww3"), reader=reader), ConfigError)
    assert (found.key, found.value) == (f"{KEY}.reader", reader)
    assert found.hint.startswith(hint)


def test_an_unknown_option_is_wrong_config(write) -> None:
    source = WavespectraSource(path=write("s.spec", "to_swan"), reader="swan", options={"as_sit": True})
    found = problem(source, ConfigError)
    assert found.key == f"{KEY}.options"
    assert "'as_sit'" in found.message


@pytest.mark.parametrize(
    ("content", "reader", "look"),
    [
        (b"", "swan", "an empty file"),
        (b"time,hs\n2023-01-01,1\n", "ww3", "text that begins with 'time,hs'"),
        (b"CDF\x01\x00\x00", "ww3", "netCDF-3"),
        (b"\x89HDF\r\n\x1a\n", "swan", "netCDF-4 or HDF5"),
    ],
)
def test_what_is_no_such_file_is_told_for_what_it_is(tmp_path: Path, content: bytes, reader: str, look: str) -> None:
    (tmp_path / "spectra.dat").write_bytes(content)
    found = problem(WavespectraSource(path=tmp_path / "spectra.dat", reader=reader))
    assert f"the reader {reader} cannot read {tmp_path / 'spectra.dat'}, which looks like {look}: " in found.message
    assert "\n" not in found.message


def test_a_text_that_is_cut_short_within_a_spectrum_is_refused(write) -> None:
    path = write("s.spec", "to_swan")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-5]) + lines[-5][:40])
    found = problem(WavespectraSource(path=path, reader="swan", options={"as_site": True}), name="efth")
    assert found.message.endswith(": a spectrum in it is cut short")


def test_missing_files_and_patterns_name_what_is_there(write, tmp_path: Path) -> None:
    write("spectra.nc", "to_ww3")
    for path, message in (("spectre.nc", "no such file: "), ("spectre*.nc", "no file fits the pattern ")):
        found = problem(WavespectraSource(path=str(tmp_path / path), reader="ww3"))
        assert (found.key, found.message) == (f"{KEY}.path", f"{message}{tmp_path / path}")
        assert "spectra.nc" in found.hint


def test_a_reader_that_takes_one_file_says_so(write, tmp_path: Path) -> None:
    write("a.nc", "to_netcdf")
    write("b.nc", "to_netcdf")
    found = problem(WavespectraSource(path=str(tmp_path / "*.nc"), reader="wavespectra"))
    assert found.hint.endswith("; perhaps it takes one file only")


def test_a_missing_package_is_told_with_its_command(write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("spectra.nc", "to_ww3")
    monkeypatch.setitem(sys.modules, "wavespectra", None)
    found = problem(WavespectraSource(path=path, reader="ww3"), ConfigError)
    assert (found.key, found.hint) == (f"{KEY}.source_type", 'pip install "rompy-hydra[waves]"')


class TestReal:
    pytestmark = real_data

    def test_spectra_of_ww3_off_perth(self) -> None:
        with opened(WavespectraSource(path=WW3, reader="ww3"), KEY) as data:
            assert dict(data.sizes) == {"time": 9, "site": 19, "freq": 31, "dir": 24}
            found = heights(data)
        table = np.genfromtxt(WW3.with_name("wave-params-20230101.csv"), delimiter=",", names=True, usecols=(3, 4))
        assert found.min() > 0.5 * table["hs"].min()  # the same day, at places nearby
        assert found.max() < 2 * table["hs"].max()

    def test_spectra_of_all_australia(self) -> None:
        with opened(WavespectraSource(path=SITES, reader="wavespectra"), KEY) as data:
            assert (data.sizes["site"], data.sizes["dir"]) == (412, 8)
            found = heights(data.isel(time=0))
        assert 0.5 < float(np.nanmedian(found)) < 5.0

    @pytest.mark.parametrize(("path", "reader"), [(SITES, "ww3"), (WW3, "wavespectra")])
    def test_they_are_not_taken_for_each_other(self, path: Path, reader: str) -> None:
        assert "other names" in problem(WavespectraSource(path=path, reader=reader), name="efth").message
