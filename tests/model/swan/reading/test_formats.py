"""Files in SWAN's formats written by hand: what is rare in real output, and what is damaged."""

import netCDF4
import numpy as np
import pytest

from rompy_hydra.errors import DataError
from rompy_hydra.model.swan.reading.output import open_output

from . import runs

FREQ, DIRECTIONS = (0.05, 0.1, 0.2), (265.0, 175.0, 85.0, -5.0)
HEAD = f"""SWAN   1                                standard spectral file
$   written by hand
TIME
     1
LONLAT
     3
   115.000000  -32.000000
   115.100000  -32.000000
   115.200000  -32.000000
AFREQ
     3
{chr(10).join(map(str, FREQ))}
NDIR
     4
{chr(10).join(map(str, DIRECTIONS))}
QUANT
     1
VaDens
m2/Hz/degr
   -0.9900E+02
"""
SPECTRUM = "FACTOR\n  0.5E-03\n 1 2 3 4\n 10 20 30 40\n 100 200 300 400\n"
TIMES = ("20200101.000000", "20200101.003000", "20200101.010000")


def opened(folder, *outputs, **changes):
    places = {
        "crs": "EPSG:4326",
        "is_spherical": True,
        "stations": (("a", 115, -32), ("b", 115.1, -32), ("c", 115.2, -32)),
    }
    runs.case(outputs, **{**places, **changes}).write(folder)
    return open_output(folder)


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def spectra(folder, text):
    write(folder, "spec.txt", text)
    return opened(folder, runs.output("spec.txt", "spectra", "STATIONS"))


def test_a_spectrum_can_be_scaled_zero_or_missing(tmp_path):
    body = "".join(f"{time}\n{SPECTRUM}ZERO\nNODATA\n" for time in TIMES)
    data = spectra(tmp_path, HEAD + body)
    assert data.efth.dims == ("time", "station", "freq", "direction")
    np.testing.assert_array_equal(data.direction, [85, 175, 265, 355])
    np.testing.assert_allclose(data.efth[0, 0, 1], [15e-3, 10e-3, 5e-3, 20e-3])
    assert (data.efth[:, 1] == 0).all()
    assert data.efth[:, 2].isnull().all()
    np.testing.assert_array_equal(data.station_lon, [115, 115.1, 115.2])


def test_rows_that_go_over_several_lines_are_put_together(tmp_path):
    broken = SPECTRUM.replace(" 4\n", "\n 4\n").replace(" 40\n", "\n 40\n").replace(" 400\n", "\n 400\n")
    data = spectra(tmp_path, HEAD + "".join(f"{time}\n{broken}ZERO\n{broken}" for time in TIMES))
    np.testing.assert_allclose(data.efth[2, 2, 2], [0.15, 0.1, 0.05, 0.2])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.replace("NDIR", "CDIR"), "Cartesian directions"),
        (HEAD.replace("VaDens", "EnDens"), "densities of energy"),
        (HEAD[: HEAD.index("QUANT")], "ends within its head"),
        (HEAD + f"{TIMES[0]}\n{SPECTRUM}ZERO\n", "is cut off"),
        (HEAD + f"{TIMES[0]}\n{SPECTRUM}ZERO\n{SPECTRUM[:-20]}", "is cut off"),
        (HEAD + f"{TIMES[0]}\nNONSENSE\n", "NONSENSE"),
        ("something else\n", "is not a spectral file of SWAN"),
    ],
)
def test_other_spectra_are_refused_and_told_why(tmp_path, text, told):
    with pytest.raises(DataError, match=told):
        spectra(tmp_path, text)


TABLE = "% hs dir\n" + "".join(
    f"{i + 1} {hs} {d}\n" for _ in TIMES for i, (hs, d) in enumerate(((1.25, 270.5), (-9.0, -999.0), (0.5, "******")))
)


def test_an_index_in_front_and_stars_in_a_table_are_no_values(tmp_path):
    write(tmp_path, "points.tab", TABLE)
    data = opened(tmp_path, runs.output("points.tab", "table", "STATIONS", "HSIGN DIR"))
    np.testing.assert_array_equal(data.station_hs[0], [1.25, np.nan, 0.5])
    np.testing.assert_array_equal(data.station_dir[0], [270.5, np.nan, np.nan])


def test_a_table_with_other_columns_than_asked_for_is_refused(tmp_path):
    write(tmp_path, "points.tab", TABLE)
    with pytest.raises(DataError, match="has 3 columns, expected those of HSIGN, DIR, WIND"):
        opened(tmp_path, runs.output("points.tab", "table", "STATIONS", "HSIGN DIR WIND"))


def test_another_set_of_points_has_its_name_in_front(tmp_path):
    write(tmp_path, "line.tab", "".join("115.0 -32.0 1.0\n115.1 -32.1 2.0\n" for _ in TIMES))
    data = opened(tmp_path, runs.output("line.tab", "table", "LINE", "XP YP HSIGN"))
    assert data.line_hs.dims == ("time", "line")
    np.testing.assert_array_equal(data.line_lat, [-32, -32.1])


