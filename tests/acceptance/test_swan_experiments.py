"""The shipped experiments of SWAN: each composes and generates, and with SWAN meets its known answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rompy_hydra import config
from rompy_hydra.model.swan.case import read_case
from tests.conftest import SHARED
from tests.model.swan.running import real_swan

Cli = Callable[..., subprocess.CompletedProcess[str]]
DATA = SHARED / "data"
SYNTHETIC = ("swan_plane_beach", "swan_surf_zone", "swan_fetch", "swan_estuary")
PERTH = ("experiment=swan_perth", f"data_dir={DATA}")

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the acceptance data are not at {DATA}")


@pytest.fixture
def needs_swan() -> None:
    real_swan()


def metrics(cli: Cli, folder: Path, *words: str) -> dict:
    done = cli(*words, timeout=290)
    assert done.returncode == 0, done.stderr
    [run] = list((folder / "outputs").iterdir())
    return json.loads((run / "products" / "metrics.json").read_text())


def generated(folder: Path, *words: str) -> Path:
    request = config.load(config.parse((*words, f"output_dir={folder}")))
    assert request.model_run.plan.problems == ()
    return request.model_run.generate()


@pytest.mark.parametrize("name", SYNTHETIC)
def test_a_shipped_experiment_composes_and_generates_without_swan(name: str, tmp_path: Path) -> None:
    workspace = generated(tmp_path, f"experiment={name}")
    case = read_case(workspace)
    assert case.is_stationary
    assert [o.kind for o in case.outputs if o.location == "STATIONS"] == ["table"]
    assert len(case.stations) >= 5
    assert "STOP" in (workspace / "INPUT").read_text().splitlines()


@pytest.mark.real_data
@needs_data
def test_perth_composes_and_generates_from_data_of_other_models(tmp_path: Path) -> None:
    workspace = generated(tmp_path, *PERTH)
    assert {p.name for p in workspace.iterdir()} >= {"INPUT", "bottom.grd", "wind.grd", "case.json"}
    assert "BOUndspec" in (workspace / "INPUT").read_text()


@pytest.mark.swan
@pytest.mark.usefixtures("needs_swan")
class TestWithSwan:
    def test_waves_turn_and_shoal_as_snell_has_it(self, cli: Cli, tmp_path: Path) -> None:
        overall = metrics(cli, tmp_path, "experiment=swan_plane_beach")["overall"]
        # a beam of 2.6 degrees and 0.005 Hz is not quite one wave: that makes some parts of a thousand
        assert overall["hs"]["max_relative"] < 0.005
        assert overall["dir"]["max"] < 0.2

    @pytest.mark.parametrize("gamma", [0.6, 0.73])
    def test_waves_break_and_raise_the_level_as_battjes_and_janssen_have_it(
        self, cli: Cli, tmp_path: Path, gamma: float
    ) -> None:
        both = ("model.physics.breaking.gamma", "postprocessor.known_answer.answer.gamma")
        found = metrics(cli, tmp_path, "experiment=swan_surf_zone", *(f"{key}={gamma}" for key in both))
        assert found["overall"]["hs"]["max"] < 0.01
        assert found["overall"]["setup"]["max"] < 0.003
        assert found["stations"]["20 m"]["setup"]["model"] > 0.1

    def test_waves_grow_with_the_fetch_as_kahma_and_calkoen_measured(self, cli: Cli, tmp_path: Path) -> None:
        found = metrics(cli, tmp_path, "experiment=swan_fetch")
        assert found["overall"]["hs"]["max_relative"] < 0.3
        assert found["overall"]["tp"]["max_relative"] < 0.2
        heights = [found["stations"][f"{km} km"]["hs"]["model"] for km in (25, 50, 100, 200, 400)]
        assert heights == sorted(heights)

    def test_the_physics_of_komen_reach_the_measured_waves_from_200_km_on(self, cli: Cli, tmp_path: Path) -> None:
        anyway = "postprocessor.known_answer.fail_beyond_tolerance=false"
        found = metrics(cli, tmp_path, "experiment=swan_fetch", "model/swan/physics=komen", anyway)
        far = [found["stations"][f"{km} km"]["hs"] for km in (200, 400)]
        assert max(abs(hs["relative_difference"]) for hs in far) < 0.2

    def test_an_estuary_is_resolved(self, cli: Cli, tmp_path: Path) -> None:
        found = metrics(cli, tmp_path, "experiment=swan_estuary")
        assert found["overall"]["hs"]["max_relative"] < 0.05
        heights = {name: one["hs"]["model"] for name, one in found["stations"].items()}
        assert heights["shoal"] < 0.5 * heights["before the shoal"]

    @pytest.mark.real_data
    @needs_data
    def test_the_shelf_off_perth_agrees_with_wavewatch(self, cli: Cli, tmp_path: Path) -> None:
        found = metrics(cli, tmp_path, *PERTH)
        # 50 km from the boundary, where both models have the same swell
        assert found["overall"]["hs"]["max_relative"] < 0.05

    def test_a_wrong_answer_fails_the_run_with_the_code_of_a_postprocessor(self, cli: Cli, tmp_path: Path) -> None:
        done = cli("experiment=swan_surf_zone", "postprocessor.known_answer.answer.gamma=0.5")
        assert done.returncode == 6
        assert "tolerance 0.01 m" in done.stderr
