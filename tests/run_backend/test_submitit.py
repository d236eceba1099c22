"""Whole experiments of a sweep as jobs of a real Slurm cluster without accounting."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("hydra_plugins.hydra_submitit_launcher", reason="needs the extra slurm")

SWEEP = (
    "-m", "hydra/launcher=submitit_slurm", "hydra.launcher.partition=debug", "hydra.launcher.timeout_min=5",
    "hydra.launcher.mem_gb=1", "~experiment", "model=generic", "postprocessor=noop", "model.version=a,b",
)  # fmt: skip


@pytest.fixture
def model(cluster, tmp_path):
    def argv(text):
        path = tmp_path / "model.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return f"model.argv=[{path}]"

    return argv


def test_members_run_as_jobs(cli, model, tmp_path):
    done = cli(*SWEEP, model("echo $SLURM_JOB_ID > out.txt"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 members done" in done.stdout
    assert "submitted as Slurm job" in done.stderr
    assert len({path.read_text() for path in tmp_path.glob("outputs/*/*/model/out.txt")}) == 2
    (pickles,) = tmp_path.glob("outputs/*/.submitit")
    assert pickles.stat().st_mode & 0o777 == 0o700


def test_a_killed_member_is_a_failed_one_and_the_others_go_on(cli, model, tmp_path):
    """Where submitit itself would wait for ever."""
    kills = "case $PWD in *0-version=a*) kill -KILL $PPID; sleep 60;; esac"
    done = cli(*SWEEP, model(f"{kills}; echo computed > out.txt"), timeout=100)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 of 2 members done" in done.stdout
    assert "has ended without a result" in done.stderr
    (record,) = tmp_path.glob("outputs/*/sweep.json")
    assert [m["exit_code"] for m in json.loads(record.read_text())["members"]] == [5, 0]


def test_what_slurm_refuses_is_told_by_its_key(cli, model):
    done = cli(*SWEEP, "hydra.launcher.partition=none", model("true"))
    assert done.returncode == 5, done.stdout + done.stderr
    assert "hydra.launcher: Slurm refuses the jobs: Batch job submission failed: Invalid partition" in done.stderr
    assert "set hydra.launcher.partition" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_leaves_no_job(cluster, model, tmp_path):
    driver = subprocess.Popen(
        [sys.executable, "-m", "rompy_hydra.cli", *SWEEP, model("sleep 600")],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        cluster.wait_for(lambda: "".join(cluster.jobs()).count("RUNNING") == 2)
        os.killpg(driver.pid, signal.SIGINT)
        assert driver.wait(30) == 130
    finally:
        driver.kill()
        driver.wait()
    cluster.wait_for(lambda: cluster.jobs() == [])
