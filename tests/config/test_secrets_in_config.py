"""A secret is used, and shown nowhere."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Callable

import pytest
from yaml import safe_load

from rompy_hydra import config
from rompy_hydra.core import secrets

from .conftest import Project, recorded_config

Cli = Callable[..., subprocess.CompletedProcess[str]]
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


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("${oc.env:PLAIN}", "${oc.env:PLAIN}"),
        ("a-${oc.env:PLAIN,x}-\\${b}", "a-${oc.env:PLAIN,x}-\\${b}"),
        ("${model.version}/${run_backend.cpus}", "${oc.env:NUMBER}/1"),
        ("${.B}/x", "${oc.env:PLAIN}/x"),
        ("${oc.decode:${oc.env:NUMBER}}", "${oc.decode:${oc.env:NUMBER}}"),
    ],
)
def test_what_comes_from_the_environment_stays_an_interpolation(
    project: Project, monkeypatch: pytest.MonkeyPatch, written: str, kept: str
) -> None:
    monkeypatch.setenv("NUMBER", "7")
    project.write("conf/experiment/env", ENVIRONMENT.format(written))
    request = project.load("experiment=env")
    assert request.composition.secrets["run_backend.env_vars.A"] == kept
    assert safe_load(recorded_config(request))["run_backend"]["env_vars"]["A"] == kept
    again = project.load("--config-path", str(request.model_run.directory.path), "--config-name", "config")
    assert again.run_backend.instance == request.run_backend.instance


ENVIRONMENT = """
    # @package _global_
    defaults: [mine]
    model: {{version: "${{oc.env:NUMBER}}"}}
    run_backend:
      cpus: 1
      env_vars:
        A: '{}'
        B: ${{oc.env:PLAIN}}
"""


def test_the_members_of_a_sweep_keep_their_own_directory(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "there")
    found = config.load_sweep(
        config.parse(["-m", "experiment=mine", "model.version=a,b", "output_dir=${oc.env:PLACE}"])
    )
    request = found.members[0].request
    assert safe_load(recorded_config(request))["output_dir"] == str(project.root / "there" / found.id)


@pytest.mark.parametrize("key", ["name", "run_id", "output_dir"])
def test_a_secret_never_names_a_directory(project: Project, key: str) -> None:
    problem = project.problem("experiment=mine", f"{key}=x_${{oc.env:API_TOKEN}}")
    assert problem.key == key
    assert "secret" in problem.message
    assert TOKEN not in str(problem)


def test_references_without_an_end_are_refused(project: Project) -> None:
    words = [
        "model.values.a.b='${model.values}'",
        "model.values.x.y='${model.values.z}'",
        "model.values.z.y='${model.values.x}'",
    ]
    found = project.problems("experiment=mine", *words)
    assert {p.message for p in found.values()} == {"this value refers to itself in a circle"}
    assert {"model.values.a.b", "model.values.x.y.y"} <= set(found)


@pytest.mark.parametrize("variable", ["CDSAPI_KEY", "PGPASSWORD", "GITHUB_PAT"])
def test_no_file_of_a_run_shows_a_secret(cli: Cli, project: Project, variable: str) -> None:
    words = ("experiment=mine", "postprocessor=noop", f"+run_backend.env_vars.X=${{oc.env:{variable}}}")
    done = cli(*words, 'model.argv=[sh,-c,"echo shown $X"]', cwd=project.root, **{variable: "hunter-two-22"})
    assert done.returncode == 0, done.stderr
    texts = [p.read_text() for p in (project.root / "outputs").rglob("*") if p.is_file()]
    assert any("shown" in text for text in texts)
    assert not any("hunter-two-22" in text for text in [*texts, done.stdout, done.stderr])


def test_several_secrets_without_a_sweep_are_refused_unseen(project: Project) -> None:
    problem = project.problem("experiment=mine", "run_backend.env_vars.API_TOKEN=s3cr3t-hunter2,other-hunter3")
    assert "hunter" not in str(problem)


@pytest.mark.parametrize(
    "words",
    [
        ["--cfg", "job", "--resolve", "run_backend.env_vars.A=x${oc.env:API_TOKEN}"],
        ["--cfg", "all", "run_backend.env_vars.API_TOKEN=s3cr3t-hunter2"],
        ["--info", "all", "run_backend.env_vars.API_TOKEN=s3cr3t-hunter2"],
        ["--info", "config", "hydra.verbose=true", "run_backend.env_vars.API_TOKEN=s3cr3t-hunter2"],
        ["--cfg", "job", "--resolve", "experiment=filed"],
        ["--help", "hydra.help.footer=${oc.env:API_TOKEN}"],
    ],
)
def test_hydras_own_commands_show_no_secret(
    project: Project, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    project.write(
        "conf/experiment/filed", "# @package _global_\ndefaults: [mine]\nmodel: {values: {api_key: s3cr3t-hunter2}}"
    )
    assert config.hydra_command(config.parse(["experiment=mine", *words] if "experiment=filed" not in words else words))
    shown = capsys.readouterr()
    assert len(shown.out) > 100
    assert TOKEN not in shown.out + shown.err


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
