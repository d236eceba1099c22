"""Whatever ends a sweep whose members run in other processes, no model of it is left."""

from __future__ import annotations

import os
import signal
import sys

import psutil
import pytest

pytest.importorskip("hydra_plugins.hydra_joblib_launcher")

COMMAND = (
    "-m", "hydra/launcher=joblib", "~experiment", "model=generic", "postprocessor=noop", "model.version=a,b",
)  # fmt: skip


@pytest.fixture
def sweep(script, marked, driver):
    """A sweep of two models, each with a daemon: four marked processes. It has a process group of its own."""
    code = f"{sys.executable} -c 'import time; time.sleep(600)' {marked.mark}"
    model = script(f"setsid -f {code}\n{code}")
    process = driver(*COMMAND, f"model.argv=[{model}]")
    assert len(marked.wait_for(4, limit_s=60)) == 4
    return process


def workers(sweep):
    """The processes of joblib that have a model below them."""
    models = [p for p in psutil.Process(sweep.pid).children(recursive=True) if p.name().startswith("model.sh")]
    return [model.parent() for model in models]


def test_ctrl_c_at_the_terminal_leaves_no_model(sweep, marked):
    os.killpg(sweep.pid, signal.SIGINT)
    assert sweep.wait(30) == 130
    assert marked.wait_for(0) == []


def test_a_killed_worker_leaves_no_model(sweep, marked):
    assert len(workers(sweep)) == 2
    workers(sweep)[0].kill()
    assert sweep.wait(30) != 0
    assert marked.wait_for(0) == []
