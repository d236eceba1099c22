"""A config names plugins and nothing else; Hydra acts on nothing that was not checked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from rompy_hydra import config
from rompy_hydra.errors import ConfigError

from .conftest import MINE, Project

Cli = Callable[..., subprocess.CompletedProcess[str]]

DANGEROUS = {
    "callback": ("hydra:\n  callbacks:\n    x: {_target_: os.system, command: touch pwned}\n", "hydra.callbacks.x"),
    "job log": (
        "hydra:\n  job_logging:\n    version: 1\n    handlers: {x: {'()': os.system, command: touch pwned}}\n"
        "    root: {handlers: [x]}\n",
        "hydra.job_logging.handlers.x.()",
    ),
    "hydra log": (
        "hydra:\n  hydra_logging:\n    version: 1\n    handlers: {x: {class: subprocess.Popen, args: [touch, pwned]}}\n"
        "    root: {handlers: [x]}\n",
        "hydra.hydra_logging.handlers.x.class",
    ),
    "outside object": (
        "hydra:\n  job_logging:\n    handlers: {x: {class: logging.StreamHandler, stream: ext://antigravity.fly}}\n",
        "hydra.job_logging.handlers.x.stream",
    ),
    "hidden factory": (
        "hydra:\n  job_logging: {handlers: '${oc.create:{x:{a:1}}}'}\n",
        "hydra.job_logging.handlers",
    ),
    "launcher": ("hydra:\n  launcher: {_target_: subprocess.Popen}\n", "hydra.launcher._target_"),
    "sweeper": ("hydra:\n  sweeper: {params: {a: {_target_: os.system}}}\n", "hydra.sweeper.params.a._target_"),
    "environment": ("hydra:\n  job: {env_set: {_target_: os.system}}\n", "hydra.job.env_set._target_"),
}
COMMANDS = [[], ["--help"], ["--cfg", "job"], ["--info", "config"], ["-m", "name=a,b"]]


@pytest.mark.parametrize("danger", DANGEROUS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_hydra_would_call_is_refused_before_it_acts(project: Project, danger: str, command: list[str]) -> None:
    text, key = DANGEROUS[danger]
    project.write("conf/experiment/evil", MINE + "    ".join(["", *text.splitlines(keepends=True)]))
    args = config.parse([*command, "experiment=evil"])
    with pytest.raises(ConfigError) as caught:
        (config.load_sweep if args.multirun else config.hydra_command)(args) or config.load(args)
    [problem] = caught.value.problems
    assert problem.key.startswith(key)
    assert problem.origin.startswith("conf/experiment/evil.yaml:")
    assert not (project.root / "pwned").exists()


@pytest.mark.parametrize(
    "place", ["model.values.a", "run_backend.env_vars", "period", "domain.bathymetry.source", "forcing.wind", "extra"]
)
def test_an_unregistered_target_is_refused_anywhere(project: Project, place: str) -> None:
    problems = project.problems("experiment=mine", f"{place}._target_=os.system")
    problem = problems[f"{place}._target_"]
    assert problem.value == "os.system"
    assert problem.origin == f"command-line override '{place}._target_=os.system'"


def test_an_unregistered_target_inside_a_list_is_refused(project: Project) -> None:
    problems = project.problems("experiment=mine", "model.values.a=[{_target_:os.system}]")
    assert "model.values.a.0._target_" in problems


def test_a_target_made_by_an_interpolation_is_refused(project: Project) -> None:
    problems = project.problems(
        "experiment=mine", "model.version=os.system", "model.values.a._target_=${model.version}"
    )
    assert problems["model.values.a._target_"].value == "os.system"


def test_a_registered_plugin_of_another_group_is_refused_too(project: Project) -> None:
    target = "rompy_hydra.pipeline.local.LocalPipeline"
    assert "run_backend._target_" in project.problems("experiment=mine", f"run_backend._target_={target}")


def test_the_usual_hydra_logging_is_let_through(project: Project) -> None:
    project.load("experiment=mine", "hydra/job_logging=default", "hydra/hydra_logging=default")


def test_the_command_line_refuses_with_the_exit_code_of_a_config(cli: Cli, project: Project) -> None:
    done = cli("check", "experiment=mine", "+hydra.callbacks.x._target_=os.system", cwd=project.root)
    assert done.returncode == 2
    assert "hydra.callbacks.x" in done.stderr
    assert "+hydra.callbacks.x._target_=os.system" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_hydra_plugin_is_named_with_its_distribution(cli: Cli, project: Project) -> None:
    site = project.root / "site"
    (site / "hydra_plugins/broken").mkdir(parents=True)
    (site / "hydra_plugins/broken/__init__.py").write_text("raise ValueError('mutable default')\n")
    (site / "broken_sweeper-1.0.dist-info").mkdir()
    (site / "broken_sweeper-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: broken-sweeper\nVersion: 1.0\n"
    )
    (site / "broken_sweeper-1.0.dist-info/RECORD").write_text("hydra_plugins/broken/__init__.py,,\n")
    done = cli("check", "experiment=mine", cwd=project.root, PYTHONPATH=str(site))
    assert done.returncode == 2
    assert "hydra_plugins.broken of broken-sweeper" in done.stderr
    assert "uninstall broken-sweeper" in done.stderr
