from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from rompy_hydra.model.swan.language.grammar import Command
from rompy_hydra.model.swan.language.nodes import CommandNode
from rompy_hydra.model.swan.language.reading import Parsed, read
from rompy_hydra.model.swan.language.render import Statement, text_of, words_of
from rompy_hydra.model.swan.language.table import COMMANDS

from .strategies import any_node

TABLE = tuple(COMMANDS.values())


def one(text: str) -> Parsed:
    [parsed] = read(text, TABLE)
    return parsed


def values(text: str) -> dict[str, object]:
    parsed = one(text)
    assert parsed.node is not None, parsed.fault
    return parsed.node.model_dump(exclude_unset=True)


@pytest.mark.parametrize("command", [c for c in TABLE if c.name != "stop"], ids=lambda c: c.name)
def test_what_is_written_is_read_back(command: Command) -> None:
    @given(any_node(command, "41.45"))
    @settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
    def check(node: CommandNode) -> None:
        before = "CGRID UNSTRUC CIRC 36 0.04 1. 34\n" if "_k" in str(node) else ""
        *_, parsed = read(before + text_of([Statement("model", node)]), TABLE)
        assert parsed.fault == ""
        assert parsed.node is not None
        assert " ".join(words_of(parsed.node)) == " ".join(words_of(node))

    check()


def test_keywords_are_compared_by_the_letters_that_swan_compares() -> None:
    assert values("frictIONAL joNS 0.067") == {"law": "jonswap", "cfjon": 0.067}


def test_a_longer_keyword_is_not_taken_for_a_shorter_one() -> None:
    assert [p.command.name for p in read("SET 0.1\nSETUP 0.1", TABLE) if p.command] == ["set", "setup"]
    assert values("OBST TRANS1D 0.1 0.2 LINE 0 0 1 1")["transmission"]["kind"] == "by_frequency"


def test_data_are_known_by_place_or_by_name_and_a_name_skips_what_is_before() -> None:
    assert values("BRE CON 1.0 0.8") == {"law": "constant", "alpha": 1.0, "gamma": 0.8}
    assert values("BRE CON gamma = 0.8") == {"law": "constant", "gamma": 0.8}
    assert values("BRE CON GAMMA 0.8") == {"law": "constant", "gamma": 0.8}


def test_nothing_between_commas_leaves_a_datum_out() -> None:
    assert values("BRE BKD 1.,,7.5, -8") == {"law": "bkd", "alpha": 1.0, "a1": 7.5, "a2": -8.0}


def test_a_number_with_a_star_repeats_what_follows() -> None:
    assert values("OBST TRANS1D 3*0.5, 0.1 / LIN 2*0 2 * 5")["transmission"]["trcoef"] == [0.5, 0.5, 0.5, 0.1]
    assert values("BRE BKD 2* 0.7") == {"law": "bkd", "alpha": 0.7, "gamma0": 0.7}
    assert values("BRE BKD 2*, 7.5") == {"law": "bkd", "a1": 7.5}


def test_commands_go_on_over_lines_and_comment_is_passed_over() -> None:
    text = "$ Friction of 'sand'\n\nFRIC & over the shelf\n  JON _\n 0.067 $ swell $ ! end\n$ BRE\n! FRIC\n"
    parsed = one(text)
    assert (parsed.first_line, parsed.last_line) == (3, 5)
    assert parsed.node is not None


def test_a_comment_line_ends_a_command_that_would_go_on() -> None:
    first, second = read("FRIC JON &\n$ a note\n0.067\n", TABLE)
    assert first.node is not None
    assert second.fault == "data without a command"


def test_two_commands_may_share_a_line() -> None:
    texts = [p.text for p in read("FRIC JON 0.05 BRE CON $ note\nSET", TABLE)]
    assert texts == ["FRIC JON 0.05", "BRE CON", "SET"]


def test_titles_stand_on_lines_of_their_own() -> None:
    assert values("PROJ 'Bay' '01'\n$ here\n'a title'\n")["title1"] == "a title"


def test_the_first_point_of_a_curve_may_stand_on_the_next_line() -> None:
    assert values("CURVE 'c'\n 0 1 10 2. 3.")["corners"] == [(10, 2.0, 3.0)]


