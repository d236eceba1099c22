"""Outputs are whole, and their wave heights are found, by the columns that SWAN writes for each keyword."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rompy_hydra.model.swan.case import OutputFile
from rompy_hydra.model.swan.completeness import final_heights, output_fault

from .running import NONSTATIONARY, START, STOP, Bay, case, swan_of

TIMES = ("20200101.000000", "20200101.001000", "20200101.002000", "20200101.003000")
ROWS = {
    "WIND HSIGN": " 12.0 0.0 0.9\n",
    "HSIGN PTHSIGN": " 0.9 0.1 0.2 0.3\n",
    "PTHSIGN HSIGN": " 0.1 0.2 0.3 0.9\n",
    "VEL PTHSIGN WIND HS": " 0 0 0.1 0.2 0.3 12 0 0.9\n",
}


def output(kind: str, words: str, path: str = "out.txt") -> OutputFile:
    return OutputFile(path, kind, "PTS", "text", tuple(words.split()), START, STOP, 600.0)


def judged(folder: Path, one: OutputFile, text: str) -> tuple[str, list[float] | None]:
    (folder / one.path).write_text(text)
    heights = final_heights(folder, replace(case(), outputs=(one,)))
    return output_fault(folder, one), None if heights is None else heights.tolist()


@pytest.mark.parametrize("words", ROWS)
def test_heights_of_a_table_stand_behind_components_and_partitions(tmp_path, words):
    assert judged(tmp_path, output("table", words), ROWS[words] * 8) == ("", [0.9, 0.9])


def test_heights_of_an_indexed_table_stand_behind_the_index(tmp_path):
    assert judged(tmp_path, output("table", "WIND HSIGN"), " 1 12.0 0.0 0.9\n 2 12.0 0.0 0.8\n" * 4) == ("", [0.9, 0.8])


def test_the_time_of_a_table_can_stand_behind_a_vector(tmp_path):
    rows = [f" 12.0 0.0 {time} 0.9\n" for time in TIMES]
    one = output("table", "WIND TIME HSIGN")
    assert judged(tmp_path, one, "".join(rows)) == ("", [0.9])
    assert "ends at 2020-01-01T00:20:00Z" in judged(tmp_path, one, "".join(rows[:-1]))[0]


def test_a_table_with_other_columns_tells_no_height(tmp_path):
    assert judged(tmp_path, output("table", "WIND HSIGN"), " 12.0 0.9\n" * 4) == ("", None)


def test_fields_of_a_text_block_are_counted_with_components(tmp_path):
    one = output("block", "WIND HSIGN")
    fields = "1.20\n1.20\n0.00\n0.00\n0.90\n0.80\n"
    assert judged(tmp_path, one, fields * 4) == ("", [0.9, 0.8])
    assert "12 whole fields" in judged(tmp_path, one, (fields * 4)[:-10])[0]


@pytest.mark.parametrize(
    ("command", "partitions"),
    [("", 6), ("QUANTITY PTHSIGN noswll=2\n", 3), ("QUANTITY PTHSIGN noswll=8\nQUANTITY HSWELL fswell=0.1\n", 9)],
)
def test_fields_of_a_text_block_are_counted_with_as_many_partitions_as_were_asked_for(tmp_path, command, partitions):
    (tmp_path / "INPUT").write_text(command)
    one = output("block", "PTHSIGN HSIGN")
    assert judged(tmp_path, one, ("0.10\n" * partitions + "0.90\n") * 4) == ("", [0.9])
    assert "whole fields" in judged(tmp_path, one, ("0.10\n" * partitions + "0.90\n") * 4 + "0.10\n")[0]


@pytest.mark.swan
@pytest.mark.parametrize("swells", ["", "QUANTITY PTHSIGN noswll=2\n", "QUANTITY PTHSIGN noswll=8\n"])
def test_swan_s_own_vectors_and_partitions_are_whole_and_have_the_same_heights(tmp_path, swells):
    when = "OUTPUT 20200101.000000 10 MIN"
    blocks = {f"{i}.txt": words for i, words in enumerate(("HSIGN WIND", "WIND HSIGN", "HSIGN PTHSIGN VEL HSIGN"))}
    tables = {f"{i}.tab": words for i, words in enumerate(("WIND HSIGN", "PTHSIGN HSIGN", "TIME VEL PTHSIGN HSIGN"))}
    orders = [f"BLOCK 'COMPGRID' NOHEAD '{path}' LAY 3 {words} {when}" for path, words in blocks.items()]
    orders += [f"TABLE 'PTS' NOHEAD '{path}' {words} {when}" for path, words in tables.items()]
    orders += [f"TABLE 'COMPGRID' INDEXED 'all.tab' WIND HSIGN {when}"]
    outputs = [output("block", words, path) for path, words in blocks.items()]
    outputs += [output("table", words, path) for path, words in (tables | {"all.tab": "WIND HSIGN"}).items()]
    text = NONSTATIONARY.replace("$ period", swells + "\n".join(orders) + "\n$ period")
    found = Bay(tmp_path, swan_of("real", tmp_path)).judge(text, replace(case(), outputs=tuple(outputs)))
    assert found.success, found.evidence
    told = {o.path: np.sort(final_heights(tmp_path, replace(case(), outputs=(o,)))) for o in outputs}
    for path in blocks:
        np.testing.assert_allclose(told[path], told["all.tab"], rtol=6e-4)  # four digits
    for path in tables:
        np.testing.assert_allclose(told[path], told["0.tab"])
    assert len(told["all.tab"]) == 99
    assert len(told["0.tab"]) == 2
