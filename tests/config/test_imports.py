"""What is imported when: a start is instant, and Hydra's inside is known to one module."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "rompy_hydra"


def imported_by(code: str) -> set[str]:
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_config_layer_imports_no_hydra() -> None:
    assert not {"hydra", "omegaconf", "yaml"} & imported_by("import rompy_hydra.config")


def test_help_imports_nothing_heavy_and_no_plugin() -> None:
    code = "from rompy_hydra import config; config.hydra_command(config.parse(['--help']))"
    loaded = imported_by(code)
    assert "hydra" in loaded
    assert not {"numpy", "xarray", "matplotlib", "dask", "docker", "pyproj", "anuga", "joblib"} & loaded
    assert not {"rompy_hydra.model_run", "rompy_hydra.run_backend.local", "rompy_hydra.model.anuga"} & loaded


def test_loading_an_experiment_imports_no_data_library(tmp_path: Path) -> None:
    loaded = imported_by("from rompy_hydra import config; config.load(config.parse(['~experiment', 'model=generic']))")
    assert not {"xarray", "matplotlib", "dask", "docker", "pyproj", "anuga", "joblib"} & loaded


def test_one_module_alone_knows_the_inside_of_hydra() -> None:
    inside = re.compile(r"^\s*(from|import) hydra\._internal", re.MULTILINE)
    found = {p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py") if inside.search(p.read_text())}
    assert found == {"config/hydra_api.py"}
