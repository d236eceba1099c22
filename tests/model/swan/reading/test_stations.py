"""Series and spectra at stations: what SWAN printed, whatever the form of the file."""

import numpy as np
import pytest

from rompy_hydra.errors import DataError
from rompy_hydra.model.swan.reading.output import open_output

from . import runs

pytestmark = pytest.mark.swan

SERIES = f"TIME XP YP {runs.QUANTITIES}"


def opened(folder, *outputs):
    runs.case(outputs).write(folder)
    return open_output(folder)


def spectra(folder, path):
    return opened(folder, runs.output(path, "spectra", "STATIONS"))


def printed(folder, name="nohead.tab"):
    """hs (time, station) as SWAN printed it, NaN for its exception value."""
    rows = [line.split() for line in (folder / name).read_text().splitlines() if not line.startswith("%")]
    hs = np.array([float(r[3]) for r in rows]).reshape(3, 3)
    return np.where(hs == -9, np.nan, hs)


@pytest.mark.parametrize(
    ("name", "words"), [("nohead.tab", SERIES), ("head.tab", f"{SERIES} PTHSIGN"), ("index.tab", "HSIGN TPS DIR")]
)
def test_every_form_of_a_table_gives_the_series_of_the_named_stations(storm, name, words):
    data = opened(storm, runs.output(name, "table", "STATIONS", words))
    assert data.station_hs.dims == ("time", "station")
    assert list(data.station_name.values) == ["reef", "island", "beach"]
    np.testing.assert_array_equal(data.station_x, [302250, 305000, 308700])
    assert float(data.station_lon[0]) == pytest.approx(114.91, abs=0.02)
    assert [str(t)[11:16] for t in data.time.values] == ["00:00", "00:30", "01:00"]
    np.testing.assert_allclose(data.station_hs, printed(storm), rtol=1e-3)
    assert data.station_hs[:, 1].isnull().all(), "the island is dry"
    assert data.attrs["primary_variable"] == "station_hs"


def test_a_table_as_netcdf_gives_the_same_within_its_packing(storm):
    data = opened(storm, runs.output("stations.nc", "table", "STATIONS", "HSIGN TPS DIR"))
    np.testing.assert_allclose(data.station_hs, printed(storm), rtol=1e-3, atol=50 / 65534 / 2)
    assert (data.station_dir[1:, [0, 2]] > 180).all()


def test_partitions_in_a_table_are_counted_by_its_columns(storm):
    data = opened(storm, runs.output("head.tab", "table", "STATIONS", f"{SERIES} PTHSIGN"))
    assert {f"station_phs{i}" for i in range(6)} <= set(data)


def test_several_files_of_stations_make_one_set_of_series(storm):
    data = opened(
        storm,
        *runs.grid_outputs(),
        runs.output("nohead.tab", "table", "STATIONS", SERIES),
        runs.output("fine.nc", "block", "FINE", "HSIGN DIR"),
        runs.output("spec2d.txt", "spectra", "STATIONS"),
        runs.output("grid.tab", "table", "COMPGRID", f"XP YP {runs.QUANTITIES}"),
    )
    assert data.sizes["station"] == 3
    assert {"hs", "station_hs", "fine_hs", "efth", "compgrid_points_hs"} <= set(data)
    assert data.fine_hs.dims == ("time", "fine_y", "fine_x")
    assert set(data.efth.dims) == {"time", "station", "freq", "direction"}
    # The frame's points are points of the grid.
    inside = data.hs.sel(x=data.fine_x.values, y=data.fine_y.values)
    np.testing.assert_array_equal(data.fine_hs.values, inside.values)


def test_what_was_written_at_other_times_has_times_of_its_own(storm):
    late = runs.output("late.tab", "table", "STATIONS", "HSIGN")
    data = opened(storm, *runs.grid_outputs(), runs.OutputFile(**{**vars(late), "first": "2020-01-01T00:30:00Z"}))
    assert data.station_hs.dims == ("station_time", "station")
    assert data.station_time.attrs["standard_name"] == "time"
    np.testing.assert_array_equal(data.station_time, data.time[1:])


