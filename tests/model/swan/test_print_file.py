"""What SWAN says in PRINT, message by message; the texts are those of SWAN 41.45."""

from __future__ import annotations

from pathlib import Path

import pytest

from rompy_hydra.model.swan.print_file import Computation, parse, read_log

from .running import NONSTATIONARY, STATIONARY, Bay, swan_of

FRAME = "1\n\n                             VERSION NUMBER 41.45               \n\n"
REFUSED = (
    " ** No start of computation because of error level:  3\n ** To ignore this error, change [maxerr] with the SET"
)


def said(*lines: str) -> list[str]:
    return (FRAME + "\n".join(lines)).splitlines()


def at(command: str, *lines: str, key: str = "model.x") -> list[str]:
    return ["    ", f" $ {key}", "    ", f" {command}", *lines]


MESSAGES = [
    ("READINP BOTTOM 1 'b.grd'", "Terminating error: File cannot be opened/does not exist: b.grd              "),
    ("READINP BOTTOM 1 'b.grd'", "Error            : Unexpected end of file while reading UNKNOWN_FILE"),
    ("READINP BOTTOM 1 'b.grd'", "Error            : Error while reading file b.grd"),
    ("READINP BOTTOM 1 'b.grd'", "Severe error     : No valid grid points found"),
    ("READGRID COORD 1 'g.crd'", "Error            : 3 comp. grid points on one line"),
    ("READGRID UNSTRUCTURED ADCIRC", "Terminating error: unexpected end of file in grid file fort.14"),
    ("BREAKING CONSTANT gamme=1", "Error            : Illegal keyword: GAMME   "),
    ("NEGATINP", "Severe error     : No value for variable RDCOEF                                  "),
    ("CGRID REGULAR 0 0 0 1 1 1.5", "Error            : Wrong type of data for variable MXC            "),
    ("SETUP", "Error            : setup will not be compute correctly with spherical coordinates"),
    ("SETUP", "Terminating error: setup is not supported in parallel run"),
    ("PROP SORDUP", "Error            : Illegal keyword: SORDUP  "),
    ("OBSTACLE TRANSM 0.9 REFL 0.9", "Severe error     : Kt^2 + Kr^2 > 1 "),
    ("OBSTACLE TRANSM 0.5 LINE 1 1", "Warning          : No corner points for obstacle were found"),
    ("VEGETATION", "Error            : No vegetation parameters found"),
    ("BOUNDSPEC SEGMENT XY 9 9 8 8", "Error            : invalid boundary point"),
    ("BOUNDSPEC SIDE W", "Severe error     :  command CGRID must precede this command"),
    ("BOUNDSPEC SIDE W", "Error            :  keyword SIDE should not be used for curvilinear grid"),
    ("BOUNDSPEC SIDE W CON FILE 'a'", "Severe error     : unsupported boundary data file"),
    ("BOUNDNEST1 NEST 'n.bnd'", "Error            : no grid points on nested boundary"),
    ("INITIAL HOTSTART 'h'", "Error            : grid on hotstart file differs from one in CGRID command"),
    ("INITIAL HOTSTART 'h'", "Warning          : No time info in hotfile"),
    ("INITIAL PAR 1 0 0 2", "Error            : Period must be >0"),
    ("BLOCK 'COMPGRID' NOH 'x.mat'", "Terminating error: No header allowed for Matlab files"),
    ("BLOCK 'COMPGRID' NOH 'x.nc' QP", "Error            : netCDF output not allowed for x.nc"),
    ("BLOCK 'COMPGRID' NOH 'x.blk'", "Error            :  Illegal keyword (BLO) in combination with 1D-computation"),
    ("TABLE 'NONE'", "Error            : Set of output locations is not known"),
    ("TABLE 'P' HEAD 'a' OUT 20200101", "Severe error     : time information not allowed in stationary mode"),
    ("HOTFILE 'none/h'", "Severe error     : File open failed, filename: none/h                   "),
    ("COMPUTE NONST 2020-01-01", "Error            : time string unreadable: 2020-01-01"),
    ("COMPUTE NONST 1 1 MIN 0", "Severe error     : start time [tbegc] greater or equal end time [tendc]"),
    ("COMPUTE", "Severe error     : surfbeat computation not allowed in non-stationary mode"),
    ("COMPUTE", "Error            :  Centre of comp. grid outside bottom grid"),
    ("COMPUTE", "Severe error     : no valid comp. grid; check command READ BOT or READ UNSTRU"),
    ("COMPUTE", "Warning          : sign. wave height at boundary is not positive"),
    ("COMPUTE", "Warning          : data on boundary file exhausted"),
    ("STOP", "Terminating error:  unexpected end of command input"),
]


