from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rompy_hydra.model.swan.writing import Encoding, Reading, choose_encoding, reading_of, write_fields

from .wording import words_of


def text(lowest, highest, resolution=1e-3):
    return choose_encoding(1, "text", lowest, highest, resolution)


def records(path: Path, dtype="<f4") -> list[np.ndarray]:
    raw, at, found = path.read_bytes(), 0, []
    while at < len(raw):
        (length,) = np.frombuffer(raw, "<i4", 1, at)
        found.append(np.frombuffer(raw, dtype, length // 4, at + 4))
        assert np.frombuffer(raw, "<i4", 1, at + 4 + length) == length
        at += length + 8
    return found


def test_a_vector_is_all_of_x_and_then_all_of_y_from_the_south_at_each_time(tmp_path):
    field = np.arange(12.0).reshape(1, 2, 2, 3)
    write_fields(tmp_path / "wind", [field, field + 0.5], text(0, 20, 0.1))
    assert (tmp_path / "wind").read_text() == (
        " 0.0  1.0  2.0\n 3.0  4.0  5.0\n 6.0  7.0  8.0\n 9.0 10.0 11.0\n"
        " 0.5  1.5  2.5\n 3.5  4.5  5.5\n 6.5  7.5  8.5\n 9.5 10.5 11.5\n"
    )
    assert reading_of(text(0, 20, 0.1), 3) == Reading(3, "FORMAT '(3F5.1)'")


def test_records_hold_a_field_each_in_single_precision(tmp_path):
    fields = np.random.default_rng(0).normal(size=(3, 2, 4, 5))
    write_fields(tmp_path / "wind", [fields[:1], fields[1:]], Encoding())
    assert reading_of(Encoding(), 5) == Reading(4, "UNFORMATTED")
    np.testing.assert_array_equal(records(tmp_path / "wind"), fields.reshape(6, 20).astype("f4"))


def test_fields_on_a_mesh_are_one_row(tmp_path):
    write_fields(tmp_path / "a", [np.ones((1, 1, 4))], text(0, 1))
    assert reading_of(text(0, 1), 4) == Reading(3, "FORMAT '(4F6.3)'")
    assert (tmp_path / "a").read_text() == "1.000 1.000 1.000 1.000\n"
    write_fields(tmp_path / "b", [np.ones((1, 2, 4))], Encoding())
    assert [len(one) for one in records(tmp_path / "b")] == [4, 4]


def test_long_rows_are_continued_on_the_next_line(tmp_path):
    write_fields(tmp_path / "a", [np.ones((1, 1, 2, 700))], text(0, 9, 1))
    assert [len(line.split()) for line in (tmp_path / "a").read_text().splitlines()] == [300, 300, 100] * 2
    assert reading_of(text(0, 9, 1), 700).form == "FORMAT '(300F2.0)'"


def test_a_friction_of_0_038_stays_what_it_is(tmp_path):
    write_fields(tmp_path / "a", [np.full((1, 1, 1, 2), 0.038, "f4")], text(0, 0.1, 1e-6))
    assert (tmp_path / "a").read_text() == "0.038000 0.038000\n"


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, (2, 1, 3, 4), elements=st.floats(-99, 99, width=32)), st.booleans())
def test_blocks_of_any_length_make_the_same_file(tmp_path_factory, fields, is_text):
    folder = tmp_path_factory.mktemp("fields")
    encoding = text(-99, 99) if is_text else Encoding()
    write_fields(folder / "a", [fields], encoding)
    write_fields(folder / "b", iter([fields[:1], fields[1:]]), encoding)
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()


@pytest.mark.parametrize("encoding", [text(-99, 10), Encoding()], ids=["text", "records"])
class TestMissing:
    def test_a_missing_value_becomes_the_exception_value(self, tmp_path, encoding):
        write_fields(tmp_path / "a", [np.array([[[[1.5, np.nan]]]])], encoding, -99.0)
        found = (
            [float(v) for v in (tmp_path / "a").read_text().split()]
            if encoding.form == "text"
            else records(tmp_path / "a")[0]
        )
        assert list(found) == [1.5, -99.0]

    @pytest.mark.parametrize(("value", "exception"), [(np.nan, None), (np.inf, None), (-np.inf, -99.0)])
    def test_what_nothing_stands_for_is_counted_and_leaves_no_file(self, tmp_path, encoding, value, exception):
        with pytest.raises(ValueError, match="1 of 2 values are not finite"):
            write_fields(tmp_path / "a", [np.array([[[[1.5, value]]]])], encoding, exception)
        assert not (tmp_path / "a").exists()

    def test_a_value_that_equals_the_exception_value_is_refused(self, tmp_path, encoding):
        with pytest.raises(ValueError, match="1 of 2 values equal -99"):
            write_fields(tmp_path / "a", [np.array([[[[1.5, -99.0]]]])], encoding, -99.0)


def test_a_value_that_rounds_to_the_exception_value_is_refused(tmp_path):
    with pytest.raises(ValueError, match="1 of 1 values equal -99"):
        write_fields(tmp_path / "a", [np.full((1, 1, 1, 1), -98.9999)], text(-99, 0), -99.0)


def test_what_single_precision_cannot_hold_is_refused(tmp_path):
    with pytest.raises(ValueError, match="1 of 1 values are not finite, or too large"):
        write_fields(tmp_path / "a", [np.full((1, 1, 1, 1), 1e39)], Encoding())


