"""A secret is used, and shown nowhere."""

from __future__ import annotations

import dataclasses

import pytest

from rompy_hydra import config
from rompy_hydra.core import secrets

from .conftest import Project, recorded_config

TOKEN = "s3cr3t-hunter2"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    monkeypatch.setenv("PLAIN", TOKEN)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("run_backend.env_vars.WHATEVER", "${oc.env:API_TOKEN}"),
        ("run_backend.env_vars.DB_PASSWORD", "${oc.env:PLAIN}"),
        ("run_backend.env_vars.HEADER", "Bearer ${oc.env:API_TOKEN}"),
    ],
)
def test_a_secret_from_the_environment_stays_an_interpolation(project: Project, key: str, text: str) -> None:
    request = project.load("experiment=mine", f"{key}='{text}'")
    assert request.run_backend.instance.env_vars[key.rpartition(".")[2]] == text.replace(
        text[text.index("${") :], TOKEN
    )
    assert request.composition.secrets[key] == text
    assert TOKEN not in recorded_config(request)
    assert TOKEN not in str(dataclasses.asdict(request.composition))
    assert TOKEN not in secrets.mask(f"token is {TOKEN}")


def test_a_secret_through_another_key_stays_an_interpolation(project: Project) -> None:
    request = project.load(
        "experiment=mine", "model.version=${oc.env:API_TOKEN}", "run_backend.env_vars.A=x-${model.version}"
    )
    assert request.composition.secrets["run_backend.env_vars.A"] == "x-${oc.env:API_TOKEN}"


def test_an_environment_variable_that_is_no_secret_is_a_value(project: Project) -> None:
    request = project.load("experiment=mine", "run_backend.env_vars.A=${oc.env:PLAIN}")
    assert request.composition.secrets == {}


def test_a_secret_typed_on_the_command_line_is_not_recorded(project: Project) -> None:
    request = project.load("experiment=mine", "run_backend.env_vars.API_TOKEN=typed-it-here")
    assert request.run_backend.instance.env_vars == {"API_TOKEN": "typed-it-here"}
    assert "typed-it-here" not in str(dataclasses.asdict(request.composition))
    assert "typed-it-here" not in secrets.mask("the model printed typed-it-here")


def test_a_wrong_value_that_is_a_secret_is_not_shown(project: Project) -> None:
    problem = project.problem("experiment=mine", "run_backend.api_token=${oc.env:API_TOKEN}")
    assert TOKEN not in str(problem)
    assert "api_token" in str(problem)


def test_explain_shows_the_interpolation(project: Project) -> None:
    args = config.parse(["experiment=mine", "run_backend.env_vars.API_TOKEN=${oc.env:API_TOKEN}"])
    assert config.explain(args, "run_backend.env_vars.API_TOKEN").value == "${oc.env:API_TOKEN}"
    assert TOKEN not in str(config.explain(args, "run_backend"))