@pytest.mark.parametrize(("command", "text"), MESSAGES)
def test_each_message_is_read_with_its_severity_command_and_key(command, text):
    (message,) = parse(said(*at(command, f" ** {text}"))).messages
    severity, _, words = text.partition(":")
    assert (message.severity, message.text) == (severity.strip(), words.strip())
    assert (message.command, message.key) == (command, "model.x")


def test_the_version_is_known():
    assert parse(said()).version == "41.45"


def test_a_command_over_lines_is_joined_around_its_message():
    lines = at("POINTS 'PTS' 500 400 &", "  800 x", " ** Severe error     : No value for variable YP", " -> YP  item=X")
    (message,) = parse(said(*lines)).messages
    assert message.command == "POINTS 'PTS' 500 400 800 x"
    assert message.detail == "-> YP item=X"


def test_a_command_without_a_comment_has_no_key():
    lines = [*at("SETUP"), "    ", " NEGATINP", " ** Severe error     : No value for variable RDCOEF"]
    (message,) = parse(said(*lines)).messages
    assert (message.command, message.key) == ("NEGATINP", "")


def test_a_comment_that_is_a_sentence_is_no_key():
    (message,) = parse(said(*at("WIND", " ** Severe error     : No value", key="the wind of 1953"))).messages
    assert message.key == ""


def test_a_message_over_lines_is_joined():
    lines = at(
        "COMPUTE",
        " ** Error            : It is not recommended to use quadruplets",
        " ** Error            : in combination with zero wind conditions.",
    )
    (message,) = parse(said(*lines)).messages
    assert message.text == "It is not recommended to use quadruplets in combination with zero wind conditions."


def test_stars_that_frame_a_message_are_taken_off():
    lines = at(
        "READINP BOTTOM 1 'b.grd'",
        " ** Severe error     : ** Give CGRID command and               *",
        " ** Severe error     : ** read curvilinear coordinates         *",
        " ** Severe error     : ** before reading the bottom grid       *",
    )
    (message,) = parse(said(*lines)).messages
    assert message.text == "Give CGRID command and read curvilinear coordinates before reading the bottom grid"


def test_a_repeated_message_is_counted_and_not_joined():
    lines = at("COMPUTE", *[" ** Warning          : incident direction is outside sector"] * 3)
    (message,) = parse(said(*lines)).messages
    assert (message.text, message.count) == ("incident direction is outside sector", 3)


def test_what_swan_adds_below_a_message_belongs_to_it():
    lines = at("COMPUTE", " ** Warning          : (corner)point outside bottom grid",
               "       Set of output locations: BOUND_01  coordinates:     1000.00        0.00")  # fmt: skip
    (message,) = parse(said(*lines)).messages
    assert message.detail == "Set of output locations: BOUND_01 coordinates: 1000.00 0.00"


def test_a_warning_in_capitals_is_one_too():
    (message,) = parse(
        said(*at("COMPUTE", "  ** WARNING : Differences in wave height at the boundary", "   1    2"))
    ).messages
    assert (message.severity, message.text) == ("Warning", "Differences in wave height at the boundary")


def test_a_message_while_computing_has_its_time():
    lines = at(
        "COMPUTE NONST",
        " Time of computation ->  20200101.001100      in sec:        660.",
        " ** Error            : Unexpected end of file while reading UNKNOWN_FILE",
        " ** No continuation of computation because of error level:  2",
    )
    log = parse(said(*lines))
    assert log.messages[0].time == "2020-01-01T00:11:00Z"
    assert log.refusal == "No continuation of computation because of error level:  2"


