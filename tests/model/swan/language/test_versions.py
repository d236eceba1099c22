"""What older versions of SWAN do not know."""

from typing import Any

import pytest

from rompy_hydra.model.swan.language.nodes import class_of
from rompy_hydra.model.swan.language.table import COMMANDS
from rompy_hydra.model.swan.language.versions import version_faults

from .changes import CHANGES
from .samples import nodes


def _faults(name: str, version: str, **values: Any) -> list[str]:
    choice = COMMANDS[name].choice
    value = values.get(choice.name, choice.default) if choice else ""
    return [path for path, _ in version_faults(class_of(COMMANDS[name], value).model_validate(values), version)]


@pytest.mark.parametrize(
    ("name", "values", "path"),
    [
        ("triad", {"law": "dcta"}, "law"),
        ("triad", {"law": "itriad1", "dint": 30}, "dint"),
        ("triad", {"law": "itriad1", "biphase": {"kind": "dewit"}}, "biphase"),
        ("wcap", {"law": "ab", "current": {}}, "current"),
        ("breaking", {"law": "asymmetry"}, "law"),
        ("breaking", {"law": "bkd", "npnts": 95}, "npnts"),
        ("table", {"sname": "p", "quantities": ["hsign", "gamma"]}, "quantities.1"),
        (
            "block",
            {"sname": "p", "header": "header", "fname": "f", "quantities": ["hsign", {"quantity": "biphase"}]},
            "quantities.1.quantity",
        ),
    ],
)
def test_what_came_with_41_45_is_refused_for_41_41(name: str, values: dict[str, Any], path: str) -> None:
    assert _faults(name, "41.41", **values) == [path]
    assert _faults(name, "41.45", **values) == []
    assert _faults(name, "41.51", **values) == []


@pytest.mark.parametrize(
    ("name", "values", "path"),
    [
        ("set", {"excmark": 3}, "excmark"),
        ("triad", {"law": "ftim"}, "law"),
        ("triad", {"law": "dcta", "transfer": "quadwave"}, "transfer"),
    ],
)
def test_what_came_with_41_51_is_refused_for_41_45(name: str, values: dict[str, Any], path: str) -> None:
    assert _faults(name, "41.45", **values) == [path]
    assert _faults(name, "41.51", **values) == []


def test_what_went_with_41_45_is_refused_for_it() -> None:
    assert _faults("generation", "41.45", law="westhuysen", p0=4) == ["p0"]
    assert _faults("generation", "41.41", law="westhuysen", p0=4) == []


def test_the_message_says_from_when_on() -> None:
    node = class_of(COMMANDS["wcap"], "ab").model_validate({"law": "ab", "current": {}})
    ((path, message),) = version_faults(node, "41.41")
    assert (path, message) == ("current", "SWAN 41.41 does not know current; it is known from 41.45 on")


@pytest.mark.parametrize("version", ["41.41", "41.45", "41.51"])
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_version_knows_has_no_faults(name: str, version: str) -> None:
    for label, node in nodes(COMMANDS[name], version, CHANGES.get(name)):
        assert not list(version_faults(node, version)), label
