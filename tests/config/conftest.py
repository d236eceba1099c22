"""A folder of a user's own config files, and what the config layer makes of a command line there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from rompy_hydra import config
from rompy_hydra.errors import ConfigError, Problem
from rompy_hydra.request import Request

MINE = """
    # @package _global_
    defaults:
      - override /model: generic
      - override /postprocessor: []
    name: mine
    period: {start: 2023-01-01, duration: 6h}
    model:
      argv: [echo, hi]
"""


class Project:
    """Writes config files below ./conf and reads command lines."""

    def __init__(self, root: Path):
        self.root = root

    def write(self, name: str, text: str) -> Path:
        path = self.root / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
        return path

    def load(self, *words: str) -> Request:
        return config.load(config.parse(words))

    def problems(self, *words: str) -> dict[str, Problem]:
        """The problems of a command line by key; fails where there are none."""
        with pytest.raises(ConfigError) as caught:
            config.load(config.parse(words))
        return {p.key: p for p in caught.value.problems}

    def problem(self, *words: str) -> Problem:
        """The only problem of a command line."""
        found = list(self.problems(*words).values())
        assert len(found) == 1, "\n".join(map(str, found))
        return found[0]


def recorded_config(request: Request) -> str:
    """The config.yaml that a run leaves in its directory."""
    request.model_run.generate()
    return request.model_run.directory.config.read_text()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path)
    made.write("conf/experiment/mine", MINE)
    return made


@pytest.fixture
def experiment(project: Project) -> Callable[[str], None]:
    """Adds keys to the experiment ``mine``."""

    def add(text: str) -> None:
        project.write("conf/experiment/mine", MINE)
        path = project.root / "conf/experiment/mine.yaml"
        path.write_text(path.read_text() + (dedent(text).lstrip("\n") if text.startswith("\n") else text))

    return add
