"""Time series in CSV tables."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rompy_hydra.errors import DataError
from rompy_hydra.source.base import opened
from rompy_hydra.source.csv import CsvSource

GOOD = "time,level,place\n2023-01-01T00:00,0.5,jetty\n2023-01-01T01:00,-0.5,jetty\n"


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str, name: str = "level.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write


def refused(source: CsvSource) -> str:
    with pytest.raises(DataError) as caught:
        source.open()
    return str(caught.value)


def test_columns_of_numbers_become_variables_along_time(table):
    data = CsvSource(path=table(GOOD)).open()
    assert list(data.data_vars) == ["level"]
    assert data.level.values.tolist() == [0.5, -0.5]
    assert data.time.values[1] == np.datetime64("2023-01-01T01:00")


def test_a_table_replaced_by_one_of_the_same_size_and_time_is_read_again(table):
    path, other = table(GOOD), table(GOOD.replace("0.5", "1.5"), "other.csv")
    assert CsvSource(path=path).open().level.values.tolist() == [0.5, -0.5]
    stat = path.stat()
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)
    assert CsvSource(path=path).open().level.values.tolist() == [1.5, -1.5]


def test_local_times_become_utc(table):
    data = CsvSource(path=table(GOOD), time_zone="Australia/Perth").open()
    assert data.time.values[0] == np.datetime64("2022-12-31T16:00")  # Perth is 8 hours ahead


def test_an_offset_in_the_table_wins_over_the_time_zone(table):
    path = table("time,level\n2023-01-01T00:00+02:00,1\n2023-01-01T01:00Z,2\n")
    data = CsvSource(path=path, time_zone="Australia/Perth").open()
    assert data.time.values.tolist() == [
        np.datetime64(t).astype("datetime64[ns]").astype(int) for t in ("2022-12-31T22:00", "2023-01-01T01:00")
    ]


def test_columns_can_be_chosen_and_renamed(table):
    path = table("when;sea level\n2023-01-01;1.5\n")
    source = CsvSource(path=path, time="when", columns={"ssh": "sea level"}, delimiter=";")
    assert source.open().ssh.values.tolist() == [1.5]


def test_an_empty_cell_is_missing_and_a_byte_order_mark_is_not_part_of_a_name(table):
    data = CsvSource(path=table("\ufefftime,level\n2023-01-01,1\n2023-01-02,\n")).open()
    assert np.isnan(data.level.values[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,level\n2023-01-01T00:00,0.5\n2023-01-01T01:00,high\n", "line 3: expected a number in column level"),
        ("time,level\n2023-01-01T00:00,0.5\nyesterday,1\n", "line 3: expected an ISO 8601 time"),
        ("time,level\n2023-01-01T00:00,0.5,7\n", r"line 2: expected 2 cells \(time, level\)"),
        ("tme,level\n2023-01-01T00:00,0.5\n", "(?s)no column time.*did you mean 'tme'"),
        ("time,level\n", "has no data"),
        ("", "has no data"),
    ],
)
def test_a_malformed_table_is_refused_with_its_line(table, text: str, message: str):
    with pytest.raises(DataError, match=message):
        CsvSource(path=table(text)).open()


def test_a_column_that_is_not_there_is_refused(table):
    message = refused(CsvSource(path=table(GOOD), columns={"ssh": "levels"}))
    assert "columns.ssh" in message
    assert "did you mean 'level'?" in message


def test_a_binary_file_is_told_for_what_it_is(tmp_path: Path):
    path = tmp_path / "level.csv"
    path.write_bytes(b"CDF\x01\xff\xfe\x00\x00" * 20)
    assert "looks like netCDF-3" in refused(CsvSource(path=path))


def test_an_unknown_time_zone_is_refused_when_configured():
    with pytest.raises(ValidationError, match="no time zone 'Perth'"):
        CsvSource(path="x.csv", time_zone="Perth")


def test_the_file_is_an_input_with_its_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/home/someone")
    (found,) = CsvSource(path="~/level.csv").inputs("forcing.water_level.source")
    assert (found.key, str(found.path)) == ("forcing.water_level.source.path", "/home/someone/level.csv")


@pytest.mark.parametrize(("offset", "utc"), [("+08:00", "2022-12-31T16:00"), ("-0330", "2023-01-01T03:30")])
def test_a_fixed_offset_is_a_time_zone(table, offset: str, utc: str):
    assert CsvSource(path=table(GOOD), time_zone=offset).open().time.values[0] == np.datetime64(utc)


def test_an_offset_that_yaml_has_read_as_a_number_is_to_be_quoted():
    with pytest.raises(ValidationError, match="in quotes"):
        CsvSource(path="x.csv", time_zone=600)
    with pytest.raises(ValidationError, match="no time zone '\\+99:00'"):
        CsvSource(path="x.csv", time_zone="+99:00")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_with_another_delimiter_is_recognised(table, delimiter: str):
    message = refused(CsvSource(path=table(GOOD.replace(",", delimiter).replace("0.5", "0,5"))))
    assert "delimiter: " in message
    assert f"is the delimiter {delimiter!r}?" in message


def test_a_number_that_stands_for_no_value_is_missing(table):
    source = CsvSource(path=table("time,level\n2023-01-01,-999.0\n2023-01-02,1\n"), missing=-999)
    with opened(source, "forcing.water_level.source") as data:
        assert np.isnan(data.level.values).tolist() == [True, False]


def test_a_time_that_clocks_skip_is_refused(table):
    path = table("time,level\n2023-03-26T01:30,1\n2023-03-26T02:30,2\n")
    message = refused(CsvSource(path=path, time_zone="Europe/Amsterdam"))
    assert "line 3: this time does not exist: clocks are put forward in Europe/Amsterdam" in message
    assert "time_zone: '+01:00'" in message


def test_a_time_that_comes_twice_is_refused(table):
    path = table("time,level\n2023-10-29T01:30,1\n2023-10-29T02:30,2\n2023-10-29T02:30,3\n")
    message = refused(CsvSource(path=path, time_zone="Europe/Amsterdam"))
    assert "line 3: this time comes twice: clocks are put back in Europe/Amsterdam" in message


def test_offsets_and_zones_without_summer_time_pass_the_change_of_clocks(table):
    rows = ["2023-10-29T02:30+02:00,1", "2023-10-29T02:30+01:00,2", "2023-10-29T03:30+01:00,3"]
    data = CsvSource(path=table("\n".join(["time,level", *rows, ""])), time_zone="Europe/Amsterdam").open()
    assert np.diff(data.time.values).tolist() == [3_600_000_000_000] * 2
    naive = table("time,level\n2023-10-29T02:30,1\n2023-10-29T03:30,3\n")
    assert len(CsvSource(path=naive, time_zone="+01:00").open().time) == 2
    assert len(CsvSource(path=naive, time_zone="Australia/Perth").open().time) == 2


def test_a_repeated_time_is_told_with_both_lines(table):
    message = refused(CsvSource(path=table("time,level\n2023-01-01,1\n2023-01-02,2\n2023-01-01T00:00,3\n")))
    assert "line 4: this time is in line 2 already" in message
    assert "which of them is right, only you can tell" in message


def test_decimal_commas_are_read(table):
    path = table("Zeit;Pegel\n2023-01-01;1,25\n2023-01-02;-0,5\n2023-01-03;\n")
    data = CsvSource(path=path, time="Zeit", delimiter=";", decimal=",").open()
    assert data.Pegel.values[:2].tolist() == [1.25, -0.5]
    assert np.isnan(data.Pegel.values[2])


@pytest.mark.parametrize("columns", [{}, {"ssh": "Pegel"}])
def test_decimal_commas_that_are_not_announced_are_recognised(table, columns: dict[str, str]):
    path = table("time;Pegel\n2023-01-01;1,25\n")
    assert "then set decimal: ','" in refused(CsvSource(path=path, delimiter=";", columns=columns))


def test_one_character_cannot_separate_cells_and_decimals():
    with pytest.raises(ValidationError, match="delimiter and decimal are both ','"):
        CsvSource(path="x.csv", decimal=",")


def test_a_table_without_numbers_says_what_it_has(table):
    message = refused(CsvSource(path=table("time,place,note\n2023-01-01,jetty,calm\n")))
    assert "columns: " in message
    assert "has no column of numbers, but place, note" in message
    assert "none beside the time" in refused(CsvSource(path=table("time\n2023-01-01\n")))


def test_two_columns_of_one_name_are_refused(table):
    assert "has two columns 'level'" in refused(CsvSource(path=table("time,level,level\n2023-01-01,1,2\n")))


def test_a_table_in_another_encoding_says_how_to_convert_it(table):
    message = refused(CsvSource(path=table("time,temp \N{DEGREE SIGN}C\n2023-01-01,1\n".encode("latin1"))))
    assert "is not text in UTF-8: byte 0xb0 at 10" in message
    assert "iconv -f latin1 -t utf-8" in message
    unicode = refused(CsvSource(path=table(GOOD.encode("utf-16"))))
    assert "is not text in UTF-8: byte 0xff at 0" in unicode


def test_twelve_thousand_rows_are_read_at_once(table):
    times = np.datetime64("2023-01-01T00:00", "m") + 5 * np.arange(12_000)
    rows = [f"{t},{i % 100 / 10}" for i, t in enumerate(times.astype(str))]
    path = table("\n".join(["time,level", *rows, ""]))
    begun = time.perf_counter()
    data = CsvSource(path=path, time_zone="Australia/Perth").open()
    assert time.perf_counter() - begun < 10  # 0.1 s on an idle machine
    assert data.level.values[[0, 1, -1]].tolist() == [0.0, 0.1, 9.9]
    assert np.unique(np.diff(data.time.values)).tolist() == [300_000_000_000]


def test_spaces_comments_and_blank_lines_are_no_data(table):
    path = table("# gauge 7\n\ntime , level\n2023-01-01 ,  1.5 \n\n# later\n2023-01-02, \n")
    data = CsvSource(path=path).open()
    assert data.level.values[0] == 1.5
    assert np.isnan(data.level.values[1])


def test_quoted_cells_may_hold_the_delimiter(table):
    data = CsvSource(path=table('time,"level, m"\n"2023-01-01","1.5"\n')).open()
    assert data["level, m"].values.tolist() == [1.5]


def test_what_is_read_once_is_not_changed_by_who_uses_it(table):
    source = CsvSource(path=table(GOOD))
    source.open().level.values[:] = 7
    assert source.open().level.values.tolist() == [0.5, -0.5]


@pytest.mark.parametrize(
    ("cell", "decimal", "hint"),
    [
        ("1.234", ",", "if the point separates thousands"),
        ("1.234,5", ",", "if the point separates thousands"),
        ("1_000", ".", "without separators of thousands"),
        ("1'000.5", ".", "without separators of thousands"),
        ("\N{MINUS SIGN}0.5", ".", "write a hyphen"),
        ("\N{ARABIC-INDIC DIGIT ONE}", ".", "expected a number in column q"),
        ("inf", ".", "expected a number in column q"),
        ("0x10", ".", "expected a number in column q"),
    ],
)
def test_what_only_looks_like_a_number_is_refused(table, cell: str, decimal: str, hint: str):
    path = table(f"time;q\n2023-01-01;1\n2023-01-02;{cell}\n")
    message = refused(CsvSource(path=path, delimiter=";", decimal=decimal))
    assert "line 3: expected a number in column q" in message
    assert hint in message


def test_numbers_may_be_written_as_programs_write_them(table):
    cells = ["5", "-5.", "+.5", "1e3", "1.5E-3", " 7 "]
    path = table("\n".join(["time,q", *(f"2023-01-0{i},{c}" for i, c in enumerate(cells, start=1)), ""]))
    assert CsvSource(path=path).open().q.values.tolist() == [5.0, -5.0, 0.5, 1000.0, 0.0015, 7.0]


@pytest.mark.parametrize("cell", ["", "NaN", "nan", "NA", "na", "null", "-"])
def test_what_loggers_write_for_no_value_is_missing(table, cell: str):
    data = CsvSource(path=table(f"time,q\n2023-01-01,{cell}\n2023-01-02,2\n")).open()
    assert np.isnan(data.q.values).tolist() == [True, False]


def test_a_line_of_units_as_erddap_writes_it_is_understood(table):
    data = CsvSource(path=table("time,wspd,wd\nUTC,knots,\n2023-01-01T00:00:00Z,5,NaN\n")).open()
    assert data.wspd.attrs == {"units": "knots"}
    assert (data.wspd.values.tolist(), data.wd.attrs) == ([5.0], {})
    assert "has no data" in refused(CsvSource(path=table("time,wspd\nUTC,m s-1\n")))


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("44927.25", "the day number of a spreadsheet"),
        ("1672531200", "seconds since 1970"),
        ("31/12/2022 06:00", "say how times are written, e.g. time_format"),
    ],
)
def test_times_in_another_form_are_told_what_they_look_like(table, cell: str, hint: str):
    message = refused(CsvSource(path=table(f"time,q\n{cell},1\n")))
    assert "line 2: expected an ISO 8601 time" in message
    assert hint in message


@pytest.mark.parametrize(
    ("cell", "zone"), [("0001-01-01", "+08:00"), ("9999-12-31T23:00", "-08:00"), ("1600-01-01", "UTC")]
)
def test_a_year_that_no_measurement_is_from_is_refused_with_its_line(table, cell: str, zone: str):
    message = refused(CsvSource(path=table(f"time,q\n2023-01-01,1\n{cell},1\n"), time_zone=zone))
    assert "line 3: expected a time in the years 1678 to 2261" in message


def test_times_may_be_written_in_another_way(tmp_path: Path):
    path = tmp_path / "levels.csv"
    path.write_text("time;ssh\n31/12/2022 23:30;0.5\n01/01/2023 00:00;0.7\n")
    data = CsvSource(path=path, delimiter=";", time_format="%d/%m/%Y %H:%M", time_zone="+08:00").open()
    assert data.time.values.astype("datetime64[m]").astype(str).tolist() == ["2022-12-31T15:30", "2022-12-31T16:00"]
    with pytest.raises(DataError, match=r"line 2: expected a time as %Y%m%d") as caught:
        CsvSource(path=path, delimiter=";", time_format="%Y%m%d").open()
    assert "31/12/2022 23:30" in str(caught.value)
    with pytest.raises(DataError, match="expected an ISO 8601 time") as caught:
        CsvSource(path=path, delimiter=";").open()
    assert "time_format: '%d/%m/%Y %H:%M'" in caught.value.problems[0].hint