def test_a_refusal_to_start_is_known():
    assert parse(said(*at("COMPUTE"), *REFUSED.splitlines())).refusal.startswith("No start of computation")


def test_severities_are_ordered():
    log = parse(said(*at("WIND", " ** Message          : a", " ** Warning          : b", " ** Severe error     : c")))
    assert [m.text for m in log.at_least("Warning")] == ["b", "c"]


def test_each_stationary_computation_counts_with_its_iterations():
    one = [" iteration    1; sweep 1", " iteration    1; sweep 2", " not possible to compute, first iteration", ""]
    two = [" iteration    2; sweep 1", " accuracy OK in  98.99 % of wet grid points ( 99.50 % required)", ""]
    log = parse(said(*at("COMPUTE"), *one, *two, *at("COMPUTE"), *one, *two[:1], two[1].replace(" 98.99", "100.00")))
    assert (log.computations, log.iterations, log.unconverged) == (2, 4, 1)
    assert log.last == Computation("", 2, 100.0, 99.5)


def test_an_accuracy_that_swan_cannot_print_is_none():
    lines = [" iteration    1; sweep 1", " accuracy OK in ****** % of wet grid points ( 99.50 % required)"]
    log = parse(said(*at("COMPUTE"), *lines))
    assert log.last is not None
    assert log.last.converged is None


def test_ranks_repeat_each_other_and_one_may_say_more(tmp_path):
    shared = at("WIND", " ** Severe error     : No value for variable VEL")
    for rank, more in ((1, []), (2, [" ** Warning          : data on boundary file exhausted"])):
        (tmp_path / f"PRINT-{rank:03d}").write_text("\n".join(said(*shared, *more)))
    log = read_log(tmp_path)
    assert [(m.text, m.count) for m in log.messages] == [
        ("No value for variable VEL", 1),
        ("data on boundary file exhausted", 1),
    ]


def test_without_print_nothing_is_known(tmp_path):
    log = read_log(tmp_path)
    assert (log.version, log.messages, log.last_command) == ("", (), "")


REFUSALS = {
    "Illegal keyword: BRAKING": ("BREAKING CONSTANT", "BRAKING CONSTANT"),
    "Read error with variable ALPHA": ("BREAKING CONSTANT 1 0.73", "BREAKING CONSTANT alpha=x"),
    "Centre of comp. grid outside bottom grid": ("1000 800 10 8 CIRCLE", "2200 1800 20 18 CIRCLE"),
    "File cannot be opened/does not exist: wave.bnd": ("CONSTANT PAR 1 8 0 20", "CONSTANT FILE 'wave.bnd'"),
    "Set of output locations is not known": ("TABLE 'PTS'", "TABLE 'PTSX'"),
    "start time [tbegc] greater or equal end time [tendc]": ("20200101.003000", "20191231.003000"),
    "No value for variable RDCOEF": ("$ model.numerics", "$ model.physics.negatinp\nNEGATINP\n$ model.numerics"),
    "Kt^2 + Kr^2 > 1": ("$ model.numerics", "OBSTACLE TRANSM 0.9 REFL 0.9 LINE 200 200 200 600\n$ model.numerics"),
    "Directional spreading is less than 0": ("PAR 1 8 0 20", "PAR 1 8 0 -20"),
}


@pytest.mark.swan
@pytest.mark.parametrize("words", REFUSALS)
def test_swan_still_says_so(tmp_path: Path, words: str):
    bay = Bay(tmp_path, swan_of("real", tmp_path))
    bay.write(NONSTATIONARY.replace(*REFUSALS[words]))
    bay.run()
    assert any(m.text.startswith(words) for m in read_log(tmp_path).at_least("Error"))


@pytest.mark.swan
def test_too_few_iterations_are_seen_as_such(tmp_path: Path):
    bay = Bay(tmp_path, swan_of("real", tmp_path))
    bay.write(STATIONARY.replace("STAT 10", "STAT 2"))
    bay.run()
    log = read_log(tmp_path)
    assert (log.computations, log.iterations, log.unconverged) == (1, 2, 1)
