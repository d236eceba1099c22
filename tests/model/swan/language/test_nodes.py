"""What a config may say, and what is refused."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rompy_hydra.model.swan.language.nodes import class_of, type_of
from rompy_hydra.model.swan.language.table import COMMANDS, SECTIONS, section_of


def _validated(name: str, values: dict[str, Any]) -> Any:
    return TypeAdapter(type_of(COMMANDS[name])).validate_python(values)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("breaking", {"gamma": -5}, "greater than 0"),
        ("breaking", {"law": "constant", "gama": 0.7}, "Extra inputs"),
        ("breaking", {"law": "bjd"}, "does not match any of the expected tags"),
        ("friction", {"cfjon": -1}, "greater than or equal to 0"),
        ("friction", {"law": "jonswap_variable", "dsp1": 40, "dsp2": 30}, "dsp1 (40.0) must be less than dsp2 (30.0)"),
        ("wind", {"vel": -1, "dir": 0}, "greater than or equal to 0"),
        ("wind", {"vel": float("nan"), "dir": 0}, "finite number"),
        ("wind", {"dir": 0}, "Field required"),
        ("negatinp", {}, "Field required"),
        ("group", {"sname": "g", "ix1": 5, "ix2": 4, "iy1": 0, "iy2": 0}, "ix1 (5) must be at most ix2 (4)"),
        ("frame", {"sname": "ninechars"}, "at most 8 characters"),
        ("hotfile", {"fname": "x" * 37}, "at most 36 characters"),
        ("hotfile", {"fname": "it's"}, "match pattern"),
        ("set", {"nsweep": 3, "curv": True}, "at most 1 of nsweep, curv may be given"),
        ("off", {"what": "everything"}, "Input should be"),
        ("triad", {}, "Unable to extract tag"),
        ("obstacle", {"line": [[0, 0]]}, "at least 2 items"),
        ("table", {"sname": "p", "quantities": ["dpm"]}, "Input should be"),
        ("block", {"sname": "p", "header": "header", "fname": "f", "quantities": ["pt02hsign"]}, "Input should be"),
    ],
)
def test_nonsense_is_refused(name: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=r"(?s)" + said.replace("(", r"\(").replace(")", r"\)")):
        _validated(name, values)


def test_two_of_three_tell_the_frequencies() -> None:
    grid = {"kind": "unstructured", "directions": {"kind": "circle", "mdc": 36}}
    assert _validated("cgrid", {**grid, "flow": 0.04, "msc": 30}).fhigh is None
    with pytest.raises(ValidationError, match="at least 2 of flow, fhigh, msc must be given"):
        _validated("cgrid", {**grid, "flow": 0.04})
    with pytest.raises(ValidationError, match="less than fhigh"):
        _validated("cgrid", {**grid, "flow": 1, "fhigh": 0.04})


def test_the_law_that_swan_takes_need_not_be_named() -> None:
    assert _validated("friction", {}).law == "jonswap"
    assert _validated("sice", {}).law == "r19"


def test_a_quantity_may_be_a_word_alone() -> None:
    node = _validated(
        "block", {"sname": "C", "header": "header", "fname": "f", "quantities": ["hsign", {"quantity": "dir"}]}
    )
    assert node.quantities[0] == "hsign"
    assert node.quantities[1].unit is None


def test_a_spreading_of_a_laboratory_is_no_nonsense() -> None:
    spectrum = {"kind": "constant", "hs": 1, "per": 10, "dir": 0, "dd": 500}
    assert _validated("boundspec", {"kind": "side", "side": "W", "spectrum": spectrum}).spectrum.dd == 500


@pytest.mark.parametrize("name", COMMANDS)
def test_each_field_says_what_it_is(name: str) -> None:
    command = COMMANDS[name]
    for value in [o.value for o in command.choice.options] if command.choice else [""]:
        for field, about in class_of(command, value).model_fields.items():
            assert about.description, f"{name} {value} {field}"


def test_each_command_has_a_section_and_a_sentence() -> None:
    assert [section_of(name) for name in ("project", "stop")] == ["startup", "lockup"]
    assert len(COMMANDS) == sum(len(commands) for commands in SECTIONS.values())
    assert all(c.doc.endswith(".") for c in COMMANDS.values())
