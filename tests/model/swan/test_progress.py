"""What SWAN's lines tell about how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rompy_hydra.model.base import Progress
from rompy_hydra.model.swan.progress import iso_time, progress

from .running import BOTH, NONSTATIONARY, STATIONARY, Bay, swan_of


def test_a_time_step_tells_its_time():
    told = progress("+time 20200101.001000   , step      1; iteration    1; sweep 1")
    assert told == Progress(None, "2020-01-01T00:10:00Z", "step 1")


def test_a_later_iteration_of_a_step_is_named():
    told = progress("+time 20200101.001000   , step     12; iteration    3; sweep 1")
    assert told is not None
    assert told.text == "step 12, iteration 3"


def test_later_sweeps_of_a_step_tell_nothing_new():
    assert progress("+time 20200101.001000   , step      1; iteration    1; sweep 2") is None


def test_a_step_on_a_mesh_of_triangles_has_no_sweeps():
    told = progress("+time 20200101.001000   , step      2; iteration    1")
    assert told is not None
    assert (told.time, told.text) == ("2020-01-01T00:10:00Z", "step 2")


def test_a_time_in_another_coding_is_left_out():
    told = progress("+time 01-Jan-2020 00:10, step      1; iteration    1; sweep 1")
    assert told == Progress(None, "", "step 1")


@pytest.mark.parametrize("line", [" iteration    2; sweep 1", "+iteration    2; sweep 1"])
def test_an_iteration_is_told_with_its_sweep(line):
    assert progress(line) == Progress(text="iteration 2, sweep 1")


def test_the_accuracy_is_told_with_what_is_required():
    told = progress(" accuracy OK in  72.00 % of wet grid points ( 99.50 % required)")
    assert told == Progress(text="accuracy OK in 72 % of wet points, 99.5 % required")


@pytest.mark.parametrize(
    "line", ["", " SWAN is preparing computation", "+SWAN is processing output request    1", "time flies", "99 %"]
)
def test_other_lines_tell_nothing(line):
    assert progress(line) is None


def test_what_is_no_time_of_swan_has_no_iso_time():
    assert iso_time("20201301.000000") == ""


@pytest.mark.parametrize("kind", BOTH)
def test_every_step_of_a_run_is_told_once_and_in_order(kind, tmp_path: Path):
    bay = Bay(tmp_path, swan_of(kind, tmp_path))
    bay.write(NONSTATIONARY)
    bay.run()
    times = [told.time for line in bay.lines if (told := progress(line))]
    assert times == [f"2020-01-01T00:{minute:02d}:00Z" for minute in range(1, 31)]


@pytest.mark.parametrize("kind", BOTH)
def test_a_stationary_run_tells_its_iterations_and_accuracy(kind, tmp_path: Path):
    bay = Bay(tmp_path, swan_of(kind, tmp_path))
    bay.write(STATIONARY)
    bay.run()
    told = [p.text for line in bay.lines if (p := progress(line))]
    assert told[0] == "iteration 1, sweep 1"
    assert told[-1] == "accuracy OK in 100 % of wet points, 99.5 % required"
