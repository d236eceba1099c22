"""Real SWAN takes every command of the table with everything that it may hold, and computes."""

from pathlib import Path
from typing import Any

import pytest

from rompy_hydra.model.swan.language.nodes import class_of
from rompy_hydra.model.swan.language.render import Statement, text_of
from rompy_hydra.model.swan.language.table import COMMANDS
from rompy_hydra.model.swan.language.versions import version_faults

from . import samples
from .changes import CHANGES
from .conftest import Swan
from .scene import Scene
from .scenes import BOUNDARY, build

pytestmark = pytest.mark.swan


@pytest.mark.parametrize("name", COMMANDS)
def test_swan_takes_each_thing_of_a_command(name: str, swan: Swan, version: str, tmp_path: Path) -> None:
    complaints = {}
    for number, (label, node) in enumerate(samples.nodes(COMMANDS[name], version, CHANGES.get(name))):
        made = build(node)
        folder = tmp_path / str(number)
        if made.first is not None:
            assert not swan(folder, made.first.text(), made.first.files)
            for left in ("PRINT", "norm_end"):
                (folder / left).unlink()
        found = swan(folder, made.text(), made.files)
        if found:
            complaints[label] = found
    assert not complaints


@pytest.mark.parametrize("other", ["41.41", "41.45", "41.51"])
def test_swan_refuses_what_its_version_does_not_know(other: str, swan: Swan, version: str, tmp_path: Path) -> None:
    accepted = []
    for name, command in COMMANDS.items():
        for number, (label, node) in enumerate(samples.nodes(command, other, CHANGES.get(name))):
            if list(version_faults(node, version)):
                made = build(node)
                if not swan(tmp_path / f"{name}{number}", made.text(), made.files):
                    accepted.append(label)
    assert not accepted


def _printed(swan: Swan, folder: Path, made: Scene) -> str:
    assert not swan(folder, made.text(), made.files)
    return (folder / "PRINT").read_text(errors="replace")


def _tabled(swan: Swan, folder: Path, made: Scene, quantity: str, at: str = "200. 200.") -> list[float]:
    made.put("places", f"POINTS 'p' {at}").put("output", f"TABLE 'p' NOHEADER 'table.txt' {quantity}")
    _printed(swan, folder, made)
    return [float(v) for v in (folder / "table.txt").read_text().split()]


def _text(name: str, value: str = "", /, **values: Any) -> list[str]:
    choice = COMMANDS[name].choice
    node = class_of(COMMANDS[name], value).model_validate(values | ({choice.name: value} if choice else {}))
    return text_of([Statement(f"model.{name}", node)]).splitlines()


def test_a_breaker_index_and_a_wind_arrive(swan: Swan, tmp_path: Path) -> None:
    """Waves of 8 m in 10 m of water break to what the index allows."""
    heights = []
    for gamma in (0.5, 0.8):
        made = Scene().put("boundary", BOUNDARY[0], "BOUNDSPEC SIDE W CONSTANT PAR 8. 10. 0. 2.")
        made.put("physics", *_text("breaking", "constant", gamma=gamma))
        made.put("fields", *_text("wind", vel=12.5, dir=30.0))
        values = _tabled(swan, tmp_path / str(gamma), made, "HSIGN WIND")
        heights.append(values[0])
        assert values[1:] == pytest.approx([12.5 * 0.8660, 12.5 * 0.5], rel=1e-3)
    assert heights[0] < 0.8 * heights[1]


def test_a_level_of_the_water_adds_to_the_depth(swan: Swan, tmp_path: Path) -> None:
    made = Scene().put("set", *_text("set", level=1.25))
    assert _tabled(swan, tmp_path, made, "DEPTH WATLEV") == pytest.approx([11.25, 1.25])


def test_the_parameters_of_a_boundary_arrive(swan: Swan, tmp_path: Path) -> None:
    """At the boundary the wave height, the peak period to a bin, and the spreading in degrees are those imposed."""
    shape = _text("bound_shape", "jonswap", gamma=2.5, spreading="degrees")
    spectrum = {"kind": "constant", "hs": 1.5, "per": 6.0, "dir": 0.0, "dd": 30.0}
    made = Scene().put("boundary", *shape, *_text("boundspec", "side", side="W", spectrum=spectrum))
    made.put("cgrid", "CGRID REGULAR 0. 0. 0. 400. 400. 4 4 CIRCLE 72 0.05 0.5 24")
    made.put("fields").put("physics", "OFF QUADRUPL")
    hs, tp, dspr = _tabled(swan, tmp_path, made, "HSIGN RTP DSPR", "0. 200.")
    assert hs == pytest.approx(1.5, rel=0.02)
    assert tp == pytest.approx(6.0, rel=0.1)
    assert dspr == pytest.approx(30.0, abs=4.0)  # SWAN 41.41 itself has 33.3


@pytest.mark.parametrize("number", [1e-5, 0.038, 3e9, 12345678.9, 1 / 3, 2.5e-30])
def test_a_number_is_read_as_it_was_meant(number: float, swan: Swan, tmp_path: Path) -> None:
    """SWAN's own echo of what it read, with test output of its reader."""
    made = Scene().put("set", "TEST 10", *_text("numeric", criterion={"kind": "stopc", "dtabs": number}), "TEST 1")
    printed = _printed(swan, tmp_path, made)
    line = next(row for row in printed.splitlines() if row.split("=")[0].strip() == "DTABS")
    assert float(line.split("=")[1].replace("D", "E")) == pytest.approx(number, rel=1e-3)


def test_the_keys_of_commands_are_echoed_above_them(swan: Swan, tmp_path: Path) -> None:
    made = Scene().put("physics", *_text("friction", "jonswap"), *_text("breaking", "constant"))
    lines = [line.strip() for line in _printed(swan, tmp_path, made).splitlines() if line.strip()]
    for key, word in (("$ model.friction", "FRICtion"), ("$ model.breaking", "BREaking")):
        assert lines[lines.index(key) + 1].startswith(word)


def test_a_long_command_is_continued(swan: Swan, tmp_path: Path) -> None:
    coefficients = [0.25] * 132
    line = [[150.0, 50.0], [150.0, 350.0]]
    by = {"kind": "by_frequency_and_direction", "trcoef": coefficients}
    made = Scene().put("physics", *_text("obstacle", transmission=by, line=line))
    assert max(len(row) for row in made.text().splitlines()) <= 100
    assert "Number of transmission" not in _printed(swan, tmp_path, made)


def test_texts_keep_their_marks(swan: Swan, tmp_path: Path) -> None:
    title = "50 % & more! $5 = a/b; (c), d"
    made = Scene().put("project", *_text("project", name="n", nr="1", title2=title))
    assert title in _printed(swan, tmp_path, made)
