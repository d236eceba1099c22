"""Success and failure of SWAN, in its own words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rompy_hydra.model.swan.judging import verdict
from rompy_hydra.run_backend.job import Exit

from .fake_swan import WAYS
from .running import BOTH, NONSTATIONARY, STATIONARY, Bay, case, played_swan, swan_of

FAILURES = {
    "halt": "SWAN at 2020-01-01T00:16:00Z: ** Error: Unexpected end of file while reading UNKNOWN_FILE",
    "die": "norm_end is missing: SWAN did not reach the end at 2020-01-01T00:16:00Z",
    "segfault": "SWAN broke off at 2020-01-01T00:16:00Z: ended by signal 11 (SIGSEGV); Program received signal SIGSEGV",
    "fortran": "exit code 2; Fortran runtime error: End of file, in bottom.grd",
    "short": "grid.nc ends at 2020-01-01T00:20:00Z, expected 2020-01-01T00:30:00Z; points.tab ends at",
    "cut": "points.tab is cut off in its last row; points.spc is cut off in its last spectrum; restart.hot is cut off",
    "empty": "grid.nc is empty; points.tab is empty",
    "no output": "grid.nc is missing; points.tab is missing",
    "nothing": "PRINT is missing: SWAN did not start here",
    "dry": "no point has a wave height at the end: all are dry",
}


@pytest.fixture(params=BOTH)
def bay(request: pytest.FixtureRequest, tmp_path: Path) -> Bay:
    """The bay under SWAN, and under what plays it."""
    return Bay(tmp_path, swan_of(request.param, tmp_path))


@pytest.fixture
def played(tmp_path: Path) -> Bay:
    """The bay under what plays SWAN."""
    return Bay(tmp_path, played_swan(tmp_path))


def test_a_finished_run_is_a_success_in_numbers(bay):
    found = bay.judge()
    assert found.success, found.evidence
    assert found.evidence.startswith("30 time steps, 30 iterations; Hs 0.")
    assert found.evidence.endswith("m in 99 wet points at the end")
    assert found.outputs == ("grid.nc", "points.tab", "points.spc", "restart.hot")


def test_a_stationary_run_tells_how_it_converged(bay):
    found = bay.judge(STATIONARY)
    assert found.success, found.evidence
    start = "1 stationary computation, 3 iterations, accuracy OK in 100 % of wet points at the end (99.5 % required)"
    assert found.evidence.startswith(start)


def test_a_refused_command_is_told_with_its_config_key(bay):
    found = bay.judge(NONSTATIONARY.replace("BREAKING CONSTANT 1", "BREAKING CONSTANT gamme=1"))
    assert not found.success
    told = 'model.physics.breaking: SWAN refused "BREAKING CONSTANT gamme=1 0.73": ** Error: Illegal keyword: GAMME'
    assert found.evidence == told


def test_each_refused_command_is_told_once(bay):
    text = NONSTATIONARY.replace("BREAKING CONSTANT 1", "BREAKING CONSTANT gamme=1").replace("NUMERIC", "PNUMERIC")
    evidence = bay.judge(text.replace("GEN3", "GENIUS")).evidence
    lines = evidence.splitlines()
    assert [line.strip().partition(":")[0] for line in lines] == [
        "model.physics.generation",
        "model.physics.breaking",
        "model.numerics",
    ]


def test_a_missing_file_is_told_with_its_config_key(bay):
    bay.write()
    (bay.folder / "bottom.grd").unlink()
    found = verdict(bay.folder, bay.run())
    assert not found.success
    assert found.evidence.startswith("domain.bathymetry: SWAN refused \"READINP BOTTOM 1 'bottom.grd' 3 0 FREE\"")
    assert found.evidence.endswith("** Terminating error: File cannot be opened/does not exist: bottom.grd")


def test_a_missing_end_is_a_failure(bay):
    found = bay.judge(NONSTATIONARY.replace("STOP\n", ""))
    assert not found.success
    assert "unexpected end of command input" in found.evidence


def test_an_output_that_is_not_asked_for_is_missed(bay):
    text = NONSTATIONARY.replace("SPECOUT 'PTS' SPEC2D ABS 'points.spc' OUTPUT 20200101.000000 10 MIN\n", "")
    assert bay.judge(text).evidence == "points.spc is missing"


@pytest.mark.parametrize("way", FAILURES)
def test_each_way_to_fail_is_a_failure_in_words(played, way):
    found = played.judge(FAKE_SWAN=way)
    assert not found.success
    assert FAILURES[way] in found.evidence


def test_every_way_to_fail_is_tried_somewhere():
    assert set(WAYS) - set(FAILURES) == {"calm", "slow", "warn", "hang"}


def test_a_way_can_be_asked_for_in_the_command_file(played):
    assert not played.judge("$ fake: die\n" + NONSTATIONARY).success


def test_a_calm_sea_is_doubted(played):
    found = played.judge(FAKE_SWAN="calm")
    assert found.success
    assert "WARNING: there are no waves at all" in found.evidence


def test_a_computation_that_did_not_converge_is_a_warning(played):
    found = played.judge(STATIONARY, FAKE_SWAN="slow")
    assert found.success
    assert "accuracy OK in 98 % of wet points at the end (99.5 % required)" in found.evidence
    assert "WARNING: 1 of 1 computations ended without that accuracy" in found.evidence


def test_warnings_are_quoted_and_counted(played):
    evidence = played.judge(FAKE_SWAN="warn").evidence
    assert '"Corner of comp grid outside bottom grid (Coordinates : 0.00 800.00)" 2 times' in evidence
    assert '(df/f) deviates more than 5% from 10%-resolution. This may be problematic"' in evidence


@pytest.mark.parametrize("ending", [Exit("exited", 3), Exit("signalled", signal=9), Exit("timed out")])
def test_a_bad_ending_is_a_failure_whatever_was_written(played, ending):
    assert played.judge().success
    assert not verdict(played.folder, ending).success


def test_where_a_backend_does_not_tell_the_ending_the_evidence_decides(played):
    assert played.judge().success
    assert verdict(played.folder, None).success


def test_a_note_in_errfile_is_a_failure(played):
    assert played.judge().success
    (played.folder / "Errfile-002").write_text("Error            : said by the second rank alone\n")
    found = verdict(played.folder, Exit("exited", 0))
    assert not found.success
    assert found.evidence == "SWAN: Error : said by the second rank alone"


def test_an_empty_errfile_says_nothing(played):
    assert played.judge().success
    (played.folder / "Errfile").touch()
    assert verdict(played.folder, Exit("exited", 0)).success


def test_restarts_of_ranks_count_for_the_whole(played):
    assert played.judge().success
    whole = played.folder / "restart.hot"
    (played.folder / "restart.hot-001").write_bytes(whole.read_bytes())
    (played.folder / "restart.hot-002").write_bytes(whole.read_bytes()[:-9])
    whole.unlink()
    assert "restart.hot-002 is cut off" in verdict(played.folder, Exit("exited", 0)).evidence


def test_a_bare_command_file_is_judged_without_outputs(played):
    played.write()
    (played.folder / "case.json").unlink()
    found = verdict(played.folder, played.run(FAKE_SWAN="no output"))
    assert found.success
    assert found.evidence == "30 time steps, 30 iterations"


def test_heights_that_swan_cannot_print_are_left_out(played):
    assert played.judge().success
    table = played.folder / "points.tab"
    table.write_text(table.read_text().replace("0.90000", "*******", 7))
    tables = tuple(o for o in case().outputs if o.kind == "table")
    replace(case(), outputs=tables).write(played.folder)
    assert "Hs 0.90 to 0.90 m in 1 wet points" in verdict(played.folder, None).evidence


def test_a_time_that_is_left_out_is_missed(played):
    assert played.judge().success
    whole = case()
    finer = tuple(replace(o, interval_s=300.0) if o.path == "grid.nc" else o for o in whole.outputs)
    replace(whole, outputs=finer).write(played.folder)
    assert verdict(played.folder, None).evidence == "grid.nc holds 4 of 7 times"


def test_a_case_survives_being_written(tmp_path):
    case().write(tmp_path)
    assert json.loads((tmp_path / "case.json").read_text())["outputs"][0]["path"] == "grid.nc"


@pytest.mark.swan
def test_land_alone_is_a_failure_that_swan_does_not_tell(tmp_path):
    found = Bay(tmp_path, swan_of("real", tmp_path)).judge(bed="\n".join([" ".join(["-5"] * 11)] * 9) + "\n")
    assert not found.success
    assert "all are dry" in found.evidence


@pytest.mark.swan
def test_a_boundary_on_land_is_doubted(tmp_path):
    bed = "\n".join(" ".join(["-5"] * 3 + ["10"] * 8) for _ in range(9)) + "\n"
    found = Bay(tmp_path, swan_of("real", tmp_path)).judge(bed=bed)
    assert found.success
    assert "WARNING: there are no waves at all" in found.evidence


@pytest.mark.swan
def test_a_crash_is_told_with_what_swan_said_before(tmp_path):
    found = Bay(tmp_path, swan_of("real", tmp_path)).judge(NONSTATIONARY.replace("'grid.nc'", "'none/grid.nc'"))
    assert not found.success
    assert "** Severe error: File open failed, filename: none/grid.nc" in found.evidence
    assert "SIGSEGV" in found.evidence


@pytest.mark.swan
def test_a_step_too_long_is_told_in_swan_s_words(tmp_path):
    found = Bay(tmp_path, swan_of("real", tmp_path)).judge(NONSTATIONARY.replace(" 1 MIN", " 10 MIN"))
    assert found.evidence.startswith("SWAN at 2020-01-01T00:10:00Z: ** Error: It is inadvisable to use the higher")


@pytest.mark.swan
@pytest.mark.parametrize("part", [0.99, 0.9, 0.5, 0.01])
def test_a_netcdf_file_that_is_cut_off_is_found_out(tmp_path, part):
    assert Bay(tmp_path, swan_of("real", tmp_path)).judge().success
    content = (tmp_path / "grid.nc").read_bytes()
    (tmp_path / "grid.nc").write_bytes(content[: int(part * len(content))])
    assert "grid.nc cannot be read: it is cut short" in verdict(tmp_path, None).evidence


@pytest.mark.swan
def test_every_kind_of_text_output_is_found_whole_and_cut(tmp_path):
    bay = Bay(tmp_path, swan_of("real", tmp_path))
    orders = {
        "head.blk": ("block", "BLOCK 'COMPGRID' HEAD 'head.blk' HSIGN DIR", ("HSIGN", "DIR")),
        "bare.blk": ("block", "BLOCK 'COMPGRID' NOHEAD 'bare.blk' HSIGN DIR", ("HSIGN", "DIR")),
        "bare.tab": ("table", "TABLE 'PTS' NOHEAD 'bare.tab' HSIGN", ("HSIGN",)),
        "one.spc": ("spectra", "SPECOUT 'PTS' SPEC1D 'one.spc'", ()),
        "nest.spc": ("nest", "NGRID 'nest' 200 200 0 300 300 3 3\nNESTOUT 'nest' 'nest.spc'", ()),
    }
    lines = "\n".join(f"{order} OUTPUT 20200101.000000 10 MIN" for _, order, _ in orders.values())
    text = NONSTATIONARY.replace("$ period", f"{lines}\n$ period").replace(
        "STOP\n", "HOTFILE 'binary.hot' UNFORMATTED\nSTOP\n"
    )
    first, *_ = whole = case().outputs
    kinds = [replace(first, path=n, kind=k, format="text", variables=v) for n, (k, _, v) in orders.items()]
    restart = replace(whole[-1], path="binary.hot")
    found = bay.judge(text, replace(case(), outputs=(*whole, *kinds, restart)))
    assert found.success, found.evidence
    for output in (*kinds, restart):
        path = tmp_path / output.path
        content = path.read_bytes()
        path.write_bytes(content[: -len(content) // 4])
        assert output.path in verdict(tmp_path, None).evidence
        path.write_bytes(content)
