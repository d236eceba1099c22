"""Where config files are found, and which one wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rompy_hydra import config
from rompy_hydra.errors import ConfigError

from .conftest import Project, recorded_config

BACKEND = "_target_: rompy_hydra.run_backend.local.LocalRunBackend\ncpus: {}\n"


def cpus(project: Project, *words: str) -> int:
    return int(project.load("experiment=mine", *words).run_backend.instance.cpus)


@pytest.fixture
def places(project: Project) -> Project:
    """The same option in every place, told apart by its cpus."""
    for place, number in {"conf": 4, "env": 3, "dir": 2, "path": 1}.items():
        project.write(f"{place}/run_backend/local", BACKEND.format(number))
    return project


def test_a_users_file_wins_over_the_built_in_of_the_same_name(places: Project) -> None:
    assert cpus(places) == 4


def test_the_environment_wins_over_the_conf_folder_here(places: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROMPY_HYDRA_CONF", "env")
    assert cpus(places) == 3


def test_the_first_of_several_places_in_the_environment_wins(places: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROMPY_HYDRA_CONF", os.pathsep.join(["dir", "env"]))
    assert cpus(places) == 2


def test_config_dir_wins_over_the_environment(places: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROMPY_HYDRA_CONF", "env")
    assert cpus(places, "--config-dir", "dir") == 2
    assert cpus(places, "--config-dir=dir") == 2


def test_the_first_of_several_config_dirs_wins(places: Project) -> None:
    assert cpus(places, "-cd", "env", "-cd", "dir") == 3


def test_config_path_wins_over_everything_and_keeps_the_packaged_groups(
    places: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROMPY_HYDRA_CONF", "env")
    assert cpus(places, "--config-dir", "dir", "--config-path", "path") == 1


def test_hydras_own_searchpath_is_looked_in_last(places: Project) -> None:
    places.write("extra/run_backend/local", BACKEND.format(9))
    places.write("extra/run_backend/only_there", BACKEND.format(8))
    assert cpus(places, "hydra.searchpath=[file://extra]") == 4
    assert cpus(places, "hydra.searchpath=[file://extra]", "run_backend=only_there") == 8


def test_a_conf_folder_that_is_our_own_source_tree_is_not_a_users(
    places: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places.root / "conf/__init__.py").write_text("")
    monkeypatch.setenv("ROMPY_HYDRA_CONF", "env")
    places.write("env/experiment/mine", (places.root / "conf/experiment/mine.yaml").read_text())
    (places.root / "env/run_backend/local.yaml").unlink()
    assert cpus(places) == 1


@pytest.mark.parametrize("flag", ["--config-dir", "--config-path"])
def test_a_missing_config_directory_is_named(project: Project, flag: str) -> None:
    problem = project.problem(flag, "con")
    assert (problem.key, problem.value, problem.hint) == (flag, "con", "did you mean 'conf'?")


def test_a_file_given_as_config_path_says_how_to_write_it(project: Project) -> None:
    project.write("runs/config", "name: x")
    hint = project.problem("--config-path", "runs/config.yaml").hint
    assert hint == "this is a file; write --config-path runs --config-name config"


def test_a_config_of_ones_own_name_can_be_the_primary_one(project: Project) -> None:
    project.write(
        "conf/whole",
        """
        defaults:
          - model: generic
          - run_backend: local
          - postprocessor: []
          - pipeline: local
          - _self_
        name: whole
        model: {argv: [echo]}
        """,
    )
    assert project.load("--config-name", "whole").model_run.name == "whole"
    assert project.load("--config-name", "whole.yaml", "experiment=mine").model_run.name == "mine"


def test_the_plain_config_of_a_run_directory_loads_as_it_is(project: Project) -> None:
    first = project.load("experiment=mine", "model.argv=[echo, '\\${HOME}']", "run_backend.cpus=2")
    text = recorded_config(first)
    folder = str(first.model_run.directory.path)
    again = project.load("--config-path", folder, "--config-name", "config")
    assert again.model_run.run_id == first.model_run.run_id
    assert again.model_run.model.model_dump()["argv"] == ["echo", "${HOME}"]
    assert again.run_backend.instance == first.run_backend.instance
    assert recorded_config(again) == text


def test_an_unknown_primary_config_is_named(project: Project) -> None:
    problem = project.problem("--config-name", "confg")
    assert problem.value == "confg"
    assert "did you mean 'config'?" in problem.hint


def test_loading_writes_nothing(project: Project) -> None:
    before = sorted(p.relative_to(project.root) for p in project.root.rglob("*"))
    project.load("experiment=mine")
    assert sorted(p.relative_to(project.root) for p in project.root.rglob("*")) == before


def test_an_unknown_flag_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(["--multrun"])
    assert caught.value.problems[0].hint == "did you mean '--multirun'?"


def test_overrides_may_stand_on_both_sides_of_a_flag() -> None:
    args = config.parse(["a=1", "-m", "b=2", "--config-dir", "x", "c=3"])
    assert args.overrides == ("a=1", "b=2", "c=3")
    assert args.multirun
    assert args.config_dirs == ("x",)


def test_short_flags_that_begin_alike_are_told_apart() -> None:
    args = config.parse(["-c", "job", "-cd", "x", "-cd=y", "-cn", "z"])
    assert (args.namespace.cfg, args.config_dirs, args.config_name) == ("job", ("x", "y"), "z")


def test_flags_of_our_own_are_suggested_too() -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(["--jsno"])
    assert caught.value.problems[0].hint == "did you mean '--json'?"


def test_the_old_rerun_flag_says_what_to_do_instead() -> None:
    with pytest.raises(ConfigError, match="not supported") as caught:
        config.parse(["--experimental-rerun", "x.pickle"])
    assert "--config-path" in caught.value.problems[0].hint


def test_home_is_expanded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project.root))
    project.write("mydir/run_backend/local", BACKEND.format(6))
    assert cpus(project, "--config-dir", str(Path("~/mydir"))) == 6
