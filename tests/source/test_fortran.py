"""Arrays of numbers as Fortran programs write them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from rompy_hydra.source.fortran import ArrayFile, Field


def write(folder: Path, text: str) -> Path:
    path = folder / "numbers.txt"
    path.write_text(text)
    return path


def test_rows_begin_with_a_line_and_may_go_on_over_lines(tmp_path):
    path = write(tmp_path, "1 2\n3 and what follows\n4 5 6\n".replace(" and what follows", " 99"))
    assert ArrayFile(path, "free", (Field(2, 3),)).read(0, 0).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_repeats_commas_and_exponents_of_fortran_are_understood(tmp_path):
    path = write(tmp_path, "2*1.5, 1D-2\n-3,4e1 /\n")
    assert ArrayFile(path, "free", (Field(2, 3),)).read(0, 0).tolist() == [[1.5, 1.5, 0.01], [-3, 40, 0]]


def test_arrays_come_again_with_lines_before_them(tmp_path):
    blocks = "".join(f"time {t}\n{t} {t}\n{t} {t}\nv\n-{t} -{t}\n-{t} -{t}\n" for t in (1, 2, 3))
    file = ArrayFile(write(tmp_path, "the wind\n" + blocks), "free", (Field(2, 2, 1), Field(2, 2, 1)), first=1)
    assert len(file) == 3
    assert file.read(1, 0).tolist() == [[2, 2], [2, 2]]
    assert file.read(2, 1).tolist() == [[-3, -3], [-3, -3]]


def test_arrays_on_different_numbers_of_lines_are_found(tmp_path):
    file = ArrayFile(write(tmp_path, "1 2\n3 4\n5\n6\n7 8\n9 10 11 12\n13 14\n"), "free", (Field(2, 2),))
    assert [file.read(n, 0).tolist() for n in range(len(file))] == [
        [[1, 2], [3, 4]],
        [[5, 6], [7, 8]],
        [[9, 10], [13, 14]],
    ]


def test_a_half_array_at_the_end_does_not_count(tmp_path):
    assert len(ArrayFile(write(tmp_path, "1 2\n3 4\n5 6\n"), "free", (Field(2, 2),))) == 1


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("(3F5.1)", "  1.0  2.0  3.0\n  4.0  5.0  6.0\n", [[1, 2, 3], [4, 5, 6]]),
        (
            "(10X,2F5.0)",
            "row one    1.   2.\nand more   3.\nrow two    4.   5.\nand more   6.\n",
            [[1, 2, 3], [4, 5, 6]],
        ),
        ("(3F3.1)", " 10 20 30\n 40 50  6\n", [[1, 2, 3], [4, 5, 0.6]]),
        ("(F4.1,2(1X,E8.2))", " 1.0 2.00E+00 3.00E+00\n 4.0 5.00D+00\n", [[1, 2, 3], [4, 5, 0]]),
        ("(3I2)", " 1 2 3\n 4 5 6\n", [[1, 2, 3], [4, 5, 6]]),
        ("(2F3.0/F3.0)", " 1. 2.\n 3.\n 4. 5.\n 6.\n", [[1, 2, 3], [4, 5, 6]]),
    ],
)
def test_numbers_stand_where_a_format_says(tmp_path, form, text, expected):
    assert ArrayFile(write(tmp_path, text), form, (Field(2, 3),)).read(0, 0).tolist() == expected


@pytest.mark.parametrize("order", ["<", ">"])
def test_unformatted_records_are_read_in_either_order_of_bytes(tmp_path, order):
    path = tmp_path / "numbers.bin"
    records = [np.array(row, f"{order}f4").tobytes() for row in ([1, 2, 3], [4, 5, 6])]
    path.write_bytes(b"".join(struct.pack(f"{order}I", len(r)) + r + struct.pack(f"{order}I", len(r)) for r in records))
    assert ArrayFile(path, "unformatted", (Field(2, 3),)).read(0, 0).tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("form", "text", "told"),
    [
        ("free", "1 2 x\n4 5 6\n", "no line of numbers: 1 2 x"),
        ("(3F2.0)", " 1 2 a\n 4 5 6\n", "' a' is no number"),
        ("(3A2)", "1 2 3\n4 5 6\n", "not understood at '3A2'"),
        ("(10X)", "1 2 3\n4 5 6\n", "reads no numbers"),
        ("unformatted", "1 2 3\n4 5 6\n", "does not consist of unformatted records"),
    ],
)
def test_what_holds_no_numbers_says_where(tmp_path, form, text, told):
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        ArrayFile(write(tmp_path, text), form, (Field(2, 3),)).read(0, 0)
