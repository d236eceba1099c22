"""Errors: what, where, expected against got, what to do."""

from __future__ import annotations

import pytest

from rompy_hydra.errors import (
    BackendError,
    ConfigError,
    DataError,
    ModelError,
    PostprocessError,
    Problem,
    RompyHydraError,
    SweepError,
    did_you_mean,
    raise_for,
)


def test_each_kind_of_error_has_its_exit_code():
    kinds = {SweepError: 1, ConfigError: 2, DataError: 3, ModelError: 4, BackendError: 5, PostprocessError: 6}
    assert {kind: kind("x").exit_code for kind in kinds} == kinds
    assert all(issubclass(kind, RompyHydraError) for kind in kinds)


def test_a_problem_says_what_where_got_from_and_hint():
    problem = Problem("model.friction", "expected a number", "much", hint="give one").at("a.yaml:3")
    assert str(problem).splitlines() == [
        "model.friction: expected a number",
        "    got:  'much'",
        "    from: a.yaml:3",
        "    hint: give one",
    ]


def test_none_is_a_value_and_nothing_is_not():
    assert "got:  None" in str(Problem("a", "b", None))
    assert "got" not in str(Problem("a", "b"))
    assert "value" not in Problem("a", "b").as_dict()


def test_a_huge_value_is_shortened():
    assert len(str(Problem("a", "b", "x" * 10_000))) < 300


def test_all_problems_are_in_the_message():
    error = ConfigError([Problem("a", "one"), Problem("b", "two")])
    assert str(error) == "a: one\nb: two"


def test_only_data_at_fault_is_a_data_error():
    wrong, missing = Problem("a", "wrong"), Problem("b", "missing", data=True)
    raise_for([])
    with pytest.raises(DataError):
        raise_for([missing])
    with pytest.raises(ConfigError):
        raise_for([missing, wrong])


def test_a_near_name_is_suggested_else_all_are_listed():
    assert did_you_mean("oceam", ["ocean", "land"]) == "did you mean 'ocean'?"
    assert did_you_mean("xyz", ["ocean", "land"]) == "known: land, ocean"
    assert did_you_mean("xyz", []) == ""
