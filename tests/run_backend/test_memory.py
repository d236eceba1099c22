"""A run that takes more memory than it may is ended before the machine is, and says how much it took."""

from __future__ import annotations

import os
import re
import time

import psutil
import pytest

from rompy_hydra.run_backend.job import Job
from rompy_hydra.run_backend.local import LocalRunBackend

GROWS = "import time\nheld = []\nwhile True:\n    held.append(bytearray(10_000_000)); time.sleep(0.01)"
FAMILY = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        break
held = bytearray({each_mb} * 1_000_000)
print("holds", flush=True)
time.sleep({hold_s})
"""


def test_a_program_that_grows_past_the_limit_is_killed_and_the_numbers_are_told(execute):
    ended = execute(["python", "-c", GROWS], memory="200MB", grace=60)
    assert (ended.ending, ended.code, ended.signal) == ("signalled", None, 9)
    used, allowed = (
        int(n) for n in re.fullmatch(r"out of memory: (\d+) MB used, (\d+) MB allowed", ended.reason).groups()
    )
    assert allowed == 200
    assert 200 < used < 600
    assert str(ended) == f"{ended.reason} (signalled)"
    assert ended.duration_s < 20


def test_the_memory_of_all_processes_counts_together(execute, marked):
    ended = execute(["python", "-c", FAMILY.format(each_mb=60, hold_s=600), marked.mark], memory="200MB")
    assert ended.reason.startswith("out of memory")
    assert marked.alive() == []


def test_memory_that_processes_share_counts_once(execute):
    """As ranks of MPI on one machine do."""
    code = """
import mmap, os, time
shared = mmap.mmap(-1, 100_000_000)
children = [pid for _ in range(3) if (pid := os.fork()) == 0] or [0]
for at in range(0, len(shared), 4096):
    shared[at] = 1
time.sleep(1)
"""
    assert execute(["python", "-c", code], memory="250MB").ending == "exited"


def test_a_program_within_its_limit_is_left_alone(execute):
    ended = execute(["python", "-c", FAMILY.format(each_mb=20, hold_s=1)], memory="500MB")
    assert (ended.ending, ended.code, ended.reason) == ("exited", 0, "")


def test_address_space_that_is_not_used_does_not_count(execute):
    code = "import mmap, time; space = mmap.mmap(-1, 5_000_000_000); time.sleep(0.5)"
    assert execute(["python", "-c", code], memory="200MB").code == 0


def test_looking_at_the_memory_takes_little_of_one_core(tmp_path):
    backend, here = LocalRunBackend(command=["sleep", "2"], memory="1GB"), psutil.Process()
    before = sum(here.cpu_times()[:2])
    backend.execute(Job((), tmp_path), lambda _: None)
    assert sum(here.cpu_times()[:2]) - before < 0.2


@pytest.mark.skipif(os.cpu_count() == 1, reason="a flood and its reader need two cores")
def test_a_flood_of_output_does_not_hide_a_growing_program(execute):
    code = "held = []\nwhile True:\n    held.append(bytearray(100_000)); print('x' * 1000)"
    begun = time.monotonic()
    assert execute(["python", "-c", code], memory="300MB").reason.startswith("out of memory")
    assert time.monotonic() - begun < 30