def moment(efth, order=0):
    """Trapezoid over frequency, as SWAN's spectrum has unequal steps, and SWAN's f^-4 tail above."""
    e = efth.sum("direction") * 360 / efth.sizes["direction"] if "direction" in efth.dims else efth
    f = efth.freq.values
    tail = e.isel(freq=-1) * f[-1] ** (order + 1) / (3 - order)
    return (e * efth.freq**order).integrate("freq") + tail


@pytest.mark.parametrize("path", ["spec2d.txt", "spec2d.nc", "packed.nc", "spec1d.txt", "spec1d.nc"])
def test_spectra_hold_the_energy_of_the_printed_wave_height(storm, path):
    data = spectra(storm, path)
    hs = 4 * np.sqrt(moment(data.efth if "efth" in data else data.ef))
    wet = ~np.isnan(printed(storm))
    np.testing.assert_allclose(hs.values[1:][wet[1:]], printed(storm)[1:][wet[1:]], rtol=0.01)


def test_a_dry_station_has_no_spectrum_in_text(storm):
    assert spectra(storm, "spec2d.txt").efth[:, 1].isnull().all()


def test_text_and_netcdf_hold_the_same_spectra(storm):
    text, netcdf = (spectra(storm, f"spec2d.{kind}").efth.isel(station=[0, 2]) for kind in ("txt", "nc"))
    np.testing.assert_allclose(text.direction, netcdf.direction, atol=1e-3)
    np.testing.assert_allclose(text.freq, netcdf.freq, atol=5.1e-5)
    # Text counts in 1/9900 of the highest density of a spectrum.
    assert float(abs(text.values - netcdf.values).max()) < 1.1e-4 * float(netcdf.max())


def test_directions_ascend_and_say_where_waves_come_from(storm):
    data = spectra(storm, "spec2d.txt")
    assert (np.diff(data.direction) > 0).all()
    assert data.direction[0] >= 0
    assert data.direction[-1] < 360
    peak = data.efth[-1, 0].max("freq").idxmax("direction")
    assert 250 <= float(peak) <= 270, "the swell from 255 is refracted towards a beach that faces 270"


def test_one_dimensional_spectra_have_direction_and_spreading_of_each_frequency(storm):
    data = spectra(storm, "spec1d.txt")
    peak = data.ef[-1, 0].argmax("freq")
    assert 255 < float(data.ef_dir[-1, 0, peak]) < 270
    assert 10 < float(data.ef_dspr[-1, 0, peak]) < 35
    assert (data.ef[:, 0] >= 0).all(), "a frequency without waves has no energy"


def test_wavespectra_takes_the_spectra(storm):
    pytest.importorskip("wavespectra")
    efth = spectra(storm, "spec2d.nc").efth.rename(direction="dir").isel(station=0)
    np.testing.assert_allclose(efth.spec.hs()[1:], printed(storm)[1:, 0], rtol=0.01)
    rows = [line.split() for line in (storm / "nohead.tab").read_text().splitlines()]
    assert float(efth.spec.dm()[-1]) == pytest.approx(float(rows[-3][9]), abs=2)  # no tail in wavespectra's mean


def test_a_part_of_the_spectra_is_that_part(storm):
    for path in ("spec2d.txt", "packed.nc"):
        efth = spectra(storm, path).efth
        part = efth.isel(time=[2, 1], station=slice(0, 3, 2), freq=slice(3, 9), direction=[5, 2])
        np.testing.assert_array_equal(part, efth.values[np.ix_([2, 1], [0, 2], range(3, 9), [5, 2])])


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("spec2d.txt", "spectra", ""),
        ("nohead.tab", "table", SERIES),
        ("grid.txt", "block", "XP YP HSIGN DIR VEL QB DISSURF"),
    ],
)
def test_a_file_that_was_cut_off_is_refused_by_name(storm, tmp_path, path, kind, words):
    content = (storm / path).read_bytes()
    (tmp_path / path).write_bytes(content[: len(content) - 700])
    location = "COMPGRID" if kind == "block" else "STATIONS"
    with pytest.raises(DataError, match=path):
        opened(tmp_path, runs.output(path, kind, location, words))
