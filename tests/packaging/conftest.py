"""The package as a user gets it: built from a copy of the sources, installed into environments of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ["pyproject.toml", "README.md", "LICENSE", "conf", "rompy_hydra"]


def succeed(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that has to succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=clean_environment())
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "ROMPY_HYDRA"))}


@dataclass(frozen=True)
class Distributions:
    """What `python -m build` makes: an sdist, and a wheel out of that sdist."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment and an empty folder to work in."""

    path: Path
    empty: Path

    @property
    def python(self) -> Path:
        return self.path / "bin" / "python"

    def run(self, program: str, *arguments: str) -> str:
        return succeed(self.path / "bin" / program, *arguments, cwd=self.empty)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy)
    succeed(sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", cwd=copy)
    (sdist,), (wheel,) = copy.glob("dist/*.tar.gz"), copy.glob("dist/*.whl")
    return Distributions(sdist, wheel)


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """Makes environments that see the packages of this one, its editable installs apart."""

    def make() -> Environment:
        folder = tmp_path_factory.mktemp("environment")
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        environment = Environment(folder / "venv", folder / "empty")
        environment.empty.mkdir()
        own = succeed(environment.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
        Path(own.strip(), "inherited.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        return environment

    return make


@pytest.fixture(scope="session")
def installed(distributions: Distributions, new_environment: Callable[[], Environment]) -> Environment:
    """An environment with the wheel."""
    environment = new_environment()
    pip = [sys.executable, "-m", "pip", "--python", environment.python, "--disable-pip-version-check"]
    succeed(*pip, "install", "--quiet", "--no-deps", "--no-index", distributions.wheel, cwd=environment.empty)
    return environment