def test_a_text_block_without_coordinates_says_what_would_help(tmp_path):
    write(tmp_path, "grid.txt", " 0.1000E+01 0.2000E+01\n" * 6)
    with pytest.raises(DataError, match="XP and YP"):
        opened(tmp_path, runs.output("grid.txt", "block", "COMPGRID", "HSIGN"))


def test_a_text_block_with_headers_is_refused(tmp_path):
    write(tmp_path, "grid.txt", "% Run: 1\n 1 2\n")
    with pytest.raises(DataError, match="has headers"):
        opened(tmp_path, runs.output("grid.txt", "block", "COMPGRID", "HSIGN"))


def test_text_has_as_many_partitions_as_its_commands_ask_for(tmp_path):
    write(tmp_path, "INPUT", "QUANTITY PTHSIGN noswll=8\n")
    fields = ["115.0 115.1", "-32.0 -32.0", *(f"{i / 10:.3f} {i / 10:.3f}" for i in range(9))]
    write(tmp_path, "grid.txt", "".join(f"{line:12}\n" for line in fields) * 3)
    write(tmp_path, "points.tab", f"{' '.join(f'{i / 10}' for i in range(9))}\n" * 9)
    files = (("grid.txt", "block", "COMPGRID", "XP YP PTHSIGN"), ("points.tab", "table", "STATIONS", "PTHSIGN"))
    data = opened(tmp_path, *(runs.output(*one) for one in files))
    np.testing.assert_allclose(data.phs8, 0.8)
    np.testing.assert_allclose(data.station_phs8, 0.8)
    assert data.phs8.attrs["long_name"] == "significant height of each partition (8)"


def block(path, convention="nautical", **fields):
    """A netCDF block as SWAN packs it, 2 by 3 points at three times."""
    with netCDF4.Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as file:
        file.Directional_convention = convention
        for name, values in (("longitude", [115, 115.05, 115.1]), ("latitude", [-32, -31.95])):
            file.createDimension(name, len(values))
            file.createVariable(name, "f4", (name,))[:] = values
        file.createDimension("time", None)
        file.createVariable("time", "i4", ("time",))[:] = 1577836800 + 1800 * np.arange(3)
        for name, (low, high, values) in fields.items():
            variable = file.createVariable(name, "i2", ("time", "latitude", "longitude"), fill_value=-(2**15))
            variable.set_auto_maskandscale(False)
            variable.scale_factor = np.float32((high - low) / (2**16 - 2))
            variable.add_offset = np.float32((low + high) / 2)
            packed = np.round((np.asarray(values) - variable.add_offset) / variable.scale_factor)
            variable[:] = np.broadcast_to(np.where(np.isnan(values), -(2**15), packed), (3, 2, 3))


HS = (0, 50, [[1.0, 2.0, np.nan], [1.5, 2.5, 3.0]])


def test_a_component_that_is_exactly_zero_is_no_missing_one(tmp_path):
    rest = (-20, 20, [[np.nan, 0.5, np.nan], [np.nan, 0.5, -0.5]])
    block(tmp_path / "grid.nc", hs=HS, xcur=rest)
    data = opened(tmp_path, runs.output("grid.nc", "block", "COMPGRID", "HSIGN VEL"))
    np.testing.assert_allclose(data.xcur[0], [[0, 0.5, np.nan], [0, 0.5, -0.5]], atol=20 / 65534)
    np.testing.assert_allclose(data.hs[0], HS[2], atol=25 / 65534)
    np.testing.assert_array_equal(data.lon, [115, 115.05, 115.1])
    assert data.xcur.attrs["standard_name"] == "eastward_sea_water_velocity"


def test_cartesian_directions_are_refused(tmp_path):
    block(tmp_path / "grid.nc", "cartesian", hs=HS)
    with pytest.raises(DataError, match="SET NAUTICAL"):
        opened(tmp_path, runs.output("grid.nc", "block", "COMPGRID", "HSIGN"))


def test_nest_files_are_listed_and_not_read(tmp_path):
    block(tmp_path / "grid.nc", hs=HS)
    nest = runs.output("child.nst", "nest", "CHILD")
    data = opened(tmp_path, runs.output("grid.nc", "block", "COMPGRID", "HSIGN"), nest)
    assert data.attrs["nest_files"] == "child.nst"


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(DataError, match=r"grid\.nc is not in"):
        opened(tmp_path, runs.output("grid.nc", "block", "COMPGRID", "HSIGN"))


def test_no_run_and_no_output_are_told_apart(tmp_path):
    with pytest.raises(DataError, match="no output"):
        open_output(tmp_path)
    with pytest.raises(DataError, match="wrote nothing that can be opened"):
        opened(tmp_path)
