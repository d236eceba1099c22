"""Atlases of tides: complex amplitudes and levels at places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from rompy_hydra.core.period import Period
from rompy_hydra.errors import DataError
from rompy_hydra.forcing import AtlasTides, Tides, atlas_grid
from tests.conftest import SHARED

from .atlases import constant, write_combined_tpxo, write_fes, write_tpxo

pytest.importorskip("pyTMD")

GBR = SHARED / "data" / "gbr" / "tides" / "oceanum-atlas"
START = datetime(2023, 1, 1, tzinfo=UTC)
LON, LAT = np.arange(114.0, 117.01, 0.25), np.arange(-34.0, -31.99, 0.25)
PLACES = np.array([115.1, 115.37, 116.0]), np.array([-33.3, -32.9, -32.25])
TIMES = [START + timedelta(hours=h) for h in range(0, 60)]


def linear(lon, lat):
    """M2 amplitude that is linear in the complex plane: exact under bilinear interpolation."""
    return 0.5 + 0.1 * (lon - 115.0) + 1j * (0.2 + 0.05 * (lat + 33.0))


def atlas(path: Path, **fields) -> AtlasTides:
    return AtlasTides(path=path, **fields)


def test_a_linear_field_is_exact_in_every_layout(tmp_path: Path):
    folders = [
        write_tpxo(tmp_path / "tpxo", {"M2": linear}, LON, LAT),
        write_tpxo(tmp_path / "metres", {"M2": linear}, LON, LAT, units="m"),
        write_combined_tpxo(tmp_path / "h_tpxo9.v1.nc", {"S2": constant(1), "M2": linear}, LON, LAT),
        write_fes(tmp_path / "fes", {"M2": linear}, LON, LAT, dtype="f8"),
    ]
    for folder in folders:
        found = atlas(folder).amplitudes(*PLACES)["M2"]
        assert found == pytest.approx(linear(*PLACES), abs=1e-12), folder.name


def test_whole_millimetres_and_single_precision_are_as_exact_as_they_can_be(tmp_path: Path):
    tpxo = write_tpxo(tmp_path / "tpxo", {"M2": linear}, LON, LAT, dtype="i4")
    fes = write_fes(tmp_path / "fes", {"M2": linear}, LON, LAT)
    assert atlas(tpxo).amplitudes(*PLACES)["M2"] == pytest.approx(linear(*PLACES), abs=0.8e-3)
    assert atlas(fes).amplitudes(*PLACES)["M2"] == pytest.approx(linear(*PLACES), abs=1e-6)


def test_both_orders_of_dimensions_give_the_same_bytes(tmp_path: Path):
    folders = [
        write_tpxo(tmp_path / "-".join(d), {"M2": linear}, LON, LAT, dims=d) for d in (("nx", "ny"), ("ny", "nx"))
    ]
    first, second = (atlas(folder).at(TIMES, *PLACES) for folder in folders)
    assert first.tobytes() == second.tobytes()


def test_descending_latitudes_give_the_same(tmp_path: Path):
    up, down = (write_fes(tmp_path / n, {"M2": linear}, LON, lat) for n, lat in (("up", LAT), ("down", LAT[::-1])))
    assert atlas(up).amplitudes(*PLACES)["M2"] == pytest.approx(atlas(down).amplitudes(*PLACES)["M2"], abs=1e-12)


def test_phases_are_never_interpolated(tmp_path: Path):
    """Between phases of 170 and 190 degrees lies 180, whatever the file says of 190: -170."""
    fes = write_fes(
        tmp_path / "fes", {"M2": lambda lon, _: np.exp(-1j * np.radians(np.where(lon < 115.3, 170.0, 190.0)))}, LON, LAT
    )
    (between,) = atlas(fes).amplitudes(np.array([115.375]), np.array([-33.0]))["M2"]
    assert np.degrees(-np.angle(between)) % 360 == pytest.approx(180.0, abs=1e-5)
    assert abs(between) == pytest.approx(np.cos(np.radians(10.0)), abs=1e-6)


def test_the_level_is_the_tide_of_the_constituents_there(tmp_path: Path):
    fields = {
        "M2": constant(0.8 * np.exp(-1j * np.radians(75.0))),
        "K1": constant(0.3 * np.exp(-1j * np.radians(-20.0))),
    }
    parts = {"M2": {"amplitude_m": 0.8, "phase_deg": 75}, "K1": {"amplitude_m": 0.3, "phase_deg": -20}}
    surge = {"peak_m": 0.4, "time": "2023-01-02", "duration": "6h"}
    common = {"surge": surge, "ramp": "12h", "mean_m": 0.2}
    for folder, nodal in (
        (write_fes(tmp_path / "fes", fields, LON, LAT, dtype="f8"), "fes"),
        (write_tpxo(tmp_path / "tpxo", fields, LON, LAT), "otis"),
    ):
        there = atlas(folder, **common).at(TIMES, *PLACES, start=START)
        same = Tides(constituents=parts, phase_reference="greenwich", nodal_corrections=nodal, **common)
        assert there.shape == (len(TIMES), 3)
        assert there == pytest.approx(np.tile(same.at(TIMES, start=START)[:, None], 3), abs=1e-12)


def test_nodal_corrections_can_be_chosen_and_left_out(tmp_path: Path):
    folder = write_tpxo(tmp_path / "tpxo", {"O1": constant(1.0)}, LON, LAT)
    choices = {n: atlas(folder, nodal_corrections=n).at(TIMES, *PLACES) for n in ("auto", "otis", "fes", "none")}
    assert np.array_equal(choices["auto"], choices["otis"])
    assert 0 < np.abs(choices["otis"] - choices["fes"]).max() < 0.01
    assert np.abs(choices["none"]).max() < 1.0 < np.abs(choices["otis"]).max()


GLOBE = {"0..359": np.arange(0.0, 360.0), "0..360": np.arange(0.0, 361.0), "-180..179": np.arange(-180.0, 180.0)}


def round_the_globe(lon, lat):
    return 0.5 + 0.3 * np.cos(np.radians(lon)) + 1j * (0.2 * np.sin(np.radians(lon)) + 0.01 * lat)


@pytest.mark.parametrize("convention", GLOBE)
@pytest.mark.parametrize("middle", [0.0, 180.0])
def test_greenwich_and_the_dateline_are_places_like_any_other(tmp_path: Path, middle: float, convention: str):
    fes = write_fes(tmp_path / "fes", {"M2": round_the_globe}, GLOBE[convention], np.arange(-60.0, 61.0), dtype="f8")
    lon, lat = middle + np.array([-1.5, -1.0, -0.25, 0.0, 0.25, 0.75, 1.0]), np.linspace(-10.0, 10.0, 7)
    expected = round_the_globe(lon, lat)
    for shift in (-360.0, 0.0, 360.0):
        found = atlas(fes).amplitudes(lon + shift, lat)["M2"]
        assert found == pytest.approx(expected, abs=5e-5)  # a chord of a degree is 4e-5 off its arc
    on_nodes = atlas(fes).amplitudes(middle + np.array([-1.0, 0.0, 1.0]), np.zeros(3))["M2"]
    assert on_nodes == pytest.approx(round_the_globe(middle + np.array([-1.0, 0.0, 1.0]), 0.0), abs=1e-12)


def test_only_the_part_around_the_places_is_read(tmp_path: Path):
    fes = write_fes(tmp_path / "fes", {"M2": round_the_globe}, GLOBE["0..359"], np.arange(-60.0, 61.0))
    (file,) = atlas_grid.atlas_files(atlas(fes), "forcing.tides")
    need = atlas_grid._need(file, np.array([-1.2, 0.7]), np.array([10.2, 11.4]), 20_000.0)
    field = atlas_grid._field(file, "M2", need, "k")
    assert field.lon.values.tolist() == [-2, -1, 0, 1]
    assert field.lat.values.tolist() == [10, 11, 12]


def coast(lon, lat):
    """Water west of 115.4 E."""
    return np.where(lon < 115.4, linear(lon, lat), np.nan)


@pytest.mark.parametrize("layout", ["tpxo", "fes"])
def test_land_does_not_count(tmp_path: Path, layout: str):
    write = write_tpxo if layout == "tpxo" else write_fes
    folder = write(tmp_path / layout, {"M2": lambda lon, _: np.where(lon < 115.4, 0.7 - 0.3j, np.nan)}, LON, LAT)
    at_sea, beside_land = np.array([115.1, 115.3]), np.array([-33.3, -33.1])
    assert atlas(folder).amplitudes(at_sea, beside_land)["M2"] == pytest.approx(0.7 - 0.3j, abs=1e-7)


def test_a_place_on_land_takes_the_nearest_wet_point(tmp_path: Path):
    folder = write_tpxo(tmp_path / "tpxo", {"M2": coast}, LON, LAT)
    lon, lat = np.array([115.55, 115.1]), np.array([-33.05, -33.3])  # the first lies between 115.50 and 115.75 E, dry
    node = atlas(folder, land_reach_m=30_000.0)
    found = node.amplitudes(lon, lat)["M2"]
    assert found[0] == pytest.approx(linear(115.25, -33.0))
    assert found[1] == pytest.approx(linear(115.1, -33.3))
    away_km = 111.195 * np.hypot(0.3 * np.cos(np.radians(33.05)), 0.05)
    note = next(text for text in node.notes(lon, lat) if "land" in text)
    assert f"1 of 2 places are on the atlas's land and take the nearest wet point, at most {away_km:.1f}" in note


def test_a_place_too_far_from_water_is_told(tmp_path: Path):
    folder = write_tpxo(tmp_path / "tpxo", {"M2": coast}, LON, LAT)
    lon, lat = np.array([115.55, 115.1]), np.array([-33.05, -33.3])
    (problem,) = atlas(folder).place_problems("forcing.tides", lon, lat)
    assert problem.key == "forcing.tides.land_reach_m"
    assert (
        "1 of 2 places have no wet point of the atlas within 20000 m, the first is lon 115.5500, lat" in problem.message
    )
    with pytest.raises(DataError, match="no wet point"):
        atlas(folder).at(TIMES, lon, lat)


def test_a_domain_of_land_alone_is_told(tmp_path: Path):
    folder = write_fes(tmp_path / "fes", {"M2": constant(np.nan)}, LON, LAT)
    (problem,) = atlas(folder).place_problems("forcing.tides", *PLACES)
    assert "all places have no wet point" in problem.message
    assert problem.data


def test_a_part_that_is_zero_on_water_is_water(tmp_path: Path):
    """TPXO marks land with zeros in both parts, and its whole millimetres are zero in one of them along some lines."""
    folder = write_tpxo(tmp_path / "tpxo", {"M2": constant(0.5), "S2": constant(-0.25j)}, LON, LAT, dtype="i4")
    found = atlas(folder).amplitudes(*PLACES)
    assert found["M2"] == pytest.approx(0.5)
    assert found["S2"] == pytest.approx(-0.25j)


def test_a_file_that_changes_is_read_again(tmp_path: Path):
    folder = write_tpxo(tmp_path / "tpxo", {"M2": constant(0.5)}, LON, LAT)
    assert atlas(folder).amplitudes(*PLACES)["M2"] == pytest.approx(0.5)
    write_tpxo(tmp_path / "tpxo", {"M2": constant(0.75)}, LON, LAT)
    assert atlas(folder).amplitudes(*PLACES)["M2"] == pytest.approx(0.75)


def test_no_level_exceeds_the_highest(tmp_path: Path):
    node = atlas(write_tpxo(tmp_path / "tpxo", {"M2": linear, "O1": constant(0.2)}, LON, LAT), mean_m=0.1)
    highest = node.highest_m(Period(start=START, duration="60h"), *PLACES)
    assert node.at(TIMES, *PLACES).max() < highest < 0.1 + 1.2 * (np.abs(linear(*PLACES)).max() + 0.2)


real = pytest.mark.skipif(not GBR.exists(), reason="the acceptance data are not here")


def of_file(name: str, i: int, j: int) -> complex:
    import netCDF4

    with netCDF4.Dataset(GBR / f"h_{name}_tpxo9_atlas_30_v2.nc") as data:
        data.set_auto_maskandscale(False)
        return complex(data["hRe"][i, j] + 1j * data["hIm"][i, j])


def of_gbr(**fields) -> AtlasTides:
    """The file says millimetres, its numbers are metres: M2 off the reef is half a metre, not half a millimetre."""
    return AtlasTides(**{"path": GBR, "units": "m", **fields})


@pytest.mark.real_data
@real
def test_the_reef_has_the_amplitudes_of_the_files_at_their_nodes():
    import netCDF4

    with netCDF4.Dataset(GBR / "h_m2_tpxo9_atlas_30_v2.nc") as data:
        lon, lat = np.asarray(data["lon_z"][:]), np.asarray(data["lat_z"][:])
    nodes = [(28, 20), (25, 24), (32, 32), (30, 5)]
    found = of_gbr().amplitudes(*(np.array(axis) for axis in zip(*((lon[i], lat[j]) for i, j in nodes), strict=True)))
    assert sorted(found) == ["M2", "N2", "S2"]
    for name, vectors in found.items():
        assert vectors == pytest.approx([of_file(name.lower(), i, j) for i, j in nodes], abs=1e-12)
    (middle,) = of_gbr().amplitudes((lon[28:29] + lon[29:30]) / 2, (lat[20:21] + lat[21:22]) / 2)["M2"]
    corners = [of_file("m2", i, j) for i in (28, 29) for j in (20, 21)]
    assert middle == pytest.approx(np.mean(corners), abs=1e-9)


@pytest.mark.real_data
@real
@pytest.mark.parametrize(("nodal", "tolerance"), [("fes", 5e-4), ("otis", 4e-3)])
def test_the_tide_of_the_reef_is_that_of_pytmd(nodal: str, tolerance: float):
    """OTIS's predictor in pyTMD counts from 1992 with speeds of seven digits, which are 0.1 degrees behind by now."""
    import pyTMD.io.ATLAS
    import pyTMD.predict

    data = pyTMD.io.ATLAS.open_mfdataset([str(p) for p in sorted(GBR.glob("h_*.nc"))])
    node = data.isel(x=28, y=20)
    days = np.array([(t - datetime(1992, 1, 1, tzinfo=UTC)) / timedelta(days=1) for t in TIMES])
    expected = np.asarray(pyTMD.predict.time_series(days, node, corrections=nodal.upper()))
    lon, lat = (np.array([float(node[axis])]) for axis in ("x", "y"))
    found = of_gbr(nodal_corrections=nodal).at(TIMES, lon, lat)[:, 0]
    assert np.abs(expected).max() > 0.5
    assert found == pytest.approx(expected, abs=tolerance)


@pytest.mark.real_data
@real
def test_millimetres_that_are_metres_are_told():
    (problem,) = AtlasTides(path=GBR).place_problems("forcing.tides", np.array([153.0]), np.array([-19.0]))
    assert problem.key == "forcing.tides.units"
    assert "M2 + S2 is at most" in problem.message
    assert (
        "mm high around these places if the units of h_m2_tpxo9_atlas_30_v2.nc, millimeter, are right"
        in problem.message
    )
    assert of_gbr().place_problems("forcing.tides", np.array([153.0]), np.array([-19.0])) == []