def test_many_values_become_records_unless_text_is_wanted():
    assert choose_encoding(1_000_001, "auto", 0, 1, 1e-3).form == "unformatted"
    assert choose_encoding(1_000_000, "auto", 0, 1, 1e-3).form == "text"
    assert choose_encoding(1_000_001, "text", 0, 1, 1e-3).form == "text"
    assert choose_encoding(1, "unformatted", 0, 1, 1e-3).form == "unformatted"


@pytest.mark.parametrize(("resolution", "decimals"), [(1e-3, 3), (0.002, 3), (0.5, 1), (1.0, 0), (25.0, 0)])
def test_decimals_reach_the_resolution(resolution, decimals):
    assert text(0, 1, resolution).decimal.decimals == decimals


def test_a_resolution_of_nothing_is_refused():
    with pytest.raises(ValueError, match="resolution"):
        text(0, 1, 0.0)


GRID = """\
PROJECT 'fields' '1'
MODE {mode} TWODIMENSIONAL
CGRID REGULAR 0 0 0 5000 4000 5 4 CIRCLE 12 0.05 0.5 8
INPGRID BOTTOM REGULAR 0 0 0 5 4 1000 1000 EXC -999
READINP BOTTOM 1. 'bottom' {bottom}
{wind}
GEN3 KOMEN
PROP BSBT
BLOCK 'COMPGRID' NOHEADER 'out.mat' LAYOUT 3 DEPTH WIND {output}
COMPUTE {compute}
STOP
"""
DEPTH_M = np.random.default_rng(1).uniform(5, 60, (1, 1, 5, 6))
WIND = np.random.default_rng(2).uniform(-30, 30, (3, 2, 5, 6))


def depth_words(folder, depth_m, encoding):
    write_fields(folder / "bottom", [depth_m], encoding, -999.0)
    return words_of(encoding, depth_m.shape[-1])


@pytest.mark.swan
@pytest.mark.parametrize("encoding", [text(-999, 60), Encoding()], ids=["text", "records"])
def test_swan_sees_every_depth_as_it_was_and_missing_ones_dry(swan, tmp_path, encoding):
    depth_m = DEPTH_M.copy()
    depth_m[0, 0, :2, :2] = np.nan
    bottom = depth_words(tmp_path, depth_m, encoding)
    run = swan(GRID.format(mode="STATIONARY", bottom=bottom, wind="WIND 10 270", output="", compute=""))
    within = 5e-4 + 4e-6 if encoding.form == "text" else 0.0  # half a millimetre, and single precision at 60 m
    found = run.block("out.mat")["Depth"]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(depth_m[0, 0]))
    np.testing.assert_allclose(found, depth_m[0, 0].astype("f4"), rtol=0, atol=within)


@pytest.mark.swan
@pytest.mark.parametrize("encoding", [text(-30, 30), Encoding()], ids=["text", "records"])
def test_swan_sees_every_wind_as_it_was_at_each_time(swan, tmp_path, encoding):
    write_fields(tmp_path / "wind", [WIND[:2], WIND[2:]], encoding)
    wind = (
        "INPGRID WIND REGULAR 0 0 0 5 4 1000 1000 NONSTATIONARY 20200101.000000 420 SEC 20200101.001400\n"
        f"READINP WIND 1. 'wind' {words_of(encoding, 6, is_vector=True, moves=True)}"
    )
    run = swan(
        GRID.format(
            mode="NONSTATIONARY",
            bottom=depth_words(tmp_path, DEPTH_M, text(-999, 60)),
            wind=wind,
            output="OUTPUT 20200101.000000 420 SEC",
            compute="NONSTATIONARY 20200101.000000 420 SEC 20200101.001400",
        )
    )
    within = 5e-4 + 4e-6 if encoding.form == "text" else 4e-6  # single precision at 30 m/s: SWAN takes magnitudes apart
    for time, (x, y) in zip(("000000", "000700", "001400"), WIND, strict=True):
        block = run.block("out.mat")
        np.testing.assert_allclose(block[f"Windv_x_20200101_{time}"], x, rtol=0, atol=within)
        np.testing.assert_allclose(block[f"Windv_y_20200101_{time}"], y, rtol=0, atol=within)


@pytest.mark.swan
def test_swan_reads_rows_over_several_lines(swan, tmp_path):
    depth_m = np.linspace(5, 60, 2 * 702).reshape(1, 1, 2, 702)
    commands = GRID.replace("5 4 1000 1000", "701 1 10 10").replace("5000 4000 5 4", "7010 10 701 1")
    bottom = depth_words(tmp_path, depth_m, text(-999, 60))
    run = swan(commands.format(mode="STATIONARY", bottom=bottom, wind="WIND 10 270", output="", compute=""))
    np.testing.assert_allclose(run.block("out.mat")["Depth"], depth_m[0, 0], rtol=0, atol=5.1e-4)


@pytest.mark.swan
def test_swan_takes_the_exception_value_of_wind_as_wind_where_nothing_else_weighs_more(swan, tmp_path):
    gappy = WIND[:1].copy()
    gappy[0, :, 2, 3] = np.nan
    write_fields(tmp_path / "wind", [gappy], Encoding(), -99.0)
    words = words_of(Encoding(), 6, is_vector=True)
    wind = f"INPGRID WIND REGULAR 0 0 0 5 4 1000 1000 EXC -99\nREADINP WIND 1. 'wind' {words}"
    bottom = depth_words(tmp_path, DEPTH_M, text(-999, 60))
    run = swan(GRID.format(mode="STATIONARY", bottom=bottom, wind=wind, output="", compute=""))
    assert run.block("out.mat")["Windv_x"][2, 3] == -99.0
