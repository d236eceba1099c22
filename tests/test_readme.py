"""The commands of the README are run as they stand there, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPO

README = (REPO / "README.md").read_text()
TEXTS = [REPO / "README.md", *sorted((REPO / "docs").glob("*.md"))]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_commands_of_the_readme_work_in_an_empty_folder(tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    tool = bin_folder / "rompy-hydra"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rompy_hydra.cli "$@"\n')
    tool.chmod(0o755)
    folder = tmp_path / "empty"
    (folder / "conf/experiment").mkdir(parents=True)
    (folder / "conf/experiment/mine.yaml").write_text(next(b for b in blocks("yaml") if "name: mine" in b))
    environment = {**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    for block in blocks("sh"):
        done = subprocess.run(
            ["sh", "-e", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{block}\n{done.stderr}"
    names = {p.name.rpartition("-")[0] for p in (folder / "outputs").iterdir()}
    assert names == {"tidal_bay", "tidal_bay-sweep", "mine"}


def test_the_python_of_the_readme_works(tmp_path: Path) -> None:
    [code] = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "'success': True" in done.stdout


@pytest.mark.parametrize("text", TEXTS, ids=lambda p: p.name)
def test_links_lead_to_files_that_exist(text: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", text.read_text())
    missing = [t for t in targets if "://" not in t and not (text.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("block", [b for t in TEXTS for b in blocks("yaml", t.read_text())])
def test_yaml_in_the_docs_is_yaml_of_known_keys(block: str) -> None:
    from rompy_hydra.model_run import ModelRun

    known = {*ModelRun.model_fields, "defaults", "run_backend", "postprocessor", "pipeline"}
    assert set(yaml.safe_load(block)) <= known
