"""Choosing options of config groups."""

from __future__ import annotations

import pytest
import yaml

from rompy_hydra.source.cyclone import CycloneSource
from tests.conftest import REPO

from .conftest import Project


@pytest.mark.parametrize("word", ["experiment=mine", "+experiment=mine"])
def test_an_experiment_replaces_the_default_one_with_or_without_a_plus(project: Project, word: str) -> None:
    run = project.load(word).model_run
    assert run.name == "mine"
    assert run.domain is None


@pytest.mark.parametrize(
    ("choice", "names"),
    [("[noop,export]", {"noop", "export"}), ("noop", {"noop"}), ("[]", set())],
)
def test_postprocessors_compose_as_one_as_many_and_as_none(project: Project, choice: str, names: set[str]) -> None:
    assert set(project.load("experiment=mine", f"postprocessor={choice}").postprocessors) == names


def test_the_choices_of_a_composition_are_recorded(project: Project) -> None:
    choices = project.load("experiment=mine").composition.choices
    assert choices["model"] == "generic"
    assert choices["experiment"] == "mine"
    assert not any(name.startswith("hydra") for name in choices)


def test_an_unknown_option_is_answered_with_the_nearest_one(project: Project) -> None:
    problem = project.problem("experiment=mine", "model=gneric")
    assert (problem.key, problem.value, problem.hint) == ("model", "gneric", "did you mean 'generic'?")
    assert problem.origin == "command-line override 'model=gneric'"


def test_an_unknown_experiment_hides_what_only_follows_from_it(project: Project) -> None:
    problem = project.problem("experiment=mien", "model.argv=[echo]")
    assert (problem.key, problem.hint) == ("experiment", "did you mean 'mine'?")


def test_an_unknown_group_is_answered_with_the_nearest_one(project: Project) -> None:
    problem = project.problem("experiment=mine", "modle=anuga")
    assert (problem.key, problem.hint) == ("modle", "did you mean 'model'?")


def test_an_unknown_group_that_is_no_field_of_a_run_is_found_too(project: Project) -> None:
    assert project.problem("experiment=mine", "run_backnd=local").hint == "did you mean 'run_backend'?"


def test_a_group_needs_an_option(project: Project) -> None:
    assert project.problem("experiment=mine", "model=null").hint.startswith("known: anuga")


def test_an_unknown_option_in_a_defaults_list_is_found_in_its_file(project: Project) -> None:
    project.write("conf/experiment/other", "# @package _global_\ndefaults:\n  - override /model: gneric\n")
    problem = project.problem("experiment=other")
    assert (problem.key, problem.origin) == ("model", "conf/experiment/other.yaml:3")
    assert problem.hint == "did you mean 'generic'?"


def test_an_override_of_nothing_in_a_defaults_list_is_found_in_its_file(project: Project) -> None:
    project.write("conf/experiment/other", "# @package _global_\ndefaults:\n  - override /wind: era5\n")
    problem = project.problem("experiment=other")
    assert (problem.key, problem.origin) == ("wind", "conf/experiment/other.yaml:3")


@pytest.mark.parametrize("text", ["name: x\n", "- a\n", "defaults: [override /model: generic]\nname: x\n"])
def test_an_experiment_without_its_header_says_what_is_missing(project: Project, text: str) -> None:
    project.write("conf/experiment/headless", text)
    problems = project.problems("experiment=headless")
    assert any("# @package _global_" in p.hint for p in problems.values())


def test_an_experiment_may_build_on_another_one(project: Project) -> None:
    project.write("conf/experiment/child", "# @package _global_\ndefaults:\n  - mine\nname: child\n")
    run = project.load("experiment=child").model_run
    assert run.name == "child"
    assert run.model.model_dump()["argv"] == ["echo", "hi"]


def test_null_takes_away_what_the_defaults_list_does_not_choose(project: Project) -> None:
    project.write("conf/domain/bay", "crs: local\n")
    assert project.load("experiment=mine", "domain=null").model_run.domain is None
    assert project.load("experiment=mine", "postprocessor=null").postprocessors == {}


def test_a_node_of_a_source_is_chosen_for_a_place_in_the_forcing(project: Project) -> None:
    project.write(
        "conf/experiment/storm",
        """
        # @package _global_
        defaults:
          - /source@forcing.wind.source: cyclone
          - override /model: generic
          - _self_
        period: {start: 2023-01-01, duration: 6h}
        model: {argv: [echo, hi]}
        forcing: {wind: {kind: grid, source: {path: bwp012024.dat}}}
        """,
    )
    source = project.load("experiment=storm").model_run.forcing.wind.source
    assert (source.source_type, source.profile, source.resolution_deg) == ("cyclone", "holland1980", 0.05)


def test_the_shipped_node_of_the_cyclone_says_the_defaults_of_its_class(project: Project) -> None:
    node = yaml.safe_load((REPO / "conf" / "source" / "cyclone.yaml").read_text())
    assert CycloneSource.model_validate({**node, "path": "a.dat"}) == CycloneSource(path="a.dat")
