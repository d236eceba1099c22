"""Who drives a run, and when it is certain that nobody does."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from rompy_hydra.core.driver import Driver

TELL = "from rompy_hydra.core.driver import Driver; print(Driver.here().text, flush=True); input()"


def told_by(*launcher: str) -> tuple[Driver, subprocess.Popen[str]]:
    """Another process, which lives until its input is closed."""
    command, pipe = [*launcher, sys.executable, "-c", TELL], subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.skip(f"{launcher[0]} does not work here: {process.communicate()[1]}")
    return Driver.parse(line.strip()), process


def test_a_driver_is_the_same_when_it_was_written_and_read() -> None:
    assert Driver.parse(Driver.here().text) == Driver.here()


@pytest.mark.parametrize("text", ["", "1", "pid=1", "host=a&pid=x&started=1&boot=&pids="])
def test_another_text_is_no_driver(text: str) -> None:
    with pytest.raises(ValueError, match=r"driver|invalid literal"):
        Driver.parse(text)


def test_a_process_that_lives_is_not_gone_and_one_that_ended_is() -> None:
    driver, process = told_by(sys.executable, "-c", "import os, sys; os.execv(sys.argv[1], sys.argv[1:])")
    assert driver.is_here
    assert not driver.gone
    process.communicate("\n")
    assert driver.gone


def test_a_process_that_was_killed_is_gone_also_where_nobody_has_waited_for_it() -> None:
    driver, process = told_by("env")
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert driver.gone
    process.communicate()


def test_another_process_of_the_same_number_is_not_taken_for_it() -> None:
    here = Driver.here()
    assert replace(here, started=here.started + 1.0).gone


def test_what_ran_before_the_machine_was_started_again_is_gone() -> None:
    assert replace(Driver.here(), boot="before").gone


def test_of_another_machine_nothing_is_known() -> None:
    assert not replace(Driver.here(), host="elsewhere", pid=2**22 - 1, boot="another").gone


def test_a_process_with_numbers_of_its_own_as_in_a_container_is_never_gone() -> None:
    driver, process = told_by("unshare", "--pid", "--fork")
    assert driver.pid == 1
    assert not driver.is_here
    process.communicate("\n")
    assert not driver.gone
