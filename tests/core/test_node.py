"""Config nodes: closed, frozen, documented."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import ValidationError

from rompy_hydra.core.node import Node


class Sample(Node):
    depth_m: float = 1.0
    """Depth [m]."""
    wet: bool = True
    """Whether it is wet."""
    mode: Literal["fast", False] = "fast"
    """A literal that knows false."""


def test_an_unknown_key_is_an_error():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Sample(dpeth_m=2)


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_not_a_number(value: bool):
    with pytest.raises(ValidationError, match="YAML reads unquoted yes, no"):
        Sample(depth_m=value)


def test_a_boolean_is_a_boolean_and_a_literal():
    assert Sample(wet=False, mode=False).mode is False


@pytest.mark.parametrize("value", ["nan", "inf", float("-inf")])
def test_a_number_is_finite(value: object):
    with pytest.raises(ValidationError, match="finite"):
        Sample(depth_m=value)


def test_a_node_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Sample().depth_m = 3.0  # type: ignore[misc]


def test_the_docstring_of_a_field_is_its_description():
    assert Sample.model_json_schema()["properties"]["depth_m"]["description"] == "Depth [m]."
