"""Command files as experiments."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from rompy_hydra.errors import ConfigError, DataError
from rompy_hydra.model.swan.importing import Imported, experiment_text, import_swan, summary
from rompy_hydra.model.swan.importing.parameter_files import read_parameters
from tests.model.swan.setups import data

SETUPS = Path(data.__file__).parent
GRID = "CGRID 0 0 0 1000 1000 10 10 CIRCLE 36 0.05 1. 30\n"
BED = "INPGRID BOT 0 0 0 1 1 1000 1000\nREADINP BOT 1. 'a.bot' 3 0 FREE\n"
SMALL = GRID + BED


def taken(folder: Path, text: str, **given: Any) -> Imported:
    (folder / "INPUT").write_text(text)
    return import_swan(folder / "INPUT", **given)


def setup(folder: Path, name: str) -> Imported:
    shutil.copy(SETUPS / f"{name}.swn", folder)
    data.write(name, folder)
    return import_swan(folder / f"{name}.swn")


def test_directions_become_those_that_waves_come_from_clockwise_from_north(tmp_path):
    west = setup(tmp_path, "beach").get("forcing.waves.west")
    assert (west["from_deg"], west["spread_deg"], west["hs"]) == (250.0, 12.0, 2.0)


def test_what_swan_does_of_itself_is_said(tmp_path):
    physics = taken(tmp_path, SMALL + "COMPUTE").get("model.physics")
    assert physics == {"generation": {"law": "westhuysen"}, "breaking": {"law": "constant"}}


def test_the_coefficient_that_swan_takes_without_a_word_is_said(tmp_path):
    found = taken(tmp_path, SMALL + "GEN3 KOMEN\nCOMPUTE")
    assert found.get("model.physics.generation") == {"law": "komen", "cds2": 5e-5}
    found = taken(tmp_path, SMALL + "GEN3 KOM 2.36E-5\nWCAP KOM\nCOMPUTE")
    assert found.get("model.physics.wcap") == {"law": "komen", "cds2": 2.36e-5}


def test_a_start_that_the_nautical_convention_would_turn_is_told(tmp_path):
    run = "MODE NONST\n" + SMALL + "WIND 10. 0.\nCOMPUTE NONST 20200101.000000 10 MIN 20200101.010000\n"
    assert any("wrong directions" in note for note in taken(tmp_path, run).notes)
    assert not any("wrong directions" in note for note in taken(tmp_path, "SET NAUT\n" + run).notes)


def test_a_series_of_parameters_is_written_into_the_config(tmp_path):
    west = setup(tmp_path, "storm").get("forcing.waves.west")
    assert (west["kind"], len(west["times"]), west["hs_m"][:2], west["spread_power"]) == ("series", 7, [1.0, 1.25], 4.0)


def test_a_wind_of_a_place_on_earth_is_data_of_the_experiment(tmp_path):
    shutil.copy(SETUPS / "storm.swn", tmp_path)
    data.write("storm", tmp_path)
    wind = import_swan(tmp_path / "storm.swn", "EPSG:32631").get("forcing.wind")
    assert wind["source"] == {
        "source_type": "swan_grid",
        "quantity": "wind",
        "path": "${data_dir}/data/storm.wnd",
        "idla": 3,
        "nhedf": 1,
        "nhedt": 1,
        "x": 490000.0,
        "y": 4990000.0,
        "dx": 20000.0,
        "dy": 20000.0,
        "nx": 4,
        "ny": 4,
        "start": "2020-01-01T00:00:00Z",
        "step": "30min",
        "stop": "2020-01-01T06:00:00Z",
    }


def test_what_the_config_cannot_say_is_passed_on_with_its_files_and_the_reason(tmp_path):
    found = setup(tmp_path, "harbour")
    kept = {k.where: k for k in found.kept}
    assert kept["harbour.swn:21"].section == "boundaries"
    assert "differ along the side" in kept["harbour.swn:21"].reason
    assert set(found.files) == {"friction.dat"}
    assert any("harbour.swn:42" in line for line in summary(found))


def test_the_file_is_yaml_that_names_every_command_that_is_passed_on(tmp_path):
    found = setup(tmp_path, "harbour")
    text = experiment_text(found)
    whole = yaml.safe_load(text)
    assert whole["model"]["files"] == {"friction.dat": "${data_dir}/friction.dat"}
    assert whole["model"]["extra_commands"]["output"][0] == "POINTS 'buoy-1' 250. 1000."
    assert all(f"# {k.where}: " in text for k in found.kept)


def test_files_that_are_included_are_followed(tmp_path):
    (tmp_path / "grid.inc").write_text(SMALL)
    assert taken(tmp_path, "INCLUDE 'grid.inc'\nCOMPUTE").get("domain.mesh.cells") == [10, 10]


def test_a_file_that_is_included_and_not_there_is_told_by_line(tmp_path):
    with pytest.raises(DataError, match="INPUT:1: there is no file"):
        taken(tmp_path, "INCLUDE 'grid.inc'\nCOMPUTE")


def test_a_reference_system_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="such as EPSG:32631"):
        taken(tmp_path, SMALL + "COMPUTE", crs="32631")


def test_commands_with_faults_are_passed_on(tmp_path):
    found = taken(tmp_path, SMALL + "FRIC JON 'a'\nUNHEARD 1\nCOMPUTE")
    assert [k.lines for k in found.kept] == [("FRIC JON 'a'",), ("UNHEARD 1",)]
    assert "cfjon is no real" in found.kept[0].reason


MOVING = "COMP NONSTAT 20200101.000000 10 MIN 20200101.060000\n"


def test_a_restart_in_pieces_is_passed_on_with_them(tmp_path):
    (tmp_path / "old").mkdir()
    for rank in (1, 2):
        (tmp_path / "old" / f"a.hot-{rank:03d}").write_text("")
    found = taken(tmp_path, SMALL + "INIT HOTSTART MULT 'old/a.hot'\n" + MOVING)
    assert [k.lines for k in found.kept] == [("INIT HOTSTART MULT 'a.hot'",)]
    assert sorted(found.files) == ["a.hot-001", "a.hot-002"]
    assert any("INPUT:4: " in note and "run_backend.cpus=2" in note for note in found.notes)


def test_a_restart_in_pieces_that_are_not_there_is_told(tmp_path):
    found = taken(tmp_path, SMALL + "INIT HOTSTART MULT 'a.hot'\n" + MOVING)
    assert any("of which there are none" in note for note in found.notes)
    assert found.files == {}


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("TABLE 'p' HEAD 'p.tab' HSIG NPART", "the config has no NPART"),
        ("BLOCK 'COMPGRID' NOHEAD 'p.blk' HSIG NPART", "the config has no NPART"),
        ("QUANTITY HSIG PT02HSIGN EXCV=-1.", "the config has no PT02HSIGN"),
    ],
)
def test_quantities_that_the_config_has_not_are_passed_on(tmp_path, command, reason):
    found = taken(tmp_path, SMALL + f"POINTS 'p' 500. 500.\n{command}\nCOMPUTE")
    assert [(k.lines, k.reason, k.section) for k in found.kept] == [((command,), reason, "output")]
    assert found.get("model.output.quantities") is None


def test_what_decides_the_form_of_files_is_left_out_and_told(tmp_path):
    commands = "SET DEPMIN=0.1 INRHOG=1\nQUANTITY HSIG EXCV=-1. FMIN=0.04\nQUANTITY DIR EXCV=-1.\nOUTPUT OPTIONS '!'\n"
    found = taken(tmp_path, SMALL + commands + "COMPUTE")
    assert found.get("model.constants") == {"depmin": 0.1}
    assert found.get("model.output.quantities") == {"hsign": {"fmin": 0.04}}
    assert found.get("model.output.options") is None
    told = [note.split(" left out")[0] for note in found.notes if "left out" in note]
    assert told == ["INPUT:4: inrhog", "INPUT:5: excv", "INPUT:6: excv", "INPUT:7: comment"]


def test_a_nest_that_begins_later_is_passed_on_behind_its_grid(tmp_path):
    nest = ("NGRID 'n' 0. 0. 0. 500. 500. 5 5", "NESTOUT 'n' 'n.nst' OUT 20200101.030000 1 HR")
    found = taken(tmp_path, SMALL + "\n".join((*nest, MOVING)))
    assert [k.lines for k in found.kept] == [(line,) for line in nest]
    assert "begin at another time" in found.kept[1].reason
    assert found.get("model.output.nests") is None


def test_a_nest_of_the_whole_period_is_in_the_config(tmp_path):
    nest = "NGRID 'n' 0. 0. 0. 500. 500. 5 5\nNESTOUT 'n' 'n.nst' OUT 20200101.000000 1 HR\n"
    found = taken(tmp_path, SMALL + nest + MOVING)
    assert found.get("model.output.nests.n.interval") == "1h"
    assert found.kept == []


def test_a_one_dimensional_run_is_a_line(tmp_path):
    found = taken(tmp_path, GRID.replace("1000 10 10", "0 10 0") + BED + "MODE STAT ONED\nCOMPUTE")
    assert found.get("model.grid.kind") == "line"
    assert found.get("domain.bathymetry.source.ny") == 1
    assert found.get("domain.mesh") == {
        "kind": "regular",
        "x": 0.0,
        "y": 0.0,
        "size": [1000.0, 100.0],
        "cells": [10, 1],
    }


def test_waves_at_the_long_side_of_a_line_are_passed_on(tmp_path):
    text = GRID.replace("1000 10 10", "0 10 0") + BED + "MODE STAT ONED\nBOU SIDE S CON PAR 1. 8. 90. 20.\nCOMPUTE"
    assert [k.reason for k in taken(tmp_path, text).kept] == ["it is not an end of the line"]


def test_rows_of_wave_parameters_hold_four_numbers(tmp_path):
    (tmp_path / "a.tpar").write_text("TPAR\n20200101.0000 1 8 270 20 and more\n20200101.0100 2 9 280 20\n")
    rows = read_parameters(tmp_path / "a.tpar")
    assert rows is not None
    assert [row[1:] for row in rows] == [(1, 8, 270, 20), (2, 9, 280, 20)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SMALL, "INPUT: there is no COMPUTE"),
        (BED + "COMPUTE", "INPUT: there is no CGRID"),
        (GRID + "COMPUTE", "there is no bottom"),
        (GRID.replace("1000 10 10", "0 10 0") + BED + "COMPUTE", "INPUT:1: the grid has no width"),
        ("CGRID CURV 9 9 CIRC 36 0.05 1. 30\nMODE STAT ONED\nCOMPUTE", "INPUT:1: one-dimensional runs are imported on"),
        (SMALL + "COMP STAT 20200101\nCOMP STAT 20200102\nCOMP STAT 20200104", "INPUT:4: stationary computations at"),
        ("CGRID UNSTRUC CIRC 36 0.05 1. 30\nREADGRID UNSTRUC TRIA 'm'\nCOMPUTE", "INPUT:2: of meshes only fort.14"),
    ],
)
def test_a_set_up_that_is_no_experiment_says_where_and_why(tmp_path, text, told):
    with pytest.raises(ConfigError) as caught:
        taken(tmp_path, text)
    assert told in str(caught.value)


def test_a_file_that_is_not_there_or_no_command_file_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot read the command file"):
        import_swan(tmp_path / "none")
    with pytest.raises(DataError, match="holds no command of SWAN"):
        taken(tmp_path, "dear diary,\nto day")


def test_nothing_is_overwritten_unasked(tmp_path, cli):
    (tmp_path / "INPUT").write_text(SMALL + "COMPUTE")
    words = ("import", "swan", "INPUT", "-o", "mine.yaml")
    assert cli(*words).returncode == 0
    second = cli(*words)
    assert (second.returncode, "mine.yaml is there already" in second.stderr) == (2, True)
    assert cli(*words, "--force").returncode == 0


def test_the_verb_says_what_is_wrong_with_its_words(cli):
    assert "import needs the model" in cli("import").stderr
    assert "swan" in cli("import", "swam", "INPUT").stderr
    assert "required: path" in cli("import", "swan").stderr
