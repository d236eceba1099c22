"""What tells whether something has changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rompy_hydra.core.atomic import write_atomic
from rompy_hydra.core.hashing import files_below, record_files, unchanged
from rompy_hydra.core.yaml_text import experiment_yaml


def test_unchanged_files_are_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert unchanged(tmp_path, record_files(tmp_path, ["a.txt"])) == ""


def test_the_first_changed_or_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    records = record_files(tmp_path, ["a.txt"])
    (tmp_path / "a.txt").write_text("b")
    assert unchanged(tmp_path, records) == "a.txt has changed"
    (tmp_path / "a.txt").unlink()
    assert unchanged(tmp_path, records) == "a.txt is missing"


def test_a_file_replaced_by_one_of_the_same_size_and_time_has_changed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    records = record_files(tmp_path, ["a.txt"])
    stat = (tmp_path / "a.txt").stat()
    (tmp_path / "b.txt").write_text("b")
    os.utime(tmp_path / "b.txt", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (tmp_path / "b.txt").replace(tmp_path / "a.txt")  # as rsync and tar do it
    assert unchanged(tmp_path, records) == "a.txt has changed"


def test_a_copy_of_a_folder_elsewhere_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.txt").write_text("x")
    records = record_files(tmp_path / "a", ["x.txt"])
    shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=shutil.copyfile)  # which keeps no time
    assert unchanged(tmp_path / "b", records) == ""


def test_files_are_listed_relative_and_sorted(tmp_path: Path) -> None:
    for name in ("b/c.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert files_below(tmp_path) == ["a.txt", "b/c.txt"]
    assert files_below(tmp_path / "absent") == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_atomic(tmp_path / "run.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(tmp_path / "run.json", "\ud800")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_an_interpolation_takes_the_place_of_a_secret() -> None:
    text = experiment_yaml({"env": {"T": "hunter2"}}, {"env.T": "${oc.env:T}"})
    assert text == "env:\n  T: ${oc.env:T}\n"


def test_a_literal_dollar_brace_is_escaped() -> None:
    assert experiment_yaml({"command": "echo ${f}"}, {}) == "command: echo \\${f}\n"


def test_text_that_yaml_would_read_as_something_else_is_quoted() -> None:
    assert experiment_yaml({"t": "1:30", "off": "no"}, {}) == "t: '1:30'\n'off': 'no'\n"
