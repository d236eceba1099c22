"""From an experiment to judged output, with the real solver."""

import json
import shutil

import numpy as np
import pytest

from rompy_hydra.errors import DataError
from rompy_hydra.model.anuga import Anuga
from rompy_hydra.run_backend.base import Resources
from rompy_hydra.run_backend.job import Exit

from .conftest import experiment, solve

pytest.importorskip("anuga")


def test_generating_twice_writes_the_same_bytes(tmp_path):
    pressure = {"kind": "constant", "pressure_pa": 99000}
    asked = experiment(forcing={"wind": {"kind": "constant", "speed_m_s": 12, "from_deg": 225}, "pressure": pressure})
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        Anuga(boundaries={"ocean": {"kind": "tide", "inverse_barometer": True}}).generate(folder, asked)
    names = sorted(p.name for p in folders[0].iterdir())
    assert "wind.npy" in names
    assert {n: (folders[0] / n).read_bytes() for n in names} == {n: (folders[1] / n).read_bytes() for n in names}


def test_the_sea_stands_higher_at_an_open_boundary_under_low_pressure(tmp_path):
    pressure = {"kind": "constant", "pressure_pa": 101325 - 2000}
    Anuga(boundaries={"ocean": {"kind": "tide", "inverse_barometer": True}}).generate(
        tmp_path, experiment(forcing={"pressure": pressure})
    )
    level = np.loadtxt(tmp_path / "level_ocean.csv", delimiter=",", skiprows=1)[0, 1]
    assert level == pytest.approx(0.8 + 2000 / (1025 * 9.8), abs=1e-5)


def test_friction_of_a_region_is_applied_in_it_alone(tmp_path):
    Anuga(friction={"coefficient": 0.02, "regions": {"reef": 0.1}}).generate(tmp_path, experiment())
    friction = np.load(tmp_path / "friction.npy")
    points, triangles = np.load(tmp_path / "mesh_points.npy"), np.load(tmp_path / "mesh_triangles.npy")
    x, y = points[triangles].mean(axis=1)[:, :2].T
    inside = (np.abs(x - 1500) < 500) & (np.abs(y - 1000) < 500)
    assert set(friction[inside]) == {0.1}
    assert set(friction[~inside]) == {0.02}


def test_a_finished_run_is_a_success_in_numbers(finished):
    verdict = Anuga().verdict(finished, Exit("exited", 0))
    assert verdict.success, verdict.evidence
    assert verdict.evidence.startswith("7 fields, ")
    assert verdict.outputs == ("output.sww", "diagnostics.json")


def test_progress_is_read_from_the_lines_of_a_run(finished):
    read = [p for line in (finished / "stdout.txt").read_text().splitlines() if (p := Anuga().progress(line))]
    fractions = [p.fraction for p in read]
    assert fractions == sorted(fractions)
    assert (read[-1].fraction, read[-1].time) == (1.0, "2023-01-01T02:00:00Z")
    assert Anuga().progress("WARNING: 3 % of nothing") is None


@pytest.mark.parametrize("ending", [Exit("exited", 3), Exit("signalled", signal=9), Exit("timed out")])
def test_a_bad_ending_is_a_failure_whatever_was_written(finished, ending):
    assert not Anuga().verdict(finished, ending).success


def test_a_missing_end_is_a_failure(finished, tmp_path):
    broken = shutil.copytree(finished, tmp_path / "broken")
    (broken / "finished.json").unlink()
    assert "finished.json is missing" in Anuga().verdict(broken, Exit("exited", 0)).evidence


def test_output_that_ends_too_early_is_a_failure(finished, tmp_path):
    broken = shutil.copytree(finished, tmp_path / "broken")
    case = json.loads((broken / "case.json").read_text())
    (broken / "case.json").write_text(json.dumps({**case, "duration_s": 9000.0}))
    assert "ends after 7200 s of 9000 s" in Anuga().verdict(broken, Exit("exited", 0)).evidence


def test_the_solver_s_own_error_is_quoted_and_old_evidence_is_gone(finished, tmp_path):
    broken = shutil.copytree(finished, tmp_path / "broken")
    (broken / "level_ocean.csv").write_text("time_s,water_level_m\n0.0,nan\n")
    done = solve(broken)
    assert done.returncode == 1
    verdict = Anuga().verdict(broken, Exit("exited", done.returncode))
    assert not verdict.success
    assert "level_ocean.csv holds values that are not finite" in verdict.evidence
    assert not (broken / "finished.json").exists()
    assert verdict.evidence == (broken / "error.txt").read_text().strip().splitlines()[-1]


def test_generating_removes_the_evidence_of_an_earlier_run(finished, tmp_path):
    again = shutil.copytree(finished, tmp_path / "again")
    Anuga().generate(again, experiment())
    assert not Anuga().verdict(again, None).success


def test_the_command_names_programs_and_follows_the_cpus(tmp_path):
    command = Anuga().command(tmp_path, Resources(cpus=3))
    assert command.argv == ("python", "-m", "rompy_hydra.model.anuga.solve", "case.json")
    assert command.env["OMP_NUM_THREADS"] == "3"
    assert "anuga 4.1" in command.version


def test_output_opens_as_lazy_cf_ugrid_on_faces(finished):
    with Anuga().open(finished) as data:
        assert data.attrs["Conventions"] == "CF-1.11 UGRID-1.0"
        assert data["mesh"].attrs["face_node_connectivity"] == "face_nodes"
        assert data["water_level"].dims == ("time", "face")
        assert data["water_level"].attrs["standard_name"] == "sea_surface_height_above_mean_sea_level"
        assert not data["water_level"].variable._in_memory
        assert str(data["time"].values[-1]).startswith("2023-01-01T02:00:00")
        dry = data["depth"].values <= 0.01
        assert 0 < dry.mean() < 0.9
        for name in ("water_level", "u", "v"):
            assert np.array_equal(np.isnan(data[name].values), dry)
        assert np.array_equal(data["u"].isel(time=3, face=slice(5, 9)).values, data["u"].values[3, 5:9], equal_nan=True)


def test_a_georeferenced_domain_has_positions_in_degrees_too(tmp_path):
    corners = [(115.60, -32.65), (115.63, -32.65), (115.63, -32.63), (115.60, -32.63)]
    domain = {
        "crs": "EPSG:4326",
        "mesh": {"kind": "polygon", "outline": corners, "resolution_m": 400},
        "bathymetry": {"kind": "flat", "elevation_m": -10},
        "stations": {},
    }
    Anuga().generate(tmp_path, experiment(domain=domain, duration="10min", interval="10min"))
    assert solve(tmp_path).returncode == 0
    with Anuga().open(tmp_path) as data:
        assert data.attrs["crs"] == "EPSG:32750"
        assert data["crs"].attrs["grid_mapping_name"] == "transverse_mercator"
        assert data["u"].attrs["grid_mapping"] == "crs"
        corner = (float(data["node_lon"].min()), float(data["node_lat"].min()))
        assert corner == pytest.approx(corners[0], abs=2e-6)  # a side straight in UTM bows by 10 cm


def test_opening_what_is_not_there_is_a_data_error(tmp_path):
    with pytest.raises(DataError, match="no output in"):
        Anuga().open(tmp_path)
