"""Short questions to other programs."""

from __future__ import annotations

import time

import psutil
import pytest

from rompy_hydra.core.asking import NoAnswerError, answer


def test_what_a_program_prints_on_both_streams_is_its_answer() -> None:
    assert answer(["sh", "-c", "echo 1.2; echo beta >&2"]) == "1.2\nbeta\n"


def test_a_program_that_fails_is_quoted() -> None:
    with pytest.raises(NoAnswerError, match=r"^no licence$"):
        answer(["sh", "-c", "echo no licence >&2; exit 3"])


def test_a_program_that_fails_without_a_word() -> None:
    with pytest.raises(NoAnswerError, match="exit code 3"):
        answer(["sh", "-c", "exit 3"])


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(NoAnswerError, match="cannot be started: No such file"):
        answer(["/nowhere/at/all"])


def test_a_program_that_hangs_is_ended_with_all_that_it_started() -> None:
    begun = time.monotonic()
    with pytest.raises(NoAnswerError, match="does not answer within"):
        answer(["sh", "-c", "sleep 61.25 & sleep 61.25"], limit_s=0.3)
    assert time.monotonic() - begun < 5
    assert ["sleep", "61.25"] not in [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]
