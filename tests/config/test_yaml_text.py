"""The config that a run leaves behind composes to what it was made of."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rompy_hydra import config
from rompy_hydra.config.compose import Composer
from rompy_hydra.config.loading import Draft
from rompy_hydra.core.yaml_text import experiment_yaml

from .conftest import Project, recorded_config

TEXTS = st.text() | st.text(alphabet="\\${}a:.\"' \n#-1e?~")


def composed(text: str) -> dict[str, object]:
    """What a config file with this text becomes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.yaml").write_text(text, encoding="utf-8")
        composer = Composer(config.parse(["--config-path", folder]))
        return Draft(composer.compose([]), ()).tree


@pytest.mark.parametrize(
    "text", [r"\${f}", r"a\\${f}\b", "$${f}", "1e3", ".5e3", "???", "\\", "${f", "${a}${b}", "\x85", "\u2028", "\ufeff"]
)
def test_text_that_means_something_to_yaml_or_hydra_survives(text: str) -> None:
    data = {"p": text, "q": [text, {"r": text}]}
    assert composed(experiment_yaml(data, {})) == data


@settings(deadline=None, max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_any_text_survives(texts: list[str]) -> None:
    assert composed(experiment_yaml({"p": texts}, {})) == {"p": texts}


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(st.text(alphabet="ab1e.3-", min_size=1), st.integers(), min_size=1))
def test_any_key_survives(data: dict[str, int]) -> None:
    assert composed(experiment_yaml({"p": data}, {})) == {"p": data}


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(allow_nan=False) | st.integers() | st.booleans() | st.none(), min_size=1))
def test_any_scalar_survives(values: list[object]) -> None:
    assert composed(experiment_yaml({"p": values}, {})) == {"p": values}


def test_a_value_with_an_escaped_interpolation_is_reproduced(project: Project) -> None:
    first = project.load("experiment=mine", r'+model.values.p="\\\${f}"')
    assert first.model_run.model.model_dump()["values"] == {"p": r"\${f}"}
    text = recorded_config(first)
    again = project.load("--config-path", str(first.model_run.directory.path), "--config-name", "config")
    assert again.model_run.run_id == first.model_run.run_id
    assert recorded_config(again) == text
