"""What YAML makes of ocean people's numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Project

Add = Callable[[str], None]


@pytest.mark.parametrize(("raw", "degrees"), [("115:30", "115.5"), ("-32:30", "-32.5"), ("1:30", "1.5")])
def test_base_60_numbers_are_refused_wherever_they_stand(
    project: Project, experiment: Add, raw: str, degrees: str
) -> None:
    experiment(f"  values: {{lon: {raw}}}\n")
    problem = project.problem("experiment=mine")
    assert (problem.key, problem.value) == ("model.values.lon", raw)
    assert problem.origin == "conf/experiment/mine.yaml:9"
    assert f"({degrees})" in problem.hint


def test_base_60_numbers_inside_lists_are_refused_too(project: Project, experiment: Add) -> None:
    experiment("  values: {lon: [1, 2:30]}\n")
    assert project.problem("experiment=mine").key == "model.values.lon.1"


def test_quoted_text_and_clock_times_are_not_base_60(project: Project, experiment: Add) -> None:
    experiment("  values: {a: '115:30', b: 01:00:00, c: 2023-01-01 06:00:00}\n")
    values = project.load("experiment=mine").model_run.model.model_dump()["values"]
    assert values == {"a": "115:30", "b": "01:00:00", "c": "2023-01-01 06:00:00"}


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("run_backend: {timeout: off}", "YAML reads off as false"),
        ("run_backend: {working_dir: 010}", "octal number 8"),
        ("run_backend: {working_dir: 1.10}", "the number 1.1; write '1.10' in quotes"),
        ("run_backend: {working_dir: no}", "YAML reads no as false"),
    ],
)
def test_the_raw_text_of_a_wrong_value_is_shown(project: Project, experiment: Add, line: str, hint: str) -> None:
    experiment(f"{line}\n")
    [problem] = project.problems("experiment=mine").values()
    assert hint in problem.hint


def test_a_value_that_yaml_took_literally_has_no_such_hint(project: Project, experiment: Add) -> None:
    experiment("run_backend: {cpus: false}\n")
    assert "YAML reads" not in project.problem("experiment=mine").hint
