"""The source of the docs, in a package of its own, is used and proved as the docs say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPO
from tests.plugin_package import install

Cli = Callable[..., subprocess.CompletedProcess[str]]
BLOCKS = re.findall(r"```python\n(.*?)```", (REPO / "docs" / "plugins.md").read_text(), re.DOTALL)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    code = next(b for b in BLOCKS if "class LoggerSource" in b)
    entries = {"rompy_hydra.source": {"logger": "mypackage.logger:LoggerSource"}}
    return install(tmp_path / "site", "mypackage", {"logger.py": code}, entries)


def test_it_passes_the_tests_for_sources(site: Path, tmp_path: Path) -> None:
    (tmp_path / "test_logger.py").write_text(next(b for b in BLOCKS if "class TestLogger" in b))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_logger.py"]
    environment = {**os.environ, "PYTHONPATH": f"{site}:{REPO}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d passed", done.stdout)


def test_it_is_an_option_and_a_source_type(cli: Cli, site: Path, tmp_path: Path) -> None:
    (tmp_path / "jetty.txt").write_text("1672531200 0.5\n1672534800 0.7\n")
    done = cli("data", "logger", "path=jetty.txt", "--json", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    (variable,) = json.loads(done.stdout)["variables"]
    assert (variable["name"], variable["low"], variable["high"]) == ("ssh", 0.5, 0.7)


def test_what_is_wrong_with_its_data_has_the_key_of_the_experiment(cli: Cli, site: Path, tmp_path: Path) -> None:
    (tmp_path / "jetty.txt").write_text("time level\n")
    source = "{source_type: logger, path: jetty.txt}"
    words = [f"forcing.water_level={{kind: series, source: {source}}}"]
    done = cli("check", *words, PYTHONPATH=str(site))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "forcing.water_level.source.path: jetty.txt is no file of a logger" in done.stderr
