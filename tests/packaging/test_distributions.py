"""Wheel, sdist and what a user without the repository can do with them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from .conftest import ROOT, Distributions, Environment, clean_environment

MINE = """\
# @package _global_
defaults:
  - override /model: generic
  - override /postprocessor: noop
name: mine
model:
  argv: [echo, all is well]
  success: all is well
"""


def relative_files(folder: Path, pattern: str) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob(pattern)}


def test_every_package_is_listed_for_setuptools():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in (ROOT / "rompy_hydra").rglob("__init__.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == found | {"rompy_hydra.conf"}


def test_the_wheel_has_every_module_and_every_config_file(distributions: Distributions):
    names = set(zipfile.ZipFile(distributions.wheel).namelist())
    modules = {f"rompy_hydra/{name}" for name in relative_files(ROOT / "rompy_hydra", "*.py")}
    configs = {f"rompy_hydra/conf/{name}" for name in relative_files(ROOT / "conf", "*.yaml")}
    assert modules - names == set()
    assert configs
    assert configs - names == set()
    assert "rompy_hydra/py.typed" in names


def test_the_wheel_has_nothing_outside_the_package(distributions: Distributions):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(distributions.wheel).namelist()}
    assert {top.partition("-")[0] for top in tops} == {"rompy_hydra"}
    assert len(tops) == 2  # the package, and its .dist-info


def test_the_sdist_has_the_licence_and_no_rubbish(distributions: Distributions):
    with tarfile.open(distributions.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "LICENSE" in names
    assert "conf/config.yaml" in names
    assert not {name for name in names if "__pycache__" in name or name.startswith(("build", "outputs"))}


def test_the_installed_command_helps_in_an_empty_folder(installed: Environment):
    assert "experiment" in installed.run("rompy-hydra", "--help")
    assert list(installed.empty.iterdir()) == []


def test_the_installed_package_is_not_the_repository(installed: Environment):
    where = installed.run("python", "-c", "import rompy_hydra.conf; print(rompy_hydra.conf.__file__)")
    assert where.startswith(str(installed.path))


def test_the_default_experiment_is_valid_in_an_empty_folder(installed: Environment):
    assert installed.run("rompy-hydra", "check").startswith("ok: ")
    assert list(installed.empty.iterdir()) == []


def test_a_user_runs_an_experiment_of_their_own_beside_the_installed_ones(installed: Environment, tmp_path: Path):
    experiment = tmp_path / "conf" / "experiment" / "mine.yaml"
    experiment.parent.mkdir(parents=True)
    experiment.write_text(MINE, encoding="utf-8")
    here = Environment(installed.path, tmp_path)
    assert here.run("rompy-hydra", "check", "+experiment=mine").startswith("ok: mine-")
    here.run("rompy-hydra", "+experiment=mine")
    (record,) = tmp_path.glob("outputs/mine-*/run.json")
    assert "all is well" in record.read_text(encoding="utf-8")


def test_the_experiments_of_the_package_show_up_in_an_editable_install_too():
    done = subprocess.run(
        [sys.executable, "-c", "import rompy_hydra.conf; print(rompy_hydra.conf.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert relative_files(Path(done.stdout.strip()), "*.yaml") == relative_files(ROOT / "conf", "*.yaml")


@pytest.mark.network
def test_rompy_and_this_package_work_in_one_environment(distributions: Distributions, new_environment):
    both = new_environment()
    pip = [sys.executable, "-m", "pip", "--python", both.python, "--disable-pip-version-check", "install", "--quiet"]
    reach = subprocess.run(
        [*pip, "--no-deps", "--retries=0", "--timeout=15", "rompy==0.6.4"], capture_output=True, text=True, check=False
    )
    if reach.returncode != 0:
        pytest.skip(f"the package registry cannot be reached: {reach.stderr.strip()[-200:]}")
    subprocess.run([*pip, distributions.wheel, "rompy==0.6.4"], check=True)
    assert "rompy" in both.run("rompy", "--help").lower()
    listed = both.run("rompy-hydra", "list")
    foreign = [line for line in listed.splitlines() if "foreign" in line]
    assert foreign
    assert all("rompy 0.6.4" in line for line in foreign)
    assert both.run("rompy-hydra", "check").startswith("ok: ")
