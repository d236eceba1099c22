"""Secrets are used and never shown."""

from __future__ import annotations

import pytest

from rompy_hydra.core import secrets


@pytest.mark.parametrize("name", ["API_TOKEN", "password", "dbPassword", "AWS_SECRET_ACCESS_KEY", "api_key", "secret"])
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert secrets.looks_secret(name)


@pytest.mark.parametrize("name", ["keyboard", "key", "OMP_NUM_THREADS", "monkey", "tokenizer", "secretary"])
def test_other_names_are_not(name: str) -> None:
    assert not secrets.looks_secret(name)


def test_a_registered_value_is_masked_wherever_it_appears() -> None:
    secrets.register("hunter2", "${oc.env:PASSWORD}")
    assert secrets.mask("mount -o pw=hunter2") == "mount -o pw=${oc.env:PASSWORD}"


def test_short_values_would_mask_half_the_text_and_are_left_alone() -> None:
    secrets.register("1")
    assert secrets.mask("11:10") == "11:10"


def test_the_longer_of_two_secrets_is_masked_first() -> None:
    secrets.register("abcd", "A")
    secrets.register("abcdef", "B")
    assert secrets.mask("abcdef") == "B"


def test_trees_are_masked_by_key_and_by_value() -> None:
    secrets.register("hunter2")
    tree = {"env": {"API_TOKEN": "xyz", "PATH": "/bin"}, "argv": ["run", "--pw=hunter2"]}
    assert secrets.mask_tree(tree) == {"env": {"API_TOKEN": "***", "PATH": "/bin"}, "argv": ["run", "--pw=***"]}