def test_times_may_end_early_and_steps_have_units() -> None:
    found = values("COMP NONST 20200101.06 10 MIN 20200102")
    assert found == {
        "kind": "nonstationary",
        "tbegc": datetime(2020, 1, 1, 6, tzinfo=UTC),
        "deltc": timedelta(minutes=10),
        "tendc": datetime(2020, 1, 2, tzinfo=UTC),
    }
    assert values("COMP NONST 20200101 60 20200102")["deltc"] == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COMPUTE", {"kind": "stationary"}),
        ("COMP STAT", {"kind": "stationary"}),
        ("GEN3", {"law": "westhuysen"}),
        ("BOUND SHAPE JONSWAP 3.3 PEAK DEGREES", {"period": "peak", "spreading": "degrees", "gamma": 3.3}),
        ("BOU SIDE W CON PAR 1 10 270 2", {"side": "W"}),
        ("BOUND SIDE N CCW UNIFORM FILE 'a'", {"spectrum": {"kind": "constant_file", "fname": "a"}}),
        ("BOUN SEG 0 0 0 10 CON PAR 1 10 270 2", {"kind": "segment_xy", "segment": [(0, 0), (0, 10)]}),
        ("READ COOR 1. 'a.xy' 3 0 FREE", {"kind": "coordinates", "idla": 3}),
        ("READ BOT 1. 'a.bot' 3 0 FREE", {"quantity": "bottom"}),
        ("BLOCK 'C' NOHEAD 'a' LAY 3 XP HS 1. TM01", {"quantities": ["xp", {"quantity": "hsign", "unit": 1}, "tm01"]}),
        ("BLOCK 'COMPGRID' 'a.txt' HSIG", {"header": "header"}),
        ("TAB 'p' NOHEAD 'p' XP YP DEP HSIG OUT 20200101 1 HR", {"quantities": ["xp", "yp", "depth", "hsign"]}),
        ("NUM ACCUR 0.02 0.02 0.02 98 30", {}),
        ("CGRID 0 0 0 100 100 10 10 36 0.03 1.", {"directions": {"kind": "circle", "mdc": 36}}),
        ("MODE DYN", {"time": "nonstationary"}),
    ],
)  # fmt: skip
def test_words_left_out_and_older_words_are_understood(text: str, expected: dict[str, object]) -> None:
    assert expected.items() <= values(text).items()


def test_sides_and_segments_of_an_unstructured_grid_are_vertices() -> None:
    boundary = "BOUN SEG IJ 5 8 12 20 CON PAR 1 10 270 2\n"
    grid = "CGRID UNSTRUC CIRCLE 36 0.04 1. 32\n"
    assert [getattr(p.node, "kind", "") for p in read(boundary + grid + boundary, TABLE)][::2] == [
        "segment_ij",
        "segment_k",
    ]


def test_nothing_is_read_behind_stop() -> None:
    assert len(read("SET 0.1\nstop\nFRIC", TABLE)) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("FRIC JON 'a'", "cfjon is no real: a"),
        ("FRIC JON 0.05 0.06", "0.06 is not understood"),
        ("FRIC JON CFW=0.05", "CFW is not understood"),
        ("FRIC JON -5.", "cfjon: Input should be greater than"),
        ("FRAME 10.", "sname is no text: 10."),
        ("FRAME", "no sname is given"),
        ("BREAKERS CON alpha=1 beta=2", "BETA is not understood"),
        ("CURVE 'c' 0 0 5 1", "no yp is given in a row of corners"),
        ("COMP NONST 'tomorrow' 1 HR 20200102", "tbegc is no time like 20230101.060000: tomorrow"),
        ("UNKNOWN 4", "no command of SWAN that is known here"),
    ],
)
def test_what_cannot_be_read_says_why_and_keeps_its_text(text: str, fault: str) -> None:
    parsed = one(text)
    assert (parsed.node, parsed.text) == (None, text)
    assert fault in parsed.fault


def test_line_ends_of_windows_are_line_ends() -> None:
    assert [p.text for p in read("SET 0.1\r\nFRIC JON\r\n", TABLE)] == ["SET 0.1", "FRIC JON"]
