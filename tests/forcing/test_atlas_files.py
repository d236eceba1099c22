"""Which files an atlas of tides consists of, and what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path

import netCDF4
import numpy as np
import pytest
from pydantic import ValidationError

from rompy_hydra.core.period import Period
from rompy_hydra.domain import Domain
from rompy_hydra.errors import Problem
from rompy_hydra.forcing import AtlasTides, Forcing
from tests.conftest import SHARED

from .atlases import constant, write_combined_tpxo, write_fes, write_tpxo

pytest.importorskip("pyTMD")

GBR = SHARED / "data" / "gbr" / "tides" / "oceanum-atlas"
LON, LAT = np.arange(114.0, 117.01, 0.25), np.arange(-34.0, -31.99, 0.25)
PERIOD = Period(start="2023-01-01", duration="6h")
PERTH = Domain(
    mesh={"kind": "box", "x": (115.5, 115.6), "y": (-32.6, -32.5), "resolution_m": 1000},
    bathymetry={"kind": "flat", "elevation_m": -10},
)
TWO = {"M2": constant(0.5 + 0.1j), "K1": constant(0.2)}


def problems(path, domain: Domain | None = PERTH, **fields) -> list[Problem]:
    return Forcing(tides={"kind": "atlas", "path": path, **fields}).problems(PERIOD, domain)


def only(path, **fields) -> Problem:
    (problem,) = problems(path, **fields)
    assert problem.data
    return problem


def at(path, lon=115.5, lat=-32.5, **fields) -> dict[str, complex]:
    found = AtlasTides(path=path, **fields).amplitudes(np.array([lon]), np.array([lat]))
    return {name: complex(vectors[0]) for name, vectors in found.items()}


def test_a_folder_is_searched_for_elevations(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    for other in ("grid_tpxo9_atlas_30_v5.nc", "u_m2_tpxo9_atlas_30_v5.nc"):
        with netCDF4.Dataset(folder / other, "w") as data:
            data.createDimension("nx", 1)
            data.createVariable("uRe" if other.startswith("u") else "hz", "f4", ("nx",))
    (folder / "README.txt").write_text("TPXO9-atlas")
    assert at(folder) == pytest.approx({"M2": 0.5 + 0.1j, "K1": 0.2})
    assert problems(folder) == []


def test_a_pattern_a_file_and_a_list_are_taken_as_they_are(tmp_path: Path):
    folder = write_fes(tmp_path / "fes2022b", TWO, LON, LAT)
    m2, k1 = (folder / f"{name}_fes2022.nc" for name in ("m2", "k1"))
    assert sorted(at(tmp_path / "fes*" / "*_fes2022.nc")) == ["K1", "M2"]
    assert sorted(at(m2)) == ["M2"]
    assert sorted(at([m2, k1])) == ["K1", "M2"]


@pytest.mark.parametrize(
    ("name", "constituents"),
    [("{}_fes2022.nc", "M2"), ("{}.nc", "2N2"), ("{}_ocean_eot20.nc", "EPS2"), ("fes2014-{}.nc", "LAMBDA2")],
)
def test_files_without_a_name_inside_are_known_by_their_own(tmp_path: Path, name: str, constituents: str):
    folder = write_fes(tmp_path / "fes", {constituents: constant(0.1)}, LON, LAT, name=name)
    assert sorted(at(folder)) == [{"LAMBDA2": "LAM2"}.get(constituents, constituents)]


def test_only_the_constituents_asked_for_are_read_and_named(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", {**TWO, "S2": constant(0.3)}, LON, LAT)
    forcing = Forcing(tides={"kind": "atlas", "path": folder, "constituents": ["k1", "m2"]})
    assert sorted(forcing.tides.amplitudes(np.array([115.5]), np.array([-32.5]))) == ["K1", "M2"]
    files = forcing.inputs()
    assert [file.path.name for file in files] == ["h_k1_tpxo9_atlas_30_v5.nc", "h_m2_tpxo9_atlas_30_v5.nc"]
    assert {file.key for file in files} == {"forcing.tides.path"}
    limits = "lon 114.000 .. 117.000, lat -34.000 .. -32.000"
    assert files[0].coverage == f"tpxo K1: {limits}, 9 x 13 points, 0.25 x 0.25 degrees"


def test_one_file_for_all_is_named_once(tmp_path: Path):
    path = write_combined_tpxo(tmp_path / "h_tpxo9.v1.nc", TWO, LON, LAT)
    (file,) = Forcing(tides={"kind": "atlas", "path": path}).inputs()
    assert file.coverage.startswith("tpxo M2, K1: lon 114.000 .. 117.000")
    assert at(path) == pytest.approx({"M2": 0.5 + 0.1j, "K1": 0.2})


def test_a_constituent_that_is_not_there_is_told_with_those_that_are(tmp_path: Path):
    problem = only(write_tpxo(tmp_path / "atlas", TWO, LON, LAT), constituents=["M2", "S2"])
    assert problem.key == "forcing.tides.constituents"
    assert problem.message == "the atlas has no constituent S2, but K1, M2"


def test_a_constituent_that_pytmd_does_not_know_can_be_left_out(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", {**TWO, "XY2": constant(0.3)}, LON, LAT)
    (problem,) = problems(folder)
    assert (problem.key, problem.message) == ("forcing.tides.constituents", "pyTMD knows no constituent XY2")
    assert problems(folder, constituents=["M2", "K1"]) == []


def test_a_constituent_in_two_files_is_told_with_both(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    write_tpxo(folder, {"M2": TWO["M2"]}, LON, LAT, suffix="tpxo8")
    problem = only(folder)
    assert problem.message == "M2 is in 2 files: h_m2_tpxo8.nc, h_m2_tpxo9_atlas_30_v5.nc"
    assert problems(folder, constituents=["K1"]) == []


def test_files_of_two_formats_need_a_word(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    write_fes(folder, {"S2": constant(0.3)}, LON, LAT)
    problem = only(folder)
    assert "h_k1_tpxo9_atlas_30_v5.nc (tpxo) and s2_fes2022.nc (fes)" in problem.message
    assert problem.hint == "say which one is meant: forcing.tides.format"
    assert sorted(at(folder, format="fes")) == ["S2"]
    assert sorted(at(folder, format="tpxo")) == ["K1", "M2"]


def test_what_is_missing_is_named(tmp_path: Path):
    assert "no such file" in only(tmp_path / "no.nc").message
    assert "no file fits the pattern" in only(tmp_path / "*.nc").message
    (tmp_path / "empty").mkdir()
    problem = only(tmp_path / "empty")
    assert problem.key == "forcing.tides.path"
    assert "expected variables hRe and hIm or amplitude and phase" in problem.message
    assert "expected variables hRe and hIm" in only(tmp_path / "empty", format="tpxo").message


def test_what_is_no_netcdf_is_named_with_what_it_looks_like(tmp_path: Path):
    (tmp_path / "m2_fes2022.nc").write_text("<html>log in first</html>")
    message = only(tmp_path / "m2_fes2022.nc").message
    assert "m2_fes2022.nc cannot be read" in message
    assert "a web page, perhaps of a failed download" in message


def test_a_file_that_is_cut_short_is_told(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    whole = (folder / "h_m2_tpxo9_atlas_30_v5.nc").read_bytes()
    (folder / "h_m2_tpxo9_atlas_30_v5.nc").write_bytes(whole[: len(whole) // 2])
    assert "h_m2_tpxo9_atlas_30_v5.nc cannot be read" in only(folder).message


def test_a_curvilinear_grid_is_told(tmp_path: Path):
    path = write_combined_tpxo(tmp_path / "h_arctic.nc", TWO, LON, LAT)
    with netCDF4.Dataset(path, "a") as data:
        data["lon_z"][:] = data["lon_z"][:] + 0.01 * np.arange(len(LAT))
    assert "a curvilinear grid is not understood" in only(path).message


@pytest.mark.parametrize(("units", "scale"), [("m", 1.0), ("cm", 0.01), ("mm", 0.001)])
def test_units_that_a_file_does_not_say_can_be_stated(tmp_path: Path, units: str, scale: float):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT, units=None)
    problem = only(folder)
    assert problem.key == "forcing.tides.units"
    assert "does not say its units, expected m, cm or mm" in problem.message
    assert at(folder, units=units)["M2"] == pytest.approx(scale * (0.5 + 0.1j))


def test_strange_units_are_told(tmp_path: Path):
    problem = only(write_fes(tmp_path / "fes", TWO, LON, LAT, units="Pa"))
    assert "says units 'Pa'" in problem.message


def places(path, **fields) -> list[Problem]:
    lon, lat = np.array([115.5, 115.6]), np.array([-32.5, -32.6])
    return AtlasTides(path=path, **fields).place_problems("forcing.tides", lon, lat)


def test_an_amplitude_of_another_world_is_told(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", {"M2": constant(512.0)}, LON, LAT, units="m")
    (problem,) = places(folder)
    assert problem.key == "forcing.tides.units"
    assert "M2 is 512 m high at lon 115.5000, lat -32.5000, expected at most 20 m" in problem.message
    assert places(folder, units="mm") == [], "and not below the least, for it has been stated"


def test_a_tide_of_half_a_millimetre_is_told(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", {"M2": constant(0.5e-3)}, LON, LAT)
    (problem,) = places(folder)
    assert "M2 is at most 0.5 mm high around these places" in problem.message
    assert "hardly any sea has so little" in problem.message


@pytest.mark.parametrize("lon_shift", [0.0, 360.0])
def test_places_beyond_the_atlas_are_told_with_both_ranges(tmp_path: Path, lon_shift: float):
    folder = write_fes(tmp_path / "fes", {"M2": TWO["M2"]}, LON + lon_shift, LAT)
    node = AtlasTides(path=folder)
    (problem,) = node.place_problems("forcing.tides", np.array([116.9, 117.4]), np.array([-32.5, -31.5]))
    assert "covers lon 114.000 .. 117.000, lat -34.000 .. -32.000" in problem.message
    assert "needed at lon 116.900 .. 117.400, lat -32.500 .. -31.500" in problem.message
    assert problem.data


def test_a_domain_nowhere_on_earth_has_no_tide_of_an_atlas(tmp_path: Path):
    domain = Domain(
        crs="local",
        mesh={"kind": "box", "x": (0, 100), "y": (0, 100), "resolution_m": 10},
        bathymetry={"kind": "flat", "elevation_m": -5},
    )
    (problem,) = problems(write_tpxo(tmp_path / "atlas", TWO, LON, LAT), domain)
    assert "needs a domain on Earth, this one has crs local" in problem.message


def test_another_datum_than_mean_sea_level_needs_its_height(tmp_path: Path):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    over_lat = PERTH.model_copy(update={"vertical_datum": "LAT"})
    (problem,) = problems(folder, over_lat)
    assert problem.key == "forcing.tides.mean_m"
    assert "the tide of an atlas is over mean sea level, levels of the domain over LAT" in problem.message
    assert problems(folder, over_lat, mean_m=0.6) == []


def test_missing_pytmd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write_tpxo(tmp_path / "atlas", TWO, LON, LAT)
    monkeypatch.setitem(sys.modules, "pyTMD", None)
    monkeypatch.delitem(sys.modules, "pyTMD.constituents", raising=False)
    (problem,) = problems(folder)
    assert (problem.key, problem.hint) == ("forcing.tides.kind", 'pip install "rompy-hydra[tides]"')
    assert sorted(at(folder)) == ["K1", "M2"], "the amplitudes need no astronomy"


def test_a_node_without_a_kind_is_one_of_constituents():
    with pytest.raises(ValidationError, match="phase_reference"):
        Forcing(tides={"constituents": {"M2": {"amplitude_m": 1, "phase_deg": 0}}})


def test_a_dumped_atlas_is_read_back(tmp_path: Path):
    forcing = Forcing(tides={"kind": "atlas", "path": [tmp_path / "a.nc"], "constituents": ["m2"], "ramp": "6h"})
    assert Forcing.model_validate(forcing.model_dump(mode="json")) == forcing


@pytest.mark.real_data
@pytest.mark.skipif(not GBR.exists(), reason="the acceptance data are not here")
def test_the_atlas_of_the_reef_is_recognised():
    forcing = Forcing(tides={"kind": "atlas", "path": GBR, "units": "m"})
    assert forcing.problems(PERIOD, None) == []
    files = forcing.inputs()
    assert [file.path.name[:4] for file in files] == ["h_m2", "h_n2", "h_s2"]
    limits = "lon 144.500 .. 155.167, lat -25.833 .. -15.167"
    assert files[0].coverage == f"tpxo M2: {limits}, 33 x 33 points, 0.3333 x 0.3333 degrees"
